"""Answers that are asked for again: what is kept of sections never changes what becomes of a text."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import rendering, sanitizing
from articles.text.guarding import ShapeError
from articles.text.remembering import Memory, asked, key_of
from tests.articles.text.test_sanitizing import ATTACKS
from tests.test_hostile_text import PAYLOADS

HEADINGS = ["## One", "## One", "### Two {#two .note}", "# Three [^1]", "Four\n----", "## [[A]] [@pmid:1]"]
# What reaches from one section into others, and what does so by mistake: parted by bars, ¶ for the end of a line.
REACHING = r"""
Words with AB and [^1].|Again[^1], and[^2].|- item[^1]¶- item[^2]¶¶    more[^1]|> quoted[^1]|[^none]|[^3]
[^1]: A note with [[L]].|[^2]: Another[^1].|[^1]: a¶¶    > [^3]: within|[^2]:¶    [a]: /wiki/B|*[AB]: A word|*[AB]: Else
[x][a] and [a]|[a]: /wiki/A|[a]: https://example.org 'T'|![p][a]|[[Lung]]s and [[lung]]|[@pmid:12; @doi:10.1/x]
[[Category:C]]|{{stub}}|{{infobox¶- a=[[B]]¶¶c=1}}|{{under¶review}}|[[File:a.png]]|term¶:   definition[^1] AB
!!! note¶    text AB[^1]|<div>|</div>|<div markdown='1'>|<div class='footnote' markdown='1'>¶¶1. [x](#y)¶|<p>raw [[A]]
<b>bold|```|~~~ python|    # code|`` a ` b|<!--|-->|<?php|&copy; & <|\[[A]] \*|***|a\|{: #id }|para¶{: .note }
#REDIRECT [[A]]|1. a¶¶¶2. b|+ c¶¶    > d¶|[[[[[|<a id='fnref-1'>|<span id='x'>[y](#x)</span>|[y](#x)|- ## Five|> ## Six
\ufdd0
"""
ODD = [
    "a | b\n--|--\n[[A|B]] | [^1]",
    "\ufdd0L0\ufdd1 \ufdd2 \ufdd4",
    "\x02wzxhzdk:0\x03 \x02L1\x03",
    *PAYLOADS,
    *ATTACKS,
]
PIECES = st.one_of(
    st.sampled_from(HEADINGS),
    st.sampled_from([each.replace("¶", "\n") for line in REACHING.strip().split("\n") for each in line.split("|")]),
    st.sampled_from(ODD),
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["put", "replace", "remove", "swap"]), st.integers(0, 99), PIECES),
    min_size=5,
    max_size=8,
)


def outcome(text, memory=None):
    """The whole form, or the whole refusal."""
    try:
        return rendering.render(text, (), memory)
    except ShapeError as error:
        return str(error)


def changed(pieces, what, place, piece):
    """The pieces with one of them changed."""
    pieces = [*pieces] or [""]
    place %= len(pieces)
    if what == "put":
        pieces.insert(place, piece)
    elif what == "replace":
        pieces[place] = piece
    elif what == "remove":
        del pieces[place]
    else:
        pieces[place], pieces[-1] = pieces[-1], pieces[place]
    return pieces


@settings(max_examples=400)
@given(st.lists(PIECES, min_size=8, max_size=16), CHANGES, st.sampled_from(["\n\n", "\n"]))
def test_what_is_kept_of_the_sections_changes_no_form(pieces, changes, between):
    memory = Memory(1 << 20)
    outcome(between.join(pieces), memory)

    for change in changes:
        pieces = changed(pieces, *change)
        text = between.join(pieces)
        assert outcome(text, memory) == outcome(text)


def test_a_section_that_did_not_change_is_not_gone_through_again(monkeypatch):
    memory = Memory(1 << 20)
    text = "".join(f"## Section {number}\n\nWords [[A]] *of* {number}.\n\n" for number in range(20))
    outcome(text, memory)
    cleaned, told = [], []
    monkeypatch.setattr(sanitizing, "clean", lambda html, clean=sanitizing.clean: cleaned.append(html) or clean(html))
    monkeypatch.setattr(rendering, "_told", lambda html, tell=rendering._told: told.append(html) or tell(html))

    outcome(text.replace("of* 7", "of* seven [[A|new]]"), memory)

    assert len(cleaned) == len(told) == 1
    assert "seven" in cleaned[0] and "seven" in told[0]


def test_a_definition_that_changes_changes_every_section_that_uses_it():
    memory = Memory(1 << 20)
    text = "AB [a]\n\n## A\n\nAB [a]\n\n*[AB]: {}\n\n[a]: /wiki/{}\n"
    outcome(text.format("one", "One"), memory)

    rendered = outcome(text.format("two", "Two"), memory)

    assert all('title="two"' in section.html and "/wiki/Two" in section.html for section in rendered.sections)


def test_a_reference_put_before_others_numbers_them_anew():
    memory = Memory(1 << 20)
    text = "{}\n\n## A\n\nx[^1]\n\n[^1]: note\n"
    outcome(text.format(""), memory)

    rendered = outcome(text.format("y[^1]"), memory)

    assert 'id="fnref2-1"' in rendered.sections[1].html


def test_it_never_takes_more_than_its_room():
    memory = Memory(10_000)
    chance = random.Random(1)
    for number in range(500):
        memory.keep(key_of("any", str(number)), number, chance.randrange(6_000))
        assert memory.used <= 10_000

    assert memory.find(key_of("any", "0")) is None
    assert len(memory) > 1


def test_what_was_asked_for_last_stays():
    memory = Memory(3_000)
    for number in range(100):
        memory.keep(key_of("any", str(number)), number, 500)
        assert memory.find(key_of("any", "0")) == 0


def test_what_is_larger_than_half_of_it_is_not_kept():
    memory = Memory(1_000)
    memory.keep(b"key", "small", 10)
    memory.keep(b"key", "large", 600)

    assert memory.find(b"key") is None
    assert memory.used == 0


def test_a_question_is_answered_once():
    memory, times = Memory(10_000), []

    for _again in range(2):
        assert asked(memory, "double", "a", lambda text: times.append(text) or text * 2, size=len) == "aa"

    assert times == ["a"]
    assert asked(None, "double", "a", str.upper, size=len) == "A"


def test_kinds_are_kept_apart():
    assert key_of("clean", "a") != key_of("section", "a")
    assert key_of("clean", "\ud800") != key_of("clean", "?")
