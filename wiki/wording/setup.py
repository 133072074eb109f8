"""*Set up*: every line of it, done or to do, with what holds, where that comes from and when it last changed."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.moderation import sample_articles
from wiki import pages
from wiki.accounts import roles, second_factor
from wiki.backups import keeping
from wiki.wording import words
from wiki.wording.catalogue import CATALOGUE, GROUPS, Entry, Kind
from wiki.wording.models import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django_stubs_ext import StrOrPromise

    from wiki.accounts.models import User

logger = logging.getLogger(__name__)

DONE: Final = "done"
TO_DO: Final = "to-do"
AS_IT_CAME: Final = "as-it-came"
_SHOWN: Final = 160
_SECONDS_FOR_MAIL: Final = 15
# One night may have been missed.
_BACKUP_IS_OLD: Final = timedelta(hours=48)
_FILES: Final = ("filebased", "locmem", "dummy", "console")


# By WIKI_REQUIRE_2FA.
_WHO_MUST: Final = {
    "none": gettext_lazy("Nobody has to have one."),
    "moderator": gettext_lazy("Moderators and administrators have to have one."),
    "reviewer": gettext_lazy("Reviewers, moderators and administrators have to have one."),
}


class MailFailed(Exception):
    """The mail could not be handed on; the message says what the server answered."""


@dataclass(frozen=True)
class Line:
    """A line of the page: `changed` is the version that holds, where it was changed here."""

    label: StrOrPromise
    state: str
    value: str
    source: str = ""
    url: str = ""
    link: StrOrPromise = ""  # What the way to `url` is called, where it isn't "Change".
    changed: Wording | None = None
    advice: str = ""


def lines(reader: User) -> list[tuple[StrOrPromise, list[Line]]]:
    """Return the groups of lines, by their headings, as this administrator reads them."""
    changed = words.newest()
    found: dict[str, list[Line]] = {group: [] for group in GROUPS}
    for entry in CATALOGUE:
        found[entry.group].append(_line(entry, changed.get(entry.key)))
    found["people"].append(_second_factor(reader))
    found["pages"] = [_page(page) for page in pages.legal()]
    found["running"] += [_address(), _mail(), _administrators(), _backups(), _sample()]
    return [(GROUPS[group], rows) for group, rows in found.items()]


def left_to_do(groups: Iterable[tuple[StrOrPromise, list[Line]]]) -> int:
    """Return how many of these lines wait for somebody to decide."""
    return sum(line.state == TO_DO for _heading, rows in groups for line in rows)


def mail_goes_out() -> bool:
    """Whether mail leaves this machine at all."""
    return not any(name in settings.EMAIL_BACKEND for name in _FILES)


def mail_state() -> str:
    """Return, for people, what becomes of the site's mail."""
    if mail_goes_out():
        return _("Mail goes out through %s.") % (settings.EMAIL_HOST or _("a server of its own"))
    return _("No mail leaves this machine: set EMAIL_URL. Until then each is written into a file in WIKI_DATA/mail.")


def send_test_mail(to: str) -> None:
    """Send a mail that says that mail works. Raises MailFailed."""
    name = words.value("name")
    subject = _("A test from %s") % name
    body = _("You asked %s for a test mail. This is it: mail works.") % name
    try:
        EmailMessage(subject, body, to=[to], connection=get_connection(timeout=_SECONDS_FOR_MAIL)).send()
    except (OSError, SMTPException) as error:
        logger.warning("The test mail could not be sent.", exc_info=True)
        raise MailFailed(str(error)) from error


def what_became_of_mail(to: str) -> str:
    """Return, for who sent a mail to this address, where it is now."""
    if mail_goes_out():
        return _("A test mail is on its way to %s.") % to
    return _("The test mail to %s was only written into WIKI_DATA/mail: no mail leaves this machine.") % to


def _line(entry: Entry, changed: Wording | None) -> Line:
    source = words.source_of(entry.key)
    came_along = AS_IT_CAME if entry.is_optional else TO_DO
    return Line(
        label=entry.label,
        state=came_along if source == "software" else DONE,
        value=_value(entry),
        source=source,
        url=reverse("wording:logo") if entry.kind == Kind.LOGO else reverse("wording:change", args=[entry.key]),
        changed=changed,
    )


def _value(entry: Entry) -> str:
    text = entry.in_words(words.value(entry.key))
    return text if len(text) <= _SHOWN else text[:_SHOWN].rstrip() + "…"


def _second_factor(reader: User) -> Line:
    """Who must have one is the environment's; that an administrator has none is for that administrator to mend."""
    is_set = "WIKI_REQUIRE_2FA" in os.environ
    source = "environment" if is_set else "software"
    advice = _("Set WIKI_REQUIRE_2FA to moderator or reviewer: from that role on everybody has to have one.")
    value = str(_WHO_MUST[settings.WIKI_REQUIRE_2FA])
    if second_factor.is_set_up(reader):
        return Line(_("Second factor"), DONE if is_set else AS_IT_CAME, value, source, advice=advice)
    advice += " " + _("You have none yourself: your password alone opens all of this.")
    link = _("Set yours up")
    return Line(_("Second factor"), TO_DO, value, source, reverse("mfa_index"), link, advice=advice)


def _page(page: pages.Legal) -> Line:
    """A draft that came along is to do until what it says about itself is taken out of it."""
    label = page.title.partition(":")[2]
    url = reverse("articles:edit", args=[page.title])
    if not page.is_there:
        return Line(label, TO_DO, "", url=url, link=_("Write it"), advice=_("The foot of every page leads to it."))
    if page.is_draft:
        advice = _("It is done when the note at its top is taken out.")
        value = _("Still the draft that came with the software.")
        return Line(label, TO_DO, value, url=url, link=_("Edit"), advice=advice)
    return Line(label, DONE, _("It is your own."), url=url, link=_("Edit"))


def _address() -> Line:
    """The address people use: canonical links, mail, secure cookies and more follow from it."""
    if not settings.SITE_URL:
        advice = _(
            "Set SITE_URL, such as https://wiki.example.org: links in mails, search engines, forms behind a proxy and, "
            "with https, secure cookies and HSTS follow from it."
        )
        return Line(_("Address of the site"), TO_DO, "", "software", advice=advice)
    secure = _("Cookies are secure, plain http is led to https, and browsers are told to stay there (HSTS).")
    plain = _("It is plain http: cookies are not marked secure, and there is no HSTS.")
    advice = secure if settings.SECURE else plain
    return Line(_("Address of the site"), DONE, settings.SITE_URL, "environment", advice=advice)


def _mail() -> Line:
    state = DONE if mail_goes_out() else TO_DO
    return Line(_("Mail"), state, mail_state(), url=reverse("wording:mail"))


def _administrators() -> Line:
    """There is one, or nobody could read this page; the line says how to make more."""
    state = DONE if roles.there_is_an_administrator() else TO_DO
    advice = _("You make accounts for others in the administration, and give roles there.")
    value = _("There is one.") if state == DONE else ""
    return Line(_("First administrator"), state, value, url=reverse("admin:accounts_user_changelist"), advice=advice)


def _backups() -> Line:
    """Whether what people wrote is anywhere else but here."""
    advice = _("“manage.py backup --keep” takes one, every night where the timer is installed.")
    moment, age = keeping.newest(), keeping.age()
    if moment is None or age is None:
        return Line(_("Backups"), TO_DO, _("There is none in %s.") % keeping.folder(), advice=advice)
    value = _("The last one is of %(moment)s UTC, %(hours)s hours ago.") % {
        "moment": f"{moment:%Y-%m-%d %H:%M}",
        "hours": round(age.total_seconds() / 3600),
    }
    return Line(_("Backups"), TO_DO if age > _BACKUP_IS_OLD else DONE, value, advice=advice)


def _sample() -> Line:
    """Sample articles make room for one's own before the site is open."""
    if not sample_articles.there_is_a_sample():
        return Line(_("Sample encyclopedia"), DONE, _("There is none, or no more."))
    advice = _("Take it away before you open the site; what somebody has changed stays. Search engines never list it.")
    return Line(_("Sample encyclopedia"), TO_DO, _("It is here."), url=reverse("articles:remove_sample"), advice=advice)
