"""Who is told what, and what somebody has been told. Nobody is told of what they did themselves."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, history, remarks, unwritable
from articles.models import Article, Author, Block, LogEntry, Proposal, Quarantine
from wiki.accounts.models import User
from wiki.cases.models import Case
from wiki.notifications import mailing
from wiki.notifications.models import MailWish, Notification

PAGE_SIZE: Final = 50
# The header says "99+" of more, and counts no further.
MOST_COUNTED: Final = 100
# Of one account; the oldest go when there are more.
MOST: Final = 500
# So many of those who wrote in a section lately are told what becomes of it.
MOST_WRITERS: Final = 10

# What its author is told, by what the encyclopedia announces.
_OF_THE_AUTHOR: Final = {
    "approved": Notification.Kind.APPROVED,
    "accepted": Notification.Kind.ACCEPTED,
    "declined": Notification.Kind.DECLINED,
    "returned": Notification.Kind.RETURNED,
    "said": Notification.Kind.SAID,
    "met": Notification.Kind.MET,
}
# What those are told who have said something about it, of what its author does.
_OF_THE_REVIEWERS: Final = {"said": Notification.Kind.SAID, "made": Notification.Kind.ANEW}
# Moderators' acts that somebody is told of, by what the log calls them.
_OF_A_SECTION: Final = {
    "article.quarantine": Notification.Kind.WITHHELD,
    "article.release": Notification.Kind.RELEASED,
}
_OF_A_BLOCK: Final = {
    "block.make": Notification.Kind.BLOCKED,
    "block.change": Notification.Kind.BLOCK_CHANGED,
    "block.lift": Notification.Kind.UNBLOCKED,
}


class NoSuchNotification(Http404):
    """It is somebody else's, or never was: nobody learns which."""


def tell_about(proposal: Proposal, *, what: str, by: Author) -> None:
    """Tell its author what others did about a proposal, and those who spoke about it what its author did."""
    is_own = by.pk == proposal.author_id
    kind = (_OF_THE_REVIEWERS if is_own else _OF_THE_AUTHOR).get(what)
    if kind is None:
        return
    people = [remark.author for remark in remarks.said_about(proposal)] if is_own else [proposal.author]
    for account in {each.account_id for each in people if each.account_id is not None} - {by.account_id}:
        _tell(Notification(account_id=account, kind=kind, proposal=proposal, by=by))


def tell_of_a_role(user: User, *, role: str, by: User | None, why: str = "") -> None:
    """Tell somebody that they have another role, and why; who has never logged in learns of it when they do."""
    if user.last_login is None or (by is not None and by.pk == user.pk):
        return
    author = access.author_of(by) if by is not None else None
    _tell(Notification(account_id=user.pk, kind=Notification.Kind.ROLE, role=role, by=author, why=why))


def tell_of_an_act(entry: LogEntry, *, article: Article | None = None) -> None:
    """Tell those whom a moderator's act is about: who wrote a section lately, or whoever is blocked."""
    said = entry.after or entry.before or {}
    by = access.author_of(entry.who) if entry.who is not None else None
    if article is not None and entry.what in _OF_A_SECTION:
        _tell_its_writers(article, _OF_A_SECTION[entry.what], said["quarantine"], by)
    elif entry.what in _OF_A_BLOCK:
        _tell_who_is_blocked(_OF_A_BLOCK[entry.what], said["block"], by)


def _tell_its_writers(article: Article, kind: str, number: int, by: Author | None) -> None:
    quarantine = Quarantine.objects.get(pk=number)
    wrote = history.edits_of_section(article, quarantine.section_id).rows
    did_it = by.account_id if by is not None else None
    accounts = dict.fromkeys(edit.author.account_id for edit in wrote)
    for account in [each for each in accounts if each not in (None, did_it)][:MOST_WRITERS]:
        _tell(Notification(account_id=account, kind=kind, quarantine=quarantine, by=by))


def _tell_who_is_blocked(kind: str, number: int, by: Author | None) -> None:
    block = Block.objects.select_related("author").get(pk=number)
    if block.author is not None and block.author.account_id is not None:
        _tell(Notification(account_id=block.author.account_id, kind=kind, block=block, by=by))


def tell_moderators(case: Case) -> None:
    """Tell all moderators of a report that something is dangerous; of others, their inbox tells."""
    if case.is_dangerous:
        for user in User.objects.filter(is_staff=True, is_active=True).order_by("pk"):
            _tell(Notification(account=user, kind=Notification.Kind.DANGER, case=case))


def count_unseen(account_id: int) -> int:
    """Return how much somebody has not seen yet, at most MOST_COUNTED."""
    # Most have none or a few: to fetch their numbers is less work than a count within a query. Asked for every page of
    # whoever is logged in, so always in the same words: Django takes longer to make a question than the database to
    # answer it.
    unseen = "SELECT id FROM notifications_notification WHERE account_id = %s AND seen IS NULL LIMIT %s"
    return len(Notification.objects.raw(unseen, [account_id, MOST_COUNTED]))


def told(account_id: int, *, before: int | None = None) -> list[Notification]:
    """Return a page of what somebody was told, newest first, below the number `before`; one more than PAGE_SIZE when
    the list goes on."""
    rows = Notification.objects.filter(account=account_id).select_related(
        "proposal", "by", "case__article", "quarantine__article", "block"
    )
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE_SIZE + 1])


def open_one(account_id: int, number: int) -> Notification:
    """Return one of somebody's lines, which they have seen from now on. Raises NoSuchNotification."""
    found = (
        Notification.objects.select_related("proposal", "case", "quarantine")
        .filter(pk=number, account=account_id)
        .first()
    )
    if found is None:
        raise NoSuchNotification(_("There is no such notification of yours."))
    unseen = Notification.objects.filter(pk=found.pk, seen__isnull=True)
    unwritable.note(lambda: unseen.update(seen=timezone.now()))
    return found


def see_all(account_id: int) -> None:
    """Let somebody have seen all that they were told."""
    Notification.objects.filter(account=account_id, seen__isnull=True).update(seen=timezone.now())


def forget(account_id: int) -> None:
    """Delete what somebody was told, with what waits to be mailed, and what they wished."""
    Notification.objects.filter(account=account_id).delete()
    MailWish.objects.filter(account=account_id).delete()


def _tell(notification: Notification) -> None:
    """Write a line of somebody's list, and a letter where they wish one: both, or neither."""
    with transaction.atomic():
        notification.save()
        mailing.post(notification)
    _let_the_oldest_go(notification.account_id)


def _let_the_oldest_go(account_id: int) -> None:
    ids = list(Notification.objects.filter(account=account_id).order_by("-pk").values_list("pk", flat=True)[MOST:])
    if ids:
        Notification.objects.filter(pk__in=ids).delete()
