"""What machines that look after the server are told, and what strangers are not."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from articles import append_only, logbook
from articles.models import LogEntry
from articles.moderation import register
from tests.doors import unlocked
from wiki import health
from wiki.accounts import leaving
from wiki.backups import keeping

pytestmark = pytest.mark.django_db

NAMES = ["database", "migrations", "append-only", "search", "log", "erasures", "cache", "backup"]


def away(*args: object, **kwargs: object) -> None:
    raise DatabaseError("the password of db.example.org is wrong")


def said(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer["Cache-Control"] == "no-store"
    lines = dict(line.split(" ", 1) for line in answer.content.decode().splitlines())
    assert lines.pop("last-backup")
    return answer.status_code, lines


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
    with at_most_queries(11):
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


def test_an_erasure_that_a_restored_backup_does_not_know_is_seen(client: Client, tmp_path, settings):
    settings.WIKI_DATA = tmp_path
    register.add({"key": "1"})
    assert said(client) == (503, {**dict.fromkeys(NAMES, "ok"), "erasures": "failed"})


def test_somebody_who_left_and_is_back_with_a_restored_backup_is_seen(client: Client, tmp_path, settings, editor):
    settings.WIKI_DATA = tmp_path
    register.add({**leaving._line_of(editor.account), "name": "Former member 7F3KQ2"})
    assert said(client) == (503, {**dict.fromkeys(NAMES, "ok"), "erasures": "failed"})


@pytest.mark.parametrize(
    ("broken", "name"), [("articles.search.find", "search"), (f"{type(cache).__module__}.cache.get", "cache")]
)
def test_what_fails_is_named_and_why_stands_in_the_log_only(client: Client, monkeypatch, caplog, broken, name):
    monkeypatch.setattr(health.site_cache if name == "cache" else health.search, broken.rpartition(".")[2], away)
    answer = client.get("/readyz")
    # Where the cache is a server of its own the wiki works without it, and readers are not sent elsewhere.
    goes_on = name == "cache" and getattr(cache, "may_be_away", False)
    assert answer.status_code == (200 if goes_on else 503) and f"{name} failed\n" in answer.content.decode()
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


# --- Backups -----------------------------------------------------------------------------------------------------
@pytest.fixture
def backups(settings, tmp_path):
    settings.WIKI_BACKUPS = tmp_path
    return tmp_path


def last_backup(client: Client) -> str:
    return client.get("/readyz").content.decode().splitlines()[-1]


def test_it_says_when_there_is_no_backup_and_is_ready_all_the_same(client: Client, backups):
    assert last_backup(client) == "last-backup none"
    assert said(client)[0] == 200


def test_it_says_how_old_the_newest_backup_is(client: Client, backups):
    moment = timezone.now() - timedelta(hours=30)
    (backups / keeping.name_of(moment)).touch()
    assert last_backup(client) == f"last-backup {moment:%Y-%m-%dT%H:%M:%SZ} 30h"


def test_strangers_are_not_told_when(client: Client, backups, settings):
    (backups / keeping.name_of(timezone.now())).touch()
    for asked in ({"REMOTE_ADDR": "192.0.2.7"}, {"medwiki.passed_on": True}):
        assert "last-backup" not in client.get("/readyz", **asked).content.decode()
    settings.WIKI_METRICS_TOKEN = "a long token"
    assert last_backup(client) == "backup ok"
    told = client.get("/readyz", REMOTE_ADDR="192.0.2.7", headers={"Authorization": "Bearer a long token"})
    assert "last-backup 2" in told.content.decode()


@pytest.mark.parametrize(("hours", "status"), [(0, 200), (48, 200), (26, 503)])
def test_an_old_backup_is_a_fault_where_the_owner_says_so(client: Client, backups, settings, hours, status):
    (backups / keeping.name_of(timezone.now() - timedelta(hours=30))).touch()
    settings.WIKI_BACKUP_HOURS = hours
    answered, lines = said(client)
    assert (answered, lines["backup"]) == (status, "ok" if status == 200 else "failed")


def test_no_backup_at_all_is_a_fault_where_the_owner_wants_one(client: Client, backups, settings):
    settings.WIKI_BACKUP_HOURS = 26
    assert said(client)[0] == 503
