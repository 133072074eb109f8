"""Two texts -> the rows of a comparison: lines first, then the words inside changed lines; no text makes it slow."""

from __future__ import annotations

import difflib
import re
from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from articles.text.risks import Risk

try:  # The same algorithm in C, about fifteen times as fast; everything works without it.
    from cydifflib import SequenceMatcher
except ImportError:  # pragma: no cover - depends on what is installed
    SequenceMatcher = difflib.SequenceMatcher

Mark = Literal["", "ins", "del"]
Kind = Literal["same", "changed", "removed", "added", "moved", "fold"]

# Squares of tokens given to the matcher in one comparison: at worst half a second with difflib.
_BUDGET: Final = 2_000_000
# Below this share of common words two lines are different lines, and word marks would be confetti.
_SIMILAR: Final = 0.35
# A word found in more lines than this doesn't tell them apart.
_TELLING: Final = 32
_CANDIDATES: Final = 8
# Rows to show: a text of nothing but line ends would make a page of 100 MB.
_MOST_ROWS: Final = 5_000
# Characters of a line whose words are compared: no paragraph is longer, and a page of word marks would be slow.
_LONGEST_LINE: Final = 50_000
# A number with its decimals is one token (of a dose, all is marked), and so is each character of scripts without
# spaces; any other word is what stands between spaces and punctuation, so that no accent is torn off its letter.
_TOKEN: Final = re.compile(
    r"\d+(?:[.,]\d+)*|[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|\s+"
    r"|[^\s!-/:-@\[-`{-~\u2010-\u205e\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff]+|."
)
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*\s*")
_FENCE: Final = re.compile(r"(```+|~~~+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line: unmarked, taken away (`del`, old side only) or put in (`ins`, new side only).

    `risk`: it belongs to what may harm a reader (see `risks.marked`).
    """

    text: str
    mark: Mark
    risk: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of both sides, or a fold that stands for `folded` equal lines.

    Numbers are of lines, from 1; a side that has no such line has None and no spans; a fold has the numbers of its
    first line and no spans. A line's spans include its line end. `heading` is the title of the section that starts
    with the row; of a fold, the last section that starts inside it. `moved`: that section stood behind the one of this
    title before (empty: at the top); None for all other rows.
    """

    kind: Kind
    old_number: int | None
    new_number: int | None
    old: tuple[Span, ...] = ()
    new: tuple[Span, ...] = ()
    folded: int = 0
    heading: str = ""
    risk: bool = False
    moved: str | None = None

    @property
    def inline(self) -> tuple[Span, ...]:
        """Both sides in one line: what went before what came in its place."""
        return tuple(_inline(self.old, self.new)) if self.kind == "changed" else self.new or self.old


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows in order, and whether the texts are the same, character for character.

    `cut`: the texts differ further on, in more rows than are worth showing; the page must say so.
    `risks`: what in it may harm a reader, where that was asked (see `risks.marked`).
    """

    rows: tuple[Row, ...]
    equal: bool
    cut: bool = False
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True)
class Moves:
    """An old text whose sections stand in the new order, so that a moved one is compared with itself.

    `numbers` has the number, in the text as it was, of each line of `text`; `headings` tells, for the index of a line
    of the new text with which a moved section begins, the title of the section that it stood behind.
    """

    text: str
    numbers: tuple[int, ...]
    headings: Mapping[int, str]


class Run(NamedTuple):
    """`length` equal tokens, from index `old` of the one sequence and `new` of the other."""

    old: int
    new: int
    length: int


class Budget:
    """What one comparison may still spend: the promise that the worst text costs no more than a large one."""

    def __init__(self, squares: int = _BUDGET) -> None:
        """Start with the number of token pairs that may be looked at."""
        self.squares = squares

    def allows(self, squares: int) -> bool:
        """Spend so much if it is there; False leaves the block unexamined, shown as replaced."""
        if squares > self.squares:
            return False
        self.squares -= squares
        return True


class _Step(NamedTuple):
    """The lines from `old` and from `new`, so many on each side, of one kind; changed lines come as pairs."""

    kind: Kind
    old: int
    new: int
    old_lines: int
    new_lines: int


def compare(old: str, new: str, *, context: int | None = 2, moves: Moves | None = None) -> Comparison:
    r"""Compare two texts; equal lines are kept `context` deep around a change, the rest is folded (None: never).

    With `context=None` the old spans of all rows, joined, are the old text, and the new spans the new one.

    >>> [row.kind for row in compare("Dose: 5 mg\n", "Dose: 10 mg\n").rows]
    ['changed']

    and not `['removed', 'added']`: lines that share enough words stand beside each other, the other words marked.
    """
    old_lines, new_lines = _lines(moves.text if moves else old), _lines(new)
    budget = Budget()
    steps = list(_merged(_steps(old_lines, new_lines, budget)))
    headings = _Headings(_headings(old_lines), _headings(new_lines))
    if moves:
        steps = list(_parted_at(moves.headings, steps))
    rows = _rows(steps, old_lines, new_lines, headings, budget, context)
    if moves:
        rows = (_with_move(row, moves) for row in rows)
    shown = tuple(islice(rows, _MOST_ROWS))
    return Comparison(shown, equal=old == new, cut=next(rows, None) is not None)


def compare_sections(old: str, new: str) -> Comparison:
    r"""Compare two texts of one section: blank lines at its end are the gap before the next one, and no change.

    >>> compare_sections("## Dose\n\n5 mg\n\n", "## Dose\n\n5 mg\n").equal
    True
    """
    return compare(_without_gap(old), _without_gap(new))


def marked(old: str, new: str) -> tuple[Span, ...]:
    r"""The new text as spans, what it puts in marked, and the whole lines that it takes away where they stood.

    >>> [(span.text, span.mark) for span in marked("Dose: 5 mg\n", "Dose: 10 mg\n")]
    [('Dose: ', ''), ('10', 'ins'), (' mg\n', '')]
    """
    rows = compare(old, new, context=None).rows
    return tuple(span for row in rows for span in (row.old if row.kind == "removed" else row.new))


def _without_gap(text: str) -> str:
    kept = text.rstrip("\n")
    return f"{kept}\n" if kept else ""


def equal_runs(old: Sequence[str], new: Sequence[str], budget: Budget | None = None) -> list[Run]:
    """The runs of equal tokens, in order, that a person would call unchanged; what lies between them was replaced.

    Blank tokens only count as equal together with what stands before them, so that spaces and empty lines hold
    nothing together by themselves. Tokens that are unique on both sides are matched first, in linear time; only what
    is left between them goes to the quadratic matcher, as long as the budget lasts.
    """
    budget = budget or Budget()
    start, end = _common_edges(old, new)
    ids: dict[object, int] = {}
    old_keys = _keys(old[start : len(old) - end], ids)
    new_keys = _keys(new[start : len(new) - end], ids)
    runs = [Run(0, 0, start)]
    old_done = new_done = 0
    for old_at, new_at in [*longest_series(old_keys, new_keys), (len(old_keys), len(new_keys))]:
        between = _between(old_keys[old_done:old_at], new_keys[new_done:new_at], budget)
        runs += [Run(start + old_done + a, start + new_done + b, length) for a, b, length in between]
        runs.append(Run(start + old_at, start + new_at, 1 if old_at < len(old_keys) else end))
        old_done, new_done = old_at + 1, new_at + 1
    return list(_grown(old, new, runs))


def tokens_of(text: str) -> list[str]:
    """The words of a text, what stands between them, and its spaces: joined, they are the text again."""
    return _TOKEN.findall(text)


def _lines(text: str) -> list[str]:
    """The lines with their ends, split at LF only: other characters that Python takes for line ends are text."""
    *lines, last = text.split("\n")
    return [line + "\n" for line in lines] + ([last] if last else [])


def _common_edges(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many tokens are equal at the start, and how many of the others at the end."""
    most = min(len(old), len(new))
    start = 0
    while start < most and old[start] == new[start]:
        start += 1
    end = 0
    while end < most - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return start, end


def _keys(tokens: Sequence[str], ids: dict[object, int]) -> list[int]:
    """A number for each token, the same for equal ones; a blank one is numbered together with what it follows."""
    keys: list[int] = []
    for token in tokens:
        name: object = (keys[-1] if keys else -1, token) if token.isspace() else token
        keys.append(ids.setdefault(name, len(ids)))
    return keys


def longest_series(old: Sequence[int], new: Sequence[int]) -> list[tuple[int, int]]:
    """The longest rising series of tokens that occur once on each side (what is called a patience diff)."""
    old_counts, new_counts = Counter(old), Counter(new)
    place = {key: at for at, key in enumerate(new) if new_counts[key] == 1}
    tops: list[int] = []
    series: list[tuple[int, int, int]] = []  # (old, new, index of the one before)
    last: list[int] = []  # for each length, the series' end that is lowest in `new`
    for at, key in enumerate(old):
        if old_counts[key] != 1 or key not in place:
            continue
        length = bisect_left(tops, place[key])
        tops[length : length + 1] = [place[key]]
        last[length : length + 1] = [len(series)]
        series.append((at, place[key], last[length - 1] if length else -1))
    anchors = []
    at = last[-1] if last else -1
    while at >= 0:
        old_at, new_at, at = series[at]
        anchors.append((old_at, new_at))
    return anchors[::-1]


def _between(old: list[int], new: list[int], budget: Budget) -> list[tuple[int, int, int]]:
    if not old or not new or not budget.allows(len(old) * len(new)):
        return []
    # autojunk would take any word that makes up 1 % of a long article for noise.
    return [tuple(block) for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()]


def _grown(old: Sequence[str], new: Sequence[str], runs: list[Run]) -> Iterator[Run]:
    """The runs without empty ones, joined, each grown over equal (blank) tokens at the edges of the gaps around it."""
    grown = Run(0, 0, 0)
    for run in [*runs, Run(len(old), len(new), 0)]:
        old_gap = old[grown.old + grown.length : run.old]
        new_gap = new[grown.new + grown.length : run.new]
        start, end = _common_edges(old_gap, new_gap)
        grown = grown._replace(length=grown.length + start)
        if start < len(old_gap) or start < len(new_gap):
            if grown.length:
                yield grown
            grown = Run(run.old - end, run.new - end, end)
        grown = grown._replace(length=grown.length + run.length)
    if grown.length:
        yield grown


def _steps(old: list[str], new: list[str], budget: Budget) -> Iterator[_Step]:
    """The comparison of lines, in order."""
    old_done = new_done = 0
    for run in [*equal_runs(old, new, budget), Run(len(old), len(new), 0)]:
        for old_at, new_at in _similar_pairs(old[old_done : run.old], new[new_done : run.new], old_done, new_done):
            yield from _replaced(old, new, old_done, old_at, new_done, new_at)
            yield _Step("same" if old[old_at] == new[new_at] else "changed", old_at, new_at, 1, 1)
            old_done, new_done = old_at + 1, new_at + 1
        yield from _replaced(old, new, old_done, run.old, new_done, run.new)
        yield _Step("same", run.old, run.new, run.length, run.length)
        old_done, new_done = run.old + run.length, run.new + run.length


def _replaced(old: list[str], new: list[str], old_at: int, old_end: int, new_at: int, new_end: int) -> Iterator[_Step]:
    """Lines without a partner: first what went, then what came, but for equal lines (mostly blank) at the edges."""
    start, end = _common_edges(old[old_at:old_end], new[new_at:new_end])
    yield _Step("same", old_at, new_at, start, start)
    yield _Step("removed", old_at + start, new_at + start, old_end - end - old_at - start, 0)
    yield _Step("added", old_end - end, new_at + start, 0, new_end - end - new_at - start)
    yield _Step("same", old_end - end, new_end - end, end, end)


def _similar_pairs(old: list[str], new: list[str], old_start: int, new_start: int) -> list[tuple[int, int]]:
    """Which changed line of `old` became which of `new`: by common words, the surest first, never crossing.

    The answer counts from `old_start` and `new_start`, where these lines begin.
    """
    pairs: list[tuple[int, int]] = []
    for old_at, new_at in likely_pairs(old, new):
        place = bisect(pairs, (old_at, new_at))
        before = pairs[place - 1] if place else (-1, -1)
        after = pairs[place] if place < len(pairs) else (len(old), len(new))
        if before[0] < old_at < after[0] and before[1] < new_at < after[1]:
            pairs.insert(place, (old_at, new_at))
    return [(old_start + old_at, new_start + new_at) for old_at, new_at in pairs]


def likely_pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of lines, by index, that are similar enough to be one before and after a change, the surest first."""
    found = _likely_pairs([_words(line) for line in old], [_words(line) for line in new])
    return [(old_at, new_at) for _, _, old_at, new_at in sorted(found)]


def _likely_pairs(old: list[dict[str, None]], new: list[dict[str, None]]) -> Iterator[tuple[float, int, int, int]]:
    """Pairs of lines (by their words) that are similar enough: minus their weight, distance, old index, new index."""
    lines_with: dict[str, list[int]] = defaultdict(list)
    for old_at, words in enumerate(old):
        for word in words:
            lines_with[word].append(old_at)
    telling = {word: lines for word, lines in lines_with.items() if len(lines) <= _TELLING}
    for new_at, words in enumerate(new):
        shared_by = Counter(old_at for word in words for old_at in telling.get(word, ()))
        for old_at, _ in shared_by.most_common(_CANDIDATES):
            shared = len(words.keys() & old[old_at].keys())
            similarity = 2 * shared / (len(words) + len(old[old_at]))
            if similarity >= _SIMILAR:
                yield -shared * similarity, abs(new_at - old_at), old_at, new_at


def _words(line: str) -> dict[str, None]:
    """The different words of a line in their order; its punctuation where it has no words (a table's second line)."""
    tokens = [token for token in tokens_of(line) if not token.isspace()]
    return dict.fromkeys([token for token in tokens if token[0].isalnum()] or tokens)


def _merged(steps: Iterator[_Step]) -> Iterator[_Step]:
    """The steps without empty ones, neighbouring runs of equal lines made one, so that they fold as one."""
    same: _Step | None = None
    for step in steps:
        if step.kind == "same" and same:
            same = same._replace(old_lines=same.old_lines + step.old_lines, new_lines=same.new_lines + step.new_lines)
        elif step.kind == "same" and step.old_lines:
            same = step
        elif step.old_lines or step.new_lines:
            if same:
                yield same
            same = None
            yield step
    if same:
        yield same


def _parted_at(lines: Iterable[int], steps: Iterable[_Step]) -> Iterator[_Step]:
    """The steps, but that each of these lines (by index in the new text) is one by itself where it is equal."""
    waiting = sorted(lines)
    for step in steps:
        if step.kind != "same":
            yield step
            continue
        for at in [line for line in waiting if step.new <= line < step.new + step.new_lines]:
            before = at - step.new
            if before:
                yield step._replace(old_lines=before, new_lines=before)
            yield _Step("moved", step.old + before, at, 1, 1)
            left = step.new_lines - before - 1
            step = _Step("same", step.old + before + 1, at + 1, left, left)
        if step.new_lines:
            yield step


def _with_move(row: Row, moves: Moves) -> Row:
    """The row with its number in the old text as that was, and with where its section stood."""
    number = moves.numbers[row.old_number - 1] if row.old_number else row.old_number
    moved = moves.headings.get(row.new_number - 1) if row.new_number and row.kind != "fold" else None
    return replace(row, old_number=number, moved=moved)


def _inline(old: Sequence[Span], new: Sequence[Span]) -> Iterator[Span]:
    """The spans of two lines as those of one; what is equal in both may be cut differently on either side."""
    was, now = [*old], [*new]
    while was or now:
        if was and was[0].mark:
            yield was.pop(0)
        elif now and now[0].mark:
            yield now.pop(0)
        elif was and now:
            length = min(len(was[0].text), len(now[0].text))
            yield replace(now[0], text=now[0].text[:length], risk=now[0].risk or was[0].risk)
            for side in (was, now):
                rest = side[0].text[length:]
                side[:1] = [replace(side[0], text=rest)] if rest else []
        else:  # One side is at its end: it has said all that is equal.
            yield (was or now).pop(0)


class _Headings(NamedTuple):
    """The title of the section that starts at a line, by index, on either side."""

    old: dict[int, str]
    new: dict[int, str]


def _headings(lines: list[str]) -> dict[int, str]:
    """Titles by line. Only a label for orientation: what is a section is the parser's to say, and costs a parse."""
    titles: dict[int, str] = {}
    fence = ""
    for at, line in enumerate(lines):
        if line[0] not in "#`~":
            continue
        if opened := _FENCE.match(line):
            fence = "" if fence and line.startswith(fence) else fence or opened[1]
        elif not fence and (heading := _HEADING.fullmatch(line)):
            titles[at] = heading[1]
    return titles


def _rows(
    steps: list[_Step], old: list[str], new: list[str], headings: _Headings, budget: Budget, context: int | None
) -> Iterator[Row]:
    for number, step in enumerate(steps):
        if step.kind == "same":
            depth = step.new_lines if context is None else context
            before = 0 if number == 0 and context is not None else depth
            after = 0 if number == len(steps) - 1 and context is not None else depth
            yield from _same(step, new, headings, before, after)
        elif step.kind == "moved":
            row = _same_row(step, 0, new, headings)
            yield replace(row, kind="moved")
        else:
            yield from _different(step, old, new, headings, budget)


def _same(step: _Step, lines: list[str], headings: _Headings, before: int, after: int) -> Iterator[Row]:
    """The rows of a run of equal lines; a fold hides at least two, since it takes a row itself."""
    folded = step.new_lines - before - after
    kept = before if folded > 1 else step.new_lines
    yield from (_same_row(step, at, lines, headings) for at in range(kept))
    if kept < step.new_lines:
        first = step.new + kept
        inside = [headings.new[at] for at in range(first, first + folded) if at in headings.new]
        heading = inside[-1] if inside else ""
        yield Row("fold", step.old + kept + 1, first + 1, folded=folded, heading=heading)
        yield from (_same_row(step, at, lines, headings) for at in range(kept + folded, step.new_lines))


def _same_row(step: _Step, at: int, lines: list[str], headings: _Headings) -> Row:
    old_at, new_at = step.old + at, step.new + at
    spans = (Span(lines[new_at], ""),)
    return Row("same", old_at + 1, new_at + 1, spans, spans, heading=headings.new.get(new_at, ""))


def _different(step: _Step, old: list[str], new: list[str], headings: _Headings, budget: Budget) -> Iterator[Row]:
    if step.kind == "changed":
        old_spans, new_spans = _marked(old[step.old], new[step.new], budget)
        heading = headings.new.get(step.new) or headings.old.get(step.old, "")
        yield Row("changed", step.old + 1, step.new + 1, old_spans, new_spans, heading=heading)
    for at in range(step.old, step.old + step.old_lines if step.kind == "removed" else step.old):
        yield Row("removed", at + 1, None, (Span(old[at], "del"),), heading=headings.old.get(at, ""))
    for at in range(step.new, step.new + step.new_lines if step.kind == "added" else step.new):
        yield Row("added", None, at + 1, new=(Span(new[at], "ins"),), heading=headings.new.get(at, ""))


def _marked(old: str, new: str, budget: Budget) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """The two lines as spans, the words that only one has marked."""
    if max(len(old), len(new)) > _LONGEST_LINE:
        return (Span(old, "del"),), (Span(new, "ins"),)
    old_tokens, new_tokens = tokens_of(old), tokens_of(new)
    old_spans: list[Span] = []
    new_spans: list[Span] = []
    old_rest, new_rest = iter(old_tokens), iter(new_tokens)
    old_done = new_done = 0
    for run in [*equal_runs(old_tokens, new_tokens, budget), Run(len(old_tokens), len(new_tokens), 0)]:
        old_spans.append(Span("".join(islice(old_rest, run.old - old_done)), "del"))
        new_spans.append(Span("".join(islice(new_rest, run.new - new_done)), "ins"))
        old_spans.append(Span("".join(islice(old_rest, run.length)), ""))
        new_spans.append(Span("".join(islice(new_rest, run.length)), ""))
        old_done, new_done = run.old + run.length, run.new + run.length
    return tuple(span for span in old_spans if span.text), tuple(span for span in new_spans if span.text)
