"""Order: articles taken away from readers. Their rows and their history stay, and the title can be made again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from articles import logbook, writing
from articles.models import Article, Edit, Proposal
from articles.models.articles import ArticleQuerySet
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


def delete(articles: Sequence[Article], *, by: AbstractBaseUser | None, why: str) -> None:
    """Take articles away, in one transaction with their log entries; `by` is None for the server's command line."""
    with transaction.atomic():
        # Locked, and asked again, in one order for everybody: who deletes at the same moment has logged it already.
        rows = Article.objects.select_for_update(of=("self",)).published().order_by("pk")
        locked = list(rows.filter(pk__in=[article.pk for article in articles]))
        writing.delete(locked)
        for article in locked:
            logbook.record(
                who=by,
                what="article.delete",
                target=article.full_title,
                why=why,
                before={"edit": article.current_edit_id},
                after={"state": Article.State.DELETED},
            )


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
    leading = _redirects_to([article.full_title for article in unchanged])
    redirects = list(_untouched(leading))
    own = list(leading.exclude(pk__in=[article.pk for article in redirects]))
    return unchanged, redirects, changed + own


def _untouched(articles: ArticleQuerySet) -> ArticleQuerySet:
    """Those whose every edit is an import, and for which no proposal waits."""
    by_people = Edit.objects.filter(article=OuterRef("pk")).exclude(kind=Edit.Kind.IMPORT)
    waiting = Proposal.objects.waiting().filter(article=OuterRef("pk"))
    return articles.filter(~Exists(by_people), ~Exists(waiting))


def _redirects_to(full_titles: Sequence[str]) -> ArticleQuerySet:
    to_sections = Q()
    for full_title in full_titles:
        to_sections |= Q(redirect_to__startswith=f"{full_title}#")
    return Article.objects.published().filter(Q(redirect_to__in=full_titles) | to_sections)


def _titles_of(articles: Sequence[Article]) -> tuple[str, ...]:
    return tuple(sorted((titles.full(article.namespace, article.title) for article in articles), key=str.casefold))
