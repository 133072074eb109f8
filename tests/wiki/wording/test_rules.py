"""What each of the site's words may be."""

import pytest

from wiki.wording import rules
from wiki.wording.catalogue import BY_KEY
from wiki.wording.rules import WordingRefused


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("name", "Heal & Co"),
        ("motto", ""),
        ("motto", "One.\nTwo."),
        ("accent", ""),
        ("accent", "#0d6068"),
        ("visitor_question", ""),
        ("visitor_question", "What organ pumps blood? | heart | the heart"),
        ("navigation", ""),
        ("navigation", "A | /a\nB | https://example.org/b?c=d#e\nC | #main"),
        ("sponsor_link", "http://example.org"),
        ("sponsor_link", "/wiki/Project:Advertise"),
        ("stub_help", "[Write it]"),
        ("stub_topics", "drugs | This article about a drug is a stub. | A pill"),
        ("registration", "closed"),
        ("indexing", "off"),
        ("logo", ""),
        ("logo", "0123456789abcdef01234567 512 80"),
    ],
)
def test_what_may_be_is_kept_as_it_is(key: str, text: str):
    assert rules.cleaned(BY_KEY[key], text) == text


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("name", ""),
        ("name", "..."),
        ("name", "Two\nlines"),
        ("name", "{name}"),
        ("name", "<b>Heal</b>"),
        ("name", "x" * 61),
        ("name", "He\u202eal"),
        ("name", "He\x1bal"),
        ("disclaimer", "\u200b"),
        ("full_disclaimer", " 1 2 3 "),
        ("licence", ""),
        ("licence_url", ""),
        ("licence_url", "javascript:alert(1)"),
        ("sponsor_link", "//example.org"),
        ("sponsor_link", "https://"),
        ("sponsor_link", "https://[::1"),
        ("sponsor_link", "https://a b"),
        ("sponsor_link", "/\\example.org"),
        ("sponsor_link", "mailto:a@example.org"),
        ("advertise_link", "data:text/html,x"),
        ("accent", "teal"),
        ("accent", "#fff"),
        ("accent", "#ffffff"),
        ("accent", "#0d6068; } * { display: none"),
        ("visitor_question", "What organ pumps blood?"),
        ("visitor_question", "What organ pumps blood? |"),
        ("visitor_question", "| heart"),
        ("navigation", "Wellness"),
        ("navigation", "Wellness |"),
        ("navigation", "| /a"),
        ("navigation", "A | /a | /b"),
        ("navigation", "A | javascript:alert(1)"),
        ("navigation", "\n".join(f"{number} | /a" for number in range(41))),
        ("stub", ""),
        ("stub_help", "Write it"),
        ("stub_help", "[Write] [it]"),
        ("stub_topics", "drugs"),
        ("stub_topics", "drugs | a | b | c"),
        ("registration", ""),
        ("registration", "maybe"),
        ("logo", "https://example.org/logo.png"),
    ],
)
def test_what_may_not_be_is_refused_with_a_reason(key: str, text: str):
    with pytest.raises(WordingRefused, match=r"\w"):
        rules.cleaned(BY_KEY[key], text)


def test_lines_end_one_way_and_blanks_around_them_go():
    assert rules.cleaned(BY_KEY["motto"], "  One. \r\nTwo.\r\n") == "One.\nTwo."
    assert rules.cleaned(BY_KEY["navigation"], "A|/a\n\n B |  /b") == "A | /a\nB | /b"


def test_a_colour_that_is_too_pale_is_told_its_contrast():
    with pytest.raises(WordingRefused, match=r"contrast of 1\.\d to 1.*4\.5 to 1"):
        rules.cleaned(BY_KEY["accent"], "#ffcc00")


def test_search_engines_wait_for_an_address(settings):
    settings.SITE_URL = ""
    with pytest.raises(WordingRefused, match="SITE_URL"):
        rules.cleaned(BY_KEY["indexing"], "on")
    settings.SITE_URL = "https://wiki.example.org"
    assert rules.cleaned(BY_KEY["indexing"], "on") == "on"


def test_the_topics_of_stubs_have_a_notice_and_may_name_an_icon():
    topics = rules.topics_of("Drugs | On a drug. | A pill\n\nlungs | On lungs.")
    assert topics == {"drugs": ("On a drug.", "A pill"), "lungs": ("On lungs.", "")}


def test_a_link_in_brackets_is_cut_from_what_stands_around_it():
    assert rules.linked("You can [expand] it!") == ("You can ", "expand", " it!")
    assert rules.linked("Nothing") == ("", "Nothing", "")
