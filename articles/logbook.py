"""The log of privileged acts: rows are added, never changed, and each holds the hash of the one before.

Called by whatever does a privileged act, inside the transaction of that act.
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import connections, router, transaction
from django.utils import timezone

from articles.models import LogEntry

# Any number will do as long as nothing else in this database locks it.
_LOCK = 7_046_029_254_386_353_131


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


def verify() -> int | None:
    """Return the number of the first row that was changed, or that follows a missing one; None when all is well.

    Rows cut off at the end can't be seen from inside: compare the last hash with one kept elsewhere.
    """
    previous_hash = ""
    entries = LogEntry.objects.using(_database()).order_by("number").iterator(chunk_size=1000)
    for number, entry in enumerate(entries, start=1):
        if (entry.number, entry.previous_hash, entry.hash) != (number, previous_hash, _hash_of(entry)):
            return number
        previous_hash = entry.hash
    return None


def verify_newest(most: int) -> int | None:
    """As `verify`, of at most so many rows from the newest backwards: little enough to be asked every few seconds."""
    newest = LogEntry.objects.using(_database()).order_by("-number")[:most]
    following: LogEntry | None = None
    for entry in newest:
        if following is not None and (following.number, following.previous_hash) != (entry.number + 1, entry.hash):
            return following.number
        if entry.hash != _hash_of(entry):
            return entry.number
        following = entry
    return None


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
