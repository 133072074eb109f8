"""A database that an earlier release filled is brought up to this one: killed in the middle, too, and nothing changes.

Which release that is, and at what size it is measured: see bench/upgrades.py.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import upgrades
from tests import server
from tests.server import ROOT, Browser, Reader, Site, until

pytestmark = pytest.mark.server

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


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The earlier release's program, unpacked."""
    folder = upgrades.unpacked(tmp_path_factory.mktemp("earlier"), to_be_served=True)
    if folder is None:
        pytest.skip("The history of this repository isn't here.")
    return folder


@pytest.fixture
def old_site(earlier: Path, tmp_path: Path) -> Iterator[Site]:
    """A site that the earlier program has filled, and could serve."""
    with contextlib.ExitStack() as made:
        file = tmp_path / "medwiki.sqlite3"
        database = made.enter_context(server.scratch_database()) if server.POSTGRES else f"sqlite:///{file}"
        site = Site(tmp_path, database, program=earlier)
        site.run("-c", FILLED)
        yield site
        site.kill()


@pytest.fixture
def new_site(old_site: Site, tmp_path: Path) -> Iterator[Site]:
    """The same data, with this program."""
    site = Site(tmp_path, old_site.database)
    yield site
    site.kill()


def applied(site: Site) -> int:
    return int(site.rows("SELECT count(*) FROM django_migrations")[0][0])


def kept(site: Site) -> list[tuple[Any, ...]]:
    """What must be the same, byte for byte."""
    return [
        tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
        for row in site.rows(upgrades.HISTORIES)
    ]


def test_histories_are_the_same_after_an_upgrade_that_was_killed_and_run_again(old_site: Site, new_site: Site):
    before, migrations = kept(old_site), applied(old_site)
    assert len(before) >= 12

    upgrade = subprocess.Popen(
        [sys.executable, "manage.py", "migrate"], env=new_site.environment(), cwd=ROOT, stdout=subprocess.DEVNULL
    )
    assert until(lambda: applied(new_site) > migrations or upgrade.poll() is not None, 120)
    with contextlib.suppress(ProcessLookupError):
        os.kill(upgrade.pid, signal.SIGKILL)
    upgrade.wait()
    half = applied(new_site)
    assert kept(new_site) == before
    new_site.run("manage.py", "migrate")
    new_site.run("manage.py", "createcachetable")
    new_site.run("manage.py", "apply_erasures")

    print(migrations, "migrations before,", half, "when killed,", applied(new_site), "in the end")  # noqa: T201
    assert applied(new_site) >= half > migrations
    assert kept(new_site) == before
    new_site.run("manage.py", "verify_log")
    new_site.start()
    reader = Browser(new_site)
    assert reader.get("/readyz").status == 200
    assert "Dust, 2 µg." in reader.raw("HIV/AIDS") and reader.get("/history/HIV/AIDS").status == 200
    assert "/wiki/Asthma" in reader.get("/search?q=dust").text
    editor = reader.log_in("The editor")
    assert editor.save("Lungs", **{**editor.form("Lungs"), "text": "New.\n", "summary": "after"}).status == 303


# One of each kind that readers ask for, and that the earlier program had.
READ = ("/", "/wiki/Lungs", "/raw/Asthma", "/history/Asthma", "/recent")
# On SQLite that program did not yet ask again when a table was changed in that very moment.
SEARCHED = ("/search?q=dust&full=1", "/suggest?q=lu") if server.POSTGRES else ()


def test_readers_of_the_earlier_program_notice_nothing_of_an_upgrade(old_site: Site, new_site: Site):
    old_site.start()
    with contextlib.ExitStack() as reading:
        readers = [reading.enter_context(Reader(old_site, target)) for target in READ + SEARCHED]
        new_site.run("manage.py", "migrate")
        enough = {reader: reader.statuses.total() + 3 for reader in readers}
        assert until(lambda: all(reader.statuses.total() >= number for reader, number in enough.items()), 60)
    assert [set(reader.statuses) for reader in readers] == [{200}] * len(readers)
    print(sum(enough.values()), "reads around an upgrade, 0 failed")  # noqa: T201
