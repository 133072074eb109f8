"""The sponsor, on the pages that may carry one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import template

from articles import notices
from wiki.wording.site import Site, Sponsor, key_of

register = template.Library()


@register.simple_tag(takes_context=True)
def sponsor_of_this_page(context: Mapping[str, Any]) -> Sponsor | None:
    """Return the sponsor, None on paper, where it was switched off, and where nothing tells what a page is about."""
    site: Site = context["wiki"]
    sponsor = site.sponsor
    if sponsor is None or context.get("printable"):
        return None
    article, page = context.get("article"), context.get("page")
    if article is None and not context.get("full_title"):
        return sponsor  # The page is about no article.
    if article is None or page is None:
        return None  # An article's topics aren't at hand here: an advertisement beside its history is no better.
    return None if site.without_sponsor & set(_about(article, page)) else sponsor


def _about(article: Any, page: Any) -> Iterator[str]:
    """The title, the stub topic and the categories of an article's page."""
    yield key_of(article.full_title)
    yield key_of(article.stub_topic or notices.stub_topic_of(article))
    yield from map(key_of, page.categories)
