"""Addresses made to mislead, to climb or to break: a right page or a refusal, one article for all its spellings."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

import pytest

from tests.server import Answer, Browser, Site

pytestmark = pytest.mark.server

TEXT = "Written by a test.\n"
FLOORS = ("wiki", "edit", "raw", "history", "preview", "category", "index")

REFUSED = {
    "dot": ".",
    "dots": "..",
    "encoded dots": "%2e%2e",
    "climbing": "a/../../etc/passwd",
    "encoded climbing": "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "half encoded climbing": "a/.%2e/b",
    "double slash": "a//b",
    "slash at the end": "a/",
    "encoded slash at the end": "a%2F",
    "slash at the beginning": "/a",
    "only a slash": "/",
    "hash": "a%23b",
    "angles": "a%3Cb%3E",
    "brackets": "a%5Bb%5D",
    "braces": "a%7Bb%7D",
    "bar": "a%7Cb",
    "colon at the beginning": ":a",
    "an empty name": "Category:",
    "tab": "a%09b",
    "line end": "a%0Ab",
    "carriage return": "a%0D%0ASet-Cookie:x=y",
    "escape": "a%1Bb",
    "next line": "a%C2%85b",
    "line separator": quote("a\u2028b"),
    "right to left": quote("a\u202eb"),
    "isolate": quote("a\u2066b"),
    "mark": quote("a\u200fb"),
    "zero width space": quote("a\u200bb"),
    "zero width joiner": quote("a\u200db"),
    "byte order mark": quote("\ufeffa"),
    "soft hyphen": quote("a\u00adb"),
    "filler": quote("a\u3164b"),
    "variation": quote("a\ufe0fb"),
    "tag letters": quote("a\U000e0061b"),
    "private": quote("a\ue000b"),
    "noncharacter": quote("a\uffffb"),
    "replacement": quote("a\ufffdb"),
    "only an accent": quote("\u0301a"),
    "256 letters": "a" * 256,
    "256 wide letters": quote("漢" * 256),
    "4,000 letters": "a" * 4000,
    "an accent a thousand times": quote("a" + "\u0301" * 1000),
    "blanks": "%20%20",
    "underscores": "___",
}
UNREADABLE = {
    "NUL": "a%00b",
    "bad UTF-8": "a%FFb",
    "overlong": "a%C0%AFb",
    "lone surrogate": "a%ED%A0%80b",
    "half a letter": "a%E2%82",
}
RIGHT = {
    "slash": "HIV/AIDS",
    "encoded slash": "HIV%2FAIDS",
    "question mark": "Why%3F",
    "percent": "100%25",
    "percent that looks encoded": "%252e%252e",
    "ampersand": "A%26B",
    "plus": "A%2BB",
    "quotes": "%27a%27%20%22b%22",
    "backslash": "a%5Cb",
    "semicolon": "a;b=c",
    "at": "a@b.c",
    "tilde": "~a",
    "three dots": "...",
    "hidden": ".htaccess",
    "hyphen": "-",
    "255 letters": "a" * 255,
    "wide": quote("漢" * 100),
    "an action": "edit/x",
    "another action": "Raw/Lungs",
    "search": "Search",
    "admin": "Admin/login",
    "static": "Static/css/base.css",
    "nearly special": "Specials:Search",
    "robots": "Robots.txt",
    "index.php": "Index.php",
    "script": "a%28%29;alert%281%29",
    "template": "%25%20if%20user%20%25",
    "emoji": quote("Pain 😀"),
}


def by_name(titles: dict[str, str]) -> list[object]:
    return [pytest.param(title, id=name) for name, title in titles.items()]


def followed(browser: Browser, target: str) -> Answer:
    """The answer behind the one redirect to the right spelling."""
    answer = browser.get(target)
    return browser.get(answer.headers["Location"]) if answer.status == 301 else answer


@pytest.fixture(scope="module")
def editor(site: Site) -> Browser:
    return Browser(site).log_in("Writer A")


# --- Refused -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("floor", FLOORS)
@pytest.mark.parametrize("title", by_name(REFUSED | UNREADABLE))
def test_no_address_of_what_can_be_no_title_breaks(stranger: Browser, floor: str, title: str):
    answer = followed(stranger, f"/{floor}/{title}")
    assert answer.status in ({200, 400, 404, 405} if floor in ("index", "preview") else {400, 404})
    assert answer.is_a_page


@pytest.mark.parametrize("title", by_name(REFUSED))
def test_nothing_is_saved_under_what_can_be_no_title(stranger: Browser, title: str):
    answer = stranger.save(title, text=TEXT)
    assert answer.status == 422 and answer.given_back == TEXT and answer.is_a_page


@pytest.mark.parametrize("title", by_name(UNREADABLE))
def test_an_address_that_is_no_text_is_refused(stranger: Browser, title: str):
    answer = stranger.save(title, text=TEXT)
    assert answer.status == 400 and answer.is_a_page


@pytest.mark.parametrize("name", ["Talk:Lungs", "user:Somebody", "File:a.png"])
def test_pages_that_come_with_their_feature_can_not_be_made_before(stranger: Browser, name: str):
    answer = stranger.save(name, text=TEXT)
    assert answer.status == 404 and answer.given_back == TEXT


# --- Right -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("title", by_name(RIGHT))
def test_a_title_of_odd_characters_is_a_page_like_any_other(editor: Browser, title: str):
    saved = editor.save(title, text=TEXT)
    address = saved.headers["Location"]
    assert saved.status == 303 and address.startswith("/wiki/")
    assert editor.get(address).status == 200
    assert [editor.get(address.replace("/wiki/", f"/{floor}/", 1)).status for floor in FLOORS[1:4]] == [200, 200, 200]
    assert editor.get(address.replace("/wiki/", "/raw/", 1)).text == TEXT


@pytest.mark.parametrize(
    "other",
    [
        "crohn%27s_disease_of_the_b%C3%A9b%C3%A9",
        quote(unicodedata.normalize("NFD", "Crohn's_disease_of_the_bébé")),
        "Crohn's__disease_of_the_b%c3%a9b%c3%a9",
        "Crohn's%20disease%20of%20the%20b%C3%A9b%C3%A9",
        "_Crohn's_disease_of_the_b%C3%A9b%C3%A9_",
        quote("Crohn's\u00a0disease\u3000of the bébé"),
    ],
)
def test_all_spellings_of_a_title_are_one_article(editor: Browser, other: str):
    title = quote("Crohn's_disease_of_the_bébé", safe="'")
    editor.save(title, text=TEXT)
    assert followed(editor, f"/wiki/{other}").status == 200
    answer = editor.save(other, text="Another beginning.\n")
    assert answer.status == 409 and answer.given_back == "Another beginning.\n"
    assert editor.raw(title) == TEXT


def test_one_made_under_a_decomposed_spelling_stands_under_the_composed_one(editor: Browser):
    saved = editor.save(quote(unicodedata.normalize("NFD", "Ménière")), text=TEXT)
    assert saved.status == 303 and saved.headers["Location"] == f"/wiki/{quote('Ménière')}"


# --- Look-alikes -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "title",
    ["Аsthma", "Asthmа", "Ａsthma", "ａｓｔｈｍａ", "𝐀𝐬𝐭𝐡𝐦𝐚", "𝖠sthma", "Αsthma", "𝔸𝕤𝕥𝕙𝕞𝕒", "Asth𝚖a"],
)
@pytest.mark.parametrize("known", [True, False], ids=["editor", "stranger"])
def test_a_look_alike_is_refused_and_the_title_it_looks_like_is_named(
    editor: Browser, stranger: Browser, title: str, known: bool
):
    answer = (editor if known else stranger).save(quote(title), text=TEXT)
    assert answer.status == 422 and answer.given_back == TEXT
    assert "looks like one that exists" in answer.text and "“Asthma”" in answer.text
    assert followed(editor, f"/wiki/{quote(title)}").status == 404


@pytest.mark.parametrize(
    "title", ["Cаtegory:Lungs", "Саtegory:Lungs", "Τalk:Lungs", "Ｕser:Lungs", "𝐇elp:Lungs", "Special:Search"]
)
def test_a_prefix_that_is_taken_or_in_borrowed_letters_is_refused(stranger: Browser, title: str):
    answer = stranger.save(quote(title), text=TEXT)
    assert answer.status == 422 and answer.given_back == TEXT


@pytest.mark.parametrize("title", ["ASTHMA", "Astma", "Asthma I", "Asthma 1", "Астма"])
def test_what_only_resembles_it_is_no_look_alike(editor: Browser, title: str):
    assert editor.save(quote(title), text=TEXT).status == 303
