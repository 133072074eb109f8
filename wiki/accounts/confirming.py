"""An e-mail address is known to be its owner's once the link that was mailed there has come back.

Only then does the site write there unasked: else anybody could have another's mailbox filled.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.urls import reverse

from articles import limits
from wiki.accounts import mail
from wiki.accounts.models import User

if TYPE_CHECKING:
    from django.db.models import QuerySet

HOURS: Final = 72
_MAILS_OF_AN_ADDRESS: Final = 3
_MAIL_SECONDS: Final = 3600
_SALT: Final = "accounts.confirming"


def ask(user: User, *, base: str = "") -> bool:
    """Mail the link to the account's address; False where there is nothing to confirm, or no mail leaves.

    Raises limits.TooOften when this address was written to too often; not to be called inside a transaction.
    """
    if not user.email or user.has_confirmed_email or not mail.is_set_up():
        return False
    key = hashlib.sha256(user.email.lower().encode()).hexdigest()[:32]
    limits.take(f"confirm-mail:{key}", times=_MAILS_OF_AN_ADDRESS, seconds=_MAIL_SECONDS)
    link = f"{settings.SITE_URL or base.rstrip('/')}{path_of(user)}"
    return mail.tell(user, "confirm", base=base, link=link, hours=HOURS)


def path_of(user: User) -> str:
    """Return the path of the link that confirms the address the account has now, and no later one."""
    sealed = hashlib.sha256(user.email.encode()).hexdigest()[:32]
    return reverse("account_email_confirm", args=[TimestampSigner(salt=_SALT).sign(f"{user.pk}-{sealed}")])


def account_of(token: str) -> User | None:
    """Return the open account whose present address this link was mailed to within the last days; else None."""
    try:
        number, _hyphen, sealed = TimestampSigner(salt=_SALT).unsign(token, max_age=HOURS * 3600).partition("-")
    except BadSignature:
        return None
    user = User.objects.filter(pk=number, is_active=True).exclude(email="").first()
    return user if user is not None and hashlib.sha256(user.email.encode()).hexdigest()[:32] == sealed else None


def confirm(user: User) -> bool:
    """Let the address be known to be its owner's; False when it was changed a moment ago."""
    there: QuerySet[User] = User.objects.filter(pk=user.pk, email=user.email)
    return bool(there.update(confirmed_email=user.email))
