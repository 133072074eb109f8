"""The rows of a comparison: what went stands beside what came, or both in one line.

A page may have thousands of them, so they are put together in one step by format_html, which escapes the texts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.templatetags.pieces import Pieces
from articles.text.comparing import Row, Span

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
