"""One person's edits taken back wherever they are: what is taken back is an edit that can be undone itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, editing, judging, undoing
from articles.models import Article, Author, Edit, LogEntry
from articles.moderation import ChangedMeanwhile, record
from articles.reviewing import proposed, proposing

if TYPE_CHECKING:
    from articles.access import Person

# So many edits are taken back in one act; whoever made more is met again by the next one.
MOST_TAKEN_BACK: Final = 1_000
# A century: longer than any wiki has been there, and no more than a date can go back.
_HOURS_OF_ALL: Final = 100 * 365 * 24
# Somebody else may be at work on the same article: so often it is looked at anew.
_TRIES: Final = 3
TAKEN_BACK: Final = "edits.take_back"


class ReasonMissing(ValueError):
    """A privileged act is done for a reason, so that others can judge it."""


@dataclass(frozen=True)
class Taking:
    """What becomes of one article when somebody's edits are taken back.

    `what` is "rollback" (to `version`), "undo" (merged out from below later edits), "nothing" (it is without them
    already), "waits" (as that proposal) or "left", for a reason; `undone` and `left` are the numbers of the edits,
    newest first; `last` is the id of the newest of them. `edit` is the id of the edit that did it, None before it is
    done.
    """

    title: str
    what: str
    undone: tuple[int, ...]
    left: tuple[int, ...]
    last: int
    version: int | None = None
    reason: str = ""
    edit: int | None = None
    proposal: int | None = None


def edits_to_take_back(
    author_ids: Sequence[int], *, chosen: Iterable[int] = (), hours: int | None = None
) -> list[Edit]:
    """Return these authors' published edits that are chosen, or all of the last so many hours; the newest first."""
    rows = Edit.objects.visible().filter(author_id__in=author_ids).select_related("article")
    if hours is not None:
        rows = rows.filter(time__gte=timezone.now() - timedelta(hours=min(hours, _HOURS_OF_ALL)))
    else:
        rows = rows.filter(pk__in=list(chosen)[:MOST_TAKEN_BACK])
    return list(rows.defer("outline").order_by("-id")[:MOST_TAKEN_BACK])


def takings_of(edits: Iterable[Edit], *, user: Person) -> list[Taking]:
    """Return what would become of each article if these edits were taken back; nothing is written."""
    return [_taking(of_article, user) for of_article in _by_article(edits)]


def take_back(*, edits: Iterable[Edit], user: Person, author: Author, name: str, why: str) -> LogEntry:
    """Take somebody's edits back in every article: rolled back where they are on top, merged out where they are not.

    What clashes with later edits is left, and listed. Each article is one edit, so nobody reads one half done; each has
    a row in the log, and the whole act has one that holds the list. Raises PermissionDenied, ReasonMissing.
    """
    access.require(access.may_moderate(user))
    if not why.strip():
        raise ReasonMissing(_("Say why, so that others can judge it."))
    done = [_taken_back(of_article, user, author, why) for of_article in _by_article(edits)]
    after = {"articles": [asdict(taking) for taking in done]}
    target, personal = _as_target(name)
    return record(
        article=None, who=author.account, what=TAKEN_BACK, target=target, why=why, after=after, personal=personal
    )


def _as_target(name: str) -> tuple[str, dict[str, str] | None]:
    """Return an account by its number, its name outside the hash, so that it can be erased; other names as they are."""
    account = Author.objects.filter(name=name, account__isnull=False).values_list("account", flat=True).first()
    return (f"account:{account}", {"name": name}) if account is not None else (name, None)


def take_back_here(*, edits: Sequence[Edit], base: str, user: Person, author: Author, why: str) -> Taking:
    """Take edits of one article back, as one edit on `base`, which must be the current one, with its row in the log.

    It waits as a proposal where the same undo would on the pages: only who clears up after somebody, with `take_back`,
    waits for nobody. Raises PermissionDenied, ReasonMissing, ChangedMeanwhile; what can't be taken back is `left`, with
    the reason.
    """
    access.require(access.may_moderate(user))
    if not why.strip():
        raise ReasonMissing(_("Say why, so that others can judge it."))
    if str(Article.objects.values_list("current_edit", flat=True).get(pk=edits[0].article_id)) != base:
        raise ChangedMeanwhile(_("The page has changed since you opened this form. Look again, then take it back."))
    try:
        return _taken_back(edits, user, author, why, judge=judging.judge_of(user))
    except judging.Held as held:
        article, numbers = edits[0].article, tuple(edit.number for edit in edits)
        kept = proposing.keep(held, article, base=base, author=author, summary=why)
        is_waiting = proposed.is_proposal(kept)
        what, number = ("waits", kept.pk) if is_waiting else ("nothing", None)
        return Taking(article.full_title, what, numbers, (), edits[0].pk, proposal=number)


def taken_back_in(number: int) -> tuple[LogEntry, list[Taking]] | None:
    """Return an act of taking back by the number of its row in the log, with what became of each article."""
    entry = LogEntry.objects.select_related("who").filter(number=number, what=TAKEN_BACK).first()
    return None if entry is None else (entry, [_from_log(row) for row in (entry.after or {})["articles"]])


def _from_log(row: dict[str, Any]) -> Taking:
    return Taking(**{**row, "undone": tuple(row["undone"]), "left": tuple(row["left"])})


def _by_article(edits: Iterable[Edit]) -> list[list[Edit]]:
    ordered = sorted(edits, key=lambda edit: (edit.article.full_title, -edit.number))
    return [list(group) for _title, group in groupby(ordered, key=lambda edit: edit.article.full_title)]


def _taking(edits: Sequence[Edit], user: Person) -> Taking:
    found = _plan_of(edits, user)
    return found if isinstance(found, Taking) else _as_taking(found)


def _taken_back(
    edits: Sequence[Edit], user: Person, author: Author, why: str, *, judge: editing.Judge = judging.mark
) -> Taking:
    for _attempt in range(_TRIES):
        plan = _plan_of(edits, user)
        if isinstance(plan, Taking):
            return plan
        if not plan.undone or plan.changes_nothing:
            return _as_taking(plan)
        try:
            return _as_taking(plan, undoing.take_back(plan, author=author, summary=why, judge=judge))
        except editing.EditConflict:
            continue  # Somebody else has just changed it.
        except editing.TextRefused as refused:
            return _left(edits, refused.message)
    return _left(edits, _("Others are changing it at this moment. Try again in a moment."))


def _plan_of(edits: Sequence[Edit], user: Person) -> undoing.Undoing | Taking:
    if not access.may_publish(user, edits[0].article):
        return _left(edits, _("The page is protected."))
    try:
        return undoing.undoing(edits)
    except editing.TextRefused as refused:
        return _left(edits, refused.message)


def _as_taking(plan: undoing.Undoing, edit: Edit | None = None) -> Taking:
    """Return a plan, or what was done of it, as it is listed and logged."""
    what, reason = "undo", ""
    if not plan.undone:
        what = "left"
    elif plan.changes_nothing:
        what = "nothing"
    elif plan.back_to is not None:
        what = "rollback"
    if plan.left and plan.conflict is not None:
        reason = _("Others have changed the same places since.")
    elif plan.left:
        reason = _("There is no version before it.")
    return Taking(
        title=plan.current.article.full_title,
        what=what,
        undone=tuple(each.number for each in plan.undone),
        left=tuple(each.number for each in plan.left),
        last=(plan.undone or plan.left)[0].pk,
        version=plan.back_to.number if what == "rollback" and plan.back_to is not None else None,
        reason=reason,
        edit=edit.pk if edit is not None else None,
    )


def _left(edits: Sequence[Edit], reason: str) -> Taking:
    numbers = tuple(edit.number for edit in edits)
    return Taking(edits[0].article.full_title, "left", (), numbers, edits[0].pk, reason=reason)
