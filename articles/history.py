"""Edits of an article, of a section, of everybody; one version; two compared. Lists never load a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from django.db.models import Min, QuerySet

from articles import access
from articles.models import Article, Author, Authorship, Edit, Section, TextBlob
from articles.text import authorship, comparing
from articles.text.sections import Outline, find, signature_of, text_of

PAGE_SIZE = 50
_MOST_WRITERS = 30
# What one page of a section's history costs at most: so many edits are looked at, and so many headings in them.
MOST_LOOKED_AT: Final = 500
_MOST_HEADINGS: Final = 40_000
_OUTLINES_AT_ONCE: Final = 25
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Slice(Generic[_Row]):
    """A page of a long list, newest first: keys to go on from instead of page numbers."""

    rows: list[_Row]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class SectionTexts:
    """The texts of two versions, or of one section of each; `section_title` names it."""

    old: str
    new: str
    section_title: str


def edits_of(article: Article, *, before: int | None = None, after: int | None = None) -> Slice[Edit]:
    """Return a page of an article's edits by number: those below `before`, or those just above `after`."""
    return _slice(_listed(Edit.objects.filter(article=article)), "number", before, after)


def edits_of_section(
    article: Article, section: int, *, before: int | None = None, after: int | None = None
) -> Slice[Edit]:
    """Return a page of the edits that changed a section's text, whatever they were edits of.

    They are found by the outlines, which know each section's hash: no text is read. A page ends where enough are found
    or enough were looked at, so it may be short, even empty, and still have older ones.
    """
    if after is not None:
        changed, last = _changed_after(article, section, after)
        newer, older = last, after + 1 if after else None
    else:
        changed, older = _changed_before(article, section, before)
        newer = before - 1 if before is not None else None
    rows = _listed(Edit.objects.filter(article=article, number__in=changed)).order_by("-number")
    return Slice(list(rows), older, newer)


def section_of(article: Article, section: int) -> Section | None:
    """Return a section that the article has, or had (its position is None then); None when it never had it."""
    return Section.objects.filter(article=article, pk=section).first()


def recent_changes(*, before: int | None = None, after: int | None = None) -> Slice[Edit]:
    """Return a page of everybody's edits by id."""
    return _slice(_listed(Edit.objects.visible()), "id", before, after)


def contributions_of(author_ids: Sequence[int], *, before: int | None = None, after: int | None = None) -> Slice[Edit]:
    """Return a page of the published edits that show themselves as these authors', by id."""
    return _slice(_listed(Edit.objects.signed_by(author_ids)), "id", before, after)


def version_before(edit: Edit) -> Edit | None:
    """Return the edit of the same article just before this one."""
    return _neighbours(edit).filter(number__lt=edit.number).order_by("-number").first()


def version_after(edit: Edit) -> Edit | None:
    """Return the edit of the same article just after this one."""
    return _neighbours(edit).filter(number__gt=edit.number).order_by("number").first()


def writers_of(edit: Edit) -> list[str]:
    """Return the names of those who wrote a version, as they like to be called, in the order in which they came.

    Visitors have no name to be cited by, nor has the import; hidden names stay hidden.
    """
    rows = (
        Author.objects.filter(
            edits__article=edit.article_id, edits__number__lte=edit.number, edits__hidden_author=False, is_visitor=False
        )
        .exclude(name=access.IMPORTER, account=None)
        .annotate(first=Min("edits__number"))
        .select_related("account")
        .order_by("first")
    )
    return [row.shown_name for row in rows[:_MOST_WRITERS]]


def runs_of(edit: Edit) -> authorship.Runs:
    """Return who wrote each word of a version: runs of words, each with the number of the edit that brought them."""
    packed = Authorship.objects.filter(edit=edit.pk).values_list("runs", flat=True).first()
    # What an older release saved while the wiki was being moved to this one has no record.
    return authorship.begun(edit.blob.text, edit.number) if packed is None else authorship.unpacked(packed)


def runs_of_text(article_id: int, text: str) -> authorship.Runs | None:
    """Return who wrote each word of a text that some version of the article had; None when none had it.

    What is hidden counts as never written: nothing of it is brought back unseen.
    """
    versions = Authorship.objects.filter(
        edit__article=article_id, edit__blob__sha256=TextBlob.hash_of(text), edit__hidden_text=False
    )
    packed = versions.order_by("-edit__number").values_list("runs", flat=True).first()
    return None if packed is None else authorship.unpacked(packed)


def edits_between(old: Edit, new: Edit) -> int:
    """Return how many edits lie between two of one article."""
    return max(new.number - old.number - 1, 0) if old.article_id == new.article_id else 0


def texts_of(old: Edit | None, new: Edit, section: int | None = None) -> SectionTexts:
    """Return the two texts to compare: whole, or one section of each (empty where it isn't there)."""
    if section is None:
        return SectionTexts(old.blob.text if old is not None else "", new.blob.text, "")
    old_text, old_title = _section_text(old, section) if old is not None else ("", "")
    new_text, new_title = _section_text(new, section)
    return SectionTexts(old_text, new_text, new_title or old_title)


def comparison_of(old: Edit | None, new: Edit, section: int | None = None) -> comparing.Comparison:
    """Compare two versions, or one section of them."""
    texts = texts_of(old, new, section)
    return comparing.compare(texts.old, texts.new)


def _section_text(edit: Edit, section: int) -> tuple[str, str]:
    outline = Outline.from_json(edit.outline)
    index = find(outline, id=section)
    if index is None:
        return "", ""
    return text_of(edit.blob.text, outline, index), outline.entries[index].title


def _changed_before(article: Article, section: int, before: int | None) -> tuple[list[int], int | None]:
    """Return the numbers of the edits below `before` that changed the section, and below which to look further."""
    later: _Seen | None = None
    changed: list[int] = []
    for looked_at, seen in enumerate(_seen(article, section, before=before)):
        if later is not None and later.signature != seen.signature:
            changed.append(later.number)
        if later is not None and _is_enough(changed, looked_at, seen):
            return changed, later.number
        later = seen
    if later is not None and later.signature is not None:
        changed.append(later.number)
    return changed, None


def _changed_after(article: Article, section: int, after: int) -> tuple[list[int], int | None]:
    """Return the numbers of the edits above `after` that changed the section, and above which to look further."""
    earlier = next(_seen(article, section, before=after + 1), _Seen(0, None, 0))
    changed: list[int] = []
    for looked_at, seen in enumerate(_seen(article, section, after=after), 1):
        if _is_enough(changed, looked_at - 1, earlier):
            return changed, earlier.number
        if earlier.signature != seen.signature:
            changed.append(seen.number)
        earlier = seen
    return changed, None


@dataclass(frozen=True)
class _Seen:
    """What an edit left of a section, and how many headings were read up to here."""

    number: int
    signature: tuple[str, ...] | None
    headings: int


def _is_enough(changed: Sequence[int], looked_at: int, seen: _Seen) -> bool:
    much = looked_at >= MOST_LOOKED_AT or seen.headings > _MOST_HEADINGS
    return len(changed) >= PAGE_SIZE or (much and looked_at > 0)


def _seen(article: Article, section: int, *, before: int | None = None, after: int | None = None) -> Iterator[_Seen]:
    """Yield what the edits left of a section: downwards from below `before`, or upwards from above `after`."""
    headings = 0
    for number, outline in _outlines(article, before, after):
        headings += len(outline.entries)
        yield _Seen(number, signature_of(outline, section), headings)


def _outlines(article: Article, before: int | None, after: int | None) -> Iterable[tuple[int, Outline]]:
    rows = Edit.objects.filter(article=article).values_list("number", "outline")
    while True:
        if after is not None:
            some = list(rows.filter(number__gt=after).order_by("number")[:_OUTLINES_AT_ONCE])
        else:
            below = rows.filter(number__lt=before) if before is not None else rows
            some = list(below.order_by("-number")[:_OUTLINES_AT_ONCE])
        for number, outline in some:
            yield number, Outline.from_json(outline)
        if len(some) < _OUTLINES_AT_ONCE:
            return
        before, after = (before, number) if after is not None else (number, None)


def _neighbours(edit: Edit) -> QuerySet[Edit]:
    return Edit.objects.filter(article=edit.article_id, hidden_text=False).select_related("blob", "author", "article")


def _listed(rows: QuerySet[Edit]) -> QuerySet[Edit]:
    return rows.select_related("author", "approver", "article", "restores").defer("outline", "restores__outline")


def _slice(rows: QuerySet[Edit], key: str, before: int | None, after: int | None) -> Slice[Edit]:
    """Return one page by key, never by OFFSET: page 200 costs what page 1 costs."""
    if after is not None:
        found = list(rows.filter(**{f"{key}__gt": after}).order_by(key)[: PAGE_SIZE + 1])
        more_newer, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        more_older = bool(shown)
    else:
        if before is not None:
            rows = rows.filter(**{f"{key}__lt": before})
        found = list(rows.order_by(f"-{key}")[: PAGE_SIZE + 1])
        more_older, shown = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
        more_newer = before is not None and bool(shown)
    return Slice(
        rows=shown,
        older=getattr(shown[-1], key) if shown and more_older else None,
        newer=getattr(shown[0], key) if shown and more_newer else None,
    )
