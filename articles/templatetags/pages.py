"""How a page names itself, in templates and to machines."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

register = template.Library()


@register.simple_tag(takes_context=True)
def canonical(context: dict[str, Any], path: str = "") -> str:
    """Return the full address of a path; without one, of the page itself, the query left out."""
    request = context["request"]
    return absolute(request, path or escape_uri_path(request.path))


def absolute(request: HttpRequest, path: str) -> str:
    """Return the full address of a path: under SITE_URL, else under the host that was asked."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@register.simple_tag
def built_editor(name: str) -> str:
    """Return the static file of an editor; "" where it was not built, and texts are written in the plain box."""
    script = f"build/{name}.js"
    return script if finders.find(script) else ""
