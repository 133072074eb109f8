"""The sections of an article moved, joined, parted: a deed becomes a text and a summary, which go through the door.

Called by views. Nothing is written here: what comes of a deed is submitted as any edit of the whole article is, and
merges by section with what came since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from articles import basing, editing, places, renderer, withholding
from articles.models import Article
from articles.text import arranging, cleaning, sections
from articles.text.arranging import Arranged, CannotArrange
from articles.text.merging import Clash
from articles.text.sections import OutlineEntry, Version

# So much of a title stands in a summary: with two of them and a reason it is no longer than a summary may be.
_LONGEST_TITLE: Final = 80
_LONGEST_HEADING: Final = 200
_LONGEST_WORDS: Final = 70


class DeedRefused(editing.TextRefused):
    """The deed can't be done as it was sent; `message` says why."""


@dataclass(frozen=True)
class Deed:
    """What somebody does with a section: the fields of the form.

    `section` and `behind` name sections as the edit form does; `at` is the line of its own text where it is parted.
    """

    deed: str
    section: str
    behind: str = ""
    at: int | None = None
    heading: str = ""
    text: str = ""


@dataclass(frozen=True)
class Done:
    """The whole text that a deed leaves, and what was done in words."""

    text: str
    summary: str


@dataclass(frozen=True)
class Row:
    """A section in the list: how forms name it, its title (empty for the lead), its level, its anchor."""

    name: str
    title: str
    level: int
    anchor: str


@dataclass(frozen=True)
class Chosen:
    """A section and what can be done with it; an empty text for what can't."""

    row: Row
    up: str
    down: str
    places: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[int, str], ...]
    above: str
    inside: int
    may_go_higher: bool
    may_go_lower: bool


def rows_of(article: Article, base: str = "") -> list[Row]:
    """Return the sections of the version that `base` names, or else of the article as it is now, in their order."""
    assert article.current_edit is not None
    if base in ("", str(article.current_edit_id)):
        return [_row(entry) for entry in withholding.outline_of(article.current_edit).entries]
    return [_row(entry) for entry in _version(article, base).outline.entries]


def chosen(article: Article, section: str, base: str = "") -> Chosen | None:
    """Return what can be done with a section of that version; None when it isn't there.

    Lines and places are of the version that the deed will start from, and of no other.
    """
    version = _version(article, base)
    entry = places.section_named(section, version.outline)
    if entry is None:
        return None
    entries = version.outline.entries
    index = entries.index(entry)
    paragraphs = tuple((place.line, place.words[:_LONGEST_WORDS]) for place in arranging.paragraphs(version, index))
    if index == 0:
        return Chosen(_row(entry), "", "", (), paragraphs, "", 0, may_go_higher=False, may_go_lower=False)
    offered, now = arranging.places(version.outline, index), arranging.place_of(version.outline, index)
    before, after = (_beside(offered, now, step) for step in (-1, 1))
    below = entries[index + 1 :]
    inside = next((at for at, each in enumerate(below) if each.level <= entry.level), len(below))
    return Chosen(
        _row(entry),
        up="" if before is None else _place(entry, entries[before]),
        down="" if after is None else _place(entry, entries[after]),
        places=tuple((_row(entries[at]).name, _place(entry, entries[at])) for at in offered if at != now),
        paragraphs=paragraphs,
        above=_title(entries[index - 1]),
        inside=inside,
        may_go_higher=entry.level > 2,
        may_go_lower=max(each.level for each in (entry, *below[:inside])) < 6,
    )


def done(article: Article, base: str, deed: Deed) -> Done:
    """Return what a deed makes of the version that it started from.

    Raises BaseMissing and EditConflict when that, or the section, isn't there, and DeedRefused.
    """
    version = basing.version_at(article, base)
    if version is None:
        raise editing.BaseMissing(Clash("", "", "", None), article.current_edit)
    entry = places.section_named(deed.section, version.outline)
    if entry is None:
        raise editing.EditConflict(Clash("", "", "", None), article.current_edit)
    if deed.deed not in _DEEDS:
        raise DeedRefused(_("Choose what to do with this section."))
    index = version.outline.entries.index(entry)
    try:
        arranged, words = _DEEDS[deed.deed](version, index, deed)
    except CannotArrange as cannot:
        raise DeedRefused(_("That can’t be done with this section. Please choose another place or deed.")) from cannot
    _check_headings(arranged, may_bring_more=deed.deed == "add")
    return Done(arranged.text, words)


def summary_of(done: Done, written: str) -> str:
    """Return the summary of a deed: what was done, between the section that the form named and its author's words."""
    section, why = sections.named_in(written)
    words = f"{done.summary}: {why}" if why else done.summary
    return f"{beginning_of(section)}{words}"


def beginning_of(title: str) -> str:
    """Return what the form writes into a summary: the section, as all forms name it; empty for the lead."""
    return f"/* {title[:_LONGEST_TITLE]} */ " if title else ""


def _check_headings(arranged: Arranged, *, may_bring_more: bool) -> None:
    """Refuse what would turn other lines into headings, or headings into text: code without an end does that."""
    try:
        entries = renderer.render(arranged.text).outline.entries[1:]
    except renderer.RenderError as error:
        raise DeedRefused(error.message) from error
    wanted, found = list(arranged.headings), [(entry.level, entry.title) for entry in entries]
    new = next((at for at, (_level, title) in enumerate(wanted) if title is None), None)
    if new is not None and new < len(found) and found[new][0] == wanted[new][0]:
        more = len(found) - len(wanted) if may_bring_more else 0
        del found[new : new + 1 + max(more, 0)], wanted[new]
    if found != wanted:
        raise DeedRefused(
            _("Other headings would be lost or made by this, perhaps by code that has no end. Edit the text instead.")
        )


def _version(article: Article, base: str) -> Version:
    assert article.current_edit is not None
    return (basing.version_at(article, base) if base else None) or withholding.version_of(article.current_edit)


# --- Deeds -------------------------------------------------------------------------------------------------------
def _up(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    return _moved_by(version, index, -1)


def _down(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    return _moved_by(version, index, 1)


def _move(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    behind = places.section_named(deed.behind, version.outline)
    if behind is None:
        raise DeedRefused(_("Choose where the section shall stand."))
    return _moved(version, index, version.outline.entries.index(behind))


def _higher(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    words = _("Put “%(section)s” one level higher") % {"section": _short(version, index)}
    return arranging.relevel(version, index, -1), words


def _lower(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    words = _("Put “%(section)s” one level lower") % {"section": _short(version, index)}
    return arranging.relevel(version, index, 1), words


def _rename(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    heading = _heading(deed)
    names = {"section": _short(version, index), "heading": heading[:_LONGEST_TITLE]}
    return arranging.rename(version, index, heading), _("Renamed “%(section)s” to “%(heading)s”") % names


def _join(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    arranged = arranging.join(version, index)
    names = {"section": _short(version, index), "other": _short(version, index - 1)}
    return arranged, _("Joined “%(section)s” with “%(other)s”") % names


def _part(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    heading = _heading(deed)
    if deed.at is None:
        raise DeedRefused(_("Choose the paragraph with which the second part begins."))
    names = {"section": _short(version, index), "heading": heading[:_LONGEST_TITLE]}
    words = _("Parted “%(section)s” in two: “%(heading)s”") % names
    return arranging.part(version, index, deed.at, heading), words


def _add(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    heading = _heading(deed)
    names = {"section": _short(version, index), "heading": heading[:_LONGEST_TITLE]}
    words = _("Added “%(heading)s” behind “%(section)s”") % names
    return arranging.add(version, index, heading, cleaning.clean(deed.text)), words


def _delete(version: Version, index: int, deed: Deed) -> tuple[Arranged, str]:
    return arranging.remove(version, index), _("Deleted “%(section)s”") % {"section": _short(version, index)}


_DEEDS: Final[Mapping[str, Callable[[Version, int, Deed], tuple[Arranged, str]]]] = {
    "up": _up,
    "down": _down,
    "move": _move,
    "higher": _higher,
    "lower": _lower,
    "rename": _rename,
    "join": _join,
    "part": _part,
    "add": _add,
    "delete": _delete,
}


def _moved_by(version: Version, index: int, step: int) -> tuple[Arranged, str]:
    if index == 0:
        raise CannotArrange
    places = arranging.places(version.outline, index)
    behind = _beside(places, arranging.place_of(version.outline, index), step)
    if behind is None:
        raise CannotArrange
    return _moved(version, index, behind)


def _moved(version: Version, index: int, behind: int) -> tuple[Arranged, str]:
    arranged = arranging.move(version, index, behind)
    entry, other = version.outline.entries[index], version.outline.entries[behind]
    names = {"section": _short(version, index), "other": _short(version, behind)}
    if other.level == 0:
        return arranged, _("Moved “%(section)s” to the beginning") % names
    if other.level < entry.level:
        return arranged, _("Moved “%(section)s” into “%(other)s”") % names
    return arranged, _("Moved “%(section)s” behind “%(other)s”") % names


def _beside(places: tuple[int, ...], now: int, step: int) -> int | None:
    at = places.index(now) + step
    return places[at] if 0 <= at < len(places) else None


def _place(entry: OutlineEntry, other: OutlineEntry) -> str:
    """Return the words for a place of a section."""
    if other.level == 0:
        return _("to the beginning, below the introduction")
    if other.level < entry.level:
        return _("into “%(other)s”, as the first there") % {"other": other.title}
    return _("behind “%(other)s”") % {"other": other.title}


def _heading(deed: Deed) -> str:
    heading = " ".join(cleaning.clean(deed.heading).strip().lstrip("#").split())
    if not heading:
        raise DeedRefused(_("Write the heading."))
    if len(heading) > _LONGEST_HEADING:
        raise DeedRefused(_("The heading is too long."))
    return heading


def _row(entry: OutlineEntry) -> Row:
    return Row(str(entry.id) if entry.level else "0", entry.title, entry.level, entry.anchor)


def _title(entry: OutlineEntry) -> str:
    return entry.title or _("Introduction")


def _short(version: Version, index: int) -> str:
    return _title(version.outline.entries[index])[:_LONGEST_TITLE]
