"""Behind a pgbouncer in transaction mode, where each transaction may meet another connection."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import server
from tests.fleet import Cluster, Daemon, FleetSite, program
from tests.server import EDITORS, Browser
from tests.server.test_kills import faults_of, history_of

# Fewer than the threads and the pools of the two workers hold: connections change hands all the time.
_CONNECTIONS = 3
_WRITERS = 4
_SAVES = 5
_CONFIGURATION = """
[databases]
* = host=127.0.0.1 port={database} user=medwiki
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
"""


@pytest.fixture(scope="module")
def pooler(primary: Cluster, place: Path) -> Iterator[Daemon]:
    port = server.free_port()
    configuration = place / "pgbouncer.ini"
    configuration.write_text(_CONFIGURATION.format(database=primary.port, port=port, connections=_CONNECTIONS))
    # Who may connect is not asked, so the address names the person only for libpq.
    daemon = Daemon(program("pgbouncer"), str(configuration), port=port)
    daemon.start()
    yield daemon
    daemon.kill()


@pytest.fixture(scope="module")
def site(pooler: Daemon, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetSite]:
    url = f"postgres://medwiki@127.0.0.1:{pooler.port}/medwiki"
    with FleetSite(tmp_path_factory.mktemp("pgbouncer"), url).running() as site:
        yield site


def write(site: FleetSite, number: int) -> list[int]:
    browser = Browser(site).log_in(EDITORS[number])
    statuses = []
    for word in range(_SAVES):
        form = browser.form("Crowded", f"Part_{number}")
        text = f"{form['text'].rstrip()}\n\nwriter{number}word{word}\n"
        statuses.append(
            browser.save("Crowded", **{**form, "text": text, "summary": f"writer{number}word{word}"}).status
        )
    return statuses


def test_people_write_and_read_at_once_and_nothing_is_lost(site: FleetSite):
    browser = Browser(site).log_in("The editor")
    text = "".join(f"## Part {number}\n\nBegun.\n\n" for number in range(_WRITERS))
    assert browser.save("Crowded", text=text).status == 303
    with server.Reader(site) as reader, ThreadPoolExecutor(_WRITERS) as pool:
        statuses = [status for each in pool.map(lambda number: write(site, number), range(_WRITERS)) for status in each]
    assert Counter(statuses) == {303: _WRITERS * _SAVES} and set(reader.statuses) == {200}
    wanted = Counter(f"writer{number}word{word}" for number in range(_WRITERS) for word in range(_SAVES))
    assert Counter(history_of(browser, "Crowded")) == wanted
    assert faults_of(site) == []


@pytest.mark.parametrize(
    "target", ["/search?q=lung+air", "/history/Lungs", "/special/statistics", "/special/log", "/readyz"]
)
def test_what_reads_much_is_read(site: FleetSite, target: str):
    assert Browser(site).log_in("The moderator").get(target).status == 200


def test_a_privileged_act_finds_its_place_in_the_log(site: FleetSite):
    moderator = Browser(site).log_in("The moderator")
    sent = {"edit-level": "reviewer", "edit-ends": "never", "reason": "an edit war"}
    guards = re.findall(r'name="(\w+-ends)"', moderator.get("/protect/Asthma").text)
    answer = moderator.post("/protect/Asthma", {**dict.fromkeys(guards, "never"), **sent})
    assert (answer.status, answer.headers["Location"]) == (303, "/protect/Asthma"), answer.text
    site.run("manage.py", "verify_log")


def test_commands_that_walk_through_whole_tables_run(site: FleetSite):
    site.run("manage.py", "migrate", "--verbosity", "0")
    site.run("manage.py", "housekeeping")


def test_the_connections_were_really_shared(site: FleetSite, primary: Cluster):
    shared = primary.ask("SELECT count(*) FROM pg_stat_activity WHERE datname = 'medwiki' AND pid <> pg_backend_pid()")
    assert 0 < int(str(shared[0][0])) <= _CONNECTIONS
