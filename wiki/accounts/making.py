"""An account made for somebody, or its details changed: by an administrator in the pages, or made by `adduser`."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles import logbook, stamps
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


def refusal_to_change_details(by: User | None) -> RoleRefused | None:
    """Return why `by` may not change what somebody else says about themselves; None when nothing speaks against it."""
    if by is not None and not by.has_perm("accounts.change_user"):
        return RoleRefused("forbidden", _("You may not change this account."))
    return None


def change_display_name(user: User, display_name: str) -> None:
    """Let somebody be called otherwise, also below the pages that they wrote."""
    with transaction.atomic():
        user.display_name = display_name
        user.save(update_fields=["display_name"])
        stamps.raise_signed_by(user.pk)


def change_details(user: User, *, display_name: str, email: str, by: User, why: str = "", base: str = "") -> None:
    """Change what the account says about its person, and log it; nothing happens when it says so already.

    The former address is told: whoever reads the new one can reset the password. Raises RoleRefused.
    """
    if refused := refusal_to_change_details(by):
        raise refused
    after = {"display_name": display_name, "email": User.objects.normalize_email(email)}
    with transaction.atomic():
        row = User.objects.select_for_update().get(pk=user.pk)
        before = {"display_name": row.display_name, "email": row.email}
        changed = sorted(name for name in after if after[name] != before[name])
        if not changed:
            return
        user.display_name, user.email = after["display_name"], after["email"]
        user.save(update_fields=changed)
        if "display_name" in changed:
            stamps.raise_signed_by(user.pk)
        # What it was and is belongs to the person, and can be erased: the log itself names the fields only.
        personal = {"name": user.username, "before": before, "after": after}
        logbook.record(
            who=by, what="account.details", target=f"account:{user.pk}", why=why, after=changed, personal=personal
        )
    if "email" in changed and before["email"]:
        mail.tell(user, "email_changed", to=before["email"], base=base)
