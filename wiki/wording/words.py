"""The site's words and choices: the newest version of each holds; a change is a new version, logged.

All of them are read by one query, which a request makes once: the disclaimer, the templates and whoever asks what a
person may do share its answer.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models import Max, QuerySet

from articles import logbook, stamps
from wiki.wording import rules
from wiki.wording.catalogue import BY_KEY, BY_SETTING, CATALOGUE
from wiki.wording.models import Wording
from wiki.wording.rules import WordingRefused

__all__ = ["WordingRefused"]  # A change raises it; the rules say why.

if TYPE_CHECKING:
    from wiki.accounts.models import User

logger = logging.getLogger(__name__)

PERMISSION: Final = "wording.change_wording_text"
_MOST_VERSIONS: Final = 100


class WordingChanged(Exception):
    """Somebody else has changed this wording since the form was opened."""


@dataclass(frozen=True)
class Words:
    """A wording as it holds: `number` 0 and no time for the one that nobody has changed here.

    `is_ours` is false for that one, and for one that was put back to it.
    """

    text: str
    number: int = 0
    since: datetime | None = None
    is_ours: bool = False

    @property
    def filled(self) -> str:
        """The text with the site's name in its place."""
        return self.text.replace("{name}", _all_or_built_in()["name"].text)


@dataclass
class _Request:
    """What a request has read; `has_failed` when the database didn't answer, so that it isn't waited for again."""

    words: Mapping[str, Words] | None = None
    has_failed: bool = False


_of_this_request: ContextVar[_Request | None] = ContextVar("words_of_this_request", default=None)


@contextmanager
def one_request() -> Iterator[None]:
    """Remember the words that are read inside: called by the outermost middleware, around a request."""
    token = _of_this_request.set(_Request())
    try:
        yield
    finally:
        _of_this_request.reset(token)


def have_failed() -> bool:
    """Return whether the database didn't answer within this request, and the built-in words stood in for ours."""
    request = _of_this_request.get()
    return request is not None and request.has_failed


def value(key: str) -> str:
    """Return a word or choice as it holds, the site's name filled in; the built-in one while nothing can be read."""
    return _all_or_built_in()[key].filled


def values() -> dict[str, str]:
    """Return all of them as `value` does."""
    found = _all_or_built_in()
    return {key: words.text.replace("{name}", found["name"].text) for key, words in found.items()}


def choice(name: str) -> str:
    """Return what holds for a setting that may be changed here, such as WIKI_ANONYMOUS_EDITS; of others, the setting.

    Unlike `value` it fails with the database: who may publish is not guessed.
    """
    entry = BY_SETTING.get(name)
    return str(getattr(settings, name)) if entry is None else _all()[entry.key].text


def current(key: str) -> Words:
    """Return the wording that holds."""
    return _all()[key]


def built_in(key: str) -> Words:
    """Return what holds while nothing was changed here: of the environment, or as the software came."""
    entry = BY_KEY[key]
    return Words(str(getattr(settings, entry.setting) if entry.setting else entry.built_in))


def source_of(key: str) -> str:
    """Return where the value comes from: "here", "environment" or "software"."""
    if current(key).is_ours:
        return "here"
    return without_ours(key)[0]


def without_ours(key: str) -> tuple[str, str]:
    """Return where the value would come from if nothing were set here ("environment" or "software"), and what it is."""
    return ("environment" if BY_KEY[key].setting in os.environ else "software"), built_in(key).text


def version(key: str, number: int) -> Words | None:
    """Return one version of a wording; 0 is the built-in one."""
    if number == 0:
        return built_in(key)
    row = Wording.objects.filter(key=key, pk=number).first()
    return Words(row.text, row.pk, row.when, is_ours=True) if row is not None else None


def versions(key: str) -> list[Wording]:
    """Return the versions of a wording, newest first."""
    return list(Wording.objects.filter(key=key).select_related("who").order_by("-id")[:_MOST_VERSIONS])


def newest() -> dict[str, Wording]:
    """Return the version that holds of each wording that was changed here, with who made it."""
    return {row.key: row for row in _newest().select_related("who")}


def change(*, key: str, text: str, who: User, why: str = "", base: int | None = None) -> Wording:
    """Make a new version of a wording, on every page at the next request.

    `base` is the number of the version that the person saw. Raises WordingRefused, WordingChanged, PermissionDenied.
    """
    return _add(Wording(key=key, text=rules.cleaned(BY_KEY[key], text), who=who, why=why), base, "wording.change")


def put_back(*, key: str, who: User, why: str = "", base: int | None = None) -> Wording:
    """Let the environment's or the built-in wording hold again, whatever it will be; a version like any other.

    Raises WordingChanged, PermissionDenied.
    """
    row = Wording(key=key, text=built_in(key).text, is_put_back=True, who=who, why=why)
    return _add(row, base, "wording.put_back")


def _add(row: Wording, base: int | None, what: str) -> Wording:
    if row.who is None or not row.who.has_perm(PERMISSION):
        raise PermissionDenied
    with transaction.atomic():
        stamps.raise_site_stamp()  # Its row is the lock, too: two people who change a word meet here.
        before = next((_words(newest) for newest in _newest().filter(key=row.key)), built_in(row.key))
        if base is not None and base != before.number:
            raise WordingChanged
        row.save(force_insert=True)
        logbook.record(
            who=row.who,
            what=what,
            target=row.key,
            why=row.why,
            before={"text": before.text},
            after={"text": row.text},
        )
    _forget()
    return row


def _all() -> Mapping[str, Words]:
    request = _of_this_request.get()
    if request is not None and request.words is not None:
        return request.words
    changed = {row.key: _words(row) for row in _changed() if row.key in BY_KEY}
    found = {entry.key: changed.get(entry.key) or built_in(entry.key) for entry in CATALOGUE}
    if request is not None:
        request.words = found
    return found


def _all_or_built_in() -> Mapping[str, Words]:
    request = _of_this_request.get()
    if request is None or not request.has_failed:
        try:
            return _all()
        except DatabaseError:
            logger.warning("The site's words can't be read: the built-in ones are shown.", exc_info=True)
            if request is not None:
                request.has_failed = True
    return {entry.key: built_in(entry.key) for entry in CATALOGUE}


def _changed() -> Iterable[Wording]:
    """The rows of `_newest`, for every page there is: the question is always the same, so it is put once."""
    table = Wording._meta.db_table
    return Wording.objects.raw(f"SELECT * FROM {table} WHERE id IN (SELECT MAX(id) FROM {table} GROUP BY key)")  # noqa: S608


def _newest() -> QuerySet[Wording]:
    numbers = Wording.objects.values("key").annotate(newest=Max("id")).values("newest")
    return Wording.objects.filter(pk__in=numbers)


def _forget() -> None:
    request = _of_this_request.get()
    if request is not None:
        request.words = None


def _words(row: Wording) -> Words:
    """A version as it holds now: one that was put back says what the environment or the software says today."""
    text = built_in(row.key).text if row.is_put_back else row.text
    return Words(text, row.pk, row.when, is_ours=not row.is_put_back)
