"""A new password: by whoever knows the old one, or by a one-time link that a mail or an administrator brings."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import limits, logbook
from articles.text import titles
from wiki.accounts import mail, names
from wiki.accounts.models import User
from wiki.accounts.roles import RoleRefused

if TYPE_CHECKING:
    from collections.abc import Iterable

LINKS_OF_A_PLACE = 10
LINKS_OF_AN_ACCOUNT = 3
LINK_SECONDS = 3600


def hours_of_a_link() -> int:
    """Return how many hours a one-time link is good for."""
    return int(settings.PASSWORD_RESET_TIMEOUT) // 3600


def change(user: User, password: str, *, base: str = "") -> None:
    """Set the password; every session of the account ends but one that is kept by its view, every link is void."""
    user.set_password(password)
    user.save(update_fields=["password"])
    mail.tell(user, "password_changed", base=base)


def send_links(who: str, *, place: str, base: str) -> None:
    """Mail a one-time link to the open accounts of this name or e-mail address; to nobody when there is none.

    Raises limits.TooOften when this place has asked too often. Nothing else tells the caller what was found.
    """
    limits.take(f"reset-link:{place}", times=LINKS_OF_A_PLACE, seconds=LINK_SECONDS)
    for user in _found(who):
        if _may_write_to(user):
            path = _path(user)
            mail.tell(user, "reset", base=base, link=f"{settings.SITE_URL or base}{path}", hours=hours_of_a_link())


def refusal_to_make_a_link(user: User, *, by: User | None) -> RoleRefused | None:
    """Return why `by` may not make a link for this account; None when nothing speaks against it."""
    if by is not None and not by.has_perm("accounts.change_roles"):
        return RoleRefused("forbidden", _("You may not make a link to a new password."))
    if not user.is_active:
        return RoleRefused("closed", _("This account is closed, or waits for approval: nobody can log in with it."))
    return None


def make_link(user: User, *, by: User | None = None, why: str = "") -> str:
    """Return the path of a one-time link to a new password, and log that it was made. Raises RoleRefused.

    Whoever has the link can take the account over: it is shown once, to the administrator who made it.
    """
    if refused := refusal_to_make_a_link(user, by=by):
        raise refused
    with transaction.atomic():
        logbook.record(
            who=by,
            what="account.reset_link",
            target=f"account:{user.pk}",
            why=why,
            after={"hours": hours_of_a_link()},
            personal={"name": user.username},
        )
    return _path(user)


def account_of_link(number: int, token: str) -> User | None:
    """Return the open account that an unused link of the last hours belongs to."""
    user = User.objects.filter(pk=number, is_active=True).first()
    return user if user is not None and default_token_generator.check_token(user, token) else None


def use_link(number: int, token: str, password: str, *, base: str = "") -> bool:
    """Set the password by a one-time link, which it voids; False when another request was quicker."""
    with transaction.atomic():
        User.objects.select_for_update().filter(pk=number).first()
        user = account_of_link(number, token)
        if user is None:
            return False
        user.set_password(password)
        user.save(update_fields=["password"])
    mail.tell(user, "password_was_reset", base=base)
    return True


def _path(user: User) -> str:
    return reverse("account_reset_password_from_key", args=[user.pk, default_token_generator.make_token(user)])


def _found(who: str) -> Iterable[User]:
    there = User.objects.filter(is_active=True).exclude(email="")
    if "\0" in who:  # PostgreSQL takes none, and no name or address has one.
        return there.none()
    if "@" in who:  # Which no name may contain.
        return there.filter(email__iexact=who.strip())[:5]
    return there.filter(skeleton=titles.skeleton(names.normalised(who)))


def _may_write_to(user: User) -> bool:
    key = hashlib.sha256(user.email.lower().encode()).hexdigest()[:32]
    try:
        limits.take(f"reset-mail:{key}", times=LINKS_OF_AN_ACCOUNT, seconds=LINK_SECONDS)
    except limits.TooOften:
        return False  # Silently: saying so would tell that there is somebody to write to.
    return True
