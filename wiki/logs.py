"""What the server says of itself: each line with the number of its request, in words or as JSON; nothing of a person.

The WSGI door tells here what is asked and what was answered; the settings name the filter and the formatters.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from contextvars import ContextVar, Token
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import quote

access: Final = logging.getLogger("wiki.access")
# Neither formatter says it, and finding it out takes as long as the rest of a line.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False

SLOW_SECONDS: Final = 1.0
_NUMBER: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Under /accounts/ a part as long as this is the secret of a mailed link: who reads the log must not become its owner.
_SECRET: Final = re.compile(r"(?<=/)[^/]{24,}")
_LONGEST_PATH: Final = 400
# A path that is written down as it is, as nearly all are.
_PLAIN: Final = re.compile(rb"/[A-Za-z0-9_.~/:@!$&'()*+,;=-]{0,399}")
# By name only: Django hangs the whole request on its records, addresses and forms included.
_FIELDS: Final = ("method", "path", "status", "milliseconds", "statement")


class Asked(NamedTuple):
    """The request that is being answered: its number, method, and path as it may be written down."""

    number: str
    method: str
    path: str


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def number_for(said: str) -> str:
    """Return the number that a trusted proxy has given the request, or a new one where it is none."""
    if said and _NUMBER.fullmatch(said):
        return said
    # No secret, so it needs nothing of the system's own: no two requests have the same, and that is all.
    return f"{random.getrandbits(64):016x}"


class asked:  # noqa: N801  # Used as a function is, with `with`; one that yields takes thrice as long.
    """Write the number into each line while this request is answered."""

    __slots__ = ("_before", "_there")

    def __init__(self, number: str, method: str, path: bytes) -> None:
        self._there = Asked(number, method if method.isalpha() and method.isascii() else quote(method), shown(path))

    def __enter__(self) -> None:
        self._before: Token[Asked | None] = _asked.set(self._there)

    def __exit__(self, *failure: object) -> None:
        _asked.reset(self._before)


def current() -> Asked | None:
    """Return the request that is being answered, None outside of any."""
    return _asked.get()


def request_number() -> str:
    """Return the number of the request that is being answered, or nothing."""
    there = _asked.get()
    return there.number if there is not None else ""


def answered(status: int, seconds: float) -> None:
    """Write the one line of this request; a slow one is a warning."""
    there = _asked.get()
    assert there is not None
    level = logging.WARNING if seconds > SLOW_SECONDS else logging.INFO
    if not access.isEnabledFor(level):
        return
    said = (there.method, there.path, int(status), round(seconds * 1000))
    # Not `log`, which looks on the stack for the line of the program that wrote it: this one is always the same.
    record = access.makeRecord(access.name, level, __file__, 0, "%s %s %d %d ms", said, None)
    record.__dict__.update(zip(_FIELDS, said, strict=False))
    access.handle(record)


def shown(path: bytes) -> str:
    """Return a path as it may be written down: one line, no query, no secret of a mailed link.

    >>> shown(b"/wiki/caf\xc3\xa9 x"), shown(b"/accounts/password/reset/key/3-cq8x-0123456789abcdef0123456789/")
    ('/wiki/caf%C3%A9%20x', '/accounts/password/reset/key/*/')
    """
    written = path.decode() if _PLAIN.fullmatch(path) else quote(path, safe="/:@!$&'()*+,;=~")
    if written.startswith("/accounts/"):
        written = _SECRET.sub("*", written)
    return written[:_LONGEST_PATH]


class OfTheRequest(logging.Filter):
    """Puts the request's number on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, numbered."""
        record.request_id = request_number() or "-"
        return True


class LineFormatter(logging.Formatter):
    """Lines for people; times in UTC."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")
        # The second that was written last: most lines are of the same one. Both change in one step for all threads.
        self._second: tuple[int, str] = (-1, "")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # As logging's.
        """Return the time in UTC, milliseconds after a comma."""
        second, written = self._second
        if second != int(record.created):
            second = int(record.created)
            written = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(second))
            self._second = (second, written)
        return f"{written},{int(record.msecs):03}"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # As logging's.
        """Return the line, as the format says it; many times a second, so not by the format's own parser."""
        number = getattr(record, "request_id", "-")
        return f"{record.asctime} {record.levelname} {number} {record.name} {record.message}"


class JsonFormatter(logging.Formatter):
    """One JSON object a line, for programs that gather lines."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's own words and the fields that are ours."""
        said: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.name.startswith("wiki."):
            said |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)
