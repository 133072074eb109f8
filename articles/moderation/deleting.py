"""Articles taken away from readers, the bin that keeps them, and back. Rows and history stay; the title is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles import logbook, reading, renderer, writing
from articles.lists import Listing
from articles.models import Article, LogEntry, Proposal
from articles.moderation import ChangedMeanwhile, Refused, record
from articles.text.rendering import Rendered

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

LOGGED_AS: Final = "article.delete"
PAGE_SIZE: Final = 100


@dataclass(frozen=True)
class Binned:
    """A line of the bin: a page that was deleted, and why."""

    article: Article
    why: str


def delete(articles: Sequence[Article], *, by: AbstractBaseUser | None, why: str) -> None:
    """Take articles away, in one transaction with their log entries; `by` is None for the server's command line."""
    with transaction.atomic():
        # Locked, and asked again, in one order for everybody: who deletes at the same moment has logged it already.
        rows = Article.objects.select_for_update(of=("self",)).published().order_by("pk")
        locked = list(rows.filter(pk__in=[article.pk for article in articles]))
        writing.delete(locked)
        for article in locked:
            record(
                article=article,
                who=by,
                what=LOGGED_AS,
                target=article.full_title,
                why=why,
                before={"edit": article.current_edit_id},
                after={"state": Article.State.DELETED},
            )


def delete_page(*, article: Article, base: str, with_redirects: bool, by: AbstractBaseUser, why: str) -> None:
    """Take one page away, as it was when its edit `base` was looked at, with the redirects to it or without.

    Raises ChangedMeanwhile.
    """
    with transaction.atomic():
        row = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
        if str(row.current_edit_id) != base or row.state != Article.State.PUBLISHED:
            raise ChangedMeanwhile(_("The page has changed since you opened this form. Look again, then delete it."))
        leading = redirects_to(row, Article.State.PUBLISHED) if with_redirects else ()
        delete([row, *leading], by=by, why=why)


def restore(*, article: Article, with_redirects: bool, by: AbstractBaseUser, why: str) -> None:
    """Bring a deleted page back as it was, with its history, in one transaction with the log entries.

    What was hidden stays hidden. Raises Refused, and ChangedMeanwhile when it is there already.
    """
    pages = [article, *(redirects_to(article, Article.State.DELETED) if with_redirects else ())]
    forms = {page.pk: _form_of(page) for page in pages}
    with transaction.atomic():
        rows = Article.objects.select_for_update(of=("self",)).filter(pk__in=forms).order_by("pk")
        locked = [row for row in rows.select_related("current_edit__blob") if row.state == Article.State.DELETED]
        if article.pk not in {row.pk for row in locked}:
            raise ChangedMeanwhile(_("This page is not deleted any more: somebody restored it, or wrote it anew."))
        for row in locked:
            writing.restore(row, forms[row.pk])
            record(
                article=row,
                who=by,
                what="article.restore",
                target=row.full_title,
                why=why,
                before={"state": Article.State.DELETED},
                after={"state": Article.State.PUBLISHED, "edit": row.current_edit_id},
            )


def reason_of(full_title: str) -> logbook.Reason | None:
    """Return when and why a page was deleted, as everybody may know it."""
    return logbook.reason_of(full_title, LOGGED_AS)


def redirects_to(article: Article, state: str) -> list[Article]:
    """Return the redirects to a page that are published, or that are deleted."""
    named = Q(redirect_to=article.full_title) | Q(redirect_to__startswith=f"{article.full_title}#")
    rows = Article.objects.filter(named, state=state, current_edit__isnull=False).exclude(pk=article.pk)
    return list(rows.select_related("current_edit__blob").order_by("title"))


def proposals_for(article: Article) -> int:
    """Return how many proposals wait for a page."""
    return Proposal.objects.undecided().filter(article=article).count()


def in_bin(after: int | None = None) -> Listing[Binned]:
    """Return a page of what is deleted, the latest first: below the page of this number."""
    rows = Article.objects.filter(deleted__isnull=False, current_edit__isnull=False)
    last = rows.filter(pk=after).first() if after is not None else None
    if last is not None:
        rows = rows.filter(Q(deleted__lt=last.deleted) | Q(deleted=last.deleted, pk__lt=last.pk))
    found = list(
        rows.select_related("current_edit").defer("current_edit__outline").order_by("-deleted", "-pk")[: PAGE_SIZE + 1]
    )
    shown = found[:PAGE_SIZE]
    logged = LogEntry.objects.filter(target__in=[article.full_title for article in shown], what=LOGGED_AS)
    why = dict(logged.order_by("number").values_list("target", "why"))
    binned = [Binned(article, why.get(article.full_title, "")) for article in shown]
    return Listing(binned, str(shown[-1].pk) if len(found) > PAGE_SIZE else "")


def _form_of(page: Article) -> Rendered:
    edit = page.current_edit
    assert edit is not None  # As of every page that was ever there.
    if edit.erased:
        raise Refused(_("The text of “%s” was erased, as the law asked: write the page anew.") % page.full_title)
    try:
        return reading.rendered_form(edit.blob)
    except renderer.RenderError as error:
        raise Refused(error.message) from error
