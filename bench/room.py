"""How much room a wiki takes: what an article weighs in the database, and each save of one, before a repack and after.

Bytes, not times: nothing else that the machine does changes them. All of the saves go through the write door, so each
brings its text, its revision, its rendered form's change, its row of the log and its part of the search index along.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from articles.models import Edit

_ARTICLES: Final = 500
_SAVES: Final = 300
_SIZE: Final = 6_000
# Saves go round so many articles.
_EDITED: Final = 10


def measured() -> list[tuple[str, float, float]]:
    """Return a row for an article, a save, and a save once it is packed; kilobytes stand in the names."""
    from articles import access, editing, repacking
    from articles.editing import Incoming
    from bench import texts

    author = access.imported_author("Bench")
    some = [texts.article(number, size=_SIZE, sections=5) for number in range(_ARTICLES)]
    empty = _bytes()
    for number, text in enumerate(some):
        editing.bring_in(Incoming(f"Room {number}", text), author=author)
    filled = _bytes()
    edits = [_current(f"Room {number}") for number in range(_EDITED)]
    for number in range(_SAVES):
        edit = edits[number % _EDITED]
        text = edit.blob.text.replace("\n\n", f"\n\nSaved {number}, and some words more of it.\n\n", 1)
        edits[number % _EDITED] = editing.save(
            editing.Change(title=edit.title, base=edit.pk, section="", text=text, author=author)
        )
    saved = _bytes()
    packed = [each for each in repacking.repack() if not each.fault]
    tight = _bytes()
    rows = {
        f"an article of {_SIZE // 1000} KB": (filled - empty) / _ARTICLES,
        "a save of one": (saved - filled) / _SAVES,
        f"a save of one, {len(packed)} texts packed": (tight - filled) / _SAVES,
    }
    return [(f"{name}: {size / 1000:.1f} KB in the database", 0.0, 0.0) for name, size in rows.items()]


def _current(title: str) -> Edit:
    from articles.models import Article

    edit = Article.objects.named("article", title).select_related("current_edit__blob").get().current_edit
    assert edit is not None
    return edit


def _bytes() -> int:
    """What the database takes, once all that was written is in its place."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(connection.settings_dict["NAME"]).stat().st_size
