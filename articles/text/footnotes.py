"""Footnotes as the parser makes them: numbered, led to and back from, whichever section refers to them.

Called by `parsing`, which goes through one section after the other and asks here what each of them depended on.
"""

import xml.etree.ElementTree as ET
from collections import OrderedDict
from typing import Final

import markdown
from markdown.extensions.footnotes import FootnoteExtension, FootnoteTreeprocessor

# Under these names Python-Markdown has the steps that write the notes, and the way back from each of them.
NOTES: Final = "footnote"
WAYS_BACK: Final = "footnote-duplicate"


class _Growing(OrderedDict[str, str]):
    """Notes that may become more while they are gone through."""

    def keys(self) -> list[str]:  # type: ignore[override]  # enough for the one loop that uses it
        """Those known now."""
        return list(super().keys())


class Footnotes(FootnoteExtension):
    """Footnotes numbered in the order of their definitions, their ids made of these numbers; in linear time."""

    def __init__(self) -> None:
        super().__init__(SEPARATOR="-")
        # The notes, once the step that builds them has run.
        self.div: ET.Element | None = None
        self.numbers: dict[str, int] = {}
        self.before: dict[str, int] = {}

    def begin_section(self) -> None:
        """Forget how many references there were before the last section."""
        self.before = {}

    def of_section(self) -> tuple[tuple[str, int, int], ...]:
        """The references of this section: to each note, how many there were before it, and how many there are now."""
        return tuple((name, before, self.found_refs[name]) for name, before in self.before.items())

    def took_up(self, references: tuple[tuple[str, int, int], ...]) -> bool:
        """Count the references of a section met before, where as many stand before it as then; otherwise do nothing."""
        if any(self.found_refs.get(name, 0) != before for name, before, _ in references):
            return False
        self.found_refs.update((name, after) for name, _, after in references)
        return True

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        """Python-Markdown's own, but for where the notes are put."""
        super().extendMarkdown(md)
        md.treeprocessors.register(_FootnotesLast(self), NOTES, 50)

    def number(self, label: str) -> int:
        """1 for the first footnote defined."""
        if len(self.numbers) != len(self.footnotes):
            self.numbers = {known: number for number, known in enumerate(self.footnotes, 1)}
        return self.numbers[label]

    def makeFootnoteId(self, id: str) -> str:  # noqa: A002, N802  # Python-Markdown's names
        """The id of the note itself."""
        return f"fn-{self.number(id)}"

    def makeFootnoteRefId(self, id: str, found: bool = False) -> str:  # noqa: A002, N802
        """The id of a reference: `fnref-1`, and `fnref2-1` for the second to the same note."""
        name = f"fnref-{self.number(id)}"
        if not found:
            return name
        self.before.setdefault(name, self.found_refs.get(name, 0))
        count = self.found_refs[name] = self.found_refs.get(name, 0) + 1
        return name if count == 1 else f"fnref{count}-{self.number(id)}"

    def makeFootnotesDiv(self, root: ET.Element) -> ET.Element | None:  # noqa: N802
        """The notes; those which a note itself defines come last."""
        while True:
            known = len(self.footnotes)
            self.footnotes = _Growing(self.footnotes)
            div = super().makeFootnotesDiv(root)
            self.footnotes = OrderedDict(self.footnotes)
            if len(self.footnotes) == known:
                return div


class _FootnotesLast(FootnoteTreeprocessor):
    footnotes: Footnotes

    def run(self, root: ET.Element) -> None:
        """Build the notes and remember them, so that they aren't taken for the last section's text."""
        self.footnotes.div = self.footnotes.makeFootnotesDiv(root)
        if self.footnotes.div is not None:
            root.append(self.footnotes.div)
