"""A database that an earlier release filled is brought up to this one: killed in the middle, too, and nothing changes.

The earlier release is the newest tag; where there is none, the state before the last migrations were added.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import server
from tests.server import ROOT, Browser, Site, until

pytestmark = pytest.mark.server

# So many additions of migrations ago.
BACK = 6
# What the earlier program writes: several edits of some articles, a proposal, a log.
FILLED = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable")
from articles import logbook
from tests import factories
editor = factories.author("editor", "The editor")
for title in ("Lungs", "Asthma", "HIV/AIDS"):
    article = factories.article(title, author=editor)
    for number in range(3):
        text = f"Text {number} of {title}.\\n\\n## Causes\\n\\nDust, {number} \\u00b5g.\\n"
        article.refresh_from_db()
        factories.edit(article, text, author=editor)
if hasattr(factories, "proposal"):  # The earliest had none.
    factories.proposal(article, factories.author("contributor", "A newcomer"))
for number in range(5):
    logbook.record(who=None, what="test", target=str(number), why="before")
"""
HISTORIES = (
    "SELECT e.id, e.article_id, e.number, e.time, e.summary, e.kind, e.author_id, b.sha256, b.codec, b.data"
    " FROM articles_edit e JOIN articles_textblob b ON b.id = e.blob_id ORDER BY e.id"
)


def git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True).stdout


def is_whole(commit: str) -> bool:
    """Whether no two migrations of the encyclopedia had one number, as while two lines of work were being joined."""
    names = git("ls-tree", "--name-only", commit, "articles/migrations/").decode().split()
    numbers = [Path(name).name[:4] for name in names if Path(name).name[:4].isdigit()]
    return len({*numbers}) == len(numbers)


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The earlier release's program, unpacked."""
    try:
        tags = git("tag", "--sort=-creatordate", "--merged", "HEAD").decode().split()
        added = git("log", "--diff-filter=A", "--format=%H", "--", "*/migrations/0*.py").decode().split()
        commit = tags[0] if tags else next(each for each in added[BACK - 1 :] if is_whole(f"{each}^")) + "^"
        packed = git("archive", "--format=tar", commit)
    except (OSError, subprocess.CalledProcessError, StopIteration):
        pytest.skip("The history of this repository isn't here.")
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def old_site(earlier: Path, tmp_path: Path) -> Iterator[Site]:
    """A site that the earlier program has filled."""
    with contextlib.ExitStack() as made:
        file = tmp_path / "medwiki.sqlite3"
        database = made.enter_context(server.scratch_database()) if server.POSTGRES else f"sqlite:///{file}"
        site = Site(tmp_path, database)
        environment = {**site.environment(), "PYTHONPATH": str(earlier)}
        done = subprocess.run(
            [sys.executable, "-c", FILLED], env=environment, cwd=earlier, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        yield site
        site.kill()


def applied(site: Site) -> int:
    return int(site.rows("SELECT count(*) FROM django_migrations")[0][0])


def kept(site: Site) -> list[tuple[Any, ...]]:
    """What must be the same, byte for byte."""
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row) for row in site.rows(HISTORIES)
    ]


def test_histories_are_the_same_after_an_upgrade_that_was_killed_and_run_again(old_site: Site):
    before, migrations = kept(old_site), applied(old_site)
    assert len(before) >= 12

    upgrade = subprocess.Popen(
        [sys.executable, "manage.py", "migrate"], env=old_site.environment(), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    assert until(lambda: applied(old_site) > migrations or upgrade.poll() is not None, 120)
    with contextlib.suppress(ProcessLookupError):
        os.kill(upgrade.pid, signal.SIGKILL)
    upgrade.wait()
    half = applied(old_site)
    assert kept(old_site) == before
    old_site.run("manage.py", "migrate")
    old_site.run("manage.py", "createcachetable")
    old_site.run("manage.py", "apply_erasures")

    print(migrations, "migrations before,", half, "when killed,", applied(old_site), "in the end")  # noqa: T201
    assert applied(old_site) >= half > migrations
    assert kept(old_site) == before
    old_site.run("manage.py", "verify_log")
    old_site.start()
    reader = Browser(old_site)
    assert reader.get("/readyz").status == 200
    assert "Dust, 2 µg." in reader.raw("HIV/AIDS") and reader.get("/history/HIV/AIDS").status == 200
    assert "/wiki/Asthma" in reader.get("/search?q=dust").text
    editor = reader.log_in("The editor")
    assert editor.save("Lungs", **{**editor.form("Lungs"), "text": "New.\n", "summary": "after"}).status == 303
