"""The sections of a page, one below the other, and the links beside each heading.

A page has dozens of them, so they are put together in one step by format_html; their links are said by a template once,
and filled in for each section.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.reading import PageSection
from articles.templatetags.pieces import Pieces

register = template.Library()

_LINKS: Final = "articles/reading/_section_links.html"
_WITHHELD: Final = "articles/reading/_withheld.html"
_MESSAGES: Final = "includes/messages.html"
# By the level of the heading.
_HEADS: Final = {
    level: f'<div class="section-head section-head--{level}">\n<h{level} id="{{}}" tabindex="-1">{{}}</h{level}>\n'
    for level in range(2, 7)
}
_LINES: Final = {level: f'<li class="contents__{level}"><a href="#{{}}">{{}}</a></li>' for level in range(2, 7)}
# Stand for a section's number and title: no other number and no title is one of these, for nobody can guess them.
_NUMBER: Final = secrets.randbelow(10**17) + 10**17
_TITLE: Final = secrets.token_hex(16)


@register.simple_tag(takes_context=True)
def page_sections(context: RequestContext, sections: Iterable[PageSection]) -> SafeString:
    """Show sections that have headings: with links where the page says what the person may do with it (`mode`), and
    with what became of a save at the one that the page names (`told_at`)."""
    mode, told_at = context.get("mode"), context.get("told_at")
    shown = Pieces()
    for section in sections:
        shown.add("<section>\n")
        for anchor in section.former:
            shown.add('<span id="{}"></span>\n', anchor)
        shown.add(_HEADS[section.level], section.anchor, section.heading)
        if mode:
            shown.add("{}", section_links(context, section))
        shown.add("</div>\n")
        if told_at and told_at == section.id:
            shown.add("{}", _rendered(_MESSAGES, context, section))
        shown.add("{}\n</section>\n", _rendered(_WITHHELD, context, section) if section.withheld else section.html)
    return shown.html()


@register.simple_tag
def contents_lines(sections: Iterable[PageSection]) -> SafeString:
    """Show the contents of a page: a line that leads to each of these sections."""
    lines = Pieces()
    for section in sections:
        lines.add(_LINES[section.level], section.anchor, section.title)
    return lines.html()


@register.simple_tag(takes_context=True)
def section_links(context: RequestContext, section: PageSection) -> SafeString:
    """Return the links of one of a page's sections: they differ in number and title alone."""
    if section.id is None or not section.title:
        return _rendered(_LINKS, context, section)
    # Kept while this page is rendered.
    key = f"{_LINKS} {section.withheld}"
    pattern = context.render_context.get(key)
    if pattern is None:
        marked = _rendered(_LINKS, context, replace(section, id=_NUMBER, title=_TITLE))
        pattern = marked.replace("{", "{{").replace("}", "}}").replace(str(_NUMBER), "{0}").replace(_TITLE, "{1}")
        context.render_context[key] = pattern
    return format_html(pattern, section.id, section.title)


def _rendered(name: str, context: RequestContext, section: PageSection) -> SafeString:
    assert context.template is not None
    there = context.template.engine.get_template(name)
    with context.push(section=section):
        return there.render(context)
