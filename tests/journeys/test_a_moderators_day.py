"""A moderator's day: all that waits, cleared one after the other in the inbox, without scripts; patrol beside it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Edit, Patrol, Proposal
from articles.moderation import protecting
from tests import factories
from tests.pages import Page
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db


def waiting(browser: Client) -> int:
    """How many items the list shows."""
    lists = Page(browser.get("/moderation/")).with_class("inbox__list")
    return len(list(lists[0].iter("li"))) if lists else 0


def opened(browser: Client, path: str = "/moderation/") -> Page:
    return Page(browser.get(path))


def decide(browser: Client, page: Page, deed: str, **fields: str) -> str:
    """Send the form of the open item as it stands there; return where the next one is."""
    answer = browser.post("/moderation/", page.fields(deed=deed, **fields))
    assert answer.status_code == 303, Page(answer).words
    return str(answer["Location"])


def test_twenty_items_of_every_kind_are_cleared_from_first_to_last(moderator_client: Client, reviewer, moderator):
    pages = [factories.article(f"Page {number}", author=reviewer) for number in range(8)]
    for number, page in enumerate(pages):
        factories.proposal(page, factories.author("contributor"), f"Proposed {number}.\n")
    for page in pages[:6]:
        factories.edit(page, "By somebody new.\n", section="0", author=factories.author("editor"))
    for page in pages[:4]:
        factories.case(page)
    until = {"edit": protecting.Guard("editor", timezone.now() + timedelta(days=2))}
    for page in pages[:2]:
        protecting.protect(article=page, full_title=page.full_title, guards=until, by=moderator.account, why="a war")
    assert waiting(moderator_client) == 20

    path = "/moderation/"
    for _number in range(20):
        page = opened(moderator_client, path)
        kind = page.fields()["item"].partition("-")[0]
        deed, reason = {"proposal": ("decline", "No source."), "case": ("no_fault", "All is right.")}.get(
            kind, ("done", "")
        )
        path = decide(moderator_client, page, deed, **({"reason": reason} if reason else {}))

    assert "Nothing waits." in opened(moderator_client).words
    assert set(Proposal.objects.values_list("state", flat=True)) == {"declined"}
    assert set(Case.objects.values_list("outcome", flat=True)) == {"no_fault"}
    assert not Patrol.objects.filter(by__isnull=True).exists()


def test_several_are_done_at_once_and_what_can_not_be_done_says_why(moderator_client: Client, article, moderator):
    mine = factories.edit(article, "By the moderator.\n", section="0", author=moderator, tags=(Edit.RISKY,))
    keys = [f"people-{article.current_edit_id}", f"risky-{mine.pk}"]
    answer = moderator_client.post("/moderation/", {"item": keys, "several": "yes", "deed": "done"}, follow=True)
    words = Page(answer).words
    assert "1 item is done." in words and "it is your own" in words


def test_an_edit_is_patrolled_from_recent_changes_and_waits_no_longer(
    reviewer_client: Client, moderator_client: Client
):
    article = factories.article("Asthma")
    edit = factories.edit(article, "Another lead.\n", section="0", author=factories.author("editor", "Eva"))
    listed = Page(reviewer_client.get("/recent?unseen=on"))
    assert "not looked at yet" in listed.words

    compared = Page(reviewer_client.get(f"/compare/previous/{edit.pk}"))
    assert "I have looked at it" in compared.source
    answer = reviewer_client.post("/patrol", {"edit": [edit.pk, article.current_edit_id], "deed": "look"})

    assert answer.status_code == 303
    assert "not looked at yet" not in Page(reviewer_client.get("/recent")).words
    assert waiting(moderator_client) == 0

    reviewer_client.post("/patrol", {"edit": [edit.pk], "deed": "look_away"})
    assert waiting(moderator_client) == 1
