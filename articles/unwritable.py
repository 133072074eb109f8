"""Whether the database takes no changes just now, as an exception tells it: what is there can still be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final

from django.db import InternalError, OperationalError, transaction

# SQLite's codes for a full disk, a file that can only be read, and a disk that fails; below them stand further reasons.
_OF_SQLITE: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR})
_REASON: Final = 0xFF
# PostgreSQL's for a server that only follows another one, and for a full disk.
_OF_POSTGRESQL: Final = ("25006", "53100")


def takes_no_changes(error: BaseException | None) -> bool:
    """Whether the database said so, such as on a full disk; anything else that failed is another matter."""
    if not isinstance(error, (OperationalError, InternalError)):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & _REASON in _OF_SQLITE
    return getattr(cause, "sqlstate", None) in _OF_POSTGRESQL


def note(write: Callable[[], object]) -> None:
    """Write what a page only notes while it is read; where the database takes no changes, leave it out."""
    try:
        with transaction.atomic():
            write()
    except (OperationalError, InternalError) as failure:
        if not takes_no_changes(failure):
            raise
