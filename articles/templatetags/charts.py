"""Charts: figures as bars of an inline SVG, which needs no script and no style of its own; the page's sheet colours it.

The words stand outside the picture, where they wrap and grow with the reader's font.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from articles.moderation.measuring import Day

register = template.Library()

WIDE: Final = 900
HIGH: Final = 120
# Something is seen of whatever is not nothing.
_LEAST: Final = 2


@dataclass(frozen=True)
class Bar:
    """One bar: its place in the picture, and what is said while one points at it."""

    x: int
    y: int
    width: int
    height: int
    words: str


def bars_of(figures: Iterable[tuple[object, int | None]], most: int = 0, unit: str = "") -> list[Bar]:
    """Return a bar for each label and figure, as high as its part of `most` (the highest figure, when 0).

    A figure that is None has no bar, 0 has one of no height.

    >>> [(bar.x, bar.height) for bar in bars_of([("a", 1), ("b", 2), ("c", None)])]
    [(0, 60), (300, 120)]
    """
    rows = list(figures)
    top = most or max((figure or 0 for _label, figure in rows), default=0) or 1
    bars = []
    for number, (label, figure) in enumerate(rows):
        if figure is None:
            continue
        x, end = WIDE * number // len(rows), WIDE * (number + 1) // len(rows)
        height = max(HIGH * figure // top, _LEAST) if figure else 0
        bars.append(Bar(x, HIGH - height, max(end - x - max((end - x) // 5, 1), 1), height, f"{label}: {figure}{unit}"))
    return bars


@register.inclusion_tag("articles/measuring/_chart.html")
def chart_of_days(days: Sequence[Day], field: str, name: str, title: str, description: str) -> dict[str, Any]:
    """Draw one figure of each day; a share is drawn of a hundred, a number of the highest."""
    figures = [(date_format(day.date, "j F Y"), getattr(day, field)) for day in days]
    is_share = field == "share"
    top = 100 if is_share else max((figure or 0 for _date, figure in figures), default=0)
    unit = " %" if is_share else ""
    ends = (date_format(days[0].date, "j F"), _("today"))
    return {
        **_drawn(name, title, description, bars_of(figures, top, unit)),
        "top": f"{top}{unit}",
        "ends": ends,
    }


@register.inclusion_tag("articles/measuring/_chart.html")
def chart_of_ages(ages: Sequence[tuple[object, int]], name: str, title: str, description: str) -> dict[str, Any]:
    """Draw how many have waited for how long, with a label under each bar."""
    return {**_drawn(name, title, description, bars_of(ages)), "labels": ages}


def _drawn(name: str, title: str, description: str, bars: list[Bar]) -> dict[str, Any]:
    return {"name": name, "title": title, "description": description, "bars": bars, "wide": WIDE, "high": HIGH}
