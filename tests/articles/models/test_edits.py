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


def test_a_share_and_a_record_say_whose_they_are(article):
    edit = article.current_edit
    assert str(edit.authorship) == str(edit.pk)
    assert str(edit.share) == f"{article.pk} #{edit.pk}: {edit.share.words}"


def test_those_who_wrote_an_article_come_with_their_number_of_words(article, reviewer):
    factories.edit(article, "All new.\n", author=reviewer)
    assert [(author, author.words) for author in Author.objects.who_wrote(article)] == [(reviewer, 2)]


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


def test_edits_signed_by_somebody_are_the_published_ones_that_show_it(article, reviewer):
    shown = factories.edit(article, "2.\n", author=reviewer)
    nameless = factories.edit(article, "3.\n", author=reviewer)
    withdrawn = factories.edit(article, "4.\n", author=reviewer)
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=nameless.pk).update(hidden_author=True)
        Edit.objects.filter(pk=withdrawn.pk).update(hidden_text=True)
    assert list(Edit.objects.signed_by([reviewer.pk])) == [shown]


def test_an_author_is_shown_by_the_name_their_person_likes(editor, visitor):
    assert (editor.shown_name, visitor.shown_name) == (editor.name, visitor.name)
    editor.account.display_name = "Ada Lovelace, MD"
    assert editor.shown_name == "Ada Lovelace, MD"


def test_an_author_has_a_page_and_an_imported_name_one_of_its_own():
    assert Author(name="Ada L", account_id=7).get_absolute_url() == "/user/Ada_L"
    assert Author(name="Visitor 7F3K", is_visitor=True).get_absolute_url() == "/user/Visitor_7F3K"
    assert Author(name="Ada L").get_absolute_url() == "/user/Ada_L?imported=yes"
