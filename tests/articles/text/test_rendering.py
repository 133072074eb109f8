"""One text, rendered: sections with placeholders and what is known of them."""

import json
import re

import pytest

from articles.text import rendering
from articles.text.guarding import ShapeError
from articles.text.rendering import Citation, Link, Rendered, render

ARTICLE = """**Asthma** is a [[disease]] of the [[lung|lungs]].[^1] [@pmid:12]

{{infobox disease|name=Asthma}}

## Causes [@pmid:12] {#why .note}

Dust & [[Smoke (air)|smoke]], [@doi:10.1/X; @pmid:13] see [above](#why).

a | b
--|--
[[lung]] | 2

{{stub|lungs}} [[Category:Lungs|asthma]]

[^1]: See [[Inflammation]].
"""


def html_of(text):
    return "\n".join(section.html for section in render(text).sections)


def test_links_are_placeholders_numbered_as_they_appear():
    rendered = render(ARTICLE)

    assert "\ufdd0L0\ufdd1disease\ufdd0/L\ufdd1 of the \ufdd0L1\ufdd1lungs\ufdd0/L\ufdd1" in rendered.sections[0].html
    assert [link.title for link in rendered.links] == ["Disease", "Lung", "Smoke (air)", "Inflammation"]
    assert rendered.links[0] == Link("article", "Disease", "")


def test_a_source_cited_again_keeps_its_number():
    rendered = render(ARTICLE + "\n[@doi:10.1/x]")

    assert rendered.citations == (Citation("pmid", "12"), Citation("doi", "10.1/X"), Citation("pmid", "13"))
    assert rendered.sections[1].heading_html == '<span id="user-why"></span>Causes \ufdd0C0\ufdd1'


def test_what_the_text_says_of_itself_is_collected_and_not_shown():
    rendered = render(ARTICLE)

    assert rendered.categories == (("Lungs", "asthma"),)
    assert rendered.stub == "lungs"
    assert rendered.templates == ("infobox disease",)
    assert "stub" not in html_of(ARTICLE)
    assert not rendered.sections[1].html.endswith("<p></p>")


def test_titles_anchors_and_plain_text_hold_no_placeholders():
    rendered = render(ARTICLE + "\n## [[A|B]] *c* `d` {{x}} [^1] & \ufdd0L9\ufdd1\n")
    known = json.dumps(
        [rendered.outline.to_json(), [section.plain for section in rendered.sections], rendered.description]
    )

    assert [entry.title for entry in rendered.outline.entries][1:] == ["Causes", "B c d & L9"]
    assert not re.search(r"\\ufd|infobox|user-", known)


def test_the_description_is_the_leads_prose():
    assert render(ARTICLE).description == "Asthma is a disease of the lungs."
    assert render("## A\n\ntext\n").description == ""


def test_a_long_description_ends_with_a_sentence_or_a_word():
    assert render("A sentence of some words. " * 20).description == ("A sentence of some words. " * 11).strip()
    assert re.fullmatch(r"(word )+word…", render("word " * 100).description)


def test_words_are_words_of_prose():
    assert (
        render(
            "one two's\n\n- three\n\n```\nnot this\n```\n\na|b\n-|-\nc|d\n\n## nor this\n\nfour [^1]\n\n[^1]: or this\n"
        ).words
        == 4
    )


def test_footnotes_are_apart_and_lead_there_and_back():
    rendered = render(ARTICLE)

    assert '<a href="#fn-1" class="footnote-ref">1</a>' in rendered.sections[0].html
    assert '<li id="fn-1">' in rendered.footnotes_html
    assert 'href="#fnref-1"' in rendered.footnotes_html
    assert "\ufdd0L3\ufdd1Inflammation\ufdd0/L\ufdd1" in rendered.footnotes_html


def test_an_authors_own_id_is_found_by_links_to_it():
    assert '<a href="#user-why">above</a>' in render(ARTICLE).sections[1].html
    assert '<a href="#Causes">x</a>' in html_of("## Causes\n\n[x](#Causes)\n")


@pytest.mark.parametrize(
    "leak",
    ["<b>x", "<i>x <b>", "<div>\n\nx", "<!-- x", "<table><tr><td>x", "<a href='/y'>x", "<a href='", "```\nx", "</div>"],
)
def test_what_one_section_leaves_open_never_reaches_the_next(leak):
    rendered = render(f"lead\n\n## A\n\n{leak}\n\n## B\n\nclean\n")

    assert [entry.title for entry in rendered.outline.entries] == ["", "A", "B"]
    assert rendered.sections[2].html == "<p>clean</p>"
    assert rendered.sections[2].heading_html == "B"


def test_a_section_is_the_same_whatever_is_around_it():
    text = "## A\n\n<div>\n*x* [y](http://e)\n</div>\n\n- a\n- b\n"

    assert render(text).sections[1] == render(f"lead <b>\n\n{text}\n## B\n\n</div> z\n").sections[1]


@pytest.mark.parametrize(
    "text",
    [
        '<span title="[[A]] {{b}} [@pmid:1]">x</span>',
        "[x](/y '[[A]]')",
        "![[[A]]](/media/x)",
        "<!-- [[A]] -->",
        "<script>[[A]]</script>",
    ],
)
def test_no_placeholder_is_left_inside_a_tag(text):
    rendered = render(text)

    assert not re.search("<[^>]*\ufdd0", html_of(text))
    assert rendered.links == rendered.citations == ()


def test_within_a_link_another_is_its_label_and_a_citation_follows():
    assert html_of("[a [[B]] [@pmid:1]](/x) c") == '<p><a href="/x">a B </a>\ufdd0C0\ufdd1 c</p>'


def test_abbreviations_leave_labels_alone():
    assert '<abbr title="x">WHO</abbr> \ufdd0L0\ufdd1see WHO\ufdd0/L\ufdd1' in html_of(
        "*[WHO]: x\n\nWHO [[WHO|see WHO]]\n"
    )


def test_a_label_is_escaped():
    assert "\ufdd1&lt;b&gt; &amp;\ufdd0" in html_of("[[A|<b> &amp;]]")


def test_what_is_not_shown_yet_says_so():
    html = html_of("{{x<y|[[a]]}} [[File:a.png|b & c]]")

    assert '<span class="not-yet">{{x&lt;y}} (not shown here yet)</span>' in html
    assert '<span class="not-yet">[[File:a.png]] (not shown here yet): b &amp; c</span>' in html


def test_a_redirect_is_one_link():
    rendered = render("#REDIRECT [[asthma#Causes of it]]\n\n## Never shown\n")

    assert rendered.redirect == ("Asthma", "Causes_of_it")
    assert rendered.sections[0].html == "<p>\ufdd0L0\ufdd1asthma#Causes of it\ufdd0/L\ufdd1</p>"
    assert len(rendered.outline.entries) == len(rendered.sections) == 1


@pytest.mark.parametrize("text", ["", "\n", " \n\n"])
def test_an_empty_text_is_an_empty_lead(text):
    rendered = render(text)

    assert [section.html for section in rendered.sections] == [""]
    assert rendered.words == 0


def test_characters_come_out_as_meant():
    assert (
        html_of("a &amp; b & c &#8617; &lt;x&gt; &copy; 5 < 6\n") == "<p>a &amp; b &amp; c ↩ &lt;x&gt; © 5 &lt; 6</p>"
    )
    assert render("a &amp; b &lt;x&gt;").sections[0].plain == "a & b <x>"


def test_nobody_can_type_a_placeholder():
    rendered = render("\ufdd0L0\ufdd1x\ufdd0/L\ufdd1 \ufdd2 \ufdd4 \x02L0\x03 [[A]]\n\n## \ufdd0C0\ufdd1b\n")

    assert rendered.sections[0].html.count("\ufdd0") == 2
    assert rendered.sections[1].heading_html == "C0b"


def test_all_of_it_survives_json():
    rendered = render(ARTICLE)

    assert Rendered.from_json(json.loads(json.dumps(rendered.to_json()))) == rendered
    assert Rendered.from_json(json.loads(json.dumps(render("#REDIRECT [[A]]").to_json()))).redirect == ("A", "")


def test_a_refusal_is_passed_on():
    with pytest.raises(ShapeError):
        render("#REDIRECT [[A]]\n" + "a" * 600_000)


def test_plain_text_has_a_line_for_each_block():
    assert rendering.plain_and_prose("<p>a<br>b <b>c</b>d</p><table><tbody><tr><td>e</td></tr></tbody></table>") == (
        "a\nb cd\ne",
        "a\nb cd",
    )


def test_a_source_leaves_no_gap_before_the_full_stop_in_plain_text():
    assert rendering.render("Wheeze [@pmid:12].").sections[0].plain == "Wheeze."
