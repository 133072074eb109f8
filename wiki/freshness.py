"""Which stamps hold now, asked at every hit of a kept page: one autocommit SELECT by key, read to its end.

On connections of its own. Django's would cost more than the rest of the answer, and be freed by a request's end that
never comes here. A server that doesn't answer at once is not waited for: without a page's stamps Django makes it.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, cast

from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from articles.models import PageStamp
from wiki.postgresql.absences import Absence

logger = logging.getLogger(__name__)

# In the order of the paths; None for a page that nobody has ever changed since it came.
Held = tuple[int | None, ...]

_TABLE: Final = PageStamp._meta.db_table
# More would only wait for one another: a stamp takes some microseconds, on PostgreSQL a round trip.
_MOST_OF_POSTGRES: Final = 4
# All in seconds. So long one waits for one of them, and for an answer; a stamp is worth no longer wait.
_PATIENCE: Final = 0.2
_SECONDS: Final = 1.0
_CONNECT_SECONDS: Final = 2  # The server's library knows no less.


class SqliteStamps:
    """The stamps in a SQLite file. As many connections as threads ever asked at once; each holds a few pages only."""

    def __init__(self) -> None:
        self._idle: list[sqlite3.Connection] = []

    def of(self, paths: Sequence[str]) -> Held:
        """Return the stamps of these paths; raises sqlite3.Error."""
        # The last one put back is the first one taken: few are ever in use. Both are one step for Python's threads.
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        # To its end: a statement left open would keep seeing the database as it is now.
        (held,) = connection.execute(_question(len(paths), "?"), paths).fetchall()
        self._idle.append(connection)
        return cast("Held", held)

    def close(self) -> None:
        """Close the connections that nobody uses at the moment."""
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> sqlite3.Connection:
        name = connections[DEFAULT_DB_ALIAS].settings_dict["NAME"]
        connection = sqlite3.connect(str(name), timeout=5, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA cache_size = -64")
        return connection


class PostgresStamps:
    """The stamps in a PostgreSQL database. Nothing is prepared there, so that pgbouncer may stand between."""

    def __init__(self) -> None:
        self._idle: list[Any] = []
        self._room = threading.BoundedSemaphore(_MOST_OF_POSTGRES)
        # Not that of Django's connections: of those there may be none left while the server is well.
        self._absence = Absence()

    def of(self, paths: Sequence[str]) -> Held | None:
        """Return the stamps of these paths; None where the server doesn't answer at once. Raises psycopg.Error."""
        if not self._room.acquire(timeout=_PATIENCE):
            return None
        try:
            if not self._absence.lets_ask():
                return None
            held = self._told(paths)
        except _connections().OperationalError as failure:
            if self._absence.begins():
                # Once, however many ask. What it says may be long, and stands in the log of whoever asks next.
                logger.warning("The stamps of pages can't be read, and none is kept: %s", type(failure).__name__)
            return None
        finally:
            self._room.release()
        self._absence.ends()
        return held

    def _told(self, paths: Sequence[str], *, once_more: bool = True) -> Held:
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            (held,) = connection.execute(_question(len(paths), "%s"), paths).fetchall()
        except BaseException as failure:
            # After a restart of the database all of them are broken, and the next ones are new.
            is_broken = connection.broken
            connection.close()
            self.close()
            if is_broken and once_more and isinstance(failure, Exception):
                return self._told(paths, once_more=False)
            raise
        self._idle.append(connection)
        return cast("Held", held)

    def close(self) -> None:
        """Close the connections that nobody uses at the moment."""
        while self._idle:
            self._idle.pop().close()

    def _connect(self) -> Any:
        wrapper: Any = connections[DEFAULT_DB_ALIAS]
        ours = {"cursor_factory", "context"}
        parameters = {name: said for name, said in wrapper.get_connection_params().items() if name not in ours}
        parameters["connect_timeout"] = _CONNECT_SECONDS
        return _connections().connect(**parameters, autocommit=True)


Stamps = SqliteStamps | PostgresStamps


def stamps() -> Stamps:
    """Return who knows the stamps of the site's database."""
    return SqliteStamps() if connections[DEFAULT_DB_ALIAS].vendor == "sqlite" else PostgresStamps()


@cache
def of_this_process() -> Stamps:
    """Return who knows the stamps, the same for all in this process who keep pages."""
    return stamps()


@cache
def _connections() -> Any:
    """Return psycopg's kind of connection, but that each question fails that isn't answered in time.

    The server's own limit on statements is of no use where the network swallows what it says.
    """
    import psycopg  # Not there where SQLite is all there is.

    class Impatient(psycopg.Connection[Any]):
        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            return super().wait(gen, interval, _SECONDS if timeout is None else timeout)

    return Impatient


@cache
def _question(paths: int, place: str) -> str:
    return "SELECT " + ", ".join([f"(SELECT stamp FROM {_TABLE} WHERE path = {place})"] * paths)  # noqa: S608  # Ours.
