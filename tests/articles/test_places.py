"""What a form opens with, and what its `section` names."""

import pytest

from articles import basing, places
from articles.models import Section
from tests import factories
from tests.articles.changes import together

pytestmark = pytest.mark.django_db


# --- The form ----------------------------------------------------------------------------------------------------
def test_the_form_of_a_missing_article_begins_empty_on_base_0():
    assert places.starting_point(None) == places.StartingPoint("", 0, "", "", "")


def test_the_form_of_a_missing_article_may_begin_with_something():
    assert places.starting_point(None, beginning="## Causes\n").text == "## Causes\n"


def test_the_form_of_an_article_begins_with_its_own_text(article):
    assert places.starting_point(article, beginning="## Causes\n").text == factories.TEXT


@pytest.mark.parametrize(
    ("section", "text", "summary"),
    [
        ("", factories.TEXT, ""),
        ("0", "A lead about the lungs.\n\n", ""),
        ("Symptoms", "## Symptoms\n\nWheeze.\n\n", "/* Symptoms */ "),
        ("Causes", "## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n", "/* Causes */ "),
        ("new", "## ", ""),
    ],
)
def test_the_form_holds_the_section_and_its_subsections_only(article, section, text, summary):
    start = places.starting_point(article, section)
    assert (start.text, start.base, start.summary) == (text, article.current_edit_id, summary)


@pytest.mark.parametrize("section", ["No_such", "999999999"])
def test_there_is_no_form_for_a_section_that_is_not_there(article, section):
    assert places.starting_point(article, section) is None


def test_after_a_save_a_reader_is_led_to_the_edited_section(article):
    edit = factories.edit(article, "### Outdoors\n\nPollen.\n", section="Indoors")
    assert places.address_of_edit(edit) == f"{article.get_absolute_url()}#Outdoors"


def test_after_a_save_of_the_whole_a_reader_is_led_to_the_article(article):
    assert places.address_of_edit(factories.edit(article, "Other.\n")) == article.get_absolute_url()


@pytest.mark.parametrize(("section", "title"), [("", ""), ("0", ""), ("new", ""), ("Causes", "Causes"), ("Nope", "")])
def test_a_section_is_called_by_its_title(article, section, title):
    assert places.title_of_section(article, section) == title


# --- Several sections together -----------------------------------------------------------------------------------
def test_the_form_of_several_sections_holds_their_texts_once_each_in_their_order(article):
    start = places.starting_point(article, together(article, "Indoors", "Causes", "", "Causes"))
    assert start is not None
    assert start.text == "A lead about the lungs.\n\n## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n"
    assert start.section == together(article, "", "Causes") and start.summary == "Introduction, Causes: "


def test_sections_that_are_not_there_can_not_be_edited_together(article):
    assert places.starting_point(article, "123456789+987654321") is None


def test_so_many_sections_that_no_form_can_name_them_are_the_whole(editor):
    text = "".join(f"## S{number}\n\nx\n\n" for number in range(300))
    article = factories.article("Asthma", text, author=editor)
    names = "+".join(str(pk) for pk in Section.objects.filter(article=article).values_list("pk", flat=True))
    start = places.starting_point(article, names)
    assert start is not None and (start.section, start.text) == ("", text)


def test_an_anchor_may_look_like_several_sections(editor):
    article = factories.article("Asthma", "## 98765+98766\n\nx\n", author=editor)
    start = places.starting_point(article, "98765+98766")
    assert start is not None and start.section_title == "98765+98766"


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("", factories.TEXT),
        ("new", ""),
        ("0", "A lead about the lungs.\n\n"),
        ("123456789+987654321", ""),
        ("Nothing", ""),
    ],
)
def test_the_text_that_a_name_stands_for(article, section: str, text: str):
    version = basing.version_at(article, str(article.current_edit_id))
    assert version is not None
    assert places.text_named(version, section) == text
