"""What the site stands on fails while people read and save: nothing acknowledged is lost, and it recovers by itself.

The server's own death is in `test_kills`, slow clients are in `test_slow_bodies`; PostgreSQL, its replicas and Redis in
`tests/fleet`.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import server
from tests.server import Browser, Reader, Site, until
from tests.server.test_kills import Writer, count_of, faults_of, history_of, words_in

pytestmark = pytest.mark.server

WRITERS = 2
# So many saves are acknowledged before each fault, and after the last.
BETWEEN = 4
ROUNDS = int(os.environ.get("WIKI_FAULTS", "2"))


class Load:
    """People who save and people who read, for as long as the block; what they were answered is judged at its end."""

    def __init__(self, site: Site, title: str) -> None:
        text = "".join(f"## Part {number}\n\nBegun.\n\n" for number in range(WRITERS))
        assert Browser(site).log_in("The editor").save(title, text=text).status == 303
        self.site = site
        self.title = title
        self.writers = [Writer(site, number, title) for number in range(WRITERS)]
        self.readers = [Reader(site), Reader(site, "/search?q=wheeze")]

    def __enter__(self) -> Load:
        with contextlib.ExitStack() as started:
            for reader in self.readers:
                started.enter_context(reader)
            self._started = started.pop_all()
        for writer in self.writers:
            writer.start()
        return self

    def __exit__(self, *failure: object) -> None:
        for writer in self.writers:
            writer.ended.set()
        for writer in self.writers:
            writer.join(60)
        self._started.close()

    def goes_on(self) -> None:
        """Wait until some more was acknowledged."""
        wanted = count_of(self.writers) + BETWEEN
        assert until(lambda: count_of(self.writers) >= wanted, 120), self.site.said.read_text()[-3000:]

    def judge(self) -> None:
        """All that was acknowledged is there once, all else wholly or not at all, and nothing is half done."""
        acknowledged = {word for writer in self.writers for word in writer.acknowledged}
        there = Browser(self.site).raw(self.title)
        words = words_in(there)
        assert acknowledged <= words <= {word for word in words_in(there) if there.count(f"{word}\n") == 1}
        assert sorted(words) == sorted(history_of(Browser(self.site), self.title))
        assert faults_of(self.site) == []
        reads = [dict(reader.statuses) for reader in self.readers]
        saves = [dict(writer.statuses) for writer in self.writers]
        print("reads", reads, "saves", saves, len(acknowledged), "acknowledged, 0 lost")  # noqa: T201

    @property
    def read_statuses(self) -> set[int | str]:
        return {status for reader in self.readers for status in reader.statuses}

    @property
    def save_statuses(self) -> set[int]:
        return {status for writer in self.writers for status in writer.statuses}


# --- Rendering children ------------------------------------------------------------------------------------------
def renderers(site: Site) -> list[int]:
    """The rendering children of all workers; a thread starts each."""
    tasks = [task for worker in site.workers() for task in Path(f"/proc/{worker}/task").iterdir()]
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


def test_rendering_children_that_are_killed_cost_one_text_at_most(site: Site):
    killed = 0
    with Load(site, "Without_renderers") as load:
        for _ in range(ROUNDS):
            load.goes_on()
            for child in renderers(site):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                    killed += 1
        load.goes_on()
    assert killed > 0 and load.read_statuses == {200}
    # 422: the text is in the form again, with the sentence that it could not be rendered.
    assert load.save_statuses <= {303, 422}
    load.judge()


# --- A full disk -------------------------------------------------------------------------------------------------
@contextlib.contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """No process of the server may write beyond a file's first bytes."""
    processes = [site.master, *site.workers()]
    before = [resource.prlimit(process, resource.RLIMIT_FSIZE) for process in processes]
    try:
        for process, (_soft, hard) in zip(processes, before, strict=True):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (64, hard))
        yield
    finally:
        for process, limits in zip(processes, before, strict=True):
            resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


@pytest.mark.sqlite
@pytest.mark.skipif(server.POSTGRES, reason="PostgreSQL writes in processes of its own.")
def test_on_a_full_disk_saves_are_refused_and_reading_goes_on(site: Site):
    with Load(site, "On_a_full_disk") as load:
        load.goes_on()
        editor = Browser(site).log_in("The editor")
        form = {**editor.form("On_a_full_disk", "Part_1"), "summary": "full"}
        with full_disk(site):
            refused = editor.save("On_a_full_disk", **{**form, "text": f"{form['text']}\nnot written\n"})
            reads = sum(reader.statuses[200] for reader in load.readers)
            assert until(lambda: sum(reader.statuses[200] for reader in load.readers) > reads + 10)
        load.goes_on()
    assert refused.status in (500, 503, 507) and refused.is_a_page and "not written" in refused.text
    assert load.read_statuses == {200}
    assert load.save_statuses <= {303, 422, 500, 503, 507}
    load.judge()
