"""A primary and a hot standby that follows it, lags, and is lost; then the primary is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import server
from tests.fleet import Cluster, FleetSite
from tests.server import Browser, Reader, until

_SAVES = 8
# A page that a replica is asked for each time: only the first page of a history is kept at the door.
_HEAVY = "/history/Lungs?before=1000000"


@pytest.fixture(scope="module")
def standby(primary: Cluster, place: Path) -> Iterator[Cluster]:
    with primary.standby(place / "standby").running() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def site(primary: Cluster, standby: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FleetSite]:
    made = FleetSite(tmp_path_factory.mktemp("replicas"), primary.url(), REPLICA_URLS=standby.url())
    with made.running() as site:
        yield site


@pytest.fixture(scope="module")
def editor(site: FleetSite) -> Browser:
    return Browser(site).log_in("The editor")


def scans(cluster: Cluster) -> int:
    """How many rows of edits the server has handed out so far, as it counts them."""
    found = cluster.ask("SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_user_tables WHERE relname = 'articles_edit'")
    return int(str(found[0][0]))


def saved(editor: Browser, title: str, number: int) -> None:
    form = editor.form(title) if number else {"base": "0", "text": ""}
    text = f"{form['text'].rstrip()}\n\nDrops{number} help.\n"
    assert editor.save(title, **{**form, "text": text, "summary": f"save{number}."}).status == 303


def seen(site: FleetSite, title: str, number: int) -> list[bool]:
    """Whether a stranger sees the save in history and in search, at once."""
    reader = server.stranger(site)
    return [
        f"save{number}." in reader.get(f"/history/{title}").text,
        title in reader.get(f"/search?q=drops{number}+help").text,
    ]


def test_heavy_pages_are_read_from_the_replica(site: FleetSite, standby: Cluster):
    before = scans(standby)
    assert until(lambda: server.stranger(site).get(_HEAVY).status == 200 and scans(standby) > before)


def test_what_was_saved_is_in_the_next_answer(site: FleetSite, editor: Browser):
    found = []
    for number in range(_SAVES):
        saved(editor, "Followed", number)
        found += seen(site, "Followed", number)
    assert found == [True] * 2 * _SAVES


def test_while_the_replica_lags_everybody_reads_the_newest(site: FleetSite, editor: Browser, standby: Cluster):
    standby.ask("SELECT pg_wal_replay_pause()")
    try:
        found = []
        for number in range(_SAVES):
            saved(editor, "Lagged", number)
            found += seen(site, "Lagged", number)
        assert found == [True] * 2 * _SAVES
        # It really knows nothing of them.
        assert standby.ask("SELECT count(*) FROM articles_edit WHERE title = 'Lagged'") == [(0,)]
    finally:
        standby.ask("SELECT pg_wal_replay_resume()")
    before = scans(standby)
    assert until(lambda: server.stranger(site).get(_HEAVY).status == 200 and scans(standby) > before)


def test_when_the_replica_is_lost_nobody_notices(site: FleetSite, editor: Browser, standby: Cluster):
    with Reader(site, _HEAVY) as reader, Reader(site, "/search?q=lung+air") as searcher:
        saved(editor, "Alone", 0)
        standby.stop()
        for number in range(1, _SAVES):
            saved(editor, "Alone", number)
        assert seen(site, "Alone", _SAVES - 1) == [True, True]
        standby.start()
    assert set(reader.statuses) == set(searcher.statuses) == {200}
    before = scans(standby)
    assert until(lambda: server.stranger(site).get(_HEAVY).status == 200 and scans(standby) > before)


@pytest.fixture(scope="module")
def without_the_primary(editor: Browser, primary: Cluster, standby: Cluster) -> dict[str, str]:
    """What the form of an article held a moment before the primary was lost."""
    saved(editor, "Last", 0)
    form = editor.form("Last")
    at = str(primary.ask("SELECT pg_current_wal_flush_lsn()")[0][0])
    assert until(lambda: standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{at}'::pg_lsn")[0][0])
    primary.stop()
    return form


@pytest.mark.parametrize("target", ["/wiki/Lungs", "/history/Last", "/search?q=drops0+help", "/raw/Last", "/"])
def test_without_the_primary_reading_goes_on(site: FleetSite, without_the_primary, target: str):
    assert until(lambda: server.stranger(site).get(target).status == 200)
    answer = server.stranger(site).get(target)
    assert answer.headers["Cache-Control"] == "no-store"
    if answer.headers.get_content_type() == "text/html":
        assert answer.is_a_page and 'id="only-reading"' in answer.text


def test_without_the_primary_who_was_signed_in_still_is(site: FleetSite, editor: Browser, without_the_primary):
    assert until(lambda: "The_editor" in editor.get("/wiki/Lungs").text)


def test_without_the_primary_a_writer_is_told_and_keeps_the_text(site: FleetSite, editor: Browser, without_the_primary):
    text = f"{without_the_primary['text']}\n\nWritten <b>without</b> it.\n"
    answer = editor.save("Last", **{**without_the_primary, "text": text})
    assert answer.status == 503 and answer.is_a_page and answer.headers["Retry-After"]
    assert "Written &lt;b&gt;without&lt;/b&gt; it." in answer.text


def test_when_the_primary_is_back_writing_goes_on_by_itself(
    site: FleetSite, editor: Browser, without_the_primary, primary: Cluster
):
    primary.start()
    sent = {**without_the_primary, "text": f"{without_the_primary['text']}\n\nAfterwards.\n"}
    assert until(lambda: editor.save("Last", **sent).status == 303, 20)
    page = server.stranger(site).get("/wiki/Last").text
    assert "Afterwards." in page and 'id="only-reading"' not in page
    # django-reversion finds a version by the alias it was written under.
    assert primary.ask("SELECT DISTINCT db FROM reversion_version") == [("default",)]


_PAGES = 30
_EACH = "import django; django.setup()\nfrom tests import factories\nfrom articles.models import Article, Author\n"
_MAKES = f"""{_EACH}
for number in range({_PAGES}):
    factories.article(f"Page{{number}}", "It was so.\\n", author=Author.objects.get(name="The editor"))
"""
_CHANGES = f"""{_EACH}
for page in Article.objects.filter(title__startswith="Page").select_related("current_edit__blob", "text"):
    factories.edit(page, "It is otherwise.\\n", author=Author.objects.get(name="The editor"))
"""


def test_what_a_replica_knew_is_kept_for_nobody_once_the_primary_is_back(
    site: FleetSite, primary: Cluster, standby: Cluster
):
    """People who are logged in read on while the primary goes and comes, and the replica knows no newer text."""
    readers = [Browser(site).log_in("The contributor") for _reader in range(3)]
    site.run("-c", _MAKES)
    at = str(primary.ask("SELECT pg_current_wal_flush_lsn()")[0][0])
    assert until(lambda: standby.ask(f"SELECT pg_last_wal_replay_lsn() >= '{at}'::pg_lsn")[0][0])
    standby.ask("SELECT pg_wal_replay_pause()")
    site.run("-c", _CHANGES)
    is_over, old = threading.Event(), set[int]()

    def read_on(browser: Browser) -> None:
        while not is_over.is_set():
            for number in range(_PAGES):
                text = browser.get(f"/wiki/Page{number}").text
                old.update({number} if "It was so." in text and 'id="only-reading"' in text else ())

    with ThreadPoolExecutor(len(readers)) as pool:
        reading = [pool.submit(read_on, browser) for browser in readers]
        for _time in range(2):
            primary.stop()
            assert until(lambda: old)
            primary.start()
            assert until(lambda: 'id="only-reading"' not in server.stranger(site).get("/wiki/Page0").text)
            old.clear()
        is_over.set()
        for each in reading:
            each.result()
    # Both servers' workers have done with what they began meanwhile.
    assert until(lambda: all('id="only-reading"' not in readers[0].get("/wiki/Page0").text for _time in range(10)))
    for _time in range(2):
        for number in range(_PAGES):
            assert "It is otherwise." in readers[0].get(f"/wiki/Page{number}").text
    standby.ask("SELECT pg_wal_replay_resume()")
