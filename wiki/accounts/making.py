"""An account made for somebody: by an administrator in the pages, or by `adduser` on the server's command line."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles import logbook
from wiki.accounts import mail, names, passwords, roles
from wiki.accounts.models import User
from wiki.accounts.roles import RoleRefused


def prepared(name: str, *, email: str = "") -> User:
    """Return an account that is checked, but not yet saved. Raises ValidationError."""
    user = User(username=names.normalised(name), email=User.objects.normalize_email(email))
    user.full_clean(exclude=["password", "skeleton"])  # `clean` says it in words for people.
    return user


def refusal(by: User | None) -> RoleRefused | None:
    """Return why `by` may not make an account; None when nothing speaks against it (nor on the command line)."""
    if by is not None and not by.has_perm("accounts.change_roles"):
        return RoleRefused("forbidden", _("You may not make an account."))
    return None


def make(user: User, role: str, *, by: User | None = None, why: str = "") -> None:
    """Save a prepared account with its role, and log it; without a password nobody can log in with it yet.

    Raises RoleRefused, and ValidationError when another request took the name a moment ago.
    """
    if refused := refusal(by):
        raise refused
    if not user.password:
        user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            logbook.record(
                who=by,
                what="account.make",
                target=f"account:{user.pk}",
                why=why,
                after={"role": role},
                personal={"name": user.username},
            )
            roles.give(user, role, by=by, why=why)
    except IntegrityError as error:
        raise ValidationError({"username": names.TAKEN}) from error


def invite(user: User, *, by: User, base: str, why: str = "") -> tuple[str, bool]:
    """Return the address of the one-time link by which its owner chooses a password, and whether a mail brings it."""
    link = f"{base}{passwords.make_link(user, by=by, why=why)}"
    return link, mail.tell(user, "account_made", base=base, link=link, hours=passwords.hours_of_a_link())
