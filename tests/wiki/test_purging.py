"""Which pages a proxy may keep, and what it is told when they change; real proxies are asked in tests/fleet."""

import http.server
import threading

import pytest
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from articles import stamps
from articles.signals import pages_changed
from tests import factories
from wiki import purging
from wiki.purging import Proxy, Purger, key_of


@pytest.fixture
def proxied(settings, monkeypatch):
    """A client of a site with a proxy in front."""
    settings.WIKI_PURGE_URLS = ["varnish+http://127.0.0.1:1"]
    return Client()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/wiki/Asthma", "/history/Asthma", "/", "/search?q=dust+air", "/special/all"])
def test_a_page_of_nobody_in_particular_may_be_kept_for_a_second(proxied: Client, article, path: str):
    answer = proxied.get(path.replace("Asthma", article.title.replace(" ", "_")))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "public, max-age=0, must-revalidate, s-maxage=1"
    own = key_of(article.full_title) if path.startswith("/wiki") else "lists"
    assert answer["Surrogate-Key"].split() == ["site", own]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/edit/Asthma", "/wiki/Nowhere", "/nowhere", "/readyz", "/raw/Asthma"]
)
def test_what_is_a_form_a_refusal_or_no_page_may_not(proxied: Client, article, path: str):
    answer = proxied.get(path.replace("Asthma", article.title))
    assert "s-maxage" not in answer.get("Cache-Control", "") and "Surrogate-Key" not in answer


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["sessionid", "visitor"])
def test_whoever_is_known_is_somebody(proxied: Client, article, cookie: str):
    proxied.cookies[cookie] = "x"
    assert "s-maxage" not in proxied.get(article.get_absolute_url()).get("Cache-Control", "")


@pytest.mark.django_db
def test_a_page_with_the_token_of_a_cookie_may_not(proxied: Client, article):
    proxied.get("/accounts/login/")
    assert "csrftoken" in proxied.cookies
    assert "s-maxage" not in proxied.get("/accounts/login/").get("Cache-Control", "")
    # What stands on a page of nobody's is the same with it.
    assert "s-maxage" in proxied.get(article.get_absolute_url())["Cache-Control"]


@pytest.mark.django_db
def test_a_page_of_somebody_signed_in_may_not(settings, article, editor_client):
    settings.WIKI_PURGE_URLS = ["varnish+http://127.0.0.1:1"]
    browser = Client()
    browser.cookies = editor_client.cookies
    assert browser.get(article.get_absolute_url())["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_without_a_proxy_nothing_is_said(client: Client, article):
    answer = client.get(article.get_absolute_url())
    assert answer["Cache-Control"] == "no-cache" and "Surrogate-Key" not in answer


def test_without_a_proxy_nothing_stands_between():
    with pytest.raises(MiddlewareNotUsed):
        purging.SharedCacheMiddleware(lambda request: HttpResponse())


@pytest.mark.parametrize(
    "header", [("Set-Cookie", "a=b"), ("Cache-Control", "no-store"), ("Content-Security-Policy", "style-src 'nonce-1'")]
)
def test_what_says_otherwise_is_heard(settings, header: tuple[str, str]):
    settings.WIKI_PURGE_URLS = ["varnish+http://127.0.0.1:1"]
    answer = HttpResponse(headers={"Cache-Control": "no-cache"} | dict([header]))
    purging.SharedCacheMiddleware(lambda request: answer)(RequestFactory().get("/"))
    assert "s-maxage" not in answer["Cache-Control"]


# --- What is announced -------------------------------------------------------------------------------------------
@pytest.fixture
def heard():
    """The titles of each announcement."""
    told: list[tuple[str, ...] | None] = []

    def hear(full_titles, **kwargs):
        told.append(full_titles)

    pages_changed.connect(hear)
    yield told
    pages_changed.disconnect(hear)


@pytest.mark.django_db
def test_an_edit_announces_its_pages_when_it_is_committed(article, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.edit(article, "New [[Category:Lungs]] text.\n")
        assert heard == []
    assert heard == [(article.full_title, "Category:Lungs")]


@pytest.mark.django_db
def test_a_change_of_the_sites_wording_announces_every_page(heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        stamps.raise_site_stamp()
    assert heard == [None]


# --- What a proxy is told ----------------------------------------------------------------------------------------
@pytest.fixture
def listening():
    """A proxy that writes down what it is told."""
    told: list[tuple[str, str, str, str]] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PURGE(self) -> None:
            told.append((self.command, self.path, self.headers["Host"], self.headers.get("xkey-purge", "")))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_PURGE  # noqa: N815  # The library's own way of naming.

        def log_message(self, *args: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, told
    server.shutdown()
    server.server_close()


def test_varnish_is_told_keys(listening, settings):
    settings.SITE_URL = "https://wiki.example.org"
    port, told = listening
    proxy = Proxy.at(f"varnish+http://127.0.0.1:{port}")
    proxy.purge(("Category:Lungs", "Heart attack"))
    proxy.purge(None)
    keys = f"lists {key_of('Category:Lungs')} {key_of('Heart attack')}"
    assert told == [("PURGE", "/", "wiki.example.org", keys), ("PURGE", "/", "wiki.example.org", "site")]


def test_nginx_is_told_addresses_in_each_encoding(listening):
    port, told = listening
    Proxy.at(f"nginx+http://127.0.0.1:{port}").purge(("HIV/AIDS", "Café au lait"))
    addresses = ["/wiki/HIV/AIDS", "/wiki/Caf%C3%A9_au_lait"]
    assert [path for _, path, _, _ in told] == [
        f"/{code}{each}" for each in addresses for code in ("br", "gzip", "plain")
    ]


@pytest.mark.parametrize("url", ["http://127.0.0.1", "squid+http://127.0.0.1", "varnish+ftp://127.0.0.1", "varnish"])
def test_an_address_that_is_none_stops_the_start(url: str):
    with pytest.raises(ImproperlyConfigured, match="WIKI_PURGE_URLS"):
        Proxy.at(url)


def test_a_proxy_that_is_away_is_left_alone(caplog, monkeypatch):
    proxy = Proxy.at("varnish+http://127.0.0.1:1")
    proxy.purge(("A",))
    assert "was not told" in caplog.text
    monkeypatch.setattr(purging.http.client, "HTTPConnection", None)
    proxy.purge(("A",))


class Written:
    """A proxy in a test's own hands."""

    def __init__(self) -> None:
        self.told: list[tuple[str, ...] | None] = []
        self.is_told_again = threading.Event()

    def purge(self, full_titles):
        self.told.append(full_titles)
        if len(self.told) > 1:
            self.is_told_again.set()


def test_each_change_is_told_at_once_and_again(monkeypatch):
    monkeypatch.setattr(purging, "_AGAIN_AFTER", 0.0)
    proxy = Written()
    Purger([proxy]).tell(("A",))
    assert proxy.is_told_again.wait(20) and proxy.told == [("A",), ("A",)]


def test_many_pages_are_all_pages(monkeypatch):
    proxy = Written()
    Purger([proxy]).tell(tuple(f"Page {number}" for number in range(purging._MOST + 1)))
    assert proxy.told == [None]


def test_what_waits_is_bounded():
    proxy = Written()
    purger = Purger([proxy])
    for number in range(3 * purging._MOST):
        purger.tell((f"Page {number}",))
    assert len(purger._waiting) <= purging._MOST
    assert any(titles is None for _, titles in purger._waiting)
