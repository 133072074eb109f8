"""Numbers that all worker processes of one server count together: a piece of memory they share, and no file.

The server's master makes it before it forks, and gives each worker a row of its own. So counting waits for no other
process, a worker that is killed takes nothing away, and a full disk stops nobody.
"""

from __future__ import annotations

import mmap
import threading
from typing import Final

# Two for each worker: while a worker is replaced, the old one and the new one count side by side.
ROWS: Final = 128
_BYTES: Final = 8


class Tally:
    """So many cells that only grow, in each of the rows; a process adds to its own row and reads them all."""

    def __init__(self, cells: int, rows: int = ROWS) -> None:
        self._row_bytes = cells * _BYTES
        self._rows = rows
        # Anonymous and shared: a forked process sees the same bytes. What nobody has touched takes no memory.
        self._memory = mmap.mmap(-1, self._row_bytes * rows)
        self.take_row(0)

    def take_row(self, row: int) -> None:
        """Count in this row from now on; for a process that has just been forked."""
        first = row % self._rows * self._row_bytes
        self._own = memoryview(self._memory)[first : first + self._row_bytes].cast("d")
        # The one before may have been held by another thread while this process was forked.
        self._lock = threading.Lock()

    def add(self, *steps: tuple[int, float]) -> None:
        """Add to some cells, each named with its amount."""
        with self._lock:
            for cell, amount in steps:
                self._own[cell] += amount

    def put(self, cell: int, number: float) -> None:
        """Say what a cell of this process is now; for what it knows of itself alone."""
        self._own[cell] = number

    def totals(self) -> list[float]:
        """Return each cell's number over all processes."""
        untouched = bytes(self._row_bytes)
        firsts = range(0, self._rows * self._row_bytes, self._row_bytes)
        rows = [row for first in firsts if (row := self._memory[first : first + self._row_bytes]) != untouched]
        counted = [memoryview(row).cast("d") for row in rows]
        return [sum(cell) for cell in zip(*counted, strict=True)] or [0.0] * (self._row_bytes // _BYTES)
