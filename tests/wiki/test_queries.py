"""Slow statements stand in the log without what anybody wrote; failed ones are counted."""

import json
import logging
import re

import pytest
from django.db import DatabaseError, connection, connections

from articles import search
from tests import factories
from wiki import logs, metrics, queries

pytestmark = pytest.mark.django_db


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, settings) -> pytest.LogCaptureFixture:
    """The log of slow queries, where each is one."""
    settings.WIKI_SLOW_QUERY_MS = 0.000_001
    caplog.set_level(logging.WARNING, logger="wiki.queries")
    return caplog


def asked(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_a_slow_statement_is_written_down_without_its_values(log):
    asked("SELECT %s,\n 'a private diagnosis'", "another diagnosis")
    (line,) = log.records
    assert line.levelname == "WARNING"
    assert re.fullmatch(r"A slow query: \d+ ms, SELECT %s, '\?'", line.getMessage())


def test_its_line_has_the_number_of_the_request_and_fields_for_programs(log):
    with logs.asked("12345678", "GET", b"/"):
        asked("SELECT 1")
        logs.OfTheRequest().filter(log.records[0])
    said = json.loads(logs.JsonFormatter().format(log.records[0]))
    assert (said["request_id"], said["statement"]) == ("12345678", "SELECT 1") and said["milliseconds"] >= 0


def test_nothing_that_people_wrote_or_sought_is_in_the_log(log, client):
    factories.article("Asthma", "Alveoloplasty is written.\n")
    search.find("alveoloplasty", size=1)
    client.get("/search?q=alveoloplasty")
    client.post("/accounts/login/", {"login": "alveoloplasty", "password": "alveoloplasty"})
    assert len(log.records) > 20
    assert "alveoloplasty" not in " ".join(line.getMessage() for line in log.records).lower()


@pytest.mark.parametrize("most", [0, 60_000])
def test_what_is_quick_is_not_written_down(log, settings, most: int):
    settings.WIKI_SLOW_QUERY_MS = most
    asked("SELECT 1")
    assert log.records == []


def test_a_statement_that_fails_is_counted(monkeypatch: pytest.MonkeyPatch):
    seen: list[BaseException] = []
    monkeypatch.setattr(metrics, "database_error", seen.append)
    with pytest.raises(DatabaseError), connection.execute_wrapper(queries.looked_at):
        asked("SELECT nothing FROM nowhere")
    assert all(isinstance(failure, DatabaseError) for failure in seen) and seen


def test_a_connection_that_is_made_again_is_looked_at_once():
    another = connections.create_connection("default")
    try:
        for _ in range(2):
            another.connect()
            another.close()
        assert another.execute_wrappers.count(queries.looked_at) == 1
    finally:
        another.close()
