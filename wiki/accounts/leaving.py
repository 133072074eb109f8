"""An account closed for good: by its owner, or by an administrator whom they have asked.

What they published stays, signed by a pseudonym, because others built on it; whatever says who they were goes, and
their name is nobody else's afterwards. An account that is merely closed (`roles.close`) keeps all and can be reopened.
The register in WIKI_DATA names who left by number, so that a restored backup doesn't bring them back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any, Final, NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry as AdminLine
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, logbook
from articles.models import Author, Edit, Proposal, walks
from articles.moderation import parting, register
from wiki.accounts import mail, roles
from wiki.accounts.models import FormerName, User
from wiki.accounts.roles import RoleRefused
from wiki.accounts.signals import account_left

# All that is the account's own, and what each becomes.
_EMPTIED: Final = {
    "display_name": "",
    "email": "",
    "confirmed_email": "",
    "is_active": False,
    "is_staff": False,
    "is_superuser": False,
    "waits_for_approval": False,
    "last_login": None,
}


class Stays(NamedTuple):
    """How much of somebody's work stays, under a pseudonym."""

    edits: int
    proposals: int


def what_stays(user: User) -> Stays:
    """Return how much of this person's work will stay."""
    author = access.author_of(user)
    return Stays(Edit.objects.filter(author=author).count(), Proposal.objects.filter(author=author).count())


def refusal(user: User, *, by: User | None) -> RoleRefused | None:
    """Return why `by` may not close this account for good; None when nothing speaks against it."""
    if by is not None and by.pk != user.pk and not by.has_perm("accounts.change_roles"):
        return RoleRefused("forbidden", _("You may not close this account."))
    return roles.refusal_to_leave(user)


def leave(user: User, *, by: User | None, why: str = "", base: str = "") -> str:
    """Close the account for good, log it, and return the pseudonym that signs its work from now on.

    All or nothing happens. The former address is told. Raises RoleRefused.
    """
    # To read all sessions takes its time, for which no change of roles shall wait.
    sessions = _sessions_of(user)
    with transaction.atomic():
        parting.wait_for_saves(user.pk)
        roles.one_change_at_a_time()
        row = User.objects.select_for_update().get(pk=user.pk)
        if refused := refusal(row, by=by):
            raise refused
        former, address = row.username, row.email
        pseudonym = parting.new_pseudonym()
        # They say when and how somebody logged in.
        Session.objects.filter(pk__in=sessions).delete()
        _close(row, pseudonym, by=by, why=why)
        # Closed is closed, also where the file can't be written: it is filled up at the next start.
        transaction.on_commit(lambda: register.add(_line_of(row)), robust=True)
    mail.tell(row, "left", to=address, base=base, name=former, pseudonym=pseudonym)
    return pseudonym


def not_closed() -> list[tuple[User, str]]:
    """Return the accounts that were closed for good after this database was backed up, with their pseudonyms."""
    lines = {line["key"]: line for line in register.departures()}
    users = User.objects.filter(pk__in=[line["account"] for line in lines.values()], left=None).order_by("pk")
    # A number may have become another account's since: it was made at another moment.
    return [(user, lines[key]["name"]) for user in users if (key := _line_of(user)["key"]) in lines]


def close_again(say: Callable[[str], None] = lambda words: None) -> int:
    """Close what the register says and this database, an older one, has open; return how many accounts.

    Nobody is told, and the last administrator is no exception. A register that has less than the database is filled up
    from it.
    """
    known = {line["key"] for line in register.departures()}
    for user in User.objects.filter(left__isnull=False).order_by("pk"):
        if (line := _line_of(user))["key"] not in known:
            register.add(line)
    waiting = not_closed()
    for user, pseudonym in waiting:
        with transaction.atomic():
            roles.one_change_at_a_time()
            row = User.objects.select_for_update().get(pk=user.pk)
            _close(row, pseudonym, by=None, why=_("A backup from before it left was restored."))
        say(f"account {user.pk}: {pseudonym}")
    return len(waiting)


def _line_of(user: User) -> dict[str, Any]:
    """What the register says of an account that has left: nothing by which anybody could know who it was."""
    made = user.date_joined.astimezone(UTC).isoformat()
    return {"key": f"account:{user.pk}:{made}", "account": user.pk, "name": user.username}


def _close(user: User, pseudonym: str, *, by: User | None, why: str) -> None:
    for name in filter(None, (user.username, user.display_name)):
        FormerName.reserve(name)
    _empty(user, pseudonym)
    parting.part(account_id=user.pk, pseudonym=pseudonym)
    account_left.send(sender=User, user=user)
    logbook.record(who=by, what="account.leave", target=f"account:{user.pk}", why=why, personal={"name": pseudonym})
    transaction.on_commit(parting.leave_no_remains, robust=True)


def _empty(user: User, pseudonym: str) -> None:
    user.username, user.left = pseudonym, timezone.now()
    for field, value in _EMPTIED.items():
        setattr(user, field, value)
    user.set_unusable_password()
    user.save()
    user.groups.set([roles.group(roles.CONTRIBUTOR)])
    user.user_permissions.clear()
    Authenticator.objects.filter(user=user).delete()
    EmailAddress.objects.filter(user=user).delete()
    _rename_in_the_admins_lines(user, pseudonym)


def _sessions_of(user: User) -> list[str]:
    going_on = walks.in_order(Session.objects.filter(expire_date__gt=timezone.now()))
    return [each.session_key for each in going_on if each.get_decoded().get(SESSION_KEY) == str(user.pk)]


def _rename_in_the_admins_lines(user: User, pseudonym: str) -> None:
    """Django's own log keeps the names of what was changed."""
    authors = Author.objects.filter(account=user).values_list("pk", flat=True)
    for model, keys in ((User, [user.pk]), (Author, list(authors))):
        of_model = ContentType.objects.get_for_model(model)
        lines = AdminLine.objects.filter(content_type=of_model, object_id__in=[str(key) for key in keys])
        lines.update(object_repr=pseudonym, change_message="")
