"""The summary of a change, with an arrow to the section it names."""

import pytest
from django.template import Context, Template

from tests.pages import Page

SUMMARY = Template("{% load summaries %}<body><p>{% summary text 'Asthma' %}</p>")


def shown(text: str) -> Page:
    return Page(SUMMARY.render(Context({"text": text})))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/* Signs and symptoms */ a dose", "→ Signs and symptoms a dose"),
        ("/* Causes */ ", "→ Causes"),
        ("a plain one", "a plain one"),
        ("not /* Causes */ at the beginning", "not /* Causes */ at the beginning"),
        ("", ""),
    ],
)
def test_a_section_named_before_the_summary_is_an_arrow(text: str, words: str):
    assert shown(text).words == words


def test_the_arrow_leads_to_the_section():
    assert shown("/* Signs & symptoms */ x").link("→ Signs & symptoms") == "/wiki/Asthma#Signs_%26_symptoms"


def test_what_people_write_is_escaped():
    page = shown("/* <b>x */ <script>alert(1)</script>")
    assert page.live() == [] and page.words == "→ <b>x <script>alert(1)</script>"
