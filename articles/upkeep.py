"""Whether all that is kept beside the texts agrees with them, and putting right what can be made of them anew.

For a command, on a running site: nothing is locked until something disagrees. Then it is looked at again with its page
locked, for a save may have been under way; what still disagrees is told, and repaired where the caller wants that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Exists, F, Max, Min, OuterRef

from articles import append_only, derived, logbook, reading, renderer, search, withholding
from articles.models import Article, Edit, TextBlob
from articles.text.rendering import Rendered

_ARTICLES_AT_ONCE: Final = 50
_TEXTS_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Finding:
    """Something that disagrees: of which kind, where, and in words what; `is_derived`: it can be made anew."""

    kind: str
    where: str
    what: str
    is_derived: bool = True
    is_repaired: bool = False


def check(
    *, repair: bool = False, every: int = 1, progress: Callable[[str], object] = lambda what: None
) -> Iterator[Finding]:
    """Yield what disagrees, page by page; with `repair`, each after it was put right, if it can be.

    `every` so many pages one is rendered anew and compared with what is stored: rendering takes longest by far. Texts
    and histories are never changed.
    """
    yield from _texts(progress)
    yield from _numbers()
    yield from _log()
    yield from _guards(repair)
    last, count = 0, 0
    rows = Article.objects.published().order_by("pk").select_related("current_edit__blob")
    while some := list(rows.filter(pk__gt=last)[:_ARTICLES_AT_ONCE]):
        for article in some:
            yield from _page(article, count % every == 0, repair)
            count += 1
            progress(article.full_title)
        last = some[-1].pk
    yield from _pages_without_an_edit(repair)
    yield from _found_in_vain(repair)
    yield from _index(repair)


# --- What nothing can be made of anew ----------------------------------------------------------------------------
def _texts(progress: Callable[[str], object]) -> Iterator[Finding]:
    """Each text against its hash."""
    for blob in TextBlob.objects.in_order():
        fault = "" if blob.is_erased else _fault_of(blob)
        if fault:
            yield Finding("text", blob.sha256, fault, is_derived=False)
        progress(str(blob))


def _fault_of(blob: TextBlob) -> str:
    try:
        raw = blob.text.encode()
    except Exception as failure:  # Whatever a decoder says of bytes that make no sense.
        return f"can't be read: {failure}"
    if TextBlob.hash_of(blob.text) != blob.sha256:
        return "is not what its hash says"
    return "" if len(raw) == blob.size else f"has {len(raw)} bytes, not {blob.size}"


def _numbers() -> Iterator[Finding]:
    """The edits of each page count 1, 2, 3 and follow each other."""
    counted = Edit.objects.values("article").annotate(edits=Count("pk"), first=Min("number"), last=Max("number"))
    gaps = counted.exclude(first=1, last=F("edits")).order_by("article").values_list("article", "edits", "last")
    for article, edits, last in gaps:
        title = Article.objects.get(pk=article).full_title
        yield Finding("number", title, f"{edits} edits, the last of which has number {last}", is_derived=False)
    elsewhere = Edit.objects.filter(parent__isnull=False).exclude(parent__article=F("article"))
    for edit in elsewhere.defer("outline").order_by("pk"):
        yield Finding("number", str(edit), "follows an edit of another page", is_derived=False)


def _log() -> Iterator[Finding]:
    wrong = logbook.verify()
    if wrong is not None:
        yield Finding("log", f"row {wrong}", "was changed, or one before it is missing", is_derived=False)


# --- What can ----------------------------------------------------------------------------------------------------
def _guards(repair: bool) -> Iterator[Finding]:
    missing = append_only.missing(connection)
    if not missing:
        return
    if repair:
        append_only.guard(connection)
    yield Finding("guard", ", ".join(missing), "is missing, so history can be changed", is_repaired=repair)


def _page(article: Article, is_rendered: bool, repair: bool) -> Iterator[Finding]:
    """Look at a page; where something disagrees, once more with its row locked, and repair that."""
    edit = article.current_edit
    assert edit is not None  # As of every published page.
    try:
        fresh = renderer.render(withholding.whole_version_of(edit).text) if is_rendered else None
        if not any(True for _each in _faults_of(article, fresh)):
            return
        with transaction.atomic():
            now = (
                Article.objects.select_for_update(of=("self",)).select_related("current_edit__blob").get(pk=article.pk)
            )
            if now.state != Article.State.PUBLISHED or now.current_edit is None:
                return
            if now.current_edit.blob_id != edit.blob_id:
                fresh = None  # Saved meanwhile; what that save stored is not compared with the text before it.
            found = list(_faults_of(now, fresh))
            if found and repair:
                _repair(now, fresh)
                left = {(each.kind, each.what) for each in _faults_of(now, fresh)}
                found = [replace(each, is_repaired=(each.kind, each.what) not in left) for each in found]
        yield from found
    except Exception as failure:  # One page that can't be looked at must not hide the others.
        yield Finding("page", article.full_title, f"{type(failure).__name__}: {failure}", is_derived=False)


def _faults_of(article: Article, fresh: Rendered | None) -> Iterator[Finding]:
    where = article.full_title
    edit = article.current_edit
    assert edit is not None
    edit.article = article
    newest = Edit.objects.filter(article=article).order_by("-number").only("pk", "number", "blob").first()
    if newest is None or newest.pk != edit.pk:
        yield Finding("current", where, f"shows edit {edit.pk}, and the newest is {newest.pk if newest else 'none'}")
        return  # All else would be compared with the wrong text.
    if article.text_id != edit.blob_id:
        yield Finding("current", where, "its text is not its current edit's")
    if fresh is not None:
        stored = reading.stored_form(edit.blob_id)
        if stored is None:
            yield Finding("rendering", where, "is not stored")
        elif stored != fresh:
            yield Finding("rendering", where, "differs from what its text gives")
    for kind, what in derived.faults_of(article):
        yield Finding(kind, where, what)


def _repair(article: Article, fresh: Rendered | None) -> None:
    """Make everything anew that is kept of the page, in the caller's transaction, which holds its row."""
    newest = Edit.objects.filter(article=article).select_related("blob").order_by("-number")[:1].get()
    if fresh is None or article.current_edit != newest:
        fresh = renderer.render(withholding.whole_version_of(newest).text)
    article.current_edit = newest
    derived.write_again(article, fresh)


def _pages_without_an_edit(repair: bool) -> Iterator[Finding]:
    """A published page always has a current edit, as soon as it has any."""
    lost = Article.objects.filter(state=Article.State.PUBLISHED, current_edit=None).order_by("pk")
    for article in lost.filter(Exists(Edit.objects.filter(article=OuterRef("pk")))):
        if repair:
            with transaction.atomic():
                _repair(Article.objects.select_for_update(of=("self",)).get(pk=article.pk), None)
        yield Finding("current", article.full_title, "has edits, and none is current", is_repaired=repair)


def _found_in_vain(repair: bool) -> Iterator[Finding]:
    """What search finds and nobody may read: deleted pages, redirects, pages that never were."""
    last = 0
    while some := search.indexed_after(last, _TEXTS_AT_ONCE):
        readable = Article.objects.published().without_redirects().filter(pk__in=some)
        for number in sorted({*some} - {*readable.values_list("pk", flat=True)}):
            if repair:
                search.forget(number)
            title = Article.objects.filter(pk=number).first()
            yield Finding("search", str(title or number), "is found, and can't be read", is_repaired=repair)
        last = some[-1]


def _index(repair: bool) -> Iterator[Finding]:
    """The words that the database has put into an index of its own."""
    for table in search.faults():
        if repair:
            search.index_again()
        yield Finding("search", table, "doesn't say what the pages say", is_repaired=repair)
