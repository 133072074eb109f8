"""How much somebody has not seen yet, for the menu of their account."""

from __future__ import annotations

from typing import Any

from django import template

from wiki.notifications import telling

register = template.Library()


@register.simple_tag(takes_context=True)
def count_unseen(context: dict[str, Any]) -> str:
    """Return the count as it is shown, "99+" for more; empty where there is nothing, or nobody is logged in."""
    user = getattr(context.get("request"), "user", None)
    count = telling.count_unseen(user.pk) if user is not None and user.is_authenticated else 0
    most = telling.MOST_COUNTED - 1
    return (f"{most}+" if count > most else str(count)) if count else ""
