"""The five roles, what each may do, and the one door through which a role or an account's state changes.

Called by views, the admin and `adduser`; imports no view. A role is a Django group; every account has exactly one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import router, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import logbook
from wiki.accounts.signals import role_given

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from wiki.accounts.models import User

ANONYMOUS: Final = "anonymous"
CONTRIBUTOR: Final = "contributor"
EDITOR: Final = "editor"
REVIEWER: Final = "reviewer"
MODERATOR: Final = "moderator"
ADMINISTRATOR: Final = "administrator"

# From the least to the most; each may all that the one before it may.
ROLES: Final = (CONTRIBUTOR, EDITOR, REVIEWER, MODERATOR, ADMINISTRATOR)
STAFF: Final = frozenset({MODERATOR, ADMINISTRATOR})
NAMES: Final[dict[str, _StrPromise]] = {
    CONTRIBUTOR: gettext_lazy("Contributor"),
    EDITOR: gettext_lazy("Editor"),
    REVIEWER: gettext_lazy("Reviewer"),
    MODERATOR: gettext_lazy("Moderator"),
    ADMINISTRATOR: gettext_lazy("Administrator"),
}

# What each role may besides what the one before it may. A feature with a permission of its own adds its line here.
PERMISSIONS: Final[dict[str, tuple[str, ...]]] = {
    CONTRIBUTOR: ("articles.propose",),
    EDITOR: ("articles.publish",),
    REVIEWER: ("articles.review",),
    MODERATOR: ("articles.moderate", "accounts.make_editors", "accounts.view_user"),
    ADMINISTRATOR: ("accounts.change_roles", "accounts.change_user", "wording.change_wording_text"),
}


class RoleRefused(PermissionDenied):
    """A change that may not be: `code` is forbidden, unknown or last_administrator; `message` a sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def role_of(user: User | AnonymousUser) -> str:
    """Return the person's role, "anonymous" without an account; one query."""
    if isinstance(user, AnonymousUser):
        return ANONYMOUS
    if user.is_superuser:
        return ADMINISTRATOR
    names = set(user.groups.filter(name__in=ROLES).values_list("name", flat=True))
    return max(names, key=ROLES.index, default=CONTRIBUTOR)


def permissions_of(role: str) -> set[str]:
    """Return all that the role may, as "app.codename"."""
    return {permission for each in ROLES[: ROLES.index(role) + 1] for permission in PERMISSIONS[each]}


def there_is_an_administrator() -> bool:
    """Whether somebody can log in as an administrator."""
    return _administrators().exists()


def refusal(user: User, role: str, *, by: User | None) -> RoleRefused | None:
    """Return why `by` may not give this role to the account (None: nothing speaks against it).

    `by` is None on the server's own command line, which may everything but unseat the last administrator.
    """
    if role not in ROLES:
        return RoleRefused("unknown", _("There is no such role."))
    if user.left is not None:
        return _has_left()
    if by is not None and not _may_give(by, role_of(user), role):
        return RoleRefused("forbidden", _("You may not give this role."))
    if role != ADMINISTRATOR and _is_the_last_administrator(user):
        return _last_administrator()
    return None


def refusal_to_close(user: User, *, by: User | None) -> RoleRefused | None:
    """Return why `by` may not close (or reopen) the account, None when nothing speaks against it."""
    if by is not None and not by.has_perm("accounts.change_roles"):
        return RoleRefused("forbidden", _("You may not close or reopen this account."))
    return refusal_to_leave(user)


def refusal_to_leave(user: User) -> RoleRefused | None:
    """Return why the account can't be closed for good, not even by its owner; None when nothing speaks against it."""
    if user.left is not None:
        return _has_left()
    if _is_the_last_administrator(user):
        return _last_administrator()
    return None


def offered(user: User, *, by: User) -> str:
    """Return the role that a moderator gives this account by one press: contributors become editors, and back.

    Empty when `by` may give none, or when it has another role, which an administrator chooses in the admin; one query
    where somebody may.
    """
    if not by.has_perm("accounts.make_editors") or not user.is_active:
        return ""
    return {CONTRIBUTOR: EDITOR, EDITOR: CONTRIBUTOR}.get(role_of(user), "")


def give(user: User, role: str, *, by: User | None = None, why: str = "") -> None:
    """Give the account this role in place of the one it has, and log it; nothing happens when it has it already.

    Raises RoleRefused as `refusal` says.
    """
    with transaction.atomic(using=_database()):
        one_change_at_a_time()
        if refused := refusal(user, role, by=by):
            raise refused
        before = role_of(user)
        user.groups.remove(*Group.objects.filter(name__in=ROLES).exclude(name=role))
        user.groups.add(group(role))
        user.is_staff = role in STAFF
        # The flag passes every permission by, so that a demotion would mean nothing while it stands.
        user.is_superuser = False
        user.save(update_fields=["is_staff", "is_superuser"])
        if before != role:
            _record("account.role", user, by=by, why=why, before=before, after=role)
            # A listener that breaks can't take back what is committed.
            transaction.on_commit(
                lambda: role_given.send(sender=type(user), user=user, role=role, by=by, why=why),
                using=_database(),
                robust=True,
            )
    _forget_permissions(user)


def close(user: User, *, by: User | None = None, why: str = "") -> None:
    """Close the account: nobody can log in with it and its sessions end; its edits stay. Raises RoleRefused."""
    _set_open(user, is_open=False, by=by, why=why)


def reopen(user: User, *, by: User | None = None, why: str = "") -> None:
    """Open a closed account again, with the role it had. Raises RoleRefused."""
    _set_open(user, is_open=True, by=by, why=why)


def one_change_at_a_time() -> None:
    """Two administrators demoting each other at once must meet here, or none would be left."""
    Group.objects.using(_database()).select_for_update().get_or_create(name=ADMINISTRATOR)


def group(role: str) -> Group:
    """Return the group of the role, made when it isn't there yet."""
    return Group.objects.get_or_create(name=role)[0]


def app_labels() -> set[str]:
    """Return the apps whose permissions roles are made of."""
    return {permission.partition(".")[0] for permission in permissions_of(ADMINISTRATOR)}


def make_groups(app_label: str) -> None:
    """Give each role's group exactly its permissions of this app; done again, it changes nothing.

    Permissions that aren't in the database (an app not installed) are left out.
    """
    there = {
        f"{app_label}.{permission.codename}": permission
        for permission in Permission.objects.filter(content_type__app_label=app_label)
    }
    for role in ROLES:
        role_group = group(role)
        due = {there[name] for name in permissions_of(role) if name in there}
        held = set(role_group.permissions.filter(content_type__app_label=app_label))
        role_group.permissions.add(*(due - held))
        role_group.permissions.remove(*(held - due))


def _may_give(by: User, before: str, after: str) -> bool:
    if by.has_perm("accounts.change_roles"):
        return True
    return by.has_perm("accounts.make_editors") and {before, after} <= {CONTRIBUTOR, EDITOR}


def _set_open(user: User, *, is_open: bool, by: User | None, why: str) -> None:
    with transaction.atomic(using=_database()):
        one_change_at_a_time()
        if refused := refusal_to_close(user, by=by):
            raise refused
        there = get_user_model().objects.using(_database()).filter(pk=user.pk)
        before, waited = there.values_list("is_active", "waits_for_approval").get()
        user.is_active, user.waits_for_approval = is_open, False
        user.save(update_fields=["is_active", "waits_for_approval"])
        if before != is_open or waited:  # Closed while it waits is turned away.
            what = "account.reopen" if is_open else "account.close"
            _record(what, user, by=by, why=why, before=before, after=is_open)
    _forget_permissions(user)


def _is_the_last_administrator(user: User) -> bool:
    administrators = set(_administrators().values_list("pk", flat=True)[:2])
    return administrators == {user.pk}


def _administrators() -> QuerySet[User]:
    everybody = get_user_model().objects.using(_database()).filter(is_active=True)
    return everybody.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)).distinct()


def _has_left() -> RoleRefused:
    return RoleRefused("left", _("This account is closed for good: there is nobody behind it any more."))


def _last_administrator() -> RoleRefused:
    return RoleRefused("last_administrator", _("This is the last administrator: make somebody else one first."))


def _database() -> str:
    return router.db_for_write(Group)


def _record(what: str, user: User, *, by: User | None, why: str, before: object, after: object) -> None:
    # The name is personal data: it stays outside the hashed part, the number of the account names it there.
    name = {"name": user.username}
    logbook.record(who=by, what=what, target=f"account:{user.pk}", why=why, before=before, after=after, personal=name)


def _forget_permissions(user: User) -> None:
    """The account object in hand answers by its new role at once."""
    for cached in ("_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(cached, None)
