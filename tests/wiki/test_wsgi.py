"""The door, asked as a server asks it, around a small site of the test's own."""

import gzip
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse

from wiki.assets import StaticFiles
from wiki.bodies import Bodies, Limits
from wiki.peers import TrustedProxies
from wiki.wording import words
from wiki.wsgi import Door
from wiki.wsgi import door as site_door

PAGE = b"<!doctype html><p>" + b"Rest, drink, and see a doctor. " * 40
DISCLAIMER = b'id="medical-disclaimer"'
HTML = ("Content-Type", "text/html; charset=utf-8")


class Reply:
    def __init__(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status = int(status[:3])
        self.headers = {name.lower(): value for name, value in headers}
        assert len(self.headers) == len(headers), "a header is said twice"
        assert len(self.headers.pop("x-request-id")) == 16  # Another in each answer; see test_logs.
        self.body = body


class Site:
    """A WSGI application that remembers what it was asked, and answers as told."""

    def __init__(self) -> None:
        self.status = "200 OK"
        self.headers = [HTML]
        self.body: Iterable[bytes] = [PAGE]
        self.asked: dict[str, Any] = {}
        self.received = b""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.asked = environ
        self.received = environ["wsgi.input"].read()
        start_response(self.status, self.headers)
        return self.body


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def door(site: Any, tmp_path: Path, settings: Any) -> Door:
    """The door around the site."""
    folder = tmp_path / "written"
    folder.mkdir()
    (folder / "base.css").write_text("body { color: #123456 }\n" * 30)
    settings.STATICFILES_DIRS = [folder]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    return Door(
        site,
        proxies=TrustedProxies(["10.0.0.0/8"]),
        bodies=Bodies(tmp_path / "bodies.lock", Limits(largest=1_000, patience=0.1, grace=0.1)),
        static=StaticFiles(tmp_path / "collected"),
    )


@pytest.fixture
def ask(door: Door) -> Callable[..., Reply]:
    """Ask the door around the site; keywords are the request's variables."""

    def ask(path: str = "/wiki/Asthma", method: str = "GET", body: bytes = b"", **variables: Any) -> Reply:
        return called(door, path, method, body, **variables)

    return ask


def called(door: Any, path: str, method: str, body: bytes, **variables: Any) -> Reply:
    started: list[Any] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "REMOTE_ADDR": "192.0.2.1",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        **({"CONTENT_LENGTH": str(len(body))} if body else {}),
        **variables,
    }
    told = environ.pop("told", None)
    chunks = door(environ, lambda status, headers: started.extend((status, headers)))
    content = b""
    for chunk in chunks:
        content += chunk
        if told is not None:
            told()
    if hasattr(chunks, "close"):
        chunks.close()
    return Reply(started[0], started[1], content)


# --- On the way in -----------------------------------------------------------------------------------------------
def test_a_page_comes_out_as_the_site_made_it(ask: Callable[..., Reply]):
    reply = ask()
    assert (reply.status, reply.body) == (200, PAGE)
    assert reply.headers["content-length"] == str(len(PAGE))


def test_the_site_gets_the_whole_body_and_its_length(ask: Callable[..., Reply], site: Site):
    ask(
        method="POST",
        body=b'{"a": 1}',
        CONTENT_LENGTH="",
        HTTP_TRANSFER_ENCODING="chunked",
        CONTENT_TYPE="application/json",
    )
    assert site.received == b'{"a": 1}'
    assert site.asked["CONTENT_LENGTH"] == "8" and "HTTP_TRANSFER_ENCODING" not in site.asked


def test_whoever_sends_slowly_is_told_so_and_the_request_ends_when_nobody_reads_its_body_any_more(door: Door):
    gone = threading.Event()

    class Slow:
        def read(self, size: int) -> bytes:
            gone.wait(20)
            return b""

    # The server stands still where a request ends whose body is being read.
    told = called(door, "/edit/Asthma", "POST", b"", CONTENT_LENGTH="10", **{"wsgi.input": Slow(), "told": gone.set})
    assert told.status == 408 and gone.is_set()
    assert told.headers["content-length"] == str(len(told.body)) and DISCLAIMER in told.body


def test_the_site_sees_the_client_and_not_what_a_header_makes_up(ask: Callable[..., Reply], site: Site):
    ask(REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="6.6.6.6, 198.51.100.1", HTTP_REMOTE_USER="admin", SECRET_KEY="x")
    assert site.asked["REMOTE_ADDR"] == "198.51.100.1"
    assert not {"HTTP_REMOTE_USER", "HTTP_X_FORWARDED_FOR", "SECRET_KEY"} & set(site.asked)


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "evil.example", "<script>", ""])
def test_a_probe_is_let_through_whatever_it_calls_the_machine(ask: Callable[..., Reply], site: Site, host: str):
    asked = [ask(path, HTTP_HOST=host) and site.asked["HTTP_HOST"] for path in ("/healthz", "/readyz", "/wiki/Asthma")]
    assert asked == ["testserver", "testserver", host]


@pytest.mark.parametrize("path", ["/\xff", "/a\0", "/\xed\xa0\x80", "/\xc3", "*", "", "http:", "/static/\xff"])
def test_an_address_of_unreadable_bytes_is_refused(ask: Callable[..., Reply], site: Site, path: str):
    assert ask(path).status == 400
    assert site.asked == {}


@pytest.mark.parametrize("query", ["q=%00", "q=\0", "q=%ED%A0%80", "a=1&%00=b"])
def test_a_query_that_no_database_can_hold_is_refused(ask: Callable[..., Reply], query: str):
    assert ask(QUERY_STRING=query).status == 400


@pytest.mark.parametrize(
    "path", ["/wiki/\xc3\xa9", "/wiki/HIV/AIDS", "//other.example/x", "/wiki/%", "/wiki/\xf0\x9f\x98\x80"]
)
def test_a_readable_address_goes_on(ask: Callable[..., Reply], site: Site, path: str):
    assert ask(path, QUERY_STRING="q=%E9&p=%").status == 200
    assert site.asked["PATH_INFO"] == path


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "get", "X"])
def test_a_method_that_nobody_here_understands_is_refused(ask: Callable[..., Reply], site: Site, method: str):
    reply = ask(method=method)
    assert reply.status == 405 and "GET" in reply.headers["allow"]
    assert site.asked == {}


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"path": "/\xff"}),
        (400, {"method": "POST", "body": b"half", "CONTENT_LENGTH": "10"}),
        (404, {"path": "/static/nothing.css"}),
        (405, {"method": "TRACE"}),
        (405, {"path": "/static/base.css", "method": "POST"}),
        (411, {"method": "POST", "body": b"a=1", "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}),
        (413, {"method": "POST", "body": b"x" * 1_001}),
    ],
)
def test_a_refusal_is_a_page_with_the_disclaimer_and_every_header(
    ask: Callable[..., Reply], status: int, asked: dict[str, Any]
):
    reply = ask(**asked)
    assert reply.status == status
    assert reply.body.count(DISCLAIMER) == 1
    assert reply.headers["content-length"] == str(len(reply.body))
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"


def test_what_is_too_large_says_that_the_text_is_not_lost(ask: Callable[..., Reply]):
    assert b"still in your browser" in ask(method="POST", body=b"x" * 1_001).body


def test_a_refusal_to_head_has_the_length_and_no_body(ask: Callable[..., Reply]):
    reply = ask("/\xff", "HEAD")
    assert reply.body == b"" and int(reply.headers["content-length"]) > 500


# --- When something fails ----------------------------------------------------------------------------------------
@pytest.fixture
def broken_ask(ask: Callable[..., Reply], site: Site, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Reply]:
    def fail(*_: Any) -> Any:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(Site, "__call__", fail)
    return ask


def test_a_failure_outside_of_django_is_a_page_with_the_disclaimer_that_tells_no_secret(
    broken_ask: Callable[..., Reply],
):
    reply = broken_ask()
    assert reply.status == 500
    assert DISCLAIMER in reply.body and b"secret" not in reply.body


class Closing:
    """An answer's body that knows whether it was closed."""

    def __init__(self, *chunks: bytes, streaming: bool = False, fails: bool = False) -> None:
        self.chunks = chunks
        self.streaming = streaming
        self.fails = fails
        self.closed = 0

    def __iter__(self) -> Any:
        yield from self.chunks
        if self.fails:
            raise RuntimeError

    def close(self) -> None:
        self.closed += 1


@pytest.mark.parametrize("fails", [False, True])
def test_an_answer_is_closed_once_also_when_it_breaks_off(ask: Callable[..., Reply], site: Site, fails: bool):
    site.body = Closing(b"one", b"two", fails=fails)
    assert ask().status == (500 if fails else 200)
    assert site.body.closed == 1


# --- On the way out ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("encoding", "decoded"), [("br", brotli.decompress), ("gzip", gzip.decompress)])
def test_a_page_is_encoded_as_asked(ask: Callable[..., Reply], encoding: str, decoded: Any):
    reply = ask(HTTP_ACCEPT_ENCODING=encoding)
    assert reply.headers["content-encoding"] == encoding
    assert decoded(reply.body) == PAGE
    assert reply.headers["content-length"] == str(len(reply.body))


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_a_page_says_that_it_varies_by_encoding_also_when_it_has_none(
    ask: Callable[..., Reply], site: Site, accepted: str
):
    site.headers = [HTML, ("Vary", "Cookie")]
    assert ask(HTTP_ACCEPT_ENCODING=accepted).headers["vary"] == "Cookie, Accept-Encoding"


@pytest.mark.parametrize(
    ("headers", "body", "asked"),
    [
        ([HTML], b"short", {}),
        ([("Content-Type", "image/png")], PAGE, {}),
        ([HTML, ("Content-Encoding", "zstd")], PAGE, {}),
        ([HTML], PAGE, {"HTTP_COOKIE": "a=b; sessionid=x"}),
        ([HTML, ("Set-Cookie", "csrftoken=x")], PAGE, {}),
    ],
    ids=["short", "picture", "encoded", "session", "sets a cookie"],
)
def test_what_gains_nothing_or_holds_a_secret_is_not_encoded(
    ask: Callable[..., Reply], site: Site, headers: Any, body: bytes, asked: dict[str, str]
):
    site.headers, site.body = headers, [body]
    assert ask(HTTP_ACCEPT_ENCODING="br, gzip", **asked).body == body


def test_a_cookie_that_is_no_session_changes_nothing(ask: Callable[..., Reply]):
    assert "content-encoding" in ask(HTTP_ACCEPT_ENCODING="br", HTTP_COOKIE="theme=sessionid; notsessionid=1").headers


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
def test_who_has_the_page_gets_304_without_a_body(ask: Callable[..., Reply], accepted: str):
    first = ask(HTTP_ACCEPT_ENCODING=accepted)
    known = f'"other", W/{first.headers["etag"]}'
    second = ask(HTTP_ACCEPT_ENCODING=accepted, HTTP_IF_NONE_MATCH=known)
    assert (second.status, second.body) == (304, b"")
    assert second.headers["etag"] == first.headers["etag"] and second.headers["vary"] == first.headers["vary"]
    assert not {"content-length", "content-type", "content-encoding"} & set(second.headers)


def test_each_encoding_has_an_etag_of_its_own(ask: Callable[..., Reply]):
    etags = {ask(HTTP_ACCEPT_ENCODING=accepted).headers["etag"] for accepted in ("", "gzip", "br")}
    assert len(etags) == 3


def test_a_changed_page_is_sent_again(ask: Callable[..., Reply], site: Site):
    etag = ask().headers["etag"]
    site.body = [PAGE + b"Newer."]
    assert ask(HTTP_IF_NONE_MATCH=etag).status == 200


def test_an_etag_of_the_view_is_kept(ask: Callable[..., Reply], site: Site):
    site.headers = [HTML, ("ETag", 'W/"7"')]
    assert ask().headers["etag"] == 'W/"7"'
    assert ask(HTTP_ACCEPT_ENCODING="br").headers["etag"] == 'W/"7-br"'


@pytest.mark.parametrize(
    ("status", "headers", "method"),
    [
        ("200 OK", [HTML, ("Set-Cookie", "a=b")], "GET"),
        ("200 OK", [HTML, ("Cache-Control", "private, no-store")], "GET"),
        ("200 OK", [HTML], "POST"),
        ("404 Not Found", [HTML], "GET"),
        ("303 See Other", [HTML], "GET"),
    ],
)
def test_only_a_page_that_may_be_kept_has_an_etag(
    ask: Callable[..., Reply], site: Site, status: str, headers: Any, method: str
):
    site.status, site.headers = status, headers
    reply = ask(method=method, HTTP_IF_NONE_MATCH="*")
    assert "etag" not in reply.headers and reply.status == int(status[:3])


@pytest.mark.parametrize("accepted", ["", "gzip", "br"])
@pytest.mark.parametrize("path", ["/wiki/Asthma", "/static/base.css", "/static/nothing", "/\xff"])
def test_head_is_get_without_the_body(ask: Callable[..., Reply], path: str, accepted: str):
    got, head = (ask(path, method, HTTP_ACCEPT_ENCODING=accepted) for method in ("GET", "HEAD"))
    assert head.body == b"" and head.headers == got.headers and head.status == got.status


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_has_neither_body_nor_length(ask: Callable[..., Reply], site: Site, status: str):
    site.status, site.headers, site.body = status, [("Content-Length", "5"), ("X-Own", "1")], [b"waste"]
    reply = ask()
    assert reply.body == b"" and "content-length" not in reply.headers and reply.headers["x-own"] == "1"


def test_a_status_that_no_standard_names_goes_on(ask: Callable[..., Reply], site: Site):
    site.status = "299 Well"
    assert ask().status == 299


def test_a_stream_is_left_alone_and_closed_by_the_server(ask: Callable[..., Reply], site: Site):
    site.headers = [HTML]
    site.body = Closing(PAGE, PAGE, streaming=True)
    reply = ask(HTTP_ACCEPT_ENCODING="br")
    assert reply.body == PAGE * 2 and site.body.closed == 1
    assert set(reply.headers) == {"content-type"}


def test_a_stream_asked_with_head_is_closed_unread(ask: Callable[..., Reply], site: Site):
    site.headers = [HTML, ("Content-Length", "9")]
    site.body = Closing(PAGE, streaming=True, fails=True)
    reply = ask(method="HEAD")
    assert reply.body == b"" and reply.headers["content-length"] == "9" and site.body.closed == 1


@pytest.mark.parametrize(("answer", "streams"), [(HttpResponse(PAGE), False), (StreamingHttpResponse([PAGE]), True)])
def test_a_stream_is_told_by_djangos_own_word(
    db: None, ask: Callable[..., Reply], site: Site, answer: Any, streams: bool
):
    site.body = answer
    assert ("content-length" not in ask().headers) is streams


def test_over_https_the_browser_is_told_to_stay_there(ask: Callable[..., Reply], settings: Any):
    settings.SECURE_HSTS_SECONDS = 60
    over = {"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"}
    assert ask("/static/base.css", **over).headers["strict-transport-security"].startswith("max-age=60")
    assert "strict-transport-security" not in ask("/static/base.css").headers


# --- Static files ------------------------------------------------------------------------------------------------
def test_a_static_file_is_sent_encoded_and_checked_again(ask: Callable[..., Reply], site: Site):
    reply = ask("/static/base.css", HTTP_ACCEPT_ENCODING="br")
    assert brotli.decompress(reply.body).startswith(b"body")
    assert reply.headers["cache-control"] == "no-cache" and reply.headers["vary"] == "Accept-Encoding"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert ask("/static/base.css", HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=reply.headers["etag"]).status == 304
    assert site.asked == {}


def test_a_file_named_by_its_content_is_kept_for_a_year(ask: Callable[..., Reply], tmp_path: Path):
    (tmp_path / "collected").mkdir()
    (tmp_path / "collected" / "staticfiles.json").write_text("{}")
    (tmp_path / "collected" / "base.0123456789ab.css").write_text("p {}")
    assert ask("/static/base.0123456789ab.css").headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_name_of_a_static_file_may_be_in_any_script(ask: Callable[..., Reply], tmp_path: Path):
    (tmp_path / "written" / "é.txt").write_text("x")
    assert ask("/static/\xc3\xa9.txt").body == b"x"


# --- The site itself ---------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_the_sites_own_door_answers(settings: Any):
    from wiki.wsgi import application

    settings.ALLOWED_HOSTS = ["localhost"]
    reply = called(application, "/no-such-page", "GET", b"", HTTP_HOST="localhost", HTTP_ACCEPT_ENCODING="gzip")
    assert reply.status == 404
    assert gzip.decompress(reply.body).count(DISCLAIMER) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (400, {"path": "/\xff"}),
        (404, {"path": "/static/nothing.css"}),
        (405, {"method": "TRACE"}),
    ],
    ids=["path", "file", "method"],
)
def test_what_the_sites_own_door_refuses_says_the_disclaimer_that_holds(administrator, status: int, asked: Any):
    words.change(key="disclaimer", text="Ask <b>a</b> doctor, says {name}.", who=administrator.account)
    variables = {"HTTP_HOST": "localhost", **asked}
    path, method = variables.pop("path", "/"), variables.pop("method", "GET")
    reply = called(site_door(get_wsgi_application()), path, method, b"", **variables)
    assert reply.status == status and reply.body.count(DISCLAIMER) == 1
    assert reply.body.count(b"Ask &lt;b&gt;a&lt;/b&gt; doctor, says MedWiki.") == 1 and b"substitute" not in reply.body


def test_a_worker_that_is_to_end_closes_each_connection_with_its_answer(site: Any):
    door = site_door(site)
    before, _ = called(door, "/wiki/Asthma", "GET", b""), door.close_connections()
    assert "connection" not in before.headers
    assert called(door, "/wiki/Asthma", "GET", b"").headers["connection"] == "close"
