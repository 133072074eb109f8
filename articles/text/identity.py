"""Which section of a new text is which of the old one, so that a section keeps its permanent number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from articles.text.sections import Outline, OutlineEntry

_Path = tuple[str, ...]
_KeyOf = Callable[[OutlineEntry, _Path], Hashable]


def keep_ids(old: Outline, new: Outline) -> Outline:
    """The new outline with the numbers of the old one's sections carried over; what matches nothing has none.

    The lead is the lead. Of the others, first those of equal text under the same headings are the same, then those of
    equal text anywhere, then those of equal level and title. Sections that can't be told apart keep their numbers only
    when there are as many of them as before.

    Right: "Dose" under "Adults" is deleted; "Dose" under "Children", word for word the same, stays who it is.
    Tempting and wrong: the first of two equal sections is the one that is left, and an edit of the deleted one, still
    open in somebody's browser, would be saved into the other.
    """
    if not old.entries or not new.entries:
        return new
    ids: list[int | None] = [None] * len(new.entries)
    ids[0] = old.entries[0].id
    waiting = list(zip(old.entries, _paths(old), strict=True))[1:]
    places = list(enumerate(zip(new.entries, _paths(new), strict=True)))[1:]
    for key_of in (_by_place_and_text, _by_text, _by_name):
        waiting, places = _match(waiting, places, ids, key_of)
    return replace(new, entries=tuple(replace(entry, id=id_) for entry, id_ in zip(new.entries, ids, strict=True)))


def _by_place_and_text(entry: OutlineEntry, path: _Path) -> Hashable:
    return path, entry.hash


def _by_text(entry: OutlineEntry, path: _Path) -> Hashable:
    return entry.hash


def _by_name(entry: OutlineEntry, path: _Path) -> Hashable:
    return entry.level, entry.title


def _paths(outline: Outline) -> list[_Path]:
    """The titles of the sections that each section is in."""
    paths: list[_Path] = []
    around: list[OutlineEntry] = []
    for entry in outline.entries:
        while around and around[-1].level >= entry.level:
            around.pop()
        paths.append(tuple(outer.title for outer in around if outer.level))
        around.append(entry)
    return paths


def _match(
    waiting: Sequence[tuple[OutlineEntry, _Path]],
    places: Sequence[tuple[int, tuple[OutlineEntry, _Path]]],
    ids: list[int | None],
    key_of: _KeyOf,
) -> tuple[list[tuple[OutlineEntry, _Path]], list[tuple[int, tuple[OutlineEntry, _Path]]]]:
    """Give the places of each key the numbers of as many old sections, in order; return what is left of both."""
    old: dict[Hashable, list[OutlineEntry]] = defaultdict(list)
    new: dict[Hashable, list[int]] = defaultdict(list)
    for entry, path in waiting:
        old[key_of(entry, path)].append(entry)
    for number, (entry, path) in places:
        new[key_of(entry, path)].append(number)
    matched = {key for key in old if len(old[key]) == len(new.get(key, ()))}
    for key in matched:
        for entry, number in zip(old[key], new[key], strict=True):
            ids[number] = entry.id
    return (
        [(entry, path) for entry, path in waiting if key_of(entry, path) not in matched],
        [(number, (entry, path)) for number, (entry, path) in places if key_of(entry, path) not in matched],
    )
