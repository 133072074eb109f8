"""The stub mark of a text, `{{stub|topic}}`: put in, given another topic, taken out."""

from __future__ import annotations

import re
from typing import Final

from articles.text import masking, sections

_MARK: Final = re.compile(r"\{\{\s*stub\s*(?:\|[^{}]{0,200})?\}\}", re.IGNORECASE)


def with_topic(text: str, topic: str) -> str:
    """Return the text with one stub mark of this topic: in the place of the first one, or at the end; of none, "".

    Marks in the middle of a sentence stay as they are, and what is written as code is no mark.

    >>> with_topic("Lungs.", "medicine")
    'Lungs.\\n\\n{{stub|medicine}}\\n'
    >>> with_topic("Lungs.\\n\\n{{stub|medicine}} [[Category:Lungs]]\\n", "")
    'Lungs.\\n\\n[[Category:Lungs]]\\n'
    """
    kept: list[str] = []
    mark = f"{{{{stub|{topic}}}}}" if topic else ""
    is_set = False
    for line, masked in zip(sections.lines_of(text), sections.lines_of(masking.masked(text)), strict=True):
        if not sections.stands_by_itself(masked) or not _MARK.search(masked):
            kept.append(line)
            continue
        changed = _changed(line, "" if is_set else mark)
        is_set = True
        kept += [changed] if changed.strip() else []
    without_end = "".join(kept)
    return without_end if is_set or not mark else _with_at_the_end(without_end, mark)


def _changed(line: str, mark: str) -> str:
    """The line with the mark in the place of its first one, and no other."""
    first, rest = line[: (found := _MARK.search(line)).start()], line[found.end() :]  # type: ignore[union-attr]  # There is one.
    rest = _MARK.sub("", rest)
    if not mark:
        return first + rest.lstrip(" ") if rest.strip() else first.rstrip() + ("\n" if rest.endswith("\n") else "")
    return first + mark + rest


def _with_at_the_end(text: str, mark: str) -> str:
    ended = text if not text or text.endswith("\n") else f"{text}\n"
    last = ended.splitlines()[-1] if ended else ""
    is_apart = not last.strip() or sections.stands_by_itself(last)
    return f"{ended}{'' if is_apart else chr(10)}{mark}\n"
