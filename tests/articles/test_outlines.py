"""What a new article may begin with, and how it is told from one that somebody has written."""

import pytest

from articles import outlines
from articles.text import rendering

NAMES = ["disease", "drug", "procedure", "anatomy", "nutrition"]


def headings(name: str) -> list[str]:
    return [entry.title for entry in rendering.render(outlines.text_of(name, "Asthma")).outline.entries[1:]]


def test_there_is_an_outline_for_each_type_of_article():
    assert [each.name for each in outlines.offered_for("Asthma")] == NAMES


@pytest.mark.parametrize("title", ["Help:Me", "Project:About", "Category:Lungs", "Template:X", "<no title>"])
def test_what_is_no_article_is_offered_none(title):
    assert outlines.offered_for(title) == ()
    assert outlines.text_of("disease", title) == ""


def test_the_headings_of_a_disease_stand_in_the_order_that_medical_editors_know():
    first = "Signs and symptoms, Causes, Mechanism, Diagnosis, Prevention, Treatment, Prognosis, Epidemiology"
    assert ", ".join(headings("disease")) == f"{first}, History, Society and culture, Research, See also"


def test_the_headings_of_a_medicine_stand_in_the_order_that_medical_editors_know():
    first = "Medical uses, Contraindications, Adverse effects, Overdose, Interactions, Pharmacology, Chemistry"
    assert ", ".join(headings("drug")) == f"{first}, History, Society and culture, Research, See also"


@pytest.mark.parametrize("name", NAMES)
def test_an_outline_begins_with_a_line_to_fill_and_ends_with_a_category(name):
    rendered = rendering.render(outlines.text_of(name, "Asthma"))
    assert "<strong>Asthma</strong> is a " in rendered.sections[0].html
    assert len(rendered.categories) == 1 and not rendered.templates


def test_nobody_is_asked_for_a_conclusion():
    assert not [name for name in NAMES if "Conclusion" in headings(name)]


@pytest.mark.parametrize("title", ["A*b*", "5% dextrose", "Back`tick`", "A\\b"])
def test_a_title_stands_in_its_first_line_as_it_is(title):
    rendered = rendering.render(outlines.text_of("disease", title))
    assert rendered.sections[0].plain.startswith(f"{title} is a disease")


def test_an_unknown_outline_is_empty():
    assert outlines.text_of("novel", "Asthma") == ""


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_an_outline_that_nobody_has_filled_is_refused(name, end):
    text = outlines.text_of(name, "Asthma").replace("\n", end) + f" {end}"
    assert outlines.refusal(text, "Asthma") == "Please write something under a heading first."


def test_an_outline_with_a_word_under_a_heading_is_an_article():
    text = outlines.text_of("disease", "Asthma")
    assert outlines.refusal(text.replace("## Causes\n", "## Causes\n\nDust.\n"), "Asthma") == ""


@pytest.mark.parametrize("text", ["", "## Causes\n", "Dust.\n"])
def test_any_other_text_is_not_taken_for_an_outline(text):
    assert outlines.refusal(text, "Asthma") == ""
