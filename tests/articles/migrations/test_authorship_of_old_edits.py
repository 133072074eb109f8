"""Edits that were saved before there was a record of who wrote each word get the one that a save would have made."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from articles import append_only, editing
from articles.moderation import deleting
from articles.models import Authorship, Edit, Share
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

migration = import_module("articles.migrations.0007_authorship_of_old_edits")


def retrace() -> None:
    with unlocked("a migration fills the tables"):
        migration.retrace(apps, connection.schema_editor())


def forget(**of_edits) -> None:
    append_only.release(connection)
    with unlocked("an older release wrote no such rows"):
        Share.objects.filter(**of_edits).delete()
        Authorship.objects.filter(**of_edits).delete()


def recorded() -> tuple[dict[int, bytes], dict[int, int]]:
    records = {edit: bytes(runs) for edit, runs in Authorship.objects.values_list("edit", "runs")}
    return records, dict(Share.objects.values_list("edit", "words"))


@pytest.fixture
def old_wiki(editor, reviewer) -> None:
    """Two articles with a history: a blanking and its revert, another that is half a revert, a text without words, a title made again."""
    lungs = factories.article("Lungs", author=editor)
    factories.edit(lungs, "## Causes\n\nDust and smoke.\n", section="Causes", author=reviewer)
    blanked = factories.edit(lungs, "Nothing.\n")
    editing.revert(edit=Edit.objects.get(article=lungs, number=2), base=blanked.pk, author=reviewer)
    factories.edit(lungs, "Another lead.\n", section="0")
    factories.edit(lungs, "Nothing again.\n")
    factories.edit(lungs, factories.TEXT.replace("Wheeze", "Cough"), author=reviewer)
    heart = factories.article("Heart", "It beats.\n", author=editor)
    deleting.delete([heart], by=None, why="a test")
    again = factories.save("Heart", "It beats.\n", base=0, author=reviewer)
    factories.save("Heart", "----\n", base=again)


def test_old_edits_get_the_records_that_their_saves_would_have_made(old_wiki):
    before = recorded()
    forget()
    retrace()
    assert recorded() == before and len(before[0]) == 10


def test_broken_off_it_goes_on_with_the_articles_that_have_none_yet(old_wiki, monkeypatch):
    before = recorded()
    forget(edit__article__title="Lungs")
    monkeypatch.setattr(migration, "_ARTICLES_AT_ONCE", 1)
    retrace()
    assert recorded() == before


def test_run_again_it_changes_nothing(old_wiki, at_most_queries):
    before = recorded()
    with at_most_queries(1):
        retrace()
    assert recorded() == before


def test_its_queries_do_not_grow_with_the_edits_of_an_article(article, at_most_queries):
    for number in range(9):
        factories.edit(article, f"Lead {number}.\n", section="0")
    forget()
    with at_most_queries(8):
        retrace()
    assert Authorship.objects.count() == 10
