"""Who may edit, move and propose to a page, and who may write a title that has no page; until when, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.utils import timezone

from articles import access, logbook, stamps
from articles.models import Article, ProtectedTitle
from articles.moderation import record
from articles.text import titles

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# The one thing that can be protected of a title that has no page; for those of a page see access.ACTS.
CREATE: Final = "create"
LOGGED_AS: Final = "article.protect"


@dataclass(frozen=True)
class Guard:
    """Who is at least needed for an act (a role; empty: as the wiki's rules say), and until when (None: for good)."""

    level: str = ""
    until: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether it keeps anybody off now."""
        return bool(self.level) and (self.until is None or self.until > timezone.now())


def guards_of(article: Article | None, full_title: str) -> dict[str, Guard]:
    """Return what can be protected, and what holds of it now: of a page its acts, of a free title its making."""
    if article is None or article.state == Article.State.DELETED:
        row = access.protected_title(full_title)
        return {CREATE: _holding(Guard(row.level, row.until)) if row is not None else Guard()}
    return {act: _holding(_stored(article, act)) for act in access.ACTS}


def protect(
    *, article: Article | None, full_title: str, guards: Mapping[str, Guard], by: AbstractBaseUser, why: str
) -> bool:
    """Set who may do what, with its log entry, in one transaction; whether anything was changed by it.

    `guards` are of the acts that `guards_of` named; those of an act that ended by itself count as none.
    """
    with transaction.atomic():
        if article is not None:
            article = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        before = guards_of(article, full_title)
        changed = [act for act, guard in guards.items() if guard != before[act]]
        if not changed:
            return False
        if article is None or CREATE in guards:
            _protect_title(full_title, guards[CREATE])
        else:
            _protect_article(article, guards)
        record(
            article=article,
            who=by,
            what=LOGGED_AS,
            target=full_title,
            why=why,
            before=_as_logged({act: before[act] for act in changed}),
            after=_as_logged({act: guards[act] for act in changed}),
        )
    return True


def holding(article: Article | None, full_title: str = "") -> dict[str, Guard]:
    """Return the protections that keep anybody off a page, or off a title that has none, now."""
    return {act: guard for act, guard in guards_of(article, full_title).items() if guard.holds}


def first_end_of(guards: Mapping[str, Guard]) -> datetime | None:
    """Return when the first of these protections ends by itself; None when none does."""
    return min((guard.until for guard in guards.values() if guard.until is not None), default=None)


def explained(article: Article | None, full_title: str) -> tuple[dict[str, Guard], logbook.Reason | None]:
    """Return the protections of a page that hold now, and why; of a page without any, nothing is asked of the log."""
    guards = holding(article, full_title)
    return guards, logbook.reason_of(full_title, LOGGED_AS) if guards else None


def _stored(article: Article, act: str) -> Guard:
    return Guard(getattr(article, f"{act}_protection"), getattr(article, f"{act}_protected_until"))


def _holding(guard: Guard) -> Guard:
    return guard if guard.holds else Guard()


def _protect_article(article: Article, guards: Mapping[str, Guard]) -> None:
    fields: dict[str, Any] = {}
    for act, guard in guards.items():
        fields[f"{act}_protection"] = guard.level
        fields[f"{act}_protected_until"] = guard.until if guard.level else None
    Article.objects.filter(pk=article.pk).update(**fields)
    stamps.raise_stamps([article.full_title])


def _protect_title(full_title: str, guard: Guard) -> None:
    namespace, title = titles.parse(full_title)
    row = ProtectedTitle.objects.filter(namespace=namespace, title=title)
    if guard.level:
        fields = {"level": guard.level, "until": guard.until}
        ProtectedTitle.objects.update_or_create(namespace=namespace, title=title, defaults=fields)
    else:
        row.delete()
    stamps.raise_stamps([full_title])


def _as_logged(guards: Mapping[str, Guard]) -> dict[str, str]:
    return {
        name: value
        for act, guard in guards.items()
        for name, value in ((act, guard.level), (f"{act}_until", guard.until.isoformat() if guard.until else ""))
        if name == act or value
    }
