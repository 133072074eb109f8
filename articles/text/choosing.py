"""A difference taken apart, so that some can be let through and others not."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from articles.text.comparing import Row, compare


@dataclass(frozen=True)
class Part:
    """Changed lines that stand together, and the title of the section of the text they are in ("" in a lead)."""

    heading: str
    rows: tuple[Row, ...]


def parts(old: str, new: str) -> tuple[Part, ...]:
    r"""Return the places in which two texts differ, in their order; none when they differ in more than can be shown.

    Blank lines, which stand between paragraphs, are no part: they go with whatever is chosen.

    >>> [len(part.rows) for part in parts("Take 5 mg.\n\nRest.\n", "Take 50 mg.\n\nRest.\nDrink.\nSleep.\n")]
    [1, 2]
    """
    return tuple(part for part, _rows in _runs(old, new) if part is not None)


def chosen(old: str, new: str, numbers: Collection[int]) -> str:
    r"""Return the old text with only the parts of these numbers (from 0) of the new one.

    >>> chosen("Take 5 mg.\n\nRest.\n", "Take 50 mg.\n\nRest.\nDrink.\nSleep.\n", {1})
    'Take 5 mg.\n\nRest.\nDrink.\nSleep.\n'
    """
    if set(numbers) == set(range(len(parts(old, new)))):
        return new
    text, number = "", 0
    for part, rows in _runs(old, new):
        is_new = part is not None and number in numbers
        number += part is not None
        for row in rows:
            line = "".join(span.text for span in (row.new if is_new else row.old))
            # The last line of a text may have no end, and something may come behind it now.
            text += "\n" * bool(line and text and not text.endswith("\n")) + line
    return text


def _runs(old: str, new: str) -> Iterator[tuple[Part | None, tuple[Row, ...]]]:
    """The rows of the comparison in order, in runs of unchanged ones (without a part) and of changed ones."""
    comparison = compare(old, new, context=None)
    if comparison.cut:
        return
    heading = ""
    for is_same, run in groupby(comparison.rows, key=lambda row: row.kind == "same"):
        rows = tuple(run)
        begins = next((row.heading for row in rows if row.heading), "")
        is_part = not is_same and any(span.text.strip() for row in rows for span in (*row.old, *row.new))
        yield (Part(begins or heading, rows) if is_part else None, rows)
        heading = next((row.heading for row in reversed(rows) if row.heading), heading)
