"""Who may register: everybody, whoever is approved, or nobody; and what tells people from machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.utils.translation import gettext as _

from articles import choices, logbook
from wiki.accounts import mail
from wiki.accounts.models import User
from wiki.accounts.roles import RoleRefused

if TYPE_CHECKING:
    from django.db.models import QuerySet

OPEN: Final = "open"
APPROVAL: Final = "approval"
CLOSED: Final = "closed"

_SALT: Final = "accounts.registration"
# A form left open for longer gets a new stamp; one stamp must not serve a machine for ever.
_LONGEST: Final = 24 * 3600


def mode() -> str:
    """Return who may register: open, approval or closed; whatever else was chosen counts as closed."""
    chosen = choices.value("WIKI_REGISTRATION")
    return chosen if chosen in (OPEN, APPROVAL) else CLOSED


def stamp() -> str:
    """Return a signed moment, for the form to carry from when it was shown."""
    return TimestampSigner(salt=_SALT).sign("shown")


def is_ours(stamped: str) -> bool:
    """Whether a moment is one of `stamp`, of the last day."""
    try:
        TimestampSigner(salt=_SALT).unsign(stamped, max_age=_LONGEST)
    except BadSignature:
        return False
    return True


def is_too_quick(stamped: str) -> bool:
    """Whether the form came back sooner than a person can fill it, or with no moment of ours."""
    least = settings.WIKI_REGISTRATION_SECONDS
    if not least:
        return False
    if not is_ours(stamped):
        return True
    try:
        TimestampSigner(salt=_SALT).unsign(stamped, max_age=least)
    except SignatureExpired:
        return False
    return True


def waiting() -> QuerySet[User]:
    """Return the accounts that wait for approval, the oldest first."""
    return User.objects.filter(waits_for_approval=True).order_by("date_joined")


def refusal_to_approve(by: User | None) -> RoleRefused | None:
    """Return why `by` may not let people in, None when nothing speaks against it (nor on the command line)."""
    if by is not None and not by.has_perm("accounts.make_editors"):
        return RoleRefused("forbidden", _("You may not approve accounts."))
    return None


def approve(user: User, *, by: User | None = None, why: str = "") -> bool:
    """Let the account in, log it, and tell its owner; False when it didn't wait (any longer). Raises RoleRefused."""
    if refused := refusal_to_approve(by):
        raise refused
    with transaction.atomic():
        # One statement decides: of two moderators only one is told that it was they.
        if not User.objects.filter(pk=user.pk, waits_for_approval=True).update(
            waits_for_approval=False, is_active=True
        ):
            return False
        logbook.record(
            who=by,
            what="account.approve",
            target=f"account:{user.pk}",
            why=why,
            before=False,
            after=True,
            personal={"name": user.username},
        )
        transaction.on_commit(lambda: mail.tell(user, "approved"))
    user.waits_for_approval, user.is_active = False, True
    return True
