"""What a text is for who reads it now: whole, or without the sections that are under medical review.

Texts and outlines of versions are read here or not at all, so that no page, feed or comparison can show what is
withheld (`tests/test_house.py` looks). Only what changes texts asks for the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from articles import eyes
from articles.models import Article, Edit, TextBlob
from articles.text import withholding
from articles.text.sections import Outline, Version
from articles.text.withholding import Withheld


def version_of(edit: Edit) -> Version:
    """Return the text and outline that an edit left, as whoever reads now may see them."""
    whole = whole_version_of(edit)
    return shown_of(edit.article, whole) if keeps_back(edit.article) else whole


def text_of(edit: Edit) -> str:
    """Return the text that an edit left, as whoever reads now may see it."""
    return version_of(edit).text if keeps_back(edit.article) else edit.blob.text


def outline_of(edit: Edit) -> Outline:
    """Return the outline of a version, as whoever reads now may see it."""
    return version_of(edit).outline if keeps_back(edit.article) else Outline.from_json(edit.outline)


def blob_of(edit: Edit) -> TextBlob:
    """Return the text that an edit left as whoever reads now may see it; no row where it isn't whole."""
    return TextBlob.holding(version_of(edit).text) if keeps_back(edit.article) else edit.blob


def whole_version_of(edit: Edit) -> Version:
    """Return the text and outline that an edit left, whoever reads: for what changes texts."""
    return Version(edit.blob.text, Outline.from_json(edit.outline))


def keeps_back(article: Article) -> bool:
    """Whether something of the article is withheld from whoever reads now."""
    return bool(article.withheld) and not eyes.see_all()


def shown_of(article: Article, whole: Version) -> Version:
    """Return a whole version of the article as readers have it."""
    return withholding.shown(whole, withheld_of(article))


def withheld_of(article: Article) -> Withheld:
    """Return what is withheld of an article from its readers."""
    return _together(article.withheld)


def blocks_of(edit: Edit) -> dict[int, frozenset[int]]:
    """Return the withheld sections of a version, by number, each with the numbers of those within it."""
    if not edit.article.withheld:
        return {}
    whole = whole_version_of(edit)
    entries = whole.outline.entries
    return {
        entries[block.first].id or 0: frozenset(each.id or 0 for each in entries[block.first + 1 : block.end])
        for block in withholding.blocks_of(whole, withheld_of(edit.article))
    }


def is_nameless(article: Article, section: int | None) -> bool:
    """Whether the heading of a section is withheld from whoever reads now: it stands within a withheld one."""
    return section is not None and section in article.nameless_sections and not eyes.see_all()


def grown(article: Article, version: Version) -> list[dict[str, Any]]:
    """Return what is to be withheld of the article once the version is its text."""
    found = []
    for row in article.withheld:
        more = withholding.grown(_together([row]), version)
        found.append(row | {"sections": sorted(more.sections), "passages": sorted(more.passages)})
    return found


def _together(rows: Sequence[dict[str, Any]]) -> Withheld:
    return Withheld(
        frozenset(number for row in rows for number in row["sections"]),
        frozenset(passage for row in rows for passage in row["passages"]),
    )
