"""How many drafts somebody has, for the menu of their account."""

from __future__ import annotations

from typing import Any

from django import template

from articles import drafts

register = template.Library()


@register.simple_tag(takes_context=True)
def count_drafts(context: dict[str, Any]) -> int:
    """Return how many drafts the account has; of nobody, 0 without asking."""
    user = getattr(context.get("request"), "user", None)
    return drafts.count_of(user.pk) if user is not None and user.is_authenticated else 0
