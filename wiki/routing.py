"""Which database is asked: the primary, or a replica that knows all that the primary knew a moment before.

Nothing notes where the last save stands. A page that may come from a replica asks the primary how far its log is on
disk, which takes it no table, and then a replica whether it has replayed as much. So whatever was acknowledged before
the question, by any process, is in the answer; a replica that lags is left out until it has caught up.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.models import Model
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from articles import outages
from wiki.wording import words

logger = logging.getLogger(__name__)

# What costs the primary far more than the question how far it is. What people do, and all forms, ask the primary.
_HEAVY: Final = frozenset(
    f"articles:{name}"
    for name in (
        *("search", "suggest", "history", "blame", "compare", "recent", "category", "index", "links", "info"),
        *("all_pages", "new_pages", "long_pages", "short_pages", "wanted_pages", "orphaned_pages", "stubs"),
        *("categories", "statistics", "recent_feed", "new_feed", "history_feed", "sitemap", "sitemap_page"),
    )
)
# Whose rows a replica is asked for: people, sessions, permissions and decisions come from the primary.
_APPS: Final = frozenset({"articles"})

# The replica that answers for the articles while a view runs.
_reads_from: ContextVar[str] = ContextVar("reads_from", default="")
# The replica that answers for everything while the primary is away.
_stands_in: ContextVar[str] = ContextVar("stands_in", default="")

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class Router:
    """Django's router: writes, and what is read to write, always go to the primary.

    Its alias stays `default`: django-reversion keeps the alias with each version, and finds none under another.
    """

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the alias of the database that is read."""
        replica = _stands_in.get() or (_reads_from.get() if model._meta.app_label in _APPS else "")
        # What a transaction reads, it may write.
        return replica if replica and not connections[DEFAULT_DB_ALIAS].in_atomic_block else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """Return the primary's alias, or that of the replica that stands in for it.

        What is only looked up before it would be made, such as who somebody is, is found there; a row that is really
        written is refused by the replica itself, which is told to whoever wrote it (articles/outages.py).
        """
        return _stands_in.get() or DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """All databases hold the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A replica follows by itself."""
        return db == DEFAULT_DB_ALIAS


def newest_may_be_missing() -> bool:
    """Whether what is read now may lack the last changes: the primary is away, and a replica stands in for it."""
    return bool(_stands_in.get())


class ReplicaMiddleware:
    """Lets a page that only reads be read from a replica: heavy pages while it is up to date, all without the primary.

    It can't be a view's business: each asks many questions in many rooms, and all must be answered by one database.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, where the primary is away, as a replica knows it."""
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)  # Who writes is told so by the first row that can't be written.
        try:
            request.primary_is_at = _position_of_the_primary()  # type: ignore[attr-defined]  # For process_view.
        except DatabaseError as failure:
            if not outages.is_away(failure):
                raise
            return self._without_the_primary(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Return a heavy page from a replica; None, where it can't be had there, lets Django ask the primary."""
        position = getattr(request, "primary_is_at", "")
        replica = _up_to_date(position) if position and _is_heavy(request) else ""
        if not replica:
            return None
        token = _reads_from.set(replica)
        try:
            response = view(request, *args, **kwargs)
            # A template asks its questions when it is rendered.
            return response.render() if hasattr(response, "render") else response
        except DatabaseError as failure:
            # It went away, or cancelled a question to go on following. Only reading was done: so it is done again.
            logger.warning("The replica %s failed, the primary is asked: %s", replica, outages.kind_of(failure))
            return None
        finally:
            _reads_from.reset(token)

    def _without_the_primary(self, request: HttpRequest) -> HttpResponseBase:
        for replica in _in_any_order():
            with _standing_in(replica):
                try:
                    words.values()  # Remembered for this request: also for what is put into the page outside of here.
                    # One that was made a primary would let itself be written to, beside the one that may come back.
                    follows = _ask(replica, "SELECT pg_is_in_recovery()")
                except DatabaseError:
                    continue
                if follows:
                    response = self.get_response(request)
                    # Nobody may keep what isn't known to be the newest.
                    response.headers["Cache-Control"] = "no-store"
                    return response
        return self.get_response(request)


@contextmanager
def _standing_in(replica: str) -> Iterator[None]:
    token = _stands_in.set(replica)
    try:
        yield
    finally:
        _stands_in.reset(token)


def _is_heavy(request: HttpRequest) -> bool:
    name = request.resolver_match.view_name if request.resolver_match is not None else ""
    return name in _HEAVY or (name == "articles:read" and "version" in request.GET)


def _position_of_the_primary() -> str:
    """Return how far the primary's log is on disk: all that was acknowledged, or that others can read, is before it."""
    return str(_ask(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_flush_lsn()"))


def _up_to_date(position: str) -> str:
    """Return a replica that has replayed the primary's log up to there; nothing when the one that is asked has not."""
    replica = next(_in_any_order(), "")
    # One that was made a primary has a history of its own: it follows nobody any longer.
    question = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
    try:
        return replica if _ask(replica, question, position) is True else ""
    except DatabaseError as failure:
        logger.warning("The replica %s does not answer: %s", replica, outages.kind_of(failure))
        return ""


def _in_any_order() -> Iterator[str]:
    yield from random.sample(settings.REPLICAS, len(settings.REPLICAS))


def _ask(alias: str, question: str, *values: str) -> object:
    with connections[alias].cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]
