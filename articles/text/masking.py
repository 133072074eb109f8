"""A text with what is no prose taken out of sight: code, comments, quoted markup. Each other character stays in place.

Hints about a text are given on what this leaves; what the page makes of the text is the parser's word alone.
"""

import re
from typing import Final

# No text holds it (forms and database refuse it), and it is neither a letter nor a blank.
HIDDEN: Final = "\0"

_FENCE: Final = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_TICKS: Final = re.compile(r"`+|\n[ \t]*\n")
_QUOTED: Final = {"<!--": "-->", "<pre": "</pre>", "<code": "</code>", "<nowiki>": "</nowiki>"}
_OPENING: Final = re.compile("|".join(_QUOTED))
_PLACE: Final = re.compile(f"{HIDDEN}([0-9]+){HIDDEN}")


def masked(text: str) -> str:
    r"""The text with code and comments hidden, as long as before and with its lines where they were.

    >>> masked("a `b` c").replace(HIDDEN, "?")
    'a ??? c'

    and not `'a  c'`: what is found in it must be found again at the same place in the text.
    """
    spans = _spans(text)
    if not spans:
        return text
    pieces, position = [], 0
    for start, end in spans:
        pieces += [text[position:start], re.sub(r"[^\n]", HIDDEN, text[start:end])]
        position = end
    return "".join([*pieces, text[position:]])


def taken_out(text: str) -> tuple[str, list[str]]:
    """The text with a token for each piece of code or comment, and these pieces; `put_back` makes it whole again."""
    pieces: list[str] = []
    kept: list[str] = []
    position = 0
    text = text.replace(HIDDEN, "")
    for start, end in _spans(text):
        pieces += [text[position:start], f"{HIDDEN}{len(kept)}{HIDDEN}"]
        kept.append(text[start:end])
        position = end
    return "".join([*pieces, text[position:]]), kept


def put_back(text: str, kept: list[str]) -> str:
    """The text with the pieces that `taken_out` took."""
    return _PLACE.sub(lambda found: kept[int(found[1])], text)


def _spans(text: str) -> list[tuple[int, int]]:
    """Where what is hidden begins and ends, in order, none within another."""
    spans = _fences(text) if "```" in text or "~~~" in text else []
    if "`" in text:
        spans = _with(spans, _code(_blanked(text, spans)))
    return _with(spans, _quoted(_blanked(text, spans))) if "<" in text else spans


def _with(spans: list[tuple[int, int]], more: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Both together; a later one may stand around earlier ones."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted([*spans, *more]):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in spans:
        pieces += [text[position:start], HIDDEN * (end - start)]
        position = end
    return "".join([*pieces, text[position:]])


def _fences(text: str) -> list[tuple[int, int]]:
    """Fenced code; a fence that is never closed is none, as the parser has it."""
    spans: list[tuple[int, int]] = []
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    marks = [(number, found[1]) for number, line in enumerate(lines) if (found := _FENCE.match(line))]
    closing = {mark: number for number, mark in marks if lines[number].strip() == mark}
    opened: tuple[int, str] | None = None
    for number, mark in marks:
        if opened is None:
            opened = (number, mark) if closing.get(mark, 0) > number else None
        elif mark == opened[1] and lines[number].strip() == mark:
            spans.append((starts[opened[0]], starts[number + 1] - 1))
            opened = None
    return spans


def _quoted(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    never: set[str] = set()
    position = 0
    for found in _OPENING.finditer(text):
        if found.start() < position or found[0] in never:
            continue
        closing = _QUOTED[found[0]]
        end = text.find(closing, found.end())
        if end < 0:
            never.add(found[0])
            continue
        position = end + len(closing)
        spans.append((found.start(), position))
    return spans


def _code(text: str) -> list[tuple[int, int]]:
    """Code between as many backticks as before it, within one paragraph."""
    spans: list[tuple[int, int]] = []
    runs: list[tuple[int, int]] = []
    for found in [*_TICKS.finditer(text), None]:
        if found is not None and found[0][0] == "`":
            runs.append(found.span())
            continue
        last = {end - start: number for number, (start, end) in enumerate(runs)}
        opened: tuple[int, int] | None = None
        for number, (start, end) in enumerate(runs):
            if opened is None:
                opened = (start, end - start) if last[end - start] > number else None
            elif end - start == opened[1]:
                spans.append((opened[0], end))
                opened = None
        runs = []
    return spans
