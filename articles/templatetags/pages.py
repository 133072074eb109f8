"""How a page names itself in templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any], path: str) -> str:
    """Return the full address of a path: under SITE_URL, else under the host that was asked."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL}{path}"
    request = context["request"]
    address: str = request.build_absolute_uri(path)
    return address
