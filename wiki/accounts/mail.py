"""What the site writes to people: each mail in plain words, with the site's name; and whether mail leaves at all.

Mails are handed over beside the request: how long an answer takes must not tell whether anybody was written to.
"""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from articles import choices

if TYPE_CHECKING:
    from wiki.accounts.models import User

logger = logging.getLogger(__name__)

# Backends that keep a mail on this machine.
_KEPT_HERE: Final = frozenset(
    f"django.core.mail.backends.{name}.EmailBackend" for name in ("filebased", "console", "dummy")
)
_NOT_YOU = gettext_noop("If this was not you, change your password at once: %(account)s")

# Subject and text of each mail. %(name)s is the person's name, %(site)s the site's.
_MAILS: Final[dict[str, tuple[str, str]]] = {
    "reset": (
        gettext_noop("A new password for %(name)s"),
        gettext_noop(
            "Somebody, probably you, asked for a new password for your account on %(site)s. Choose it here, within "
            "%(hours)s hours; the address works once:\n\n%(link)s\n\n"
            "If you did not ask for this, do nothing: your password stays as it is."
        ),
    ),
    "confirm": (
        gettext_noop("Is this your e-mail address?"),
        gettext_noop(
            "Your account on %(site)s has this e-mail address. Confirm it here, within %(hours)s hours, and what you "
            "are told there is mailed to you as well, as far as you wish:\n\n%(link)s\n\n"
            "If you have no account there, do nothing: nothing more will come."
        ),
    ),
    "account_made": (
        gettext_noop("Your account is made"),
        gettext_noop(
            "An administrator of %(site)s has made an account for you. Your name there is %(name)s. Choose your "
            "password here, within %(hours)s hours; the address works once:\n\n%(link)s\n\n"
            "From then on, log in here:\n\n%(login)s"
        ),
    ),
    "left": (
        gettext_noop("Your account is closed"),
        gettext_noop(
            "Your account on %(site)s is closed for good. Your edits stay there, signed “%(pseudonym)s”; your name, "
            "this address and what you had not handed in are deleted. This is the last mail from there."
        ),
    ),
    "password_changed": (
        gettext_noop("Your password was changed"),
        gettext_noop("The password of your account on %(site)s was changed just now."),
    ),
    "password_was_reset": (
        gettext_noop("Your password was changed"),
        gettext_noop("The password of your account on %(site)s was changed just now, by a one-time link."),
    ),
    "email_changed": (
        gettext_noop("Your e-mail address was changed"),
        gettext_noop("Your account on %(site)s does not use this e-mail address any longer."),
    ),
    "approved": (
        gettext_noop("Your account is open"),
        gettext_noop("A moderator of %(site)s has approved your account. You can log in now:\n\n%(login)s"),
    ),
    "totp_activated": (
        gettext_noop("Two-factor login is on"),
        gettext_noop("An authenticator app was set up for your account on %(site)s. Logging in asks for a code now."),
    ),
    "totp_deactivated": (
        gettext_noop("The authenticator app was taken away"),
        gettext_noop("Your account on %(site)s does not ask for codes of an authenticator app any longer."),
    ),
    "recovery_codes_generated": (
        gettext_noop("New recovery codes"),
        gettext_noop("New recovery codes were made for your account on %(site)s; the old ones work no longer."),
    ),
    "webauthn_added": (
        gettext_noop("A passkey was added"),
        gettext_noop("A passkey was added to your account on %(site)s."),
    ),
    "webauthn_removed": (
        gettext_noop("A passkey was taken away"),
        gettext_noop("A passkey of your account on %(site)s was taken away."),
    ),
    "second_factor_removed": (
        gettext_noop("Two-factor login was switched off"),
        gettext_noop("An administrator of %(site)s has switched off two-factor login for your account."),
    ),
}
# Said by themselves; every other mail tells of a change that somebody else may have made.
_EXPECTED: Final = frozenset({"reset", "approved", "account_made", "confirm", "left"})

_one_after_the_other = ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")
_last: Future[None] | None = None


def is_set_up() -> bool:
    """Whether mail really leaves this machine; else no page may promise one."""
    return settings.EMAIL_BACKEND not in _KEPT_HERE


def address_of(path: str) -> str:
    """Return a page's whole address, for mails and the command line."""
    return f"{settings.SITE_URL}{path}"


def tell(user: User, kind: str, *, to: str = "", base: str = "", **facts: object) -> bool:
    """Write this kind of mail to the person (`to` another address); whether there was anywhere to write to.

    `base` is the site's own address as a request knows it, for sites whose SITE_URL isn't set.
    """
    global _last
    to = to or user.email
    if not to or not is_set_up():
        return False
    message = _message(user, kind, to, settings.SITE_URL or base.rstrip("/"), facts)
    _last = _one_after_the_other.submit(_send, message)
    return True


def wait_until_sent() -> None:
    """Return when the last mail has been handed over."""
    if _last is not None:
        _last.result()


def site_name() -> str:
    """Return what the site is called."""
    return choices.value("WIKI_NAME")


def _message(user: User, kind: str, to: str, base: str, facts: dict[str, object]) -> EmailMessage:
    subject, text = _MAILS[kind]
    words = {
        "name": user.username,
        "site": site_name(),
        "login": f"{base}{reverse('account_login')}",
        "account": f"{base}{reverse('account')}",
        **facts,
    }
    paragraphs = [
        _("Hello %(name)s,") % words,
        _(text) % words,
        *([] if kind in _EXPECTED else [_(_NOT_YOU) % words]),
        f"{words['site']}\n{base}".strip(),
    ]
    return EmailMessage(f"{words['site']}: {_(subject) % words}", "\n\n".join(paragraphs) + "\n", to=[to])


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        # Nobody is there to be told; whoever waits for the mail asks again, or somebody who can help.
        logger.exception("A mail could not be sent.")
