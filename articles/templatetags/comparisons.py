"""The rows of a comparison: what went stands beside what came, or both in one line; and what is a risk in it.

A page may have thousands of rows, so they are put together in one step by format_html, which escapes the texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.templatetags.pieces import Pieces
from articles.text.comparing import Row, Span
from articles.text.risks import Risk

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

register = template.Library()

_SPANS: Final = {
    ("", False): "{}",
    ("del", False): "<del>{}</del>",
    ("ins", False): "<ins>{}</ins>",
    ("", True): '<strong class="risk">{}</strong>',
    ("del", True): '<strong class="risk"><del>{}</del></strong>',
    ("ins", True): '<strong class="risk"><ins>{}</ins></strong>',
}
_SIGNS: Final = {"changed": "±", "removed": "−", "added": "+", "moved": "↕"}
# What a risk is called, and what it is where nothing of the kind went, or nothing came.
_CHANGES: Final[dict[str, _StrPromise]] = {
    "drug": gettext_lazy("Changes a drug:"),
    "dose": gettext_lazy("Changes a dose:"),
    "decimal": gettext_lazy("Moves a decimal point:"),
    "number": gettext_lazy("Changes a number:"),
    "unit": gettext_lazy("Changes a unit:"),
    "comparison": gettext_lazy("Changes a limit:"),
    "negation": gettext_lazy("Changes a negation:"),
    "opposite": gettext_lazy("Says the opposite:"),
    "place": gettext_lazy("Holds for others:"),
    "unread": gettext_lazy("Changes more than could be compared, or what readers see of it otherwise: read all of it."),
}
_ADDS: Final[dict[str, _StrPromise]] = {
    "drug": gettext_lazy("Adds a drug:"),
    "dose": gettext_lazy("Adds a dose:"),
    "number": gettext_lazy("Adds a number:"),
    "negation": gettext_lazy("Adds a negation:"),
}
_TAKES_OUT: Final[dict[str, _StrPromise]] = {
    "drug": gettext_lazy("Takes out a drug:"),
    "dose": gettext_lazy("Takes out a dose:"),
    "number": gettext_lazy("Takes out a number:"),
    "negation": gettext_lazy("Takes out a negation:"),
}
_MOST_OF_A_RISK: Final = 5


@register.simple_tag
def rows_side_by_side(rows: Iterable[Row], line_links: str = "", key: str = "") -> SafeString:
    """Show rows with the old line on the left; `line_links` is the fragment to which the new lines' numbers lead."""
    table = Pieces()
    for row in rows:
        if row.kind == "fold":
            _add_fold(table, row, columns=4)
            continue
        _add_start(table, row)
        _add_number(table, row.old_number, "−" if row.kind in ("changed", "removed") else "")
        table.add('<td class="compare__old" role="cell">')
        _add_spans(table, row.old)
        table.add("</td>\n")
        sign = "+" if row.kind in ("changed", "added") else ""
        _add_number(table, _link_to_line(row.new_number, line_links, key) if line_links else row.new_number, sign)
        table.add('<td class="compare__new" role="cell">')
        _add_spans(table, row.new)
        _add_end(table, row)
    return table.html()


@register.simple_tag
def rows_in_one(rows: Iterable[Row]) -> SafeString:
    """Show rows with both lines in one: what went before what came in its place."""
    table = Pieces()
    for row in rows:
        if row.kind == "fold":
            _add_fold(table, row, columns=2)
            continue
        _add_start(table, row)
        number = row.old_number if row.new_number is None else row.new_number
        _add_number(table, number, _SIGNS.get(row.kind, ""))
        table.add('<td class="compare__both" role="cell">')
        _add_spans(table, row.inline)
        _add_end(table, row)
    return table.html()


@register.simple_tag
def risk_line(risk: Risk) -> SafeString:
    """Show one thing to look at twice: what it is called, what went of it and what came, five pieces each at most."""
    line = Pieces()
    names = _ADDS if not risk.lost else _TAKES_OUT if not risk.gained else _CHANGES
    line.add('{} <span class="risk__what">', names.get(risk.kind, _CHANGES[risk.kind]))
    if risk.lost:
        line.add("<del>{}</del>", ", ".join(risk.lost[:_MOST_OF_A_RISK]))
    if risk.lost and risk.gained:
        line.add(' <span class="visually-hidden">{}</span><span aria-hidden="true">→</span> ', _("becomes"))
    if risk.gained:
        line.add("<ins>{}</ins>", ", ".join(risk.gained[:_MOST_OF_A_RISK]))
    line.add("</span>")
    return line.html()


def _add_fold(table: Pieces, row: Row, *, columns: int) -> None:
    words = ngettext("%(count)s unchanged line", "%(count)s unchanged lines", row.folded) % {"count": row.folded}
    table.add('<tr class="compare__fold" role="row"><td role="cell" colspan="{}">{}', columns, words)
    if row.heading:
        table.add(', {} <span class="compare__heading">{}</span>', _("to"), row.heading)
    table.add("</td></tr>\n")


def _add_start(table: Pieces, row: Row) -> None:
    table.add('<tr class="compare__{}{}" role="row">\n', row.kind, " compare__risky" if row.risk else "")


def _add_number(table: Pieces, number: int | SafeString | None, sign: str) -> None:
    table.add('<td class="compare__number" role="cell">')
    if number is not None:
        table.add("{}", number)
    if sign:
        table.add('<span class="mark">{}</span>', sign)
    table.add("</td>\n")


def _add_spans(table: Pieces, spans: Iterable[Span]) -> None:
    for span in spans:
        table.add(_SPANS[span.mark, span.risk], span.text)


def _add_end(table: Pieces, row: Row) -> None:
    if row.moved is not None:
        words = _("This section was moved: it stood behind “%(title)s”.") % {"title": row.moved}
        said = words if row.moved else _("This section was moved: it stood at the top.")
        table.add('<span class="compare__moved"><span aria-hidden="true">↕</span> {}</span>', said)
    table.add("</td>\n</tr>\n")


def _link_to_line(number: int | None, fragment: str, key: str) -> SafeString | None:
    if number is None:
        return None
    return format_html(
        '<a href="?line={}{}{}" rel="nofollow" title="{}">{}</a>',
        number,
        f"&key={quote(key)}" if key else "",
        fragment,
        _("Say something about this line"),
        number,
    )
