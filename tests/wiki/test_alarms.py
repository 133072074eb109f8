"""A failure is mailed to ADMINS once an hour for each kind, without what anybody sent; and never breaks the answer."""

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import DatabaseError
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import resolve

from articles.models import Attempts
from tests.doors import unlocked
from wiki import alarms, logs

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def handler(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[alarms.AlarmMails]:
    """The handler of a process that has told nothing yet, mailing before the answer goes out."""
    settings.ADMINS = [("", "ops@example.org")]
    monkeypatch.setattr(alarms, "_in_background", lambda act: act())
    fresh = alarms.AlarmMails()
    logger = logging.getLogger("django.request")
    before, logger.handlers = logger.handlers, [fresh]
    yield fresh
    logger.handlers = before


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody whose browser gets a failure from the main page."""

    def newly_changed(*args: object, **kwargs: object) -> None:
        diagnosis = "private diagnosis"
        raise RuntimeError(diagnosis)

    monkeypatch.setattr("articles.reading.newly_changed", newly_changed)
    return Client(raise_request_exception=False)


def failed(error: Exception, request: HttpRequest | None = None) -> logging.LogRecord:
    try:
        raise error
    except type(error):
        return logging.LogRecord("x", logging.ERROR, "", 1, "Failed: %s", ("private",), sys.exc_info())


def test_a_failure_is_mailed_with_kind_path_number_and_where_it_happened(failing: Client):
    with logs.asked("12345678", "GET", b"/"):
        answer = failing.get("/?q=private", headers={"cookie": "sessionid=private", "user-agent": "private"})
    assert answer.status_code == 500 and "12345678" in answer.content.decode()
    (sent,) = mail.outbox
    assert sent.to == ["ops@example.org"]
    assert "RuntimeError in articles/views/" in sent.subject
    assert "Request: /\n" in sent.body and "Number: 12345678" in sent.body
    assert 'articles/views/reading.py", line' in sent.body and "RuntimeError" in sent.body.splitlines()[-4:][0]


def test_nothing_that_somebody_sent_is_in_the_mail(failing: Client):
    failing.get("/?q=private", headers={"cookie": "a=private", "user-agent": "private"}, REMOTE_ADDR="192.0.2.7")
    (sent,) = mail.outbox
    text = f"{sent.subject}\n{sent.body}"
    assert "private diagnosis" not in text and "private" not in text and "192.0.2.7" not in text


def test_what_led_to_a_failure_is_told_without_its_words(handler: alarms.AlarmMails):
    error = RuntimeError("private")
    error.__cause__ = KeyError("private")
    handler.emit(failed(error))
    assert "KeyError\n\nTraceback" in mail.outbox[0].body and "private" not in mail.outbox[0].body


def test_the_path_of_a_mailed_link_is_not_mailed_again(handler: alarms.AlarmMails):
    record = failed(RuntimeError())
    record.request = RequestFactory().get(f"/accounts/reset/{'s3cret' * 6}/")
    handler.emit(record)
    assert "Request: /accounts/reset/*/" in mail.outbox[0].body


def test_the_same_kind_is_mailed_once_an_hour_by_all_processes_together(failing: Client, handler):
    for _ in range(3):
        failing.get("/")
    handler._told.clear()  # As another process, which hasn't told of it yet.
    failing.get("/")
    assert len(mail.outbox) == 1


def test_after_the_hour_it_is_mailed_again(failing: Client, handler: alarms.AlarmMails):
    failing.get("/")
    handler._told.clear()
    with unlocked("an hour passes"):
        Attempts.objects.all().delete()
    failing.get("/")
    assert len(mail.outbox) == 2


def test_another_kind_is_another_mail_but_no_flood(handler: alarms.AlarmMails):
    kinds = [type(f"Fault{number}", (Exception,), {}) for number in range(30)]
    assert [handler.emit(failed(kind())) for kind in kinds]
    assert len({sent.subject for sent in mail.outbox}) == 20 == len(mail.outbox)


def test_a_mail_that_can_not_be_sent_breaks_nothing(failing: Client, monkeypatch, caplog):
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(mail, "mail_admins", refuse)
    assert failing.get("/").status_code == 500
    assert "could not be mailed" in caplog.text


def test_a_mail_that_can_not_be_written_breaks_nothing(failing: Client, monkeypatch):
    monkeypatch.setattr(alarms, "_words", None)
    monkeypatch.setattr(logging, "raiseExceptions", False)
    assert failing.get("/").status_code == 500 and mail.outbox == []


def test_with_the_database_away_each_process_counts_for_itself(handler: alarms.AlarmMails, monkeypatch):
    def away(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("articles.limits.take", away)
    error = DatabaseError("private")
    assert [handler.emit(failed(error)) for _ in range(3)]
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(("setting", "value"), [("ADMINS", []), ("DEBUG", True)])
def test_without_anybody_to_tell_nothing_is_mailed(failing: Client, settings, setting: str, value: object):
    setattr(settings, setting, value)
    failing.get("/")
    assert mail.outbox == []


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/recent", 405), ("/admin/", 403)])
def test_a_refusal_is_no_failure(client: Client, path: str, status: int):
    assert client.post(path).status_code == status
    assert mail.outbox == []


def test_an_error_without_an_exception_is_none(handler: alarms.AlarmMails):
    handler.emit(logging.LogRecord("x", logging.ERROR, "", 1, "Housekeeping ended.", (), None))
    assert mail.outbox == []


def test_nobody_waits_while_it_is_sent(monkeypatch):
    monkeypatch.undo()
    done = threading.Event()
    alarms._in_background(done.set)
    assert done.wait(5)


def test_django_itself_mails_nothing():
    from django.utils.log import AdminEmailHandler

    loggers = [logging.getLogger(name) for name in (None, "django", "django.request", "django.security", "wiki")]
    assert not [found for logger in loggers for found in logger.handlers if isinstance(found, AdminEmailHandler)]
    assert [type(found) for found in logging.getLogger("wiki").handlers] == [alarms.AlarmMails]


def test_a_sentry_is_told_the_same_once_an_hour_and_mail_goes_on_when_it_is_away(
    failing: Client, settings, monkeypatch
):
    settings.SENTRY_DSN = "https://key@sentry.example.org/7"
    told: list[tuple[dict, object]] = []

    def send(event: dict, place: object) -> None:
        told.append((event, place))
        raise OSError

    monkeypatch.setattr("wiki.sentry.send", send)
    with logs.asked("12345678", "GET", b"/"):
        failing.get("/?q=private")
        failing.get("/?q=private")
    ((event, place),) = told
    assert place.url == "https://sentry.example.org/api/7/envelope/" and len(mail.outbox) == 1
    assert event["tags"] == {"request_id": "12345678"} and event["transaction"] == "articles:main"
    assert "private" not in str(event)


def test_a_sentry_is_not_told_the_path_which_may_name_a_page_or_a_person(handler, settings, monkeypatch):
    settings.SENTRY_DSN = "https://key@sentry.example.org/7"
    told: list[dict] = []
    monkeypatch.setattr("wiki.sentry.send", lambda event, place: told.append(event))
    record = failed(RuntimeError())
    record.request = RequestFactory().get("/contributions/Private")
    record.request.resolver_match = resolve("/contributions/Private")
    with logs.asked("12345678", "GET", b"/contributions/Private"):
        handler.emit(record)
    assert told[0]["transaction"] == "articles:contributions" and "Private" not in str(told)


def test_a_failure_outside_of_a_view_has_the_name_of_none(handler, settings, monkeypatch):
    settings.SENTRY_DSN = "https://key@sentry.example.org/7"
    told: list[dict] = []
    monkeypatch.setattr("wiki.sentry.send", lambda event, place: told.append(event))
    with logs.asked("12345678", "GET", b"/contributions/Private"):
        handler.emit(failed(RuntimeError()))
    assert told[0]["transaction"] == "-" and "Private" not in str(told)
