"""What feeds tell: the newest changes, of everything or of one article, and the newest articles; nothing hidden."""

from __future__ import annotations

from typing import Final

from articles import recent
from articles.models import Article, Edit, Namespace
from articles.models.edits import EditQuerySet

LENGTH: Final = 50


def changes(wanted: recent.Wanted = recent.ALL) -> list[Edit]:
    """Return everybody's newest edits, of those that are wanted."""
    return _newest(recent.find(wanted).rows)


def changes_of(article: Article) -> list[Edit]:
    """Return an article's newest edits."""
    return _newest(Edit.objects.visible().filter(article=article))


def new_articles() -> list[Edit]:
    """Return the first edits of the newest articles."""
    first = Edit.objects.visible().filter(number=1, article__namespace=Namespace.ARTICLE, article__redirect_to="")
    return _newest(first)


def _newest(edits: EditQuerySet) -> list[Edit]:
    rows = edits.newest_first().select_related("author", "article")
    return list(rows.defer("outline", "tags")[:LENGTH])
