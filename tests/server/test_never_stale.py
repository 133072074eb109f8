"""Two servers keep pages of one database: what was acknowledged by one is read from both, always."""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.server import EDITORS, Browser, Site, stranger

pytestmark = pytest.mark.server

# So many in `make test`; WIKI_READS and WIKI_FRESH_SAVES ask for more of them.
READS = int(os.environ.get("WIKI_READS", "1000"))
SAVES = int(os.environ.get("WIKI_FRESH_SAVES", "20"))
CLIENTS = 4
# So many of them are logged in: both of a role, so each gets the page that was made for the other.
SIGNED_IN = EDITORS[-2:]
LETTERS = "abcdefghij"


@pytest.fixture(scope="module")
def other(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A second server over the same database, with a data folder of its own."""
    other = Site(tmp_path_factory.mktemp("other"), site.database)
    other.start()
    yield other
    other.kill()


def word(number: int) -> str:
    """A word that stands for a number: a figure that changes would be asked about first."""
    return "reading" + "".join(LETTERS[int(digit)] for digit in str(number))


def number_in(text: str) -> int:
    found = re.search(r"reading([a-j]+)\.", text)
    assert found, text
    return int("".join(str(LETTERS.index(letter)) for letter in found[1]))


class Readings:
    """What was acknowledged so far, and what was read since; shared by all threads."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self.made = 0
        self.stale: list[tuple[int, int]] = []
        self.statuses: Counter[int] = Counter()
        self.lock = threading.Lock()
        self.is_over = threading.Event()
        # Those who are logged in, with the name that stands on each of their pages.
        self.named: dict[Browser, list[str]] = {}

    def read(self, browser: Browser) -> None:
        at_least = self.acknowledged
        answer = browser.get("/wiki/Fresh", Accept_Encoding="identity")
        number = number_in(answer.text)
        assert re.findall(r'class="account__name" href="/user/(\w+)"', answer.text) == self.named.get(browser, [])
        with self.lock:
            self.statuses[answer.status] += 1
            self.made += 1
            if number < at_least:
                self.stale.append((number, at_least))

    def enough_after(self, save: int) -> bool:
        return self.made >= READS * save // SAVES


def test_no_read_is_older_than_the_last_acknowledged_save(site: Site, other: Site):
    people = [Browser(each).log_in(name) for name, each in zip(EDITORS, (site, other) * 12, strict=True)]
    assert people[0].save("Fresh", text=f"It begins with {word(0)}.\n").status == 303
    readings = Readings()

    def read_on(reader: int) -> None:
        browsers = [stranger(each) for each in (site, other)]
        if reader < len(SIGNED_IN):
            name = SIGNED_IN[reader]
            browsers = [Browser(each).log_in(name) for each in (site, other)]
            readings.named |= {browser: [name.replace(" ", "_")] for browser in browsers}
        while not readings.is_over.is_set():
            readings.read(browsers[(readings.made + reader) % 2])

    def save_on() -> None:
        try:
            for save in range(1, SAVES + 1):
                browser = people[save % len(people)]
                form = browser.form("Fresh")
                answer = browser.save("Fresh", **{**form, "text": f"It goes on with {word(save)}.\n"})
                assert answer.status == 303, answer.text
                readings.acknowledged = save
                while not readings.enough_after(save):
                    readings.is_over.wait(0.001)
        finally:
            readings.is_over.set()

    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        jobs = [pool.submit(save_on), *(pool.submit(read_on, number) for number in range(CLIENTS))]
        for job in jobs:
            job.result()

    assert readings.stale == [] and readings.statuses.keys() == {200} and readings.made >= READS
    for each in (site, other):
        assert _counted(each, "kept_pages", "hits") > 0 and _counted(each, "role_pages", "kept") > 0


def _counted(site: Site, family: str, outcome: str) -> int:
    """How many answers came out of what the server keeps for everybody, or for a role."""
    said = stranger(site).get("/metrics").text
    found = re.search(rf'medwiki_{family}_total\{{outcome="{outcome}"\}} (\d+)', said)
    return int(found[1]) if found else 0
