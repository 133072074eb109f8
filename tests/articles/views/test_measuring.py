"""The page of the dashboard: pictures, and the same figures in tables."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(settings) -> None:
    settings.WIKI_DASHBOARD = "on"
    cache.clear()


@pytest.mark.parametrize("role", ["visitor", "contributor", "editor", "reviewer"])
def test_it_is_for_moderators_only(on, role: str, request):
    assert request.getfixturevalue(f"{role}_client").get("/moderation/dashboard").status_code == 403


def test_it_is_out_of_sight_until_it_is_switched_on(moderator_client):
    answer = moderator_client.get("/moderation/dashboard")
    assert answer.status_code == 404 and "The dashboard is off." in Page(answer).words
    for path in ("/moderation/", "/special/"):
        assert not [link for link in Page(moderator_client.get(path)).links if "dashboard" in link.href]


@pytest.mark.parametrize("path", ["/moderation/", "/special/"])
def test_a_link_leads_to_it_once_it_is_on(on, moderator_client, path: str):
    assert "/moderation/dashboard" in [link.href for link in Page(moderator_client.get(path)).links]


def test_each_picture_is_named_and_described_and_its_figures_stand_in_a_table(on, article, moderator_client):
    page = Page(moderator_client.get("/moderation/dashboard"))
    pictures = page.with_class("chart__picture")
    named = [name for picture in pictures for name in (picture.get("aria-labelledby") or "").split()]
    assert len(pictures) == 4 and len(named) == 8 and set(named) <= set(page.ids)
    (figures,) = page.with_class("figures")
    assert len(list(figures.iter("tr"))) == 91
    assert "style=" not in page.source.partition("<main")[2].partition("</main>")[0] and page.faults() == []


def test_the_page_makes_no_query_for_each_row(on, moderator_client, contributor, at_most_queries):
    for number in range(3):
        factories.proposal(factories.article(), contributor, f"Text {number}.\n")
    moderator_client.get("/moderation/dashboard")
    with at_most_queries(30) as few:
        moderator_client.get("/moderation/dashboard")
    for number in range(10):
        factories.proposal(factories.article(), factories.author("contributor"), f"More {number}.\n")
    with at_most_queries(len(few)):
        moderator_client.get("/moderation/dashboard")
