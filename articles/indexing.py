"""What search engines may list: whether anything at all, which pages, and the sitemap that tells them when."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from django.conf import settings
from django.db.models import Q

from articles import choices
from articles.models import Article, Edit, Namespace
from articles.models.articles import ArticleQuerySet
from articles.text import titles

# A page of the sitemap holds the articles of so many ids: it costs the same in a wiki of any size.
IDS_A_PAGE: Final = 5_000
# Templates are parts of pages; people's pages stay out for their sake; categories have an address of their own.
_LISTED: Final = (Namespace.ARTICLE, Namespace.PROJECT, Namespace.HELP)


class Listed(NamedTuple):
    """A page that search engines may list, and when it was changed last."""

    full_title: str
    changed: datetime


def is_allowed() -> bool:
    """Whether search engines are let in: by the owner's choice, and not before the site has its address.

    A wiki that is being tried out must not be found under the address it happens to have.
    """
    return bool(settings.SITE_URL) and choices.value("WIKI_INDEXING") == "on"


def is_indexable(article: Article) -> bool:
    """Whether the article may be listed: sample texts, drafts, redirects and people's pages stay out."""
    origin = getattr(article, "origin", None)
    is_sample = origin is not None and origin.is_sample
    return article.namespace in _LISTED and not article.is_redirect and not is_sample and not _is_draft(article)


def _is_draft(article: Article) -> bool:
    """Whether it is a page of the site's own, such as its terms, as it came along: nobody has adapted it yet."""
    edit = article.current_edit
    return article.namespace == Namespace.PROJECT and edit is not None and edit.kind == Edit.Kind.IMPORT


def sitemap_pages() -> range:
    """The numbers of the sitemap's pages, from 1; none while nothing may be listed."""
    last = _listed().order_by("-pk").values_list("pk", flat=True).first() or 0
    return range(1, -(-last // IDS_A_PAGE) + 1)


def sitemap_page(number: int) -> list[Listed]:
    """The pages of a page of the sitemap: one query, however many articles there are."""
    first = (number - 1) * IDS_A_PAGE
    rows = _listed().filter(pk__gt=first, pk__lte=first + IDS_A_PAGE).order_by("pk")
    return [
        Listed(titles.full(namespace, title), changed)
        for namespace, title, changed in rows.values_list("namespace", "title", "current_edit__time")
    ]


def _listed() -> ArticleQuerySet:
    rows = Article.objects.published().without_redirects().filter(namespace__in=_LISTED)
    drafts = Q(namespace=Namespace.PROJECT, current_edit__kind=Edit.Kind.IMPORT)
    return rows.exclude(origin__is_sample=True).exclude(drafts)
