"""Wikitext typed by habit is found and turned into our marks; what both know, code and comments are left alone."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import parsing, wikitext

CITE = "{{cite journal |last=A |title=B |pmid=24352797 |doi=10.1093/ageing/afz199}}"
WIKITEXT = st.lists(
    st.sampled_from(
        ["=", "==", " ", "a", "\n", "'", "''", "'''", "*", "#", "[", "]", "http://x.org", "<ref>", "</ref>", "`", "{|"]
    )
)


@pytest.mark.parametrize(
    ("typed", "ours"),
    [
        ("= Asthma =", "# Asthma"),
        ("== Causes ==", "## Causes"),
        ("======Deep======  ", "###### Deep"),
        ("== a = b ==", "## a = b"),
        ("'''Asthma''' is", "**Asthma** is"),
        ("''in vitro''", "*in vitro*"),
        ("'''''both'''''", "***both***"),
        ("'''bold ''and'' more'''", "**bold *and* more**"),
        ("[https://www.who.int/ the WHO]", "[the WHO](https://www.who.int/)"),
        ("[https://www.who.int/]", "<https://www.who.int/>"),
        ("[https://x.org/a_(b) x]", "[x](https://x.org/a_%28b%29)"),
        ("* a\n** b\n*** c", "* a\n    - b\n        - c"),
        ("*tight", "- tight"),
        ("*tight\n*tighter*\n", "- tight\n*tighter*\n"),
        ("# one\n# two\n## within\n# three", "1. one\n1. two\n    1. within\n1. three"),
        (f"Dust.<ref>{CITE}</ref>", "Dust.[@pmid:24352797]"),
        ("Dust.<ref>{{cite web|doi=10.1093/ageing/afz199}}</ref>", "Dust.[@doi:10.1093/ageing/afz199]"),
        ("Dust. <ref>A note.</ref>", "Dust.[^1]\n\n[^1]: A note.\n"),
        ("Dust.<ref>''A'' note.</ref>", "Dust.[^1]\n\n[^1]: *A* note.\n"),
        ('A<ref name="b c"/>, d<ref name="b c">E.</ref>', "A[^b-c], d[^b-c]\n\n[^b-c]: E.\n"),
        ("A[^1]<ref>B.</ref>\n\n[^1]: C.\n", "A[^1][^2]\n\n[^1]: C.\n[^2]: B.\n"),
        ("Dust.\n\n<references />\n", "Dust.\n\n"),
        (f"Dust.{CITE}", "Dust.[@pmid:24352797]"),
        ("Dust is bad. --~~~~", "Dust is bad."),
        ("I say so ~~~ here", "I say so here"),
        ("__NOTOC__\nDust.\n", "Dust.\n"),
    ],
)
def test_wikitext_becomes_ours(typed: str, ours: str):
    assert wikitext.marks_of(typed)
    assert wikitext.converted(typed) == ours


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\nText.\n",
        "# Title\n## Part\n",
        "#REDIRECT [[Asthma]]",
        "* a\n* b\n\n*italics* and **bold**\n",
        "**bold** at the start\n",
        "* **bold** point\n",
        "*Figure: a heart\nand the lungs.*\n",
        "It's the patient's 5' 10'' to 6' 2'' man.",
        "[words](https://www.who.int/) <https://www.who.int/> [words][who]\n\n[who]: https://www.who.int/\n",
        "[[Asthma]] [@pmid:24352797] [^1] {{stub}} <br> &nbsp;",
        "Title\n=====\n\na == b\n",
        "`== a ==` ``'''b'''`` <!-- <ref>c</ref> -->",
        "```\n== a ==\n# b\n# c\n```\n",
        "Unclosed '''bold and <ref>note",
        "{{cite journal |title=Without a number}} {{citation needed|date=May 2020}}",
        "~~~\ncode\n~~~\n\nA ~~struck~~ word.\n",
        "__init__ and __bold__ words, snake__NOTOC__\n",
    ],
)
def test_what_is_ours_is_left_alone(text: str):
    assert wikitext.marks_of(text) == ()
    assert wikitext.converted(text) == text


def test_each_mark_is_told_with_its_line_and_what_was_typed():
    marks = wikitext.marks_of("Lead.\n\n== Causes ==\n\n'''Dust'''\n\n{|\n")
    assert [(mark.kind, mark.line, mark.typed, mark.can_change) for mark in marks] == [
        ("heading", 2, "== Causes ==", True),
        ("emphasis", 4, "'''Dust'''", True),
        ("table", 6, "{|", False),
    ]


def test_a_new_footnote_takes_no_label_that_the_rest_of_the_article_has():
    assert wikitext.converted("A<ref>B.</ref>", taken={"1", "2"}) == "A[^3]\n\n[^3]: B.\n"


def test_a_name_defined_elsewhere_leads_there():
    assert wikitext.converted('A<ref name="who"/>', taken={"who"}) == "A[^who]"


def test_the_definition_is_a_footnote_for_the_parser():
    parsed = parsing.parse(wikitext.converted("== Causes ==\n\nDust.<ref>A note.</ref>\n"))
    assert "A note." in parsed.footnotes.html


@given(WIKITEXT)
def test_what_was_changed_is_not_pointed_out_again(pieces: list[str]):
    once = wikitext.converted("".join(pieces))
    assert len(wikitext.marks_of(once)) <= len(wikitext.marks_of("".join(pieces)))


@pytest.mark.parametrize(
    "piece", ["=a", "''", "'''a ", "[http://", "<ref>", "<ref name=", "# a\n", "## a\n", "*", "{{"]
)
def test_no_text_takes_long(piece: str):
    text = piece * (512 * 1024 // len(piece))
    began = time.process_time()
    wikitext.marks_of(text)
    wikitext.converted(text)
    assert time.process_time() - began < 10
