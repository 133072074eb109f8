"""Edits and authors."""

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from articles.models import Author, Edit
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def test_an_edit_knows_its_number_and_its_address(editor):
    edit = factories.article("Lung function", author=editor).current_edit
    assert (str(edit), edit.get_absolute_url()) == ("Lung function #1", f"/wiki/Lung_function?version={edit.pk}")


def test_no_two_edits_of_an_article_have_one_number(article):
    second = factories.edit(article, "2.\n")
    copy = {field.attname: getattr(second, field.attname) for field in Edit._meta.concrete_fields if field.name != "id"}
    other = factories.article().current_edit
    with pytest.raises(IntegrityError), unlocked("no door makes such a copy"), transaction.atomic():
        Edit.objects.create(**copy | {"revision_id": other.revision_id + 1_000})


def test_hidden_versions_and_those_of_deleted_articles_are_not_visible(article):
    shown, hidden = factories.edit(article, "2.\n"), article.current_edit
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=hidden.pk).update(hidden_text=True)
    assert list(Edit.objects.visible()) == [shown]


def test_edits_of_the_whole_wiki_are_sorted_as_they_were_saved(article):
    edits = [article.current_edit, factories.article().current_edit, factories.edit(article, "2.\n")]
    assert list(Edit.objects.newest_first()) == edits[::-1]


def test_an_author_with_edits_can_not_be_deleted(article):
    with pytest.raises(ProtectedError), unlocked("no door deletes a person"):
        article.current_edit.author.delete()


def test_an_account_has_one_author(editor):
    with pytest.raises(IntegrityError), unlocked("no door makes a second"), transaction.atomic():
        Author.objects.create(name="Another", account=editor.account)


def test_an_author_is_called_by_the_name_alone(visitor):
    assert str(visitor) == visitor.name
