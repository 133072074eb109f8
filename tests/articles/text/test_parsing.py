"""The dialect and the wiki's marks."""

import re

import pytest

from articles.text import parsing
from articles.text.guarding import ShapeError
from articles.text.parsing import Mark


def headings(text):
    return [(heading.line, heading.level, heading.text) for heading in parsing.headings_of(text)]


def body(text):
    return "".join(piece.html for piece in parsing.parse(text).pieces)


def marks(text):
    return [mark for piece in parsing.parse(text).pieces for mark in piece.marks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\n## b\n", [(2, 2, "b")]),
        ("# one ##\n", [(0, 1, "one")]),
        ("## a\n## b\n\nc\n### d\n", [(0, 2, "a"), (1, 2, "b"), (4, 3, "d")]),
        ("Title\n=====\n\n2 things\n--\n", [(0, 1, "Title"), (3, 2, "2 things")]),
        ("- a\n## b\n", [(1, 2, "b")]),
        ("<div>\nx\n</div>\n## b\n", [(3, 2, "b")]),
        ("a\r\n## b\r\n", [(1, 2, "b")]),
        ("```\nnever closed\n## b\n", [(2, 2, "b")]),
    ],
)
def test_a_heading_is_found_on_its_line(text, expected):
    assert headings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "#5 is a number\n",
        "##\n",
        "####### seven\n",
        "```\n## code\n```\n",
        "~~~\n## code\n~~~\n",
        "    ## code\n",
        "> ## quoted\n",
        "- ## in a list\n",
        "- a\n\n    ## in a list\n",
        "!!! note\n    ## inside\n",
        "<!--\n## a\n\n## b\n-->\n",
        "<div>\n## raw\n</div>\n",
        '<div markdown="1">\n## inside\n</div>\n',
        "[^1]: ## in a note\n",
        "a\nb\n---\nc\n",
        "a|b\n-|-\n1|2\n",
        "a\n\n---\n",
    ],
)
def test_what_only_looks_like_a_heading_is_no_section(text):
    assert headings(text) == []


@pytest.mark.parametrize(
    "opening", ["<div>", "<p>", '<div markdown="1">', "<script>", "<details>\n<summary>x</summary>"]
)
def test_a_tag_that_is_never_closed_ends_before_the_next_heading(opening):
    text = f"{opening}\n\ntext\n\n## b\n\n<div>\nclosed\n</div>\n\n## c\n"

    assert [title for _, _, title in headings(text)] == ["b", "c"]


def test_line_marks_leave_no_trace():
    text = "```\n## code\nx\n---\n```\n\n<div>\n## raw\n</div>\n\n`a\n## b`\n"

    assert not re.search("[\x02\x03\ufdd0-\ufdef]", body(text))


def test_level_one_is_shown_as_level_two_everywhere():
    assert "<h1" not in body("> # quoted\n")


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("[[asthma]]", Mark("L", ("article", "Asthma", "", "asthma"))),
        ("[[Asthma|wheeze & *more*]]", Mark("L", ("article", "Asthma", "", "wheeze & *more*"))),
        ("[[Asthma#First aid|x]]", Mark("L", ("article", "Asthma", "First_aid", "x"))),
        ("[[#First aid]]", Mark("L", ("article", "", "First_aid", "First aid"))),
        ("[[:Category:Lungs]]", Mark("L", ("category", "Lungs", "", "Category:Lungs"))),
        ("[[Talk:Asthma|]]", Mark("L", ("talk", "Asthma", "", "Asthma"))),
        ("[[Category:lungs|z]]", Mark("G", ("Lungs", "z"))),
        ("[[File:a.png|thumb|a [[b]] c]]", Mark("F", ("a.png", "a [[b]] c"))),
        ("{{stub}}", Mark("S", ("medicine",))),
        ("{{Stub | skin}}", Mark("S", ("skin",))),
        ("{{drugbox|a={{b}}}}", Mark("T", ("drugbox",))),
        ("{{infobox disease\n|a=b\n\n|c=d\n}}", Mark("T", ("infobox disease",))),
        ("[@pmid:0123]", Mark("C", ("pmid", "123"))),
        ("[@doi:10.1/x_y_z]", Mark("C", ("doi", "10.1/x_y_z"))),
        ("[@doi:10.1002/(SICI)1097(19980815)17:15<1661::AID>3.0.CO;2-2]",
         Mark("C", ("doi", "10.1002/(SICI)1097(19980815)17:15<1661::AID>3.0.CO;2-2"))),
    ],
)  # fmt: skip
def test_a_mark_is_read(text, mark):
    assert marks(f"before {text} after") == [mark] or marks(text) == [mark]


def test_several_sources_in_one_bracket_are_several_citations():
    assert [mark.fields for mark in marks("x [@pmid:1; @doi:10.1/a;b]")] == [("pmid", "1"), ("doi", "10.1/a;b")]


@pytest.mark.parametrize(
    "text",
    [
        "`[[A]]`",
        "```\n[[A]]\n{{stub}}\n```",
        "    {{stub}}",
        r"\[[A]] \{{stub}}",
        "a <!-- [[A]] {{stub}} --> b",
        "`x\n{{a\n|b}}`",
    ],
)
def test_there_are_no_marks_in_code_or_comments(text):
    assert marks(text) == []


@pytest.mark.parametrize(
    "text", ["[[]]", "[[|x]]", "[[a{b]]", "[[a<b]]", "[[ ]]", "{{}}", "[@pmid:abc]", "[@doi:11/x]"]
)
def test_what_is_no_mark_stays_as_typed(text):
    assert marks(text) == []


@pytest.mark.parametrize(
    ("text", "label"),
    [("[[lung]]s", "lungs"), ("[[Lung|bronchus]]es", "bronchuses"), ("[[lung]] s", "lung"), ("[[lung]]S", "lung")],
)
def test_small_letters_behind_a_link_belong_to_its_label(text, label):
    assert marks(text)[0].fields[3] == label


def test_a_link_with_a_label_stays_whole_in_a_table():
    html = body("a | b\n--|--\n[[Asthma|wheeze]] | 2\n")

    assert html.count("<td>") == 2
    assert "|" not in html


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("#REDIRECT [[Foo bar#Baz x]]", ("article", "Foo bar", "Baz_x", "Foo bar#Baz x")),
        ("\n#redirect: [[category:x|y]]\nz", ("category", "X", "", "category:x")),
    ],
)
def test_a_redirect_is_read_from_the_first_line(text, target):
    assert parsing.redirect_of(text).fields == target


@pytest.mark.parametrize("text", ["a\n#REDIRECT [[A]]", "# REDIRECT [[A]]", "#REDIRECT [[#here]]", "#REDIRECT [[a{]]"])
def test_another_text_is_no_redirect(text):
    assert parsing.redirect_of(text) is None


def test_footnotes_have_ids_of_ours_and_stay_out_of_the_sections():
    parsed = parsing.parse('x[^a "b"] y[^a "b"]\n\n[^a "b"]: note\n')

    assert 'id="fnref-1"' in parsed.pieces[0].html
    assert 'id="fnref2-1"' in parsed.pieces[0].html
    assert 'id="fn-1"' in parsed.footnotes.html
    assert "note" in parsed.footnotes.html
    assert len(parsed.pieces) == 1


def test_a_note_may_define_another_note():
    assert 'id="fn-2"' in parsing.parse("x[^1]\n\n[^1]: a\n\n    > [^2]: b\n").footnotes.html


def test_recursion_is_a_refusal_and_no_crash():
    with pytest.raises(ShapeError, match="nested"):
        parsing._or_too_deep(lambda text: parsing._or_too_deep(_endless, text), "x")


def _endless(text):
    return _endless(text)


def test_a_plugin_is_added_to_the_one_parser():
    html = parsing.parse("a\nb", ["markdown.extensions.nl2br"]).pieces[0].html

    assert "<br" in html
