"""What a list asks of the database, counted and not timed: a busy machine changes nothing of it.

On SQLite the steps of its machine, some of which each row takes that is read, compared or sorted; on PostgreSQL the
rows read, those among them that are not wanted, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def of(deed: Callable[[], object]) -> int:
    """Return how much a deed that only reads asks of the database."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return _steps(deed)
    return _rows(deed)


def _steps(deed: Callable[[], object]) -> int:
    from django.db import connection

    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    connection.ensure_connection()
    # Each by itself: of several counted at once, those before the end of a statement are left out, now more, now fewer.
    connection.connection.set_progress_handler(count, 1)
    try:
        deed()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return taken


def _rows(deed: Callable[[], object]) -> int:
    from django.db import connection

    with _asked() as asked:
        deed()
    read = 0
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            (answer,) = cursor.fetchone()
            plans = json.loads(answer) if isinstance(answer, str) else answer
            read += sum(_read_by(each["Plan"]) for each in plans)
    return read


@contextmanager
def _asked() -> Iterator[list[tuple[str, Any]]]:
    """Keep what is asked of the database, as it is handed over."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield asked


def _read_by(plan: dict[str, Any]) -> int:
    """Return how many rows a plan and those below it read, sorted or threw away, in all their rounds."""
    thrown_away = sum(plan.get(f"Rows Removed by {why}", 0) for why in ("Filter", "Join Filter", "Index Recheck"))
    rows = (plan["Actual Rows"] + thrown_away) * plan["Actual Loops"]
    return round(rows) + sum(_read_by(each) for each in plan.get("Plans", ()))
