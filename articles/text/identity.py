"""Which section of a new text is which of the old one, so that a section keeps its permanent number."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from articles.text.sections import Outline, OutlineEntry, Version, split, without_heading

_WORD: Final = re.compile(r"\w+")
# So many words in a row are compared: single words recur in every section of a medical article.
_SHINGLE: Final = 3
# What stands in more sections than this tells none of them from the others.
_TELLING: Final = 8
# Two texts that share less than this are not one text, edited.
_ALIKE: Final = 0.25
# So much of a section is found again in what it was parted into or joined with.
_CONTAINED: Final = 0.5
_FEWEST_SHARED: Final = 4


def keep_ids(old: Version, new: Version) -> Outline:
    """The new outline with the numbers of the old one's sections carried over; what matches nothing has none.

    The lead is the lead. Of the others, in this order, the same are: those of equal text under the same headings; of
    equal text anywhere; of equal text under another heading or at another level; those in one place under one heading
    of which one begins or ends with the other's text, however little that is, as when a section is parted or joined;
    those most alike by their words and titles together, the surest first; those of equal title, whatever their text;
    and headings over the same sub-sections. Sections that can't be told apart keep their numbers only when there are
    as many of them as before.

    Right: "Dose" under "Adults" is deleted; "Dose" under "Children", word for word the same, stays who it is.
    Tempting and wrong: the first of two equal sections is the one that is left, and an edit of the deleted one, still
    open in somebody's browser, would be saved into the other.
    """
    if not old.outline.entries or not new.outline.entries:
        return new.outline
    pairs = _Pairs(_candidates(old), _candidates(new))
    for key_of in (_by_place_and_text, _by_text, _by_place_and_body, _by_body):
        pairs.match_equal(key_of)
    pairs.match_pieces()
    pairs.match_alike()
    for key_of in (_by_name, _by_title):
        pairs.match_equal(key_of)
    pairs.match_neighbours()
    ids = {new_at: old.outline.entries[old_at].id for old_at, new_at in pairs.made.items()}
    entries = tuple(replace(entry, id=ids.get(at)) for at, entry in enumerate(new.outline.entries))
    return replace(new.outline, entries=entries)


def successors(old: Version, new: Version) -> dict[int, int]:
    """For the number of each section that is gone: the index of the section which holds most of its words now, if any.

    `new` has its numbers already. So the address of a section that was joined with another one leads on.
    """
    kept = {entry.id for entry in new.outline.entries}
    gone = [one for one in _candidates(old) if one.entry.id is not None and one.entry.id not in kept]
    found: dict[int, int] = {}
    for shared, one, other in sorted(_sharing(gone, _candidates(new)), key=lambda each: -each[0]):
        if shared >= max(_CONTAINED * one.size, min(_FEWEST_SHARED, one.size)) and one.entry.id:
            found.setdefault(one.entry.id, other.at)
    return found


@dataclass(frozen=True, eq=False)
class _Candidate:
    """A section that looks for its other self: its number in the text, its own text, the headings it is under."""

    at: int
    entry: OutlineEntry
    text: str
    path: tuple[str, ...]

    @cached_property
    def body(self) -> str:
        """Its text without the heading, and without the blank lines that part it from the next."""
        return without_heading(self.text, self.entry.level).strip()

    @cached_property
    def shingles(self) -> Counter[tuple[str, ...]]:
        """Its words, as many in a row as tell a text; of a shorter one, all of them."""
        words = _WORD.findall(self.body.casefold())
        if len(words) < _SHINGLE:
            return Counter({tuple(words): 1} if words else {})
        return Counter(zip(*(words[start:] for start in range(_SHINGLE)), strict=False))

    @cached_property
    def size(self) -> int:
        return self.shingles.total()

    @cached_property
    def title_words(self) -> frozenset[str]:
        return frozenset(_WORD.findall(self.entry.title.casefold()))


def _candidates(version: Version) -> list[_Candidate]:
    """All sections with the titles of those that each is in."""
    pieces = split(version.text, version.outline)
    candidates: list[_Candidate] = []
    around: list[OutlineEntry] = []
    for at, (entry, text) in enumerate(zip(version.outline.entries, (pieces.lead, *pieces.sections), strict=True)):
        while around and around[-1].level >= entry.level:
            around.pop()
        candidates.append(_Candidate(at, entry, text, tuple(outer.title for outer in around if outer.level)))
        around.append(entry)
    return candidates


# --- Pairs -------------------------------------------------------------------------------------------------------
def _by_place_and_text(one: _Candidate) -> Hashable:
    return one.path, one.entry.hash


def _by_text(one: _Candidate) -> Hashable:
    return one.entry.hash


def _by_place_and_body(one: _Candidate) -> Hashable:
    return (one.path, one.entry.level, one.body) if one.size >= _FEWEST_SHARED else None


def _by_body(one: _Candidate) -> Hashable:
    return one.body if one.size >= _FEWEST_SHARED else None


def _by_place(one: _Candidate) -> Hashable:
    return one.path, one.entry.level, one.entry.title


def _by_name(one: _Candidate) -> Hashable:
    return one.entry.level, one.entry.title


def _by_title(one: _Candidate) -> Hashable:
    return one.entry.title


class _Pairs:
    """The pairs found so far, by number in the old and in the new text, and who waits for one on either side."""

    def __init__(self, old: list[_Candidate], new: list[_Candidate]) -> None:
        self.made: dict[int, int] = {0: 0}
        self.old, self.new = old, new
        self._waiting_old, self._waiting_new = old[1:], new[1:]

    def match_equal(self, key_of: Callable[[_Candidate], Hashable]) -> None:
        """Pair those of one key, in order, where both texts have as many of it; None is no key."""
        old, new = _grouped(self._waiting_old, key_of), _grouped(self._waiting_new, key_of)
        for key in old:
            if key is not None and len(old[key]) == len(new.get(key, ())):
                for one, other in zip(old[key], new[key], strict=True):
                    self._pair(one, other)
        self._go_on()

    def match_pieces(self) -> None:
        """Pair those that only they are in their place, where all the text of one is the beginning or end of the other.

        Right: "Causes" is parted after its first sentence; it is still "Causes".
        Tempting and wrong: it is what the rest is called now, since most of its words are there.
        """
        old, new = _grouped(self._waiting_old, _by_place), _grouped(self._waiting_new, _by_place)
        for key, (one, *others) in old.items():
            if not others and len(new.get(key, ())) == 1 and _is_piece(one.body, new[key][0].body):
                self._pair(one, new[key][0])
        self._go_on()

    def match_alike(self) -> None:
        """Pair those whose words and titles are most alike, the surest first; of two equally sure ones the nearest."""
        likely = [
            (-likeness, abs(one.at - other.at), one.at, other.at)
            for shared, one, other in _sharing(_told_apart(self._waiting_old), _told_apart(self._waiting_new))
            if (likeness := _likeness(shared, one, other))
        ]
        taken: set[int] = set()
        for _, _, old_at, new_at in sorted(likely):
            if old_at not in self.made and new_at not in taken:
                self.made[old_at] = new_at
                taken.add(new_at)
        self._go_on()

    def match_neighbours(self) -> None:
        """Pair headings whose sub-sections are the same, and those of one text that stand between the same two."""
        for pairs in (self._over_the_same, self._between_the_same):
            new_of = dict(self.made)
            old_of = {new_at: old_at for old_at, new_at in new_of.items()}
            for one in self._waiting_old:
                other = pairs(one, new_of, old_of)
                if other is not None:
                    self._pair(one, other)
            self._go_on()

    def _over_the_same(self, one: _Candidate, new_of: dict[int, int], _: dict[int, int]) -> _Candidate | None:
        below = one.at + 1
        if below not in new_of or self.old[below].entry.level <= one.entry.level:
            return None
        return self._free(new_of[below] - 1, one)

    def _between_the_same(self, one: _Candidate, new_of: dict[int, int], old_of: dict[int, int]) -> _Candidate | None:
        if one.at - 1 not in new_of:
            return None
        other = self._free(new_of[one.at - 1] + 1, one)
        if other is None or other.body != one.body:
            return None
        follows = old_of.get(other.at + 1, len(self.old) if other.at + 1 == len(self.new) else None)
        return other if follows == one.at + 1 else None

    def _free(self, new_at: int, one: _Candidate) -> _Candidate | None:
        """The new section of that number, if it still waits and is of the old one's level."""
        free = (each for each in self._waiting_new if each.at == new_at and each.entry.level == one.entry.level)
        return next(free, None)

    def _pair(self, one: _Candidate, other: _Candidate) -> None:
        self.made[one.at] = other.at

    def _go_on(self) -> None:
        taken = set(self.made.values())
        self._waiting_old = [one for one in self._waiting_old if one.at not in self.made]
        self._waiting_new = [one for one in self._waiting_new if one.at not in taken]


def _is_piece(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return bool(short) and (long.startswith(short) or long.endswith(short))


def _grouped(
    candidates: Sequence[_Candidate], key_of: Callable[[_Candidate], Hashable]
) -> dict[Hashable, list[_Candidate]]:
    groups: dict[Hashable, list[_Candidate]] = defaultdict(list)
    for one in candidates:
        groups[key_of(one)].append(one)
    return groups


def _told_apart(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """Those whose text no other has."""
    times = Counter(one.entry.hash for one in candidates)
    return [one for one in candidates if times[one.entry.hash] == 1]


def _sharing(old: Sequence[_Candidate], new: Sequence[_Candidate]) -> Iterator[tuple[int, _Candidate, _Candidate]]:
    """How many rows of words each two sections share, of those that share a telling one."""
    if not old or not new:
        return
    with_shingle: dict[tuple[str, ...], list[_Candidate]] = defaultdict(list)
    for one in old:
        for shingle in one.shingles:
            with_shingle[shingle].append(one)
    for other in new:
        telling = (with_shingle.get(shingle, []) for shingle in other.shingles)
        likely = dict.fromkeys(one for found in telling if len(found) <= _TELLING for one in found)
        for one in likely:
            yield (one.shingles & other.shingles).total(), one, other


def _likeness(shared: int, one: _Candidate, other: _Candidate) -> float:
    """How sure it is that these two are the same, 0 when they are not: mostly by their words, also by their titles."""
    in_both = 2 * shared / (one.size + other.size)
    of_smaller = shared / min(one.size, other.size)
    if in_both < _ALIKE and not (of_smaller >= _CONTAINED and shared >= _FEWEST_SHARED):
        return 0
    titles = one.title_words | other.title_words
    same_title = len(one.title_words & other.title_words) / len(titles) if titles else 1.0
    return (
        0.6 * in_both
        + 0.3 * same_title
        + 0.05 * (one.entry.level == other.entry.level)
        + 0.05 * (one.path == other.path)
    )
