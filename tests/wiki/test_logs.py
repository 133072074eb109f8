"""Each line of the log names its request, and nothing in it is of a person."""

import json
import logging
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from wiki import logs
from wiki.assets import StaticFiles
from wiki.bodies import Bodies, Limits
from wiki.peers import TrustedProxies
from wiki.wsgi import Door

SECRET = "0123456789abcdef0123456789abcdef"


def record(message: str = "Hello", **fields: object) -> logging.LogRecord:
    made = logging.LogRecord("wiki.test", logging.INFO, __file__, 1, message, (), None)
    made.__dict__.update(fields)
    return made


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Ask a door around a site that writes a line; returns the answer's headers."""

    def site(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        logging.getLogger("wiki.test").info("Inside.")
        if environ["PATH_INFO"] == "/fails":
            raise RuntimeError
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"x"]

    proxies, limits = TrustedProxies(["10.0.0.1"]), Limits(largest=1_000, patience=0.1, grace=0.1)
    door = Door(site, proxies=proxies, bodies=Bodies(tmp_path / "bodies.lock", limits), static=StaticFiles(tmp_path))

    def ask(path: str = "/wiki/Asthma", **variables: str) -> dict[str, str]:
        started: list[Any] = []
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": "q=private", "REMOTE_ADDR": "192.0.2.1"}
        environ |= {"wsgi.input": BytesIO(), "wsgi.url_scheme": "http", **variables}
        door(environ, lambda status, headers: started.extend(headers))
        return dict(started)

    return ask


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    caplog.handler.addFilter(logs.OfTheRequest())
    return caplog


# --- The number of a request -------------------------------------------------------------------------------------
def test_the_answer_and_each_line_of_a_request_have_one_number(ask, lines):
    number = ask()["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{16}", number)
    assert [line.request_id for line in lines.records] == [number, number]


def test_each_request_has_a_number_of_its_own_and_what_is_no_request_has_none(ask, lines):
    assert ask()["X-Request-ID"] != ask()["X-Request-ID"]
    logging.getLogger("wiki.test").info("Outside.")
    assert lines.records[-1].request_id == "-" and logs.request_number() == "" and logs.current() is None


def test_a_trusted_proxy_gives_the_number(ask):
    assert ask(REMOTE_ADDR="10.0.0.1", HTTP_X_REQUEST_ID=SECRET)["X-Request-ID"] == SECRET


@pytest.mark.parametrize("said", ["short", "with blank in it", "x" * 65, "a\nb-c-d-e-f", "<script>ab", ""])
def test_what_is_no_number_is_not_taken_from_anybody(ask, said: str):
    assert re.fullmatch(r"[0-9a-f]{16}", ask(REMOTE_ADDR="10.0.0.1", HTTP_X_REQUEST_ID=said)["X-Request-ID"])


def test_a_stranger_gives_no_number(ask):
    assert ask(HTTP_X_REQUEST_ID=SECRET)["X-Request-ID"] != SECRET


def test_what_failed_outside_of_django_names_its_number_too(ask, lines):
    number = ask("/fails")["X-Request-ID"]
    assert [line.request_id for line in lines.records if line.levelno >= logging.ERROR] == [number]


# --- The line of a request ---------------------------------------------------------------------------------------
def test_there_is_one_line_with_method_path_status_and_time_and_nothing_of_a_person(ask, lines):
    ask(HTTP_COOKIE="sessionid=private", HTTP_USER_AGENT="private", HTTP_REFERER="private")
    (line,) = [line for line in lines.records if line.name == "wiki.access"]
    assert re.fullmatch(r"GET /wiki/Asthma 200 \d+ ms", line.getMessage()) and line.levelno == logging.INFO
    assert not re.search(r"private|192\.0\.2", str(line.__dict__))


@pytest.mark.parametrize(("seconds", "level"), [(0.9, logging.INFO), (1.1, logging.WARNING)])
def test_a_slow_request_is_a_warning(lines, seconds: float, level: int):
    with logs.asked("12345678", "GET", b"/"):
        logs.answered(200, seconds)
    assert [line.levelno for line in lines.records] == [level]


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (b"/wiki/HIV/AIDS", "/wiki/HIV/AIDS"),
        (b"/wiki/HIV/AIDS\n", "/wiki/HIV/AIDS%0A"),
        (b"/wiki/100%25", "/wiki/100%2525"),
        (b"/wiki/a\nGET /forged 200", "/wiki/a%0AGET%20/forged%20200"),
        (b"/wiki/caf\xc3\xa9\x1b[31m", "/wiki/caf%C3%A9%1B%5B31m"),
        (f"/accounts/password/reset/key/1-{SECRET}/".encode(), "/accounts/password/reset/key/*/"),
        (f"/accounts/confirm-email/{SECRET}:x/".encode(), "/accounts/confirm-email/*/"),
        (b"/accounts/password/change/", "/accounts/password/change/"),
        (b"/wiki/" + b"x" * 30, "/wiki/" + "x" * 30),
        (b"/" + b"x" * 5_000, "/" + "x" * 399),
    ],
)
def test_a_path_is_written_on_one_line_and_opens_no_door(path: bytes, written: str):
    assert logs.shown(path) == written


# --- How a line is written ---------------------------------------------------------------------------------------
def test_a_line_for_people_has_time_level_number_and_name():
    line = logs.LineFormatter().format(record(created=0.0, msecs=0.0, request_id="12345678"))
    assert line == "1970-01-01 00:00:00,000 INFO 12345678 wiki.test Hello"


def test_each_line_has_its_own_second_however_many_are_written_before():
    formatter, seconds = logs.LineFormatter(), [1.0, 1.0, 61.5, 1.0]
    lines = [formatter.format(record(created=each, msecs=each % 1 * 1000)) for each in seconds]
    assert [line[14:23] for line in lines] == ["00:01,000", "00:01,000", "01:01,500", "00:01,000"]


def test_a_line_that_no_filter_has_seen_has_no_number():
    assert " INFO - wiki.test Hello" in logs.LineFormatter().format(record())


def test_a_line_for_machines_is_one_object_and_holds_only_what_is_named():
    line = logs.JsonFormatter().format(record("Two\nlines", created=0.0, request_id="12345678", request="private"))
    assert json.loads(line) == {
        "time": "1970-01-01T00:00:00.000+00:00",
        "level": "INFO",
        "logger": "wiki.test",
        "request_id": "12345678",
        "message": "Two\nlines",
    }
    assert "\n" not in line


def test_the_line_of_a_request_has_its_fields_for_machines(ask, lines):
    ask("/search")
    said = json.loads(logs.JsonFormatter().format(lines.records[-1]))
    assert (said["method"], said["path"], said["status"]) == ("GET", "/search", 200)
    assert isinstance(said["milliseconds"], int)


def test_an_exception_is_written_with_its_traceback():
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        failed = record(exc_info=(type(error), error, error.__traceback__))
    assert "RuntimeError: broken" in json.loads(logs.JsonFormatter().format(failed))["exception"]
