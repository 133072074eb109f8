"""The site's name and disclaimer, kept in the process for what the WSGI door refuses: outside of Django, at any moment.

A refusal is cheap to ask for, so it must be cheap to answer: one look at the site's stamp, by its key, tells whether
what is kept still holds. A database that can't be asked is left alone for a while; then the last words known are said.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Final

from django.db import close_old_connections, connection

from articles.models import PageStamp
from wiki.wording import words

logger = logging.getLogger(__name__)

_LEFT_ALONE: Final = 10.0  # Seconds.


@dataclass(frozen=True)
class Kept:
    """What holds as of a stamp; the built-in words while there is none."""

    name: str
    disclaimer: str
    stamp: int | None = None


class Keeper:
    """Knows the words that hold."""

    def __init__(self) -> None:
        self._kept: Kept | None = None
        self._failed = float("-inf")

    def now(self) -> Kept:
        """Return what holds now; never raises."""
        if time.monotonic() - self._failed >= _LEFT_ALONE:
            try:
                return self._asked()
            except Exception:  # Whatever it is, the refusal must be answered.
                self._failed = time.monotonic()
                logger.warning("The disclaimer's words can't be read for a refusal.", exc_info=True)
        return self._kept or _built_in()

    def _asked(self) -> Kept:
        try:
            stamp = PageStamp.objects.filter(path="").values_list("stamp", flat=True).first()
            if stamp is None:
                return _built_in()  # Nobody has ever changed a word.
            kept = self._kept
            if kept is None or kept.stamp != stamp:
                # Read after the stamp: what is changed in between has a later stamp, and is read again.
                said = words.values()
                kept = self._kept = Kept(said["name"], said["disclaimer"], stamp)
            return kept
        finally:
            if not connection.in_atomic_block:
                close_old_connections()  # No request of Django's ends here, which would.


def _built_in() -> Kept:
    name = words.built_in("name").text
    return Kept(name, words.built_in("disclaimer").text.replace("{name}", name))
