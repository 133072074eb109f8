"""Erasing for law: the bytes of a passage leave every version, proposal, draft and row; for administrators only.

Hash, author, time and reason of each version stay, and history says that it is erased. What readers see now is edited
first, so that no page is left without a text; a page that is called so is moved before. A register outside the database
lets a restored backup be erased again.
"""

from __future__ import annotations

import html
import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, editing, eyes, logbook, search, stamps, writing
from articles.models import (
    Article,
    Author,
    Draft,
    Edit,
    Erasure,
    LogEntry,
    Proposal,
    ProtectedTitle,
    Remark,
    Rendering,
    Submission,
    TextBlob,
    walks,
)
from articles.moderation import ChangedMeanwhile, Refused, hiding, passages, record, register
from articles.text import cleaning, titles

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from articles.moderation.passages import Found, Place

# Anything shorter stands in places that nobody meant.
SHORTEST: Final = 10
LONGEST: Final = 5_000
_PAGES_NAMED: Final = 200
_NAMES_NAMED: Final = 50
# No page looks through more texts than these, some seconds' worth: what has more is the command's.
MOST_IN_A_PAGE: Final = 20_000
# Texts of this many numbers below the newest seen may have come in late, from a save under way at that moment.
_LATE: Final = 1_000
# Who signs the edits of an erasure that is applied again, when nobody is there.
AUTHOR: Final = "MedWiki"


@dataclass(frozen=True)
class PageHolding:
    """A page with versions that hold the passage; `is_read` when its current one does, and readers see it."""

    article: Article
    versions: int
    is_read: bool


@dataclass(frozen=True)
class Names:
    """Titles and other names that hold the passage.

    `pages` are read under them: they are moved first. `behind` are redirects and deleted pages, which lose them and go
    to the bin; `titles` are protected, and are so no longer. `people` is changed by an act of its own, and stays.
    """

    pages: tuple[Article, ...] = ()
    behind: tuple[Article, ...] = ()
    titles: tuple[ProtectedTitle, ...] = ()
    people: tuple[Author, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pages or self.behind or self.titles or self.people)


@dataclass(frozen=True)
class Places:
    """All places of a passage, for the person who is to decide; `total` is what they confirm."""

    total: int
    pages: tuple[PageHolding, ...]
    versions: int
    proposals: int
    others: tuple[tuple[str, int], ...]
    names: Names


def is_too_large() -> bool:
    """Whether there are more texts than a page looks through: then it is done by `manage.py erase`."""
    return passages.number_of_texts() > MOST_IN_A_PAGE


def cleaned(passage: str) -> str:
    """Return the passage as texts are stored, without the blanks around it."""
    return cleaning.storable(cleaning.clean(passage)).strip()


def places_of(passage: str, progress: Callable[[int], None] = lambda done: None) -> Places:
    """Return where a passage stands. It reads every text there is: seconds for thousands of versions."""
    return _told(passages.find(passage, progress=progress), passages.people_named(passage))


def erase(
    *,
    passage: str,
    count: int,
    by: AbstractBaseUser | None,
    author: Author,
    why: str,
    progress: Callable[[int], None] = lambda done: None,
) -> LogEntry:
    """Destroy a passage wherever it stands; `count` is how many places the person saw and confirmed.

    Pages whose readers see it get an edit without it, by `author`; then everything else goes in one transaction with
    its log entry, which says where and why but not what. Raises Refused, ChangedMeanwhile.
    """
    if any(each in why for each in passages.variants_of(passage)):
        raise Refused(_("The reason stays in the log for good: it must not say the passage."))
    found = passages.find(passage, progress=progress)
    if found.total == 0:
        raise Refused(_("It stands nowhere any more."))
    if found.total != count:
        raise ChangedMeanwhile(_("There are other places than you saw. Look again, then confirm."))
    _refuse_read_under_it(found)
    line = {"key": secrets.token_hex(16), "why": why, "fingerprint": register.fingerprint_of(passage)}
    return _erase(passage, found, line, by=by, author=author, why=why)


def not_applied() -> list[dict[str, Any]]:
    """Return the lines of the register that this database knows nothing of: it is older than they are."""
    known = set(Erasure.objects.values_list("key", flat=True))
    return [line for line in register.erasures() if line["key"] not in known]


def apply_again(say: Callable[[str], None] = lambda words: None) -> int:
    """Do again what the register says and this database has not seen, after a backup was restored; return how many.

    A register that has less than the database is filled up from it.
    """
    written = {line["key"] for line in register.lines()}
    for line in Erasure.objects.filter(ended__isnull=False).order_by("pk").values_list("line", flat=True):
        if line and line["key"] not in written:
            register.add(line)
    waiting = not_applied()
    for line in waiting:
        passage = register.passage_in_any(_candidates(line), line["fingerprint"])
        found = passages.find(passage) if passage is not None else passages.Found()
        # A text may hold it only as HTML writes it: its hash is enough to know it by.
        listed = TextBlob.objects.exclude(codec=TextBlob.Codec.ERASED).filter(sha256__in=line["texts"])
        texts = found.texts | set(listed.values_list("pk", flat=True))
        found = passages.Found(frozenset(texts), found.rows, found.newest_text)
        say(f"{line['key']}: {found.total}")
        _erase(passage or "", found, line, by=None, author=access.imported_author(AUTHOR), why=line["why"])
    return len(waiting)


def leave_no_remains() -> bool:
    """Let the database give up the bytes of what was deleted: they lie in its files until it is told to.

    Whether it did: not within a transaction, nor while others read without a pause. It takes as long as copying the
    database, and nobody writes meanwhile.
    """
    search.forget_remains()
    if connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in sorted(connection.introspection.table_names(cursor)):
                cursor.execute(f'VACUUM FULL "{table}"')
            return True
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, _frames, _moved = cursor.fetchone()
    return not is_busy


def _told(found: Found, people: list[Any]) -> Places:
    counts: dict[int, int] = {}
    proposals = 0
    for some in passages.in_pieces_of(found.texts):
        rows = Edit.objects.filter(blob__in=some).values_list("article").annotate(versions=Count("pk"))
        for article, versions in rows.order_by():
            counts[article] = counts.get(article, 0) + versions
        proposals += Proposal.objects.filter(blob__in=some).count()
    articles = Article.objects.filter(pk__in=sorted(counts)[:_PAGES_NAMED]).order_by("title")
    pages = tuple(
        PageHolding(each, counts[each.pk], each.state == Article.State.PUBLISHED and each.text_id in found.texts)
        for each in articles
    )
    others: dict[str, int] = {}
    for place, keys in found.rows.items():
        kind = str(place.model._meta.verbose_name_plural)
        others[kind] = others.get(kind, 0) + len(keys)
    return Places(
        found.total, pages, sum(counts.values()), proposals, tuple(sorted(others.items())), _named(found, people)
    )


def _named(found: Found, people: list[Any]) -> Names:
    keys = {str(place): keys for place, keys in found.rows.items()}
    pages = Article.objects.filter(pk__in=keys.get(passages.TITLES_OF_PAGES, ())).order_by("title")
    protected = ProtectedTitle.objects.filter(pk__in=keys.get(passages.PROTECTED_TITLES, ())).order_by("title")
    return Names(
        tuple(_are_read(pages)[:_NAMES_NAMED]),
        tuple(pages.exclude(pk__in=_are_read(pages))[:_NAMES_NAMED]),
        tuple(protected[:_NAMES_NAMED]),
        tuple(Author.objects.filter(pk__in=people[:_NAMES_NAMED]).order_by("name")),
    )


def _are_read(pages: QuerySet[Article]) -> QuerySet[Article]:
    """Those which readers read under their title: neither deleted nor a redirect."""
    return pages.filter(state=Article.State.PUBLISHED, redirect_to="")


def _refuse_read_under_it(found: Found) -> None:
    page = next(iter(_named(found, []).pages), None)
    if page is not None:
        raise Refused(
            _("“%s” is still called so. Move it to another title, then come back: its old title is erased, too.")
            % page.full_title
        )


def _erase(
    passage: str, found: Found, line: dict[str, Any], *, by: AbstractBaseUser | None, author: Author, why: str
) -> LogEntry:
    edited = [(article.current_edit_id, _edit_out(article, passage, author)) for article in list(_read_now(found))]
    with transaction.atomic():
        _lock_pages(found)
        _lock_sent(found)
        passages.lock_texts()
        erasure = Erasure.objects.create(key=line["key"])  # From here to `ended`, history may be cut.
        texts = found.texts
        rows = found.rows
        if passage:
            now = passages.find(passage, after=max(found.newest_text - _LATE, 0))
            texts, rows = texts | now.texts, now.rows
        found = passages.Found(texts, rows, found.newest_text)
        if any(True for _article in _read_now(found)):
            raise ChangedMeanwhile(_("Somebody has just published it again. Look again, then confirm."))
        line = {**line, "texts": _hashes(found), "places": sorted(str(place) for place in rows)}
        log = passages.log_rows_in(found)
        for place, keys in rows.items():
            _cut(place, keys, passage)
        versions = _empty_texts(found)
        proposals = _close_proposals(found, author, why)
        for old, new in edited:
            _start_from(old, new)
        entry = record(
            article=None,
            who=by,
            what=logbook.ERASED,
            target=f"erasure:{line['key'][:12]}",
            why=why,
            after={"versions": versions, "proposals": proposals, "others": sum(map(len, rows.values())), "log": log},
        )
        if passage:
            passages.forget_stamps(passage)
        Erasure.objects.filter(pk=erasure.pk).update(line=line)
        Erasure.objects.filter(pk=erasure.pk).update(ended=timezone.now())
        stamps.raise_site_stamp()
        # What is done is done, also where the file can't be written: it is filled up at the next start.
        transaction.on_commit(lambda: _after(line), robust=True)
    return entry


def _cut(place: Place, keys: list[Any], passage: str) -> None:
    """Cut it out of these rows, so that all which hangs on them still fits."""
    if str(place) == passages.PROTECTED_TITLES:
        ProtectedTitle.objects.filter(pk__in=keys).delete()
    elif str(place) == passages.TITLES_OF_PAGES:
        for article in Article.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"):
            _take_title_away(article, passages.without(article.title, place.written(passage), passages.MARK_IN_TITLES))
    else:
        passages.cut(place, keys, passage)


def _take_title_away(article: Article, title: str) -> None:
    """Give a page a title that nobody has, and leave nothing behind. What only led elsewhere goes to the bin."""
    if article.state == Article.State.PUBLISHED and article.is_redirect:
        writing.delete([article])
        article.refresh_from_db()
    free = (title if number == 1 else f"{title[: titles.MAX_TITLE - 10]} ({number})" for number in itertools.count(1))
    named = (titles.TitleParts(article.namespace, each) for each in free)
    writing.retitle(article, next(parts for parts in named if not Article.objects.named(*parts).exists()))


def _lock_pages(found: Found) -> None:
    """Hold the pages whose versions are marked. Before the texts, as a save does: or each would wait for the other.

    Their keys stay free, for a proposal names its page after it has locked its text.
    """
    called_so = [key for place, keys in found.rows.items() if str(place) == passages.TITLES_OF_PAGES for key in keys]
    holding = (Edit.objects.filter(blob__in=some).values("article") for some in passages.in_pieces_of(found.texts))
    for pages in (*holding, called_so):
        list(Article.objects.select_for_update(no_key=True).filter(pk__in=pages).order_by("pk").values_list("pk"))


def _lock_sent(found: Found) -> None:
    """Hold what was sent and has it: after the pages and before the texts, as a save does, for the same reason."""
    sent = frozenset(key for place, keys in found.rows.items() if place.model is Submission for key in keys)
    for some in passages.in_pieces_of(sent):
        list(Submission.objects.select_for_update().filter(pk__in=some).order_by("pk").values_list("pk"))


def _after(line: dict[str, Any]) -> None:
    if all(each["key"] != line["key"] for each in register.lines()):
        register.add(line)
    cache.clear()


def _read_now(found: Found) -> Iterator[Article]:
    """Yield the pages of which readers see a text that holds it."""
    for some in passages.in_pieces_of(found.texts):
        yield from Article.objects.published().filter(text__in=some).select_related("current_edit__blob")


def _edit_out(article: Article, passage: str, author: Author) -> Edit:
    """Publish the text without the passage, as an edit like any other."""
    edit = article.current_edit
    assert edit is not None  # As of every published page.
    text = passages.without(edit.blob.text, passages.variants_of(passage)) if passage else ""
    change = editing.Change(
        title=article.full_title,
        base=edit.pk,
        section="",
        text=text,
        author=author,
        summary=_("A passage was erased, as the law asks"),
    )
    try:
        # Also what is withheld from readers, with nobody's eyes in particular: a command has none.
        with eyes.wide_open():
            return editing.save(change)
    except (editing.TextRefused, editing.EditConflict) as refused:
        message = getattr(refused, "message", _("Somebody has just changed it."))
        raise Refused(
            _("“%(title)s” can’t be edited by itself: %(why)s Take the passage out of it first, then come back.")
            % {"title": article.full_title, "why": message}
        ) from refused


def _empty_texts(found: Found) -> int:
    """Destroy the bytes of the texts, and mark the versions; return how many versions that are."""
    versions = 0
    articles: set[int] = set()
    for some in passages.in_pieces_of(found.texts):
        _let_others_stand_alone(some)
        # What another erasure has destroyed meanwhile is left alone.
        blobs = TextBlob.objects.filter(pk__in=some).exclude(codec=TextBlob.Codec.ERASED)
        blobs.update(codec=TextBlob.Codec.ERASED, data=b"", base=None)
        Rendering.objects.filter(blob__in=some).delete()
        edits = Edit.objects.filter(blob__in=some)
        articles |= set(edits.values_list("article", flat=True))
        versions += edits.update(hidden_text=True, erased=True)
    for article in Article.objects.filter(pk__in=articles):
        Article.objects.filter(pk=article.pk).update(hidden_anchors=hiding.hidden_anchors_of(article))
    return versions


def _let_others_stand_alone(keys: list[int]) -> None:
    """Keep what is told from these texts, before they are destroyed."""
    list(TextBlob.objects.select_for_update().filter(pk__in=keys).values_list("pk"))  # None is told from them anew.
    for blob in walks.in_order(TextBlob.objects.filter(base__in=keys).exclude(pk__in=keys)):
        blob.pack(None)
        blob.save(update_fields=["codec", "data", "base"])


def _close_proposals(found: Found, author: Author, why: str) -> int:
    """Decide what waits and is erased: nobody can read it any more. Return how many proposals are erased."""
    number = 0
    now = timezone.now()
    for some in passages.in_pieces_of(found.texts):
        rows = Proposal.objects.filter(blob__in=some)
        number += rows.count()
        rows.filter(state__in=Proposal.UNDECIDED).update(
            state=Proposal.State.DECLINED, decided=now, changed=now, decided_by=author, reason=why
        )
        rows.update(risks=None)
    return number


def _start_from(old: int | None, new: Edit) -> None:
    """Let what waits and what is being written go on from the text that differs by nothing but the passage."""
    Proposal.objects.undecided().filter(base=old).update(base=new)
    Draft.objects.filter(base=old).update(base=new)


def _hashes(found: Found) -> list[str]:
    return sorted(
        sha256
        for some in passages.in_pieces_of(found.texts)
        for sha256 in TextBlob.objects.filter(pk__in=some).values_list("sha256", flat=True)
    )


def _candidates(line: dict[str, Any]) -> Iterator[str]:
    """Yield the texts of an older database in which the passage may stand: those it stood in, and what was waiting."""
    blobs = TextBlob.objects.exclude(codec=TextBlob.Codec.ERASED)
    for sha256 in line["texts"]:
        for blob in blobs.filter(sha256=sha256):
            yield from (blob.text, html.unescape(blob.text))
    for model in (Draft, Submission, Remark):
        rows: QuerySet[Any] = model._base_manager.only("text")
        yield from (row.text for row in walks.in_order(rows))
    stood = {*line["places"]}
    stands_in_titles = any(place.holds_titles for place in passages.places() if str(place) in stood)
    for place in passages.places():
        # What was a former title then may be the title in an older database.
        if str(place) in stood or (stands_in_titles and str(place) == passages.TITLES_OF_PAGES):
            values: QuerySet[Any] = place.model._base_manager.only(place.field)
            yield from (str(getattr(row, place.field)) for row in walks.in_order(values))
