"""A text as its sections: lead, headed sections, tail; found, read, replaced without touching a byte of the others.

Which lines are headings is the parser's word (`rendering.render` gives the outline): here nobody guesses.
"""

import hashlib
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from articles.text import parsing

# The page's own ids, and the beginnings of those which we make: no heading may take one.
# The page's own ids, those of the templates included.
RESERVED_IDS: Final = frozenset(
    (  # noqa: SIM905  # reads better than twenty lines
        "article-content medical-disclaimer stub-notice contents search"
        " main preview live-preview changes differences decision theirs source text findings edit-form"
    ).split()
)
RESERVED_BEGINNINGS: Final = (
    "user-",
    "fn-",
    "fnref",
    "cite-",
    "section-",
    "id_",
    "contents-",
    "reference-",
    "references-",
    "search-",
)
MAX_ANCHOR: Final = 200


@dataclass(frozen=True)
class OutlineEntry:
    """One heading (or the lead: line, level 0, no title): 0-based line, level 1-6 as typed, plain title, anchor.

    `hash` is of the segment's own text, without its sub-sections; `id` is the section's permanent number, if known;
    `former` are the anchors under which links still look for it.
    """

    line: int
    level: int
    title: str
    anchor: str
    hash: str
    id: int | None = None
    former: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outline:
    """The entries in the order of the text, the lead first, and the 0-based line where the tail begins."""

    entries: tuple[OutlineEntry, ...]
    tail_line: int

    def to_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries, for a JSON column."""
        return {"entries": [vars(entry) for entry in self.entries], "tail_line": self.tail_line}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Outline":
        """The outline that `to_json` wrote."""
        entries = (OutlineEntry(**entry | {"former": tuple(entry.get("former", ()))}) for entry in data["entries"])
        return cls(tuple(entries), data["tail_line"])


@dataclass(frozen=True)
class Version:
    """A text and its outline, the permanent numbers of its sections included where they are known."""

    text: str
    outline: Outline


class Split(NamedTuple):
    """A text in pieces; `join` puts them together again."""

    lead: str
    sections: tuple[str, ...]
    tail: str


def lines_of(text: str) -> list[str]:
    r"""The lines with their ends, parted at line feeds only.

    >>> lines_of("a\x0bb\nc")
    ['a\x0bb\n', 'c']
    """
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def outline_of(text: str, headings: Iterable[tuple[int, int, str]]) -> Outline:
    """The outline of a text whose headings the parser confirmed: (0-based line, level, plain title) in order."""
    lines = lines_of(text)
    known = [(0, 0, ""), *headings]
    tail = tail_line(lines, known[-1][0] + 1 if len(known) > 1 else 0)
    ends = [line for line, _, _ in known[1:]] + [tail]
    anchors = _Anchors()
    return Outline(
        tuple(
            OutlineEntry(line, level, title, anchors.next(title) if level else "", hash_of("".join(lines[line:end])))
            for (line, level, title), end in zip(known, ends, strict=True)
        ),
        tail,
    )


def hash_of(text: str) -> str:
    """What a segment is known by as long as its text stays the same."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def segment_range(outline: Outline, index: int) -> tuple[int, int]:
    """First line and the line after the last of an entry's own text, without its sub-sections."""
    following = outline.entries[index + 1 : index + 2]
    return outline.entries[index].line, following[0].line if following else outline.tail_line


def range_of(outline: Outline, index: int) -> tuple[int, int]:
    """First line and the line after the last of a section with its sub-sections; of the lead, its own text."""
    entry = outline.entries[index]
    if entry.level == 0:
        return segment_range(outline, index)
    ends = (other.line for other in outline.entries[index + 1 :] if other.level <= entry.level)
    return entry.line, next(ends, outline.tail_line)


def find(outline: Outline, *, id: int | None = None, anchor: str | None = None) -> int | None:  # noqa: A002
    """The index of the entry with this permanent number or this anchor (the lead's is ""); None when there is none."""
    for index, entry in enumerate(outline.entries):
        if (id is not None and entry.id == id) or (anchor is not None and entry.anchor == anchor):
            return index
    return None


def signature_of(outline: Outline, id: int) -> tuple[str, ...] | None:  # noqa: A002
    """What is equal for equal texts of a section, its sub-sections included; None where the section isn't there."""
    index = find(outline, id=id)
    if index is None:
        return None
    start, end = range_of(outline, index)
    # The entry itself, even where it is a lead without a line of its own.
    inside = (entry.hash for entry in outline.entries[index + 1 :] if start < entry.line < end)
    return (outline.entries[index].hash, *inside)


def has_moved(old: Outline, new: Outline, id: int) -> bool:  # noqa: A002
    """Whether a section that both have stands under another section than before, or elsewhere among those beside it.

    Right: "Causes" goes up past three others: it has moved, and they have not.
    Tempting and wrong: what is behind "Causes" now has another section before it, and has moved, too.
    """
    before, after = _beside(old, id), _beside(new, id)
    if before is None or after is None or before == after:
        return False
    place = {other: at for at, other in enumerate(after[1:])}
    order = [(other, place[other]) for other in before[1:] if other in place]
    # It has not moved when the order of the most that kept theirs can't do without it.
    kept = _longest_ascent(at for _other, at in order)
    return before[0] != after[0] or kept == _longest_ascent(at for other, at in order if other != id)


def _beside(outline: Outline, id: int) -> list[int | None] | None:  # noqa: A002
    """The section that this one stands in, and all that stand in that one, in order; None where it isn't there."""
    inside: dict[int | None, list[int | None]] = {}
    above: list[OutlineEntry] = []
    found: list[int | None] | None = None
    for entry in outline.entries:
        while above and above[-1].level >= entry.level:
            above.pop()
        parent = above[-1].id if above else None
        beside = inside.setdefault(parent, [parent])
        beside.append(entry.id)
        if entry.level:
            above.append(entry)
        if entry.id == id:
            found = beside
    return found


def _longest_ascent(numbers: Iterable[int]) -> int:
    """How many of these numbers, all different, ascend in their order, at most."""
    lowest: list[int] = []
    for number in numbers:
        at = bisect_left(lowest, number)
        lowest[at : at + 1] = [number]
    return len(lowest)


def named_in(summary: str) -> tuple[str, str]:
    """The section that a form named before a summary, and what its author wrote behind it.

    >>> named_in("/* Causes */ a source")
    ('Causes', 'a source')
    """
    found = _NAMED.match(summary)
    return (found["section"], found["remark"]) if found else ("", summary)


def text_of(text: str, outline: Outline, index: int) -> str:
    """The text of a section with its sub-sections, its heading included, the tail never."""
    start, end = range_of(outline, index)
    return "".join(lines_of(text)[start:end])


def replace(text: str, outline: Outline, index: int, new_text: str) -> str:
    """The text with a section, its sub-sections included, replaced; every other byte stays.

    The new text is given the line end, and the blank line where there was one before, that part it from what follows.
    """
    lines = lines_of(text)
    start, end = range_of(outline, index)
    old, after = "".join(lines[start:end]), "".join(lines[end:])
    if new_text == old:
        return text
    if new_text.strip() and after:
        new_text = _ending(new_text, blank=not old or _ends_blank(old))
    elif new_text.strip():
        new_text = _ending(new_text, blank=False)
    before = "".join(lines[:start])
    if new_text and before and not before.endswith("\n"):
        before += "\n"
    return before + new_text + after


def append(text: str, outline: Outline, new_text: str) -> str:
    """The text with a new section after the last one and before the tail, parted from both by a blank line."""
    lines = lines_of(text)
    before, tail = "".join(lines[: outline.tail_line]), "".join(lines[outline.tail_line :])
    if not new_text.strip():
        return text
    before = _ending(before, blank=True) if before else before
    return before + _ending(new_text, blank=bool(tail)) + tail


def remove(text: str, outline: Outline, index: int) -> str:
    """The text without a section and its sub-sections."""
    lines = lines_of(text)
    start, end = range_of(outline, index)
    return "".join(lines[:start] + lines[end:])


def split(text: str, outline: Outline) -> Split:
    """The pieces of a text: the lead, each section without its sub-sections, the tail."""
    lines = lines_of(text)
    lead, *sections = ("".join(lines[slice(*segment_range(outline, i))]) for i in range(len(outline.entries)))
    return Split(lead, tuple(sections), "".join(lines[outline.tail_line :]))


def without_heading(segment: str, level: int) -> str:
    r"""The text of one segment without its heading, which takes two lines where it is underlined.

    >>> without_heading("## Causes\nDust.\n", 2), without_heading("Causes\n---\nDust.\n", 2)
    ('Dust.\n', 'Dust.\n')
    """
    if not level:
        return segment
    _heading, _, below = segment.partition("\n")
    return below if segment.startswith("#") else below.partition("\n")[2]


def join(pieces: Split) -> str:
    """The text again, byte for byte."""
    return pieces.lead + "".join(pieces.sections) + pieces.tail


def normalise_headings(section_text: str) -> str:
    r"""The text with underlined headings written with `#`, where the parser sees one, and nothing else changed.

    >>> normalise_headings("Causes\n------\nDust.\n")
    '## Causes\nDust.\n'

    Raises ShapeError for what can't be parsed. As it parses, give it text from outside in the guarded child only.
    """
    lines = lines_of(section_text)
    if not any(_UNDERLINE.match(line) for line in lines):
        return section_text
    underlined = [heading for heading in parsing.headings_of(section_text) if heading.underlined]
    for heading in reversed(underlined):
        lines[heading.line : heading.line + 2] = [_hash_heading(heading, lines[heading.line : heading.line + 2])]
    return "".join(lines)


def anchor_of(title: str) -> str:
    """The anchor of a heading when no other has the same: its title with `_` for spaces, never digits only."""
    anchor = re.sub(r"[\s_\x00-\x1f\x7f]+", "_", title).strip("_")[:MAX_ANCHOR] or "section"
    taken = anchor.isdigit() or anchor in RESERVED_IDS or anchor.startswith(RESERVED_BEGINNINGS)
    return f"_{anchor}" if taken else anchor


class _Anchors:
    """Gives equal headings different anchors, as MediaWiki does: `Causes`, `Causes_2`; case makes no difference."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.times: dict[str, int] = {}

    def next(self, title: str) -> str:
        anchor = anchor_of(title)
        key = anchor.casefold()
        while (candidate := self._numbered(anchor, key)).casefold() in self.taken:
            self.times[key] += 1
        self.taken.add(candidate.casefold())
        return candidate

    def _numbered(self, anchor: str, key: str) -> str:
        times = self.times.setdefault(key, 1)
        return anchor if times == 1 else f"{anchor}_{times}"


# --- The tail ------------------------------------------------------------------------------------------------------

_NAMED: Final = re.compile(r"\A/\* (?P<section>.*?) \*/\s*(?P<remark>.*)\Z", re.DOTALL)
_UNDERLINE: Final = re.compile(r"(?:=+|-+)[ ]*$")
_NOTE: Final = re.compile(r"[ ]{0,3}\[\^[^\]]*\]:")
_ABBREVIATION: Final = re.compile(r"\*\[[^\]]+\][ ]?:[ ]*\S")
_LINK_DEFINITION: Final = re.compile(r"[ ]{0,3}\[[^\[\]^][^\[\]]*\]:[ ]*\S+[ ]*(?:\"[^\"]*\"|'[^']*'|\([^()]*\))?[ ]*$")
_LINK_TITLE: Final = re.compile(r"[ ]+(?:\"[^\"]*\"|'[^']*'|\([^()]*\))[ ]*$")
_SIGNS: Final = re.compile(
    r"[ ]{0,3}(?:(?:\[\[\s*category\s*:[^\[\]]{1,600}\]\]|\{\{\s*stub\s*(?:\|[^{}]{0,200})?\}\})[ ]*)+$", re.I
)
_FENCE: Final = re.compile(r"[ ]*(?:```|~~~)")


def tail_line(lines: list[str], first: int) -> int:
    """Where the tail begins, at `first` or later: from there on all is definitions, categories, stub marks, blanks."""
    start: int | None = None
    kind, whole = "", False
    for number in range(first, len(lines)):
        line = lines[number].rstrip("\n")
        if not line.strip():
            whole = False
            continue
        found = _tail_kind(line)
        if not found and not _continues(line, kind, whole=whole):
            start, kind = None, ""
            continue
        if found:
            kind = found
            start = number if start is None else start
        whole = True
    return len(lines) if start is None else start


def stands_by_itself(line: str) -> bool:
    """Whether the line is made of stub marks and categories only."""
    return _SIGNS.match(line.rstrip("\n")) is not None


def _tail_kind(line: str) -> str:
    if _NOTE.match(line):
        return "note"
    if _LINK_DEFINITION.match(line):
        return "link"
    return "sign" if _ABBREVIATION.match(line) or _SIGNS.match(line) else ""


def _continues(line: str, kind: str, *, whole: bool) -> bool:
    """Whether the line belongs to the definition above it (`whole`: no blank line is between them)."""
    if kind == "note":
        return line.startswith(("    ", "\t")) or (whole and not _FENCE.match(line))
    return kind == "link" and whole and bool(_LINK_TITLE.match(line))


def _ends_blank(text: str) -> bool:
    lines = lines_of(text)
    return text.endswith("\n") and not lines[-1].strip()


def _ending(text: str, *, blank: bool) -> str:
    """The text with its last line ended, and a blank line after it if there shall be one."""
    if not text.endswith("\n"):
        text += "\n"
    return text + "\n" if blank and not _ends_blank(text) else text


def _hash_heading(heading: parsing.Heading, lines: list[str]) -> str:
    # A title that ends with `#` would lose it without a closing one.
    closing = f" {'#' * heading.level}" if heading.text.endswith("#") else ""
    return f"{'#' * heading.level} {heading.text}{closing}" + ("\n" if lines[-1].endswith("\n") else "")
