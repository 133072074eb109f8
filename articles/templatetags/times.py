"""Moments in a page: the date for people, the rest for the script that tells how long ago it was."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def moment(time: datetime | None) -> SafeString:
    """Show when something was; an empty element where nobody knows."""
    return format_html('<time datetime="{}" data-ago>{}</time>', *(("", "") if time is None else moments(time)))


def moments(time: datetime) -> tuple[str, str]:
    """Return a moment as scripts read it, and as people do."""
    here = timezone.localtime(time)
    return here.isoformat(), f"{_day(here.date(), get_language())}, {here:%H:%M}"


@lru_cache(maxsize=512)
def _day(day: date, language: str | None) -> str:
    return date_format(day, "j F Y")
