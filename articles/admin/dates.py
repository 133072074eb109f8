"""The years, months and days that a list offers: reckoned from its first and its last row, however many are between.

Django itself asks every row for its month. So a month may be offered in which nothing was.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.admin.views.main import ChangeList

_PARTS: Final = ("year", "month", "day")
# A row of another century, by mistake, is found by a search.
_MOST_YEARS: Final = 100


@dataclass(frozen=True)
class Offered:
    """The way back to a longer time, and the times within the one that is shown; each has a title, most have a link."""

    back: dict[str, str] | None
    choices: list[dict[str, str]]


def offered(listed: ChangeList) -> Offered:
    """Return what the list offers where it is now: two look-ups at most."""
    name = str(listed.date_hierarchy)
    given = (listed.params.get(f"{name}__{part}") or "" for part in _PARTS)
    asked = [int(value) for value in takewhile(bool, given)]  # A month of no year is no place to be.
    if len(asked) == len(_PARTS):
        day = date(*asked)
        return Offered(_choice(listed, name, asked[:2]), [{"title": _title(day, len(asked))}])
    ends = _ends(listed, name)
    if ends is None:
        return Offered(None, [])
    first, last = ends
    shown = asked or _in_common(first, last)
    choices = [_choice(listed, name, each) for each in _within(shown, first, last)]
    return Offered(_choice(listed, name, shown[:-1]) if shown else None, choices)


def _ends(listed: ChangeList, name: str) -> tuple[date, date] | None:
    """The days of the first and the last row; by number, which rises with time, where no index has the times."""
    indexed = {index.fields[0] for index in listed.model._meta.indexes if index.fields}
    order = name if name in indexed else "pk"
    rows = listed.root_queryset.order_by(order).values_list(name, flat=True)
    first, last = rows.first(), rows.last()
    return (_day(first), _day(last)) if first is not None and last is not None else None


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _in_common(first: date, last: date) -> list[int]:
    """The year, or the month, that both are of."""
    if first.year != last.year:
        return []
    return [first.year, first.month] if first.month == last.month else [first.year]


def _within(shown: list[int], first: date, last: date) -> Iterator[list[int]]:
    """Yield the years, the months of a year, or the days of a month between two days, each as its numbers."""
    least, most = (1, monthrange(*shown)[1]) if len(shown) == 2 else (1, 12)
    if not shown:
        least, most = max(first.year, last.year - _MOST_YEARS), last.year
    size = len(shown) + 1
    for number in range(least, most + 1):
        each = [*shown, number]
        if list(first.timetuple()[:size]) <= each <= list(last.timetuple()[:size]):
            yield each


def _choice(listed: ChangeList, name: str, numbers: list[int]) -> dict[str, str]:
    wanted: dict[str, Any] = {f"{name}__{part}": str(number) for part, number in zip(_PARTS, numbers, strict=False)}
    link = listed.get_query_string(wanted, [f"{name}__"])
    return {"link": link, "title": _title(date(*[*numbers, 1, 1][:3]), len(numbers)) if numbers else _("All dates")}


def _title(day: date, size: int) -> str:
    if size == 1:
        return str(day.year)
    return str(capfirst(date_format(day, "YEAR_MONTH_FORMAT" if size == 2 else "MONTH_DAY_FORMAT")))
