"""The sample articles that come along make room for one's own: those that nobody has changed, and their redirects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from articles.models import Article, Edit, Proposal
from articles.models.articles import ArticleQuerySet
from articles.moderation.deleting import delete
from articles.text import titles

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


@dataclass(frozen=True)
class Sample:
    """What is there of the sample articles: full titles, in alphabetical order.

    `kept` are those that people have changed or for which a proposal waits, and people's own redirects to what goes.
    """

    unchanged: tuple[str, ...]
    redirects: tuple[str, ...]
    kept: tuple[str, ...]


def sample() -> Sample:
    """Return which sample articles nobody has changed since the import, the redirects to them, and what would stay."""
    unchanged, redirects, kept = _sample()
    return Sample(_titles_of(unchanged), _titles_of(redirects), _titles_of(kept))


def there_is_a_sample() -> bool:
    """Whether any sample article is still read here."""
    return Article.objects.published().filter(origin__is_sample=True).exists()


def remove_sample(*, by: AbstractBaseUser | None, why: str = "") -> Sample:
    """Delete the sample articles that nobody has changed, and the imported redirects to them; return what was there."""
    with transaction.atomic():
        # Locked before they are looked at: who saves at this moment is waited for, and keeps the article.
        list(Article.objects.select_for_update(of=("self",)).published().filter(origin__is_sample=True).order_by("pk"))
        unchanged, redirects, kept = _sample()
        delete([*unchanged, *redirects], by=by, why=why)
    return Sample(_titles_of(unchanged), _titles_of(redirects), _titles_of(kept))


def _sample() -> tuple[list[Article], list[Article], list[Article]]:
    there = Article.objects.published().filter(origin__is_sample=True)
    unchanged = list(_untouched(there))
    changed = list(there.exclude(pk__in=[article.pk for article in unchanged]))
    leading = Article.objects.published().leading_to(*[article.full_title for article in unchanged])
    redirects = list(_untouched(leading))
    own = list(leading.exclude(pk__in=[article.pk for article in redirects]))
    return unchanged, redirects, changed + own


def _untouched(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Those whose every edit is an import, and for which no proposal waits."""
    by_people = Edit.objects.filter(article=OuterRef("pk")).exclude(kind=Edit.Kind.IMPORT)
    waiting = Proposal.objects.undecided().filter(article=OuterRef("pk"))
    return articles.filter(~Exists(by_people), ~Exists(waiting))


def _titles_of(articles: Sequence[Article]) -> tuple[str, ...]:
    return tuple(sorted((titles.full(article.namespace, article.title) for article in articles), key=str.casefold))
