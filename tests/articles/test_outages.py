"""A server that is away is told apart from a fault of ours."""

import psycopg
import pytest
from django.db import DataError, InterfaceError, InternalError, OperationalError
from django.test import Client
from psycopg_pool import PoolTimeout

from articles import outages
from tests.pages import Page


def raised(kind: type[Exception], cause: BaseException | None) -> Exception:
    error = kind("said")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        raised(OperationalError, psycopg.OperationalError("connection refused")),
        raised(OperationalError, PoolTimeout("couldn't get a connection")),
        raised(OperationalError, psycopg.errors.AdminShutdown("terminating connection")),
        raised(OperationalError, psycopg.errors.CannotConnectNow("the database system is starting up")),
        raised(OperationalError, psycopg.errors.TooManyConnections("too many clients")),
        raised(InternalError, psycopg.errors.ReadOnlySqlTransaction("cannot execute INSERT")),
        raised(InterfaceError, psycopg.InterfaceError("the connection is closed")),
    ],
    ids=repr,
)
def test_a_server_that_is_away_is_known(error: Exception):
    assert outages.is_away(error)


@pytest.mark.parametrize(
    "error",
    [
        None,
        ValueError("of ours"),
        raised(OperationalError, None),
        raised(OperationalError, psycopg.errors.QueryCanceled("statement timeout")),
        raised(OperationalError, psycopg.errors.DeadlockDetected("deadlock")),
        raised(InternalError, psycopg.errors.InFailedSqlTransaction("aborted")),
        raised(DataError, psycopg.errors.NumericValueOutOfRange("too large")),
    ],
    ids=repr,
)
def test_what_is_ours_is_not_put_on_the_server(error: Exception | None):
    assert not outages.is_away(error)


def away(*args: object, **kwargs: object) -> None:
    raise raised(OperationalError, psycopg.OperationalError("connection refused by db.example.org"))


@pytest.mark.parametrize(
    "cause", [psycopg.OperationalError("closed unexpectedly"), psycopg.errors.DiskFull("no space")], ids=repr
)
def test_what_fails_for_everybody_is_the_sites_to_answer(cause: Exception):
    assert outages.is_of_the_site(raised(OperationalError, cause))


@pytest.mark.parametrize(
    "error", [None, RuntimeError("of ours"), raised(OperationalError, psycopg.errors.DeadlockDetected("deadlock"))]
)
def test_what_fails_for_one_request_is_its_views(error: Exception | None):
    assert not outages.is_of_the_site(error)


@pytest.mark.django_db
def test_whoever_asks_meanwhile_is_told_when_to_try_again(monkeypatch):
    monkeypatch.setattr("articles.reading.newly_changed", away)
    answer = Client(raise_request_exception=False).get("/")
    assert (answer.status_code, answer["Retry-After"]) == (503, str(outages.RETRY_AFTER))
    page = Page(answer)
    assert page.disclaimer_faults() == [] and b"db.example.org" not in answer.content


@pytest.mark.parametrize(
    ("cause", "kind"),
    [(psycopg.errors.QueryCanceled("LINE 1: private"), "OperationalError 57014"), (None, "OperationalError")],
)
def test_of_a_failure_only_type_and_code_are_written_down(cause: BaseException | None, kind: str):
    assert outages.kind_of(raised(OperationalError, cause)) == kind
