"""The log of privileged acts: rows are added, never changed, and each holds the hash of the one before.

Called by whatever does a privileged act, inside the transaction of that act.
"""

import hashlib
import json
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import DatabaseError, connections, router, transaction
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone

from articles.models import LogEntry, walks

PAGE_SIZE = 50
# The act by which words leave even the log: its row names the rows that they were in, which can't prove themselves
# any more. That nobody else has changed these is shown by the hash they had, which the row after them holds.
ERASED = "text.erase"
# A page got another title: `target` is the one it had, `after` names the edit that tells so.
MOVED = "article.move"
# Any number will do as long as nothing else in this database locks it.
_LOCK = 7_046_029_254_386_353_131
# What reading a row raises whose bytes somebody has changed.
_UNREADABLE = (ValueError, TypeError, AttributeError, OverflowError, DatabaseError)
_ROWS_AT_ONCE = 500
# So many accounts may bear a name but for capitals.
_NAMESAKES = 20
_SPELLED = ("when", "before", "after")


def record(
    *,
    who: AbstractBaseUser | None,
    what: str,
    target: str,
    why: str = "",
    before: object = None,
    after: object = None,
    personal: object = None,
) -> LogEntry:
    """Add a row: who did what to which target, why, and the state before and after (anything JSON can say).

    `who` is None for the server's own command line. `personal` is for names and addresses: it is outside the hash, so
    that it can be erased. Raises TypeError or ValueError when JSON can't say it; floats are refused because databases
    give some of them back changed.
    """
    with transaction.atomic(using=_database()):
        _one_at_a_time()
        last = LogEntry.objects.using(_database()).order_by("-number").first()
        entry = LogEntry(
            number=last.number + 1 if last else 1,
            who_id=who.pk if who else None,
            what=what,
            target=target,
            why=why,
            when=timezone.now(),
            before=_plain(before),
            after=_plain(after),
            previous_hash=last.hash if last else "",
            personal=_plain(personal),
        )
        entry.hash = _hash_of(entry)
        entry.save(using=_database(), force_insert=True)
    return entry


def rename_subject(target: str, name: str) -> None:
    """Let rows about a target name it so: what else they hold outside their hashes, such as addresses, is erased."""
    LogEntry.objects.using(_database()).filter(target=target).update(personal={"name": name})


def forget_names(target: str, what: str, names: Collection[str]) -> None:
    """Erase what rows about a target hold outside their hashes, where it is one of these names."""
    rows = LogEntry.objects.using(_database()).filter(target=target, what=what, personal__name__in=list(names))
    rows.update(personal=None)


@dataclass(frozen=True)
class Reason:
    """Who did something with a page, when and why; the reason is for everybody to read."""

    name: str
    why: str
    when: datetime


def reason_of(target: str, what: str) -> Reason | None:
    """Return who did this with the target last, and why; None where nobody did."""
    entry = LogEntry.objects.filter(target=target, what=what).select_related("who").order_by("-number").first()
    return Reason(entry.who.get_username() if entry.who else "", entry.why, entry.when) if entry is not None else None


@dataclass(frozen=True)
class Wanted:
    """Which rows somebody looks for: by whom (the name of an account; the server's own acts have none), of which deed,
    about which target, since and until which days (UTC, both included)."""

    who: str = ""
    what: str = ""
    target: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """A page of the log, newest first: below which number older rows begin, above which newer ones."""

    rows: list[LogEntry]
    older: int | None
    newer: int | None


def page(wanted: Wanted, *, before: int | None = None, after: int | None = None) -> Page:
    """Return the rows below the number `before`, or just above `after`."""
    rows = _wanted(wanted)
    if after is not None:
        found = list(rows.filter(number__gt=after).order_by("number")[: PAGE_SIZE + 1])
        shown, more_newer = found[:PAGE_SIZE][::-1], len(found) > PAGE_SIZE
        more_older = bool(shown)
    else:
        if before is not None:
            rows = rows.filter(number__lt=before)
        found = list(rows.order_by("-number")[: PAGE_SIZE + 1])
        shown, more_older = found[:PAGE_SIZE], len(found) > PAGE_SIZE
        more_newer = before is not None and bool(shown)
    older = shown[-1].number if shown and more_older else None
    return Page(shown, older, shown[0].number if shown and more_newer else None)


def each(wanted: Wanted) -> Iterator[LogEntry]:
    """Yield all rows, the oldest first, never many at once: for an export."""
    rows, last = _wanted(wanted).order_by("number"), 0
    while some := list(rows.filter(number__gt=last)[:_ROWS_AT_ONCE]):
        yield from some
        last = some[-1].number


def _wanted(wanted: Wanted) -> QuerySet[LogEntry]:
    rows = LogEntry.objects.select_related("who")
    if wanted.who:
        # By number: the database would otherwise read the whole log to find that somebody did nothing.
        named = get_user_model()._default_manager.filter(**{f"{get_user_model().USERNAME_FIELD}__iexact": wanted.who})
        rows = rows.filter(who__in=list(named.values_list("pk", flat=True)[:_NAMESAKES]))
    if wanted.what:
        rows = rows.filter(what=wanted.what)
    if wanted.target:
        rows = rows.filter(target=wanted.target)
    # Numbers rise with time: asked by these, a page of an old month costs what one of today does.
    if wanted.since is not None:
        since = datetime.combine(wanted.since, time.min, UTC)
        first = LogEntry.objects.filter(when__gte=since).order_by("when").values_list("number", flat=True).first()
        rows = rows.filter(number__gte=first) if first is not None else rows.none()
    if wanted.until is not None:
        until = datetime.combine(wanted.until, time.max, UTC)
        last = LogEntry.objects.filter(when__lte=until).order_by("-when").values_list("number", flat=True).first()
        rows = rows.filter(number__lte=last) if last is not None else rows.none()
    return rows


def newest() -> tuple[int, str]:
    """Return the number and the hash of the last row, to be kept elsewhere; 0 and nothing of an empty log."""
    last = LogEntry.objects.using(_database()).order_by("-number").first()
    return (last.number, last.hash) if last is not None else (0, "")


def knows(hash_kept: str) -> bool:
    """Whether the log has a row of this hash: one kept elsewhere tells whether rows were cut off at the end."""
    return LogEntry.objects.using(_database()).filter(hash=hash_kept).exists()


def about(target: str, most: int = 5) -> list[LogEntry]:
    """Return the newest rows about a target, such as the full title of a page, with who did it: one query."""
    return list(LogEntry.objects.filter(target=target).select_related("who").order_by("-number")[:most])


def moved_away_from(full_title: str) -> list[int]:
    """Return the ids of the edits by which pages got another title than this one, which they had."""
    rows = LogEntry.objects.filter(target=full_title, what=MOVED).values_list("after", flat=True)
    return [after["edit"] for after in rows if isinstance(after, dict) and isinstance(after.get("edit"), int)]


def verify() -> int | None:
    """Return the number of the first row that was changed, or that follows a missing one; None when all is well.

    Rows cut off at the end can't be seen from inside: compare the last hash with one kept elsewhere.
    """
    try:
        return _first_wrong(walks.in_order(_rows(), by="number"))
    except _UNREADABLE:
        return _first_wrong(_one_by_one())


def _first_wrong(entries: Iterable[LogEntry | None]) -> int | None:
    previous_hash, cut = "", _cut_by_law()
    for number, entry in enumerate(entries, start=1):
        if entry is None or (entry.number, entry.previous_hash) != (number, previous_hash):
            return number
        if not _holds(entry, cut):
            return number
        previous_hash = entry.hash
    return None


def _one_by_one() -> Iterator[LogEntry | None]:
    """Yield the rows, each asked for by itself: None for one that can't be read at all, whose bytes make no sense."""
    rows = _rows()
    with connections[_database()].cursor() as cursor:
        cursor.execute(f"SELECT id FROM {LogEntry._meta.db_table} ORDER BY number")  # noqa: S608 - the name is ours.
        keys = [row[0] for row in cursor.fetchall()]
    for key in keys:
        try:
            yield rows.get(pk=key)
        except (*_UNREADABLE, LogEntry.DoesNotExist):
            yield None


def verify_newest(most: int) -> int | None:
    """As `verify`, of at most so many rows from the newest backwards: little enough to be asked every few seconds."""
    newest = _rows().order_by("-number")[:most]
    following: LogEntry | None = None
    cut = _cut_by_law()
    for entry in newest:
        if following is not None and (following.number, following.previous_hash) != (entry.number + 1, entry.hash):
            return following.number
        if not _holds(entry, cut):
            return entry.number
        following = entry
    return None


def _holds(entry: LogEntry, cut: Container[int]) -> bool:
    """Whether a row says what it said when it was written, to the byte; of one cut by law its hash speaks for it."""
    if entry.number in cut:
        return True
    try:
        return entry.hash == _hash_of(entry) and _is_as_written(entry)
    except _UNREADABLE:
        return False


def _cut_by_law() -> frozenset[int]:
    """Return the numbers of the rows that an erasure has cut words out of, as its own row says."""
    rows = LogEntry.objects.using(_database()).filter(what=ERASED).values_list("after", flat=True)
    try:
        return frozenset(number for after in rows for number in (after or {}).get("log", ()))
    except _UNREADABLE:
        return frozenset()


def _rows() -> QuerySet[LogEntry]:
    """The rows, on SQLite with the bytes of what it reads the same in several spellings: `{"a":1}` and `{"a": 1}`."""
    rows = LogEntry.objects.using(_database())
    if connections[_database()].vendor != "sqlite":
        return rows
    return rows.annotate(**{f"stored_{name}": Cast(name, TextField()) for name in _SPELLED})


def _is_as_written(entry: LogEntry) -> bool:
    """Whether the bytes are those that were written, where a database keeps any."""
    if not hasattr(entry, "stored_when"):
        return True
    stored = [getattr(entry, f"stored_{name}") for name in _SPELLED]
    when = connections[_database()].ops.adapt_datetimefield_value(entry.when)
    return stored == [when, *(None if value is None else json.dumps(value) for value in (entry.before, entry.after))]


def _database() -> str:
    return router.db_for_write(LogEntry)


def _one_at_a_time() -> None:
    """Two rows must not follow the same one. SQLite's transactions are IMMEDIATE, so one writer at a time already.

    On PostgreSQL a lock on the last row would not do: who waited for it doesn't see the row added meanwhile.
    """
    connection = connections[_database()]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _hash_of(entry: LogEntry) -> str:
    """SHA-256, in hex, of what the row says and the hash before it; personal data is left out."""
    facts = [
        entry.number,
        entry.who_id,
        entry.what,
        entry.target,
        entry.why,
        _exact(entry.when),
        entry.before,
        entry.after,
        entry.previous_hash,
    ]
    return hashlib.sha256(_canonical(facts).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))


def _exact(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> Any:
    """The value as JSON gives it back (keys are strings, tuples lists), so that it is hashed as it will be read."""
    return json.loads(_canonical(value), parse_float=_refuse_float)


def _refuse_float(written: str) -> float:
    raise TypeError(f"The log holds no floats: {written}")
