"""The pages that come with the site, as files, and how they get into a wiki.

    legal       About, Contact, Privacy, Terms, Licence, Accessibility: drafts to adapt; administrators change them
    help        how to edit, propose, review, look things up in the history; the sandbox
    portals     what the navigation row leads to: ways into the encyclopedia by kind

A page is a Markdown file with its full title above the text. Called by `manage.py load_pages`, which `make setup` runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from articles import access, editing, importing
from articles.editing import Incoming

AUTHOR: Final = "MedWiki"
# The folders, and the role that is needed to change what is in them; empty: whoever may change an article.
FOLDERS: Final = {"legal": "administrator", "help": "", "portals": ""}
_ROOT: Final = Path(__file__).resolve().parent
_SUMMARY: Final = "A page that comes with the software"


@dataclass
class Outcome:
    """What became of the pages, by their titles; `kept` are those that people have changed here."""

    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    equal: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def shipped() -> Iterator[Incoming]:
    """Read the pages that come with this release."""
    for folder, protection in FOLDERS.items():
        for record in importing.records_in(_ROOT / folder, {}):
            yield Incoming(record.title, record.text, protection=protection)


def load() -> Outcome:
    """Bring the pages in: new ones are made, a new release's text replaces the old one's, people's own stays.

    Done again, it changes nothing.
    """
    outcome = Outcome()
    author = access.imported_author(AUTHOR)
    for page in shipped():
        try:
            edit = editing.bring_in(page, author=author, summary=_SUMMARY)
        except editing.ChangedHere:
            outcome.kept.append(page.title)
            continue
        became = outcome.equal if edit is None else outcome.made if edit.number == 1 else outcome.changed
        became.append(page.title)
    return outcome
