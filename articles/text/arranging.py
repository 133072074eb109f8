"""The sections of a text moved, renamed, put at another level, joined, parted, taken together: all other lines stay.

An `index` counts the entries of the outline; the lead is 0. A section goes with its sub-sections. Which lines of the
new text are headings is the parser's word: `Arranged.headings` says what they should be, and the caller asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from articles.text import sections
from articles.text.sections import Outline, OutlineEntry, Version, lines_of, range_of, split, without_heading

_HASHES: Final = re.compile(r"#{1,6}(?= )")
_FENCE: Final = re.compile(r" {0,3}(```|~~~)")
_LEVEL_BELOW_THE_LEAD: Final = 2
_DEEPEST: Final = 6


class CannotArrange(ValueError):
    """The deed makes no sense here: the lead can't be moved, a section can't go into itself, levels are 1 to 6."""


@dataclass(frozen=True)
class Arranged:
    """The text that a deed leaves, and the headings that it should have: levels and titles (None: a new one)."""

    text: str
    headings: tuple[tuple[int, str | None], ...]


class Paragraph(NamedTuple):
    """A place where a section may be parted: the line in its own text, and what stands there."""

    line: int
    words: str


def places(outline: Outline, index: int) -> tuple[int, ...]:
    """The sections that this one can stand behind, in order, the present one too: where it takes none into itself.

    Behind a section of a higher level means in it, before its other sub-sections.

    Right: a section of level 2 goes behind "Causes" and all that is in it.
    Tempting and wrong: between two sub-sections of "Causes", the second of which would be its own from then on.
    """
    start, end = _block(outline, index)
    level = outline.entries[index].level
    others = [at for at in range(len(outline.entries)) if not start <= at < end]
    found = []
    for before, after in zip(others, [*others[1:], None], strict=True):
        if after is None or outline.entries[after].level <= level:
            found.append(
                next(at for at in reversed(others[: others.index(before) + 1]) if _level(outline, at) <= level)
            )
    return tuple(found)


def place_of(outline: Outline, index: int) -> int:
    """The one of its places where the section stands now: the section that it is behind, or in."""
    level = outline.entries[index].level
    return next(at for at in reversed(range(index)) if _level(outline, at) <= level)


def move(version: Version, index: int, behind: int) -> Arranged:
    """Put a section behind another one of its level with all that is in that, or into one of a higher level."""
    start, end = _block(version.outline, index)
    if behind not in places(version.outline, index):
        raise CannotArrange
    segments = _segments(version)
    moved, rest = segments[start:end], segments[:start] + segments[end:]
    place = rest.index(segments[behind]) + 1
    while place < len(rest) and rest[place].level > segments[index].level:
        place += 1
    return _arranged(version, rest[:place] + moved + rest[place:])


def relevel(version: Version, index: int, by: int) -> Arranged:
    """Put a section so many levels lower (`by` above 0) or higher."""
    start, end = _block(version.outline, index)
    segments = _segments(version)
    levels = [segment.level + by for segment in segments[start:end]]
    if min(levels) < 1 or max(levels) > _DEEPEST:
        raise CannotArrange
    changed = [_at_level(segment, level) for segment, level in zip(segments[start:end], levels, strict=True)]
    return _arranged(version, segments[:start] + changed + segments[end:])


def rename(version: Version, index: int, heading: str) -> Arranged:
    """Give a section another heading."""
    _block(version.outline, index)
    segments = _segments(version)
    named = segments[index]
    text = f"{'#' * named.level} {heading}\n{without_heading(named.text, named.level)}"
    return _arranged(version, [*segments[:index], replace(named, title=None, text=text), *segments[index + 1 :]])


def join(version: Version, index: int) -> Arranged:
    """Take a section's heading away: its own text goes on where the one above it ends."""
    _block(version.outline, index)
    segments = _segments(version)
    above, below = segments[index - 1], segments[index]
    body = without_heading(below.text, below.level).lstrip("\n")
    if body.strip():
        above = replace(above, text=_parted(above.text) + body, last=below.last)
    return _arranged(version, [*segments[: index - 1], above, *segments[index + 1 :]])


def part(version: Version, index: int, line: int, heading: str) -> Arranged:
    """Part a section in two at one of its paragraphs: from there on it stands under a heading of its own.

    What is in the section goes with the second part, as it stands below it.
    """
    segments = _segments(version)
    parted = segments[index]
    if line not in [place.line for place in paragraphs(version, index)]:
        raise CannotArrange
    lines = lines_of(parted.text)
    level = parted.level or _LEVEL_BELOW_THE_LEAD
    upper = replace(parted, text="".join(lines[:line]), last=None)
    lower = _written(level, heading, "".join(lines[line:]), last=parted.last)
    return _arranged(version, [*segments[:index], upper, lower, *segments[index + 1 :]])


def add(version: Version, index: int, heading: str, body: str) -> Arranged:
    """Put a new section behind one, at its level."""
    end = _block(version.outline, index)[1] if index else 1
    level = version.outline.entries[index].level or _LEVEL_BELOW_THE_LEAD
    segments = _segments(version)
    return _arranged(version, [*segments[:end], _written(level, heading, body), *segments[end:]])


def remove(version: Version, index: int) -> Arranged:
    """Take a section away."""
    start, end = _block(version.outline, index)
    segments = _segments(version)
    return _arranged(version, segments[:start] + segments[end:])


def paragraphs(version: Version, index: int) -> tuple[Paragraph, ...]:
    """Where a section's own text can be parted: at what follows a blank line, but for its beginning and within code."""
    segment = _segments(version)[index]
    lines = lines_of(segment.text)
    body = len(lines) - len(lines_of(without_heading(segment.text, segment.level)))
    found, fence = [], ""
    for number, line in enumerate(lines):
        mark = _FENCE.match(line)
        begins = number > body and not lines[number - 1].strip() and line.strip() and not line.startswith((" ", "\t"))
        if begins and not fence:
            found.append(Paragraph(number, line.strip()))
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
    is_first = not any(line.strip() for line in lines[body : found[0].line]) if found else False
    return tuple(found[1:] if is_first else found)


# --- Several together --------------------------------------------------------------------------------------------
def apart(outline: Outline, indexes: Iterable[int]) -> tuple[int, ...]:
    """These sections in their order, once each, without those that another one of them has in it."""
    chosen: list[int] = []
    for index in sorted(set(indexes)):
        if not chosen or index >= _end(outline, chosen[-1]):
            chosen.append(index)
    return tuple(chosen)


def take(version: Version, indexes: Sequence[int]) -> Version:
    """The texts of these sections (see `apart`) one after the other, and their outline with its numbers."""
    segments = _segments(version)
    text, entries = "", [] if 0 in indexes else [OutlineEntry(0, 0, "", "", "")]
    for index in indexes:
        text = _parted(text)
        for at in range(index, _end(version.outline, index)):
            entries.append(replace(version.outline.entries[at], line=len(lines_of(text))))
            text += segments[at].text
    return Version(text, Outline(tuple(entries), len(lines_of(text))))


def put(version: Version, indexes: Sequence[int], sent: Version) -> str:
    """The text with these sections replaced by what `take` gave and somebody changed; all else stays, byte for byte.

    `sent` numbers the sections that are still there. Each goes with what was written under it to the place of one of
    them, in the order in which they were sent; the place of one that isn't there any more becomes empty. What was
    written above the first goes to the first place: no line is lost, whatever became of the headings.
    """
    numbers = [_number(version.outline.entries[index]) for index in indexes]
    lines = lines_of(sent.text)
    found = {_number(entry): entry.line for entry in sent.outline.entries if _number(entry) in numbers}
    starts = sorted(found.values())
    texts = ["".join(lines[start:end]) for start, end in pairwise([*starts, len(lines)])]
    above = "".join(lines[: starts[0]]) if starts else sent.text
    into = dict.fromkeys(indexes, "")
    into |= dict(zip((at for at, number in zip(indexes, numbers, strict=True) if number in found), texts, strict=True))
    if above.strip():
        into[indexes[0]] = (_parted(above) if into[indexes[0]] else above) + into[indexes[0]]
    text = version.text
    for index in reversed(indexes):
        old = sections.text_of(version.text, version.outline, index)
        if into[index] not in (old, _parted(old)):
            text = sections.replace(text, version.outline, index, into[index])
    return text


# --- Segments ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class _Segment:
    """A section's own text. `first` and `last` tell between which of the old ones it stands as it did before."""

    level: int
    title: str | None
    text: str
    first: int | None
    last: int | None


def _segments(version: Version) -> list[_Segment]:
    pieces = split(version.text, version.outline)
    return [
        _Segment(entry.level, entry.title, text, at, at)
        for at, (entry, text) in enumerate(
            zip(version.outline.entries, (pieces.lead, *pieces.sections), strict=True),
        )
    ]


def _written(level: int, heading: str, body: str, last: int | None = None) -> _Segment:
    text = f"{'#' * level} {heading}\n"
    return _Segment(level, None, f"{text}\n{body}" if body.strip() else text, None, last)


def _at_level(segment: _Segment, level: int) -> _Segment:
    hashes = "#" * level
    if _HASHES.match(segment.text):
        return replace(segment, level=level, text=_HASHES.sub(hashes, segment.text, count=1))
    # Underlined: the second line says the level, and there are two such levels only.
    title = segment.text.partition("\n")[0].strip()
    body = without_heading(segment.text, segment.level)
    return replace(segment, level=level, text=f"{hashes} {title}\n{body}")


def _arranged(version: Version, segments: Sequence[_Segment]) -> Arranged:
    """The segments and the tail as one text: parted by a blank line where they did not stand together before."""
    tail = split(version.text, version.outline).tail
    text, last = "", None
    for segment in segments:
        text = (text if last is not None and segment.first == last + 1 else _parted(text)) + segment.text
        last = segment.last
    if last != len(version.outline.entries) - 1:
        text = _parted(text) if tail else text.rstrip("\n") + "\n"
    return Arranged(text + tail, tuple((segment.level, segment.title) for segment in segments[1:]))


def _parted(text: str) -> str:
    """The text with a blank line at its end, unless there is nothing to part."""
    if not text.strip("\n") or text.endswith("\n\n"):
        return text
    return text + ("\n" if text.endswith("\n") else "\n\n")


def _block(outline: Outline, index: int) -> tuple[int, int]:
    """The entries of a section with its sub-sections: the first, and the one after the last. The lead has no such."""
    if not 0 < index < len(outline.entries):
        raise CannotArrange
    return index, _end(outline, index)


def _end(outline: Outline, index: int) -> int:
    end = range_of(outline, index)[1]
    return next(
        (at for at in range(index + 1, len(outline.entries)) if outline.entries[at].line >= end), len(outline.entries)
    )


def _level(outline: Outline, index: int) -> int:
    return outline.entries[index].level


def _number(entry: OutlineEntry) -> int | None:
    return entry.id if entry.level else 0
