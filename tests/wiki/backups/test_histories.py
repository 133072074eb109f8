"""One hash over all histories."""

import pytest

from articles.models import Author, Edit, walks
from tests import factories
from tests.doors import unlocked
from wiki.backups import histories

pytestmark = pytest.mark.django_db


def test_it_counts_the_edits(article):
    factories.edit(article, "Other.\n", section="0")
    assert histories.digest()["edits"] == 2


def test_it_is_the_same_when_asked_again(article):
    assert histories.digest() == histories.digest()


def test_it_does_not_depend_on_how_many_are_read_at_once(article, monkeypatch):
    factories.edit(article, "Other.\n", section="0")
    before = histories.digest()
    monkeypatch.setattr(walks, "_ROWS_AT_ONCE", 1)
    assert histories.digest() == before


@pytest.mark.parametrize(
    "change", [{"title": "B"}, {"summary": "B"}, {"number": 9}, {"time": "2001-01-01T00:00:00Z"}], ids=str
)
def test_it_is_another_when_anything_in_a_history_is(article, change):
    from django.db import connection

    from articles import append_only

    before = histories.digest()
    with unlocked("a history that somebody has changed"):
        append_only.release(connection)
        Edit.objects.update(**change)
    assert histories.digest() != before


def test_it_is_another_when_an_author_is_called_otherwise(article):
    before = histories.digest()
    with unlocked("another name"):
        Author.objects.update(name="Somebody else")
    assert histories.digest() != before
