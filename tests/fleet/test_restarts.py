"""The database server crashes and comes back while people save and read: nobody has to do anything."""

from __future__ import annotations

import http.client
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import server
from tests.fleet import Cluster, FleetSite
from tests.server import EDITORS, Browser, until
from tests.server.test_kills import faults_of, history_of

_WRITERS = 4
_CRASHES = 5
# So many saves are acknowledged between two crashes.
_BETWEEN = 6


class Writer(threading.Thread):
    """Adds a line after the other to a section of its own until told to end; goes on after every refusal."""

    def __init__(self, site: FleetSite, number: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self.unanswered: list[str] = []
        self.statuses: Counter[int] = Counter()
        self.ended = threading.Event()
        self._number = number
        self._browser = Browser(site).log_in(EDITORS[number])

    def run(self) -> None:
        word = 0
        while not self.ended.is_set():
            word += 1
            self._save(f"writer{self._number}word{word}")

    def _save(self, word: str) -> None:
        sent = False
        try:
            page = self._browser.get(f"/edit/Crashed?section=Part_{self._number}")
            self.statuses[page.status] += 1
            if page.status != 200:
                self.ended.wait(0.1)
                return
            fields = {name: page.field(name) for name in ("base", "section", "proposal", "form_key")}
            sent = True
            answer = self._browser.save(
                "Crashed", **{**fields, "text": f"{page.given_back}\n{word}\n", "summary": word}
            )
        except (OSError, http.client.HTTPException):
            self.unanswered += [word] * sent
            return
        self.statuses[answer.status] += 1
        if answer.status == 303:
            self.acknowledged.append(word)
        else:
            # The commit may have been the last that the server did.
            self.unanswered.append(word)
            assert answer.given_back or word in answer.text, answer.text


@pytest.fixture(scope="module")
def site(primary: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetSite]:
    with FleetSite(tmp_path_factory.mktemp("restarts"), primary.url()).running() as site:
        yield site


@pytest.fixture(scope="module")
def writers(site: FleetSite, primary: Cluster) -> list[Writer]:
    """People who have saved through all the crashes."""
    text = "".join(f"## Part {number}\n\nBegun.\n\n" for number in range(_WRITERS))
    assert Browser(site).log_in("The editor").save("Crashed", text=text).status == 303
    writers = [Writer(site, number) for number in range(_WRITERS)]
    for writer in writers:
        writer.start()
    for crash in range(_CRASHES):
        assert until(lambda wanted=(crash + 1) * _BETWEEN: _acknowledged(writers) >= wanted, 60), site.said.read_text()
        primary.restart()
    wanted = _acknowledged(writers) + _BETWEEN
    assert until(lambda: _acknowledged(writers) >= wanted, 60)
    for writer in writers:
        writer.ended.set()
    for writer in writers:
        writer.join(60)
    return writers


def _acknowledged(writers: list[Writer]) -> int:
    return sum(len(writer.acknowledged) for writer in writers)


def test_nothing_acknowledged_is_lost_and_nothing_is_there_twice(site: FleetSite, writers: list[Writer]):
    kept = Counter(history_of(Browser(site), "Crashed"))
    acknowledged = Counter(word for writer in writers for word in writer.acknowledged)
    unanswered = {word for writer in writers for word in writer.unanswered}
    assert not acknowledged - kept
    assert set(kept - acknowledged) <= unanswered and set(kept.values()) == {1}
    assert faults_of(site) == []


def test_what_was_answered_meanwhile_is_honest(site: FleetSite, writers: list[Writer]):
    statuses = sum((writer.statuses for writer in writers), Counter[int]())
    assert set(statuses) <= {200, 303, 503}, "\n".join(site.lines(r"Error|Exception"))


def test_history_and_text_agree_with_the_log(site: FleetSite, writers: list[Writer]):
    site.run("manage.py", "verify_log")
    text = Browser(site).raw("Crashed")
    assert all(word in text for writer in writers for word in writer.acknowledged)


def test_after_many_connections_at_once_a_single_reader_finds_the_server_again(site: FleetSite, primary: Cluster):
    with ThreadPoolExecutor(24) as pool:
        list(pool.map(lambda _: Browser(site).get("/search?q=lung+air").status, range(96)))
    primary.restart()
    browser = server.stranger(site)
    assert until(lambda: browser.get("/history/Lungs").status == 200, 15)
    assert [browser.get("/history/Lungs").status for _ in range(10)] == [200] * 10


def test_a_server_that_was_away_for_long_is_found_at_once_when_it_is_back(site: FleetSite, primary: Cluster):
    browser = server.stranger(site)
    primary.stop()
    # Longer than the pool tries by itself.
    away = [browser.get("/history/Lungs").status for _ in range(3)]
    primary.start()
    assert away == [503] * 3 and until(lambda: browser.get("/history/Lungs").status == 200, 6)
