"""Who may log in, and what an account may: Django's own answer, less what waits for a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import connections, router

from wiki.accounts import second_factor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from wiki.accounts.models import User


_OF_A_ROLE: Final = """
SELECT kind.app_label, permission.codename
FROM accounts_user_groups AS member
JOIN auth_group_permissions AS may ON may.group_id = member.group_id
JOIN auth_permission AS permission ON permission.id = may.permission_id
JOIN django_content_type AS kind ON kind.id = permission.content_type_id
WHERE member.user_id = %s
"""


class StillWaiting(Exception):
    """The password was right, but the account waits for approval."""


class AccountBackend(ModelBackend):
    """Names in any spelling, by an index; a closed account is told from a wrong password neither by text nor time."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Asked when the password was right. Raises StillWaiting: its owner, and nobody else, is told."""
        if user.waits_for_approval:
            raise StillWaiting
        return super().user_can_authenticate(user)

    def get_user(self, user_id: Any) -> Any:
        """Return the account of a session; None when it can't log in any longer, or not yet."""
        try:
            return super().get_user(user_id)
        except StillWaiting:
            return None

    def get_user_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """Return nothing: what an account may comes with its role alone."""
        return set()

    def get_group_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """Return what comes with the account's role, asked once for the account in hand, as Django does.

        Every page of whoever is logged in asks it, so it is put in words: Django takes several times as long to make
        the question as the database to answer it.
        """
        if obj is not None or not user_obj.is_active or user_obj.is_superuser:
            return super().get_group_permissions(user_obj, obj)
        known = user_obj.__dict__.get("_group_perm_cache")
        if known is None:
            with connections[router.db_for_read(Permission)].cursor() as cursor:
                cursor.execute(_OF_A_ROLE, [user_obj.pk])
                known = user_obj.__dict__["_group_perm_cache"] = {f"{app}.{name}" for app, name in cursor.fetchall()}
        return set(known)

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """Return what the account may; of a role that needs a second factor, nothing until there is one."""
        permissions = super().get_all_permissions(user_obj, obj)
        return permissions - second_factor.withheld_from(user_obj, permissions)
