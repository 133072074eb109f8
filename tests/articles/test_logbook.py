"""The log of privileged acts."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from django.db import connection, transaction

from articles import append_only, logbook
from articles.models import LogEntry
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def three_rows() -> list[LogEntry]:
    return [logbook.record(who=None, what="test", target=f"row {n}", before=None, after={"n": n}) for n in range(3)]


def tampered(entry: LogEntry, **change: object) -> None:
    """Change a stored row as somebody with access to the database could, past the guards of append-only tables."""
    append_only.release(connection)
    with unlocked("no door changes the log"):
        LogEntry.objects.filter(pk=entry.pk).update(**change)


def test_rows_are_numbered_and_chained():
    first, second, third = three_rows()
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash, third.previous_hash) == ("", first.hash, second.hash)
    assert logbook.verify() is None


def test_an_empty_log_is_well():
    assert logbook.verify() is None


@pytest.mark.parametrize(
    "change",
    [{"what": "other"}, {"target": "x"}, {"why": "x"}, {"before": 1}, {"after": {"n": 7}}, {"hash": "0" * 64}],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_row_shows(change: dict[str, object]):
    tampered(three_rows()[1], **change)
    assert logbook.verify() == 2


def test_a_changed_time_shows():
    entry = three_rows()[0]
    tampered(entry, when=entry.when.replace(year=2001))
    assert logbook.verify() == 1


def test_a_missing_row_shows():
    second = three_rows()[1]
    tampered(second, number=9)
    assert logbook.verify() == 2


def test_of_the_newest_rows_a_changed_one_and_a_missing_one_show():
    rows = three_rows()
    assert [logbook.verify_newest(most) for most in (0, 1, 2, 10)] == [None] * 4
    tampered(rows[1], what="other")
    assert [logbook.verify_newest(most) for most in (1, 2, 10)] == [None, 2, 2]
    tampered(rows[1], what="test", number=9)
    assert logbook.verify_newest(10) is not None


def test_personal_data_can_be_erased_without_a_trace_in_the_chain():
    entry = logbook.record(who=None, what="test", target="x", personal={"name": "Ada"})
    tampered(entry, personal=None)
    assert logbook.verify() is None


@pytest.mark.parametrize(
    "state",
    [None, True, 12, "text é\u2028", [1, [2]], (1, 2), {"b": {"z": 1, "a": None}, "a": []}, {1: "number as key"}],
    ids=repr,
)
def test_any_state_that_json_can_say_is_hashed_as_it_is_read_back(state: object):
    logbook.record(who=None, what="test", target="x", before=state, after=state)
    assert logbook.verify() is None


@pytest.mark.parametrize("state", [1.5, float("nan"), {"a": object()}], ids=["float", "nan", "object"])
def test_what_databases_change_is_refused(state: object):
    with pytest.raises((TypeError, ValueError)):
        logbook.record(who=None, what="test", target="x", after=state)
    assert not LogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_goes_with_the_act_that_was_undone():
    with transaction.atomic():
        logbook.record(who=None, what="test", target="undone")
        transaction.set_rollback(True)
    assert not LogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain():
    start = threading.Barrier(8)

    def write(number: int) -> list[int]:
        start.wait()
        with closing(connection):
            return [logbook.record(who=None, what="test", target=f"{number} {n}").number for n in range(3)]

    with ThreadPoolExecutor(8) as people:
        numbers = [number for written in people.map(write, range(8)) for number in written]

    assert sorted(numbers) == list(range(1, 25))
    assert logbook.verify() is None
