"""Base, mine and theirs become one text, or it is said where they clash: text is placed exactly, never by likeness.

Sections are put together first, each known by its permanent number, then the lines of each, then the words of a line.
Three sequences are merged as diff3 does it (Khanna, Kunal and Pierce, "A Formal Investigation of Diff3", 2007).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias, TypeVar

from articles.text import comparing
from articles.text.sections import Version, lines_of, split

# A number, a comparison, a "not": two people who change the sense of one sentence must see each other's change.
_TELLING: Final = re.compile(
    r"\d|[<>≤≥±%]|\b(?:no|not|non|never|none|nor|without|except|unless|only|avoid|stop)\b|\b(?:un|contra)\w", re.I
)
_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|$)|\n\s*(?:\n|[-*+|>#]|\d+\.)")
_NEAR: Final = 8
_WORD: Final = re.compile(r"\w")
_HASHES: Final = re.compile(r"#{1,6}(?=[ \t])")
_DEFINED: Final = re.compile(r"[ ]{0,3}(\*?\[[^\]]+\])[ ]?:")
_ROW: Final = re.compile(r"\s*(?:[-*+|:]|\d+\.)\s")
_SIGN: Final = re.compile(r"[ ]{0,3}(?:\[\[|\{\{)")

_Text = TypeVar("_Text")
_Place: TypeAlias = tuple[int, int, int]


@dataclass(frozen=True)
class Clash:
    """What two people changed differently: texts of a section or of a piece of it, empty where it was taken away.

    `theirs` is None when the whole section is gone.
    """

    section_title: str
    base: str
    mine: str
    theirs: str | None

    @property
    def both(self) -> str:
        """Both texts, theirs first; parted as paragraphs are, unless mine goes on with a list or a table."""
        theirs = _ended(self.theirs or "")
        parted = theirs and self.mine and not theirs.endswith("\n\n") and not _ROW.match(self.mine)
        return theirs + ("\n" if parted else "") + self.mine


@dataclass(frozen=True)
class Merge:
    """The merged text in order: text that is clear, and between it the clashes."""

    parts: tuple[str | Clash, ...]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """What is left for a person to decide, in the order of the text."""
        return tuple(part for part in self.parts if isinstance(part, Clash))

    def resolved(self, choices: Sequence[str] = ()) -> str:
        """The whole text with a text in the place of each clash, in their order."""
        chosen = iter(choices)
        return "".join(_ended(next(chosen)) if isinstance(part, Clash) else part for part in self.parts)


def merge(base: Version, mine: Version, theirs: Version) -> Merge:
    """Merge two changes of a text; all three versions number the sections that they have in common alike.

    Right: somebody renamed, moved or deleted *other* sections; mine lands in the section it was written for.
    Tempting and wrong: to put it where the section stood in the base, by line or by name.
    """
    if mine.text in (base.text, theirs.text):
        return Merge((theirs.text,))
    if base.text == theirs.text:
        return Merge((mine.text,))
    sections = _Sections(base, mine, theirs)
    merged = sections.merged()
    if any(not clash.mine or not clash.theirs for clash in merged.clashes):
        # One took a section away that the other changed. Perhaps only its heading went, and each line has its place.
        chunks = _apart(_chunks(*(lines_of(version.text) for version in (base, mine, theirs))))
        by_lines = [_picked(*chunk[1:]) for chunk in chunks]
        lines = [line for picked in by_lines if picked for line in picked]
        # A section that the other has moved as well has its heading among the lines: it would be back unasked.
        if None not in by_lines and sections.taken_away.isdisjoint(lines):
            return Merge(("".join(lines),))
    return merged


# --- Sections ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)
class _Segment:
    """A section's own text; its number (the lead has 0, what was just written has none), level and title."""

    id: int | None
    level: int
    title: str
    text: str

    @property
    def words(self) -> str:
        """The text without the blank lines after it, which are the gap between two sections and nobody's words."""
        return self.text.rstrip("\n")

    @property
    def gap(self) -> str:
        """Those blank lines."""
        return self.text[len(self.words) + 1 :] if self.words else self.text

    @property
    def is_open(self) -> bool:
        """Whether its last line has no end: the text ends there."""
        return bool(self.words) and self.words == self.text

    @property
    def heading(self) -> str:
        """Its heading with the line end; two lines where it is underlined."""
        lines = lines_of(_ended(self.words)) if self.level else []
        return "".join(lines[: 1 if self.text.startswith("#") else 2])

    @property
    def body(self) -> list[str]:
        return lines_of(_ended(self.words)[len(self.heading) :])


class _Sections:
    """The sections of three versions on their way into one text."""

    def __init__(self, base: Version, mine: Version, theirs: Version) -> None:
        self.old, self.my, self.their = (_segments(version) for version in (base, mine, theirs))
        self.old_of, self.my_of, self.their_of = (
            {segment.id: segment for segment in segments} for segments in (self.old, self.my, self.their)
        )
        self.my_of.pop(None, None)  # What I have just written has no number yet, and is nobody else's.
        self.tails = [lines_of(split(version.text, version.outline).tail) for version in (base, mine, theirs)]
        self.stay: set[int | None] = set()

    def merged(self) -> Merge:
        """Each section merged, in their order, and the tail.

        One that was joined to another goes with its heading; but where that other one clashes, it is a clash as well:
        whoever chooses against the joined text would take words away that the other person had left in their place.
        """
        merged = self._all_merged()
        self.stay = self._joined_into(merged.clashes)
        return self._all_merged() if self.stay else merged

    @property
    def taken_away(self) -> set[str]:
        """The headings, old and new, of the sections that one of them has taken away."""
        gone = {old.id for old in self.old if old.id not in self.my_of or old.id not in self.their_of}
        return {each.heading for each in (*self.old, *self.my, *self.their) if each.id in gone}

    def _joined_into(self, clashes: Sequence[Clash]) -> set[int | None]:
        """The sections that one person took away, and whose words that person's side of a clash holds."""
        written = [set[str](), set[str]()]
        for clash in clashes:
            for lines, text in zip(written, (clash.mine, clash.theirs or ""), strict=True):
                lines.update(set(text.split("\n")) - {"", *clash.base.split("\n")})
        sides = ((self.their, self.my_of, written[0]), (self.my, self.their_of, written[1]))
        return {
            segment.id
            for segments, others, lines in sides
            for segment in segments
            if self._goes(segment, self.old_of, others) and not lines.isdisjoint(segment.words.split("\n")[1:])
        }

    def _all_merged(self) -> Merge:
        parts: list[str | Clash] = []
        for segment in self._in_order():
            if parts and segment.level:
                _part(parts)
            parts += self._merged(segment)
        tail = _merged_tails(*self.tails)
        if any(tail):
            _part(parts)
        return Merge(tuple(_clear(parts + tail)))

    def _in_order(self) -> list[_Segment]:
        """Theirs in their order; and behind what precedes it in mine, all that I wrote, moved or would not see go.

        A section that both have moved is where they put it: that is public already.
        """
        order = [segment for segment in self.their if not self._goes(segment, self.old_of, self.my_of)]
        theirs_only = {id(segment) for segment in order if segment.id not in {*self.my_of, *self.stay}}
        moved = _moved(self.old, self.my) - _moved(self.old, self.their)
        for at, segment in enumerate(self.my):
            there = self.their_of.get(segment.id)
            if there is None and (self._goes(segment, self.old_of, self.their_of) or self._is_theirs_too(segment)):
                continue
            if there is not None and segment.id not in moved:
                continue
            if there is not None:
                order.remove(there)
            order.insert(self._place(order, at, theirs_only), there or segment)
        return order

    def _place(self, order: list[_Segment], at: int, theirs_only: set[int]) -> int:
        """Where in the order my section `at` goes: behind what precedes it, with all that they have put under that."""
        segment, later = self.my[at], {each.id for each in self.my[at:]}
        before = (self.their_of.get(each.id, each) for each in reversed(self.my[:at]))
        place = next((order.index(each) + 1 for each in before if each in order), 0)
        while place < len(order):
            following = order[place]
            below = following.level > segment.level and following.id not in later and following not in self.my
            beside = following.level == segment.level and id(following) in theirs_only
            if not (below or beside):
                break
            place += 1
        return place

    def _goes(self, segment: _Segment, old_of: dict[int | None, _Segment], others: dict[int | None, _Segment]) -> bool:
        """Whether a section of one version is gone: the other took it away, and nothing was done to it here."""
        old = old_of.get(segment.id)
        is_gone = old is not None and segment.id not in others and segment.words == old.words
        return is_gone and segment.id not in self.stay

    def _is_theirs_too(self, segment: _Segment) -> bool:
        """Whether both have written the same new section."""
        return segment.id is None and any(
            each.words == segment.words for each in self.their if each.id not in self.old_of
        )

    def _merged(self, segment: _Segment) -> list[str | Clash]:
        old, theirs = self.old_of.get(segment.id), self.their_of.get(segment.id)
        mine = segment if segment.id is None else self.my_of.get(segment.id)
        if old is not None and mine is not None and theirs is not None:
            return _merged_segment(old, mine, theirs)
        if old is None and not self._is_orphan(segment, theirs is not None):
            return [segment.text]
        texts = ("" if each is None else each.text for each in (old, mine, theirs))
        return [Clash(segment.title, *texts)]

    def _is_orphan(self, segment: _Segment, is_theirs: bool) -> bool:
        """Whether this new section was written into one that the other took away."""
        written, others = (self.their, self.my_of) if is_theirs else (self.my, self.their_of)
        around = next(
            (each for each in reversed(written[: written.index(segment)]) if each.level < segment.level), None
        )
        return around is not None and around.id in self.old_of and around.id not in others


def _segments(version: Version) -> list[_Segment]:
    pieces = split(version.text, version.outline)
    return [
        _Segment(entry.id if entry.level else 0, entry.level, entry.title, text)
        for entry, text in zip(version.outline.entries, (pieces.lead, *pieces.sections), strict=True)
    ]


def _moved(old: list[_Segment], new: list[_Segment]) -> set[int | None]:
    """The numbers of the sections that were moved: all in both but the longest series that is in order yet."""
    place = {segment.id: at for at, segment in enumerate(old)}
    common = [place[segment.id] for segment in new if segment.id in place]
    in_order = {at for at, _ in comparing.longest_series(sorted(common), common)}
    return {old[at].id for at in common if at not in in_order}


def _merged_segment(old: _Segment, mine: _Segment, theirs: _Segment) -> list[str | Clash]:
    """One section's own text: its heading, its lines, the gap after it."""
    title = theirs.title
    parts: list[str | Clash] = []
    if old.level:
        heading = _merged_heading(old.heading, mine.heading, theirs.heading)
        parts.append(Clash(title, old.heading, mine.heading, theirs.heading) if heading is None else heading)
    parts += _merged_lines(title, old.body, mine.body, theirs.body)
    gap = _picked(old.gap, mine.gap, theirs.gap)
    parts.append(theirs.gap if gap is None else gap)
    if _picked(old.is_open, mine.is_open, theirs.is_open):
        *parts, last = _clear(parts) or [""]
        parts.append(last.removesuffix("\n") if isinstance(last, str) else last)
    return parts


def _merged_heading(old: str, mine: str, theirs: str) -> str | None:
    """The heading, its level and its words each changed by one person at the most; None for a clash."""
    picked = _picked(old, mine, theirs)
    if picked is not None:
        return picked
    found = [_HASHES.match(heading) for heading in (old, mine, theirs)]
    if not all(found):
        return None
    hashes = _picked(*(each[0] for each in found if each))
    words = _picked(*(heading[each.end() :] for heading, each in zip((old, mine, theirs), found, strict=True) if each))
    return None if hashes is None or words is None else hashes + words


def _merged_tails(old: list[str], mine: list[str], theirs: list[str]) -> list[str | Clash]:
    """The tail: what both put in one place stands there side by side, but for two definitions of one name."""
    parts: list[str | Clash] = []
    for part in _merged_lines("", old, mine, theirs):
        both = None if isinstance(part, str) or part.base else _both(lines_of(part.mine), lines_of(part.theirs or ""))
        parts.append(part if both is None else both)
    return parts


def _both(mine: list[str], theirs: list[str]) -> str | None:
    names = [{found[1] for line in lines if (found := _DEFINED.match(line))} for lines in (mine, theirs)]
    if names[0] & names[1]:
        return None
    signs = {line.strip() for line in theirs if _SIGN.match(line)}
    return _ended("".join(theirs)) + _ended("".join(line for line in mine if line.strip() not in signs))


# --- Lines and words ---------------------------------------------------------------------------------------------
class _Chunk(NamedTuple):
    """A stretch of three sequences: equal in all of them, or changed in one or more."""

    is_equal: bool
    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]

    @property
    def is_mine(self) -> bool:
        return self.mine != self.base

    @property
    def is_theirs(self) -> bool:
        return self.theirs != self.base


def _merged_lines(title: str, old: list[str], mine: list[str], theirs: list[str]) -> list[str | Clash]:
    parts: list[str | Clash] = []
    for chunk in _chunks(old, mine, theirs):
        lines = _picked(chunk.base, chunk.mine, chunk.theirs)
        if lines is not None:
            parts.append("".join(lines))
            continue
        texts = ["".join(lines) for lines in chunk[1:]]
        words = _merged_words(*texts)
        parts.append(Clash(title, *texts) if words is None else words)
    return parts


def _merged_words(old: str, mine: str, theirs: str) -> str | None:
    """The words of a few lines, each changed by one person at the most; None for a clash.

    Right: one puts a comma right, the other a word further on. Tempting and wrong: one makes "5 mg" "10 mg", the other
    "daily" "twice daily", and the dose that comes of it is nobody's. So no sentence is changed by two people where one
    of them changes a number, a comparison or a "not".
    """
    if not (old.strip() and mine.strip() and theirs.strip()):
        return None
    chunks = _apart(_chunks(*(comparing.tokens_of(text) for text in (old, mine, theirs))))
    merged: list[str] = []
    is_mine = is_theirs = is_telling = False
    before = ""
    for chunk in chunks:
        picked = _picked(*chunk[1:])
        if picked is None:
            return None
        merged += picked
        text = "".join(chunk.base)
        if chunk.is_equal and _SENTENCE_END.search(text):
            is_mine = is_theirs = is_telling = False
        elif not chunk.is_equal:
            is_mine, is_theirs = is_mine or chunk.is_mine, is_theirs or chunk.is_theirs
            # With the end of what stands before it: the unit behind a number is as telling as the number.
            changed = "\0".join((before[-_NEAR:], text, *map("".join, chunk[2:])))
            is_telling = is_telling or bool(_TELLING.search(changed))
            if is_mine and is_theirs and is_telling:
                return None
        before = text
    return "".join(merged)


def _apart(chunks: Iterator[_Chunk]) -> list[_Chunk]:
    """The chunks, but that changes with no word between them are one change."""
    apart: list[_Chunk] = []
    for chunk in chunks:
        if len(apart) > 1 and not chunk.is_equal and not _WORD.search("".join(apart[-1].base)):
            apart[-2:] = [
                _Chunk(
                    False, *([*a, *b, *c] for a, b, c in zip(*(each[1:] for each in (*apart[-2:], chunk)), strict=True))
                )
            ]
        else:
            apart.append(chunk)
    return apart


def _chunks(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[_Chunk]:
    """Equal and changed chunks in turn, an equal one (which may be empty) first."""
    in_mine, in_theirs = _places(base, mine), _places(base, theirs)
    start = done = (0, 0, 0)  # Where the equal chunk began, and how far it has come.
    for at in range(len(base) + 1):
        place = (at, in_mine.get(at, -1), in_theirs.get(at, -1)) if at < len(base) else (at, len(mine), len(theirs))
        if min(place) < 0:
            continue
        if place != done:
            yield _chunk(True, start, done, base, mine, theirs)
            yield _chunk(False, done, place, base, mine, theirs)
            start = place
        done = (place[0] + 1, place[1] + 1, place[2] + 1)
    yield _chunk(True, start, (len(base), len(mine), len(theirs)), base, mine, theirs)


def _chunk(is_equal: bool, start: _Place, end: _Place, *sides: list[str]) -> _Chunk:
    return _Chunk(is_equal, *(side[first:last] for side, first, last in zip(sides, start, end, strict=True)))


def _places(old: list[str], new: list[str]) -> dict[int, int]:
    """Where each token that is in both stands in the new one."""
    runs = comparing.equal_runs(old, new)
    return {run.old + step: run.new + step for run in runs for step in range(run.length)}


def _picked(old: _Text, mine: _Text, theirs: _Text) -> _Text | None:
    """What is left of three when one person at the most changed it, or both alike; None when they differ."""
    if mine in (old, theirs):
        return theirs
    return mine if theirs == old else None


def _ended(text: str) -> str:
    """The text with its last line ended."""
    return text if not text or text.endswith("\n") else text + "\n"


def _part(parts: list[str | Clash]) -> None:
    """See that a line without an end is parted from what comes next, as two sections are."""
    before = next((part for part in reversed(parts) if part), None)
    if isinstance(before, str) and not before.endswith("\n"):
        parts.append("\n\n")


def _clear(parts: Sequence[str | Clash]) -> list[str | Clash]:
    """The parts without empty texts, neighbouring texts joined."""
    clear: list[str | Clash] = []
    for part in parts:
        if isinstance(part, str) and clear and isinstance(clear[-1], str):
            clear[-1] += part
        elif part:
            clear.append(part)
    return clear
