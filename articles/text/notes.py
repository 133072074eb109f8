"""Footnotes: where a text defines them, and that none is lost which another section still uses."""

import re
from dataclasses import dataclass
from typing import Final

from articles.text import masking, sections

_DEFINITION: Final = re.compile(r"[ ]{0,3}\[\^([^\]\n]{1,200})\]:")
_REFERENCE: Final = re.compile(r"\[\^([^\]\n]{1,200})\](?!:)")
_FENCE: Final = re.compile(r"[ ]*(?:```|~~~)")


@dataclass(frozen=True)
class Definition:
    """What a footnote says: its label, its first 0-based line and the one after its last, its text with line ends."""

    label: str
    line: int
    end: int
    text: str


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


def _end_of(lines: list[str], number: int) -> int:
    """The line after a definition whose first line is the one before `number`: what is indented belongs to it."""
    end, blank = number, False
    for following in range(number, len(lines)):
        line = lines[following]
        if not line.strip():
            blank = True
            continue
        goes_on = line.startswith(("    ", "\t")) or not (
            blank or _FENCE.match(line) or _DEFINITION.match(line) or line.startswith("#")
        )
        if not goes_on:
            break
        end = following + 1
    return end
