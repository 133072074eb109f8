"""Requests made to break, to trick or to lead away: no 5xx, no echo, no change, and the disclaimer on every page."""

from __future__ import annotations

import gzip
import re
from urllib.parse import quote

import brotli
import pytest

from tests.server import DISCLAIMER, Browser, Site, spoken, stranger

# They are refused at the door, before anything is asked of a database.
pytestmark = [pytest.mark.server, pytest.mark.alike]

TEXT = "Sent by a test.\n"
# One address of each kind; a title that is there, one that is not, numbers that are and are not.
ADDRESSES = (
    "/",
    "/wiki/Lungs",
    "/wiki/Nothing_here",
    "/wiki/Lungs?version=1",
    "/section/1",
    "/raw/Lungs",
    "/category/Lungs",
    "/index/",
    "/index/L",
    "/edit/Lungs",
    "/edit/Nothing_here",
    "/preview/Lungs",
    "/history/Lungs",
    "/compare/",
    "/compare/previous/1",
    "/compare/1/current",
    "/revert/1",
    "/recent",
    "/proposals/",
    "/proposals/1",
    "/search?q=lungs",
    "/suggest?q=lu",
    "/disclaimer",
    "/setup/disclaimer",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/register/",
    "/admin/",
    "/admin/login/",
    "/static/css/base.css",
    "/nowhere",
)
POSTED = (
    "/edit/Lungs",
    "/preview/Lungs",
    "/revert/1",
    "/proposals/1",
    "/setup/disclaimer",
    "/accounts/login/",
    "/accounts/logout/",
    "/accounts/register/",
    "/admin/login/",
)


# --- Methods -----------------------------------------------------------------------------------------------------
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "CONNECT", "get", "X")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_method_that_nobody_offers_changes_nothing_and_echoes_nothing(stranger: Browser, address: str):
    for method in METHODS:
        answer = stranger.ask(method, address, b"text=secret", X_Secret="secret", Content_Type="text/plain")
        assert answer.status < 500 and b"secret" not in answer.body.replace(b'name="secret', b""), method
        is_no_page = answer.status in (200, 302) or answer.headers.get_content_type() != "text/html"
        assert answer.is_a_page or is_no_page, method
    assert stranger.raw("Lungs").startswith("A lead about the lungs.")


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_turns_one_method_into_another(stranger: Browser, name: str):
    assert stranger.get("/preview/Lungs", **{name: "POST"}).status == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_is_get_without_the_body(site: Site, address: str):
    head = f"HEAD {address} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nConnection: close\r\n\r\n"
    first, _, body = spoken(site, head.encode()).partition(b"\r\n\r\n")
    answer = stranger(site).get(address)
    assert body == b"" and int(first.split()[1]) == answer.status
    if not answer.headers.get("Set-Cookie"):  # Else there is a token in the page, of another length each time.
        assert f"content-length: {len(answer.body)}" in first.decode().lower()


# --- The address of the site -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "host", ["evil.example", "localhost@evil.example", "a b", "\xff", "", "localhost,evil.example", "x" * 9000]
)
@pytest.mark.parametrize("address", ["/wiki/Lungs", "/nowhere", "/edit/Lungs"])
def test_another_host_is_refused_with_one_disclaimer(site: Site, host: str, address: str):
    request = f"GET {address} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode("latin-1")
    head, _, body = spoken(site, request).partition(b"\r\n\r\n")
    assert head.split()[1] in (b"400", b"431")
    # What isn't HTTP the server itself refuses, without a page.
    assert body.count(DISCLAIMER) == (1 if b"text/html" in head else 0) and b"evil" not in body


@pytest.mark.parametrize("host", ["evil.example", "localhost:x", "localhost,evil.example"])
def test_a_host_that_is_only_wrong_gets_a_page(site: Site, host: str):
    answer = Browser(site).get("/wiki/Lungs", Host=host)
    assert answer.status == 400 and answer.is_a_page


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Forwarded-Server", "X-Original-URL"])
def test_no_header_moves_the_site(stranger: Browser, name: str):
    answers = [stranger.get(address, **{name: "evil.example"}) for address in ("/wiki/Lungs", "/suggest?q=lu")]
    assert all(answer.status == 200 and b"evil.example" not in answer.body for answer in answers)


def test_a_whole_address_in_the_first_line_does_not_move_the_site(site: Site):
    request = b"GET http://evil.example/wiki/Lungs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    head, _, body = spoken(site, request).partition(b"\r\n\r\n")
    assert int(head.split()[1]) < 500 and b"evil.example" not in body


# --- Tokens ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("token", [None, "", "a" * 32, "a" * 64, "\0" * 32])
@pytest.mark.parametrize("address", POSTED)
def test_a_form_without_its_token_does_nothing(site: Site, address: str, token: str | None):
    somebody = Browser(site).log_in("Writer A")
    fields = f"text={quote(TEXT)}&base=0" + ("" if token is None else f"&csrfmiddlewaretoken={quote(token)}")
    answer = somebody.ask("POST", address, fields.encode(), Content_Type="application/x-www-form-urlencoded")
    assert answer.status == 403 and answer.is_a_page
    assert somebody.get("/edit/Lungs").status == 200 and "sessionid" in somebody.cookies


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1"])
def test_a_form_of_another_site_does_nothing(site: Site, origin: str):
    somebody = Browser(site).log_in("Writer A")
    answer = somebody.post("/edit/Lungs", {"text": TEXT, "base": "0"}, Origin=origin)
    assert answer.status == 403 and answer.given_back == TEXT and answer.is_a_page


def test_the_edit_form_comes_back_with_the_text_and_a_token_that_works(site: Site):
    somebody = Browser(site).log_in("Writer A")
    form = somebody.form("Asthma", "Causes")
    fields = f"text={quote(form['text'] + 'More.')}&base={form['base']}&section={form['section']}"
    refused = somebody.ask("POST", "/edit/Asthma", fields.encode(), Content_Type="application/x-www-form-urlencoded")
    assert refused.status == 403 and refused.given_back == form["text"] + "More."
    again = {name: refused.field(name) for name in ("base", "section")}
    assert somebody.save("Asthma", text=refused.given_back, **again).status == 303


# --- Addresses of people -----------------------------------------------------------------------------------------
def test_a_forged_address_gets_nobody_past_the_limit(site: Site):
    somebody = stranger(site)
    forged = [
        somebody.post("/edit/Forged", {"text": f"Number {n}.\n", "base": "0"}, X_Forwarded_For=f"198.51.100.{n}").status
        for n in range(9)
    ]
    assert forged == [303] * 8 + [429]


@pytest.mark.parametrize(
    "name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Client-IP", "True-Client-IP", "REMOTE_ADDR"]
)
def test_a_forged_address_shuts_out_no_victim(site: Site, name: str):
    attacker, victim = stranger(site), stranger(site)
    said = f"for={victim.address}" if name == "Forwarded" else victim.address
    for number in range(9):
        attacker.post("/edit/Forged", {"text": f"{name} {number}.\n", "base": "0"}, **{name: said})
    answer = victim.save("Forged", text=f"{name}, the victim.\n")
    assert answer.status == 303


def test_whoever_is_too_fast_gets_the_text_back_and_hears_when(site: Site):
    somebody = stranger(site)
    answers = [somebody.save("Fast", text=f"Number {number}.\n") for number in range(9)]
    assert answers[-1].status == 429 and answers[-1].given_back == "Number 8.\n"
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


# --- Bytes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "address", ["/wiki/Lungs", "/", "/recent", "/history/Lungs", "/raw/Lungs", "/static/css/base.css"]
)
def test_every_encoding_holds_the_same_bytes(stranger: Browser, address: str):
    plain = stranger.get(address)
    zipped = stranger.get(address, Accept_Encoding="gzip")
    smaller = stranger.get(address, Accept_Encoding="br, gzip;q=0.5")
    decoded = [
        gzip.decompress(zipped.body) if zipped.headers["Content-Encoding"] == "gzip" else zipped.body,
        brotli.decompress(smaller.body) if smaller.headers["Content-Encoding"] == "br" else smaller.body,
    ]
    assert decoded == [plain.body, plain.body]
    assert all(len(answer.body) == int(answer.headers["Content-Length"]) for answer in (plain, zipped, smaller))


def test_a_page_large_enough_is_sent_encoded(stranger: Browser):
    assert stranger.get("/wiki/Lungs", Accept_Encoding="br").headers["Content-Encoding"] == "br"
    assert "Accept-Encoding" in stranger.get("/wiki/Lungs").headers["Vary"]


@pytest.mark.parametrize("encoding", ["identity;q=0", "*;q=0", "gzip;q=0", "gzip;q=abc", "br" * 3000, ",,,;;;"])
def test_odd_wishes_for_an_encoding_break_nothing(stranger: Browser, encoding: str):
    assert stranger.get("/wiki/Lungs", Accept_Encoding=encoding).status in (200, 406)


@pytest.mark.parametrize("address", ["/wiki/Lungs", "/history/Lungs", "/raw/Lungs", "/static/css/base.css"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "br"])
def test_what_the_browser_has_is_not_sent_again(stranger: Browser, address: str, encoding: str):
    first = stranger.get(address, Accept_Encoding=encoding)
    etag = first.headers["ETag"]
    again = stranger.get(address, Accept_Encoding=encoding, If_None_Match=f'"other", {etag}')
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == etag and again.headers.get("Content-Security-Policy") == first.headers.get(
        "Content-Security-Policy"
    )
    assert stranger.get(address, Accept_Encoding=encoding, If_None_Match='"other"').status == 200


@pytest.mark.parametrize(
    "asked", ["bytes=0-10", "bytes=-5", "bytes=9999999-", "bytes=a-b", "bytes=0-1,2-3", "x" * 2000]
)
@pytest.mark.parametrize("address", ["/wiki/Lungs", "/static/css/base.css"])
def test_a_part_is_asked_for_in_vain_but_breaks_nothing(stranger: Browser, address: str, asked: str):
    answer = stranger.get(address, Range=asked)
    assert answer.status == 200 and int(answer.headers["Content-Length"]) == len(answer.body)


@pytest.mark.parametrize(
    "cookie",
    [
        "sessionid=" + '"' + "\\000" * 32 + '"',
        "sessionid=" + "x" * 3000,
        "=;;=",
        "visitor=1:x",
        "csrftoken=\xff",
        "a=" * 2000,
    ],
)
@pytest.mark.parametrize("address", ["/wiki/Lungs", "/edit/Lungs", "/accounts/login/"])
def test_odd_cookies_are_nobodys(stranger: Browser, address: str, cookie: str):
    answer = stranger.get(address, Cookie=cookie)
    assert answer.status == 200 and answer.is_a_page


# --- Queries -----------------------------------------------------------------------------------------------------
GARBAGE = ("abc", "-1", "999999999999999999999", "9" * 5000, "1e9", "0x10", "%D9%A1", "1%20OR%201=1", "", "%27", "%FF")
QUERIES = (
    "/wiki/Lungs?version=",
    "/raw/Lungs?version=",
    "/history/Lungs?before=",
    "/history/Lungs?after=",
    "/history/Lungs?section=",
    "/edit/Lungs?section=",
    "/edit/Nothing_here?section=",
    "/edit/Lungs?proposal=",
    "/recent?before=",
    "/recent?after=",
    "/compare/?old=1&new=",
    "/compare/previous/1?section=",
    "/compare/1/",
    "/section/",
    "/revert/",
    "/proposals/",
    "/proposals/?after=",
    "/proposals/1?key=",
    "/search?q=lungs&page=",
    "/search?q=",
    "/suggest?q=",
    "/category/Lungs?after=",
    "/wiki/Lungs?from=",
    "/wiki/Lungs?printable=",
    "/accounts/login/?next=",
)


@pytest.mark.parametrize("value", GARBAGE, ids=[value[:12] for value in GARBAGE])
@pytest.mark.parametrize("address", QUERIES)
def test_rubbish_in_an_address_breaks_nothing(stranger: Browser, address: str, value: str):
    answer = stranger.get(address + value)
    assert answer.status in (200, 301, 302, 303, 400, 403, 404)
    assert answer.headers.get_content_type() != "text/html" or answer.is_a_page or not answer.body


@pytest.mark.parametrize("address", QUERIES)
def test_what_no_database_holds_is_refused_in_an_address(stranger: Browser, address: str):
    answers = [stranger.get(address + value) for value in ("%00", "a%00b", "%ED%A0%80")]
    assert {answer.status for answer in answers} == {400} and all(answer.is_a_page for answer in answers)


@pytest.mark.parametrize("section", ["9" * 5000, "9" * 30, "nothing_here", "²", "\u0661", "-1", "new2", "0x1"])
@pytest.mark.parametrize("place", ["field", "address"])
def test_a_section_that_never_was_gives_the_text_back(stranger: Browser, section: str, place: str):
    form = stranger.form("Asthma")
    target = "Asthma" + (f"?section={quote(section)}" if place == "address" else "")
    answer = stranger.save(target, **{**form, "text": TEXT, "section": section if place == "field" else ""})
    assert answer.status in (409, 422) and answer.given_back == TEXT and answer.is_a_page


@pytest.mark.parametrize("base", ["", "x", "-1", "9" * 18, "9" * 400, "1 OR 1=1", "²", "None", "1"])
def test_a_base_that_never_was_gives_the_text_back(stranger: Browser, base: str):
    answer = stranger.save("Asthma", text=TEXT, base=base)
    assert answer.status == 409 and answer.given_back == TEXT and answer.is_a_page


@pytest.mark.parametrize("field", ["summary", "minor", "proposal", "section", "base", "action"])
@pytest.mark.parametrize("value", ["\0", "\ud800", "x" * 5000, "\r\nX: y", "<script>", "\u202e"])
def test_odd_values_beside_the_text_never_lose_it(stranger: Browser, field: str, value: str):
    answer = stranger.save("Odd_values", **{"text": f"{TEXT}{field}", field: value})
    assert answer.status == 303 or (answer.status in (409, 422) and answer.given_back == f"{TEXT}{field}")


# --- Where answers lead ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "end", ["%0D%0ASet-Cookie:a=b", "%0ASet-Cookie:a=b", "%E5%98%8A%E5%98%8DSet-Cookie:a=b", "%C2%85a"]
)
@pytest.mark.parametrize(
    "address",
    [
        "/wiki/lungs{}",
        "/wiki/lungs?from={}",
        "/wiki/lungs?{}=1",
        "/edit/lungs?section={}",
        "/search?q=Lungs&a={}",
        "/Wiki{}",
    ],
)
def test_no_address_writes_a_header(site: Site, address: str, end: str):
    request = f"GET {address.format(end)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode()
    head = spoken(site, request).partition(b"\r\n\r\n")[0]
    assert int(head.split()[1]) < 500
    assert not re.search(rb"(?im)^\s*set-cookie:\s*a=b", head)


def test_a_redirect_in_a_text_writes_no_header(editor: Browser):
    editor.save("Leading_away", text="#REDIRECT [[Lungs#a\u2028b\x0bc\x85d]]\n")
    answer = editor.get("/wiki/Leading_away")
    assert answer.status in (200, 301) and answer.headers.get("Location", "/wiki/Lungs").startswith("/wiki/Lungs")


AWAY = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http://evil.example",
    "https:evil.example",
    "HTTPS://evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
    "/\t/evil.example",
    "http://127.0.0.1@evil.example/",
    "//127.0.0.1:1/",
    " //evil.example",
    "/\r\nLocation: //evil.example",
    "data:text/html,x",
)


@pytest.mark.parametrize("target", AWAY)
def test_logging_in_leads_nowhere_else(site: Site, target: str):
    somebody = Browser(site)
    answer = somebody.post(
        "/accounts/login/", {"login": "Writer B", "password": "correct horse battery staple", "next": target}
    )
    assert answer.status == 302
    location = answer.headers["Location"]
    assert re.fullmatch(r"/(?![/\\])[^\\\t\r\n]*", location), location


@pytest.mark.parametrize("target", AWAY)
def test_logging_out_leads_nowhere_else(site: Site, target: str):
    somebody = Browser(site).log_in("Writer B")
    answer = somebody.post("/accounts/logout/", {"next": target})
    assert answer.status == 302 and re.fullmatch(r"/(?![/\\])[^\\\t\r\n]*", answer.headers["Location"])


@pytest.mark.parametrize(
    "address", ["//evil.example", "//evil.example/%2e%2e", "/wiki//evil.example", "/\\evil.example"]
)
def test_an_odd_path_leads_nowhere_else(stranger: Browser, address: str):
    answer = stranger.get(address)
    assert answer.status < 500 and not answer.headers.get("Location", "/").startswith(("//", "/\\", "http"))
