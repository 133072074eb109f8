"""The links beside headings: each section has its own, though the template is rendered once."""

from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import get_template
from django.test import Client
from django.utils.safestring import mark_safe

from articles.models import Article
from articles.reading import PageSection
from tests import factories
from tests.pages import Page

TEMPLATE = Template("{% load sections %}{% for section in sections %}{% section_links section %}\f{% endfor %}")


def section(number: int | None, title: str, withheld: str = "") -> PageSection:
    return PageSection(number, "anchor", (), 2, title, mark_safe("Heading"), mark_safe("<p>Text."), withheld)


def links_of(*sections: PageSection, **said: Any) -> list[str]:
    return TEMPLATE.render(Context(_said(said) | {"sections": sections})).split("\f")[:-1]


def _said(said: dict[str, Any]) -> dict[str, Any]:
    return {"article": Article(namespace="article", title="Gout"), "mode": "publish", **said}


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["view", "propose", "publish"])
def test_each_section_has_the_links_that_the_template_says_of_it_alone(mode: str):
    sections = [
        *(section(7, "Causes"), section(8, "Signs"), section(9, "Causes"), section(1_000_000, "7")),
        *(section(10, "Away", "away"), section(11, "Shown", "shown"), section(12, "")),
    ]
    template = get_template("articles/reading/_section_links.html")
    alone = [template.render(_said({"section": each, "mode": mode})) for each in sections]
    assert links_of(*sections, mode=mode) == alone


@pytest.mark.django_db
def test_a_title_is_escaped():
    first, second = links_of(section(7, "First"), section(8, '"><script>&'))
    assert "<script>" not in second and second.count("&quot;&gt;&lt;script&gt;&amp;") == first.count("First") > 0


def test_links_lead_to_their_sections(editor_client: Client, editor):
    gout = factories.article("Gout", "## Causes\n\nA.\n\n## Signs\n\nB.\n\n## Causes\n\nC.\n", author=editor)
    page = Page(editor_client.get("/wiki/Gout"))
    numbers = [entry["id"] for entry in gout.current_edit.outline["entries"]][1:]
    assert [link.get("href") for link in page.with_class("section-link")] == [f"/section/{each}" for each in numbers]
