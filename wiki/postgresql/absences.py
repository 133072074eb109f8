"""A server that doesn't answer: for a moment nobody waits for it, and then one who asks does so for all."""

from __future__ import annotations

import threading
import time
from typing import Final

# So long nobody waits for a server that somebody has just waited for in vain.
_LEFT_ALONE: Final = 1.0  # Seconds.
# Then one asks for all whether it is back, and takes no longer than that; the others go on doing without.
_TRIED: Final = 6.0


class Absence:
    """Whether a server is away, as the threads of this process have found; the last word counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # When it is asked again; None while it answers.
        self._again: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether the last one who asked was not answered."""
        return self._again is not None

    def lets_ask(self) -> bool:
        """Whether whoever wants to ask now may: everybody while it answers, else one after each moment of rest."""
        if not self.is_known:
            return True
        with self._lock:
            now = time.monotonic()
            if self._again is None:
                return True
            if now < self._again:
                return False
            self._again = now + _TRIED
            return True

    def begins(self) -> bool:
        """Note that it did not answer; returns whether that is news."""
        with self._lock:
            is_news = self._again is None
            self._again = time.monotonic() + _LEFT_ALONE
            return is_news

    def ends(self) -> None:
        """Note that it answered."""
        if self.is_known:
            with self._lock:
                self._again = None
