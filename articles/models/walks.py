"""Going through whole tables, in the order of their keys, without holding them in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeVar

from django.db import connections
from django.db.models import Model, QuerySet

_ROWS_AT_ONCE: Final = 200
_Row = TypeVar("_Row", bound=Model)


def in_order(rows: QuerySet[_Row], *, by: str = "pk", after: Any = None) -> Iterator[_Row]:
    """Yield rows by a key of theirs, those above the key `after` if there is one. Of a whole table they join nothing.

    On SQLite they come from one statement, which it can only answer by reading the table once: which way it goes else
    depends on what it was last told of the sizes of tables, and if they were empty then, it reads, and sorts, all of it
    for each few rows. On PostgreSQL they are asked for a few at a time: a pooled connection keeps no cursor on the
    server, and would fetch everything.
    """
    rows = rows.order_by(by)
    if after is not None:
        rows = rows.filter(**{f"{by}__gt": after})
    if connections[rows.db].vendor == "sqlite":
        yield from rows.iterator(_ROWS_AT_ONCE)
        return
    some = list(rows[:_ROWS_AT_ONCE])
    while some:
        yield from some
        some = list(rows.filter(**{f"{by}__gt": getattr(some[-1], by)})[:_ROWS_AT_ONCE])
