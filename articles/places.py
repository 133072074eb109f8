"""Where in an article a change belongs: what the edit form's `section` field names, and what the form opens with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from articles import withholding
from articles.models import Article, Edit
from articles.text import arranging, sections
from articles.text.sections import Outline, OutlineEntry, Version

_SEVERAL: Final = re.compile(r"[0-9]{1,18}(?:\+[0-9]{1,18})+")
# What the form's `section` field holds at the most.
_LONGEST_NAME: Final = 400


@dataclass(frozen=True)
class StartingPoint:
    """What the edit form opens with."""

    text: str
    base: int
    section: str
    section_title: str
    summary: str


def starting_point(article: Article | None, section: str = "", *, beginning: str = "") -> StartingPoint | None:
    """Return what the form of a section ("0", "new", an id, an anchor), of several or of the whole opens with.

    None: there is no such section. Several are named by their ids, joined by "+". `beginning` is what an article that
    is still to be made begins with.
    """
    if article is None or article.current_edit is None:
        return StartingPoint(beginning, 0, "" if section in ("", "0", "new") else section, "", "")
    current = withholding.version_of(article.current_edit)
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
    name = name_of_all(current.outline, together)
    if len(name) > _LONGEST_NAME:
        return StartingPoint(current.text, base, "", "", "")
    named = titles_of(current.outline, together)
    text = arranging.take(current, together).text
    return StartingPoint(text, base, name, named, f"{named[:200]}: ")


def title_of_section(article: Article | None, section: str) -> str:
    """Return the titles of what the form's `section` field names; empty for the lead and the whole."""
    if article is None or article.current_edit is None or section in ("", "0", "new"):
        return ""
    outline = withholding.outline_of(article.current_edit)
    together = sections_together(section, outline)
    if together:
        return titles_of(outline, together)
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


def name_of(entry: OutlineEntry) -> str:
    """Return how the form's `section` field names a section."""
    return str(entry.id) if entry.level else "0"


def name_of_all(outline: Outline, indexes: Sequence[int]) -> str:
    """Return how the form's `section` field names several."""
    return "+".join(name_of(outline.entries[index]) for index in indexes)


def titles_of(outline: Outline, indexes: Sequence[int]) -> str:
    """Return what several are called."""
    return ", ".join(outline.entries[index].title or _("Introduction") for index in indexes)


def number_of_section(edit: Edit, section: str) -> int | None:
    """Return the id of the section that the form's `section` field names; None for the whole and for none."""
    entry = section_named(section, withholding.outline_of(edit)) if section else None
    return entry.id if entry is not None else None


def address_of_edit(edit: Edit) -> str:
    """Return where a reader sees what was saved: the article at the edited section."""
    return address_of_section(edit, edit.section_id)


def address_of_section(edit: Edit, section: int | None) -> str:
    """Return where a reader sees a section of the version that an edit left; the article where it isn't there."""
    entries = withholding.outline_of(edit).entries
    anchor = next((entry.anchor for entry in entries if entry.id is not None and entry.id == section), "")
    url = reverse("articles:read", args=[edit.title])
    return f"{url}#{anchor}" if anchor else url
