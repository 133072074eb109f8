"""The links beside each heading of a page: said by a template once, and filled in for each section."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Final

from django import template
from django.template import RequestContext
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.reading import PageSection

register = template.Library()

_TEMPLATE: Final = "articles/reading/_section_links.html"
# Stand for a section's number and title: no other number and no title is one of these, for nobody can guess them.
_NUMBER: Final = secrets.randbelow(10**17) + 10**17
_TITLE: Final = secrets.token_hex(16)


@register.simple_tag(takes_context=True)
def section_links(context: RequestContext, section: PageSection) -> SafeString:
    """Return the links of one of a page's sections.

    A page has dozens of them, and they differ in number and title alone; rendering each took half of the page's time.
    """
    if section.id is None or not section.title:
        return _rendered(context, section)
    # Kept while this page is rendered.
    key = f"{_TEMPLATE} {section.withheld}"
    pattern = context.render_context.get(key)
    if pattern is None:
        marked = _rendered(context, replace(section, id=_NUMBER, title=_TITLE))
        pattern = marked.replace("{", "{{").replace("}", "}}").replace(str(_NUMBER), "{0}").replace(_TITLE, "{1}")
        context.render_context[key] = pattern
    return format_html(pattern, section.id, section.title)


def _rendered(context: RequestContext, section: PageSection) -> SafeString:
    assert context.template is not None
    there = context.template.engine.get_template(_TEMPLATE)
    with context.push(section=section):
        return there.render(context)
