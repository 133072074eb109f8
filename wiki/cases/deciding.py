"""What moderators do with cases: take one, put its section under review, answer and close, reopen; each act logged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, logbook
from articles.moderation import ChangedMeanwhile, Refused, inbox, quarantining
from wiki.cases.models import Case

if TYPE_CHECKING:
    from articles.access import Person
    from wiki.accounts.models import User

PAGE_SIZE: Final = 50
OPEN: Final = (Case.State.WAITING, Case.State.TAKEN)


def case_to_see(user: Person, number: int) -> Case:
    """Load a case for a moderator. 403 for everybody else, 404 where there is none."""
    access.require(access.may_moderate(user))
    found = (
        Case.objects.select_related("article__current_edit", "section", "edit", "taken_by").filter(pk=number).first()
    )
    if found is None:
        raise access.NothingThere(_("There is no case of the number %s.") % number)
    return found


def cases(user: Person, *, closed: bool = False, after: int | None = None) -> list[Case]:
    """Return a page of cases: those that wait, whose time is over first; or the closed ones, the newest first. One more
    than PAGE_SIZE when they go on."""
    access.require(access.may_moderate(user))
    rows = Case.objects.select_related("article", "taken_by").defer("quote")
    if closed:
        rows = rows.filter(closed__isnull=False).order_by("-pk")
        return list((rows.filter(pk__lt=after) if after is not None else rows)[: PAGE_SIZE + 1])
    rows = rows.filter(closed__isnull=True).order_by("due", "pk")
    last = Case.objects.filter(pk=after).first() if after is not None else None
    if last is not None:
        rows = rows.filter(due__gte=last.due).exclude(due=last.due, pk__lte=last.pk)
    return list(rows[: PAGE_SIZE + 1])


def count_open(most: int | None = None) -> int:
    """Return how many cases nobody has closed; with `most`, counting stops there."""
    return Case.objects.filter(closed__isnull=True).order_by()[:most].count()


def take(*, case: Case, by: User, why: str = "") -> None:
    """Say that one looks into a case. Raises ChangedMeanwhile when somebody else does already, or it is closed."""
    with transaction.atomic():
        waiting = Case.objects.filter(pk=case.pk, state=Case.State.WAITING)
        if not waiting.update(state=Case.State.TAKEN, taken_by=by):
            raise ChangedMeanwhile(_("Somebody was faster: look again at where this case stands."))
        logbook.record(who=by, what="case.take", target=case.target, why=why, after={"state": Case.State.TAKEN})


def withhold(*, case: Case, by: User, why: str) -> None:
    """Put the section of a case under medical review, in one act. Raises Refused."""
    quarantining.quarantine(article=case.article, section=case.section_id, by=by, why=why)
    with transaction.atomic():
        Case.objects.filter(pk=case.pk, state=Case.State.WAITING).update(state=Case.State.TAKEN, taken_by=by)
        logbook.record(who=by, what="case.quarantine", target=case.target, why=why, after={"section": case.section_id})


def close(*, case: Case, outcome: str, answer: str, by: User) -> None:
    """Close a case with what came of it; `answer` is read by whoever reported it. Raises ChangedMeanwhile."""
    changes = {"state": Case.State.CLOSED, "outcome": outcome, "answer": answer, "closed": timezone.now()}
    with transaction.atomic():
        if not Case.objects.filter(pk=case.pk, state__in=OPEN).update(**changes):
            raise ChangedMeanwhile(_("Somebody has closed this case already."))
        after = {"state": Case.State.CLOSED, "outcome": outcome}
        logbook.record(
            who=by, what="case.close", target=case.target, why=answer, before={"state": case.state}, after=after
        )


def reopen(*, case: Case, why: str, by: User) -> None:
    """Let a closed case wait again. Raises ChangedMeanwhile."""
    changes = {"state": Case.State.WAITING, "taken_by": None, "outcome": "", "closed": None}
    with transaction.atomic():
        if not Case.objects.filter(pk=case.pk, state=Case.State.CLOSED).update(**changes):
            raise ChangedMeanwhile(_("This case is open already."))
        logbook.record(who=by, what="case.reopen", target=case.target, why=why, after={"state": Case.State.WAITING})


# --- In the inbox ------------------------------------------------------------------------------------------------


def _waiting(_user: Person) -> list[inbox.Item]:
    rows = Case.objects.filter(closed__isnull=True).select_related("article").defer("quote")
    return [
        inbox.Item(
            kind="case",
            number=row.pk,
            title=f"{row.article.full_title}: {row.heading}" if row.heading else row.article.full_title,
            since=row.made,
            why=f"{row.get_category_display()}: {Truncator(row.words).chars(200)}",
            url=row.get_absolute_url(),
            is_urgent=row.is_dangerous or row.is_late,
        )
        for row in rows.order_by(F("due").asc(), "pk")[: inbox.MOST + 1]
    ]


def _beside(item: inbox.Item, user: Person) -> inbox.Beside:
    case = case_to_see(user, item.number)
    return inbox.Beside(excerpt=case.quote, log=tuple(logbook.about(case.target)))


def _withhold(sent: inbox.Sent) -> None:
    withhold(case=case_to_see(sent.user, sent.number), by=_account(sent), why=sent.reason)


def _no_fault(sent: inbox.Sent) -> None:
    case = case_to_see(sent.user, sent.number)
    close(case=case, outcome=Case.Outcome.NO_FAULT, answer=sent.reason, by=_account(sent))


def _account(sent: inbox.Sent) -> User:
    if sent.author.account is None:
        raise Refused(_("You are not logged in."))
    return sent.author.account


KIND: Final = inbox.Kind(
    "case",
    gettext_lazy("Reports of readers"),
    _waiting,
    _beside,
    (
        inbox.Deed(
            "no_fault",
            gettext_lazy("Nothing wrong"),
            "n",
            _no_fault,
            gettext_lazy("Closed: nothing wrong was found."),
            for_several=False,
            needs_reason=True,
        ),
        inbox.Deed(
            "withhold",
            gettext_lazy("Put the section under review"),
            "q",
            _withhold,
            gettext_lazy("Under review: no reader sees the section any more."),
            for_several=False,
            needs_reason=True,
            is_primary=True,
        ),
    ),
)
