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
from articles.models import Article
from articles.text import titles

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


@dataclass(frozen=True)
class Legal:
    """A page about the site itself: whether it is there, and whether it still says that it is a draft."""

    title: str
    is_there: bool
    is_draft: bool


def legal() -> list[Legal]:
    """Return the pages that an owner has to adapt, in the order of their titles; one query."""
    shipped_texts = {record.title: record.text for record in importing.records_in(_ROOT / "legal", {})}
    parts = [titles.parse(title) for title in shipped_texts]
    rows = Article.objects.published().filter(
        namespace__in={part.namespace for part in parts}, title__in={part.title for part in parts}
    )
    there = {row.full_title: row.text for row in rows.select_related("text")}
    found = []
    for title, shipped_text in sorted(shipped_texts.items()):
        blob = there.get(title)
        notice = shipped_text.lstrip().partition("\n")[0]
        found.append(Legal(title, blob is not None, blob is not None and notice in blob.text))
    return found


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
