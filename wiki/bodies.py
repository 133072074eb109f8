"""Whole request bodies: read before Django is called, within limits of size, time and number.

The server reads a body in the thread that asks for it, gives no time limit, and a read can't be broken off. So each
body has a reader thread of its own, and the thread of the request waits for that one only as long as is fair. Then it
answers, but stays until the read is over (`Lingering`). What never arrives costs two idle threads and its sender's
place, and no reader of the encyclopedia waits for it.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import IO, Any, Final

logger = logging.getLogger(__name__)

_CHUNK: Final = 16 * 1024
_IN_MEMORY: Final = 256 * 1024
_RETRY_SECONDS: Final = 5


@dataclass(frozen=True)
class Limits:
    """What a body may cost; bytes, seconds, numbers."""

    largest: int = 13 * 1024 * 1024
    # What is larger is read to its end and thrown away up to here: a browser shows an answer only then.
    thrown_away: int = 64 * 1024 * 1024
    per_address: int = 8
    patience: float = 2.0  # How long one more body than that waits for a place.
    # Request threads of this process that wait for bodies, those included that were given up, and those that wait for
    # places. The server has more: the rest is for readers.
    unfinished: int = 192
    waiting: int = 16
    # At once, then as long as the body comes at this rate (bytes a second), in all.
    grace: float = 15.0
    rate: int = 8 * 1024
    longest: float = 120.0


class BodyRefused(Exception):
    """A body that isn't taken: the status, and what a person should read; `retry_after` in seconds or None.

    `over` is there when the body is still being read: it is set when it is no more.
    """

    over: threading.Event | None = None

    def __init__(self, status: int, heading: str, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(heading)
        self.status = status
        self.heading = heading
        self.sentence = sentence
        self.retry_after = retry_after


class Lingering:
    """The content of an answer to a body that is still being read: sent at once, but at its end when the read is.

    Where a request ends, Granian closes its body, and holds Python's lock while it waits for whoever reads it: the
    whole process would stand still until the sender goes.
    """

    def __init__(self, content: bytes, over: threading.Event) -> None:
        self._content = content
        self._over = over

    def __iter__(self) -> Iterator[bytes]:
        """Give the content, and wait."""
        yield self._content
        self._over.wait()

    def close(self) -> None:
        """Wait, however much of the content was taken."""
        self._over.wait()


class Places:
    """At most so many places for each address, counted over all processes that name the same file.

    A place is a record lock on one byte of the file, at an offset made of the address: the kernel frees it when its
    process dies, however it dies, so nothing is ever left over. The file stays empty.
    """

    def __init__(self, file: Path, number: int) -> None:
        self._file = file
        self._number = number
        self._lock = threading.Lock()
        self._held: set[int] = set()
        self._descriptor: tuple[int, int] | None = None

    def take(self, address: str) -> int | None:
        """Return a place, or None when the address has all of its own."""
        first = _offset(address) * self._number
        with self._lock:
            descriptor = self._opened()
            for place in range(first, first + self._number):
                # Record locks are a process's: its own threads are told apart by the set.
                if place not in self._held and _locked(descriptor, place):
                    self._held.add(place)
                    return place
        return None

    def give_back(self, place: int) -> None:
        """Free a place."""
        with self._lock:
            self._held.discard(place)
            fcntl.lockf(self._opened(), fcntl.LOCK_UN, 1, place)

    def _opened(self) -> int:
        # Opened by each process for itself, on first use: closing an inherited one would free all places.
        if self._descriptor is None or self._descriptor[0] != os.getpid():
            self._held.clear()
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = (os.getpid(), os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return self._descriptor[1]


class Bodies:
    """The bodies that this process is reading."""

    def __init__(self, places_file: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._places = Places(places_file, self.limits.per_address)
        self._waiting = threading.BoundedSemaphore(self.limits.waiting)
        self._unfinished = threading.BoundedSemaphore(self.limits.unfinished)

    @contextmanager
    def whole(self, environ: Mapping[str, Any]) -> Iterator[tuple[IO[bytes], int]]:
        """Give the request's whole body, at its start, and its length in bytes. Raises BodyRefused."""
        length = _announced_length(environ)
        if length == 0:
            yield BytesIO(), 0
            return
        if length is not None and length > self.limits.thrown_away:
            raise _too_large()
        with self._read(environ, length) as (file, received):
            yield file, received

    @contextmanager
    def _read(self, environ: Mapping[str, Any], length: int | None) -> Iterator[tuple[IO[bytes], int]]:
        place = self._place(environ["REMOTE_ADDR"])
        reader = self._started_reader(environ["wsgi.input"], length, place)
        reader.wait()
        if length is None:
            _see_its_end(environ.get("CONTENT_TYPE", ""), reader.file)
        try:
            reader.file.seek(0)
            yield reader.file, reader.received
        finally:
            reader.file.close()

    def _place(self, address: str) -> int:
        place = self._places.take(address)
        if place is not None:
            return place
        if not self._waiting.acquire(blocking=False):
            raise _too_many()
        try:
            give_up = time.monotonic() + self.limits.patience
            while place is None and time.monotonic() < give_up:
                time.sleep(0.05)
                place = self._places.take(address)
        finally:
            self._waiting.release()
        if place is None:
            raise _too_many()
        return place

    def _started_reader(self, source: Any, length: int | None, place: int) -> _Reader:
        if not self._unfinished.acquire(blocking=False):
            self._places.give_back(place)
            raise _too_busy()

        def finished() -> None:
            self._places.give_back(place)
            self._unfinished.release()

        reader = _Reader(source, length, self.limits, finished)
        reader.start()
        return reader


class _Reader(threading.Thread):
    """Reads one body to its end, in a file that is on disk from 256 KB on; may outlive its request."""

    def __init__(self, source: Any, length: int | None, limits: Limits, finished: Any) -> None:
        super().__init__(name="body", daemon=True)
        self.file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  # Closed by whoever has it last.
        self.received = 0
        self._source = source
        self._length = length
        self._limits = limits
        self._finished = finished
        self._done = threading.Event()
        self._given_up = False
        self._failure: BodyRefused | None = None

    def run(self) -> None:
        try:
            self._copy()
        except Exception:
            logger.exception("A request's body could not be read.")
            self._failure = _cannot_be_kept()
        finally:
            self._finished()
            self._done.set()
            if self._given_up:
                self.file.close()

    def wait(self) -> None:
        """Wait for the end of the body. Raises BodyRefused when it is too large, too slow or cut off."""
        started = time.monotonic()
        while not self._done.wait(0.5):
            if time.monotonic() - started > self._fair_time():
                self._given_up = True
                refused = _too_slow()
                refused.over = self._done
                raise refused
        if self._failure is None:
            self._failure = self._fault()
        if self._failure is not None:
            self.file.close()
            raise self._failure

    def _copy(self) -> None:
        while not self._given_up and self.received <= self._limits.thrown_away:
            wanted = _CHUNK if self._length is None else min(_CHUNK, self._length - self.received)
            chunk = self._source.read(wanted) if wanted else b""
            if not chunk:
                return
            self.received += len(chunk)
            if self.received <= self._limits.largest:
                self.file.write(chunk)

    def _fair_time(self) -> float:
        return min(self._limits.grace + self.received / self._limits.rate, self._limits.longest)

    def _fault(self) -> BodyRefused | None:
        if self.received > self._limits.largest:
            return _too_large()
        # The server tells a body that was cut off from a whole one by nothing else.
        if self._length is not None and self.received < self._length:
            return _cut_off()
        return None


def _announced_length(environ: Mapping[str, Any]) -> int | None:
    """Return the length that the request announces, None for a chunked one, whose length only its end tells."""
    said = environ.get("CONTENT_LENGTH") or ""
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    if not said:
        return 0
    if not (said.isascii() and said.isdigit() and len(said) < 16):
        raise BodyRefused(400, "This request can't be read", "It says no clear length.")
    return int(said)


def _see_its_end(content_type: str, file: IO[bytes]) -> None:
    """Refuse a chunked body that can't be told from one that was cut off. Raises BodyRefused.

    The server ends the read at a broken connection just as at the last chunk. JSON and forms in parts show their own
    end; of a plain form half a text would be saved as if it were the whole.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    file.seek(0, os.SEEK_END)
    if file.tell() == 0 or media_type == "application/json":
        return
    if media_type == "multipart/form-data":
        file.seek(max(0, file.tell() - 8))
        if file.read().rstrip().endswith(b"--"):
            return
    file.close()
    raise BodyRefused(
        411, "This request doesn't say how long it is", "Please send it again with its length (Content-Length)."
    )


def _offset(address: str) -> int:
    """Return a number for an address; a household's IPv6 addresses are one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        network = address.encode("utf-8", "replace")
    else:
        network = parsed.packed[:8] if isinstance(parsed, IPv6Address) else parsed.packed
    return int.from_bytes(hashlib.blake2b(network, digest_size=6).digest(), "big")


def _locked(descriptor: int, place: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
    except OSError:
        return False
    return True


_STILL_THERE: Final = "Your text is still in your browser: go back"


def _too_large() -> BodyRefused:
    return BodyRefused(413, "That is too much at once", f"{_STILL_THERE}, and send less of it.")


def _too_slow() -> BodyRefused:
    return BodyRefused(408, "Your request took too long to arrive", f"{_STILL_THERE} and send it again.")


def _too_many() -> BodyRefused:
    return BodyRefused(
        429,
        "Too many requests at once",
        f"Others from your address are still on their way. {_STILL_THERE}, wait a moment, and send it again.",
        _RETRY_SECONDS,
    )


def _too_busy() -> BodyRefused:
    return BodyRefused(503, "Too busy just now", f"{_STILL_THERE}, wait a moment, and send it again.", _RETRY_SECONDS)


def _cut_off() -> BodyRefused:
    return BodyRefused(400, "Your request was cut off", f"Nothing was changed. {_STILL_THERE} and send it again.")


def _cannot_be_kept() -> BodyRefused:
    return BodyRefused(
        503, "Your request could not be kept", f"Nothing was changed. {_STILL_THERE} and send it again.", _RETRY_SECONDS
    )
