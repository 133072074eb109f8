"""The page of the inbox: one item open, keys and buttons for it, and the next one after a decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Proposal, Settled
from articles.moderation import protecting
from articles.moderation.protecting import Guard
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(contributor, reviewer) -> list[Proposal]:
    articles = [factories.article(title, author=reviewer) for title in ("Ash", "Birch", "Cat")]
    return [factories.proposal(article, contributor, f"About {article.title}.\n") for article in articles]


def test_nothing_waits_in_a_new_wiki(moderator_client):
    assert "Nothing waits." in Page(moderator_client.get("/moderation/")).words


@pytest.mark.parametrize("role", ["visitor", "contributor", "editor", "reviewer"])
def test_it_is_for_moderators_only(role: str, request):
    browser = request.getfixturevalue(f"{role}_client")
    assert browser.get("/moderation/").status_code == browser.post("/moderation/").status_code == 403


def test_the_first_item_is_open_with_what_it_would_change(three, moderator_client):
    page = Page(moderator_client.get("/moderation/"))
    assert "About Ash." in page.words and "About Birch." not in page.words
    assert page.link("Next") == f"?open=proposal-{three[1].pk}"


def test_a_decision_leads_to_the_next_item(three, moderator_client):
    page = Page(moderator_client.get(f"/moderation/?open=proposal-{three[1].pk}"))
    answer = moderator_client.post("/moderation/", page.fields(deed="accept"))
    assert (answer.status_code, answer["Location"]) == (303, f"/moderation/?open=proposal-{three[2].pk}")
    assert Proposal.objects.get(pk=three[1].pk).state == "accepted"


def test_after_the_last_comes_the_one_before_and_then_nothing(three, moderator_client):
    sent = {"deed": "decline", "reason": "No source."}
    locations = [
        moderator_client.post("/moderation/", sent | {"item": f"proposal-{three[number].pk}"})["Location"]
        for number in (2, 1, 0)
    ]
    assert locations == [f"/moderation/?open=proposal-{three[n].pk}" for n in (1, 0)] + ["/moderation/"]


def test_a_decline_without_a_reason_is_asked_for_one(three, moderator_client):
    answer = moderator_client.post("/moderation/", {"item": f"proposal-{three[0].pk}", "deed": "decline"})
    assert answer.status_code == 422 and "Say why" in Page(answer).words


def test_what_could_not_be_accepted_gives_the_words_back(three, moderator_client):
    sent = {"item": f"proposal-{three[1].pk}", "deed": "accept", "base": "0", "reason": "Well sourced."}
    answer = moderator_client.post(f"/moderation/?open=proposal-{three[1].pk}", sent)
    assert answer.status_code == 409 and "Well sourced." in answer.content.decode()
    assert "About Birch." in Page(answer).words


def test_several_are_declined_with_one_reason_and_what_can_not_be_is_told(three, moderator_client):
    protecting.protect(
        article=three[0].article,
        full_title="Ash",
        guards={"edit": Guard("moderator", timezone.now() + timedelta(days=1))},
        by=factories.user("moderator"),
        why="a war",
    )
    chosen = [*(f"proposal-{each.pk}" for each in three), f"protection-{three[0].article_id}"]
    sent = {"item": chosen, "several": "yes", "deed": "decline", "reason": "No source."}
    page = Page(moderator_client.post("/moderation/", sent, follow=True))
    assert "3 items are done." in page.words and "Ash: This can’t be done with it" in page.words
    assert {each.state for each in Proposal.objects.all()} == {"declined"} and not Settled.objects.exists()


def test_several_without_a_reason_stay_ticked(three, moderator_client):
    key = f"proposal-{three[2].pk}"
    answer = moderator_client.post("/moderation/", {"item": [key], "several": "yes", "deed": "decline"})
    (box,) = [
        each for each in Page(answer).all("input") if each.get("type") == "checkbox" and each.get("checked") is not None
    ]
    assert answer.status_code == 422 and box.get("value") == key


@pytest.mark.parametrize("item", [[], ["proposal"], ["proposal-1' OR 1"], [f"proposal-{n}" for n in range(101)]])
def test_what_no_form_sends_is_refused(three, moderator_client, item: list[str]):
    assert moderator_client.post("/moderation/", {"item": item, "deed": "decline"}).status_code == 422


def test_one_kind_is_shown_alone(three, moderator, moderator_client):
    guards = {"edit": Guard("moderator", timezone.now() + timedelta(days=1))}
    protecting.protect(
        article=three[0].article, full_title="Ash", guards=guards, by=moderator.account, why="a war of words"
    )
    page = Page(moderator_client.get("/moderation/?kind=protection"))
    assert "a war of words" in page.words and "About Ash." not in page.words
    assert "Proposals (3)" in page.words


def test_it_asks_as_much_for_thirty_as_for_three(three, contributor, moderator_client, at_most_queries):
    moderator_client.get("/moderation/")
    with at_most_queries(40) as few:
        moderator_client.get("/moderation/")
    article = factories.article()
    for number in range(20):
        factories.proposal(article, factories.author("contributor"), f"Text {number}.\n")
    with at_most_queries(len(few)):
        moderator_client.get("/moderation/")


def test_it_is_never_kept_on_the_way(moderator_client):
    assert "no-store" in moderator_client.get("/moderation/")["Cache-Control"]
