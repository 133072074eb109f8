"""How the summary of a change is shown: the section that the form named before it is an arrow that leads there."""

from __future__ import annotations

from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.text import titles
from articles.text.sections import anchor_of, named_in

register = template.Library()


@register.simple_tag
def summary(text: str, title: str, namespace: str = "article") -> SafeString:
    """Show the summary of a change of this page."""
    section, remark = named_in(text)
    address = reverse("articles:read", args=[titles.full(namespace, title)])
    return format_html(
        "{}{}{}",
        arrow(address, section) if section else "",
        " " if section and remark else "",
        format_html('<span class="edit__summary">{}</span>', remark) if remark else "",
    )


def arrow(address: str, section: str) -> SafeString:
    """Return the arrow that leads to the section of this title in the page at this address."""
    anchor = quote(anchor_of(section), safe="/")
    return format_html('<a class="edit__section" rel="nofollow" href="{}#{}">→ {}</a>', address, anchor, section)
