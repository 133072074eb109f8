"""What machines that look after the server are told, and what strangers are not."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from articles import append_only, logbook
from articles.models import LogEntry
from tests.doors import unlocked
from wiki import health

pytestmark = pytest.mark.django_db

NAMES = ["database", "migrations", "append-only", "search", "log", "cache"]


def away(*args: object, **kwargs: object) -> None:
    raise DatabaseError("the password of db.example.org is wrong")


def said(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["Cache-Control"] == "no-store"
    return answer.status_code, dict(line.split(" ") for line in answer.content.decode().splitlines())


@pytest.mark.parametrize("who", ["client", "administrator_client"])
def test_it_lives_without_a_database(request, who: str):
    browser = request.getfixturevalue(who)
    with connection.execute_wrapper(away):
        answer = browser.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_ready_when_all_is_in_place(client: Client):
    assert said(client) == (200, dict.fromkeys(NAMES, "ok"))


def test_it_asks_little(client: Client, at_most_queries):
    client.get("/readyz")  # What a process learns once.
    with at_most_queries(9):
        client.get("/readyz")


def test_with_the_database_away_it_is_not_ready(client: Client):
    with connection.execute_wrapper(away):
        assert said(client) == (503, dict.fromkeys(NAMES, "failed"))


def test_a_migration_that_waits_is_seen(client: Client):
    with unlocked("as an older program would have left it"):
        MigrationRecorder(connection).record_unapplied("articles", _newest_of("articles"))
    assert said(client) == (503, {**dict.fromkeys(NAMES, "ok"), "migrations": "failed"})


def _newest_of(app: str) -> str:
    return next(name for label, name in health._newest_migrations() if label == app)


def test_a_missing_guard_of_history_is_seen(client: Client):
    append_only.release(connection)
    assert said(client) == (503, {**dict.fromkeys(NAMES, "ok"), "append-only": "failed"})


def test_a_changed_row_of_the_log_is_seen(client: Client):
    entry = logbook.record(who=None, what="test", target="x")
    append_only.release(connection)
    with unlocked("no door changes the log"):
        LogEntry.objects.filter(pk=entry.pk).update(what="forged")
    append_only.guard(connection)
    assert said(client) == (503, {**dict.fromkeys(NAMES, "ok"), "log": "failed"})


@pytest.mark.parametrize(
    ("broken", "name"), [("articles.search.find", "search"), (f"{type(cache).__module__}.cache.get", "cache")]
)
def test_what_fails_is_named_and_why_stands_in_the_log_only(client: Client, monkeypatch, caplog, broken, name):
    monkeypatch.setattr(health.site_cache if name == "cache" else health.search, broken.rpartition(".")[2], away)
    answer = client.get("/readyz")
    assert answer.status_code == 503 and f"{name} failed\n" in answer.content.decode()
    assert b"example.org" not in answer.content and "db.example.org" in caplog.text


@pytest.mark.parametrize("path", sorted(health.PATHS))
def test_a_probe_over_plain_http_is_answered_where_people_are_sent_to_https(client: Client, settings, path: str):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 301


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        (["wiki.example.org", "localhost"], "wiki.example.org"),
        ([".example.org"], "example.org"),
        (["*"], "localhost"),
        ([], "localhost"),
    ],
)
def test_there_is_always_a_host_that_is_answered(settings, allowed: list[str], host: str):
    settings.ALLOWED_HOSTS = allowed
    assert health.host_of_ours() == host
