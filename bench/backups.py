"""What a backup of 10,000 edits takes, and restoring it into an empty database of either kind, histories compared.

The wiki has 500 articles that are read and found, and 9,500 edits with a text of 6 KB each. Restoring is done by the
command, in a process of its own, as on a new machine: the tables are made, too, and the hash over all histories is
compared, or it fails.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bench import growth, texts

ROOT: Final = Path(__file__).resolve().parent.parent
EDITS: Final = 10_000
_ARTICLES: Final = 500
_RESTORED: Final = "medwiki_bench_restored"


def measured(folder: Path) -> list[tuple[str, float, float]]:
    """Return a row for each: seconds that passed, and of these the part that the processor worked for it."""
    from django.db import connection

    from wiki.backups import taking

    growth.Wiki().grow_to(_ARTICLES, 1)
    texts.write_edits(EDITS - _ARTICLES)
    path = folder / "backup.zip"
    rows = [_row(f"backup of {EDITS:,} edits from {connection.vendor}", lambda: taking.take(path))]
    targets = {"sqlite": f"sqlite:///{folder / 'restored.sqlite3'}"}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {_RESTORED}")
            cursor.execute(f"CREATE DATABASE {_RESTORED}")
        targets["postgresql"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{_RESTORED}").geturl()
    for vendor, database in targets.items():
        rows.append(_row(f"restore of it into {vendor}", lambda database=database: _restore(path, database)))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {_RESTORED}")
    return rows


def _row(name: str, deed: Callable[[], object]) -> tuple[str, float, float]:
    start, worked = time.perf_counter(), _worked()
    deed()
    seconds = time.perf_counter() - start
    return f"{name} (ratio: of it the processor's)", seconds, (_worked() - worked) / seconds


def _worked() -> float:
    """Seconds of the processor, of this process and of those that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _restore(path: Path, database: str) -> None:
    data = path.parent / f"restored-{urlsplit(database).scheme}"
    data.mkdir()
    environment = {**os.environ, "WIKI_DATA": str(data), "DATABASE_URL": database}
    environment.pop("SECRET_KEY", None)
    command = [sys.executable, "manage.py", "restore", str(path)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"{EDITS:,}" in done.stdout or str(EDITS) in done.stdout, done.stdout
