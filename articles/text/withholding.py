"""A text without what is withheld from its readers: in the place of each section of that kind stands a mark.

The mark names the sections it stands for, so that what somebody makes of such a text can be made whole again. So it is
with footnotes, link definitions and abbreviations that stand elsewhere and that only such sections use.
"""

import hashlib
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from articles.text import definitions, notes, sections
from articles.text.notes import Kind, LookAlike
from articles.text.sections import Outline, OutlineEntry, Version

# The names in the marks, as the parser reads them.
NAME: Final = "under review"
NAMES_OF_DEFINITIONS: Final = frozenset({"note under review", "link_under_review", "abbreviation_under_review"})
# What stands in the place of a definition defines something of its kind itself: all else is read as it was. The
# address of a link holds no blank.
_MARKS: Final[dict[Kind, str]] = {
    "note": "[^%s]: {{note under review}}",
    "link": "[%s]: {{link_under_review}}",
    "abbreviation": "*[%s]: {{abbreviation_under_review}}",
}
_MARK: Final = re.compile(
    r"^\{\{under review\|(?P<sections>[0-9+]{1,2000})\}\}|"
    + "|".join(re.escape(mark).replace("%s", "[0-9a-f]{16}") for mark in _MARKS.values()),
    re.M,
)
_ANY: Final = re.compile(r"\{\{\s*(?:(?:note|link|abbreviation)[\s_]+)?under[\s_]+review\s*[|}]", re.I)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?:;])\s+|\n")
_BEFORE_WORDS: Final = re.compile(r"^[\s#>*+\-|0-9.)]+")
# Shorter ones stand in many sections: "See below." gives nothing away.
_SHORTEST_PASSAGE: Final = 12


class MarkLost(Exception):
    """A mark stands for sections that are not in the version from which they are to come."""


@dataclass(frozen=True)
class Withheld:
    """What is withheld of an article: sections by number, and passages by hash, wherever they stand."""

    sections: frozenset[int] = frozenset()
    passages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """Sections that one mark stands for: from the entry `first` up to the one before `end`."""

    first: int
    end: int


def passages_of(text: str) -> frozenset[str]:
    """The sentences of a text, as hashes: the same however they are set, and where they stand.

    >>> passages_of("- Take two *tablets*.") == passages_of("Take two *tablets*.\\n\\nx")
    True
    """
    found = (" ".join(_BEFORE_WORDS.sub("", one).split()).casefold() for one in _SENTENCE_END.split(text))
    return frozenset(_hash(one) for one in found if len(one) >= _SHORTEST_PASSAGE)


def blocks_of(version: Version, withheld: Withheld) -> tuple[Block, ...]:
    """The withheld sections of a version, each with those within it; what holds a withheld passage is withheld, too."""
    outline = version.outline
    hidden = _by_number(outline, withheld.sections)
    if withheld.passages:
        segments = _segments(version, without=_definitions_in(version))
        hidden |= {
            index for index, one in enumerate(segments) if index not in hidden and passages_of(one) & withheld.passages
        }
    blocks: list[Block] = []
    for index in sorted(hidden):
        last = blocks[-1] if blocks else None
        if last is not None and last.end == index and _is_within(outline.entries[last.first], outline.entries[index]):
            blocks[-1] = replace(last, end=index + 1)
        else:
            blocks.append(Block(index, index + 1))
    return tuple(blocks)


def definitions_of(version: Version, withheld: Withheld) -> tuple[LookAlike, ...]:
    """The withheld footnotes, link definitions and abbreviations of a version: defined outside the withheld sections,
    and used by nothing but these.

    What was withheld once stays so, whoever refers to it. What nobody uses gives nothing away.
    """
    return _beside(version, blocks_of(version, withheld), withheld)


def text_of(version: Version, block: Block) -> str:
    """The text of a block, its heading included."""
    start, end = _lines_of(version.outline, block)
    return "".join(sections.lines_of(version.text)[start:end])


def shown(version: Version, withheld: Withheld) -> Version:
    """The version as readers have it: headings stay, all that is under a withheld one is a mark."""
    if not (withheld.sections or withheld.passages):
        return version
    blocks = blocks_of(version, withheld)
    stubs = {_lines_of(version.outline, block): _stub_of(version, block) for block in blocks}
    marked = _marked(version, _beside(version, blocks, withheld))
    instead = stubs | marked
    if not instead:
        return version
    outline, lines = version.outline, sections.lines_of(version.text)
    pieces: list[str] = []
    places = [0]  # Where each line stands in what is shown.
    position = 0
    for (start, end), stub in sorted(instead.items()):
        pieces += [*lines[position:start], stub]
        places += [places[-1] + at for at in range(1, start - position + 1)]
        places += [places[-1] + len(sections.lines_of(stub))] * (end - start)
        position = end
    pieces += lines[position:]
    places += [places[-1] + at for at in range(1, len(lines) - position + 1)]
    text = "".join(pieces)
    gone = {index for block in blocks for index in range(block.first + 1, block.end)}
    entries = [
        replace(entry, line=places[entry.line]) for index, entry in enumerate(outline.entries) if index not in gone
    ]
    # Where a mark stands for a line that looked like none of the tail, the tail begins earlier.
    tail = sections.tail_line(sections.lines_of(text), entries[-1].line + 1 if len(entries) > 1 else 0)
    return _hashed_anew(Version(text, Outline(tuple(entries), tail)))


def mark_of(outline: Outline, block: Block) -> str:
    """The mark that stands for a block."""
    named = "+".join(str(entry.id or 0) for entry in outline.entries[block.first : block.end])
    return f"{{{{{NAME}|{named}}}}}"


def marks_in(text: str) -> list[str]:
    """The marks of a text, in its order."""
    return [found[0] for found in _MARK.finditer(text)]


def without_marks(text: str) -> str:
    """The text without its marks: what looks like one in it is none of ours."""
    return _MARK.sub("", text)


def mentions_mark(text: str) -> bool:
    """Whether there is a mark in the text, or what looks like one."""
    return _ANY.search(text) is not None


def respelled(text: str, marks: Iterable[str]) -> str:
    """The text with each mark as it is spelled now, by the first section that it names: others may have come since."""
    now = {numbers[0]: mark for mark in marks if (numbers := _numbers_in(mark))}

    def spelled(found: re.Match[str]) -> str:
        numbers = _numbers_in(found[0])
        return now.get(numbers[0], found[0]) if numbers else found[0]

    return _MARK.sub(spelled, text)


def made_whole(text: str, version: Version) -> str:
    """The text with the sections and definitions of the version put where their marks stand; raises MarkLost."""
    named = {mark: one.text.rstrip("\n") for mark, one in _named(_definitions_in(version)).items()}

    def whole(found: re.Match[str]) -> str:
        if found["sections"] is not None:
            return _core_named(_numbers_in(found[0]), version)
        if found[0] not in named:
            raise MarkLost
        return named[found[0]]

    return _MARK.sub(whole, text)


def keeps_withheld(before: Version, after: Version, withheld: Withheld) -> bool:
    """Whether what is withheld of one version stands in another, each word of it, and withheld. Definitions may have
    joined it: those which nothing else uses any more."""
    was, will = (sorted(text_of(one, block).strip() for block in blocks_of(one, withheld)) for one in (before, after))
    defined, will_be = (Counter(each.text for each in definitions_of(one, withheld)) for one in (before, after))
    return was == will and defined <= will_be


def grown(withheld: Withheld, version: Version) -> Withheld:
    """What is withheld of a new version: what was parted, joined or written anew in such sections stays so."""
    blocks = blocks_of(version, withheld)
    entries = version.outline.entries
    hidden = {index for block in blocks for index in range(block.first, block.end)}
    found = _definitions_in(version)
    covered = _lines_within(version.outline, blocks, _beside(version, blocks, withheld))
    theirs = [one for one in found if one.line in covered]
    segments = _segments(version, without=found)
    inside = frozenset().union(
        *(passages_of(text_of(version, block)) for block in blocks), *(_passages_of_definition(one) for one in theirs)
    )
    outside = frozenset().union(
        *(passages_of(one) for at, one in enumerate(segments) if at not in hidden),
        *(_passages_of_definition(one) | passages_of(one.words) for one in _but(found, theirs)),
    )
    numbers = {entries[index].id for index in hidden}
    return Withheld(
        withheld.sections | {number for number in numbers if number is not None},
        withheld.passages | (inside - outside),
    )


# --- Footnotes, link definitions, abbreviations ---------------------------------------------------------------------


def _notes_in(version: Version) -> list[LookAlike]:
    """What may define footnotes in a version, at the lines of the whole; none reaches over the end of its section."""
    return _found_in(version, notes.look_alikes_of) if "[^" in version.text else []


def _definitions_in(version: Version) -> list[LookAlike]:
    """Footnotes and all else that may be defined in a version; a note may hold some of these."""
    return [*_notes_in(version), *_others_in(version)]


def _others_in(version: Version) -> list[LookAlike]:
    return _found_in(version, definitions.look_alikes_of)


def _found_in(version: Version, look_alikes_of: Callable[[str], Sequence[LookAlike]]) -> list[LookAlike]:
    lines, outline = sections.lines_of(version.text), version.outline
    ranges = [sections.segment_range(outline, index) for index in range(len(outline.entries))]
    levels = [entry.level for entry in outline.entries]
    found: list[LookAlike] = []
    for (start, end), level in zip([*ranges, (outline.tail_line, len(lines))], [*levels, 0], strict=True):
        whole = "".join(lines[start:end])
        body = sections.without_heading(whole, level)
        first = end - len(sections.lines_of(body))
        found += (replace(one, line=one.line + first, end=one.end + first) for one in look_alikes_of(body))
    return found


def _named(found: Iterable[LookAlike]) -> dict[str, LookAlike]:
    """Definitions under their marks: the same in each version, and telling nothing of the label."""
    times: Counter[tuple[Kind, str]] = Counter()
    named = {}
    for one in found:
        label = one.labels[0]
        times[one.kind, label] += 1
        named[_MARKS[one.kind] % _hash(f"{times[one.kind, label]}:{label}")] = one
    return named


def _marked(version: Version, hidden: Sequence[LookAlike]) -> dict[tuple[int, int], str]:
    """What stands in the place of the lines of withheld definitions."""
    if not hidden:
        return {}
    lines, marked = sections.lines_of(version.text), {}
    at = {(one.line, one.kind) for one in hidden}
    for mark, one in _named(_definitions_in(version)).items():
        if (one.line, one.kind) in at:
            line_end = "\n" if lines[one.end - 1].endswith("\n") else ""
            marked[one.line, one.end] = lines[one.line][: one.column] + mark + line_end
    return marked


def _beside(version: Version, blocks: Sequence[Block], withheld: Withheld) -> tuple[LookAlike, ...]:
    """The definitions outside of the blocks that only these use, or other withheld ones; or that were withheld."""
    noted = _notes_beside(version, blocks, withheld)
    return (*noted, *_others_beside(version, blocks, noted, withheld))


def _others_beside(
    version: Version, blocks: Sequence[Block], noted: Sequence[LookAlike], withheld: Withheld
) -> list[LookAlike]:
    """The link definitions and abbreviations that stand neither in the blocks nor in the withheld notes."""
    found = _others_in(version)
    if not found:
        return []
    hidden = _lines_within(version.outline, blocks, noted)
    outside = [one for one in found if hidden.isdisjoint(range(one.line, one.end))]
    taken = [one for one in outside if _passages_of_definition(one) & withheld.passages]
    lines = sections.lines_of(version.text)
    gone = hidden.union(*(range(one.line, one.end) for one in found))
    within = "".join(lines[at] for at in sorted(hidden))
    shown = "".join(line for at, line in enumerate(lines) if at not in gone)
    return sorted([*taken, *definitions.used_only_in(within, shown, _but(outside, taken))], key=lambda one: one.line)


def _notes_beside(version: Version, blocks: Sequence[Block], withheld: Withheld) -> tuple[LookAlike, ...]:
    """The footnotes outside of the blocks that only these use, or what is withheld of others; or that were withheld."""
    outside = _outside(version.outline, _notes_in(version), blocks)
    taken = [note for note in outside if _passages_of_definition(note) & withheld.passages]
    if not outside or not (blocks or taken):
        return ()
    left = _but(outside, taken)
    within = "".join([*(text_of(version, block) for block in blocks), *(note.text for note in taken)])
    # Of a label too long to be looked for nobody knows who uses it.
    unknown = {label for note in left for label in note.labels if len(label) > notes.LONGEST_LABEL}
    theirs = _reached_from(notes.labels_mentioned(within), left) | unknown
    segments = _segments(version, without=outside)
    hidden = {index for block in blocks for index in range(block.first, block.end)}
    shown = "".join(one for index, one in enumerate(segments) if index not in hidden)
    return tuple(_but(outside, _shown_of(left, theirs, shown)))


def _reached_from(labels: Iterable[str], found: Sequence[LookAlike]) -> frozenset[str]:
    """The labels, and those which the notes of these labels name in turn."""
    named: dict[str, frozenset[str]] = {}
    for note in found:
        for label in note.labels:
            named[label] = named.get(label, frozenset()) | notes.labels_mentioned(note.text)
    reached = {*labels}
    waiting = deque(reached)
    while waiting:
        more = named.get(waiting.popleft(), frozenset()) - reached
        reached |= more
        waiting.extend(more)
    return frozenset(reached)


def _shown_of(found: Sequence[LookAlike], theirs: frozenset[str], shown: str) -> list[LookAlike]:
    """The notes with labels that are not `theirs`, or that what is shown refers to: the text, or another shown note."""
    missing = [{*note.labels} & theirs for note in found]
    by_label: dict[str, list[int]] = {}
    for index, labels in enumerate(missing):
        for label in labels:
            by_label.setdefault(label, []).append(index)
    ready = deque(index for index, labels in enumerate(missing) if not labels)
    given: set[str] = set()
    kept: list[LookAlike] = []

    def give(labels: frozenset[str]) -> None:
        for label in labels - given:
            given.add(label)
            for index in by_label.get(label, ()):
                missing[index].discard(label)
                if not missing[index]:
                    ready.append(index)

    give(notes.labels_referred_to(shown))
    while ready:
        note = found[ready.popleft()]
        kept.append(note)
        give(notes.labels_referred_to(note.text))
    return kept


def _outside(outline: Outline, found: Sequence[LookAlike], blocks: Sequence[Block]) -> list[LookAlike]:
    ranges = [_lines_of(outline, block) for block in blocks]
    return [note for note in found if not any(start <= note.line < end for start, end in ranges)]


def _lines_within(outline: Outline, blocks: Sequence[Block], hidden: Sequence[LookAlike]) -> set[int]:
    ranges = [*(_lines_of(outline, block) for block in blocks), *((one.line, one.end) for one in hidden)]
    return {at for start, end in ranges for at in range(start, end)}


def _but(found: Sequence[LookAlike], others: Sequence[LookAlike]) -> list[LookAlike]:
    places = {(one.line, one.kind) for one in others}
    return [one for one in found if (one.line, one.kind) not in places]


def _passages_of_definition(one: LookAlike) -> frozenset[str]:
    """A definition as hashes: as a whole only, for the names of journals and authors stand in many.

    A note's words are withheld in running text, too; an address or the words for which letters stand are not.
    """
    words, label = " ".join(one.words.split()).casefold(), one.labels[0]
    own = _hash({"note": f"[^{label}]: {words}", "link": f"[{label}]: {words}"}.get(one.kind, f"*[{label}]: {words}"))
    alone = _hash(words if one.kind == "note" else f"{one.kind}: {words}")
    return frozenset((own, alone) if len(words) >= _SHORTEST_PASSAGE else (own,))


# --- Sections ------------------------------------------------------------------------------------------------------


def _core_named(numbers: Sequence[int], version: Version) -> str:
    first = sections.find(version.outline, id=numbers[0])
    if first is None:
        raise MarkLost
    block = Block(first, first + len(numbers))
    there = [entry.id for entry in version.outline.entries[block.first : block.end]]
    if there != [*numbers]:
        raise MarkLost
    return _parted(text_of(version, block), version.outline.entries[first].level)[1]


def _numbers_in(mark: str) -> list[int]:
    found = _MARK.match(mark)
    numbers = found["sections"] if found else None
    return [int(number[:18] or 0) for number in numbers.split("+")] if numbers else []


def _parted(text: str, level: int) -> tuple[str, str, str]:
    """A block's heading with its line end, what is under it, and the line ends after that."""
    body = sections.without_heading(text, level)
    head = text[: len(text) - len(body)]
    core = body.rstrip("\n")
    return head if not head or head.endswith("\n") else f"{head}\n", core, body[len(core) :]


def _by_number(outline: Outline, numbers: frozenset[int]) -> set[int]:
    hidden: set[int] = set()
    for index, entry in enumerate(outline.entries):
        if entry.id in numbers:
            start, end = sections.range_of(outline, index)
            below = (at for at in range(index + 1, len(outline.entries)) if start < outline.entries[at].line < end)
            hidden |= {index, *below}
    return hidden


def _is_within(head: OutlineEntry, entry: OutlineEntry) -> bool:
    return 0 < head.level < entry.level


def _segments(version: Version, *, without: Sequence[LookAlike] = ()) -> list[str]:
    """The own text of each section, without the lines of these footnotes."""
    lines, outline = sections.lines_of(version.text), version.outline
    gone = {at for note in without for at in range(note.line, note.end)}
    ranges = (sections.segment_range(outline, index) for index in range(len(outline.entries)))
    return ["".join(line for at, line in enumerate(lines[start:end], start) if at not in gone) for start, end in ranges]


def _stub_of(version: Version, block: Block) -> str:
    """What stands in the place of a block: its heading, its mark, the blank lines after it."""
    head, _core, rest = _parted(text_of(version, block), version.outline.entries[block.first].level)
    return head + mark_of(version.outline, block) + rest


def _hashed_anew(version: Version) -> Version:
    hashes = [sections.hash_of(one) for one in _segments(version)]
    entries = zip(version.outline.entries, hashes, strict=True)
    return replace(
        version, outline=replace(version.outline, entries=tuple(replace(entry, hash=one) for entry, one in entries))
    )


def _lines_of(outline: Outline, block: Block) -> tuple[int, int]:
    start, _end = sections.segment_range(outline, block.first)
    return start, sections.segment_range(outline, block.end - 1)[1]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
