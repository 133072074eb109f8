"""When what a moderator sets shall end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

ENDS: Final = {
    "never": _("never"),
    "hour": _("in an hour"),
    "day": _("in a day"),
    "week": _("in a week"),
    "month": _("in a month"),
    "half-year": _("in half a year"),
    "year": _("in a year"),
    "date": _("on the day beside"),
}
HOURS: Final = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24, "half-year": 182 * 24, "year": 365 * 24}


def beginning_of(day: date) -> datetime:
    """Return when a day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
