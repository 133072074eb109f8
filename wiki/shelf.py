"""A shelf for bytes that memory has no room for: a file without a name, written round and round.

It belongs to the process that opened it and is gone with it, whichever way it ends: no other software, no backup and no
person ever finds it. What is put last drives out what was put first.
"""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import time
import zlib
from pathlib import Path
from typing import Final, NamedTuple

logger = logging.getLogger(__name__)

# A body longer than this share of the shelf would drive out too many others.
_LARGEST_SHARE: Final = 8
# In seconds. A disk that is full is left alone for so long, and its log as well.
_AFTER_A_FAILURE: Final = 60.0


class Place(NamedTuple):
    """Where bytes stand: after how many bytes ever written, how many of them, and their CRC-32."""

    at: int
    length: int
    check: int


class Shelf:
    """At most `most_bytes` of bytes in a file in `folder`, which is opened with the first of them. For all threads."""

    def __init__(self, folder: Path, *, most_bytes: int) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._file: int | None = None
        self._written = 0
        self._waits_until = 0.0
        self._lock = threading.Lock()

    def put(self, content: bytes) -> Place | None:
        """Put bytes on the shelf; None where they find no room there, or the disk takes none."""
        length = len(content)
        if not 0 < length <= self._most_bytes // _LARGEST_SHARE or time.monotonic() < self._waits_until:
            return None
        with self._lock:
            at = self._written
            left = self._most_bytes - at % self._most_bytes
            if length > left:
                at += left
            # Said before it is done: whoever reads what stood there meanwhile is told that it is gone.
            self._written = at + length
            try:
                if self._file is None:
                    self._file = self._opened()
                done = os.pwrite(self._file, content, at % self._most_bytes)
            except OSError as failure:
                logger.warning("Nothing can be put aside: %s", failure)
                self._waits_until = time.monotonic() + _AFTER_A_FAILURE
                return None
        return Place(at, length, zlib.crc32(content)) if done == length else None

    def get(self, place: Place) -> bytes | None:
        """Return the bytes of a place; None where others stand there by now, or the disk gives them no more."""
        if self._file is None or not self.holds(place):
            return None
        try:
            content = os.pread(self._file, place.length, place.at % self._most_bytes)
        except OSError as failure:
            logger.warning("What was put aside can't be read: %s", failure)
            return None
        # Others may have been written there while it was read; and a disk may err.
        return content if self.holds(place) and zlib.crc32(content) == place.check else None

    def holds(self, place: Place) -> bool:
        """Whether the bytes of a place still stand there."""
        return self._written - place.at <= self._most_bytes

    def close(self) -> None:
        """Give the file back; what stood on the shelf is gone."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
            self._file = None
            self._written += self._most_bytes

    def _opened(self) -> int:
        with tempfile.TemporaryFile(dir=self._folder) as file:
            return os.dup(file.fileno())
