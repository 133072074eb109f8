"""The stamps of pages: raised in the transaction that changes what a page shows, compared by whoever keeps its bytes.

Whatever is new on the page of an article, and isn't written by the write door, raises its stamp here as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction

from articles.models import Article, Dependency, PageStamp
from articles.signals import pages_changed
from articles.text import titles

# A row of such a path is no page's: what it names was not looked for a second time yet.
_LATER: Final = "later:"
_PAGE: Final = f"{_LATER}/wiki/"
_ACCOUNT: Final = f"{_LATER}account/"
# By then the process that left such a row has looked itself, or was killed before it could.
_LONG_ENOUGH: Final = timedelta(minutes=5)
_ROWS_AT_ONCE: Final = 500
# Of somebody who has written more pages than this all pages are marked instead.
_MOST_OF_AN_AUTHOR: Final = 1_000


def raise_stamps(full_titles: Iterable[str]) -> None:
    """Mark pages whose bytes have changed, in the transaction that changes them."""
    now = time.time_ns()
    changed = tuple(sorted(full_titles))
    PageStamp.objects.bulk_create(
        [PageStamp(path=f"/wiki/{title}", stamp=now) for title in changed],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["stamp"],
        batch_size=500,
    )
    _announce(changed)


def raise_with_naming(full_titles: Collection[str], *, besides: Collection[str] = ()) -> None:
    """Mark pages that come or go, and those that link or redirect to them, whose links look different now.

    `besides` are marked as well, in the same step: rows that are locked in one order keep nobody waiting in a circle.
    """
    later = [f"{_PAGE}{title}" for title in full_titles]
    _raise_found(lambda: {*besides, *pages_naming(full_titles)}, raise_stamps, later)


def raise_signed_by(account_id: int) -> None:
    """Mark the pages below which somebody stands among those who wrote them: they are called otherwise now."""
    _raise_found(lambda: _pages_of(account_id), _raise_or_all, [f"{_ACCOUNT}{account_id}"])


def raise_site_stamp() -> None:
    """Mark every page at once: what stands on all of them has changed (called in the transaction that changes it)."""
    PageStamp.objects.update_or_create(path="", defaults={"stamp": time.time_ns()})
    _announce(None)


def look_again() -> int:
    """Mark the pages for which a process that was killed right after its commit could not look a second time.

    Return of how many titles and people that was so.
    """
    long_ago = time.time_ns() - int(_LONG_ENOUGH.total_seconds() * 1e9)
    left = PageStamp.objects.filter(path__startswith=_LATER, stamp__lt=long_ago).order_by("path")
    number = 0
    while rows := list(left[:_ROWS_AT_ONCE]):
        raise_stamps(pages_naming([row.path.removeprefix(_PAGE) for row in rows if row.path.startswith(_PAGE)]))
        for row in rows:
            if row.path.startswith(_ACCOUNT):
                _raise_or_all(_pages_of(int(row.path.removeprefix(_ACCOUNT))))
            _forget([row.path], row.stamp)
        number += len(rows)
    return number


def _announce(full_titles: tuple[str, ...] | None) -> None:
    tell = partial(pages_changed.send_robust, PageStamp, full_titles=full_titles)
    # A page that nobody could be told of is changed all the same.
    transaction.on_commit(tell, robust=True)


def is_marked(full_title: str) -> bool:
    """Return whether a page was ever marked as changed, as each is when it is made."""
    return PageStamp.objects.filter(path=f"/wiki/{full_title}").exists()


def pages_naming(full_titles: Collection[str]) -> set[str]:
    """Return these titles and those of the pages that link or redirect to them."""
    kinds = [Dependency.Kind.LINK, Dependency.Kind.REDIRECT]
    naming = Dependency.objects.filter(kind__in=kinds, target__in=full_titles)
    return {*full_titles, *_titles(naming.values_list("article__namespace", "article__title").iterator(1000))}


def _pages_of(account_id: int) -> set[str]:
    rows = Article.objects.filter(shares__edit__author__account=account_id).values_list("namespace", "title")
    return {*_titles(rows.distinct()[: _MOST_OF_AN_AUTHOR + 1])}


def _titles(rows: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (titles.full(namespace, title) for namespace, title in rows)


def _raise_found(find: Callable[[], set[str]], raised: Callable[[set[str]], None], later: Collection[str]) -> None:
    """Mark the pages that are found now, and those found only once this is committed.

    Where several write at once, a page may get its first link to a title while that title is being written: neither
    transaction sees the other, and the link would stay red. So it is looked for again, before anybody is told. That it
    is still to be done is committed as well, under the paths `later`: who is killed in between leaves it to others.
    """
    marked = find()
    raised(marked)
    if connection.vendor != "sqlite":
        now = _remember(later)
        transaction.on_commit(lambda: _find_again(find, raised, marked, later, now), robust=True)


def _find_again(
    find: Callable[[], set[str]],
    raised: Callable[[set[str]], None],
    marked: set[str],
    later: Collection[str],
    now: int,
) -> None:
    raised(find() - marked)
    _forget(later, now)


def _remember(later: Collection[str]) -> int:
    now = time.time_ns()
    PageStamp.objects.bulk_create(
        [PageStamp(path=path, stamp=now) for path in sorted(later)],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["stamp"],
        batch_size=_ROWS_AT_ONCE,
    )
    return now


def _forget(later: Collection[str], stamp: int) -> None:
    """Delete what is done; what somebody has remembered anew meanwhile is left to them."""
    PageStamp.objects.filter(path__in=later, stamp=stamp).delete()


def _raise_or_all(full_titles: set[str]) -> None:
    if len(full_titles) > _MOST_OF_AN_AUTHOR:
        raise_site_stamp()
    else:
        raise_stamps(full_titles)
