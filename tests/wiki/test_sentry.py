"""Failures as a Sentry gets them: where they were, and no word of what anybody sent."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.error import HTTPError

import django
import pytest

from wiki import sentry


class Receiver(HTTPServer):
    """Takes envelopes, as a Sentry would."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.taken: list[tuple[str, str, list[dict]]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        lines = [json.loads(line) for line in body.splitlines()]
        self.server.taken.append((self.path, self.headers["X-Sentry-Auth"], lines))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        threading.Thread(target=started.serve_forever, daemon=True).start()
        yield started
        started.shutdown()


def failed() -> Exception:
    """A failure behind a failure, each of which says something private and had something private at hand."""
    private = "private diagnosis"
    try:
        try:
            raise KeyError(private)
        except KeyError as error:
            raise RuntimeError(private) from error
    except RuntimeError as error:
        return error


def test_a_failure_arrives_whole_and_without_a_word_of_what_anybody_sent(receiver: Receiver):
    event = sentry.event_of(failed(), "RuntimeError in x", view="articles:read", number="12345678")
    sentry.send(event, sentry.place_of(f"http://key@127.0.0.1:{receiver.server_port}/7"))
    ((path, auth, (header, item, taken)),) = receiver.taken
    assert (path, item) == ("/api/7/envelope/", {"type": "event"}) and "sentry_key=key" in auth
    assert header["event_id"] == taken["event_id"] and len(taken["event_id"]) == 32
    assert [value["type"] for value in taken["exception"]["values"]] == ["KeyError", "RuntimeError"]
    assert taken["exception"]["values"][0]["stacktrace"]["frames"][-1]["function"] == "failed"
    assert taken["tags"] == {"request_id": "12345678"} and taken["fingerprint"] == ["RuntimeError in x"]
    assert "private diagnosis" not in json.dumps(taken)
    assert taken["exception"]["values"][0]["stacktrace"]["frames"][-1]["filename"] == "tests/wiki/test_sentry.py"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (sentry.__file__, "wiki/sentry.py"),
        (django.__file__, "django/__init__.py"),
        (json.__file__, "json/__init__.py"),
        ("/elsewhere/private/script.py", "script.py"),
        ("<string>", "<string>"),
    ],
)
def test_a_file_is_named_without_the_folders_of_the_machine(file: str, name: str):
    assert sentry.file_name(file) == name


def test_one_that_takes_nothing_is_an_error(receiver: Receiver):
    receiver.status = 429
    event = sentry.event_of(failed(), "x", view="-", number="-")
    with pytest.raises(HTTPError):
        sentry.send(event, sentry.place_of(f"http://key@127.0.0.1:{receiver.server_port}/7"))


@pytest.mark.parametrize("dsn", ["x", "https://host/7", "https://key@host", "https://key@host/", "file://key@host/7"])
def test_an_address_that_names_no_place_is_refused(dsn: str):
    with pytest.raises(ValueError):
        sentry.place_of(dsn)
