"""`manage.py verify_log`."""

import os
import random
import sys
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from articles import append_only, logbook
from articles.models import LogEntry
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


@pytest.fixture
def log(db) -> list[LogEntry]:
    return [logbook.record(who=None, what="test", target=f"Page {number}", why="a test") for number in range(40)]


def verify(**options: str) -> str:
    out = StringIO()
    call_command("verify_log", stdout=out, **options)
    return out.getvalue()


def change(row: int, **fields: object) -> None:
    with unlocked("nobody may change a row, and somebody might"):
        append_only.release(connection)
        LogEntry.objects.filter(number=row).update(**fields)
        append_only.guard(connection)


def delete(*numbers: int) -> None:
    with unlocked("nobody may delete a row, and somebody might"):
        append_only.release(connection)
        LogEntry.objects.filter(number__in=numbers).delete()
        append_only.guard(connection)


def test_a_log_that_nobody_touched_holds(log):
    assert verify() == f"The log holds: 40 rows, the last one's hash is {log[-1].hash}.\n"


def test_an_empty_log_holds():
    assert "0 rows" in verify()


@pytest.mark.parametrize("number", [1, 17, 40])
@pytest.mark.parametrize("fields", [{"why": "a tesT"}, {"target": "Page"}, {"what": ""}, {"after": {"x": 1}}])
def test_a_change_of_a_single_value_is_found_where_it_is(log, number: int, fields: dict[str, object]):
    change(number, **fields)
    with pytest.raises(CommandError, match=f"row {number} was changed"):
        verify()


@pytest.mark.parametrize("number", [1, 17, 39])
def test_a_deleted_row_is_missed(log, number: int):
    delete(number)
    with pytest.raises(CommandError, match="does not hold"):
        verify()


def test_two_rows_that_changed_places_are_found(log):
    change(17, number=99)
    change(18, number=17)
    change(99, number=18)
    with pytest.raises(CommandError, match="row 17"):
        verify()


def test_rows_cut_off_at_the_end_are_told_by_a_hash_kept_elsewhere(log):
    kept = log[-1].hash
    assert "40 rows" in verify(knows=kept)
    delete(39, 40)
    with pytest.raises(CommandError, match="rows after 38 are missing"):
        verify(knows=kept, anew=True)
    assert "38 rows" in verify(anew=True)


def test_they_are_told_by_the_hash_that_the_command_kept_as_well_until_it_is_told_that_this_is_right(log):
    verify()
    logbook.record(who=None, what="test", target="later")
    assert "41 rows" in verify()
    delete(40, 41)
    with pytest.raises(CommandError, match="rows after 39 are missing"):
        verify()
    assert "39 rows" in verify(anew=True) and "39 rows" in verify()


# --- By somebody who can write to the table ----------------------------------------------------------------------
TAMPERINGS = int(os.environ.get("WIKI_TAMPERINGS", "60"))
COLUMNS = ("number", "who_id", "what", "target", "why", "when", "before", "after", "previous_hash", "hash")


class _NotMade(Exception):
    """The database refused it, or what is stored is the same as before."""


def test_every_changed_byte_deleted_row_and_swap_in_the_stored_table_is_found(moderator):
    for number in range(logbook.newest()[0], 40):
        who = moderator.account if number % 2 else None
        after = {"title": f"Página {number}", "edits": [number, None, True]}
        logbook.record(who=who, what="article.move", target=f"Page {number}", why='a "test"', before={}, after=after)
    kept = logbook.newest()[1]
    append_only.release(connection)
    chance, made, missed = random.Random(2026), dict.fromkeys((_change_a_byte, _delete_a_row, _swap_two), 0), []
    while sum(made.values()) < TAMPERINGS:
        deed = chance.choices(list(made), weights=(6, 2, 2))[0]
        said = _tampered(deed, chance, kept)
        made[deed] += bool(said)
        missed += [said] if said.startswith("missed") else []
    sys.stdout.write(", ".join(f"{deed.__name__} {number}" for deed, number in made.items()) + "\n")
    assert missed == [] and all(made.values())
    assert "40 rows" in verify(knows=kept)


def _tampered(deed: Callable[[random.Random], str], chance: random.Random, kept: str) -> str:
    """Do it, ask the command, and put it back; what was done, or nothing where it could not be."""
    with unlocked("somebody with access to the database"), transaction.atomic():
        try:
            with transaction.atomic():
                done = deed(chance)
        except (_NotMade, DatabaseError):
            return ""
        try:
            verify(knows=kept)
        except CommandError:
            return done
        finally:
            transaction.set_rollback(True)
    return f"missed: {done}"


def _change_a_byte(chance: random.Random) -> str:
    row, column = chance.randint(1, 40), chance.choice(COLUMNS)
    raw = bytearray(_stored(row, column))
    place = chance.randrange(len(raw)) if raw else 0
    before = bytes(raw)
    if not raw:
        raise _NotMade
    raw[place] ^= chance.randint(1, 127)
    _store(row, column, bytes(raw))
    if _stored(row, column) == before:
        raise _NotMade
    return f"{column} of row {row}: {before!r} became {bytes(raw)!r}"


def _delete_a_row(chance: random.Random) -> str:
    row = chance.randint(1, 40)
    _execute("DELETE FROM articles_logentry WHERE number = %s", [row])
    return f"row {row} was deleted"


def _swap_two(chance: random.Random) -> str:
    one, other = chance.sample(range(1, 41), 2)
    for old, new in ((one, 99), (other, one), (99, other)):
        _execute("UPDATE articles_logentry SET number = %s WHERE number = %s", [new, old])
    return f"rows {one} and {other} were swapped"


def _stored(row: int, column: str) -> bytes:
    """The bytes of a value as the database keeps it, or writes it."""
    read = "CAST(CAST({} AS TEXT) AS BLOB)" if connection.vendor == "sqlite" else "convert_to({}::text, 'UTF8')"
    found = _execute(
        f"SELECT {read.format(chr(34) + column + chr(34))} FROM articles_logentry WHERE number = %s", [row]
    )
    return bytes(found[0][0] or b"") if found else b""


def _store(row: int, column: str, raw: bytes) -> None:
    if connection.vendor == "sqlite":
        _execute(f'UPDATE articles_logentry SET "{column}" = CAST(%s AS TEXT) WHERE number = %s', [raw, row])
        return
    field = next(each for each in LogEntry._meta.concrete_fields if each.column == column)
    kind = field.db_type(connection).partition(" generated")[0]
    value = f"convert_from(%s, 'UTF8')::{kind}"
    _execute(f'UPDATE articles_logentry SET "{column}" = {value} WHERE number = %s', [raw, row])


def _execute(sql: str, values: list[object]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []
