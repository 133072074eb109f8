"""Link definitions and abbreviations: where a text defines them, and which of them only a part of it uses."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from articles.text import masking, sections
from articles.text.notes import Kind, LookAlike

# Between a label and what it stands for there may be a line's end.
_GAP: Final = r"[ \t]*(?:\n[ \t>]*)?"
# What begins a footnote or an abbreviation is read as such, whatever stands before it. A title may be on a line of its
# own; before one on the same line nothing is looked at closely, for that could take minutes.
_DEFINITION: Final = re.compile(
    r"^(?:[ \t>]|[-*+:][ \t]|[0-9]{1,9}[.)][ \t])*"
    rf"(?:\*\[(?P<abbreviation>[^\\\n]{{0,200}}?)\][ ]?:{_GAP}(?!\[\^)\S.*"
    rf"|\[(?!\^)(?P<link>[^\[\]]*)\]:{_GAP}(?!\[\^|\*\[)\S++(?:.*[\"')])?[ \t]*(?:\n[ \t>]*[\"'(].*[\"')][ \t]*)?)$",
    re.M,
)
_BRACKETS: Final = re.compile(r"\[([^\[\]]*)\]")
_RUN: Final = re.compile(r"[^\W_]+")
_BOUNDARY: Final = re.compile(r"\b")
# No longer abbreviation is looked for in what is shown: each length of one is tried wherever its first word stands.
_LONGEST: Final = 100
# Where a label or a word is no reference, or may be none: in links, templates and tags, and in addresses.
_NOT_SURE: Final = re.compile(
    r"\[\[[^\[\]]*\]\]|\{\{[^{}]*\}\}|<[^<>]*>|(?<=\])\([^()\n]*\)|\b[a-z]{1,10}://\S+|\\.", re.I
)
_SURE: Final = re.compile(r"\[([^\[\]]*)\](?!\(|\s?\[(?![\^\]]))")


def look_alikes_of(text: str) -> tuple[LookAlike, ...]:
    """All that may define a link or an abbreviation, in quotes, lists and code, too: for who must not miss one.

    >>> [(one.kind, one.labels) for one in look_alikes_of('[Dose]: https://example.org "x"\\n*[CT]: a picture\\n')]
    [('link', ('dose',)), ('abbreviation', ('CT',))]
    """
    if "]" not in text:
        return ()
    lines = sections.lines_of(text)
    found = []
    number = start = 0  # The line in which a match begins, and where it stands in the text.
    for match in _DEFINITION.finditer(text):
        kind: Kind = "link" if match["abbreviation"] is None else "abbreviation"
        label = match[kind].strip()
        first = match.start(kind) - len("[" if kind == "link" else "*[")
        while start + len(lines[number]) <= first:
            start, number = start + len(lines[number]), number + 1
        end = number + match[0][first - match.start() :].rstrip().count("\n") + 1
        said = "".join(lines[number:end])[first - start :]
        labels = (label.lower() if kind == "link" else label,)
        found.append(LookAlike(labels, number, end, first - start, said, kind))
    return tuple(found)


def used_only_in(within: str, shown: str, among: Sequence[LookAlike]) -> list[LookAlike]:
    """Those which `within` may use and `shown` surely does not; both are texts without the definitions themselves.

    Right: what the one names in any way counts, in the other only what is surely a reference.
    Tempting and wrong: to take out what nobody uses. It gives nothing away, and somebody may be about to use it.
    """
    labels, runs = {_plain(label) for label in _BRACKETS.findall(within)}, {*_RUN.findall(within)}
    theirs = [one for one in among if _is_mentioned(one, labels, runs)]
    if not theirs:
        return []
    sure = _NOT_SURE.sub("()", masking.masked(shown))
    referred = {re.sub(r"\s+", " ", label.lower()) for label in _SURE.findall(sure)}
    words = _words_used(sure, (one.labels[0] for one in theirs if one.kind == "abbreviation"))
    return [one for one in theirs if one.labels[0] not in (referred if one.kind == "link" else words)]


def _is_mentioned(one: LookAlike, labels: set[str], runs: set[str]) -> bool:
    if one.kind == "link":
        return _plain(one.labels[0]) in labels
    first = _RUN.search(one.labels[0])
    return first is None or first[0] in runs


def _plain(label: str) -> str:
    return re.sub(r"[\s>]+", " ", label).strip().lower()


def _words_used(text: str, words: Iterable[str]) -> set[str]:
    """Those of the words that stand in the text by themselves, as the parser looks for them."""
    by_first: dict[str, set[str]] = {}
    for word in words:
        if (first := _RUN.match(word)) and len(word) <= _LONGEST:
            by_first.setdefault(first[0], set()).add(word)
    lengths = {first: sorted({len(word) for word in group}) for first, group in by_first.items()}
    used: set[str] = set()
    for run in _RUN.finditer(text) if by_first else ():
        for length in lengths.get(run[0], ()):
            candidate = text[run.start() : run.start() + length]
            ends = (_BOUNDARY.match(text, at) for at in (run.start(), run.start() + length))
            if candidate in by_first[run[0]] and all(ends):
                used.add(candidate)
    return used
