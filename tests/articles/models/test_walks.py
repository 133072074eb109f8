"""Going through whole tables costs as much for each row in a large table, whatever the database thinks of its size."""

from collections.abc import Callable

import pytest
from django.db import connection
from reversion.models import Revision

from articles.models import Author, Edit, TextBlob, walks
from bench import work
from bench.lists import Wiki
from tests.doors import unlocked
from wiki.backups import histories, rows

pytestmark = pytest.mark.django_db

# So many edits, then so many times as many. Pages of this many rows, so that even the fewer fill some.
EDITS, TIMES = 200, 5
ROWS = 20

WALKS: dict[str, Callable[[], object]] = {
    "texts": lambda: [blob.text for blob in TextBlob.objects.in_order()],
    "texts for a backup": lambda: list(rows.rows_in(TextBlob)),
    "edits for a backup": lambda: list(rows.rows_in(Edit)),
    "histories": histories.digest,
}


@pytest.fixture
def authors(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    monkeypatch.setattr(walks, "_ROWS_AT_ONCE", 3)
    with unlocked("some people"):
        return [Author.objects.create(name=f"Author {number}").pk for number in range(10)]


def test_each_row_comes_once_in_the_order_of_keys(authors):
    assert [author.pk for author in walks.in_order(Author.objects.order_by("name"))] == authors


@pytest.mark.parametrize("left", [0, 3, 4, 10])
def test_it_goes_on_above_a_key(authors, left):
    after = authors[-left - 1] if left < 10 else authors[0] - 1
    assert [author.pk for author in walks.in_order(Author.objects.all(), after=after)] == authors[10 - left :]


def test_rows_may_have_another_key_than_their_first(authors):
    rows = Author.objects.filter(pk__in=authors)
    named = [author.name for author in walks.in_order(rows, by="name")]
    assert named == [f"Author {number}" for number in range(10)]
    assert [author.name for author in walks.in_order(rows, by="name", after="Author 6")] == named[7:]


@pytest.mark.postgres
@pytest.mark.parametrize("by", ["pk", "name"])
def test_a_pooled_connection_is_asked_for_a_few_at_a_time(authors, by):
    given: list[int] = []

    def counted(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        given.append(context["cursor"].rowcount)
        return answer

    with connection.execute_wrapper(counted):
        assert len([*walks.in_order(Author.objects.filter(pk__in=authors), by=by)]) == 10
    assert given == [3, 3, 3, 1, 0]


def test_a_table_without_rows_has_none():
    assert list(walks.in_order(Revision.objects.all())) == []


def know_the_sizes() -> None:
    """Let SQLite think that each table has one row, as it had when somebody last let it count them.

    PostgreSQL counts them by itself, a while after they came.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("UPDATE sqlite_stat1 SET stat = '1 1 1 1 1' WHERE idx IS NOT NULL")
            cursor.execute("ANALYZE sqlite_schema")
        else:
            cursor.execute("ANALYZE")


def test_no_walk_costs_more_for_a_row_when_there_are_more_rows(monkeypatch):
    monkeypatch.setattr(walks, "_ROWS_AT_ONCE", ROWS)
    asked: dict[str, list[int]] = {}
    with unlocked("hundreds of texts, each told from another"):
        wiki = Wiki(pages=2)
        for size in (EDITS, EDITS * TIMES):
            wiki.grow_to(size)
            told_from = TextBlob.objects.first()
            blobs = [TextBlob.holding(f"Text {number}.\n") for number in range(TextBlob.objects.count(), size)]
            for blob in blobs:
                blob.pack(told_from)
            TextBlob.objects.bulk_create(blobs)
            know_the_sizes()
            for name, walk in WALKS.items():
                walk()
                asked.setdefault(name, []).append(work.of(walk))
    assert {name: each for name, each in asked.items() if each[1] > 1.3 * TIMES * each[0]} == {}
