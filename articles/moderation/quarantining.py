"""Sections under medical review: kept from readers everywhere, in every version, until a moderator releases them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import reading, renderer, withholding, writing
from articles.models import Article, Edit, LogEntry, Quarantine
from articles.moderation import ChangedMeanwhile, Refused, record
from articles.text import withholding as withheld
from articles.text.withholding import Withheld

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from articles.text.sections import Version

# Somebody may save at the same moment; nobody does so each time.
_TRIES: Final = 5


@dataclass(frozen=True)
class Choice:
    """A section that can be put under review, or released: `quarantine` is the one that holds, `within` says that the
    section stands in a withheld one; `is_gone` that it is in the text no more."""

    id: int
    level: int
    title: str
    quarantine: Quarantine | None = None
    within: bool = False
    is_gone: bool = False

    @property
    def name(self) -> str:
        """Its heading, or what the lead is called."""
        return self.title or _("Introduction")


def choices_of(article: Article) -> list[Choice]:
    """Return the sections of an article as they are, those that are withheld, and those withheld that are gone."""
    edit = _current(article)
    holding = {row.section_id: row for row in holding_of(article)}
    inside = {number for within in withholding.blocks_of(edit).values() for number in within}
    entries = withholding.whole_version_of(edit).outline.entries
    found = [
        Choice(entry.id, entry.level, entry.title, holding.pop(entry.id, None), entry.id in inside)
        for entry in entries
        if entry.id is not None
    ]
    gone = [Choice(number, 2, row.section.title, row, is_gone=True) for number, row in holding.items()]
    return found + gone


def holding_of(article: Article) -> list[Quarantine]:
    """Return the quarantines of an article that hold, the oldest first."""
    rows = Quarantine.objects.filter(article=article, ended=None).select_related("by", "section")
    return list(rows.order_by("pk"))


def text_of(article: Article, section: int) -> str:
    """Return the text of a section as it is now, with those within it; empty when it is gone. For moderators."""
    whole = withholding.whole_version_of(_current(article))
    blocks = _blocks(whole, section)
    return "".join(withheld.text_of(whole, block) for block in blocks)


def quarantine(*, article: Article, section: int, by: AbstractBaseUser, why: str) -> LogEntry:
    """Keep a section, with those within it, from readers: on every page, in every version, from the next request on.

    It stays so wherever it is moved, and whatever is made of its sentences. Raises Refused, ChangedMeanwhile.
    """
    return _against_the_latest(article.pk, lambda latest: _quarantine(latest, section, by, why))


def release(*, quarantine: Quarantine, by: AbstractBaseUser, why: str) -> LogEntry:
    """Let readers have a section again, as it is by now. Raises Refused, ChangedMeanwhile when somebody was faster."""
    return _against_the_latest(quarantine.article_id, lambda latest: _release(latest, quarantine, by, why))


def held(article: Article, number: int) -> Quarantine:
    """Return the quarantine of this number that holds in the article. Raises ChangedMeanwhile when none does."""
    row = Quarantine.objects.filter(article=article, pk=number, ended=None).first()
    if row is None:
        raise ChangedMeanwhile(_("Somebody has released this section already."))
    return row


def _against_the_latest(article: int, act: Callable[[Article], LogEntry]) -> LogEntry:
    """Act on the article as it is, again where somebody saved meanwhile: what is urgent doesn't wait for editors."""
    for _attempt in range(_TRIES):
        with contextlib.suppress(writing.Overtaken):
            return act(Article.objects.select_related("current_edit__blob").get(pk=article))
    raise ChangedMeanwhile(_("The article is being changed at this very moment. Please try again."))


def _quarantine(article: Article, section: int, by: AbstractBaseUser, why: str) -> LogEntry:
    whole = withholding.whole_version_of(_current(article))
    if article.is_redirect or article.state != Article.State.PUBLISHED:
        raise Refused(_("There is no section here to put under review."))
    if not _blocks(whole, section):
        raise ChangedMeanwhile(_("This section is not in the article any more. Look again."))
    row = {"section": section, **_withheld(whole, section)}
    _warm(article, [*article.withheld, row])
    with transaction.atomic():
        locked = _locked(article)
        if any(each["section"] == section for each in locked.withheld):
            raise ChangedMeanwhile(_("Somebody has put this section under review already."))
        made = Quarantine.objects.create(article=locked, section_id=section, by_id=by.pk, why=why)
        writing.withhold(locked, [*locked.withheld, row | {"id": made.pk}])
        return record(
            article=locked,
            who=by,
            what="article.quarantine",
            target=locked.full_title,
            why=why,
            after={"section": section, "quarantine": made.pk},
        )


def _release(article: Article, quarantine: Quarantine, by: AbstractBaseUser, why: str) -> LogEntry:
    _current(article)
    _warm(article, _without(article, quarantine))
    with transaction.atomic():
        locked = _locked(article)
        if not Quarantine.objects.filter(pk=quarantine.pk, ended=None).update(ended=timezone.now()):
            raise ChangedMeanwhile(_("Somebody has released this section already."))
        writing.withhold(locked, _without(locked, quarantine))
        return record(
            article=locked,
            who=by,
            what="article.release",
            target=locked.full_title,
            why=why,
            before={"section": quarantine.section_id, "quarantine": quarantine.pk},
        )


def _locked(article: Article) -> Article:
    """Hold the row of the article until the transaction ends; raise Overtaken when it isn't as it was any more."""
    rows = Article.objects.select_for_update(of=("self",)).select_related("current_edit__blob")
    locked = rows.get(pk=article.pk)
    same = ("current_edit_id", "state", "withheld", "title")
    if any(getattr(locked, name) != getattr(article, name) for name in same):
        raise writing.Overtaken
    return locked


def _warm(article: Article, rows: list[dict[str, Any]]) -> None:
    """Render what readers will have before the row is locked; it is kept where the next request finds it."""
    then, edit = copy(article), copy(_current(article))
    then.withheld, edit.article = rows, then
    try:
        reading.form_for_readers(edit)
    except renderer.RenderError as error:
        raise Refused(error.message) from error


def _without(article: Article, quarantine: Quarantine) -> list[dict[str, Any]]:
    return [row for row in article.withheld if row["id"] != quarantine.pk]


def _blocks(whole: Version, section: int) -> tuple[withheld.Block, ...]:
    return withheld.blocks_of(whole, Withheld(frozenset({section})))


def _withheld(whole: Version, section: int) -> dict[str, Any]:
    found = withheld.grown(Withheld(frozenset({section})), whole)
    return {"sections": sorted(found.sections), "passages": sorted(found.passages)}


def _current(article: Article) -> Edit:
    edit = article.current_edit
    assert edit is not None  # As of every page that was ever there.
    edit.article = article
    return edit
