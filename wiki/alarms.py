"""A failure (500) is mailed to ADMINS and told to SENTRY_DSN: once an hour for each kind, with no word of what
anybody sent.

The settings hang the handler on the loggers that tell of failures. Django's own would mail cookies, forms and the
values of variables with it.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from django.conf import settings
from django.core import mail
from django.db import DatabaseError, connections

from wiki import logs, sentry

logger = logging.getLogger(__name__)

_SECONDS: Final = 3600
# All kinds together: a database that is away fails in many places.
_MOST_AN_HOUR: Final = 20
_MOST_FRAMES: Final = 40
_OURS: Final = ("articles", "wiki")


class AlarmMails(logging.Handler):
    """Mails what was logged with an exception; whatever goes wrong with that, the answer goes out as it would have."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._told: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Mail the record's exception, when its kind hasn't been mailed within the hour."""
        failure = record.exc_info[1] if record.exc_info else None
        if failure is None or settings.DEBUG or not (settings.ADMINS or settings.SENTRY_DSN):
            return
        try:
            kind = kind_of(failure)
            if self._is_news(kind):
                path, number = _request_of(record)
                body = _words(failure, kind, path, number)
                event = sentry.event_of(failure, kind, view=_view_of(record), number=number)
                # Counting and sending may take seconds, and somebody waits for the answer.
                _in_background(partial(_send, kind, body, event))
        except Exception:
            self.handleError(record)

    def _is_news(self, kind: str) -> bool:
        """Whether this process hasn't told of it within the hour: holds when the database can't count, too."""
        now = time.monotonic()
        self._told = {told: when for told, when in self._told.items() if when > now - _SECONDS}
        is_news = kind not in self._told and len(self._told) < _MOST_AN_HOUR
        if is_news:
            self._told[kind] = now
        return is_news


def kind_of(failure: BaseException) -> str:
    """Return the exception's type and the place in our code that it came through last.

    Its message is left out: it may hold what somebody typed, and would make each failure a kind of its own.
    """
    frames = list(traceback.walk_tb(failure.__traceback__))
    places = [(sentry.file_name(frame.f_code.co_filename), line, frame.f_code.co_name) for frame, line in frames]
    ours = [place for place in places if place[0].split("/")[0] in _OURS]
    file, line, function = (ours or places or [("?", 0, "?")])[-1]
    return f"{_type_of(failure)} in {file}, line {line}, {function}"


def _type_of(failure: BaseException) -> str:
    return type(failure).__qualname__


def _request_of(record: logging.LogRecord) -> tuple[str, str]:
    """The path, as it may be written down, and the number of the request that failed."""
    asked = logs.current()
    if asked is not None:
        return asked.path, asked.number
    request = getattr(record, "request", None)
    return (logs.shown(request.path.encode(errors="replace")) if request is not None else "-"), "-"


def _view_of(record: logging.LogRecord) -> str:
    """The name of the view that failed, as far as there was one."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return (match.view_name if match is not None else "") or "-"


def _words(failure: BaseException, kind: str, path: str, number: str) -> str:
    lines = [
        f"{kind}.",
        "",
        f"Request: {path}",
        f"Number: {number}",
        "",
        *_traceback(failure),
        "",
        "What the exception says stands in the server's log, beside the number: it may hold what somebody typed.",
        "A failure of this kind is mailed at most once an hour.",
    ]
    return "\n".join(lines)


def _traceback(failure: BaseException) -> Iterator[str]:
    """Where it happened, and what led to it, oldest first: files, lines and our own program text, no values."""
    cause = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    if cause is not None and cause is not failure:
        yield from _traceback(cause)
        yield ""
    yield "Traceback (most recent call last):"
    for text in traceback.StackSummary.extract(
        traceback.walk_tb(failure.__traceback__), limit=-_MOST_FRAMES, capture_locals=False
    ).format():
        yield text.rstrip()
    yield _type_of(failure)


def _in_background(act: Callable[[], None]) -> None:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    threading.Thread(target=run, name="alarm", daemon=True).start()


def _send(kind: str, body: str, event: dict[str, Any]) -> None:
    if not _is_counted(kind):
        return
    # Warnings: an error would be told in its turn.
    try:
        mail.mail_admins(kind, body)
    except Exception:
        logger.warning("A failure could not be mailed to ADMINS.", exc_info=True)
    try:
        if settings.SENTRY_DSN:
            sentry.send(event, sentry.place_of(settings.SENTRY_DSN))
    except Exception:
        logger.warning("A failure could not be told to SENTRY_DSN.", exc_info=True)


def _is_counted(kind: str) -> bool:
    """Whether this is the hour's first of its kind, over all processes."""
    # Imported here: the logs are set up before there are models.
    from articles import limits

    try:
        limits.take("alarm", times=_MOST_AN_HOUR, seconds=_SECONDS)
        limits.take(f"alarm:{kind}", times=1, seconds=_SECONDS)
    except limits.TooOften:
        return False
    except DatabaseError:
        # It may be just that which is to be told; this process has counted for itself.
        return True
    return True
