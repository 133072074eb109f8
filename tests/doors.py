"""The watch over the write doors: in tests, a write to an article table from anywhere else raises.

A model's `save()` in a view, or a queryset's `update()` in a test, would skip the merge, the history and the search
row; it would work, and lie. So every connection of a test run looks at who is calling before it writes.
"""

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

ROOT = Path(__file__).resolve().parent.parent

# Who may write, and to which tables (a prefix).
DOORS = {
    "articles/access.py": ("articles_author",),
    "articles/approving.py": ("articles_approv",),
    "articles/blocks.py": ("articles_block",),
    # What a filter found lets go of a submission that is forgotten.
    "articles/drafts.py": ("articles_draft", "articles_submission", "articles_filterhit"),
    "articles/editing.py": ("articles_",),
    "articles/writing.py": ("articles_",),
    "articles/derived.py": ("articles_",),
    "articles/filters.py": ("articles_block", "articles_filter"),
    "articles/housekeeping.py": ("articles_",),
    "articles/judging.py": ("articles_secondlook",),
    "articles/limits.py": ("articles_attempts",),
    "articles/logbook.py": ("articles_logentry", "articles_address"),
    "articles/moderation/": ("articles_",),
    "articles/patrol.py": ("articles_patrol",),
    "articles/recent.py": ("articles_visit",),
    "articles/remarks.py": ("articles_remark",),
    "articles/renderer.py": ("articles_rendering",),
    "articles/reviewing/": ("articles_",),
    "articles/search/": ("articles_search",),
    "articles/stamps.py": ("articles_pagestamp",),
    "articles/topics.py": ("articles_chosentopics",),
    "articles/repacking.py": ("articles_textblob",),
    "articles/upkeep.py": ("articles_",),
    # Fills an empty database.
    "wiki/backups/rows.py": ("articles_",),
}
# Django's own commands, which make and empty whole databases.
_MAKERS = tuple(f"django/core/management/commands/{name}.py" for name in ("migrate", "flush", "loaddata"))

_WRITE = re.compile(
    r'\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(articles_\w+)', re.IGNORECASE
)
_opened = 0


class WriteOutsideTheDoors(AssertionError):
    """Something wrote to an article table without going through a door."""


@contextlib.contextmanager
def unlocked(reason: str) -> Iterator[None]:
    """Let a fixture write directly, for a state that no door can make, such as an edit of last year; say why."""
    global _opened
    assert reason, "say why no door can make this"
    _opened += 1
    try:
        yield
    finally:
        _opened -= 1


def watch() -> None:
    """Look at every connection made from now on."""
    connection_created.connect(_watch_connection, dispatch_uid="tests.doors")


def _watch_connection(*, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    if _look not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _look)


def _look(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    # psycopg may be handed a composed object; nothing that writes rows here is one.
    written = _WRITE.match(sql) if isinstance(sql, str) else None
    if written and not _opened and not _came_through_a_door(written[1].lower()):
        raise WriteOutsideTheDoors(f"{written[0].strip()}: this belongs into editing, reviewing or moderation.")
    return execute(sql, params, many, context)


def _came_through_a_door(table: str) -> bool:
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.endswith(_MAKERS):
            return True
        if name.startswith(str(ROOT)):
            inside = name[len(str(ROOT)) + 1 :]
            if any(inside.startswith(door) and table.startswith(tables) for door, tables in DOORS.items()):
                return True
        frame = frame.f_back
    return False
