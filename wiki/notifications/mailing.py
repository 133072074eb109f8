"""What people are told goes by mail, too, where their address is confirmed and they wish it.

A letter is a row, written with the notification and sent by whoever comes first: a thread of the process in which it
was written, the hourly housekeeping, or `manage.py send_mail`. So no mail server slows or breaks what is told of, and
none that is away for a while loses anything. A mail says what was done, by whom and to which page, never a text.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, connections, transaction
from django.db.models import F
from django.template import Context, engines
from django.urls import reverse
from django.utils import timezone

from articles import limits
from articles.models import Article
from wiki.accounts import mail
from wiki.accounts.models import User
from wiki.notifications import wishes
from wiki.notifications.models import Letter, Notification
from wiki.wording import words

logger = logging.getLogger(__name__)

# How long to wait after each try in vain; after the last there is no other.
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440))
# Of one person; what is more stands in their list only.
MOST_A_DAY: Final = 40
_DAY: Final = 24 * 3600
_AT_ONCE: Final = 100

_beside = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")


def is_possible() -> bool:
    """Whether mail leaves this machine, and the site knows the address that its links begin with."""
    return mail.is_set_up() and bool(settings.SITE_URL)


def post(notification: Notification) -> None:
    """Write the letter for a notification if its person wishes one, and have it sent once that is committed."""
    account = notification.account
    if not (is_possible() and account.is_active and account.has_confirmed_email):
        return
    if notification.kind in wishes.of(account.pk).unwanted:
        return
    Letter.objects.create(notification=notification)
    transaction.on_commit(_send_beside, robust=True)


def send_due() -> int:
    """Send what is due, the oldest first; return how many were sent. Not to be called inside a transaction."""
    if not is_possible():
        return 0
    due = Letter.objects.filter(due__lte=timezone.now()).order_by("due")
    rows = due.select_related(
        "notification__account",
        "notification__by",
        "notification__proposal__article",
        "notification__case",
        "notification__quarantine__article",
        "notification__block",
    )
    return sum(_sent(letter) for letter in rows[:_AT_ONCE])


def count_waiting() -> int:
    """Return how many letters no mail server has taken yet."""
    return Letter.objects.count()


def forget_old() -> int:
    """Delete letters that no mail server has taken for a week: the list still tells. Return how many."""
    return Letter.objects.filter(notification__made__lt=timezone.now() - timedelta(days=7)).delete()[0]


def message(user: User, kind: str, subject: str, template: str, context: dict[str, object]) -> EmailMessage:
    """Return a mail in plain words with the site's name, the disclaimer, and the way to get no more of its kind."""
    stop = mail.address_of(reverse("notifications:stop", args=[wishes.token_for(user.pk, kind)]))
    site = mail.site_name()
    said = {
        **context,
        "person": user,
        "site_name": site,
        "site_url": settings.SITE_URL,
        "choose": mail.address_of(reverse("notifications:mail")),
        "stop": stop,
        "disclaimer": words.current("disclaimer").filled,
    }
    headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    one_line = " ".join(f"{site}: {subject}".split())
    return EmailMessage(one_line, _plain(template, said) + "\n", to=[user.email], headers=headers)


def _plain(template: str, context: dict[str, object]) -> str:
    """Return plain text, in which a quotation mark is one: no browser ever reads it."""
    words = engines["django"].get_template(template).template  # type: ignore[attr-defined]  # Django's own engine has it.
    return str(words.render(Context(context, autoescape=False))).strip()


def _sent(letter: Letter) -> bool:
    """Send one letter that is still due, or have it tried again later."""
    account = letter.notification.account
    if not (account.is_active and account.has_confirmed_email) or letter.tries >= len(_PAUSES):
        letter.delete()
        return False
    # Taken by one statement: of two senders only one gets it, and what falls silent while sending is tried again.
    taken = Letter.objects.filter(pk=letter.pk, due=letter.due)
    if not taken.update(due=timezone.now() + _PAUSES[letter.tries], tries=F("tries") + 1):
        return False
    try:
        limits.take(f"letters:{account.pk}", times=MOST_A_DAY, seconds=_DAY)
        _of(letter.notification).send()
    except limits.TooOften:
        letter.delete()
        return False
    except Exception:
        logger.exception("A mail about a notification could not be sent.")
        return False
    letter.delete()
    return True


def _of(notification: Notification) -> EmailMessage:
    context: dict[str, object] = {
        "line": notification,
        "title": _title_of(notification),
        "contact": mail.address_of(reverse("articles:read", args=["Project:Contact"])),
        "link": mail.address_of(reverse("notifications:notification", args=[notification.pk])),
    }
    subject = _plain("notifications/subject.txt", context)
    return message(notification.account, notification.kind, subject, "notifications/mail.txt", context)


def _title_of(notification: Notification) -> str:
    """The page that it is about; empty for none, and for one that is deleted: that may be for its title."""
    about = notification.proposal
    if about is not None:
        return about.full_title if about.article is None or _is_there(about.article) else ""
    if notification.quarantine is not None and _is_there(notification.quarantine.article):
        return notification.quarantine.article.full_title
    return ""


def _is_there(article: Article) -> bool:
    return article.state != Article.State.DELETED


def _send_beside() -> None:
    if settings.WIKI_SENDS_BESIDE:
        _beside.submit(_send_and_close)


def _send_and_close() -> None:
    try:
        while send_due() == _AT_ONCE:
            pass
    except DatabaseError:
        logger.exception("Letters could not be sent; the hourly housekeeping tries again.")
    finally:
        connections.close_all()
