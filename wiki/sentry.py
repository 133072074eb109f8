"""A failure told to a Sentry (`SENTRY_DSN`), or to whatever else takes its envelopes: where it was, and no value of
anything: no path either, which may name a page or a person.

Its own library would gather requests, variables and statements, and each of these would have to be taken out again.
"""

from __future__ import annotations

import json
import secrets
import sysconfig
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

_SECONDS: Final = 10
_MOST_FRAMES: Final = 40
# Libraries first: they may lie below our own folder.
_FOLDERS: Final = [
    *(Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")),
    *(Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")),
    Path(__file__).resolve().parent.parent,
    Path(sysconfig.get_path("stdlib")),
]


class Place(NamedTuple):
    """Where failures are sent, and the key that lets us."""

    url: str
    key: str


def place_of(dsn: str) -> Place:
    """Return the place that an address such as `https://key@host/7` means. Raises ValueError.

    >>> place_of("https://0a1b@sentry.example.org/under/7")
    Place(url='https://sentry.example.org/under/api/7/envelope/', key='0a1b')
    """
    parts = urlsplit(dsn)
    folder, _, project = parts.path.rpartition("/")
    if parts.scheme not in ("http", "https") or not (parts.username and parts.hostname and project):
        raise ValueError("It is an address such as https://key@sentry.example.org/7.")
    host = parts.netloc.rpartition("@")[2]
    return Place(f"{parts.scheme}://{host}{folder}/api/{project}/envelope/", parts.username)


def file_name(file: str) -> str:
    """Return a file's name below the folder of ours, of the libraries, or of Python; of any other only its last part.

    What stands before it tells of the machine, and of whoever it belongs to.
    """
    path = Path(file)
    for folder in _FOLDERS:
        if path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name


def event_of(failure: BaseException, kind: str, *, view: str, number: str) -> dict[str, Any]:
    """Return what is told of a failure: the view's name, types, files, lines; never what an exception says."""
    return {
        "event_id": secrets.token_hex(16),
        "timestamp": datetime.now(UTC).isoformat(),
        "platform": "python",
        "level": "error",
        "logger": "medwiki",
        "transaction": view,
        "fingerprint": [kind],
        "tags": {"request_id": number},
        "exception": {"values": list(_exceptions(failure))},
    }


def _exceptions(failure: BaseException) -> Iterator[dict[str, Any]]:
    """The failure and what led to it, oldest first."""
    cause = failure.__cause__ or (None if failure.__suppress_context__ else failure.__context__)
    if cause is not None and cause is not failure:
        yield from _exceptions(cause)
    frames = [
        {"filename": file_name(frame.f_code.co_filename), "function": frame.f_code.co_name, "lineno": line}
        for frame, line in traceback.walk_tb(failure.__traceback__)
    ]
    yield {
        "type": type(failure).__qualname__,
        "module": type(failure).__module__,
        "value": "",
        "stacktrace": {"frames": frames[-_MOST_FRAMES:]},
    }


def send(event: dict[str, Any], place: Place) -> None:
    """Send one event. Raises OSError when it isn't taken."""
    lines = [{"event_id": event["event_id"]}, {"type": "event"}, event]
    headers = {
        "Content-Type": "application/x-sentry-envelope",
        "X-Sentry-Auth": f"Sentry sentry_version=7, sentry_client=medwiki/1, sentry_key={place.key}",
    }
    body = "\n".join(json.dumps(line) for line in lines).encode()
    with urlopen(Request(place.url, body, headers), timeout=_SECONDS) as answer:  # noqa: S310  # http(s), see place_of.
        answer.read()
