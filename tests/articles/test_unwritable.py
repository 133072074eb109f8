"""A database that takes no changes is told apart from all else that fails."""

import sqlite3

import psycopg
import pytest
from django.db import DataError, InternalError, OperationalError

from articles import unwritable


def raised(kind: type[Exception], cause: BaseException | None) -> Exception:
    error = kind("said")
    error.__cause__ = cause
    return error


def of_sqlite(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("said")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "error",
    [
        raised(OperationalError, of_sqlite(sqlite3.SQLITE_FULL)),
        raised(OperationalError, of_sqlite(sqlite3.SQLITE_READONLY)),
        raised(OperationalError, of_sqlite(sqlite3.SQLITE_IOERR | 3 << 8)),
        raised(OperationalError, psycopg.errors.DiskFull("could not extend file")),
        raised(InternalError, psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT")),
    ],
    ids=repr,
)
def test_a_database_that_takes_no_changes_is_known(error: Exception):
    assert unwritable.takes_no_changes(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("of ours"),
        raised(OperationalError, None),
        raised(OperationalError, of_sqlite(sqlite3.SQLITE_BUSY)),
        raised(DataError, psycopg.errors.StringDataRightTruncation("too long")),
        raised(OperationalError, psycopg.OperationalError("connection refused")),
    ],
    ids=repr,
)
def test_other_failures_are_no_refusal_of_changes(error: Exception | None):
    assert not unwritable.takes_no_changes(error)


def fail(error: Exception) -> None:
    raise error


@pytest.mark.django_db
def test_what_is_only_noted_is_left_out_where_it_can_not_be_and_nothing_else_is_hidden():
    unwritable.note(lambda: fail(raised(OperationalError, of_sqlite(sqlite3.SQLITE_FULL))))
    with pytest.raises(OperationalError):
        unwritable.note(lambda: fail(raised(OperationalError, of_sqlite(sqlite3.SQLITE_BUSY))))
