"""A backup taken while people save becomes the same wiki on an empty machine, with the other database, too."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import server
from tests.server import EDITORS, ROOT, Browser, Site

pytestmark = pytest.mark.server

WRITERS = 3
# Of every edit: title, number, author, time, summary, and the text itself; hashed, and printed as one line each.
FACTS = """
import hashlib, json, django
django.setup()
from articles.models import Edit
for edit in Edit.objects.order_by("pk").select_related("author", "blob"):
    said = [edit.title, edit.pk, edit.number, edit.author.name, edit.time.isoformat(), edit.summary, edit.blob.text]
    print(edit.pk, hashlib.sha256(json.dumps(said).encode()).hexdigest())
"""


class Writer(threading.Thread):
    """Adds a line after the other to an article of its own, until told to end."""

    def __init__(self, site: Site, number: int) -> None:
        super().__init__(daemon=True)
        self.saved = 0
        self.ended = threading.Event()
        self._browser = Browser(site).log_in(EDITORS[number])
        self._title = f"Backed_up_{number}"

    def run(self) -> None:
        while not self.ended.is_set():
            form = self._browser.form(self._title) if self.saved else {"base": "0", "text": ""}
            text = f"{form['text']}\nLine {self.saved}.\n"
            answer = self._browser.save(self._title, **{**form, "text": text})
            self.saved += answer.status == 303


@contextlib.contextmanager
def empty(folder: Path, vendor: str) -> Iterator[Site]:
    """A machine with nothing on it."""
    folder.mkdir()
    if vendor == "sqlite":
        yield Site(folder, f"sqlite:///{folder / 'medwiki.sqlite3'}")
        return
    with server.scratch_database() as database:
        yield Site(folder, database)


def facts(site: Site) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", FACTS], env=site.environment(), cwd=ROOT, capture_output=True, check=True, text=True
    )
    return dict(line.split() for line in done.stdout.splitlines())


@pytest.fixture(scope="module")
def backup(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Taken between the saves of several people."""
    writers = [Writer(site, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    assert server.until(lambda: all(writer.saved > 1 for writer in writers), 120)
    before = sum(writer.saved for writer in writers)
    path = tmp_path_factory.mktemp("backups") / "under-load.zip"
    site.run("manage.py", "backup", str(path))
    assert server.until(lambda: sum(writer.saved for writer in writers) > before, 120)
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(60)
    return path


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"] if server.POSTGRES else ["sqlite"])
def test_histories_are_the_same_to_the_byte_on_an_empty_machine(site: Site, backup: Path, tmp_path: Path, vendor: str):
    with empty(tmp_path / "machine", vendor) as machine:
        machine.run("manage.py", "restore", str(backup))

        there, here = facts(machine), facts(site)
        assert len(there) >= 2 * WRITERS
        assert there.items() <= here.items()
        assert set(list(here)[: len(there)]) == set(there)  # All up to its moment, and none after it.
        machine.run("manage.py", "verify_log")


@pytest.mark.postgres
def test_there_and_back_again_they_are_still_the_same(backup: Path, tmp_path: Path):
    with empty(tmp_path / "first", "sqlite") as first, empty(tmp_path / "second", "postgresql") as second:
        first.run("manage.py", "restore", str(backup))
        first.run("manage.py", "backup", str(tmp_path / "again.zip"))
        second.run("manage.py", "restore", str(tmp_path / "again.zip"))
        assert facts(first) == facts(second)


def test_the_restored_wiki_is_served_and_saved_to(backup: Path, tmp_path: Path):
    vendor = "postgresql" if server.POSTGRES else "sqlite"
    with empty(tmp_path / "machine", vendor) as machine:
        machine.run("manage.py", "restore", str(backup))
        machine.start()
        try:
            writer = Browser(machine).log_in(EDITORS[0])
            form = writer.form("Backed_up_0")
            assert writer.save("Backed_up_0", **{**form, "text": "Anew.\n"}).status == 303
            assert writer.raw("Backed_up_0") == "Anew.\n"
            assert writer.get("/readyz").status == 200
        finally:
            machine.kill()
