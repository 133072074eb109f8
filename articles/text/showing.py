"""Two versions as people look at them: sections that moved stand beside themselves, and as readers see it, marked.

Rows of lines and words are `comparing`'s; here is what takes an outline or the rendered text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from articles.text import comparing
from articles.text.comparing import Comparison, Moves
from articles.text.sections import Outline, OutlineEntry, Version, lines_of, segment_range, split

# A tag, its attributes quoted (`>` may stand in them), an entity, blanks, or a word.
_TOKEN: Final = re.compile(r"<(?:\"[^\"]*\"|'[^']*'|[^>\"'])*>|&#?\w{1,40};|\s+|[^\s<&]+|.")


class ChangedSection(NamedTuple):
    """A section in which two versions differ; `state` is "changed", "added", "removed" or "moved"."""

    id: int
    title: str
    state: str


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions; a section that was moved is compared with itself, and its heading says that it moved."""
    return comparing.compare(old.text, new.text, moves=_moves(old, new))


def changed_sections(old: Version, new: Version) -> list[ChangedSection]:
    """The sections, without those within them, that are not the same in two versions, in the order of the new one."""
    was, now = _texts(old), _texts(new)
    moved = {entry.id for entry in _topmost(new.outline, set(_moved(old.outline, new.outline)))}
    states = {
        number: "added" if number not in was else "changed" if was[number] != text else "moved"
        for number, text in now.items()
        if was.get(number) != text or number in moved
    }
    states |= {number: "removed" for number in was if number not in now}
    titles = {entry.id: entry.title for outline in (old.outline, new.outline) for entry in outline.entries}
    return [ChangedSection(number, titles[number], state) for number, state in states.items()]


def _texts(version: Version) -> dict[int, str]:
    """The own text of each section that has a number; the blank lines after it are the gap before the next one."""
    pieces = split(version.text, version.outline)
    texts = zip(version.outline.entries, (pieces.lead, *pieces.sections), strict=True)
    return {entry.id: text.rstrip("\n") for entry, text in texts if entry.id is not None}


def marked_html(old: str, new: str) -> str:
    """The new HTML with the words that it brings in `ins`, and in `del`, where they stood, those that are gone.

    Both are what the sanitizer let through. Tags are the new text's alone, so what comes of it is well-formed: words
    that went stand behind the word before them, never between two cells or paragraphs.
    """
    old_tokens, new_tokens = _TOKEN.findall(old), _TOKEN.findall(new)
    shown = _Marked()
    old_done = new_done = 0
    ends = comparing.Run(len(old_tokens), len(new_tokens), 0)
    for run in [*comparing.equal_runs(old_tokens, new_tokens), ends]:
        shown.gone(old_tokens[old_done : run.old])
        shown.come(new_tokens[new_done : run.new])
        shown.kept(new_tokens[run.new : run.new + run.length])
        old_done, new_done = run.old + run.length, run.new + run.length
    return shown.html()


class _Marked:
    """HTML in the making: what is gone waits for a place where words may stand."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._waiting: list[str] = []
        self._place = -1  # Behind which piece words that are gone may stand: the last word.

    def gone(self, tokens: Sequence[str]) -> None:
        text = "".join(token for token in tokens if not _is_tag(token))
        if not text.strip():
            return
        if self._place < 0:
            self._waiting.append(f"<del>{text}</del>")
        else:
            self._pieces.insert(self._place + 1, f"<del>{text}</del>")
            self._place += 1

    def come(self, tokens: Sequence[str]) -> None:
        for token, is_tag in _grouped(tokens):
            self._add(token if is_tag or not token.strip() else f"<ins>{token}</ins>", is_word=not is_tag)

    def kept(self, tokens: Sequence[str]) -> None:
        for token, is_tag in _grouped(tokens):
            self._add(token, is_word=not is_tag)

    def html(self) -> str:
        return "".join([*self._pieces, *self._waiting])

    def _add(self, piece: str, *, is_word: bool) -> None:
        if is_word and piece.strip():
            self._pieces += self._waiting
            self._waiting = []
            self._place = len(self._pieces)
        self._pieces.append(piece)


def _grouped(tokens: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Tags one by one, and what stands between two of them as one."""
    text: list[str] = []
    for token in tokens:
        if _is_tag(token):
            if text:
                yield "".join(text), False
            text = []
            yield token, True
        else:
            text.append(token)
    if text:
        yield "".join(text), False


def _is_tag(token: str) -> bool:
    return token.startswith("<") and token.endswith(">") and len(token) > 1


# --- Sections that moved ---------------------------------------------------------------------------------------------


def _moved(old: Outline, new: Outline) -> list[int]:
    """The sections that stand elsewhere among those which both have, all but the longest series that is in order."""
    place = {entry.id: at for at, entry in enumerate(old.entries) if entry.id is not None}
    common = [place[entry.id] for entry in new.entries if entry.id in place]
    in_order = {at for at, _ in comparing.longest_series(sorted(common), common)}
    return [number for at in common if at not in in_order and (number := old.entries[at].id) is not None]


def _moves(old: Version, new: Version) -> Moves | None:
    moved = set(_moved(old.outline, new.outline))
    if not moved:
        return None
    order = _in_new_order(old.outline, new.outline, moved)
    lines = lines_of(old.text)
    numbers: list[int] = []
    pieces: list[str] = []
    for at in order:
        first, end = segment_range(old.outline, at)
        numbers += range(first, end)
        pieces += (line if line.endswith("\n") else line + "\n" for line in lines[first:end])
        if at == len(old.outline.entries) - 1 and at != order[-1] and pieces[-1].strip():
            # It ended the text, and is parted from what follows now.
            numbers.append(end - 1)
            pieces.append("\n")
    tail = lines[old.outline.tail_line :]
    while not tail and pieces and not pieces[-1].strip():
        del pieces[-1], numbers[-1]
    numbers += range(old.outline.tail_line, len(lines))
    text = "".join([*pieces, *tail])
    behind = {
        entry.id: before.title for before, entry in zip(old.outline.entries, old.outline.entries[1:], strict=False)
    }
    headings = {entry.line: behind.get(entry.id, "") for entry in _topmost(new.outline, moved)}
    return Moves(text, tuple(at + 1 for at in numbers), headings)


def _in_new_order(old: Outline, new: Outline, moved: set[int]) -> list[int]:
    """The indexes of the old sections: the moved ones stand behind what they stand behind in the new text."""
    place = {entry.id: at for at, entry in enumerate(old.entries) if entry.id is not None}
    order = [at for at, entry in enumerate(old.entries) if entry.id not in moved]
    before = 0
    for entry in new.entries:
        if entry.id not in place:
            continue
        if entry.id in moved:
            order.insert(order.index(before) + 1, place[entry.id])
        before = place[entry.id]
    return order


def _topmost(outline: Outline, moved: set[int]) -> Iterator[OutlineEntry]:
    """Of the moved sections those that did not move within another that did."""
    within = 0
    for entry in outline.entries:
        if within and entry.level > within:
            continue
        within = 0
        if entry.id in moved:
            within = entry.level
            yield entry
