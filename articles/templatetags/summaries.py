"""How the summary of a change is shown: the section that the form named before it is an arrow that leads there."""

from __future__ import annotations

import re
from typing import Final

from django import template
from django.urls import reverse

from articles.text import titles
from articles.text.sections import anchor_of

register = template.Library()

_MARK: Final = re.compile(r"\A/\* (?P<section>.*?) \*/\s*(?P<remark>.*)\Z", re.DOTALL)


@register.inclusion_tag("articles/_summary.html")
def summary(text: str, title: str, namespace: str = "article") -> dict[str, str]:
    """Show the summary of a change of this page."""
    found = _MARK.match(text)
    address = reverse("articles:read", args=[titles.full(namespace, title)])
    return {
        "section": found["section"] if found else "",
        "remark": found["remark"] if found else text,
        "address": address,
    }


@register.filter
def as_anchor(section: str) -> str:
    """Return where in its page a section of this title is.

    >>> as_anchor("Signs and symptoms")
    'Signs_and_symptoms'
    """
    return anchor_of(section)
