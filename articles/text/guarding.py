"""The guard before the parser: what could not be parsed in time is refused, with its line."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

MAX_TEXT: Final = 512 * 1024

_MAX_BRACKET_WORK: Final = 2_000_000
_MAX_UNMATCHED: Final = 400
_MAX_TAG_WORK: Final = 5_000_000
_MAX_REFERENCES: Final = 300
_MAX_DEFINITIONS: Final = 150
_MAX_ABBREVIATIONS: Final = 200
_MAX_CELLS: Final = 40_000
_MAX_LIST_DEPTH: Final = 24
_MAX_QUOTE_DEPTH: Final = 24
_MAX_OPEN_TAGS: Final = 60
_MAX_BACKTICKS: Final = 2_000
_MAX_HEADINGS: Final = 2_000
# The longest article we know has 1,700; comparing two texts takes time for each line.
_MAX_LINES: Final = 20_000
_BRACKETS: Final = {
    "[": re.compile(r"[\[\]]|\n[ \t]*(?=\n)"),
    "(": re.compile(r"[()]|\n[ \t]*(?=\n)"),
    "{{": re.compile(r"\{\{|\}\}|\n[ \t]*(?=\n)"),
}
# What Unicode's own stream-safe text allows, and far more than any script needs.
_MAX_ACCENTS: Final = 30

_BLOCK_END: Final = re.compile(r"\n[ \t]*(?=\n)")
_MANY_BLANKS: Final = " " * 401
_BLANKS: Final = re.compile(r"(?<![ \t])[ \t]{401,}(?=[^ \t\n])|(?<=\S)[ \t]{401}")
_UNTYPABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ABBREVIATION: Final = re.compile(r"^\*\[", re.M)
_DEFINITION: Final = re.compile(r"^[ ]{0,3}:[ ]", re.M)
_REFERENCE: Final = re.compile(r"\[\^[^\]\n]*\](?!:)")
_DEEP_ITEM: Final = re.compile(rf"^(?:    |\t){{{_MAX_LIST_DEPTH},}}[ ]{{0,3}}(?:[*+-]|[0-9]+\.)[ ]", re.M)
_DEEP_ITEMS: Final = re.compile(rf"^[ ]{{0,3}}(?:(?:[*+-]|[0-9]{{1,9}}\.)[ ]+){{{_MAX_LIST_DEPTH},}}", re.M)
_DEEP_QUOTE: Final = re.compile(rf"^[ ]{{0,3}}(?:>[ ]?){{{_MAX_QUOTE_DEPTH},}}", re.M)
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([\s/>])?")
_SEPARATOR_ROW: Final = re.compile(r"^[ ]{0,3}[|:-][ |:-]*$", re.M)
# All that normalising puts in order behind a letter, wherever it stands in Unicode today; most is by U+1E94A.
_ACCENTS: Final = "".join(
    char
    for char in map(chr, range(0x0300, 0x1F000))
    if unicodedata.category(char)[0] == "M" and unicodedata.combining(unicodedata.normalize("NFD", char)[0])
)
_MANY_ACCENTS: Final = re.compile(f"[{_ACCENTS}]{{{_MAX_ACCENTS + 1}}}")
# A class of thousands is slow to look for; no accent stands before these.
_MANY_THAT_MAY_BE: Final = re.compile(f"[{_ACCENTS[0]}-\U0010ffff]{{{_MAX_ACCENTS + 1}}}")
_HEADING_LINE: Final = re.compile(r"^(?:#{1,6} |=+[ ]*$|-+[ ]*$)", re.M)
# These need no end tag, so writing none of them is no nesting.
_UNCOUNTED_TAGS: Final = frozenset(
    "br hr img wbr col p li dt dd tr td th thead tbody tfoot option input link meta".split()  # noqa: SIM905
)


class ShapeError(ValueError):
    """A text that isn't rendered: `code` for machines, `line` (1-based, or None), `message` is plain English."""

    def __init__(self, code: str, line: int | None, message: str) -> None:
        super().__init__(message if line is None else f"Line {line}: {message}")
        self.code = code
        self.line = line
        self.message = message


def check_before_normalising(text: str) -> None:
    """Refuse what NFC would take too long for, with the whole process: it sorts accents in the square of their number.

    Raises ShapeError. The text is as it was sent; normalised, it can be a fourth as long.
    """
    if len(text) > 4 * MAX_TEXT:
        raise ShapeError("size", None, f"The text is longer than {MAX_TEXT // 1024} KB. Please split the article.")
    if _MANY_THAT_MAY_BE.search(text):
        found = _MANY_ACCENTS.search(text)
        _refuse_at(found, text, "accents", f"There are more than {_MAX_ACCENTS} accents on a letter.")


def check_shape(text: str) -> None:
    """Refuse, in time linear in the text, what the parser couldn't read in time; raises ShapeError naming the line."""
    if len(text) > MAX_TEXT or len(text.encode("utf-8", "replace")) > MAX_TEXT:
        raise ShapeError("size", None, f"The text is longer than {MAX_TEXT // 1024} KB. Please split the article.")
    _refuse_at(_UNTYPABLE.search(text), text, "character", "There is a character here that no text may contain.")
    if _MANY_BLANKS in text.replace("\t", " "):
        _refuse_at(_BLANKS.search(text), text, "blanks", "There are more than 400 blanks in a row.")
    for pattern in (_DEEP_ITEM, _DEEP_ITEMS, _DEEP_QUOTE):
        _refuse_at(pattern.search(text), text, "nesting", "Lists or quotes are nested too deeply here.")
    _refuse_many(_ABBREVIATION, text, 0, _MAX_ABBREVIATIONS, "abbreviations", "abbreviations in one text")
    _refuse_many(_HEADING_LINE, text, 0, _MAX_HEADINGS, "headings", "headings in one text")
    if text.count("\n") > _MAX_LINES:
        raise ShapeError("lines", _MAX_LINES + 1, f"There are more than {_MAX_LINES} lines in one text.")
    _check_tags(text)
    _check_brackets(text)
    for start, block in _blocks(text):
        _check_block(text, start, block)


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _refuse_at(found: "re.Match[str] | None", text: str, code: str, message: str) -> None:
    if found:
        raise ShapeError(code, _line_at(text, found.start()), message)


def _refuse_many(pattern: "re.Pattern[str]", text: str, start: int, limit: int, code: str, what: str) -> None:
    """Refuse more than `limit` matches, naming the line of the first that is too much."""
    for number, found in enumerate(pattern.finditer(text), 1):
        if number > limit:
            raise ShapeError(code, start + _line_at(text, found.start()), f"There are more than {limit} {what}.")


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Runs of lines without a blank one, each with the number of lines before it."""
    line = 0
    for block in _BLOCK_END.split(text):
        yield line, block
        line += block.count("\n") + 1


def _check_block(text: str, line: int, block: str) -> None:
    if "[^" in block:
        _refuse_many(_REFERENCE, block, line, _MAX_REFERENCES, "references", "references to notes in one paragraph")
    if ": " in block:
        _refuse_many(_DEFINITION, block, line, _MAX_DEFINITIONS, "definitions", "definitions in one paragraph")
    if block.count("`") > _MAX_BACKTICKS:
        raise ShapeError("backticks", line + 1, f"There are more than {_MAX_BACKTICKS} backticks in one paragraph.")
    rows = block.count("\n") + 1
    if rows * block.count("|") > _MAX_CELLS:
        for found in _SEPARATOR_ROW.finditer(block):
            if found[0].count("|") * rows > _MAX_CELLS:
                raise ShapeError("table", line + _line_at(block, found.start()), "This table has too many cells.")


def _check_tags(text: str) -> None:
    """Bound the work of finding the ends of tags, and how deeply tags are left open."""
    work, depth, unmatched = 0, 0, 0
    open_tags: dict[str, int] = {}
    for found in _TAG.finditer(text):
        end = text.find(">", found.start())
        work += (end if end >= 0 else len(text)) - found.start()
        unmatched += text.find("<", found.start() + 1, end if end >= 0 else len(text)) >= 0
        if work > _MAX_TAG_WORK or unmatched > _MAX_UNMATCHED:
            _refuse_at(found, text, "tags", "There are too many tags without an end before here.")
        name = found[2].lower()
        # Without a blank, slash or end after its name it is an address: <https://...>.
        if not found[3] or name in _UNCOUNTED_TAGS or text[end - 1] == "/":
            continue
        if found[1]:
            depth -= min(1, open_tags.get(name, 0))
            open_tags[name] = max(0, open_tags.get(name, 0) - 1)
        else:
            depth += 1
            open_tags[name] = open_tags.get(name, 0) + 1
        if depth > _MAX_OPEN_TAGS:
            _refuse_at(found, text, "nesting", "Too many HTML tags are open at the same time here.")


def _check_brackets(text: str) -> None:
    """Bound what the parser does for `[` and `](`: for each it goes letter by letter to the bracket that closes it."""
    work = 0
    for name, pattern in _BRACKETS.items():
        if name not in text:
            continue
        waiting: list[int] = []
        for found in [*pattern.finditer(text), None]:
            position = found.start() if found else len(text)
            if found and found[0] == name:
                waiting.append(position)
                continue
            closing = found is not None and found[0][0] != "\n"
            if not closing and len(waiting) > _MAX_UNMATCHED:
                line = _line_at(text, waiting[_MAX_UNMATCHED])
                raise ShapeError("brackets", line, f"Too many {name} are never closed.")
            for _ in range(min(1, len(waiting)) if closing else len(waiting)):
                work += position - waiting.pop()
            if work > _MAX_BRACKET_WORK:
                raise ShapeError("brackets", _line_at(text, position), f"There are too many {name} within each other.")
