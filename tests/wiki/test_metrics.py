"""What is counted, what no label ever holds, and who may ask."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from articles import renderer
from tests import factories
from wiki import metrics
from wiki.tally import Tally

pytestmark = pytest.mark.django_db
ADDRESS = "10.1.2.3"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was counted yet."""
    monkeypatch.setattr(metrics, "tally", Tally(len(metrics._CELLS), rows=2))
    monkeypatch.setattr(metrics, "_published", -10.0)


@pytest.fixture
def numbers(client: Client) -> Callable[[], dict[tuple[str, ...], float]]:
    """The page as Prometheus reads it: name and labels, and the number."""

    def numbers() -> dict[tuple[str, ...], float]:
        text = client.get("/metrics").content.decode()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {(sample.name, *sample.labels.values()): sample.value for sample in samples}

    return numbers


def test_requests_are_counted_by_kind_and_status(numbers):
    metrics.answered("GET", "/wiki/Asthma", 200, 0.004)
    metrics.answered("HEAD", "/wiki/HIV/AIDS", 200, 0.3)
    metrics.answered("POST", "/search", 405, 60)
    found = numbers()
    assert found["medwiki_requests_total", "page", "read", "200"] == 2
    assert found["medwiki_requests_total", "search", "write", "405"] == 1
    buckets = [found["medwiki_request_seconds_bucket", "page", "read", at] for at in ("0.0025", "0.005", "0.5", "+Inf")]
    assert buckets == [0, 1, 2, 2]
    assert found["medwiki_request_seconds_sum", "page", "read"] == pytest.approx(0.304)
    assert found["medwiki_request_seconds_bucket", "search", "write", "10"] == 0
    assert found["medwiki_request_seconds_count", "search", "write"] == 1


def test_what_anybody_sends_makes_no_label(numbers):
    for path in ("/secret", "/wiki/secret", "/%00", "", 'x"} 1', "/secret/\n"):
        metrics.answered("SECRET", path, 299, 0.1)
    assert {labels[1:] for labels in numbers() if labels[0] == "medwiki_requests_total"} == {
        ("page", "write", "other"),
        ("other", "write", "other"),
    }


@pytest.mark.parametrize(
    ("status", "led_to", "outcome"),
    [
        (303, "/wiki/Asthma#Causes", "published"),
        (303, "/proposals/7", "proposed"),
        (409, "", "clash"),
        (413, "", "too large"),
        (429, "", "too often"),
        (403, "", "not allowed"),
        (422, "", "refused"),
        (500, "", "failed"),
    ],
)
def test_a_save_is_counted_by_what_became_of_it(numbers, status: int, led_to: str, outcome: str):
    metrics.answered("POST", "/edit/Asthma", status, 0.1, led_to)
    saves = {labels[1]: number for labels, number in numbers().items() if labels[0] == "medwiki_saves_total"}
    assert saves == {**dict.fromkeys(saves, 0), outcome: 1}


def test_a_look_at_the_changes_is_no_save(numbers):
    metrics.answered("POST", "/edit/Asthma", 200, 0.1)
    metrics.answered("GET", "/edit/Asthma", 200, 0.1)
    assert sum(number for labels, number in numbers().items() if labels[0] == "medwiki_saves_total") == 0


def test_renders_are_counted_and_children_that_were_ended(numbers):
    renderer.render("Rest.")
    with pytest.raises(renderer.RenderError):
        renderer.render("- " * 5_000)
    with pytest.raises(renderer.RenderTimeout):
        renderer.render("word " * 20_000, seconds=0.001)
    renders = {labels[1]: number for labels, number in numbers().items() if labels[0] == "medwiki_renders_total"}
    assert renders == {**dict.fromkeys(renders, 0), "ok": 1, "refused": 1, "timeout": 1}


@pytest.mark.parametrize(("error", "of"), [(DatabaseError, "database"), (RuntimeError, "program")])
def test_failures_are_counted_by_what_failed(numbers, monkeypatch, error: type[Exception], of: str):
    def newly_changed(*args: object, **kwargs: object) -> None:
        raise error

    monkeypatch.setattr("articles.reading.newly_changed", newly_changed)
    assert Client(raise_request_exception=False).get("/").status_code == 500
    assert numbers()["medwiki_failures_total", of] == 1


@pytest.mark.parametrize(("error", "kind"), [(IntegrityError, "integrity"), (DatabaseError, "other")])
def test_statements_that_failed_are_counted_by_kind(numbers, error: type[Exception], kind: str):
    metrics.database_error(error())
    assert numbers()["medwiki_database_errors_total", kind] == 1


def test_no_two_numbers_share_a_cell():
    assert sorted(metrics._CELLS.values()) == [*range(len(metrics._CELLS))]


def test_what_the_kept_pages_count_is_told_of_all_processes(numbers, monkeypatch: pytest.MonkeyPatch):
    kept = {"hits": 7, "misses": 2, "stale": 1, "evicted": 0, "fetched": 3, "pages": 1, "bytes": 20_000}
    monkeypatch.setattr("wiki.pagecache.counts", lambda: kept)
    metrics.answered("GET", "/wiki/Asthma", 200, 0.001)
    metrics.tally.take_row(1)
    found = numbers()
    assert found["medwiki_kept_pages_total", "hits"] == 14 and found["medwiki_kept_pages_total", "evicted"] == 0
    assert (found["medwiki_kept_pages_now",], found["medwiki_kept_bytes_now",]) == (2, 40_000)


def test_a_worker_that_ended_keeps_no_pages(numbers, monkeypatch: pytest.MonkeyPatch):
    kept = {"hits": 7, "misses": 2, "stale": 1, "evicted": 0, "fetched": 3, "pages": 1, "bytes": 20_000}
    monkeypatch.setattr("wiki.pagecache.counts", lambda: kept)
    metrics.publish()
    metrics.take_row(1)
    found = numbers()
    assert found["medwiki_kept_pages_total", "hits"] == 14 and found["medwiki_kept_pages_now",] == 1


def test_what_waits_is_told(numbers):
    factories.proposal(factories.article(), factories.author())
    found = numbers()
    assert found["medwiki_database_up",] == 1
    assert found["medwiki_waiting", "proposals"] == 1 and found["medwiki_waiting", "reports"] == 0


def test_the_age_of_the_newest_backup_is_told(numbers, settings, tmp_path):
    settings.WIKI_BACKUPS = tmp_path
    assert ("medwiki_last_backup_seconds",) not in numbers()
    (tmp_path / "medwiki-20260101T023000Z.zip").touch()
    assert numbers()["medwiki_last_backup_seconds",] > 3600


def test_with_the_database_away_the_rest_is_told(numbers):
    def away(*args: object) -> None:
        raise DatabaseError

    with connection.execute_wrapper(away):
        found = numbers()
    assert found["medwiki_database_up",] == 0
    assert found["medwiki_saves_total", "published"] == 0
    assert not any(labels[0] == "medwiki_waiting" for labels in found)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
def test_programs_of_this_machine_may_ask(client: Client, address: str):
    answer = client.get("/metrics", REMOTE_ADDR=address)
    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": ADDRESS},
        {"REMOTE_ADDR": ""},
        {"REMOTE_ADDR": ADDRESS, "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "127.0.0.1", "medwiki.passed_on": True},
    ],
)
def test_strangers_may_not_and_neither_may_who_comes_through_a_proxy(client: Client, asked: dict[str, object]):
    answer = client.get("/metrics", **asked)
    assert answer.status_code == 403 and b"medwiki_" not in answer.content


def test_where_there_is_a_token_it_alone_opens(client: Client, settings):
    settings.WIKI_METRICS_TOKEN = "a long token"
    said = [("127.0.0.1", ""), (ADDRESS, "Bearer another"), (ADDRESS, "Bearer a long token")]
    answers = [client.get("/metrics", REMOTE_ADDR=at, HTTP_AUTHORIZATION=token).status_code for at, token in said]
    assert answers == [403, 403, 200]
