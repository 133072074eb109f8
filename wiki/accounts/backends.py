"""Who may log in, and what an account may: Django's own answer, less what waits for a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend

from wiki.accounts import second_factor

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from wiki.accounts.models import User


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

    def get_all_permissions(self, user_obj: User | AnonymousUser, obj: Any = None) -> set[str]:
        """Return what the account may; of a role that needs a second factor, nothing until there is one."""
        permissions = super().get_all_permissions(user_obj, obj)
        return permissions - second_factor.withheld_from(user_obj, permissions)
