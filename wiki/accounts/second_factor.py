"""The second factor: who has one, who must, how often a code may be guessed, and taking a lost one away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from articles import limits, logbook
from wiki.accounts import mail, roles, sealing
from wiki.accounts.roles import RoleRefused

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from wiki.accounts.models import User

# Recovery codes alone are none: they are made with one, and go with it.
_KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
WRONG_CODES: Final = 5
WRONG_CODE_SECONDS: Final = 300
# As long as a code of an authenticator app could be used again.
_CODE_LIVES: Final = 120


def is_set_up(user: User | AnonymousUser) -> bool:
    """Whether logging in as this person asks for more than the password; one query."""
    return user.is_authenticated and Authenticator.objects.filter(user_id=user.pk, type__in=_KINDS).exists()


def has_readable_codes(user: User) -> bool:
    """Whether the recovery codes can still be read: not when the server's key was changed and the old one is gone."""
    codes = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.RECOVERY_CODES).first()
    if codes is None:
        return False
    try:
        sealing.opened(str(codes.data.get("seed", "")))
    except sealing.SealBroken:
        return False
    return True


def is_missing(user: User | AnonymousUser) -> bool:
    """Whether this person's role needs a second factor, and there is none."""
    role = settings.WIKI_REQUIRE_2FA
    if role == "none" or not user.is_authenticated:
        return False
    return roles.role_of(user) in roles.ROLES[roles.ROLES.index(role) :] and not is_set_up(user)


def is_advised(user: User) -> bool:
    """Whether this person should be reminded: what they may do is worth more than a password."""
    return user.is_staff and not is_set_up(user)


def withheld_from(user: User | AnonymousUser, permissions: set[str]) -> set[str]:
    """Return which of these permissions don't hold until the person has set up a second factor.

    Asked wherever a permission is: so no page, no address of the admin and no other way in can forget it.
    """
    role = settings.WIKI_REQUIRE_2FA
    if role == "none":
        return set()
    needing = {name for each in roles.ROLES[roles.ROLES.index(role) :] for name in roles.PERMISSIONS[each]}
    if not permissions & needing:
        return set()  # No query for those whom it doesn't concern.
    # Asked once for the account in hand, as Django does with the permissions themselves.
    if "_has_second_factor" not in user.__dict__:
        user.__dict__["_has_second_factor"] = is_set_up(user)
    return set() if user.__dict__["_has_second_factor"] else needing


def check_guesses(user: User) -> tuple[str, float]:
    """Count a code about to be looked at; returns what `forgive` takes. Raises limits.TooOften after too many."""
    key = f"second-factor:{user.pk}"
    return key, limits.take(key, times=WRONG_CODES, seconds=WRONG_CODE_SECONDS)


def forgive(guess: tuple[str, float]) -> None:
    """Uncount it: the code was right."""
    limits.give_back(*guess)


def is_first_use(user: User, code: str) -> bool:
    """Whether this right code wasn't used before: who looks over a shoulder must not be quicker to use it again."""
    try:
        limits.take(f"second-factor-used:{user.pk}:{code}", times=1, seconds=_CODE_LIVES)
    except limits.TooOften:
        return False
    return True


def remove(user: User, *, by: User | None = None, why: str = "") -> bool:
    """Take away a lost second factor, recovery codes included, and log it. False when there was none.

    Raises RoleRefused; `by` is None on the server's own command line.
    """
    if by is not None and not by.has_perm("accounts.change_roles"):
        raise RoleRefused("forbidden", _("You may not take away somebody's second factor."))
    with transaction.atomic():
        there = Authenticator.objects.filter(user_id=user.pk)
        kinds = sorted(there.values_list("type", flat=True))
        there.delete()
        if not kinds:
            return False
        logbook.record(
            who=by,
            what="account.second_factor_removed",
            target=f"account:{user.pk}",
            why=why,
            before=kinds,
            after=[],
            personal={"name": user.username},
        )
        transaction.on_commit(lambda: mail.tell(user, "second_factor_removed"))
    return True
