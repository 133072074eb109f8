"""Texts made to hang, to blow up or to break: each is refused with the text in the answer, or is a right page."""

from __future__ import annotations

from itertools import cycle

import pytest

from tests.server import EDITORS, Browser, Reader, Site, stranger

pytestmark = [pytest.mark.server, pytest.mark.usefixtures("readers_go_on")]

KB = 1024
# Against a server that hangs; the aim is 2 s on a machine that does nothing else, and is measured, not asserted.
HANGS = 10
HONEST = "Asthma is a **long-term** disease of the airways, treated with *salbutamol* 100 µg as needed.\n\n"

REFUSED = {
    "unclosed brackets": "[" * 10 * KB,
    "unclosed images": "![" * 5 * KB,
    "unclosed tags": "<a " * 3414,
    "references to one note": "[^1] " * 2 * KB + "\n\n[^1]: A note.\n",
    "backticks and blanks": "```" + " " * 10 * KB + "x",
    "backticks of every length": "".join("`" * length + " " for length in range(1, 140)),
    "abbreviations": "*[A1]: x\n" * 1200,
    "definitions": "a\n: b\n" * 5000,
    "lists in lists": "".join("    " * depth + "- a\n" for depth in range(100)),
    "lists in a line": "- " * 100 + "a\n",
    "quotes in quotes": ">" * 1000 + " a\n",
    "headings": "".join(f"## H{number}\n\nx\n\n" for number in range(10_000)),
    "nested boxes": "<div>" * 2000 + "a" + "</div>" * 2000,
    "references to a long address": "[a][1] " * 7000 + "\n\n[1]: http://example.org/" + "x" * 15_000 + "\n",
    "cells": "|" + "a|" * 20 + "\n|" + "-|" * 20 + "\n" + ("|" + "x|" * 20 + "\n") * 2000,
    "templates in templates": "{{a|" * 2000 + "}}" * 2000,
    "links in links": "[a](" * 2500,
    "nothing but line ends": "\n" * 400_000 + "x",
    "nothing but short lines": "x\n" * 250_000,
    "a row of blanks": " " * 100_000 + "x",
    "NUL": "Dose: 5\0 mg.\n",
    "accents without end": "a" + "\u0301\u0316" * 100_000,
    "a replacement character": "Dose: 5 \ufffdg.\n",
    "a lone surrogate": "Dose: 5 \ud800 mg.\n",
    "a noncharacter": "Dose: 5 \uffff mg.\n",
    "a placeholder's mark": "Dose: 5 \ufdd0 mg.\n",
}
TOO_LARGE = {
    "513 KB": "word " * (513 * KB // 5 + 1),
    "4 MB": "word " * (4 * KB * KB // 5),
}
RIGHT = {
    "attributes": "<p " + " ".join(f'a{number}="x"' for number in range(5000)) + ">A dose.</p>\n",
    "emphasis that never ends": "*a _b " * 2000,
    "angles": "<" * 8000,
    "comments that never end": "<!--" * 2000,
    "directions": "He said \u202eabc\u202c and \u2067שלום\u2069.\n",
    "escapes": "\\[" * 300,
    "one long word": "x" * 100_000,
    "accents, as many as there may be": "x" + "\u0316" * 15 + "\u0301" * 15 + " is a letter.\n",
    "honest text": HONEST * (30 * KB // len(HONEST.encode())),
}


@pytest.fixture(scope="module")
def turns(site: Site) -> cycle[Browser]:
    """Editors in turn, so that no limit of one of them is met."""
    return cycle([Browser(site).log_in(name) for name in EDITORS[:3]])


@pytest.fixture
def editor(turns: cycle[Browser]) -> Browser:
    return next(turns)


def by_name(texts: dict[str, str]) -> list[object]:
    return [pytest.param(text, id=name) for name, text in texts.items()]


def as_read(text: str) -> str:
    """What a form reader makes of bytes that are no characters; the damage stays to be seen."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def title_for(request: pytest.FixtureRequest) -> str:
    return "Hostile_" + request.node.callspec.id.replace(" ", "_").replace("'", "")


# --- Refused -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", by_name(REFUSED))
def test_what_can_not_be_rendered_is_refused_with_the_text(request, site: Site, editor: Browser, text: str):
    title = title_for(request)
    answers = [editor.save(title, text=text), stranger(site).save(title, text=text)]
    assert [answer.status for answer in answers] == [422, 422]
    assert [answer.given_back == as_read(text) for answer in answers] == [True, True]
    assert all(answer.is_a_page and answer.seconds < HANGS for answer in answers)
    assert editor.get(f"/wiki/{title}").status == 404


@pytest.mark.parametrize("text", by_name(TOO_LARGE))
def test_what_is_too_large_is_refused_with_the_text(request, site: Site, editor: Browser, text: str):
    title = title_for(request)
    answers = [editor.save(title, text=text), stranger(site).save(title, text=text)]
    assert [answer.status for answer in answers] == [413, 413]
    assert [answer.given_back == text for answer in answers] == [True, True]
    assert all(answer.is_a_page and answer.seconds < HANGS for answer in answers)
    assert editor.get(f"/wiki/{title}").status == 404


@pytest.mark.parametrize("megabytes", [4.5, 5, 14])
def test_what_is_larger_than_that_is_refused(editor: Browser, megabytes: float):
    answer = editor.save("Hostile_body", text="word " * int(megabytes * KB * KB / 5))
    assert answer.status == 413 and answer.is_a_page and answer.seconds < HANGS
    assert editor.get("/wiki/Hostile_body").status == 404


@pytest.mark.parametrize("text", by_name(REFUSED | TOO_LARGE))
def test_a_section_like_that_leaves_the_article_alone(editor: Browser, text: str):
    form = editor.form("Asthma", "Causes")
    before = editor.raw("Asthma")
    answer = editor.save("Asthma", **{**form, "text": f"## Causes\n\n{text}"})
    assert answer.status in (413, 422) and answer.given_back == as_read(f"## Causes\n\n{text}")
    assert editor.raw("Asthma") == before


@pytest.mark.parametrize("text", by_name(REFUSED))
def test_a_preview_of_it_is_refused(site: Site, text: str):
    answer = stranger(site).post("/preview/Hostile", {"base": "0", "text": text})
    assert answer.status in (413, 422) and answer.is_a_page and answer.seconds < HANGS


@pytest.mark.parametrize("action", ["preview", "changes"])
@pytest.mark.parametrize("text", by_name(REFUSED | TOO_LARGE))
def test_a_look_at_it_gives_the_text_back(site: Site, text: str, action: str):
    somebody = stranger(site)
    form = somebody.form("Asthma")
    answer = somebody.save("Asthma", **{**form, "text": text, "action": action})
    assert answer.status in (200, 413, 422) and answer.given_back == as_read(text)
    assert answer.is_a_page and answer.seconds < HANGS


@pytest.mark.parametrize("text", by_name(REFUSED | TOO_LARGE))
def test_on_a_base_that_never_was_it_still_comes_back(editor: Browser, text: str):
    answer = editor.save("Asthma", text=text, base="999999")
    assert answer.status in (409, 413, 422) and answer.given_back == as_read(text) and answer.seconds < HANGS


def test_a_comparison_of_very_many_lines_ends_and_says_so(site: Site, stranger: Browser):
    form = stranger.form("Asthma")
    text = "".join(f"x{number}\n" for number in range(19_000))
    answer = stranger.save("Asthma", **{**form, "text": text, "action": "changes"})
    assert answer.status == 200 and answer.given_back == text and "The comparison ends here" in answer.text
    assert len(answer.body) < 4 * KB * KB and answer.seconds < HANGS


# --- Right pages -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", by_name(RIGHT))
def test_what_is_only_odd_is_saved_and_read_as_it_was_typed(request, editor: Browser, text: str):
    title = title_for(request)
    saved = editor.save(title, text=text)
    page = editor.get(f"/wiki/{title}")
    assert saved.status == 303 and saved.seconds < HANGS
    assert editor.raw(title) == text
    assert page.status == 200 and page.is_a_page and len(page.body) < 30 * len(text.encode()) + 30 * KB


@pytest.mark.parametrize("text", by_name(RIGHT))
def test_anybody_may_propose_and_preview_it(request, site: Site, text: str):
    somebody = stranger(site)
    proposed = somebody.save(f"{title_for(request)}_too", text=text)
    previewed = somebody.post("/preview/Hostile", {"base": "0", "text": text})
    assert proposed.status == 303 and previewed.status == 200 and previewed.is_a_page
    assert max(proposed.seconds, previewed.seconds) < HANGS
    assert somebody.get(proposed.headers["Location"]).is_a_page


def test_an_honest_text_near_the_limit_is_saved_or_comes_back(editor: Browser):
    text = "".join(f"## Part {number}\n\n{HONEST * 8}" for number in range(650))
    answer = editor.save("Hostile_honesty", text=text)
    assert 480 * KB < len(text.encode()) < 512 * KB and answer.seconds < HANGS
    assert answer.status == 303 or (answer.status == 422 and answer.given_back == text)


# --- Bytes -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("value", [b"%ED%A0%80", b"%FF", b"%C0%80", b"%F4%90%80%80"])
def test_bytes_that_are_no_text_come_back_marked_as_damage(editor: Browser, value: bytes):
    answer = editor.post("/edit/Hostile_bytes", b"base=0&text=Dose+" + value + b"+mg")
    assert answer.status == 422 and (answer.given_back or "").startswith("Dose \ufffd") and answer.is_a_page


@pytest.mark.parametrize(
    "charset", ["utf-16", "utf-7", "unicode_escape", "raw_unicode_escape", "zip", "idna", "\xff", "x" * 500]
)
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=b", "application/x-www-form-urlencoded"])
def test_a_made_up_character_set_breaks_nothing(editor: Browser, kind: str, charset: str):
    parts = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    token = editor.cookies["csrftoken"].encode()
    fields = {b"csrfmiddlewaretoken": token, b"base": b"0", b"text": b"a\\ud800\\x00b", b"summary": b"a\\ud800\\x00b"}
    urlencoded = b"&".join(b"%s=%s" % field for field in fields.items())
    body = b"".join(parts % field for field in fields.items()) + b"--b--\r\n"
    answer = editor.ask(
        "POST",
        "/edit/Hostile_character_set",
        urlencoded if kind.startswith("app") else body,
        Content_Type=f"{kind}; charset={charset}",
    )
    assert (answer.status < 500 and answer.is_a_page) or answer.status == 303


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16", "zip", "idna"])
@pytest.mark.parametrize("target", ["/search?q=a%5Cud800b", "/suggest?q=a%5Cud800b", "/wiki/Lungs?from=%5Cud800"])
def test_a_made_up_character_set_of_an_address_breaks_nothing(stranger: Browser, target: str, charset: str):
    assert stranger.get(target, Content_Type=f"text/html; charset={charset}").status == 200


@pytest.mark.parametrize(
    "part",
    [
        b"name*=bogus''text",
        b"name*=utf-16''%00",
        b"name*=utf-8''%ED%A0%80",
        b'name="text"; filename="a.txt"',
        b'name="te\xff\xfext"',
        b"name=" + b"x" * 5000,
    ],
)
def test_an_odd_part_of_a_form_breaks_nothing(editor: Browser, part: bytes):
    token = editor.cookies["csrftoken"].encode()
    body = (
        b'--b\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n' + token + b"\r\n"
        b'--b\r\nContent-Disposition: form-data; name="base"\r\n\r\n0\r\n'
        b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n\r\nDose.\r\n--b--\r\n"
    )
    answer = editor.ask("POST", "/edit/Hostile_part", body, Content_Type="multipart/form-data; boundary=b")
    assert 400 <= answer.status < 500 and answer.is_a_page


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", "text/plain", "", "\xff"])
def test_a_body_of_no_known_kind_is_refused(editor: Browser, kind: str):
    answer = editor.ask("POST", "/edit/Hostile_kind", b"text=Dose", Content_Type=kind)
    assert 400 <= answer.status < 500 and answer.is_a_page


def test_a_form_without_a_text_takes_no_section_away(editor: Browser):
    form = editor.form("Asthma", "Causes")
    before = editor.raw("Asthma")
    answer = editor.save("Asthma", base=form["base"], section=form["section"])
    assert answer.status == 422 and editor.raw("Asthma") == before


# --- Readers -----------------------------------------------------------------------------------------------------
def test_many_texts_that_take_too_long_at_once_hold_up_no_reader(site: Site, readers_go_on: Reader):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: stranger(site).save("Hostile_crowd", text="[a](" * 2500), range(8)))
    assert {answer.status for answer in answers} == {422}
    assert all(answer.given_back == "[a](" * 2500 for answer in answers)
