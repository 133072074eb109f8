"""What only FTS5 can get wrong; what all backends must do is asked in tests/articles/search/test_search.py."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

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


def test_names_are_written_again_only_where_one_of_them_is_another() -> None:
    search.index(document("Asthma", "Dust.", aliases=("Wheezing",), article_id=1))
    rows = _rows_of_names()
    search.index(document("Asthma", "Pollen.", aliases=("Wheezing",), article_id=1))
    assert _rows_of_names() == rows and sqlite.faults() == []
    assert [hit.title for hit in search.find("pollen").hits] == ["Asthma"] and search.find("dust").hits == ()

    search.index(document("Asthma", "Pollen.", aliases=("Gasping",), article_id=1))

    assert [name for _number, name in _rows_of_names()] == ["Asthma", "Gasping"] and sqlite.faults() == []


def _rows_of_names() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, name FROM articles_search_name ORDER BY name")
        return list(cursor.fetchall())


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


def test_matches_of_rare_words_are_ranked_even_when_a_common_one_fills_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_MAX_RANKED", 5)
    search.rebuild([*(document(f"Dust {number}", "dust") for number in range(20)), document("Mite", "wheeze")])
    results = search.find("dust wheeze")
    assert results.hits[0].title == "Mite"
    assert results.total_known is None


def test_a_rare_word_is_found_beside_very_many_common_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_MAX_RANKED", 5)
    monkeypatch.setattr(sqlite, "_MAX_WEIGHED", 2)
    common = "dust mite bed air lung"
    search.rebuild([*(document(f"No. {number}", common) for number in range(20)), document("Late", f"wheeze {common}")])
    assert [hit.title for hit in search.find(f"{common} wheeze").hits] == ["Late"]


def test_names_that_begin_so_are_put_in_order_by_their_index_alone() -> None:
    asked: list[tuple[str, object]] = []

    def noted(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        search.suggest("ast")
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = [step for *_numbers, step in cursor.fetchall()]
    first = next(step for step in plan if "articles_search_name" in step)
    assert first.startswith(
        "SEARCH articles_search_name USING COVERING INDEX articles_search_name_begun (namespace=? AND"
    )


# --- While an upgrade changes tables -----------------------------------------------------------------------------
CHANGED = "vtable constructor failed: articles_search_grams"


def _failing(*errors: str) -> AbstractContextManager[None]:
    """The next questions fail so, one after the other."""
    left = iter(errors)

    def ask(execute: Callable[..., Any], *question: Any) -> Any:
        for error in left:
            raise OperationalError(error)
        return execute(*question)

    return connection.execute_wrapper(ask)


def test_whoever_searches_in_that_moment_finds() -> None:
    search.rebuild([document("Asthma", "Dust.", article_id=1)])
    with _failing(CHANGED, CHANGED):
        assert [hit.title for hit in search.find("dust").hits] == ["Asthma"]
    with _failing(CHANGED):
        assert [name.full_title for name in search.suggest("ast")] == ["Asthma"]


@pytest.mark.parametrize("errors", [(CHANGED,) * 3, ("no such table: articles_search_grams",)])
def test_what_goes_on_failing_fails(errors: tuple[str, ...]) -> None:
    with _failing(*errors), pytest.raises(OperationalError):
        search.suggest("ast")
