"""Which names are those of drugs: of the wiki's own articles in the category of drugs, and in the categories within it.

No list of drugs comes with the software. What else is recognised as one ends as drugs' names do: see `text.risks`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import Final

from django.core.cache import cache

from articles import outlines
from articles.models import Article, Dependency
from articles.text.risks import Drugs

# Marks may be some minutes behind a new article; the names are asked for by every comparison.
KEPT: Final = timedelta(minutes=10)
_KEY: Final = "articles.drugs"
# Antibiotics are in Drugs, Penicillins in Antibiotics: so deep, and with so many names.
_LEVELS: Final = 4
_MOST_NAMES: Final = 20_000


def known() -> Drugs:
    """Return the drugs that the wiki has articles on, under all their titles."""
    return _drugs(tuple(cache.get_or_set(_KEY, _names, KEPT.seconds) or ()))


@lru_cache(maxsize=1)
def _drugs(names: tuple[str, ...]) -> Drugs:
    return Drugs(names)


def _names() -> list[str]:
    categories = {outlines.category_of_drugs()}
    newest = categories
    for _level in range(_LEVELS):
        newest = set(_pages_in(newest, "category")) - categories
        if not newest:
            break
        categories |= newest
    names = list(_pages_in(categories, "article"))
    leading = Article.objects.published().in_namespace("article").filter(redirect_to__in=names)
    return [*names, *leading.values_list("title", flat=True)[:_MOST_NAMES]]


def _pages_in(categories: set[str], namespace: str) -> list[str]:
    """Return the titles of the published pages of one kind that name one of these categories."""
    naming = Dependency.objects.filter(kind=Dependency.Kind.CATEGORY, target__in=categories)
    pages = Article.objects.published().in_namespace(namespace).filter(pk__in=naming.values("article"))
    return list(pages.values_list("title", flat=True)[:_MOST_NAMES])
