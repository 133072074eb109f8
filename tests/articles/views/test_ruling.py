"""The page of approver rules: an administrator makes and drops them; what was typed is given back with a refusal."""

import pytest
from django.test import Client

from articles.models import ApproverGroup, ApproverRule, Article, Proposal
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

ADDRESS = "/moderation/approvers"
RULE = {"deed": "rule", "category": "Heart", "number": "2", "reason": "Two eyes miss."}


def test_a_rule_with_a_group_is_made_on_the_page_and_dropped_there(administrator_client: Client, reviewer):
    named = {"deed": "group", "name": "nurses", "members": reviewer.name, "reason": "They know."}
    page = Page(administrator_client.post(ADDRESS, named, follow=True))
    assert f"nurses: {reviewer.name}" in page.words
    kind = f"group:{ApproverGroup.objects.get().pk}"
    page = Page(administrator_client.post(ADDRESS, RULE | {"kinds": kind}, follow=True))
    assert "asks for 2 approvals by nurses." in page.words and page.faults() == []
    dropped = {"deed": "drop", "number": ApproverRule.objects.get().pk, "reason": "Too slow."}
    assert "There is none" in Page(administrator_client.post(ADDRESS, dropped, follow=True)).words


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (RULE | {"reason": ""}, "Say why"),
        (RULE | {"level": "editor"}, "a rule is for one of them"),
        ({"deed": "group", "name": "nurses", "members": "Nobody", "reason": "x"}, "There is no account of the name"),
        ({"deed": "drop", "number": "99", "reason": "x"}, "not there any more"),
    ],
)
def test_a_refusal_says_why_and_gives_back_what_was_typed(administrator_client: Client, sent, says):
    answer = administrator_client.post(ADDRESS, sent)
    page = Page(answer)
    assert answer.status_code == 422 and says in page.words
    typed = [field.get("value") for field in page.all("input")] + [box.text for box in page.all("textarea")]
    assert any((sent.get("category") or sent.get("name") or sent.get("number")) in (each or "") for each in typed)
    assert not ApproverRule.objects.exists()


def test_a_proposal_under_a_rule_says_which_and_what_is_missing(
    administrator_client: Client, editor_client: Client, reviewer_client: Client, editor
):
    article = factories.article("Aspirin", "Lead.\n\n[[Category:Heart]]\n", author=editor)
    administrator_client.post(ADDRESS, RULE)
    sent = {"text": "A better lead.\n", "base": article.current_edit_id, "section": "0"}
    address = editor_client.post("/edit/Aspirin", sent)["Location"]
    page = Page(reviewer_client.get(address))
    assert "The rule for the topic “Heart” asks for 2 approvals. 2 are still missing." in page.words
    reviewer_client.post(address, page.fields(decision="accept"))
    assert Proposal.objects.get().is_undecided
    answer = administrator_client.post(address, Page(administrator_client.get(address)).fields(decision="accept"))
    assert answer["Location"].startswith("/wiki/Aspirin")
    assert Article.objects.get(title="Aspirin").text.text.startswith("A better lead.")
