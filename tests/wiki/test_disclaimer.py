"""The built-in disclaimer, and where it goes."""

import pytest

from wiki import disclaimer

PLACE = b"<!-- 3f2a -->"
ASIDE = b'<aside id="medical-disclaimer"'


def test_the_built_in_wording_says_the_sites_name_in_every_sentence_that_names_it():
    wording = disclaimer.built_in("Heal & Co")
    assert wording.startswith("Heal & Co is not a substitute for professional medical advice.")
    assert "{" not in wording


@pytest.mark.parametrize(
    "promise",
    [
        "not a substitute for professional medical advice",
        "may be incorrect, outdated or misleading",
        "diagnostic or treatment purposes",
        "consult your health care provider",
        "no liability",
        "change or supplement",
        "If you do not agree",
    ],
)
@pytest.mark.parametrize("wording", [disclaimer.DISCLAIMER_TEXT, disclaimer.FULL_TEXT], ids=["short", "full"])
def test_both_wordings_make_the_same_promises(wording: str, promise: str):
    assert promise in wording


def test_a_wording_is_text_and_never_markup():
    html = disclaimer.aside("<script>alert(1)</script>\n\nSecond & last")
    assert "<script" not in html
    assert html.count("<p>") == 2 and "Second &amp; last" in html


def test_the_disclaimer_takes_the_place_that_only_this_answer_knows():
    page = b"<body><footer>" + PLACE + b"</footer></body>"
    assert disclaimer.placed(page, "Careful", PLACE).startswith(b"<body><footer>" + ASIDE)


def test_a_place_that_is_printed_twice_gives_one_disclaimer():
    placed = disclaimer.placed(PLACE + b"<p>" + PLACE, "Careful", PLACE)
    assert placed.count(ASIDE) == 1 and PLACE not in placed


def test_a_page_without_the_place_has_it_before_the_last_end_of_the_body():
    placed = disclaimer.placed(b"<body><pre></body></pre><p>x</p></BODY></html>", "Careful", PLACE)
    assert placed.count(ASIDE) == 1
    assert placed.index(ASIDE) > placed.index(b"<p>x</p>")
    assert placed.endswith(b"</aside></BODY></html>")


def test_a_piece_of_a_page_has_it_at_its_end():
    assert disclaimer.placed(b"<p>x</p>", "Careful", PLACE).endswith(b"</aside>")


def test_a_page_in_any_encoding_shows_the_words():
    assert "Arztgespräch" not in disclaimer.placed(b"", "Arztgespräch", PLACE).decode("latin-1")
    assert b"Arztgespr&#228;ch" in disclaimer.placed(b"", "Arztgespräch", PLACE)


def test_a_refusal_stands_alone_and_carries_the_disclaimer_once(settings):
    settings.WIKI_NAME = "A<b>"
    page = disclaimer.refusal_page(400, "Not <this>", "Try & again").decode()
    assert page.count('id="medical-disclaimer"') == 1
    assert "Not &lt;this&gt;" in page and "Try &amp; again" in page and "A&lt;b&gt; is not a substitute" in page
    assert '<html lang="en">' in page and "<h1>" in page and "<script" not in page and "style" not in page
