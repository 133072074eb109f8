"""The watch over row locks: in tests, on either database, a lock taken outside a transaction of the house's own raises.

It would be gone with its statement, so PostgreSQL refuses it; but SQLite knows none, and a test's own transaction hides
that there is no other.
"""

from typing import Any

from django.db import connection
from django.db.models.sql.compiler import SQLCompiler


class LockOutsideATransaction(AssertionError):
    """Something locked a row, and holds it no longer than the statement takes."""


def watch() -> None:
    """Look at every statement made from now on."""
    as_sql = SQLCompiler.as_sql

    def watched(self: SQLCompiler, *args: Any, **kwargs: Any) -> Any:
        if self.query.select_for_update and all(block._from_testcase for block in self.connection.atomic_blocks):
            raise LockOutsideATransaction(f"{self.query.model.__name__} is locked outside a transaction.")
        return as_sql(self, *args, **kwargs)

    SQLCompiler.as_sql = watched


def somebody_waits() -> bool:
    """Whether somebody waits for a lock in this database, which must be PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT 1 FROM pg_locks AS wanted JOIN pg_locks AS held USING (pid)
            JOIN pg_database ON held.database = pg_database.oid
            WHERE NOT wanted.granted AND datname = current_database()
            """
        )
        return cursor.fetchone() is not None
