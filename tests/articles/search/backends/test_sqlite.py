"""What only FTS5 can get wrong; what all backends must do is asked in tests/articles/search/test_search.py."""

import pytest
from django.db import connection, transaction

from articles import search
from articles.search.backends import sqlite
from tests.articles.search.documents import document

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def empty() -> None:
    search.rebuild([])


def test_the_index_agrees_with_the_texts_after_each_kind_of_write() -> None:
    search.rebuild([document("Asthma", "Dust.", article_id=1), document("Mites", aliases=("Bugs",), article_id=2)])
    search.index(document("Bronchial asthma", "Pollen.", aliases=("Asthma",), article_id=1))
    search.index(document("Lungs", article_id=3))
    search.forget(2)
    assert sqlite.faults() == []


def test_an_index_that_missed_a_change_is_found_out() -> None:
    search.index(document("Asthma", "Dust.", article_id=1))
    with connection.cursor() as cursor:
        cursor.execute("/* behind its back */ UPDATE articles_search_doc SET lead = 'Pollen.'")
    assert sqlite.faults() == ["articles_search_words"]
    search.rebuild([document("Asthma", "Pollen.", article_id=1)])
    assert sqlite.faults() == []


def test_a_write_that_is_rolled_back_leaves_the_index_as_it_was() -> None:
    search.index(document("Asthma", "Dust.", article_id=1))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        search.index(document("Asthma", "Pollen.", article_id=1))
        _ = 1 / 0
    assert [hit.title for hit in search.find("dust").hits] == ["Asthma"]
    assert sqlite.faults() == []


def test_tables_can_be_dropped_and_made_again() -> None:
    with connection.cursor() as schema_editor:  # Inside a test's transaction SQLite allows no real one.
        sqlite.drop_tables(schema_editor)
        sqlite.drop_tables(schema_editor)
        sqlite.create_tables(schema_editor)
    assert search.find("asthma").hits == ()
