"""Pages kept at the door: which, for whom, until when, and how many."""

from __future__ import annotations

import gzip
import time
from typing import Any

import brotli
import pytest

from wiki import pagecache, purging
from wiki.pagecache import Asked, Page, Pages
from wiki.shelf import Shelf

BODY = b"<!doctype html><p>" + b"Rest, drink, and see a doctor. " * 40
HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-cache"), ("Vary", "Cookie")]
HOSTS = pagecache.hosts_of("https://wiki.example.org", ["Localhost", "[::1]", ".example.org", "*", "other.example"])
COOKIES = ("sessionid", "visitor", "visit", "messages")


class Stamps:
    """Stamps that a test sets; `asked` are the paths of each question."""

    def __init__(self) -> None:
        self.held: dict[str, int] = {}
        self.asked: list[tuple[str, ...]] = []
        self.are_away = False

    def of(self, paths: Any) -> Any:
        self.asked.append(paths)
        if self.are_away:
            return None
        return tuple(self.held.get(path) for path in paths)


@pytest.fixture
def stamps() -> Stamps:
    return Stamps()


@pytest.fixture
def pages(stamps: Any) -> Pages:
    return Pages(stamps, most_bytes=100_000, known_by=COOKIES, hosts=HOSTS)


def request(path: str = "/wiki/Asthma", query: str = "", **variables: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": "wiki.example.org",
        **variables,
    }


def found(pages: Pages, **variables: Any) -> Any:
    key = pages.key_of(request(**variables), "https")
    return pages.find(key) if key is not None else None


def kept(pages: Pages, body: bytes = BODY, *, headers: Any = HEADERS, until: float = float("inf"), **asked: Any) -> Any:
    """Ask for a page that isn't kept, and keep it."""
    miss = found(pages, **asked)
    assert isinstance(miss, Asked)
    return pages.keep(miss, headers, body, until, request(**asked))


def answered(pages: Pages, **variables: Any) -> Any:
    page, asked = found(pages, **variables), request(**variables)
    assert isinstance(page, Page)
    status, headers, body = pages.answer(page, pages.key_of(asked, "https"), asked)  # type: ignore[arg-type]
    assert len(dict(headers)) == len(headers), "a header is said twice"
    return status, dict(headers), body


# --- What is answered --------------------------------------------------------------------------------------------
def test_a_kept_page_is_answered_with_its_bytes_and_headers(pages):
    kept(pages)
    status, headers, body = answered(pages)
    assert (status, body) == (200, BODY)
    assert headers["Content-Length"] == str(len(BODY)) and headers["Cache-Control"] == "no-cache"


def test_it_varies_by_the_encoding_alone(pages):
    assert dict(kept(pages)[1])["Vary"] == "Accept-Encoding" == answered(pages)[1]["Vary"]


def test_what_a_proxy_may_keep_says_that_it_varies_by_the_cookie_as_well(pages):
    headers = [HEADERS[0], ("Cache-Control", purging.SHARED), HEADERS[2]]
    assert dict(kept(pages, headers=headers)[1])["Vary"] == "Accept-Encoding, Cookie" == answered(pages)[1]["Vary"]


@pytest.mark.parametrize("first", ["", "br", "gzip"])
@pytest.mark.parametrize(
    ("encoding", "decoded"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("", lambda body: body)]
)
def test_every_encoding_is_made_of_the_one_that_was_asked_for_first(pages, first, encoding, decoded):
    kept(pages, HTTP_ACCEPT_ENCODING=first)
    _status, headers, body = answered(pages, HTTP_ACCEPT_ENCODING=encoding)
    assert decoded(body) == BODY
    assert (headers.get("Content-Encoding", ""), headers["Content-Length"]) == (encoding, str(len(body)))


def test_who_has_the_bytes_is_told_that_nothing_is_new(pages):
    etag = dict(kept(pages)[1])["ETag"]
    status, headers, body = answered(pages, HTTP_IF_NONE_MATCH=f'"other", W/{etag}')
    assert (status, body, headers["ETag"]) == (304, b"", etag)
    assert not {"Content-Type", "Content-Length", "Content-Encoding"} & headers.keys()


def test_each_encoding_has_an_etag_of_its_own(pages):
    etags = {dict(kept(pages, HTTP_ACCEPT_ENCODING="br")[1])["ETag"], answered(pages)[1]["ETag"]}
    assert len(etags) == 2


# --- What its address tells no stamps of ----------------------------------------------------------------------------
COMPARED: dict[str, Any] = {"path": "/compare/1/2"}


def made(pages: Pages, *titles: str, **asked: Any) -> Any:
    """Ask for a comparison that isn't kept, and offer what was made as one of these pages."""
    asked = COMPARED | asked
    miss = found(pages, **asked)
    assert isinstance(miss, Asked)
    return pages.keep(miss, HEADERS, BODY, float("inf"), request(**asked), of=titles)


def test_a_comparison_is_kept_from_the_second_reading_on(pages):
    assert made(pages, "Asthma") is None
    assert made(pages, "Asthma") is not None
    assert answered(pages, **COMPARED)[2] == BODY


@pytest.mark.parametrize("path", ["", "/wiki/Asthma", "/wiki/Heart attack"])
def test_it_depends_on_the_stamps_that_its_view_has_named(pages, stamps, path):
    for _time in range(2):
        made(pages, "Asthma", "Heart attack")
    stamps.held[path] = 7
    assert isinstance(found(pages, **COMPARED), Asked)


def test_after_a_save_it_is_kept_again_at_once(pages, stamps):
    for _time in range(2):
        made(pages, "Asthma")
    stamps.held["/wiki/Asthma"] = 7
    assert made(pages, "Asthma") is not None and answered(pages, **COMPARED)[2] == BODY


def test_one_that_has_come_to_be_of_another_page_is_not_kept_by_the_stamps_of_the_former(pages, stamps):
    for _time in range(2):
        made(pages, "Asthma")
    stamps.held["/wiki/Asthma"] = 7
    assert made(pages, "Bronchial asthma") is None and isinstance(found(pages, **COMPARED), Asked)
    assert made(pages, "Bronchial asthma") is not None
    stamps.held["/wiki/Bronchial asthma"] = 7
    assert isinstance(found(pages, **COMPARED), Asked)


def test_one_whose_view_names_no_page_is_never_kept(pages):
    assert made(pages) is None and made(pages) is None


def test_names_are_noted_of_so_many_addresses_only(pages, monkeypatch):
    monkeypatch.setattr(pagecache, "_MOST_NAMED", 3)
    for number in range(5):
        made(pages, "Asthma", path=f"/compare/{number}/9")
    assert len(pages._named) == 3 and made(pages, "Asthma", path="/compare/4/9") is not None
    assert made(pages, "Asthma", path="/compare/0/9") is None


def test_no_more_comparisons_are_kept_than_are_noted(pages, monkeypatch):
    monkeypatch.setattr(pagecache, "_MOST_NAMED", 3)
    kept(pages)
    for number in range(5):
        for _time in range(2):
            made(pages, "Asthma", path=f"/compare/{number}/9")
    assert [key.path for key in pages._pages] == ["/wiki/Asthma", "/compare/2/9", "/compare/3/9", "/compare/4/9"]
    assert pages._bytes == sum(page.size for page in pages._pages.values()) and pagecache.counts()["pages"] == 4
    assert answered(pages)[2] == BODY


# --- Never stale -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["", "/wiki/Asthma"])
def test_a_raised_stamp_ends_it(pages, stamps, path):
    kept(pages)
    stamps.held[path] = 7
    assert isinstance(found(pages), Asked)


def test_while_nobody_knows_the_stamps_nothing_kept_is_answered_and_nothing_is_lost(pages, stamps):
    kept(pages)
    stamps.are_away = True
    assert found(pages) is None and found(pages, path="/wiki/Gout") is None
    stamps.are_away = False
    assert answered(pages)[2] == BODY


def test_the_stamps_that_count_are_those_from_before_the_page_was_made(pages, stamps):
    miss = found(pages)
    stamps.held["/wiki/Asthma"] = 7  # Saved while the page was being made.
    pages.keep(miss, HEADERS, BODY, float("inf"), request())
    assert isinstance(found(pages), Asked)


def test_a_page_that_changes_by_itself_is_kept_until_then(pages, monkeypatch):
    now = time.time()
    kept(pages, until=now + 60)
    assert isinstance(found(pages), Page)
    monkeypatch.setattr("wiki.pagecache.time.time", lambda: now + 60)
    assert isinstance(found(pages), Asked)


def test_the_stamp_is_asked_for_by_the_title_that_the_address_names(pages, stamps):
    found(pages, path="/wiki/HIV/AIDS_in_J\xc3\xbclich")
    assert stamps.asked == [("", "/wiki/HIV/AIDS in Jülich")]


def test_of_a_redirect_the_stamp_of_where_it_came_from_counts_as_well(pages, stamps):
    kept(pages, query="from=Wheezing+illness")
    assert stamps.asked == [("", "/wiki/Asthma", "/wiki/Wheezing illness")]


def test_without_stamps_nothing_is_kept(pages, monkeypatch):
    monkeypatch.setattr(Stamps, "of", lambda self, paths: 1 / 0)
    assert found(pages) is None


def test_a_change_of_the_site_empties_it(pages, stamps):
    kept(pages)
    kept(pages, path="/wiki/Lungs")
    stamps.held[""] = 7
    found(pages)
    assert pagecache.counts()["pages"] == 0


# --- For whom ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "variables",
    [
        {"HTTP_COOKIE": "a=b; sessionid=abc"},
        {"HTTP_COOKIE": "visitor=abc"},
        {"HTTP_COOKIE": "visit=abc"},
        {"HTTP_COOKIE": 'messages="abc"'},
        {"HTTP_AUTHORIZATION": "Basic abc"},
        {"REQUEST_METHOD": "POST"},
        {"CONTENT_LENGTH": "3"},
        {"HTTP_TRANSFER_ENCODING": "chunked"},
        {"HTTP_HOST": ""},
        {"query": "version=3"},
        {"query": "redirect=no"},
        {"query": "printable=yes&from=Lung"},
        {"query": "from=Lung&version=3"},
        {"query": "from=%00"},
        {"path": "/raw/Asthma"},
        {"path": "/wiki/\xff"},
        {"path": f"/wiki/{'a' * 2000}"},
    ],
)
def test_nobody_who_is_known_and_no_other_address_is_answered_from_here(pages, variables):
    assert found(pages, **variables) is None


@pytest.mark.parametrize("variables", [{"HTTP_COOKIE": "csrftoken=abc"}, {"CONTENT_LENGTH": "0"}])
def test_what_tells_nothing_of_a_person_is_no_matter(pages, variables):
    kept(pages)
    assert isinstance(found(pages, **variables), Page)


def test_a_head_is_answered_from_what_a_get_left(pages):
    kept(pages)
    assert isinstance(found(pages, REQUEST_METHOD="HEAD"), Page)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ([*HEADERS, ("Set-Cookie", "a=b")], BODY),
        ([HEADERS[0], ("Cache-Control", "private, no-store")], BODY),
        ([*HEADERS, ("Content-Security-Policy", "style-src 'nonce-abc'")], BODY),
        (HEADERS, BODY + b'<input name="csrfmiddlewaretoken" value="abc">'),
    ],
)
def test_a_page_of_a_person_is_never_kept(pages, headers, body):
    assert kept(pages, body, headers=headers) is None
    assert isinstance(found(pages), Asked)


@pytest.mark.parametrize("variables", [{"HTTP_HOST": "other.example"}, {"query": "printable=yes"}])
def test_another_host_or_form_has_another_page(pages, variables):
    kept(pages)
    assert isinstance(found(pages, **variables), Asked)


def test_another_scheme_has_another_page(pages):
    kept(pages)
    key = pages.key_of(request(), "http")
    assert isinstance(pages.find(key), Asked)


# --- How many ----------------------------------------------------------------------------------------------------
def test_the_pages_that_nobody_asks_for_make_room(stamps):
    pages = Pages(stamps, most_bytes=2 * (len(BODY) + 2_000), known_by=COOKIES, hosts=HOSTS)
    for title in ("One", "Two"):
        kept(pages, path=f"/wiki/{title}")
    found(pages, path="/wiki/One")
    kept(pages, path="/wiki/Three")
    assert [type(found(pages, path=f"/wiki/{title}")) for title in ("One", "Two", "Three")] == [Page, Asked, Page]


def test_a_further_encoding_counts_as_well(stamps):
    pages = Pages(stamps, most_bytes=10_000_000, known_by=COOKIES, hosts=HOSTS)
    kept(pages, HTTP_ACCEPT_ENCODING="br")
    before = pagecache.counts()["bytes"]
    answered(pages)
    assert pagecache.counts()["bytes"] == before + len(BODY)


def test_a_page_that_is_too_big_for_it_leaves_nothing_behind(pages):
    kept(pages, b"x" * 200_000)
    assert (pagecache.counts()["pages"], pagecache.counts()["bytes"]) == (0, 0)


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path, most_bytes=100_000)


@pytest.fixture
def narrow(stamps: Any, shelf: Shelf) -> Pages:
    """Room for the bytes of two pages, and a shelf for the others."""
    return Pages(stamps, most_bytes=4 * (len(BODY) + 1_500), known_by=COOKIES, hosts=HOSTS, shelf=shelf)


def body_of(number: int) -> bytes:
    return BODY + f"<p>{number}".encode()


def filled(pages: Pages, count: int) -> None:
    for number in range(count):
        kept(pages, body_of(number), path=f"/wiki/{number}", HTTP_ACCEPT_ENCODING="identity")


def test_what_memory_has_no_room_for_is_answered_from_the_shelf(narrow):
    before = pagecache.counts()
    filled(narrow, 5)
    assert [answered(narrow, path=f"/wiki/{number}")[2] for number in range(5)] == [body_of(n) for n in range(5)]
    after = pagecache.counts()
    assert after["pages"] == 5 and after["fetched"] > before["fetched"] and after["bytes"] <= 4 * (len(BODY) + 1_500)
    assert (after["hits"] - before["hits"], after["misses"] - before["misses"]) == (5, 5)


def test_a_page_from_the_shelf_has_its_headers_and_every_encoding(narrow):
    kept(narrow, HTTP_ACCEPT_ENCODING="br")
    status, headers, body = answered(narrow, HTTP_ACCEPT_ENCODING="br")
    filled(narrow, 4)
    assert answered(narrow, HTTP_ACCEPT_ENCODING="br") == (status, headers, body)
    assert answered(narrow)[2] == BODY
    assert answered(narrow, HTTP_IF_NONE_MATCH=headers["ETag"], HTTP_ACCEPT_ENCODING="br")[0] == 304


def test_on_the_shelf_too_a_raised_stamp_ends_it(narrow, stamps):
    filled(narrow, 5)
    stamps.held["/wiki/0"] = 7
    assert isinstance(found(narrow, path="/wiki/0"), Asked)
    assert pagecache.counts()["pages"] == 4


def test_a_change_of_the_site_empties_the_shelf(narrow, stamps):
    filled(narrow, 5)
    stamps.held[""] = 7
    assert isinstance(found(narrow, path="/wiki/0"), Asked)
    assert (pagecache.counts()["pages"], pagecache.counts()["bytes"]) == (0, 0)


def test_bytes_that_the_shelf_has_lost_are_made_anew(narrow, shelf):
    filled(narrow, 5)
    shelf.close()
    assert isinstance(found(narrow, path="/wiki/0"), Asked)
    kept(narrow, body_of(0), path="/wiki/0")
    assert answered(narrow, path="/wiki/0")[2] == body_of(0)


def test_who_is_answering_keeps_the_bytes_of_a_page_that_goes_to_the_shelf(narrow):
    kept(narrow, body_of(0), path="/wiki/Zero")
    page = found(narrow, path="/wiki/Zero")
    filled(narrow, 3)
    asked = request(path="/wiki/Zero")
    assert narrow.answer(page, narrow.key_of(asked, "https"), asked)[2] == body_of(0)


def test_a_page_whose_bytes_stand_on_the_shelf_is_not_written_again(narrow, shelf, monkeypatch):
    filled(narrow, 5)
    for number in range(5):
        found(narrow, path=f"/wiki/{number}")
    put = []
    monkeypatch.setattr(shelf, "put", put.append)
    for number in range(5):
        assert isinstance(found(narrow, path=f"/wiki/{number}"), Page)
    assert put == []


def test_of_those_on_the_shelf_the_ones_that_nobody_asks_for_go(stamps, shelf):
    pages = Pages(stamps, most_bytes=9_000, known_by=COOKIES, hosts=HOSTS, shelf=shelf)
    filled(pages, 9)
    there = [number for number in range(9) if isinstance(found(pages, path=f"/wiki/{number}"), Page)]
    assert 8 in there and 0 not in there and pagecache.counts()["bytes"] <= 9_000


SPELLINGS = [f"wiki.example.org:{port}" for port in range(1, 21)] + ["wiki.example.org.", "WIKI.example.org"]


@pytest.mark.parametrize("made_up", [SPELLINGS, [f"{number}.example.org" for number in range(20)]])
def test_made_up_hosts_are_not_kept_and_take_nobodys_place(pages, made_up):
    assert [found(pages, HTTP_HOST=host) for host in made_up] == [None] * len(made_up)
    kept(pages)
    assert isinstance(found(pages), Page)


def test_a_name_with_the_port_that_the_process_is_asked_at_is_one_of_its_own(pages):
    for host in ("wiki.example.org:8000", "localhost:8000", "[::1]:8000"):
        kept(pages, HTTP_HOST=host, SERVER_PORT="8000")
        assert found(pages, HTTP_HOST=host, SERVER_PORT="8001") is None


def test_pages_are_kept_for_the_names_that_the_settings_name_in_full():
    hosts = pagecache.hosts_of("http://Wiki.example.org:8080", [".example.org", "*", "10.0.0.1", "[::1]"])
    assert hosts == {"wiki.example.org:8080", "wiki.example.org", "10.0.0.1", "[::1]"}
    assert pagecache.hosts_of("", ["localhost"]) == {"localhost"}


def test_what_comes_and_goes_is_counted(pages, stamps):
    before = pagecache.counts()
    kept(pages)
    found(pages)
    stamps.held["/wiki/Asthma"] = 7
    found(pages)
    after = pagecache.counts()
    assert {name: after[name] - before[name] for name in ("hits", "misses", "stale")} == {
        "hits": 1,
        "misses": 2,
        "stale": 1,
    }
