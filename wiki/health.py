"""Whether the server answers (`/healthz`), and whether it can do its work (`/readyz`): for machines that look after it.

Anybody may ask: the answer names what was looked at and no more; what is wrong with it stands in the log. When the last
backup was taken is told to whoever may read `/metrics`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Final

from django.conf import settings
from django.core.cache import cache as site_cache
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles import append_only, logbook, search
from articles.moderation import erasing
from wiki import metrics
from wiki.accounts import leaving
from wiki.backups import keeping

logger = logging.getLogger(__name__)

PATHS: Final = frozenset({"/healthz", "/readyz"})
# The newest rows of the log that are asked whether they still follow each other.
_LOG_ROWS: Final = 10


def host_of_ours() -> str:
    """Return a host name that is answered, for probes that know the machine by its number only."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else "localhost"


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return _plain("ok\n", 200)


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all that the site stands on is in place, 503 when not; a line for each thing looked at."""
    found = {"database": _fault_of("database", _database)}
    # Nothing else can be said of a database that is away.
    rest = {name: found["database"] or _fault_of(name, check) for name, check in _CHECKS.items()}
    lines = [f"{name} {'failed' if fault else 'ok'}\n" for name, fault in {**found, **rest}.items()]
    if metrics.may_know(request):
        lines.append(f"last-backup {_last_backup()}\n")
    # Without a cache that may be away the site works: nobody must be sent elsewhere, but somebody should look.
    forgiven = {"cache"} if getattr(site_cache, "may_be_away", False) and not found["database"] else set()
    faults = [name for name, fault in {**found, **rest}.items() if fault and name not in forgiven]
    return _plain("".join(lines), 503 if faults else 200)


def _plain(text: str, status: int) -> HttpResponse:
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)


def _fault_of(name: str, check: Callable[[], str]) -> str:
    """Return what is wrong, for the log; empty when all is well."""
    try:
        fault = check()
    except Exception as failure:
        fault = f"{type(failure).__name__}: {failure}"
    if fault:
        logger.warning("Not ready, %s: %s", name, fault)
    return fault


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return ""


def _migrations() -> str:
    waiting = sorted(_newest_migrations() - set(MigrationRecorder(connection).applied_migrations()))
    return ", ".join(f"{app}.{name} is not applied" for app, name in waiting)


@cache  # The program doesn't change while it runs; reading its migrations takes longer than all else here.
def _newest_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).graph.leaf_nodes())


def _append_only() -> str:
    missing = append_only.missing(connection)
    return f"missing: {', '.join(missing)}" if missing else ""


def _search() -> str:
    search.find("ready", size=1)
    return ""


def _log() -> str:
    wrong = logbook.verify_newest(_LOG_ROWS)
    return "" if wrong is None else f"row {wrong} was changed, or one before it is missing"


def _erasures() -> str:
    waiting = len(erasing.not_applied())
    if waiting:
        return f"{waiting} erasures for law are not applied: run manage.py apply_erasures"
    left = len(leaving.not_closed())
    return f"{left} accounts that left are open again: run manage.py apply_erasures" if left else ""


def _cache() -> str:
    ask = getattr(site_cache, "ask", None)
    if ask is not None:
        ask()
    site_cache.get("ready")
    return ""


def _backup() -> str:
    return "the newest backup is too old: see manage.py backup --keep" if keeping.is_too_old() else ""


def _last_backup() -> str:
    """When the newest nightly backup was taken, and how many hours ago; of none, that there is none."""
    moment, age = keeping.newest(), keeping.age()
    if moment is None or age is None:
        return "none"
    return f"{moment:%Y-%m-%dT%H:%M:%SZ} {age.total_seconds() / 3600:.0f}h"


_CHECKS: Final[dict[str, Callable[[], str]]] = {
    "migrations": _migrations,
    "append-only": _append_only,
    "search": _search,
    "log": _log,
    "erasures": _erasures,
    "cache": _cache,
    "backup": _backup,
}
