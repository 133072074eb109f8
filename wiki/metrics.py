"""What is counted while the site runs (`/metrics`), for Prometheus and whatever else reads its text format.

No label is made of what anybody sent: each is one of a list that stands here. The page is for the machine's own
programs, or for whoever knows `WIKI_METRICS_TOKEN`.
"""

from __future__ import annotations

import hmac
import logging
import sys
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from ipaddress import ip_address
from itertools import accumulate, product
from typing import Final, NamedTuple

from django.conf import settings
from django.core.signals import got_request_exception
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles import judging, signals
from articles.reviewing import waiting
from wiki import pagecache
from wiki.backups import keeping
from wiki.cases import deciding
from wiki.notifications import mailing
from wiki.peers import PASSED_ON
from wiki.tally import Tally

logger = logging.getLogger(__name__)

# The beginning of a path, and what is done there.
_KINDS: Final = {
    first: kind
    for kind, beginnings in {
        "page": "wiki category section index disclaimer raw cite info links random",
        "edit": "edit preview outline drafts",
        "history": "history compare blame contributions user recent feeds",
        "search": "search suggest",
        "review": "proposals patrol report cases",
        "moderation": "moderation move delete restore hide quarantine protect revert undo rollback take-back special",
        "accounts": "accounts notifications watchlist",
        "site": "admin setup ladder site",
        "api": "api",
        "static": "static",
        "health": "healthz readyz metrics",
    }.items()
    for first in beginnings.split()
} | {"": "page"}
_DOINGS: Final = ("read", "write")
_STATUSES: Final = (
    *("200", "204", "206", "301", "302", "303", "304", "400", "403", "404", "405", "408", "409", "410"),
    *("411", "413", "416", "422", "429", "500", "502", "503", "507", "other"),
)
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BUCKETS: Final = (*(f"{seconds:g}" for seconds in _SECONDS), "+Inf")
_OUTCOMES: Final = {"409": "clash", "413": "too large", "429": "too often", "403": "not allowed"}


class Family(NamedTuple):
    """Numbers of one name, told apart by labels; `values` are all that each label may have."""

    name: str
    says: str
    labels: tuple[str, ...] = ()
    values: tuple[tuple[str, ...], ...] = ()
    # A line for what never happened makes a rate of it possible; where there are hundreds, it only makes them long.
    shows_zeros: bool = True


_KIND_NAMES: Final = (*dict.fromkeys(_KINDS.values()), "other")
_COUNTERS: Final = (
    Family(
        "medwiki_requests_total",
        "Requests answered.",
        ("kind", "doing", "status"),
        (_KIND_NAMES, _DOINGS, _STATUSES),
        shows_zeros=False,
    ),
    Family(
        "medwiki_saves_total",
        "Texts sent to be saved, by what became of them.",
        ("outcome",),
        (("published", "proposed", *_OUTCOMES.values(), "refused", "failed"),),
    ),
    Family(
        "medwiki_renders_total",
        "Texts given to a rendering child; with timeout and died the child was ended or had ended.",
        ("outcome",),
        (("ok", "refused", "timeout", "died", "busy", "start"),),
    ),
    Family(
        "medwiki_database_errors_total",
        "Statements that the database refused or could not answer.",
        ("kind",),
        (("integrity", "operational", "other"),),
    ),
    Family(
        "medwiki_role_pages_total",
        "Articles read by people who are logged in: from the page kept for their role, made for it, made for them.",
        ("outcome",),
        (("kept", "made", "own"),),
    ),
    Family(
        "medwiki_failures_total",
        "Requests that ended in a failure of ours, by what failed.",
        ("of",),
        (("database", "program"),),
    ),
)
# What the kept pages (pagecache.py) count for themselves; the last two are what is there now.
_KEPT: Final = Family(
    "medwiki_kept_pages_total",
    "Requests for pages that may be kept at the door, by outcome; hits fetched from the file; pages that went.",
    ("outcome",),
    (("hits", "misses", "stale", "evicted", "fetched"),),
)
_KEPT_NOW: Final = ("pages", "bytes")
_DURATIONS: Final = Family(
    "medwiki_request_seconds",
    "How long requests took to be answered.",
    ("kind", "doing"),
    (_KIND_NAMES, _DOINGS),
    shows_zeros=False,
)
_CELLS: Final = {
    cell: number
    for number, cell in enumerate(
        [(family.name, *values) for family in _COUNTERS for values in product(*family.values)]
        + [(_DURATIONS.name, *values, part) for values in product(*_DURATIONS.values) for part in (*_BUCKETS, "sum")]
        + [(_KEPT.name, name) for name in (*_KEPT.values[0], *_KEPT_NOW)]
    )
}
tally: Final = Tally(len(_CELLS))
# The cells of one kind and doing, found at once: by status, by bucket, and the sum.
_ANSWERED: Final = {
    (kind, doing): (
        {status: _CELLS["medwiki_requests_total", kind, doing, status] for status in _STATUSES},
        [_CELLS[_DURATIONS.name, kind, doing, bucket] for bucket in _BUCKETS],
        _CELLS[_DURATIONS.name, kind, doing, "sum"],
    )
    for kind, doing in product(*_DURATIONS.values)
}


# When this process has last said what its kept pages count: asking them at each request would cost more than this.
_published = 0.0
_PUBLISH_SECONDS: Final = 1.0


# --- Counting ----------------------------------------------------------------------------------------------------
def count(family: str, *labels: str) -> None:
    """Add one to the counter of this name and these labels."""
    tally.add((_CELLS[f"medwiki_{family}_total", *labels], 1.0))


def answered(method: str, path: str, status: int, seconds: float, led_to: str = "") -> None:
    """Count a request that was answered; `led_to` is the answer's Location."""
    kind = _KINDS.get(path[1:].partition("/")[0], "other")
    doing = "read" if method in ("GET", "HEAD", "OPTIONS") else "write"
    if time.monotonic() > _published + _PUBLISH_SECONDS:
        publish()
    statuses, buckets, total = _ANSWERED[kind, doing]
    said = str(int(status))
    tally.add(
        (statuses.get(said, statuses["other"]), 1.0), (buckets[bisect_left(_SECONDS, seconds)], 1.0), (total, seconds)
    )
    if method == "POST" and path.startswith("/edit/") and (outcome := _outcome(said, led_to)):
        count("saves", outcome)


def publish() -> None:
    """Let the other processes see what this one counts of its kept pages."""
    global _published
    _published = time.monotonic()
    for name, number in pagecache.counts().items():
        tally.put(_CELLS[_KEPT.name, name], number)


def take_row(row: int) -> None:
    """Count in this row from now on. The row beside it is of the worker before, which keeps no pages any more."""
    tally.take_row(row ^ 1)
    for name in _KEPT_NOW:
        tally.put(_CELLS[_KEPT.name, name], 0)
    tally.take_row(row)


def _outcome(status: str, led_to: str) -> str:
    """Return what became of a text; nothing where it was only to be looked at."""
    if status == "303":
        return "proposed" if led_to.startswith("/proposals/") else "published"
    ends = {"4": "refused", "5": "failed"}
    return _OUTCOMES.get(status) or ends.get(status[0], "")


def database_error(failure: BaseException) -> None:
    """Count a statement that failed."""
    name = type(failure).__name__.removesuffix("Error").lower()
    count("database_errors", name if name in ("integrity", "operational") else "other")


def listen() -> None:
    """Count what the encyclopedia and Django announce; called once, when the site is made ready."""
    signals.render_ended.connect(_render_ended, dispatch_uid="metrics")
    got_request_exception.connect(_failed, dispatch_uid="metrics")


def _render_ended(sender: object, *, outcome: str, **rest: object) -> None:
    known = ("medwiki_renders_total", outcome) in _CELLS
    count("renders", outcome if known else "refused")


def _failed(sender: object, **rest: object) -> None:
    count("failures", "database" if isinstance(sys.exc_info()[1], Error) else "program")


# --- The page ----------------------------------------------------------------------------------------------------
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """All numbers as text; 403 for strangers."""
    headers = {"Cache-Control": "no-store"}
    if not may_know(request):
        text = "Only programs of this machine may ask, or who knows WIKI_METRICS_TOKEN.\n"
        return HttpResponse(text, status=403, content_type="text/plain; charset=utf-8", headers=headers)
    publish()
    text = "".join(f"{line}\n" for line in [*_counted(tally.totals()), *_looked_up()])
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8", headers=headers)


def may_know(request: HttpRequest) -> bool:
    """Whoever knows the token; where there is none, a program of this machine that no proxy stands before.

    A proxy on this machine that isn't told of in TRUSTED_PROXIES would make everybody look like one of its programs.
    """
    if token := settings.WIKI_METRICS_TOKEN:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    try:
        is_here = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_here and not request.META.get(PASSED_ON)


def _counted(totals: list[float]) -> Iterator[str]:
    for family in _COUNTERS:
        numbers = {values: totals[_CELLS[family.name, *values]] for values in product(*family.values)}
        shown = {values: number for values, number in numbers.items() if number or family.shows_zeros}
        yield from _lines(family, "counter", ((family.name, values, number) for values, number in shown.items()))
    kept = ((_KEPT.name, (name,), totals[_CELLS[_KEPT.name, name]]) for name in _KEPT.values[0])
    yield from _lines(_KEPT, "counter", kept)
    for name in _KEPT_NOW:
        now = Family(f"medwiki_kept_{name}_now", f"The {name} that are kept at the door now, in all processes.")
        yield from _lines(now, "gauge", [(now.name, (), totals[_CELLS[_KEPT.name, name]])])
    yield from _lines(_DURATIONS, "histogram", _durations(totals), extra=("le",))


def _durations(totals: list[float]) -> Iterator[tuple[str, tuple[str, ...], float]]:
    for values in product(*_DURATIONS.values):
        *buckets, total = (totals[_CELLS[_DURATIONS.name, *values, part]] for part in (*_BUCKETS, "sum"))
        so_many = list(accumulate(buckets))
        if so_many[-1]:
            for bucket, number in zip(_BUCKETS, so_many, strict=True):
                yield f"{_DURATIONS.name}_bucket", (*values, bucket), number
            yield f"{_DURATIONS.name}_sum", values, total
            yield f"{_DURATIONS.name}_count", values, so_many[-1]


def _looked_up() -> Iterator[str]:
    """What is looked up when the page is asked for: queues, whether the database answers at all, the newest backup."""
    queues = {
        "proposals": waiting.count_waiting,
        "risky edits": judging.count_unseen,
        "reports": deciding.count_open,
        "mails": mailing.count_waiting,
    }
    family = Family("medwiki_waiting", "What waits for a person, or for a mail server.", ("what",))
    try:
        samples = [(family.name, (name,), float(number())) for name, number in queues.items()]
    except Error:
        logger.warning("The queues could not be counted.", exc_info=True)
        samples = []
    old = keeping.age()
    age = Family("medwiki_last_backup_seconds", "The age of the newest nightly backup.")
    yield from _lines(age, "gauge", [(age.name, (), old.total_seconds())] if old is not None else [])
    is_up = Family("medwiki_database_up", "Whether the database answered when these numbers were asked for.")
    yield from _lines(is_up, "gauge", [(is_up.name, (), float(bool(samples)))])
    yield from _lines(family, "gauge", samples)


def _lines(
    family: Family, kind: str, numbers: Iterable[tuple[str, tuple[str, ...], float]], *, extra: tuple[str, ...] = ()
) -> Iterator[str]:
    """The lines of one family. Names, labels and values are all our own, so nothing has to be escaped."""
    yield f"# HELP {family.name} {family.says}"
    yield f"# TYPE {family.name} {kind}"
    for name, values, number in numbers:
        labels = ",".join(f'{label}="{value}"' for label, value in zip((*family.labels, *extra), values, strict=False))
        yield f"{name}{{{labels}}} {number:.15g}" if labels else f"{name} {number:.15g}"
