"""The stamps that hold, asked beside Django's own connection."""

import socket
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, connections

from articles import stamps as raising
from tests import factories
from wiki import freshness
from wiki.postgresql import absences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stamps() -> Iterator[freshness.Stamps]:
    asked = freshness.stamps()
    yield asked
    asked.close()


def test_the_stamps_come_in_the_order_of_the_paths_and_none_for_a_page_without_one(stamps):
    factories.article("Asthma")
    (site, asthma, nothing) = stamps.of(("", "/wiki/Asthma", "/wiki/Nothing"))
    assert (site, nothing) == (None, None) and asthma > 0


def test_a_stamp_is_seen_as_soon_as_it_is_committed_and_not_before(stamps):
    from django.db import transaction

    before = stamps.of(("/wiki/Asthma",))
    with transaction.atomic():
        raising.raise_stamps(["Asthma"])
        assert stamps.of(("/wiki/Asthma",)) == before
    assert stamps.of(("/wiki/Asthma",)) != before


def test_the_same_connection_is_used_again(stamps):
    for _each in range(3):
        stamps.of(("",))
    assert len(stamps._idle) == 1


@pytest.mark.sqlite
def test_nothing_can_be_written_there(stamps):
    stamps.of(("",))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        stamps._idle[0].execute("DELETE FROM articles_pagestamp")


@pytest.mark.postgres
def test_after_a_restart_of_the_database_the_next_one_asks_anew(stamps):
    stamps.of(("",))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [stamps._idle[0].info.backend_pid])
    assert stamps.of(("",)) == (None,)


@pytest.mark.postgres
def test_for_a_server_that_swallows_everything_few_wait_and_the_others_do_without(stamps, monkeypatch, caplog):
    monkeypatch.setattr(absences, "_LEFT_ALONE", 600)
    with socket.create_server(("127.0.0.1", 0), backlog=128) as silent:
        there = {"host": "127.0.0.1", "port": silent.getsockname()[1], "user": "nobody", "dbname": "nowhere"}
        monkeypatch.setattr(type(connections["default"]), "get_connection_params", lambda self: dict(there))
        with ThreadPoolExecutor(16) as threads:
            told = list(threads.map(stamps.of, [("",)] * 48))
        told.append(stamps.of(("",)))
        silent.setblocking(False)
        assert told == [None] * 49 and 0 < len(list(accepted(silent))) <= 4
    assert [record.levelname for record in caplog.records if record.name == "wiki.freshness"] == ["WARNING"]


def accepted(server: socket.socket) -> Iterator[None]:
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            yield


@pytest.mark.postgres
def test_a_connection_on_which_no_answer_comes_in_time_is_given_up(stamps, monkeypatch):
    stamps.of(("",))
    with monkeypatch.context() as patch:
        patch.setattr(freshness, "_SECONDS", 0.1)
        patch.setattr(freshness, "_question", lambda paths, place: f"SELECT pg_sleep(1) WHERE {place} = ''")
        assert stamps.of(("",)) is None and stamps._idle == []
    stamps._absence.ends()
    assert stamps.of(("",)) == (None,)
