"""A cache that may go away: while it does, what it would have kept is made anew, and nobody waits for it.

Only what can be made again is kept there. Sessions and limits stay in the database: a session that was ended while the
cache was away would come back with it, and a limit counted in two places lets twice as much through.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

logger = logging.getLogger(__name__)

# Seconds: an answer takes a thousandth of it on one network.
_PATIENCE: Final = 0.2
# So long nobody asks a server that somebody has just waited for in vain.
_LEFT_ALONE: Final = 2.0
_Answer = TypeVar("_Answer")
# By the server: the moment until which it is left alone. Threads share it; the last word counts.
_until: dict[str, float] = {}


class _Client(RedisCacheClient):
    """Django's client, but what can't be read was not there, and what can't be written isn't kept."""

    def __init__(self, servers: list[str], **options: Any) -> None:
        # Once more only where an idle connection turns out to be dead, as after a restart.
        retry = Retry(NoBackoff(), 1, supported_errors=(NoConnection,))
        patience = {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
        self.server = servers[0]
        super().__init__(servers, **{"retry": retry, **patience, **options})

    def get(self, key: Any, default: Any) -> Any:
        return self._or(default, lambda: super(_Client, self).get(key, default))

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._or(None, lambda: super(_Client, self).set(key, value, timeout))

    def add(self, key: Any, value: Any, timeout: Any) -> Any:
        return self._or(False, lambda: super(_Client, self).add(key, value, timeout))

    def touch(self, key: Any, timeout: Any) -> Any:
        return self._or(False, lambda: super(_Client, self).touch(key, timeout))

    def delete(self, key: Any) -> Any:
        return self._or(False, lambda: super(_Client, self).delete(key))

    def get_many(self, keys: Any) -> Any:
        nothing: dict[Any, Any] = {}
        return self._or(nothing, lambda: super(_Client, self).get_many(keys))

    def has_key(self, key: Any) -> Any:
        return self._or(False, lambda: super(_Client, self).has_key(key))

    def set_many(self, data: Any, timeout: Any) -> None:
        self._or(None, lambda: super(_Client, self).set_many(data, timeout))

    def delete_many(self, keys: Any) -> None:
        self._or(None, lambda: super(_Client, self).delete_many(keys))

    def _or(self, otherwise: _Answer, ask: Callable[[], _Answer]) -> _Answer:
        """Return the server's answer, or what holds without one."""
        server = self.server
        if time.monotonic() < _until.get(server, 0.0):
            return otherwise
        try:
            return ask()
        except ResponseError as refusal:
            # It is there, but full: what it has is still read.
            logger.warning("The cache refuses: %s", refusal)
        except RedisError as failure:
            _until[server] = time.monotonic() + _LEFT_ALONE
            logger.warning("The cache is away: %s", failure)
        return otherwise


class ForgivingRedisCache(RedisCache):
    """Redis or Valkey, without which the site works, only more slowly.

    Emptying it is not forgiven: who erases a text must know that it is still there.
    """

    may_be_away = True

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _Client

    def ask(self) -> None:
        """Raise redis's exception when the server doesn't answer, or takes nothing more."""
        self._cache.get_client(write=True).set(self.make_key("ready"), 1, ex=60)
