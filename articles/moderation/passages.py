"""Where a passage stands in all that is stored, and cutting it out there. Texts are decoded a few at a time.

A passage is sought exactly as it stands in a source, upper and lower case apart, and as HTML writes it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db import connection, models
from django.db.models import F, Q
from django.db.models.functions import Cast

from articles.models import LogEntry, PageStamp, TextBlob

# What stands where a passage stood, in any language: no longer than the shortest passage.
MARK: Final = "[…]"
# The same in a title, which holds no square brackets.
MARK_IN_TITLES: Final = "(…)"
_TEXTS_AT_ONCE: Final = 200
_ROWS_AT_ONCE: Final = 500
# Whose tables are looked through: ours, and what two libraries keep of our summaries. Accounts are closed elsewhere.
_OTHERS: Final = ("reversion.revision", "reversion.version", "admin.logentry")
_NOT_OURS: Final = ("accounts",)
# Names of people, which another act changes, and what follows by itself from a text, a title or a setting.
_NAMES: Final = frozenset(
    {
        "articles.article.skeleton",
        "articles.author.name",
        "articles.dependency.target",
        "articles.edit.licence",
    }
)
_PEOPLE: Final = "articles.author.name"
# The title of a page is changed with all that hangs on it, and a protected one goes with its row: neither is cut.
TITLES_OF_PAGES: Final = "articles.article.title"
PROTECTED_TITLES: Final = "articles.protectedtitle.title"
_SERIALIZED: Final = "reversion.version.serialized_data"
# Where else titles stand, those that pages had among them.
_TITLES: Final = frozenset(
    {
        TITLES_OF_PAGES,
        PROTECTED_TITLES,
        "articles.article.redirect_to",
        "articles.block.page",
        "articles.draft.title",
        "articles.edit.title",
        "articles.filterhit.title",
        "articles.logentry.target",
        "articles.proposal.title",
        "articles.submission.title",
        "reversion.version.object_repr",
        _SERIALIZED,
    }
)
# Words that only the program writes.
_OF_THE_PROGRAM: Final = frozenset(
    {
        *("base", "form_key", "hash", "key", "line", "namespace", "object_id", "parts", "previous_hash"),
        *("renderer", "tags", "text_hash", "times", "what"),
    }
)


@dataclass(frozen=True)
class Place:
    """A column of texts: of which table, and whether JSON is in it."""

    model: type[models.Model]
    field: str
    is_json: bool

    def __str__(self) -> str:
        return f"{self.model._meta.label_lower}.{self.field}"

    @property
    def holds_titles(self) -> bool:
        """Whether titles of pages are in it."""
        return str(self) in _TITLES

    def written(self, passage: str) -> tuple[str, ...]:
        """How a passage may be written here."""
        written = variants_of(passage)
        if str(self) != _SERIALIZED:
            return written
        return tuple(sorted({escaped for each in written for escaped in _as_json(each)}, key=len, reverse=True))


@dataclass(frozen=True)
class Found:
    """Where a passage stands: the numbers of texts (of versions and proposals), and of rows of other tables."""

    texts: frozenset[int] = frozenset()
    rows: dict[Place, list[Any]] = field(default_factory=dict)
    newest_text: int = 0

    @property
    def total(self) -> int:
        """How many texts and rows hold it."""
        return len(self.texts) + sum(len(keys) for keys in self.rows.values())


def variants_of(passage: str) -> tuple[str, ...]:
    """Return how a passage may be written: as it is, as HTML writes it, and as the anchor of a heading."""
    written = (passage, html.escape(passage), html.escape(passage, quote=False), passage.replace(" ", "_"))
    # The longest first, for a shorter one may be a part of it.
    return tuple(sorted(dict.fromkeys(written), key=len, reverse=True))


def find(passage: str, *, after: int = 0, progress: Callable[[int], None] = lambda done: None) -> Found:
    """Look through everything; of texts, those above the number `after`. `progress` hears how many were read."""
    written = variants_of(passage)
    needles = [each.encode() for each in written]
    holding: set[int] = set()
    newest = after
    for done, (key, text) in enumerate(_texts(after), start=1):
        if any(needle in text for needle in needles):
            holding.add(key)
        newest = key
        if done % _TEXTS_AT_ONCE == 0:
            progress(done)
    rows = {place: keys for place in places() if (keys := _rows_holding(place, place.written(passage)))}
    return Found(frozenset(holding), rows, newest)


def number_of_texts() -> int:
    """Return about how many texts would be looked through; none are counted, so it costs nothing."""
    return TextBlob.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def people_named(passage: str) -> list[Any]:
    """Return the keys of the authors in whose names it stands. These stay: another act changes them."""
    label, _dot, column = _PEOPLE.rpartition(".")
    return _rows_holding(Place(apps.get_model(label), column, False), (passage,))


def places() -> list[Place]:
    """Return every column in which people's words may stand, but for texts of versions and what `_NAMES` has.

    Nobody has to think of it: the tables of a new feature are among them from its first day.
    """
    found = []
    for model in apps.get_models():
        if not (_is_ours(model) or model._meta.label_lower in _OTHERS):
            continue
        for column in model._meta.concrete_fields:
            is_json = isinstance(column, models.JSONField)
            is_text = isinstance(column, (models.CharField, models.TextField)) and not column.choices
            name = f"{model._meta.label_lower}.{column.name}"
            is_left = column.unique or column.name in _OF_THE_PROGRAM or name in _NAMES
            if (is_json or is_text) and not is_left:
                found.append(Place(model, column.name, is_json))
    return found


def cut(place: Place, keys: Sequence[Any], passage: str) -> None:
    """Put the mark in the place of the passage in these rows, within the caller's transaction."""
    written, mark = place.written(passage), MARK_IN_TITLES if place.holds_titles else MARK
    for some in _in_pieces(keys):
        rows = place.model._base_manager.filter(pk__in=some).values_list("pk", place.field)
        for key, value in list(rows):
            place.model._base_manager.filter(pk=key).update(**{place.field: without(value, written, mark)})


def forget_stamps(passage: str) -> None:
    """Delete the stamps of addresses in which it stands: no page has these any more."""
    keys = _rows_holding(Place(PageStamp, "path", False), variants_of(passage))
    for some in _in_pieces(keys):
        PageStamp.objects.filter(pk__in=some).delete()


def without(value: Any, written: Sequence[str], mark: str = MARK) -> Any:
    """Return what a row holds without the passage, in whichever of these ways it is written; keys of objects, too.

    >>> without({"why": ["It said: Ada lives there."]}, ["Ada lives there"])
    {'why': ['It said: […].']}
    """
    if isinstance(value, str):
        for each in written:
            value = value.replace(each, mark)
        return value
    if isinstance(value, list):
        return [without(each, written, mark) for each in value]
    if isinstance(value, dict):
        return {without(key, written, mark): without(each, written, mark) for key, each in value.items()}
    return value


def in_pieces_of(keys: Sequence[int] | frozenset[int]) -> Iterator[list[int]]:
    """Yield numbers as many at a time as a statement takes."""
    return _in_pieces(sorted(keys))


def _is_ours(model: type[models.Model]) -> bool:
    module = model.__module__
    return module.partition(".")[0] in ("articles", "wiki") and model._meta.app_label not in _NOT_OURS


def _texts(after: int) -> Iterator[tuple[int, bytes]]:
    """Yield the texts by number, but for those that are erased."""
    return ((blob.pk, blob.text.encode()) for blob in TextBlob.objects.in_order(after) if not blob.is_erased)


def _rows_holding(place: Place, written: Sequence[str]) -> list[Any]:
    """Return the keys of the rows that hold any of these, upper and lower case apart."""
    holding = Q()
    for each in written:
        for stored in {each, *_as_json(each)} if place.is_json else {each}:
            holding |= Q(_value__contains=stored)
    column = Cast(place.field, models.TextField()) if place.is_json else F(place.field)
    rows = place.model._base_manager.annotate(_value=column).filter(holding)
    # SQLite's LIKE knows no case.
    return [key for key, value in rows.values_list("pk", place.field) if without(value, written) != value]


def _as_json(text: str) -> set[str]:
    return {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1]}


def _in_pieces(keys: Sequence[Any]) -> Iterator[list[Any]]:
    return (list(keys[at : at + _ROWS_AT_ONCE]) for at in range(0, len(keys), _ROWS_AT_ONCE))


def lock_texts() -> None:
    """Let no text come in, nor be locked or named anew, until the transaction ends; readers are not kept waiting.

    A save under way is waited for. SQLite's transactions are IMMEDIATE: there is one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # SHARE ROW EXCLUSIVE would let a save pass that finds its text there already, such as a revert.
            cursor.execute(f"LOCK TABLE {TextBlob._meta.db_table} IN EXCLUSIVE MODE")


def log_rows_in(found: Found) -> list[int]:
    """Return the numbers of the log's rows whose hashed part the passage stands in."""
    keys = {
        key
        for place, each in found.rows.items()
        if place.model is LogEntry and place.field != "personal"
        for key in each
    }
    return sorted(LogEntry.objects.filter(pk__in=keys).values_list("number", flat=True))
