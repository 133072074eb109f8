"""How much waits for a moderator, for the menu of their account."""

from __future__ import annotations

from typing import Any

from django import template

from articles.moderation import inbox

register = template.Library()


@register.simple_tag(takes_context=True)
def count_waiting(context: dict[str, Any]) -> str:
    """Return the count as it is shown, "99+" for more; empty where nothing waits, or for no moderator."""
    user = getattr(context.get("request"), "user", None)
    count = inbox.count(user) if user is not None and user.is_authenticated else 0
    return (f"{inbox.MOST_COUNTED}+" if count > inbox.MOST_COUNTED else str(count)) if count else ""
