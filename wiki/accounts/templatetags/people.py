"""The way from somebody's proposals and contributions to the button that makes them an editor, for moderators."""

from __future__ import annotations

from typing import Any

from django import template

from wiki.accounts import roles
from wiki.accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def account_to_make_editor(context: dict[str, Any], number: int | None = None, name: str = "") -> User | None:
    """Return the account of this number or name where the person may make a contributor of it an editor, else None."""
    by = context["request"].user
    if not (getattr(by, "is_staff", False) and by.has_perm("accounts.make_editors")) or not (number or name):
        return None
    user = User.objects.filter(**({"pk": number} if number else {"username": name})).first()
    return user if user is not None and roles.offered(user, by=by) == roles.EDITOR else None
