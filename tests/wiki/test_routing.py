"""Which database is asked for what; what a replica really knows is asked in tests/fleet."""

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, OperationalError, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from articles.models import Article
from wiki import routing
from wiki.accounts.models import User

router = routing.Router()


@pytest.fixture
def in_a_heavy_page():
    token = routing._reads_from.set("replica1")
    yield
    routing._reads_from.reset(token)


@pytest.fixture
def standing_in():
    with routing._standing_in("replica1"):
        yield


def test_as_a_rule_the_primary_is_asked():
    assert router.db_for_read(Article) == router.db_for_write(Article) == DEFAULT_DB_ALIAS
    assert not routing.newest_may_be_missing()


@pytest.mark.django_db(transaction=True)
def test_in_a_heavy_page_articles_come_from_the_replica_and_people_from_the_primary(in_a_heavy_page):
    assert router.db_for_read(Article) == "replica1"
    assert router.db_for_read(User) == DEFAULT_DB_ALIAS
    assert router.db_for_write(Article) == DEFAULT_DB_ALIAS


@pytest.mark.django_db(transaction=True)
def test_what_a_transaction_reads_comes_from_where_it_writes(in_a_heavy_page):
    with transaction.atomic():
        assert router.db_for_read(Article) == DEFAULT_DB_ALIAS


@pytest.mark.django_db(transaction=True)
def test_while_a_replica_stands_in_all_is_asked_there_and_it_refuses_what_is_written(standing_in):
    assert router.db_for_read(User) == router.db_for_read(Article) == router.db_for_write(User) == "replica1"
    assert routing.newest_may_be_missing()


def test_a_replica_is_never_migrated():
    assert router.allow_migrate("default", "articles") and not router.allow_migrate("replica1", "articles")


def test_without_replicas_nothing_stands_between():
    with pytest.raises(MiddlewareNotUsed):
        routing.ReplicaMiddleware(lambda request: HttpResponse())


@pytest.fixture
def middleware(settings):
    settings.REPLICAS = ["replica1"]
    return routing.ReplicaMiddleware(lambda request: HttpResponse(str(request.method)))


def test_who_sends_something_is_not_asked_for_a_position(middleware, monkeypatch):
    monkeypatch.setattr(routing, "_ask", None)
    assert middleware(RequestFactory().post("/edit/A")).content == b"POST"


@pytest.mark.parametrize(
    ("name", "query", "heavy"),
    [
        ("articles:search", "", True),
        ("articles:history", "", True),
        ("articles:read", "", False),
        ("articles:read", "?version=7", True),
        ("articles:edit", "", False),
        ("articles:inbox", "", False),
    ],
)
def test_only_heavy_pages_are_asked_of_a_replica(middleware, monkeypatch, name: str, query: str, heavy: bool):
    asked = []
    monkeypatch.setattr(routing, "_up_to_date", lambda position: asked.append(position) or "replica1")
    request = RequestFactory().get(f"/{query}")
    request.primary_is_at = "0/1"
    request.resolver_match = type("Match", (), {"view_name": name})()
    answer = middleware.process_view(request, lambda request: HttpResponse(routing._reads_from.get()), [], {})
    assert (asked, answer and answer.content) == ((["0/1"], b"replica1") if heavy else ([], None))


def test_a_page_that_fails_on_a_replica_is_asked_of_the_primary(middleware, monkeypatch, caplog):
    def failing(request):
        raise OperationalError("canceling statement due to conflict with recovery\nLINE 1: private")

    monkeypatch.setattr(routing, "_up_to_date", lambda position: "replica1")
    request = RequestFactory().get("/")
    request.primary_is_at = "0/1"
    request.resolver_match = type("Match", (), {"view_name": "articles:search"})()
    assert middleware.process_view(request, failing, [], {}) is None
    assert routing._reads_from.get() == ""
    assert "the primary is asked: OperationalError" in caplog.text and "private" not in caplog.text


def test_what_a_replica_says_is_not_written_down(middleware, monkeypatch, caplog):
    def failing(*asked):
        raise OperationalError("LINE 1: private")

    monkeypatch.setattr(routing, "_ask", failing)
    assert routing._up_to_date("0/1") == ""
    assert "does not answer: OperationalError" in caplog.text and "private" not in caplog.text
