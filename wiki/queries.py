"""What the database was asked: a slow statement is written down without its values, one that failed is counted.

Values are what people wrote, so they stand in no log. Other programs' statements are PostgreSQL's to write down.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.db import Error
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from wiki import metrics

logger = logging.getLogger(__name__)

# Values are handed over beside the statement; what stands in quotes within it is taken for one all the same.
_QUOTED: Final = re.compile(r"'(?:[^']|'')*'")
_LONGEST: Final = 1_000


def listen() -> None:
    """Look at each connection from its making on; called once, when the site is made ready."""
    connection_created.connect(_made, dispatch_uid="queries")


def _made(sender: object, *, connection: BaseDatabaseWrapper, **rest: object) -> None:
    # A connection that was lost is made again, by the same object.
    if looked_at not in connection.execute_wrappers:
        connection.execute_wrappers.append(looked_at)


def looked_at(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Have one statement executed."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    except Error as failure:
        metrics.database_error(failure)
        raise
    finally:
        milliseconds = (time.perf_counter() - began) * 1000
        if 0 < settings.WIKI_SLOW_QUERY_MS <= milliseconds:
            fields = {"milliseconds": round(milliseconds), "statement": shown(sql)}
            logger.warning("A slow query: %d ms, %s", *fields.values(), extra=fields)


def shown(sql: object) -> str:
    """Return a statement on one line, with nothing of what anybody wrote.

    >>> shown("SELECT *  FROM a\\n WHERE b = %s AND c = 'it''s'")
    "SELECT * FROM a WHERE b = %s AND c = '?'"
    """
    return " ".join(_QUOTED.sub("'?'", str(sql)).split())[:_LONGEST]
