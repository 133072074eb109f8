"""A change and the version it is based on: put onto the article as it is now, merged with what came since, or in
conflict with it. Nothing is written here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from articles import access, places, refusals, withholding, writing
from articles.models import Article, Author, Edit
from articles.places import StartingPoint
from articles.refusals import BaseMissing, EditConflict, TextRefused
from articles.text import arranging, identity, merging, notes, sections, titles
from articles.text import withholding as withheld
from articles.text.merging import Clash, Merge
from articles.text.sections import OutlineEntry, Version
from articles.writing import Change, Merged

# Kinds of edits that are made of versions of the past, on the very version that their author has looked at.
_OF_THE_PAST: Final = (Edit.Kind.REVERT, Edit.Kind.UNDO, Edit.Kind.ROLLBACK)
_BEGINS_WITH_HEADING: Final = re.compile(r"\s*#{1,6} +\S")


def merged(change: Change) -> Merged:
    """Return what the article would be after the change; nothing is written. Raises as `save` does.

    A page that was moved since its form was sent is followed: at its old title there is only a redirect.
    """
    try:
        outcome = _merged(change)
    except BaseMissing:
        title = access.title_now(change.title, str(change.base))
        if title == change.title:
            raise
        return merged(replace(change, title=title))
    if outcome.text != text_before(outcome):
        refusals.refuse_circle(outcome.parts, outcome.text)
    return outcome


def _merged(change: Change) -> Merged:
    parts = refusals.parts_of_title(change.title)
    mine = refusals.sound(change.text)
    article = Article.objects.named(parts.namespace, parts.title).select_related("current_edit__blob").first()
    is_deleted = article is not None and article.state == Article.State.DELETED
    if is_deleted and str(change.base) != "0":
        raise TextRefused(_("This article has been deleted."))
    # Who starts from nothing makes a deleted article again.
    current = article.current_edit if article is not None and not is_deleted else None
    if article is not None and current is not None:
        current.article = article  # Known, so that nobody asks for it again.
        outcome = _merged_into(current, parts, change, mine)
        _refuse_touching_marks(outcome)
        return outcome
    _refuse_marks(mine)
    if str(change.base) != "0":
        raise BaseMissing(Clash("", "", mine, None), None)
    if not mine.strip():
        raise TextRefused(_("There is no text yet. Write a sentence or two, then save."))
    refusals.refuse_damage(mine)
    refusals.refuse_look_alikes(parts)
    text = refusals.normalised(mine)
    return Merged(parts, None, None, text, 0, len(sections.lines_of(text)))


def text_before(change: Merged) -> str:
    """Return the whole text that a merged change would replace."""
    return withholding.text_of(change.current) if change.current is not None else ""


def merged_with(*, title: str, base: str, section: str, text: str) -> Merged:
    """Return what the article would be with this text, whoever wrote it: for a preview. Raises as `save` does."""
    return merged(Change(title=title, base=base, section=section, text=text, author=Author()))


def conflict_with(*, onto: str, title: str, base: str, section: str, text: str) -> EditConflict | None:
    """Return the conflict of a change with the edit `onto`, as it was shown; None where they don't clash in pieces.

    Raises TitleRefused, TextRefused, TextTooLarge.
    """
    parts = refusals.parts_of_title(title)
    article = Article.objects.named(*parts).select_related("current_edit").first()
    seen = _base_of(article.current_edit, onto) if article is not None and article.current_edit is not None else None
    if seen is None:
        return None
    try:
        _merged_into(seen, parts, Change(title, base, section, text, Author()), refusals.sound(text))
    except EditConflict as conflict:
        return conflict if conflict.merge is not None else None
    return None


def resolved(conflict: EditConflict, texts: Sequence[str]) -> StartingPoint:
    """Return what comes of a conflict when each clashing piece is given a text: a change of the edit it was with."""
    assert conflict.current is not None
    assert conflict.merge is not None
    whole = conflict.merge.resolved([refusals.sound(text) for text in texts])
    outline = withholding.outline_of(conflict.current)
    entry = places.section_named(conflict.section, outline) if conflict.section not in ("", "new") else None
    return _alone(whole, conflict.current, entry)


def _alone(whole: str, current: Edit, entry: OutlineEntry | None) -> StartingPoint:
    """Return a new whole text as a change of one section of the current one, where it is no more than that."""
    seen = withholding.version_of(current)
    if entry is not None and entry.id is not None:
        outline = identity.keep_ids(seen, Version(whole, refusals.render(whole).outline))
        now = sections.find(outline, id=entry.id)
        alone = sections.text_of(whole, outline, now) if now is not None else ""
        if sections.replace(seen.text, seen.outline, seen.outline.entries.index(entry), alone) == whole:
            return StartingPoint(alone, current.pk, places.name_of(entry), entry.title, "")
    return StartingPoint(whole, current.pk, "", "", "")


def carried_on(change: Change) -> StartingPoint:
    """Return a change of an old base as one of the current edit, merged with what came since. Raises as `save` does."""
    outcome = merged(change)
    assert outcome.current is not None
    return _alone(outcome.text, outcome.current, outcome.section)


def version_at(article: Article, base: str | int) -> Version | None:
    """Return the text and outline of the edit that a change of the article started from; None when it names none."""
    edit = _base_of(article.current_edit, base) if article.current_edit is not None else None
    return withholding.version_of(edit) if edit is not None else None


def version_after(before: Version, text: str) -> Version:
    """Return what would become of a version as one: its sections numbered as they were. Raises TextRefused."""
    return Version(text, identity.keep_ids(before, Version(text, refusals.render(text).outline)))


def _base_of(current: Edit, base: str | int) -> Edit | None:
    """Return the edit a save started from; None when it names none of this article's."""
    if str(base) == str(current.pk):
        return current
    if not (str(base).isascii() and str(base).isdigit()) or len(str(base)) > 18:
        return None
    rows = Edit.objects.select_related("blob").filter(article=current.article_id, hidden_text=False)
    edit = rows.filter(pk=int(base)).first()
    if edit is not None:
        edit.article = current.article
    return edit


def _merged_into(current: Edit, parts: titles.TitleParts, change: Change, mine: str) -> Merged:
    theirs = withholding.version_of(current)
    base_edit = _base_of(current, change.base)
    if base_edit is None:
        raise _base_missing(current, theirs, change, mine)
    base = theirs if base_edit.pk == current.pk else withholding.version_of(base_edit)
    mine = _with_marks_as_now(mine, base_edit, current)
    if change.kind in _OF_THE_PAST and base_edit.pk != current.pk:
        # Merged with what came since, it would be no version that ever was, or none that anybody has looked at.
        raise EditConflict(Clash("", base.text, mine, theirs.text), current)
    if change.kind in (Edit.Kind.EDIT, Edit.Kind.ACCEPT):
        refusals.refuse_damage(mine, base.text)
        mine = refusals.normalised(mine)
    if change.section == "new":
        if not _BEGINS_WITH_HEADING.match(mine):
            raise TextRefused(_("A new section begins with its heading, such as “## Symptoms”."))
        text = sections.append(theirs.text, theirs.outline, mine)
        return Merged(parts, current, None, text, theirs.outline.tail_line, sys.maxsize)
    if change.section == "":
        text = _put_together(base, mine, current, Clash("", base.text, mine, theirs.text))
        return Merged(parts, current, None, text, 0, sys.maxsize)
    together = places.sections_together(change.section, base.outline)
    if together:
        return _merged_together(current, parts, base, together, mine)
    return _merged_section(current, parts, change, base, mine)


def _merged_section(current: Edit, parts: titles.TitleParts, change: Change, base: Version, mine: str) -> Merged:
    theirs = withholding.version_of(current)
    entry = places.section_named(change.section, base.outline, theirs.outline)
    if entry is None or entry.id is None:
        raise EditConflict(Clash("", "", mine, None), current, "new")
    was, is_now = (sections.find(version.outline, id=entry.id) for version in (base, theirs))
    if was is None:
        raise EditConflict(_clash_of(theirs, entry, mine), current, places.name_of(entry))
    clash = Clash(
        entry.title,
        sections.text_of(base.text, base.outline, was),
        mine,
        None if is_now is None else sections.text_of(theirs.text, theirs.outline, is_now),
    )
    whole = sections.replace(base.text, base.outline, was, mine)
    text = _put_together(base, whole, current, clash, "new" if is_now is None else places.name_of(entry))
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
    theirs = withholding.version_of(current)
    before = arranging.take(base, together)
    sent = Version(mine, identity.keep_ids(before, Version(mine, refusals.render(mine).outline)))
    whole = arranging.put(base, together, sent)
    ids = [base.outline.entries[index].id for index in together if index]
    there = [index for index, entry in enumerate(theirs.outline.entries) if entry.level and entry.id in ids]
    now = arranging.apart(theirs.outline, [0, *there] if 0 in together else there)
    clash = Clash(
        places.titles_of(base.outline, together), before.text, mine, arranging.take(theirs, now).text if now else None
    )
    text = _put_together(base, whole, current, clash, places.name_of_all(theirs.outline, now) or "new")
    first_line, last_line = (theirs.outline.entries[now[0]].line, now[-1]) if now else (0, 0)
    grown = len(sections.lines_of(text)) - len(sections.lines_of(theirs.text))
    return Merged(parts, current, None, text, first_line, sections.range_of(theirs.outline, last_line)[1] + grown)


def _put_together(base: Version, mine: str, current: Edit, clash: Clash, section: str = "") -> str:
    """Return the whole text that comes of a change of the base; raise EditConflict, with the pieces, where it can't."""
    merge = _merge(base, mine, withholding.version_of(current))
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
    outline = identity.keep_ids(base, Version(mine, refusals.render(mine).outline))
    return merging.merge(base, Version(mine, outline), theirs)


def _clash_of(theirs: Version, entry: OutlineEntry, mine: str) -> Clash:
    """Return what clashes with a section of theirs when no common base of it is known."""
    there = sections.text_of(theirs.text, theirs.outline, theirs.outline.entries.index(entry))
    return Clash(entry.title, "", mine, there)


def _base_missing(current: Edit, theirs: Version, change: Change, mine: str) -> BaseMissing:
    """Return the refusal of a save without a base, beside what stands in the article now where the change would go."""
    if change.section in ("", "new"):
        return BaseMissing(Clash("", "", mine, "" if change.section else theirs.text), current, change.section)
    together = places.sections_together(change.section, theirs.outline)
    if together:
        clash = Clash(places.titles_of(theirs.outline, together), "", mine, arranging.take(theirs, together).text)
        return BaseMissing(clash, current, places.name_of_all(theirs.outline, together))
    entry = places.section_named(change.section, theirs.outline)
    if entry is None:
        return BaseMissing(Clash("", "", mine, None), current, "new")
    return BaseMissing(_clash_of(theirs, entry, mine), current, places.name_of(entry))


def made_whole(seen: Merged) -> Merged:
    """Return a merged change in which withheld sections, where its author saw marks, stand as they are stored."""
    if seen.current is None or not withheld.marks_in(seen.text):
        return seen
    whole = withholding.whole_version_of(seen.current)
    section = seen.section
    if section is not None:
        section = next((entry for entry in whole.outline.entries if entry.id == section.id), section)
    return replace(seen, text=withheld.made_whole(seen.text, whole), section=section)


def _with_marks_as_now(mine: str, base: Edit, current: Edit) -> str:
    """Return what was sent with each mark as it is now; or with what it stood for, where that is withheld no more."""
    if not withheld.marks_in(mine):
        return mine
    if withholding.keeps_back(current.article):
        return withheld.respelled(mine, withheld.marks_in(withholding.text_of(current)))
    try:
        return withheld.made_whole(mine, withholding.whole_version_of(base))
    except withheld.MarkLost as lost:
        raise TextRefused(_touched()) from lost


def refuse_touched(ready: writing.Ready) -> None:
    """Refuse what would change a section that its author does not see, by what is written around its mark."""
    current = ready.merged.current
    if current is None or not withholding.keeps_back(current.article):
        return
    before, after = withholding.whole_version_of(current), Version(ready.merged.text, ready.outline)
    if not withheld.keeps_withheld(before, after, withholding.withheld_of(current.article)):
        raise TextRefused(_touched())


def _refuse_touching_marks(outcome: Merged) -> None:
    """Refuse a change that takes a withheld section out, or brings one back, by somebody who does not see it."""
    current = outcome.current
    assert current is not None
    if not withholding.keeps_back(current.article):
        if not withheld.mentions_mark(withholding.text_of(current)):
            _refuse_marks(outcome.text)
        return
    if sorted(withheld.marks_in(outcome.text)) != sorted(withheld.marks_in(withholding.text_of(current))):
        raise TextRefused(_touched())
    _refuse_marks(withheld.without_marks(outcome.text))
    if withheld.passages_of(outcome.text) & withholding.withheld_of(current.article).passages:
        raise TextRefused(
            _(
                "Your text holds sentences that have been put under medical review, perhaps while you were writing. "
                "Open the form again and make your change there."
            )
        )


def _touched() -> str:
    return _(
        "A section of this article is under medical review, so only reviewers can change it or take it out. Leave its "
        "heading, and each line with “under review” in braces, as they are."
    )


def _refuse_marks(text: str) -> None:
    if withheld.mentions_mark(text):
        raise TextRefused(
            _("“{{under review}}” stands for what a moderator has put under review. Nobody can write it.")
        )
