"""What an upgrade takes: 10,000 articles of 20 edits each, written by an earlier release, are brought up to this one.

It is killed on the way some times, and run again; all histories are compared, or it fails. The earlier release is the
newest tag; where there is none, the state before the last additions of migrations. It is unpacked from the history of
this repository, and filled by its own program with the texts of these measurements.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parent.parent
ARTICLES: Final = 10_000
EDITS_EACH: Final = 20
KILLS: Final = 3
# So many migrations are applied between two of them.
_BETWEEN: Final = 6
# So many additions of migrations ago.
_BACK: Final = 6
_OLD: Final = "medwiki_bench_upgraded"
_FILL: Final = """
import sys
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
from bench import growth
growth.Wiki().grow_to(*map(int, sys.argv[1:]))
"""
_APPLIED: Final = "SELECT count(*) FROM django_migrations"
# What no upgrade may change, byte for byte.
HISTORIES: Final = (
    "SELECT e.id, e.article_id, e.number, e.time, e.summary, e.kind, e.author_id, b.sha256, b.codec, b.data"
    " FROM articles_edit e JOIN articles_textblob b ON b.id = e.blob_id ORDER BY e.id"
)


def measured(folder: Path) -> list[tuple[str, float, float]]:
    """Return rows of seconds: of the upgrade that is killed and run again, and of its last run; with its memory."""
    earlier = unpacked(folder / "earlier")
    if earlier is None:
        return [("upgrade: not measured, for the history of this repository isn't here", 0, 0)]
    shutil.copytree(ROOT / "bench", earlier / "bench", dirs_exist_ok=True)
    with _database(folder) as database:
        data = folder / "upgraded"
        data.mkdir()
        environment = {**os.environ, "DATABASE_URL": database, "WIKI_DATA": str(data)}
        numbers = [str(ARTICLES), str(EDITS_EACH)]
        old = {**environment, "PYTHONPATH": str(earlier)}
        subprocess.run([sys.executable, "-c", _FILL, *numbers], cwd=earlier, env=old, check=True)
        before = _histories(database)
        start = time.perf_counter()
        taken = [_run(environment, database, until=_applied(database) + _BETWEEN) for _kill in range(KILLS)]
        last = time.perf_counter()
        taken.append(_run(environment, database))
        end = time.perf_counter()
        assert _histories(database) == before, "an upgrade has changed histories"
    edits = f"{ARTICLES * EDITS_EACH:,} edits"
    return [
        (f"upgrade of {edits}, killed {KILLS} times and run again", end - start, 0),
        (f"… the last run of it; {max(taken)} MB at the most in any", end - last, 0),
    ]


def unpacked(folder: Path, *, to_be_served: bool = False) -> Path | None:
    """Unpack the earlier release's program into a new folder; None where the repository's history isn't here.

    One that is to be served is an earlier one still, where the server of the other can't be started.
    """
    try:
        for commit in _earlier():
            with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", commit))) as archive:
                archive.extractall(folder, filter="data")
            if not to_be_served or _is_served(folder):
                return folder
            shutil.rmtree(folder)
    except (OSError, subprocess.CalledProcessError):
        return None
    return None


def _earlier() -> Iterator[str]:
    """Yield what could be the earlier release, the likeliest first."""
    tags = _git("tag", "--sort=-creatordate", "--merged", "HEAD").decode().split()
    if tags:
        yield tags[0]
        return
    added = _git("log", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py").decode().split()
    yield from (f"{each}^" for each in added[_BACK - 1 :] if _is_in_order(f"{each}^"))


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def _is_in_order(commit: str) -> bool:
    """Whether no two migrations of the encyclopedia had one number, as while two lines of work were being joined."""
    names = _git("ls-tree", "--name-only", commit, "articles/migrations/").decode().split()
    numbers = [Path(name).name[:4] for name in names if Path(name).name[:4].isdigit()]
    return len({*numbers}) == len(numbers)


def _is_served(program: Path) -> bool:
    """Whether its server can be started: between two halves of one change it can't."""
    environment = {"DJANGO_SETTINGS_MODULE": "wiki.settings", "PYTHONPATH": str(program), "WIKI_DATA": f"{program}/var"}
    command = [sys.executable, "manage.py", "serve", "--help"]
    tried = subprocess.run(command, cwd=program, env={**os.environ, **environment}, capture_output=True, check=False)
    return tried.returncode == 0


def _run(environment: dict[str, str], database: str, *, until: int | None = None) -> int:
    """Run the upgrade, to its end or until so many migrations have been applied; returns the megabytes it took."""
    command = [sys.executable, "manage.py", "migrate"]
    upgrade = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    while until is not None and _applied(database) < until:
        time.sleep(0.1)
    if until is not None:
        upgrade.kill()
    _pid, status, used = os.wait4(upgrade.pid, 0)
    assert until is not None or status == 0, "an upgrade failed"
    return used.ru_maxrss // 1024


def _applied(database: str) -> int:
    return int(next(_rows(database, _APPLIED))[0])


def _histories(database: str) -> str:
    """Return a hash over all that belongs to histories."""
    digest = hashlib.sha256()
    for row in _rows(database, HISTORIES):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _rows(database: str, question: str) -> Iterator[tuple[Any, ...]]:
    """Yield rows without holding all of them: what this process takes, those that it starts seem to take, too."""
    if database.startswith("sqlite"):
        import sqlite3

        with contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:///"), timeout=60)) as connection:
            yield from connection.execute(question)
        return
    import psycopg

    with psycopg.connect(database) as server, server.cursor(name="rows") as cursor:
        yield from cursor.execute(question)


@contextlib.contextmanager
def _database(folder: Path) -> Iterator[str]:
    """Make an empty database of the kind that is measured, and name it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'upgraded.sqlite3'}"
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {_OLD}")
        cursor.execute(f"CREATE DATABASE {_OLD}")
    yield urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{_OLD}").geturl()
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {_OLD}")
