"""Once a day, to whoever decides on proposals and wishes it: how many wait, the oldest, the risky.

Of somebody's topics where they have chosen some. Where nothing waits nothing is sent, and however often it is asked
for, nobody gets two of one day.
"""

from __future__ import annotations

import logging
from datetime import date
from typing import Final

from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from articles import access, topics
from articles.models import Article, Proposal, walks
from articles.reviewing import waiting
from wiki.accounts import mail
from wiki.accounts.models import User
from wiki.notifications import mailing, wishes
from wiki.notifications.models import MailWish

logger = logging.getLogger(__name__)

# When the hourly housekeeping begins to send those of the day, in UTC: before work begins in most of the world.
HOUR: Final = 5
_RISKY_NAMED: Final = 5


def send_in_the_morning() -> int:
    """Send the digests of the day once its hour has come; return how many were sent. Housekeeping calls it."""
    return send() if timezone.now().hour >= HOUR else 0


def send() -> int:
    """Send the digests of today that were not sent yet; return how many. Not to be called inside a transaction."""
    if not mailing.is_possible():
        return 0
    today = timezone.now().date()
    due = MailWish.objects.filter(_not_of(today), digest=True, account__is_active=True).select_related("account")
    return sum(_sent(wish, today) for wish in walks.in_order(due))


def _not_of(today: date) -> Q:
    return Q(digest_day__isnull=True) | Q(digest_day__lt=today)


def _sent(wish: MailWish, today: date) -> bool:
    user = wish.account
    if not (user.has_confirmed_email and access.may_review(user)):
        return False
    # One statement decides: of two that send at once only one gets it.
    if not MailWish.objects.filter(_not_of(today), pk=wish.pk).update(digest_day=today):
        return False
    author = access.author_of(user)
    chosen = topics.chosen_by(author).names
    waits = waiting.what_waits(topics=chosen, for_author=author)
    if not waits.count or waits.oldest is None:
        return False
    try:
        _message(user, waits, waits.oldest, chosen).send()
    except Exception:
        logger.exception("A digest could not be sent.")
        MailWish.objects.filter(pk=wish.pk).update(digest_day=wish.digest_day)  # The next hour tries again.
        return False
    return True


def _message(user: User, waits: waiting.Waits, oldest: Proposal, chosen: tuple[str, ...]) -> EmailMessage:
    words = ngettext("%(count)d proposal waits", "%(count)d proposals wait", waits.count)
    if waits.is_more:
        words = ngettext("At least %(count)d proposal waits", "At least %(count)d proposals wait", waits.count)
    subject = words % {"count": waits.count}
    context: dict[str, object] = {
        "subject": subject,
        "topics": chosen,
        "oldest": _line(oldest),
        "days": (timezone.now() - oldest.made).days,
        "risky": [_line(proposal) for proposal in waits.risky[:_RISKY_NAMED]],
        "risky_count": len(waits.risky),
        "queue": mail.address_of(reverse("articles:proposals")),
    }
    return mailing.message(user, wishes.DIGEST, subject, "notifications/digest.txt", context)


def _line(proposal: Proposal) -> tuple[str, str]:
    """A proposal's title and address; a page's title may be what it was deleted for."""
    is_there = proposal.article is None or proposal.article.state != Article.State.DELETED
    return (proposal.full_title if is_there else "", mail.address_of(proposal.get_absolute_url()))
