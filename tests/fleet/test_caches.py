"""Redis stops, hangs, is emptied, is full, while people read and save: nobody notices, and limits hold."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import server
from tests.fleet import Cluster, Daemon, FleetSite, program
from tests.server import Browser, Reader, until

_SAVES = 6
_PROPOSALS = 8  # In a minute, from one address without an account.


class Redis(Daemon):
    """A redis-server that keeps nothing on disk."""

    def __init__(self, place: Path) -> None:
        port = server.free_port()
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--dir", str(place)]
        super().__init__(program("redis-server"), *options, port=port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def told(self, *words: str) -> str:
        command = [program("redis-cli"), "-p", str(self.port), *words]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()


@pytest.fixture(scope="module")
def redis(place: Path) -> Iterator[Redis]:
    daemon = Redis(place)
    daemon.start()
    yield daemon
    daemon.kill()


@pytest.fixture(scope="module")
def site(primary: Cluster, redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetSite]:
    with FleetSite(tmp_path_factory.mktemp("caches"), primary.url(), CACHE_URL=redis.url).running() as site:
        yield site


def stopped(redis: Redis) -> None:
    redis.kill()


def hung(redis: Redis) -> None:
    redis.signal(signal.SIGSTOP)


def emptied(redis: Redis) -> None:
    redis.told("flushall")


def full(redis: Redis) -> None:
    redis.told("config", "set", "maxmemory", "1")


def well_again(redis: Redis) -> None:
    if redis.is_running():
        redis.signal(signal.SIGCONT)
        redis.told("config", "set", "maxmemory", "0")
    else:
        redis.start()


@pytest.fixture(params=[stopped, hung, emptied, full], ids=lambda harm: harm.__name__)
def harm(request: pytest.FixtureRequest, redis: Redis) -> Iterator[Callable[[Redis], None]]:
    """What happens to Redis; it is well again after the test."""
    yield request.param
    well_again(redis)


def saved(browser: Browser, title: str, number: int) -> int:
    form = browser.form(title)
    return browser.save(title, **{**form, "text": f"{form['text'].rstrip()}\n\nline {number}\n"}).status


def test_people_read_and_save_as_if_nothing_had_happened(site: FleetSite, redis: Redis, harm):
    title = f"Without_{harm.__name__}"
    editor = Browser(site).log_in("The editor")
    assert editor.save(title, text="Begun.\n").status == 303
    old = editor.get("/history/Lungs").text.partition("?version=")[2].partition('"')[0]
    with Reader(site) as reader, Reader(site, f"/wiki/Lungs?version={old}") as other, ThreadPoolExecutor(1) as pool:
        saves = pool.submit(lambda: [saved(editor, title, number) for number in range(_SAVES)])
        harm(redis)
        assert saves.result() == [303] * _SAVES
    assert set(reader.statuses) == set(other.statuses) == {200}
    # The session from before, and each line of the text that the next reader gets.
    assert editor.get("/watchlist").status in (200, 404) and editor.get("/drafts").status == 200
    assert all(f"line {number}" in server.stranger(site).get(f"/wiki/{title}").text for number in range(_SAVES))


def test_limits_hold(site: FleetSite, redis: Redis, harm):
    stranger = server.stranger(site)
    sent = [stranger.save(f"Flood_{harm.__name__}", text=f"Text {number}.\n") for number in range(_PROPOSALS // 2)]
    harm(redis)
    sent += [stranger.save(f"Flood_{harm.__name__}", text=f"Text {number}.\n") for number in range(4, _PROPOSALS + 2)]
    statuses = [answer.status for answer in sent]
    assert 429 in statuses and 429 not in statuses[:_PROPOSALS] and statuses[-1] == 429


def test_a_session_that_was_ended_meanwhile_stays_ended(site: FleetSite, redis: Redis, harm):
    browser = Browser(site).log_in("The reviewer")
    before = dict(browser.cookies)
    assert browser.get("/drafts").status == 200
    harm(redis)
    assert browser.post("/accounts/logout/", {}).status == 302
    well_again(redis)
    browser.cookies = before
    assert "The reviewer" not in browser.get("/").text


def test_ready_says_so_and_stays_ready(site: FleetSite, redis: Redis):
    assert "cache ok\n" in server.stranger(site).get("/readyz").text
    stopped(redis)
    answer = server.stranger(site).get("/readyz")
    well_again(redis)
    assert (answer.status, "cache failed\n" in answer.text) == (200, True)
    assert until(lambda: "cache ok\n" in server.stranger(site).get("/readyz").text)
