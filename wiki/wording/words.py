"""The site's words: the newest version of each holds; a change is a new version, logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from articles import editing, logbook
from wiki import disclaimer
from wiki.wording.models import Wording

if TYPE_CHECKING:
    from wiki.accounts.models import User


class WordingEmpty(ValueError):
    """A wording must say something: a page without the disclaimer is harm."""


@dataclass(frozen=True)
class Words:
    """A wording as it holds: `number` 0 and no time for the built-in one."""

    text: str
    number: int = 0
    since: datetime | None = None

    @property
    def filled(self) -> str:
        """The text with the site's name in its place."""
        return self.text.replace("{name}", settings.WIKI_NAME)


_BUILT_IN = {
    Wording.Key.DISCLAIMER: disclaimer.DISCLAIMER_TEXT,
    Wording.Key.FULL_DISCLAIMER: disclaimer.FULL_TEXT,
}


def current(key: str) -> Words:
    """Return the wording that holds: one query."""
    row = Wording.objects.filter(key=key).order_by("-id").first()
    return _words(row) if row is not None else Words(_BUILT_IN[Wording.Key(key)])


def version(key: str, number: int) -> Words | None:
    """Return one version of a wording; 0 is the built-in one."""
    if number == 0:
        return Words(_BUILT_IN[Wording.Key(key)])
    row = Wording.objects.filter(key=key, pk=number).first()
    return _words(row) if row is not None else None


def versions(key: str) -> list[Wording]:
    """Return the versions of a wording, newest first."""
    return list(Wording.objects.filter(key=key).select_related("who").order_by("-id")[:100])


def change(*, key: str, text: str, who: User, why: str = "") -> Wording:
    """Make a new version of a wording, on every page at the next request. Raises WordingEmpty, PermissionDenied."""
    if not who.has_perm("wording.change_wording_text"):
        raise PermissionDenied
    if not any(character.isalpha() for character in text):
        raise WordingEmpty(_("The wording can't be empty."))
    with transaction.atomic():
        before = current(key)
        row = Wording.objects.create(key=key, text=text.strip(), who=who, why=why)
        logbook.record(
            who=who, what="wording.change", target=key, why=why, before={"text": before.text}, after={"text": row.text}
        )
        editing.raise_site_stamp()
    return row


def _words(row: Wording) -> Words:
    return Words(row.text, row.pk, row.when)
