"""A new program in the old one's place (SIGHUP), while people read and save: no request fails, and nothing is lost."""

from __future__ import annotations

import http.client
import os
import signal
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.server import Browser, Reader, Site, stranger, until
from tests.server.test_kills import WRITERS, Writer, count_of, faults_of, history_of, words_in

pytestmark = [pytest.mark.server, pytest.mark.alike]

# So many times; WIKI_RELOADS asks for more of them.
ROUNDS = int(os.environ.get("WIKI_RELOADS", "2"))
BETWEEN = 2


class KeptReader(threading.Thread):
    """Reads on and on over one connection, as a browser or a proxy does; opens another when an answer closes it."""

    def __init__(self, site: Site) -> None:
        super().__init__(daemon=True)
        self.statuses: Counter[int | str] = Counter()
        self.ended = threading.Event()
        self._site = site
        self._address = stranger(site).address

    def run(self) -> None:
        connection = None
        while not self.ended.wait(0.02):
            connection = connection or http.client.HTTPConnection(
                "127.0.0.1", self._site.port, 60, source_address=(self._address, 0)
            )
            try:
                connection.request("GET", "/wiki/Lungs")
                response = connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
                connection = None
            else:
                self.statuses[response.status] += 1
                connection = None if response.will_close else connection


@pytest.fixture
def title() -> str:
    return "Reloaded"


@pytest.fixture
def writers(site: Site, title: str) -> list[Writer]:
    text = "".join(f"## Part {number}\n\nBegun.\n\n" for number in range(WRITERS))
    assert Browser(site).log_in("The editor").save(title, text=text).status == 303
    return [Writer(site, number, title) for number in range(2)]


def reload(site: Site) -> None:
    """Say that a new program is there, and wait until only its workers are left."""
    before = site.workers()
    os.kill(site.master, signal.SIGHUP)
    assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in before), 120), site.said.read_text()[
        -3000:
    ]
    assert len(site.workers()) >= 2


def test_no_request_fails_while_the_program_is_started_anew(site: Site, writers: list[Writer], title: str):
    kept = [KeptReader(site) for _ in range(2)]
    master = site.master
    with Reader(site) as one, Reader(site, "/search?q=wheeze") as another:
        for thread in (*writers, *kept):
            thread.start()
        for _ in range(ROUNDS):
            wanted = count_of(writers) + BETWEEN
            assert until(lambda wanted=wanted: count_of(writers) >= wanted, 120)
            reload(site)
        wanted = count_of(writers) + BETWEEN
        assert until(lambda: count_of(writers) >= wanted, 120)
        for thread in (*writers, *kept):
            thread.ended.set()
        for thread in (*writers, *kept):
            thread.join(60)

    assert site.master == master
    assert [set(reader.statuses) for reader in (one, another, *kept)] == [{200}] * 4
    acknowledged = [word for writer in writers for word in writer.acknowledged]
    assert [word for writer in writers for word in writer.unanswered] == []
    # A machine with much else to do may not render in time, which is said, and is no failure.
    assert {status for writer in writers for status in writer.statuses} <= {303, 422}
    assert (
        sorted(words_in(Browser(site).raw(title))) == sorted(acknowledged) == sorted(history_of(Browser(site), title))
    )
    assert faults_of(site) == []
    reads = sum(reader.statuses[200] for reader in (one, another, *kept))
    print(ROUNDS, "reloads,", reads, "reads,", len(acknowledged), "saves, 0 failed")  # noqa: T201
