"""All that is kept of one person is in their file, and nothing that anybody else wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from articles import editing, logbook, remarks, topics
from articles.models import Author, Edit
from articles.moderation import hiding
from articles.reviewing import deciding, proposed, proposing
from tests import factories
from wiki.accounts import roles
from wiki.accounts.models import User
from wiki.exports import own_data
from wiki.notifications import telling, wishes

pytestmark = pytest.mark.django_db

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "own-data.md"
OTHERS = "thylacinish"
# Where each thing that points at a person is in the file, or why it isn't.
PLACES = {
    "articles.Author.account": "account",
    "articles.Edit.author": "edits",
    "articles.Edit.approver": "edits_let_through",
    "articles.Proposal.author": "proposals",
    "articles.Proposal.decided_by": "proposals_decided_or_looked_at",
    "articles.Proposal.looked_at_by": "proposals_decided_or_looked_at",
    "articles.Proposal.amended_by": "proposals_amended",
    "articles.Approval.author": "approvals",
    "articles.ApproverGroup.members": "approver_groups",
    "articles.Remark.author": "remarks",
    "articles.Remark.settled_by": "remarks_settled",
    "articles.Patrol.by": "edits_looked_at",
    "articles.Visit.account": "account",
    "articles.Settled.by": "settled_in_the_inbox",
    "articles.Draft.author": "drafts",
    "articles.Submission.author": "sent_texts",
    "articles.FilterHit.author": "filter_hits",
    "articles.FilterHit.looked_at_by": "settled_in_the_inbox",
    "articles.ChosenTopics.author": "topics",
    "articles.Block.author": "blocks",
    "articles.Block.by": "log",  # Each block made is a line of it.
    "articles.Quarantine.by": "log",  # Each is a line of it.
    "cases.Case.taken_by": "log",  # Who takes one has a line of it.
    "articles.Address.author": "network_addresses",
    "articles.LogEntry.who": "log",
    "wording.Wording.who": "log",  # Each change is a line of it.
    "notifications.Notification.account": "notifications",
    "notifications.Notification.by": "remarks",  # Others' lists tell what this person did, which is in theirs.
    "notifications.MailWish.account": "account",
    "mfa.Authenticator.user": "second_factors",
    "admin.LogEntry.user": "administration",
    "reversion.Revision.user": "edits",  # One beside each edit, which says no more.
    "account.EmailAddress.user": "account",  # No rows: the account's own field is the one place.
}


def of(user: User) -> dict[str, Any]:
    return json.loads("".join(own_data.as_json(user)))


@pytest.fixture
def ada() -> Author:
    return factories.author("reviewer", "Ada")


def test_whatever_points_at_a_person_has_its_place_in_the_file():
    pointing = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model in (Author, User)
    }
    assert pointing == PLACES.keys()
    assert set(PLACES.values()) <= own_data.LISTS.keys() | {"account"}


@pytest.mark.parametrize("name", [*own_data.LISTS, "account", "made", "site"])
def test_each_list_is_told_of_in_the_document(name: str):
    assert f"`{name}`" in DOCUMENT.read_text()


def test_each_thing_of_a_person_is_there(ada, contributor):
    article = factories.article("Asthma", author=ada, summary="begun")
    decided = factories.proposal(article, contributor)
    asked = remarks.say(proposal=decided, author=ada, text="Says who?")
    remarks.settle(proposal=decided, number=asked.pk, author=ada)
    deciding.decline(proposal=decided, user=ada.account, author=ada, reason="No.")
    factories.draft(article, ada, "Half a sentence.\n")
    editing.receive(title="Asthma", base="x", section="0", text="In vain.\n", author=ada, address="192.0.2.7")
    topics.choose(author=ada, names=["Lungs"])
    wishes.choose(ada.account_id, wanted=["said"], digest=True)
    factories.authenticator_app(ada.account)
    roles.give(ada.account, "editor", why="a test")
    Client().force_login(ada.account)

    found = of(ada.account)
    assert [(edit["page"], edit["summary"]) for edit in found["edits"]] == [("Asthma", "begun")]
    assert [each["reason"] for each in found["proposals_decided_or_looked_at"]] == ["No."]
    assert [each["text"] for each in found["remarks"]] == ["Says who?"] and len(found["remarks_settled"]) == 1
    assert [each["text"] for each in found["drafts"]] == ["Half a sentence.\n"]
    assert [each["text"] for each in found["sent_texts"]] == ["In vain.\n"]
    assert [each["address"] for each in found["network_addresses"]] == ["192.0.2.7"]
    assert found["topics"][0]["categories"] == ["Lungs"] and found["account"]["daily_digest"] is True
    assert {each["kind"] for each in found["second_factors"]} == {"totp", "recovery_codes"}
    assert len(found["sessions"]) == 1
    assert "account.role" in [line["what"] for line in found["log"]]


def test_proposals_come_with_their_text_and_what_became_of_them(article, contributor, reviewer):
    proposal = factories.proposal(article, contributor, "Mine.\n")
    deciding.ask_for_changes(proposal=proposal, user=reviewer.account, author=reviewer, text=OTHERS)
    telling.tell_about(proposal, what="returned", by=reviewer)
    found = of(contributor.account)
    assert [(each["text"], each["state"]) for each in found["proposals"]] == [("Mine.\n", "returned")]
    assert [each["kind"] for each in found["notifications"]] == ["returned"]
    assert OTHERS not in json.dumps(found)  # A reviewer's remark is the reviewer's.


def test_of_an_amended_proposal_its_author_gets_what_they_sent(article, contributor, reviewer):
    proposal = factories.proposal(article, contributor, "Mine.\n")
    deciding.accept(
        proposal=proposal,
        user=reviewer.account,
        author=reviewer,
        base=str(proposed.current_id_of(proposal)),
        text=f"Mine, {OTHERS}.\n",
    )
    assert [each["text"] for each in of(contributor.account)["proposals"]] == ["Mine.\n"]


def test_what_filters_found_of_a_person_is_there(article, contributor):
    factories.filter_on(action="hold", added_words="buy")
    base = str(article.current_edit_id)
    sent = {"title": article.full_title, "base": base, "section": "0", "text": "Buy.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    (hit,) = of(contributor.account)["filter_hits"]
    assert (hit["page"], hit["what_it_did"], hit["became_proposal"]) == (article.full_title, "hold", proposal.pk)


def test_what_is_hidden_is_hidden_here_too(article, ada, moderator):
    edit = factories.edit(article, f"{OTHERS}.\n", section="0", author=ada, summary=OTHERS)
    factories.edit(article, "Better.\n", section="0")
    hiding.hide(edit=Edit.objects.get(pk=edit.pk), text=True, summary=True, author=True, by=moderator.account, why="x")
    found = of(ada.account)
    assert [each["summary"] for each in found["edits"]] == [None] and OTHERS not in json.dumps(found)


def test_no_secret_is_in_it(ada):
    key = factories.authenticator_app(ada.account)
    found = json.dumps(of(ada.account))
    assert key not in found and ada.account.password not in found


def test_who_has_done_nothing_gets_empty_lists_and_nothing_of_others(article, ada, contributor):
    factories.proposal(article, contributor)
    logbook.record(who=ada.account, what="test", target="x")
    found = of(factories.user(name="Grace"))
    assert [name for name in own_data.LISTS if found[name]] == []
