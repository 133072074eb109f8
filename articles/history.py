"""Edits of an article, of a section, of everybody; one version; two compared. Lists never load a text."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from articles import access, drugs, recent, withholding
from articles.models import Approval, Article, Author, Authorship, Edit, Section, TextBlob
from articles.text import authorship, comparing, risks, showing
from articles.text.sections import Outline, find, has_moved, range_of, signature_of, text_of

PAGE_SIZE = 50
# A version has words of so many edits at most when it is asked who wrote it; of the others there are next to none.
_MOST_WRITING_EDITS: Final = 5_000
# What one page of a section's history costs at most: so many edits are looked at, and so many headings in them.
MOST_LOOKED_AT: Final = 500
_MOST_HEADINGS: Final = 40_000
# So many paragraphs are shown with their writers; of a longer text, its sections are asked for.
MOST_PASSAGES: Final = 1_500
_OUTLINES_AT_ONCE: Final = 25
# Where medicine is read: a template's text stands in articles.
ON_MEDICINE: Final = ("article", "template", "category")
# Of the edit that another one takes back to, a list says the number.
_NOT_SHOWN_OF_RESTORED: Final = tuple(
    f"restores__{field.name}" for field in Edit._meta.concrete_fields if field.name not in ("id", "number")
)
_Row = TypeVar("_Row")


@dataclass(frozen=True)
class Slice(Generic[_Row]):
    """A page of a long list, newest first: keys to go on from instead of page numbers."""

    rows: list[_Row]
    older: int | None
    newer: int | None


@dataclass(frozen=True)
class Written:
    """A paragraph and who wrote it: edits, those with most of its words first, with how many words each brought."""

    passage: authorship.Passage
    edits: tuple[tuple[Edit | None, int], ...]

    @property
    def is_heading(self) -> bool:
        """Whether it is the heading of a section."""
        return self.passage.pieces[0].text.startswith("#")


@dataclass(frozen=True)
class SectionTexts:
    """The texts of two versions, or of one section of each; `section_title` names it."""

    old: str
    new: str
    section_title: str


def edits_of(
    article: Article, *, before: int | None = None, after: int | None = None, with_looks: bool = False
) -> Slice[Edit]:
    """Return a page of an article's edits by number: those below `before`, or those just above `after`.

    `with_looks` is for reviewers, who are shown which edits somebody has looked at.
    """
    page = _slice(_signed(Edit.objects.filter(article=article), with_looks=with_looks), "number", before, after)
    return _known(page, article)


def edits_of_section(
    article: Article, section: int, *, before: int | None = None, after: int | None = None, with_looks: bool = False
) -> Slice[Edit]:
    """Return a page of the edits that changed a section's text or its place, whatever they were edits of.

    They are found by the outlines, which know each section's hash: no text is read. A page ends where enough are found
    or enough were looked at, so it may be short, even empty, and still have older ones.
    """
    if after is not None:
        changed, last = _changed_after(article, section, after)
        newer, older = last, after + 1 if after else None
    else:
        changed, older = _changed_before(article, section, before)
        newer = before - 1 if before is not None else None
    rows = _signed(Edit.objects.filter(article=article, number__in=changed), with_looks=with_looks).order_by("-number")
    return _known(Slice(with_approvers(rows), older, newer), article)


def section_of(article: Article, section: int) -> Section | None:
    """Return a section that the article has, or had (its position is None then); None when it never had it."""
    return Section.objects.filter(article=article, pk=section).first()


def is_nameless(article: Article, section: int) -> bool:
    """Whether the heading of a section is withheld from whoever reads now."""
    return withholding.is_nameless(article, section)


def recent_changes(
    wanted: recent.Wanted = recent.ALL,
    *,
    before: int | None = None,
    after: int | None = None,
    hidden_too: bool = False,
) -> Slice[Edit]:
    """Return a page of everybody's edits by id, of those that are wanted; `hidden_too` is for moderators.

    Where few are wanted it ends after those looked at (see recent.find), and still has older ones.
    """
    found = recent.find(wanted, before=before, after=after, hidden_too=hidden_too)
    page = _slice(_listed(found.rows), "id", before, after)
    if after is not None:
        return replace(page, older=page.older or after + 1, newer=page.newer or found.end)
    newer = before - 1 if before is not None and not page.rows else page.newer
    return replace(page, older=page.older or found.end, newer=newer)


def contributions_of(
    author_ids: Sequence[int], *, before: int | None = None, after: int | None = None, hidden_too: bool = False
) -> Slice[Edit]:
    """Return a page of the published edits that show themselves as these authors', by id; to moderators all."""
    rows = Edit.objects.of_pages_there().filter(author_id__in=author_ids)
    return _slice(_listed(rows if hidden_too else Edit.objects.signed_by(author_ids)), "id", before, after)


def version_before(edit: Edit) -> Edit | None:
    """Return the edit of the same article just before this one."""
    return _neighbours(edit).filter(number__lt=edit.number).order_by("-number").first()


def version_after(edit: Edit) -> Edit | None:
    """Return the edit of the same article just after this one, to lead there: its text is read when it is asked for."""
    later = _neighbours(edit).filter(number__gt=edit.number).order_by("number")
    return later.defer("blob__data", "outline").first()


def versions_beside(old: Edit | None, new: Edit) -> tuple[int | None, int | None]:
    """Return the numbers, in the whole wiki, of the version before one and of the version after another."""
    rows = Edit.objects.filter(hidden_text=False).values_list("pk", flat=True)
    later = rows.filter(article=new.article_id, number__gt=new.number).order_by("number").first()
    if old is None:
        return None, later
    return rows.filter(article=old.article_id, number__lt=old.number).order_by("-number").first(), later


def change_before(edit: Edit, section: int) -> Edit | None:
    """Return the last edit up to this one that changed a section's text; None where none shows within reach."""
    later: _Seen | None = None
    for looked_at, seen in enumerate(_seen(edit.article, section, before=edit.number + 1)):
        if later is not None and later.signature != seen.signature:
            return _shown(edit, later.number)
        if _is_enough((), looked_at, seen):
            return None
        later = seen
    is_first = later is not None and later.signature is not None  # It came with the article.
    return _shown(edit, later.number) if later is not None and is_first else None


def change_after(edit: Edit, section: int) -> Edit | None:
    """Return the first edit after this one that changed a section's text; None where none shows within reach."""
    earlier = next(_seen(edit.article, section, before=edit.number + 1), None)
    for looked_at, seen in enumerate(_seen(edit.article, section, after=edit.number)):
        if earlier is None or earlier.signature != seen.signature:
            return _shown(edit, seen.number)
        if _is_enough((), looked_at, seen):
            return None
        earlier = seen
    return None


def writers_of(edit: Edit) -> list[str]:
    """Return the names of those whose words a version has, as they like to be called: the most words first.

    Visitors have no name to be cited by, nor has the import; hidden names stay hidden. Together they are the empty
    name, at the place that their words have: nobody is cited for what others wrote.
    """
    words = authorship.words_by_edit(runs_of(edit))
    most = sorted(words, key=lambda number: (-words[number], number))[:_MOST_WRITING_EDITS]
    rows = Edit.objects.filter(article=edit.article_id, number__in=most).select_related("author__account")
    theirs: dict[int | None, _Writer] = {}
    for row in rows.defer("outline", "tags").order_by("number"):
        key = None if row.hidden_author or _is_nameless(row.author) else row.author_id
        writer = theirs.setdefault(key, _Writer("" if key is None else row.author.shown_name))
        writer.words += words[row.number]
    return [writer.name for writer in sorted(theirs.values(), key=lambda writer: -writer.words)]


@dataclass
class _Writer:
    """A name, and how many words of a version are theirs."""

    name: str
    words: int = 0


def _is_nameless(author: Author) -> bool:
    return author.is_visitor or (author.account_id is None and author.name == access.IMPORTER)


def runs_of(edit: Edit) -> authorship.Runs:
    """Return who wrote each word of a version: runs of words, each with the number of the edit that brought them."""
    packed = Authorship.objects.filter(edit=edit.pk).values_list("runs", flat=True).first()
    # What an older release saved while the wiki was being moved to this one has no record.
    runs = authorship.begun(edit.blob.text, edit.number) if packed is None else authorship.unpacked(packed)
    if not withholding.keeps_back(edit.article):
        return runs
    return authorship.carried(edit.blob.text, runs, withholding.text_of(edit), edit.number)


def written(edit: Edit, section: int | None = None) -> list[Written]:
    """Return the paragraphs of a version, or of one section of it, each with the edits that its words come from.

    An edit whose text is hidden is None; a name that is hidden is hidden here, too.
    """
    version = withholding.version_of(edit)
    outline = version.outline
    index = find(outline, id=section) if section is not None else None
    if section is not None and index is None:
        return []
    first, end = range_of(outline, index) if index is not None else (0, sys.maxsize)
    found = [each for each in authorship.passages(version.text, runs_of(edit)) if first <= each.line < end]
    shown = found[:MOST_PASSAGES]
    numbers = {number for passage in shown for number in passage.words}
    rows = _listed(Edit.objects.filter(article=edit.article_id, number__in=numbers, hidden_text=False))
    edits = {row.number: row for row in rows}
    return [
        Written(passage, tuple((edits.get(number), words) for number, words in passage.words.items()))
        for passage in shown
    ]


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
        return SectionTexts(withholding.text_of(old) if old is not None else "", withholding.text_of(new), "")
    old_text, old_title = _section_text(old, section) if old is not None else ("", "")
    new_text, new_title = _section_text(new, section)
    return SectionTexts(old_text, new_text, new_title or old_title)


def comparison_of(old: Edit | None, new: Edit, section: int | None = None) -> comparing.Comparison:
    """Compare two versions, or one section of them; what may harm a reader is marked where one became the other.

    Of one article, a section that was moved is compared with itself, and shown as moved.
    """
    if section is None and old is not None and old.article_id == new.article_id:
        return compared(old, new)[0]
    texts = texts_of(old, new, section)
    comparison = comparing.compare(texts.old, texts.new)
    if old is None or old.article_id != new.article_id:
        return comparison
    return with_risks(comparison, texts.old, texts.new, new.article.namespace)


def compared(old: Edit, new: Edit) -> tuple[comparing.Comparison, list[showing.ChangedSection]]:
    """Compare two versions of an article, and return the sections in which they differ, too."""
    was, now = withholding.version_of(old), withholding.version_of(new)
    comparison = with_risks(showing.compare(was, now), was.text, now.text, new.article.namespace)
    return comparison, showing.changed_sections(was, now)


def is_moved(old: Edit | None, new: Edit, section: int) -> bool:
    """Whether a section says the same in two versions, and stands somewhere else."""
    if old is None or old.article_id != new.article_id:
        return False
    changed = showing.changed_sections(withholding.version_of(old), withholding.version_of(new))
    return any(each.id == section and each.state == "moved" for each in changed)


def changes_of(namespace: str, old: str, new: str) -> comparing.Comparison:
    """Compare a page's text with what it would become."""
    return with_risks(comparing.compare(old, new), old, new, namespace)


def with_risks(comparison: comparing.Comparison, old: str, new: str, namespace: str) -> comparing.Comparison:
    """Return the comparison of two texts with what may harm a reader marked in it."""
    return risks.marked(comparison, risks_between(old, new, namespace))


def risks_between(old: str, new: str, namespace: str) -> tuple[risks.Risk, ...]:
    """Return what in a change of a page may harm a reader; of pages about the site, nothing does."""
    if old == new or namespace not in ON_MEDICINE:
        return ()
    return risks.risks_of(old, new, drugs.known())


def _section_text(edit: Edit, section: int) -> tuple[str, str]:
    version = withholding.version_of(edit)
    index = find(version.outline, id=section)
    if index is None:
        return "", ""
    return text_of(version.text, version.outline, index), version.outline.entries[index].title


def _changed_before(article: Article, section: int, before: int | None) -> tuple[list[int], int | None]:
    """Return the numbers of the edits below `before` that changed the section, and below which to look further."""
    later: _Seen | None = None
    changed: list[int] = []
    for looked_at, seen in enumerate(_seen(article, section, before=before)):
        if later is not None and _is_changed(seen, later, section):
            changed.append(later.number)
        if later is not None and _is_enough(changed, looked_at, seen):
            return changed, later.number
        later = seen
    if later is not None and later.signature is not None:
        changed.append(later.number)
    return changed, None


def _changed_after(article: Article, section: int, after: int) -> tuple[list[int], int | None]:
    """Return the numbers of the edits above `after` that changed the section, and above which to look further."""
    earlier = next(_seen(article, section, before=after + 1), _Seen(0, Outline((), 0), None, 0))
    changed: list[int] = []
    for looked_at, seen in enumerate(_seen(article, section, after=after), 1):
        if _is_enough(changed, looked_at - 1, earlier):
            return changed, earlier.number
        if _is_changed(earlier, seen, section):
            changed.append(seen.number)
        earlier = seen
    return changed, None


@dataclass(frozen=True)
class _Seen:
    """What an edit left of a section, and how many headings were read up to here."""

    number: int
    outline: Outline
    signature: tuple[str, ...] | None
    headings: int


def _is_changed(old: _Seen, new: _Seen, section: int) -> bool:
    return old.signature != new.signature or has_moved(old.outline, new.outline, section)


def _is_enough(changed: Sequence[int], looked_at: int, seen: _Seen) -> bool:
    much = looked_at >= MOST_LOOKED_AT or seen.headings > _MOST_HEADINGS
    return len(changed) >= PAGE_SIZE or (much and looked_at > 0)


def _seen(article: Article, section: int, *, before: int | None = None, after: int | None = None) -> Iterator[_Seen]:
    """Yield what the edits left of a section: downwards from below `before`, or upwards from above `after`."""
    headings = 0
    for number, outline in _outlines(article, before, after):
        headings += len(outline.entries)
        yield _Seen(number, outline, signature_of(outline, section), headings)


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


def _shown(edit: Edit, number: int | None) -> Edit | None:
    """The edit of that number of the same article, unless its text is hidden."""
    if number is None:
        return None
    return _neighbours(edit).filter(number=number).defer("blob__data", "outline").first()


def _neighbours(edit: Edit) -> QuerySet[Edit]:
    return Edit.objects.filter(article=edit.article_id, hidden_text=False).select_related("blob", "author", "article")


def _listed(rows: QuerySet[Edit]) -> QuerySet[Edit]:
    return _signed(rows, with_looks=True).select_related("article")


def _signed(rows: QuerySet[Edit], *, with_looks: bool) -> QuerySet[Edit]:
    """Those edits with who made and who accepted them; a list of fifty is no place for more than it shows."""
    rows = rows.select_related("author", "approver", "restores", *(["patrol__by"] if with_looks else []))
    return rows.defer("outline", *_NOT_SHOWN_OF_RESTORED)


def _known(page: Slice[Edit], article: Article) -> Slice[Edit]:
    """The page of edits of this article, which is known and not asked for again."""
    for edit in page.rows:
        edit.article = article
    return page


def with_approvers(edits: Iterable[Edit]) -> list[Edit]:
    """Return edits with all who approved them: no query unless several did, and then one for the whole list."""
    found = list(edits)
    together = [edit for edit in found if Edit.TOGETHER in edit.tags]
    prefetch_related_objects(together, Prefetch("approvals", Approval.objects.select_related("author")))
    return found


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
        rows=with_approvers(shown),
        older=getattr(shown[-1], key) if shown and more_older else None,
        newer=getattr(shown[0], key) if shown and more_newer else None,
    )
