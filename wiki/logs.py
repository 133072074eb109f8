"""What the server says of itself: each line with the number of its request, in words or as JSON; nothing of a person.

The WSGI door tells here what is asked and what was answered; the settings name the filter and the formatters.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import quote

access: Final = logging.getLogger("wiki.access")

SLOW_SECONDS: Final = 1.0
_NUMBER: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Under /accounts/ a part as long as this is the secret of a mailed link: who reads the log must not become its owner.
_SECRET: Final = re.compile(r"(?<=/)[^/]{24,}")
_LONGEST_PATH: Final = 400
# By name only: Django hangs the whole request on its records, addresses and forms included.
_FIELDS: Final = ("method", "path", "status", "milliseconds")


class Asked(NamedTuple):
    """The request that is being answered: its number, method, and path as it may be written down."""

    number: str
    method: str
    path: str


_asked: ContextVar[Asked | None] = ContextVar("asked", default=None)


def number_for(said: str) -> str:
    """Return the number that a trusted proxy has given the request, or a new one where it is none."""
    return said if _NUMBER.fullmatch(said) else secrets.token_hex(8)


@contextmanager
def asked(number: str, method: str, path: bytes) -> Iterator[None]:
    """Write the number into each line while this request is answered."""
    before = _asked.set(Asked(number, quote(method), shown(path)))
    try:
        yield
    finally:
        _asked.reset(before)


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
    milliseconds = round(seconds * 1000)
    fields = {"method": there.method, "path": there.path, "status": int(status), "milliseconds": milliseconds}
    level = logging.WARNING if seconds > SLOW_SECONDS else logging.INFO
    access.log(level, "%s %s %d %d ms", *fields.values(), extra=fields)


def shown(path: bytes) -> str:
    """Return a path as it may be written down: one line, no query, no secret of a mailed link.

    >>> shown(b"/wiki/caf\xc3\xa9 x"), shown(b"/accounts/password/reset/key/3-cq8x-0123456789abcdef0123456789/")
    ('/wiki/caf%C3%A9%20x', '/accounts/password/reset/key/*/')
    """
    written = quote(path, safe="/:@!$&'()*+,;=~")
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

    converter = time.gmtime  # type: ignore[assignment]  # The overloads of the two are written differently.

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")


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
        if record.name == access.name:
            said |= {name: getattr(record, name) for name in _FIELDS}
        if record.exc_info:
            said["exception"] = self.formatException(record.exc_info)
        return json.dumps(said, ensure_ascii=False)
