"""Connections of a pool that finds a server again as soon as it is back, and leaves one that is away alone.

psycopg's pool looks at one dead connection after the other, and waits longer each time: after a restart of the server
a single reader would wait through all that a crowd had left behind. Here the first dead one lets all be looked at.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import psycopg
from django.db.backends.postgresql import base

from wiki.postgresql.absences import Absence

# By the alias of a database. Threads share it.
_absences: Final = defaultdict[str, Absence](Absence)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection lent from the pool, alive as far as one can know."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that has answered; raises psycopg's OperationalError when there is none."""
        absence = _absences[self.alias]
        was_away = absence.is_known
        if not absence.lets_ask():
            raise psycopg.OperationalError(f"The database {self.alias} did not answer a moment ago.")
        try:
            if was_away:
                # A server that is still away says so at once, where the pool would wait for it.
                psycopg.connect(**conn_params).close()
            connection = self._answering(conn_params)
        except psycopg.OperationalError:
            absence.begins()
            raise
        absence.ends()
        return connection

    def _answering(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None:
            return connection
        try:
            pool.check_connection(connection)
        except psycopg.OperationalError:
            pool.putconn(connection)  # It knows that this one is broken, and makes another.
            pool.check()
            connection = super().get_new_connection(conn_params)
        return connection
