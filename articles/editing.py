"""THE WRITE DOOR: every change of an article's text goes through here, and nowhere else.

A section edit is a whole-article edit with a small difference; a revert is an edit that brings old text back.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import choices, history, limits, reading, renderer, writing
from articles.models import Address, Article, Author, Edit, Submission
from articles.text import arranging, authorship, guarding, identity, merging, notes, parsing, sections, titles
from articles.text.merging import Clash, Merge
from articles.text.rendering import Rendered
from articles.text.sections import Outline, OutlineEntry, Version
from articles.writing import AlreadyDecided, Change, Merged, raise_site_stamp

__all__ = [
    "AlreadyDecided",
    "Change",
    "Merged",
    "raise_site_stamp",
]  # The door's words, whose rows are written there.

# Merging and rendering happen outside the lock; after so many times that somebody else was faster, under it.
_TRIES_OUTSIDE_THE_LOCK: Final = 3
# So many redirects are followed to see whether they lead back; who reads is never taken further than one.
_MOST_REDIRECTS: Final = 20
_BEGINS_WITH_HEADING: Final = re.compile(r"\s*#{1,6} +\S")
_SEVERAL: Final = re.compile(r"[0-9]{1,18}(?:\+[0-9]{1,18})+")
# What the form's `section` field holds at the most.
_LONGEST_NAME: Final = 400
_DAMAGED: Final = "\N{REPLACEMENT CHARACTER}"


class TextRefused(Exception):
    """The text can't be saved as it is; `message` says why and, where it can, in which line."""

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TextTooLarge(TextRefused):
    """The text is larger than an article may be."""

    status = 413


class ChangedHere(TextRefused):
    """People have changed an imported text here, so what comes from outside leaves it alone."""


class TitleRefused(TextRefused):
    """The title can't be used: it is no title, or looks like one that exists (`existing`)."""

    def __init__(self, message: str, existing: str = "") -> None:
        super().__init__(message)
        self.existing = existing


class EditConflict(Exception):
    """Two people changed the same piece. `clash` has both texts as wholes; `current` is the edit to go on from.

    `section` names in that edit what the change is about; "new" when it is gone from there. `merge` is all that could
    be put together, and the pieces that could not, where the two texts have a common base.
    """

    def __init__(self, clash: Clash, current: Edit | None, section: str = "", merge: Merge | None = None) -> None:
        super().__init__(clash.section_title)
        self.clash = clash
        self.current = current
        self.section = section
        self.merge = merge


class BaseMissing(EditConflict):
    """The save doesn't name the edit it started from, or names one that isn't of this article."""


@dataclass(frozen=True)
class StartingPoint:
    """What the edit form opens with."""

    text: str
    base: int
    section: str
    section_title: str
    summary: str


@dataclass(frozen=True)
class Incoming:
    """A text to import: its full title, the titles that redirect to it, and where it comes from (Origin's fields).

    `protection` is the role needed to edit and to move it; it holds from the first edit on and is never given again.
    """

    title: str
    text: str
    aliases: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)
    protection: str = ""


def receive(
    *,
    title: str,
    base: str,
    section: str,
    text: str,
    author: Author,
    summary: str = "",
    minor: bool = False,
    address: str = "",
    form_key: str = "",
    limit: tuple[int, int] | None = None,
) -> Submission:
    """Keep a body as it arrived, before any other check, so that no refusal and no crash can lose it.

    The same body from the same person on the same base is the same submission: a double click finds what the first
    one led to. Raises limits.TooOften, and TextTooLarge: what no article can hold is given back and not kept.
    """
    refuse_too_large(text)
    sent = "\0".join([title, base, str(author.pk), section, text]).encode("utf-8", "surrogatepass")
    key = hashlib.sha256(sent).hexdigest()
    earlier = Submission.objects.select_related("edit__article", "proposal").filter(hash=key).first()
    if earlier is not None and (earlier.edit_id or earlier.proposal_id):
        return earlier
    if limit is not None:
        # By account where there is one: a school's people share an address, and one of them must not stop the others.
        counted = limits.place_of(address) if address and author.is_visitor else author.pk
        limits.take(f"edit:{counted}", times=limit[0], seconds=limit[1])
    with transaction.atomic():
        submission, is_new = Submission.objects.get_or_create(
            hash=key,
            defaults={
                "author": author,
                "title": storable(title)[:600],
                "base": storable(base)[:40],
                "section": storable(section)[:400],
                "text": storable(text),
                "summary": storable(summary)[:500],
                "minor": minor,
                "form_key": form_key,
            },
        )
        if is_new and address:
            Address.objects.create(author=author, address=address, what=f"submission {submission.pk}")
    return submission


def refuse_too_large(text: str) -> None:
    """Raise TextTooLarge for what no article can hold."""
    if len(text.encode("utf-8", "surrogatepass")) > guarding.MAX_TEXT:
        raise _too_long()


def save(change: Change) -> Edit:
    """Publish a change; return its edit, or the current one when the text is already so.

    Raises TitleRefused, TextRefused, TextTooLarge, EditConflict, BaseMissing, AlreadyDecided. Nothing is half done:
    all rows are written in one transaction or none is.
    """
    try:
        return _save(change)
    except EditConflict:
        # A second click may meet what the first one did, and would take it for somebody else's.
        earlier = _led_to(change.submission)
        if earlier is None:
            raise
        return earlier


def revert(*, edit: Edit, base: str | int, author: Author, summary: str = "", minor: bool = False) -> Edit:
    """Bring the text of an old version back, as a new edit on `base`, which must be the current one.

    Raises EditConflict when the article has changed since the person looked at it.
    """
    current = Article.objects.select_related("current_edit__blob").get(pk=edit.article_id).current_edit
    if current is None or str(base) != str(current.pk):
        theirs = current.blob.text if current is not None else None
        raise EditConflict(Clash("", edit.blob.text, edit.blob.text, theirs), current)
    return save(
        Change(
            title=edit.article.full_title,
            base=current.pk,
            section="",
            text=edit.blob.text,
            author=author,
            summary=summary,
            minor=minor,
            kind=Edit.Kind.REVERT,
            restores=edit,
            licence=choices.value("WIKI_LICENCE"),
        )
    )


def bring_in(incoming: Incoming, *, author: Author, summary: str = "", rendered: Rendered | None = None) -> Edit | None:
    """Publish an imported text under its title, over an earlier import; None when it is there already.

    What people have changed or deleted here since is left so. `rendered` is the rendered form of exactly this text
    where the caller has it. Raises TitleRefused, TextRefused, ChangedHere.
    """
    parts = _parts(incoming.title)
    article = Article.objects.named(*parts).select_related("current_edit__blob").first()
    if article is not None and article.state == Article.State.DELETED:
        raise ChangedHere(_("This article has been deleted here, so it was left so."))
    current = article.current_edit if article is not None else None
    if current is None:
        _refuse_look_alikes(parts)
    elif current.blob.text == clean(incoming.text):
        return None
    elif current.kind != Edit.Kind.IMPORT:
        raise ChangedHere(_("People have changed this article here, so it was left as it is."))
    return writing.write(
        _brought_in(incoming, parts, current, author, summary, rendered or _render(clean(incoming.text)))
    )


def bring_in_many(
    batch: Sequence[tuple[Incoming, Rendered]], *, author: Author, summary: str = ""
) -> list[tuple[Incoming, TitleRefused]]:
    """Publish imported texts under titles that are all new, in one transaction; return those refused, and why."""
    refused, ready = [], []
    skeletons = [titles.skeleton(incoming.title.partition(":")[2] or incoming.title) for incoming, _form in batch]
    skeletons += [titles.skeleton(incoming.title) for incoming, _form in batch]
    rows = Article.objects.filter(skeleton__in=skeletons).values_list("namespace", "skeleton", "title")
    alike: dict[tuple[str, str], list[str]] = {}
    for namespace, skeleton, title in rows:
        alike.setdefault((namespace, skeleton), []).append(title)
    for incoming, rendered in batch:
        try:
            parts = _parts(incoming.title)
            _refuse_look_alike_of(parts, alike.get((parts.namespace, titles.skeleton(parts.title)), ()))
        except TitleRefused as error:
            refused.append((incoming, error))
            continue
        alike.setdefault((parts.namespace, titles.skeleton(parts.title)), []).append(parts.title)
        ready.append(_brought_in(incoming, parts, None, author, summary, rendered))
    writing.write_new(ready)
    return refused


def _brought_in(
    incoming: Incoming, parts: titles.TitleParts, current: Edit | None, author: Author, summary: str, rendered: Rendered
) -> writing.Ready:
    text = clean(incoming.text)
    change = Change(
        title=titles.full(*parts),
        base=current.pk if current is not None else 0,
        section="",
        text=text,
        author=author,
        summary=summary,
        kind=Edit.Kind.IMPORT,
    )
    ready = _ready(change, Merged(parts, current, None, text, 0, sys.maxsize), rendered)
    return replace(ready, origin=dict(incoming.origin), aliases=incoming.aliases, protection=incoming.protection)


def clean(text: str) -> str:
    """Return the text as it is stored: what was typed, byte for byte, after NFC and LF.

    A text whose accents would hold the process for a minute keeps them as they are; no article takes it, but a draft
    or what was sent in vain may hold it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        guarding.check_before_normalising(text)
    except guarding.ShapeError:
        return text
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """Return the text as it can be kept: no database stores a lone surrogate and PostgreSQL no NUL; they are marked."""
    return text.encode("utf-8", "replace").decode().replace("\0", _DAMAGED)


def version_of(edit: Edit) -> Version:
    """Return the text and outline that an edit left."""
    return Version(edit.blob.text, Outline.from_json(edit.outline))


def version_at(article: Article, base: str | int) -> Version | None:
    """Return the text and outline of the edit that a change of the article started from; None when it names none."""
    edit = _base_of(article.current_edit, base) if article.current_edit is not None else None
    return version_of(edit) if edit is not None else None


def starting_point(article: Article | None, section: str = "", *, beginning: str = "") -> StartingPoint | None:
    """Return what the form of a section ("0", "new", an id, an anchor), of several or of the whole opens with.

    None: there is no such section. Several are named by their ids, joined by "+". `beginning` is what an article that
    is still to be made begins with.
    """
    if article is None or article.current_edit is None:
        return StartingPoint(beginning, 0, "" if section in ("", "0", "new") else section, "", "")
    current = version_of(article.current_edit)
    base = article.current_edit.pk
    if section == "":
        return StartingPoint(current.text, base, "", "", "")
    if section == "new":
        return StartingPoint("## ", base, "new", "", "")
    together = sections_together(section, current.outline)
    if together:
        return _starting_together(current, base, together)
    entry = section_named(section, current.outline)
    if entry is None:
        return None
    index = current.outline.entries.index(entry)
    text = sections.text_of(current.text, current.outline, index)
    summary = f"/* {entry.title[:200]} */ " if entry.title else ""
    return StartingPoint(text, base, str(entry.id) if entry.level else "0", entry.title, summary)


def _starting_together(current: Version, base: int, together: Sequence[int]) -> StartingPoint:
    name = _name_of_all(current.outline, together)
    if len(name) > _LONGEST_NAME:
        return StartingPoint(current.text, base, "", "", "")
    named = _titles_of(current.outline, together)
    text = arranging.take(current, together).text
    return StartingPoint(text, base, name, named, f"{named[:200]}: ")


def merged(change: Change) -> Merged:
    """Return what the article would be after the change; nothing is written. Raises as `save` does."""
    outcome = _merged(change)
    if outcome.text != text_before(outcome):
        _refuse_circle(outcome)
    return outcome


def _merged(change: Change) -> Merged:
    parts = _parts(change.title)
    mine = _sound(change.text)
    article = Article.objects.named(parts.namespace, parts.title).select_related("current_edit__blob", "text").first()
    is_deleted = article is not None and article.state == Article.State.DELETED
    if is_deleted and str(change.base) != "0":
        raise TextRefused(_("This article has been deleted."))
    # Who starts from nothing makes a deleted article again.
    current = article.current_edit if article is not None and not is_deleted else None
    if current is not None:
        return _merged_into(current, parts, change, mine)
    if str(change.base) != "0":
        raise BaseMissing(Clash("", "", mine, None), None)
    if not mine.strip():
        raise TextRefused(_("There is no text yet. Write a sentence or two, then save."))
    _refuse_damage(mine)
    _refuse_look_alikes(parts)
    text = _normalised(mine)
    return Merged(parts, None, None, text, 0, len(sections.lines_of(text)))


def text_before(change: Merged) -> str:
    """Return the whole text that a merged change would replace."""
    return change.current.blob.text if change.current is not None else ""


def title_of_section(article: Article | None, section: str) -> str:
    """Return the titles of what the form's `section` field names; empty for the lead and the whole."""
    if article is None or article.current_edit is None or section in ("", "0", "new"):
        return ""
    outline = Outline.from_json(article.current_edit.outline)
    together = sections_together(section, outline)
    if together:
        return _titles_of(outline, together)
    entry = section_named(section, outline)
    return entry.title if entry is not None else ""


def text_named(version: Version, section: str) -> str:
    """Return the text of what the form's `section` field names in a version; empty for what isn't there."""
    if section in ("", "new"):
        return "" if section else version.text
    together = sections_together(section, version.outline)
    if together:
        return arranging.take(version, together).text
    entry = section_named(section, version.outline)
    if entry is None:
        return ""
    return sections.text_of(version.text, version.outline, version.outline.entries.index(entry))


def merged_with(*, title: str, base: str, section: str, text: str) -> Merged:
    """Return what the article would be with this text, whoever wrote it: for a preview. Raises as `save` does."""
    return merged(Change(title=title, base=base, section=section, text=text, author=Author()))


def conflict_with(*, onto: str, title: str, base: str, section: str, text: str) -> EditConflict | None:
    """Return the conflict of a change with the edit `onto`, as it was shown; None where they don't clash in pieces.

    Raises TitleRefused, TextRefused, TextTooLarge.
    """
    parts = _parts(title)
    article = Article.objects.named(*parts).select_related("current_edit").first()
    seen = _base_of(article.current_edit, onto) if article is not None and article.current_edit is not None else None
    if seen is None:
        return None
    try:
        _merged_into(seen, parts, Change(title, base, section, text, Author()), _sound(text))
    except EditConflict as conflict:
        return conflict if conflict.merge is not None else None
    return None


def resolved(conflict: EditConflict, texts: Sequence[str]) -> StartingPoint:
    """Return what comes of a conflict when each clashing piece is given a text: a change of the edit it was with."""
    assert conflict.current is not None
    assert conflict.merge is not None
    seen = version_of(conflict.current)
    whole = conflict.merge.resolved([_sound(text) for text in texts])
    entry = section_named(conflict.section, seen.outline) if conflict.section not in ("", "new") else None
    if entry is not None and entry.id is not None:
        outline = identity.keep_ids(seen, Version(whole, _render(whole).outline))
        now = sections.find(outline, id=entry.id)
        alone = sections.text_of(whole, outline, now) if now is not None else ""
        if sections.replace(seen.text, seen.outline, seen.outline.entries.index(entry), alone) == whole:
            return StartingPoint(alone, conflict.current.pk, _name_of(entry), entry.title, "")
    return StartingPoint(whole, conflict.current.pk, "", "", "")


def check(text: str) -> None:
    """Refuse a text that could not be published: too large, of a shape that can't be rendered. Raises TextRefused."""
    _render(text)


# --- Before the lock ---------------------------------------------------------------------------------------------


def _save(change: Change) -> Edit:
    for _attempt in range(_TRIES_OUTSIDE_THE_LOCK):
        with contextlib.suppress(writing.Overtaken):
            return writing.write(_prepare(change))
    with transaction.atomic():
        writing.lock(titles.parse(change.title))
        return writing.write(_prepare(change))


def _led_to(submission: Submission | None) -> Edit | None:
    if submission is None:
        return None
    return Submission.objects.select_related("edit").get(pk=submission.pk).edit


def _prepare(change: Change) -> writing.Ready:
    ready = merged(change)
    if ready.current is not None and ready.current.blob.text == ready.text:
        # Nothing to render: the text is already so. `write` makes no edit of it.
        return _ready(change, ready, reading.rendered_form(ready.current.blob))
    return _ready(change, ready, _render(ready.text))


def _ready(change: Change, ready: Merged, rendered: Rendered) -> writing.Ready:
    """Return a rendered change with the numbers of the sections that it keeps, and who wrote each word of it."""
    runs = _runs(ready.current, ready.text)
    if ready.current is None:
        return writing.Ready(change, ready, rendered, runs, rendered.outline)
    # A version brought back has the sections it had, whatever became of them since.
    before = version_of(change.restores or ready.current)
    outline = _with_edited(identity.keep_ids(before, Version(ready.text, rendered.outline)), ready.section)
    joined = identity.successors(version_of(ready.current), Version(ready.text, outline))
    return writing.Ready(change, ready, rendered, runs, outline, joined)


def _with_edited(outline: Outline, edited: OutlineEntry | None) -> Outline:
    """Return the outline in which the edited section is the same, however little of it is left."""
    if edited is None or any(entry.id == edited.id for entry in outline.entries):
        return outline
    entries = (
        replace(entry, id=edited.id) if entry.line == edited.line and entry.id is None else entry
        for entry in outline.entries
    )
    return replace(outline, entries=tuple(entries))


def _runs(current: Edit | None, text: str) -> authorship.Runs:
    """Return who will have written each word: of a text that was here before, those who did, whoever brings it back."""
    if current is None:
        return authorship.begun(text, 1)
    if current.blob.text == text:
        return ()  # No edit comes of it.
    earlier = history.runs_of_text(current.article_id, text)
    if earlier is not None:
        return earlier
    number = current.number + 1
    runs = authorship.carried(current.blob.text, history.runs_of(current), text, number)
    # What the last edit took away may be what this one brings back, with a change or two.
    before = current.parent if current.size_change < 0 < len(text.encode()) - current.size else None
    if before is None or before.hidden_text:
        return runs
    return authorship.brought_back(
        runs, authorship.carried(before.blob.text, history.runs_of(before), text, number), number
    )


def _merged_into(current: Edit, parts: titles.TitleParts, change: Change, mine: str) -> Merged:
    theirs = version_of(current)
    base_edit = _base_of(current, change.base)
    if base_edit is None:
        raise _base_missing(current, theirs, change, mine)
    base = theirs if base_edit.pk == current.pk else version_of(base_edit)
    if change.kind == Edit.Kind.REVERT and base_edit.pk != current.pk:
        # Merged with what came since, it would be no version that ever was.
        raise EditConflict(Clash("", base.text, mine, theirs.text), current)
    if change.kind in (Edit.Kind.EDIT, Edit.Kind.ACCEPT):
        _refuse_damage(mine, base.text)
        mine = _normalised(mine)
    if change.section == "new":
        if not _BEGINS_WITH_HEADING.match(mine):
            raise TextRefused(_("A new section begins with its heading, such as “## Symptoms”."))
        text = sections.append(theirs.text, theirs.outline, mine)
        return Merged(parts, current, None, text, theirs.outline.tail_line, sys.maxsize)
    if change.section == "":
        text = _put_together(base, mine, current, Clash("", base.text, mine, theirs.text))
        return Merged(parts, current, None, text, 0, sys.maxsize)
    together = sections_together(change.section, base.outline)
    if together:
        return _merged_together(current, parts, base, together, mine)
    return _merged_section(current, parts, change, base, mine)


def _merged_section(current: Edit, parts: titles.TitleParts, change: Change, base: Version, mine: str) -> Merged:
    theirs = version_of(current)
    entry = section_named(change.section, base.outline, theirs.outline)
    if entry is None or entry.id is None:
        raise EditConflict(Clash("", "", mine, None), current, "new")
    was, is_now = (sections.find(version.outline, id=entry.id) for version in (base, theirs))
    if was is None:
        raise EditConflict(_clash_of(theirs, entry, mine), current, _name_of(entry))
    clash = Clash(
        entry.title,
        sections.text_of(base.text, base.outline, was),
        mine,
        None if is_now is None else sections.text_of(theirs.text, theirs.outline, is_now),
    )
    whole = sections.replace(base.text, base.outline, was, mine)
    text = _put_together(base, whole, current, clash, "new" if is_now is None else _name_of(entry))
    if is_now is not None:
        text = _with_notes_kept(theirs, is_now, text)
    now = theirs.outline.entries[is_now or 0]
    return Merged(parts, current, now, text, now.line, now.line + max(len(sections.lines_of(mine)), 1))


def _with_notes_kept(theirs: Version, index: int, text: str) -> str:
    """Return the text with the footnotes that stood in the section and that others use, whom its author did not see."""
    elsewhere = sections.remove(theirs.text, theirs.outline, index)
    return notes.kept(sections.text_of(theirs.text, theirs.outline, index), text, elsewhere)


def _merged_together(
    current: Edit, parts: titles.TitleParts, base: Version, together: Sequence[int], mine: str
) -> Merged:
    """Several sections in one form: each is found again in what was sent, and then it is an edit like any other."""
    theirs = version_of(current)
    before = arranging.take(base, together)
    sent = Version(mine, identity.keep_ids(before, Version(mine, _render(mine).outline)))
    whole = arranging.put(base, together, sent)
    ids = [base.outline.entries[index].id for index in together if index]
    there = [index for index, entry in enumerate(theirs.outline.entries) if entry.level and entry.id in ids]
    now = arranging.apart(theirs.outline, [0, *there] if 0 in together else there)
    clash = Clash(
        _titles_of(base.outline, together), before.text, mine, arranging.take(theirs, now).text if now else None
    )
    text = _put_together(base, whole, current, clash, _name_of_all(theirs.outline, now) or "new")
    first_line, last_line = (theirs.outline.entries[now[0]].line, now[-1]) if now else (0, 0)
    grown = len(sections.lines_of(text)) - len(sections.lines_of(theirs.text))
    return Merged(parts, current, None, text, first_line, sections.range_of(theirs.outline, last_line)[1] + grown)


def _put_together(base: Version, mine: str, current: Edit, clash: Clash, section: str = "") -> str:
    """Return the whole text that comes of a change of the base; raise EditConflict, with the pieces, where it can't."""
    merge = _merge(base, mine, version_of(current))
    if merge.clashes:
        named = clash.section_title or merge.clashes[0].section_title
        raise EditConflict(replace(clash, section_title=named), current, section, merge)
    text = merge.resolved()
    if not text.strip():
        raise TextRefused(_("An article needs some text. To take an article away, ask a moderator to delete it."))
    return text


def _merge(base: Version, mine: str, theirs: Version) -> Merge:
    """Merge a changed text with the version it meets; only where that is not its base has it to be parsed for it."""
    if base.text == theirs.text:
        return Merge((mine,))
    outline = identity.keep_ids(base, Version(mine, _render(mine).outline))
    return merging.merge(base, Version(mine, outline), theirs)


def _clash_of(theirs: Version, entry: OutlineEntry, mine: str) -> Clash:
    """Return what clashes with a section of theirs when no common base of it is known."""
    there = sections.text_of(theirs.text, theirs.outline, theirs.outline.entries.index(entry))
    return Clash(entry.title, "", mine, there)


def _name_of(entry: OutlineEntry) -> str:
    """Return how the form's `section` field names a section."""
    return str(entry.id) if entry.level else "0"


def _name_of_all(outline: Outline, indexes: Sequence[int]) -> str:
    """Return how it names several."""
    return "+".join(_name_of(outline.entries[index]) for index in indexes)


def _titles_of(outline: Outline, indexes: Sequence[int]) -> str:
    return ", ".join(outline.entries[index].title or _("Introduction") for index in indexes)


def _base_missing(current: Edit, theirs: Version, change: Change, mine: str) -> BaseMissing:
    """Return the refusal of a save without a base, beside what stands in the article now where the change would go."""
    if change.section in ("", "new"):
        return BaseMissing(Clash("", "", mine, "" if change.section else theirs.text), current, change.section)
    together = sections_together(change.section, theirs.outline)
    if together:
        clash = Clash(_titles_of(theirs.outline, together), "", mine, arranging.take(theirs, together).text)
        return BaseMissing(clash, current, _name_of_all(theirs.outline, together))
    entry = section_named(change.section, theirs.outline)
    if entry is None:
        return BaseMissing(Clash("", "", mine, None), current, "new")
    return BaseMissing(_clash_of(theirs, entry, mine), current, _name_of(entry))


def sections_together(name: str, base: Outline) -> tuple[int, ...]:
    """Return which of the base's sections the form's `section` field names together; empty for any other name."""
    if not _SEVERAL.fullmatch(name):
        return ()
    named = (section_named(one, base) for one in name.split("+"))
    return arranging.apart(base, (base.entries.index(entry) for entry in named if entry is not None))


def section_named(name: str, base: Outline, current: Outline | None = None) -> OutlineEntry | None:
    """Return the section that the form's `section` field names: "0", an id, or an anchor of the base."""
    if name == "0":
        return base.entries[0]
    if name.isascii() and name.isdigit():
        if len(name) > 18:
            return None  # Python itself refuses to read a number of 5,000 digits.
        for outline in (base, current or base):
            index = sections.find(outline, id=int(name))
            if index is not None:
                return outline.entries[index]
        return None
    index = sections.find(base, anchor=name)
    return None if index is None else base.entries[index]


def _parts(title: str) -> titles.TitleParts:
    try:
        return titles.parse(title)
    except titles.TitleError as error:
        raise TitleRefused(error.message) from error


def _sound(text: str) -> str:
    """Return the text as it would be stored; refuse what no article may hold."""
    try:
        guarding.check_before_normalising(text)
        sound = clean(text)
        guarding.check_shape(sound)
    except guarding.ShapeError as error:
        if error.code == "size":
            raise _too_long() from error
        raise TextRefused(_refusal(error)) from error
    return sound


def _too_long() -> TextTooLarge:
    return TextTooLarge(
        _("The text is too long: an article has room for 512 KB, about 80,000 words. Divide it into several articles.")
    )


def _refuse_damage(mine: str, before: str = "") -> None:
    if _DAMAGED in mine and _DAMAGED not in before:
        raise TextRefused(
            _("Some characters were damaged on the way: look for \N{REPLACEMENT CHARACTER} and type what was there.")
        )


def _refuse_circle(change: Merged) -> None:
    """Refuse a redirect that leads, itself or by way of others, back to its own page."""
    own = titles.full(*change.parts)
    first = target = _target_of(change.text)
    for _step in range(_MOST_REDIRECTS):
        if target == own and first == own:
            raise TextRefused(_("This page would lead to itself. Name another page in it, or write a text instead."))
        if target == own:
            raise TextRefused(
                _("“%s” leads back to this page, so readers would go round in a circle. Name another page.") % first
            )
        if not target:
            return
        named = Article.objects.published().named(*titles.parse(target))
        target = (named.values_list("redirect_to", flat=True).first() or "").partition("#")[0]


def _target_of(text: str) -> str:
    """Return the full title of the page that a redirect's text names; empty when it is no redirect."""
    mark = parsing.redirect_of(text)
    return titles.full(mark.fields[0], mark.fields[1]) if mark is not None else ""


def _render(text: str) -> Rendered:
    try:
        return renderer.render(text)
    except renderer.RenderError as error:
        refused = TextTooLarge if error.code == "size" else TextRefused
        raise refused(_refusal(error)) from error


def _normalised(mine: str) -> str:
    """Return the submitted text with its underlined headings turned into `#` ones."""
    try:
        return renderer.normalise_headings(mine)
    except renderer.RenderError as error:
        raise TextRefused(_refusal(error)) from error


def _refusal(error: guarding.ShapeError | renderer.RenderError) -> str:
    if error.line:
        return _("Line %(line)d: %(reason)s") % {"line": error.line, "reason": error.message}
    return error.message


def _base_of(current: Edit, base: str | int) -> Edit | None:
    """Return the edit a save started from; None when it names none of this article's."""
    if str(base) == str(current.pk):
        return current
    if not (str(base).isascii() and str(base).isdigit()) or len(str(base)) > 18:
        return None
    return (
        Edit.objects.select_related("blob").filter(article=current.article_id, pk=int(base), hidden_text=False).first()
    )


def _refuse_look_alikes(parts: titles.TitleParts) -> None:
    rows = Article.objects.in_namespace(parts.namespace).filter(skeleton=titles.skeleton(parts.title))
    _refuse_look_alike_of(parts, rows.values_list("title", flat=True))


def _refuse_look_alike_of(parts: titles.TitleParts, existing: Iterable[str]) -> None:
    for title in existing:
        if titles.look_alike(parts.title, title):
            full_title = titles.full(parts.namespace, title)
            message = _("This title looks like one that exists: “%s”. Change that article, or choose another title.")
            raise TitleRefused(message % full_title, full_title)


def is_made_by(author: Author, edit: Edit, *, base: str) -> bool:
    """Whether a save on `base` that led to this edit made it: a text that is there already leads to the edit it is of.

    The first sending counts for a second click, which leads to the same.
    """
    return str(edit.pk) != base and edit.author_id == author.pk


def address_of_edit(edit: Edit) -> str:
    """Return where a reader sees what was saved: the article at the edited section."""
    return address_of_section(edit, edit.section_id)


def address_of_section(edit: Edit, section: int | None) -> str:
    """Return where a reader sees a section of the version that an edit left; the article where it isn't there."""
    entries = Outline.from_json(edit.outline).entries
    anchor = next((entry.anchor for entry in entries if entry.id is not None and entry.id == section), "")
    url = reverse("articles:read", args=[edit.title])
    return f"{url}#{anchor}" if anchor else url


def number_of_section(edit: Edit, section: str) -> int | None:
    """Return the id of the section that the form's `section` field names; None for the whole and for none."""
    entry = section_named(section, Outline.from_json(edit.outline)) if section else None
    return entry.id if entry is not None else None
