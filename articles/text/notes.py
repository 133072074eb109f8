"""Footnotes: where a text defines them, who refers to them, and that none is lost which another section still uses."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from articles.text import masking, sections

_DEFINITION: Final = re.compile(r"[ ]{0,3}\[\^([^\]\n]{1,200})\]:")
_REFERENCE: Final = re.compile(r"\[\^([^\]\n]{1,200})\](?!:)")
_FENCE: Final = re.compile(r"[ ]*(?:```|~~~)")
_LABEL_END: Final = re.compile(r"\][ ]?:")
# No longer label is looked for: else a text of nothing but beginnings would take minutes.
LONGEST_LABEL: Final = 400
# How a definition may begin: in a quote, in a list, in what is code or not.
_ANYWHERE: Final = re.compile(r"^(?:[ \t>]|[-*+:][ \t]|[0-9]{1,9}[.)][ \t])*\[\^([^\]\n]*)\]:", re.M)
_MENTIONED: Final = re.compile(rf"\[\^([^\]\n]{{0,{LONGEST_LABEL}}})\]")
_REFERRED: Final = re.compile(rf"(?<!\\)\[\^([^\]\n]{{0,{LONGEST_LABEL}}})\]")


@dataclass(frozen=True)
class Definition:
    """What a footnote says: its label, its first 0-based line and the one after its last, its text with line ends."""

    label: str
    line: int
    end: int
    text: str


Kind = Literal["note", "link", "abbreviation"]


@dataclass(frozen=True)
class LookAlike:
    """What may define a footnote, and those that are defined within it: all labels, the first one's own first.

    `line` is its first 0-based line, `end` the one after its last, `column` where it begins in the first, `text` all
    of it from there on. So it is with links and abbreviations, which `definitions` finds.
    """

    labels: tuple[str, ...]
    line: int
    end: int
    column: int
    text: str
    kind: Kind = "note"

    @property
    def words(self) -> str:
        """What it says, without its label."""
        return _LABEL_END.split(self.text, maxsplit=1)[-1]


def definitions_of(text: str) -> tuple[Definition, ...]:
    """The footnotes that a text defines, in its order; what code and comments hold is none."""
    lines, plain = sections.lines_of(text), sections.lines_of(masking.masked(text))
    found: list[Definition] = []
    number = 0
    while number < len(lines):
        begins = _DEFINITION.match(plain[number])
        if not begins:
            number += 1
            continue
        end = _end_of(plain, number + 1)
        found.append(Definition(begins[1], number, end, "".join(lines[number:end]).rstrip("\n") + "\n"))
        number = end
    return tuple(found)


def look_alikes_of(text: str) -> tuple[LookAlike, ...]:
    """All that may define a footnote, in quotes, lists and code, too: for who must not miss one.

    Right: what may belong to a definition, as the parser has it or not, is in it.
    Tempting and wrong: to leave out what code holds. A backtick too many in one note would hide the next.
    """
    lines = sections.lines_of(text)
    found: list[LookAlike] = []
    number = 0
    while number < len(lines):
        begins = _ANYWHERE.match(lines[number])
        if not begins:
            number += 1
            continue
        end = _end_of(lines, number + 1, _ANYWHERE)
        while sections.stands_by_itself(lines[end - 1]) or not lines[end - 1].strip():
            end -= 1
        said = "".join(lines[number:end])
        column = begins.start(1) - len("[^")
        found.append(LookAlike(tuple(_ANYWHERE.findall(said)), number, end, column, said[column:]))
        number = end
    return tuple(found)


def labels_mentioned(text: str) -> frozenset[str]:
    """All labels of footnotes that a text names in any way, in code, too."""
    return frozenset(_MENTIONED.findall(text))


def labels_referred_to(text: str) -> frozenset[str]:
    """The labels to which a text surely refers: in code and after a backslash is no reference, nor is a definition.

    >>> sorted(labels_referred_to("Smith[^1]: two of them.\\n[^2]: As said[^3].\\n"))
    ['1', '3']
    """
    return frozenset(_REFERRED.findall(_ANYWHERE.sub("", masking.masked(text))))


def labels_used(text: str) -> frozenset[str]:
    """The labels of the footnotes that a text refers to."""
    return frozenset(_REFERENCE.findall(masking.masked(text)))


def kept(before: str, after: str, elsewhere: str) -> str:
    """The text `after`, ended with those definitions of `before` that it lost and that `elsewhere` refers to.

    Right: a section is deleted whose footnote another section uses; the note goes on to stand in the tail.
    Tempting and wrong: to keep what only the edited section used. Its author has taken it out.
    """
    if "[^" not in before:
        return after
    there = {definition.label for definition in definitions_of(after)}
    used = labels_used(elsewhere)
    lost = {
        definition.label: definition.text
        for definition in reversed(definitions_of(before))  # Of several with one label the parser takes the last.
        if definition.label in used and definition.label not in there
    }
    if not lost:
        return after
    body = after.rstrip("\n")
    last = definitions_of(after)[-1:]
    ends_with_note = bool(last) and last[0].end >= len(sections.lines_of(body))
    return f"{body}\n{'' if ends_with_note else chr(10)}{''.join(reversed(lost.values()))}"


def _end_of(lines: list[str], number: int, definition: re.Pattern[str] = _DEFINITION) -> int:
    """The line after a definition whose first line is the one before `number`: what is indented belongs to it."""
    end, blank = number, False
    for following in range(number, len(lines)):
        line = lines[following]
        if not line.strip():
            blank = True
            continue
        goes_on = line.startswith(("    ", "\t")) or not (
            blank or _FENCE.match(line) or definition.match(line) or line.startswith("#")
        )
        if not goes_on:
            break
        end = following + 1
    return end
