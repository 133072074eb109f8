"""Who wrote each word of a text: runs of words, each with the number of the edit that brought them."""

import re
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby
from typing import Final, NamedTuple, TypeAlias

from articles.text import comparing
from articles.text.comparing import Run as Equal

# What `rendering` counts as a word, without the full stop or hyphen that may end it: a sentence that is joined to
# another has lost none.
_WORD: Final = re.compile(r"\w+(?:['’.-]+\w+)*")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+\S")
# Squares of words given to the matcher for one edit: a few milliseconds, and fifteen times that without its C.
_BUDGET: Final = 300_000
# A passage with less in common was written anew; what it shares are the words that any text has, but for whole phrases.
_SIMILAR: Final = 0.35
_PHRASE: Final = 4
# Lines that may have moved and changed are looked for among so many; more were written anew, or are no article.
_MOST_LINES: Final = 400


class Run(NamedTuple):
    """So many words, one after the other, that an edit (by its number within the article) brought."""

    words: int
    edit: int


Runs: TypeAlias = tuple[Run, ...]


class Piece(NamedTuple):
    """A piece of a text that one edit (by its number within the article) wrote; 0: nobody."""

    text: str
    edit: int


class Passage(NamedTuple):
    """A paragraph, a heading, a list or a table: its first line (0-based), and the pieces of it in order."""

    line: int
    pieces: tuple[Piece, ...]

    @property
    def words(self) -> dict[int, int]:
        """How many of its words each edit wrote, the most first."""
        words = Counter[int]()
        for piece in self.pieces:
            words[piece.edit] += len(_WORD.findall(piece.text))
        return {edit: number for edit, number in words.most_common() if number}


class _Gap(NamedTuple):
    """A place where the texts differ: the lines of the one and of the other, by number."""

    old: list[int]
    new: list[int]


class _Words:
    """A text as its lines with words, each as its words with a space between; what else is in it has no writer."""

    def __init__(self, text: str) -> None:
        self.lines = [" ".join(found) for line in text.split("\n") if (found := _WORD.findall(line))]
        # The number of the first word of each line, and behind the last line the number of all words.
        self.starts = [*accumulate((line.count(" ") + 1 for line in self.lines), initial=0)]


def begun(text: str, edit_number: int) -> Runs:
    """Return the record of a text that one edit wrote.

    >>> begun("Rest, and drink.", 1)
    (Run(words=3, edit=1),)
    """
    return _runs([edit_number] * _Words(text).starts[-1])


def carried(old_text: str, old_runs: Runs, new_text: str, edit_number: int) -> Runs:
    """Return the record of a text that an edit made of another: what was there before keeps its writer.

    Lines that moved do so too; spaces, marks and punctuation are nobody's.

    >>> carried("Take it.", (Run(2, 1),), "Never take it.", 2)
    (Run(words=1, edit=2), Run(words=2, edit=1))

    and not `(Run(words=3, edit=2),)`: who changes a line has not written it.
    """
    old, new = _Words(old_text), _Words(new_text)
    before = _writers(old_runs, old.starts[-1], edit_number)
    writers = [edit_number] * new.starts[-1]
    for old_at, new_at, length in _kept(old, new):
        writers[new_at : new_at + length] = before[old_at : old_at + length]
    return _runs(writers)


def brought_back(runs: Runs, older: Runs, edit_number: int) -> Runs:
    """Return the record in which the words that an edit would have brought are whose they are by an older one.

    Both are of the same text: carried from the version before it, and from one that came earlier.

    >>> brought_back((Run(1, 1), Run(3, 3)), (Run(2, 3), Run(2, 1)), 3)
    (Run(words=1, edit=1), Run(words=1, edit=3), Run(words=2, edit=1))
    """
    count = sum(run.words for run in runs)
    pairs = zip(_writers(runs, count, edit_number), _writers(older, count, edit_number), strict=True)
    return _runs(earlier if writer == edit_number else writer for writer, earlier in pairs)


def passages(text: str, runs: Runs) -> list[Passage]:
    r"""Return the paragraphs of a text, each with the pieces that different edits wrote of it.

    >>> passages("Rest.\n\nDrink tea.", (Run(1, 1), Run(1, 1), Run(1, 2)))[1].pieces
    (Piece(text='Drink ', edit=1), Piece(text='tea.', edit=2))

    and not `'Drink'` and `' tea.'`: marks and spaces are nobody's, and stay with the word before them. A paragraph
    without words has one piece by nobody (0). No word is left out.
    """
    writers = iter(_writers(runs, _Words(text).starts[-1], 0))
    blocks: list[tuple[int, list[str]]] = []
    before = ""
    for number, line in enumerate(text.split("\n")):
        if line.strip():
            if not before.strip() or _HEADING.match(line) or _HEADING.match(before):
                blocks.append((number, []))
            blocks[-1][1].append(line)
        before = line
    return [Passage(number, _pieces("\n".join(lines), writers)) for number, lines in blocks]


def words_by_edit(runs: Runs) -> dict[int, int]:
    """Return how many words of the text each edit brought."""
    words: dict[int, int] = defaultdict(int)
    for run in runs:
        words[run.edit] += run.words
    return dict(words)


def packed(runs: Runs) -> bytes:
    """Return the record as it is stored: `unpacked` reads it."""
    return zlib.compress(" ".join(f"{run.words}*{run.edit}" for run in runs).encode("ascii"))


def unpacked(data: bytes | memoryview) -> Runs:
    """Return the record that `packed` stored."""
    pairs = (part.split("*") for part in zlib.decompress(bytes(data)).decode("ascii").split())
    return tuple(Run(int(words), int(edit)) for words, edit in pairs)


def _pieces(paragraph: str, writers: Iterator[int]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    done = 0
    starts = [found.start() for found in _WORD.finditer(paragraph)]
    for end in [*starts[1:], len(paragraph)] if starts else ():
        writer = next(writers, 0)
        if pieces and pieces[-1].edit == writer:
            pieces[-1] = Piece(pieces[-1].text + paragraph[done:end], writer)
        else:
            pieces.append(Piece(paragraph[done:end], writer))
        done = end
    return tuple(pieces) if pieces else (Piece(paragraph, 0),)


def _writers(runs: Runs, count: int, otherwise: int) -> list[int]:
    """Return the writer of each of `count` words."""
    writers = [edit for words, edit in runs for _word in range(words)]
    # The record may be of a day when Python knew other letters: no edit is lost for a word more or less.
    return writers[:count] + (writers[-1:] or [otherwise]) * (count - len(writers))


def _runs(writers: Iterable[int]) -> Runs:
    return tuple(Run(len([*words]), edit) for edit, words in groupby(writers))


def _kept(old: _Words, new: _Words) -> Iterator[Equal]:
    """Yield the words that were there before, as runs of numbers of words; none of either side twice."""
    budget = comparing.Budget(_BUDGET)
    same = comparing.equal_runs(old.lines, new.lines, budget)
    for run in same:
        yield from _in_words(old, new, run)
    gaps = _gaps(same, len(old.lines), len(new.lines))
    moved = _moved(old, new, gaps)
    for run in moved:
        yield from _in_words(old, new, run)
    gone, come = {run.old for run in moved}, {run.new for run in moved}
    left_over = _Gap([], [])
    for gap in gaps:
        rest = _Gap([at for at in gap.old if at not in gone], [at for at in gap.new if at not in come])
        found = _common(old, new, rest, budget)
        yield from found
        if not found:
            left_over.old.extend(rest.old)
            left_over.new.extend(rest.new)
    yield from _moved_and_changed(old, new, left_over, budget)


def _in_words(old: _Words, new: _Words, lines: Equal) -> Iterator[Equal]:
    start = old.starts[lines.old]
    yield Equal(start, new.starts[lines.new], old.starts[lines.old + lines.length] - start)


def _gaps(same: Sequence[Equal], old_lines: int, new_lines: int) -> list[_Gap]:
    """Return the lines before, between and behind the runs of equal ones."""
    starts = [Equal(0, 0, 0), *same]
    ends = [*same, Equal(old_lines, new_lines, 0)]
    return [
        _Gap([*range(start.old + start.length, end.old)], [*range(start.new + start.length, end.new)])
        for start, end in zip(starts, ends, strict=True)
    ]


def _moved(old: _Words, new: _Words, gaps: Sequence[_Gap]) -> list[Equal]:
    """Return the lines that stand elsewhere now, each once."""
    waiting: dict[str, deque[int]] = defaultdict(deque)
    for gap in gaps:
        for at in gap.old:
            waiting[old.lines[at]].append(at)
    return [
        Equal(waiting[new.lines[at]].popleft(), at, 1) for gap in gaps for at in gap.new if waiting.get(new.lines[at])
    ]


def _moved_and_changed(old: _Words, new: _Words, left_over: _Gap, budget: comparing.Budget) -> Iterator[Equal]:
    """Yield the words of lines that stand elsewhere and are not quite the same."""
    if max(len(left_over.old), len(left_over.new)) > _MOST_LINES:
        return
    old_left, new_left = dict(enumerate(left_over.old)), dict(enumerate(left_over.new))
    for old_at, new_at in comparing.likely_pairs(
        [old.lines[at] for at in left_over.old], [new.lines[at] for at in left_over.new]
    ):
        if old_at in old_left and new_at in new_left:
            yield from _common(old, new, _Gap([old_left.pop(old_at)], [new_left.pop(new_at)]), budget)


def _common(old: _Words, new: _Words, gap: _Gap, budget: comparing.Budget) -> list[Equal]:
    """Return the words of a changed passage that were there before."""
    old_words = [word for at in gap.old for word in old.lines[at].split(" ")]
    new_words = [word for at in gap.new for word in new.lines[at].split(" ")]
    if not old_words or not new_words:
        return []
    equal = comparing.equal_runs(old_words, new_words, budget)
    if 2 * sum(run.length for run in equal) < _SIMILAR * (len(old_words) + len(new_words)):
        equal = [run for run in equal if run.length >= _PHRASE]
    old_numbers = [number for at in gap.old for number in range(old.starts[at], old.starts[at + 1])]
    new_numbers = [number for at in gap.new for number in range(new.starts[at], new.starts[at + 1])]
    return [
        Equal(old_numbers[run.old + step], new_numbers[run.new + step], 1)
        for run in equal
        for step in range(run.length)
    ]
