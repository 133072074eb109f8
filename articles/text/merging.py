"""Base, mine and theirs become one text, or a clash: text is placed exactly or not at all, never by likeness."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from articles.text import comparing, sections
from articles.text.sections import Outline


@dataclass(frozen=True)
class Version:
    """A text and its outline, section ids included."""

    text: str
    outline: Outline


@dataclass(frozen=True)
class Clash:
    """What two people changed differently. `theirs` is None when the section is gone."""

    section_title: str
    base: str
    mine: str
    theirs: str | None


def merge_section(base: Version, theirs: Version, section: int, mine: str) -> str | Clash:
    """Put `mine` in the place of the section with this id, wherever it is in `theirs` now.

    Right: somebody renamed, moved or deleted *other* sections; mine lands in the section it was written for.
    Tempting and wrong: to put it where the section stood in the base, by number or by name.
    """
    before = sections.find(base.outline, id=section)
    now = sections.find(theirs.outline, id=section)
    old = "" if before is None else sections.text_of(base.text, base.outline, before)
    title = "" if before is None else base.outline.entries[before].title
    if now is None:
        return Clash(title, old, mine, None)
    current = sections.text_of(theirs.text, theirs.outline, now)
    if _same(current, old):
        return sections.replace(theirs.text, theirs.outline, now, mine)
    if _same(mine, current) or _same(mine, old):
        return theirs.text
    return Clash(title, old, mine, current)


def merge_whole(base: Version, theirs: Version, mine: str) -> str | Clash:
    """Merge two changes of a whole text that touch different sections (the lead and the tail count as such)."""
    if mine in (base.text, theirs.text):
        return theirs.text
    if base.text == theirs.text:
        return mine
    lines = sections.lines_of(base.text)
    my_changes = _changes(lines, sections.lines_of(mine))
    their_changes = _changes(lines, sections.lines_of(theirs.text))
    done = set(their_changes)
    my_changes = [change for change in my_changes if change not in done]  # Both did the same: once.
    both = _touched(my_changes, base.outline) & _touched(their_changes, base.outline)
    if both:
        first = min(both)
        entries = base.outline.entries
        return Clash(entries[first].title if first < len(entries) else "", base.text, mine, theirs.text)
    return _apply(lines, [*my_changes, *their_changes])


@dataclass(frozen=True)
class _Change:
    """Lines start:end of the base become `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def _same(one: str, other: str) -> bool:
    """Blank lines at the end belong to the place between two sections, not to what somebody wrote."""
    return one.rstrip("\n") == other.rstrip("\n")


def _changes(old: list[str], new: list[str]) -> list[_Change]:
    changes = []
    old_at = new_at = 0
    for run in [*comparing.equal_runs(old, new), comparing.Run(len(old), len(new), 0)]:
        if run.old > old_at or run.new > new_at:
            changes.append(_Change(old_at, run.old, tuple(new[new_at : run.new])))
        old_at, new_at = run.old + run.length, run.new + run.length
    return changes


def _touched(changes: Iterable[_Change], outline: Outline) -> set[int]:
    """The numbers of the segments that the changes touch; what is put between two belongs to the one before."""
    starts = [entry.line for entry in outline.entries] + [outline.tail_line]
    touched: set[int] = set()
    for change in changes:
        first = max(change.start - 1, 0) if change.start == change.end else change.start
        last = max(change.end - 1, first)
        touched.update(range(max(bisect_right(starts, first) - 1, 0), bisect_right(starts, last)))
    return touched


def _apply(lines: list[str], changes: list[_Change]) -> str:
    merged: list[str] = []
    position = 0
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        merged += lines[position : change.start]
        if merged and change.lines and not merged[-1].endswith("\n"):
            merged[-1] += "\n"
        merged += change.lines
        position = change.end
    return "".join(merged + lines[position:])
