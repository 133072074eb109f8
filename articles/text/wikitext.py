"""MediaWiki's marks, typed by habit: where they stand in a text, and the same text with ours instead.

Here they would be kept as prose without a word. What is code or comment is left alone, and so is what both know.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from articles.text import masking

Kind = Literal["heading", "emphasis", "link", "reference", "list", "table", "word"]


@dataclass(frozen=True)
class Mark:
    """A mark that means nothing here: its kind, 0-based line, what was typed, and whether `converted` changes it."""

    kind: Kind
    line: int
    typed: str
    can_change: bool


_HEADING: Final = re.compile(r"^(={1,6})[ \t]*([^=\s](?:[^\n]*[^=\s])?)[ \t]*\1[ \t]*$", re.M)
_INSIDE: Final = r"((?=[^\s'])(?:[^'\n]|'(?!'))+)"
_EMPHASES: Final = tuple(
    (re.compile(rf"(?<!')'{{{ticks}}}{_INSIDE}(?<![\s])'{{{ticks}}}(?!')"), stars)
    for ticks, stars in ((5, "***"), (2, "*"), (3, "**"))
)
_LINK: Final = re.compile(
    r"(?<![\[\]!\\])\[((?:https?|ftp)://[^\s\[\]<>]{1,2000})(?:[ \t]+([^\[\]\n]{1,500}))?\](?![(\[:])"
)
_REFERENCE: Final = re.compile(
    r"[ ]?<ref(?P<about>[ ][^<>]{0,200}?)?[ ]?"
    r"(?:/>|>(?P<note>[^<]{0,4000}(?:<(?!/?ref\b)[^<]{0,4000}){0,20})</ref[ ]?>)",
    re.I,
)
_REFERENCES: Final = re.compile(
    r"^[ \t]*(?:<references[ ]?/>|\{\{[ ]?reflist[^{}\n]{0,100}\}\})[ \t]*(?:\n|$)", re.I | re.M
)
_NAME: Final = re.compile(r"\bname[ ]?=[ ]?[\"'“]?([^\"'”/>]{1,100})", re.I)
_CITE: Final = re.compile(r"\s*\{\{[ ]?(?:cite|citation|vcite)\b([^{}]{0,2000})\}\}\s*\.?\s*", re.I)
_PMID: Final = re.compile(r"\|[ ]?pmid\s?=\s?([0-9]{1,9})\b", re.I)
_DOI: Final = re.compile(r"\|[ ]?doi\s?=\s?(10\.[0-9]{1,9}(?:\.[0-9]+){0,5}/[^\s|{}\[\]]{1,300})", re.I)
# A source in braces that stands in the text by itself, with a number to cite it by.
_STRAY_CITE: Final = re.compile(r"\{\{[ ]?(?:cite|vcite)\b([^{}]{0,2000})\}\}", re.I)
# Signatures, which articles have none of, and words that steer a page: `__NOTOC__`.
_WORDS: Final = re.compile(
    r"(?<=[^~\n])[ ]?(?:-{1,2}|[—–])?[ ]?~{3,5}(?!~)"
    r"|^[ \t]*__(?:(?:NO|FORCE)?TOC|NOEDITSECTION|NEWSECTIONLINK|(?:NO)?INDEX|HIDDENCAT|NOGALLERY)__[ \t]*(?:\n|$)",
    re.M,
)
_ITEM: Final = re.compile(r"^([*#]{2,6})[ \t]+([^\s*#][^\n]*)$")
_TIGHT: Final = re.compile(r"^\*([^\s*\[][^*\n]*)$")
_CLOSED: Final = re.compile(r"[^\s*]\*(?![\w*])")
_NUMBERED: Final = re.compile(r"^(#{1,6})[ \t]*([^\s#][^\n]*)$")
_TABLE: Final = re.compile(r"^\{\|", re.M)
_DEFINED: Final = re.compile(r"^[ ]{0,3}\[\^([^\]\n]{1,200})\]:", re.M)


def marks_of(text: str) -> tuple[Mark, ...]:
    """MediaWiki's marks in a text, in the order of their lines.

    >>> [mark.kind for mark in marks_of("== Causes ==\\n'''Dust''' and `''x''`\\n")]
    ['heading', 'emphasis']
    """
    plain = masking.masked(text)
    found = [
        *(("heading", match, True) for match in _HEADING.finditer(plain)),
        *(("emphasis", match, True) for pattern, _ in _EMPHASES for match in pattern.finditer(plain)),
        *(("link", match, True) for match in _LINK.finditer(plain)),
        *(("reference", match, True) for pattern in (_REFERENCE, _REFERENCES) for match in pattern.finditer(plain)),
        *(("reference", match, True) for match in _STRAY_CITE.finditer(_without_notes(plain)) if _source_in(match[1])),
        *(("word", match, True) for match in _WORDS.finditer(plain)),
        *(("table", match, False) for match in _TABLE.finditer(plain)),
    ]
    starts = _Lines(plain)
    marks = [
        Mark(kind, starts.line_of(match.start()), match[0].strip()[:200], can_change)  # type: ignore[arg-type]  # the kinds above
        for kind, match, can_change in found
    ]
    lines = plain.split("\n")
    marks += [Mark("list", number, lines[number].strip()[:200], True) for number in list_lines(lines)]
    return tuple(sorted(marks, key=lambda mark: mark.line))


def converted(text: str, *, taken: Collection[str] = ()) -> str:
    """The text with our marks for MediaWiki's; `taken` are labels of footnotes elsewhere in the article.

    What a `<ref>` says becomes a source (`[@pmid:1]`) where it names one, else a footnote defined at the end of this
    text, which is where a section's form may hold it. Tables stay as they are.
    """
    outside, kept = masking.taken_out(text)
    outside = _Notes(outside, taken).converted()
    lines = outside.split("\n")
    for number in [*list_lines(lines)]:
        lines[number] = _list_line(lines[number])
    outside = "\n".join(lines)
    outside = _WORDS.sub("", _STRAY_CITE.sub(lambda found: _source_in(found[1]) or found[0], outside))
    outside = _HEADING.sub(lambda found: f"{'#' * len(found[1])} {found[2]}", outside)
    for pattern, stars in _EMPHASES:
        outside = pattern.sub(rf"{re.escape(stars)}\1{re.escape(stars)}".replace(r"\*", "*"), outside)
    return masking.put_back(_LINK.sub(_link, outside), kept)


def _without_notes(plain: str) -> str:
    """The text with its `<ref>`s hidden, each character in its place: what is in one is a part of it."""
    return _REFERENCE.sub(lambda found: re.sub(r"[^\n]", masking.HIDDEN, found[0]), plain)


def _source_in(cite: str) -> str:
    """Our mark for the source that the parameters of a `{{cite}}` name; empty when they name none by its number."""
    if pmid := _PMID.search(cite):
        return f"[@pmid:{pmid[1]}]"
    doi = _DOI.search(cite)
    return f"[@doi:{doi[1]}]" if doi else ""


def _link(found: re.Match[str]) -> str:
    address = found[1].replace("(", "%28").replace(")", "%29")
    return f"[{found[2].strip()}]({address})" if found[2] else f"<{found[1]}>"


# --- Lists ---------------------------------------------------------------------------------------------------------


def list_lines(lines: list[str]) -> Iterator[int]:
    """The lines of lists that are none here: `** within`, `*tight`, and `# steps` one below the other.

    One `# Title` is a heading of ours, and `## Part` may follow at once; two of the first level in lines that stand
    together are the steps of a list.
    """
    run: list[int] = []
    for number, line in enumerate([*lines, ""]):
        if _NUMBERED.match(line):
            run.append(number)
            continue
        if sum(not lines[step].startswith("##") for step in run) > 1:
            yield from run
        run = []
        if line.startswith("*") and (_is_nested(line) or (_TIGHT.match(line) and not _is_emphasis(lines, number))):
            yield number


def _is_emphasis(lines: list[str], number: int) -> bool:
    """Whether the star that a line begins with is closed in one of the next lines of its paragraph."""
    for line in lines[number + 1 :]:
        if not line.strip() or line.startswith(("*", "#", "|")):
            return False
        if _CLOSED.search(line):
            return True
    return False


def _is_nested(line: str) -> bool:
    return bool(_ITEM.match(line)) and "**" not in line.lstrip("*#") and not line.endswith("*")


def _list_line(line: str) -> str:
    marks = line[: len(line) - len(line.lstrip("*#"))]
    return f"{'    ' * (len(marks) - 1)}{'-' if marks[-1] == '*' else '1.'} {line[len(marks) :].strip()}"


# --- References ----------------------------------------------------------------------------------------------------


class _Notes:
    """The `<ref>`s of one text on their way to footnotes and sources."""

    def __init__(self, text: str, taken: Collection[str]) -> None:
        self.text = text
        self.there = frozenset(taken) | frozenset(_DEFINED.findall(text))
        self.taken = set(self.there)
        self.named: dict[str, str] = {}
        self.definitions: list[str] = []
        self.next = 1

    def converted(self) -> str:
        """The text with footnotes and sources, and the definitions at its end."""
        # A name may be used before the note that it names.
        for found in _REFERENCE.finditer(self.text):
            if name := self._name(found):
                note = found["note"]
                if note is not None and note.strip() and name not in self.named:
                    self.named[name] = self._mark(note, name)
        text = _REFERENCES.sub("", _REFERENCE.sub(self._replaced, self.text))
        if not self.definitions:
            return text
        end = "\n".join(self.definitions)
        body = text.rstrip("\n")
        last = body.rpartition("\n")[2]
        return f"{body}\n{'' if _DEFINED.match(last) else chr(10)}{end}\n"

    def _replaced(self, found: re.Match[str]) -> str:
        name, note = self._name(found), found["note"]
        if name and name in self.named:
            return self.named[name]
        if name and name in self.there:
            return f"[^{name}]"
        if note is None:
            return found[0]
        return self._mark(note, "") if note.strip() else ""

    def _name(self, found: re.Match[str]) -> str:
        about = _NAME.search(found["about"] or "")
        return re.sub(r"[^\w.:-]+", "-", about[1].strip()).strip("-")[:60] if about else ""

    def _mark(self, note: str, name: str) -> str:
        note = " ".join(note.split())
        cite = _CITE.fullmatch(note)
        if cite and (source := _source_in(cite[1])):
            return source
        label = self._label(name)
        self.definitions.append(f"[^{label}]: {note}")
        return f"[^{label}]"

    def _label(self, name: str) -> str:
        label = name
        while not label or label in self.taken:
            label = f"{name}-{self.next}" if name else str(self.next)
            self.next += 1
        self.taken.add(label)
        return label


class _Lines:
    """Which line a place in a text is in."""

    def __init__(self, text: str) -> None:
        self.ends = [found.start() for found in re.finditer("\n", text)]

    def line_of(self, position: int) -> int:
        """Counted from 0."""
        return bisect_left(self.ends, position)
