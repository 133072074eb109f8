"""Somebody leaves for good: what they published stays under a pseudonym, and what else was kept of them goes."""

import pytest
from django.db import connection
from django.utils import timezone

from articles import editing, logbook, topics
from articles.models import (
    Address,
    ApproverGroup,
    Author,
    ChosenTopics,
    Draft,
    Edit,
    PageStamp,
    Proposal,
    Submission,
    Visit,
)
from articles.moderation import looking_up, parting
from articles.reviewing import deciding
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def part(author: Author) -> str:
    name = parting.new_pseudonym()
    parting.part(account_id=author.account_id, pseudonym=name)
    return name


def test_a_pseudonym_is_nobodys_and_says_what_it_is():
    first, second = parting.new_pseudonym(), parting.new_pseudonym()
    assert first != second and first.startswith("Former member ") and len(first) == len("Former member 7F3KQ2")


def test_edits_stay_and_are_signed_by_the_pseudonym(article, editor):
    name = part(editor)
    edits = Edit.objects.select_related("author")
    assert {edit.signature for edit in edits} == {name} and edits[0].author.account_id == editor.account_id


def test_what_was_typed_and_sent_and_from_where_goes(article, editor, contributor):
    for author in (editor, contributor):
        factories.draft(article, author)
        editing.receive(title="Asthma", base="x", section="0", text="In vain.\n", author=author, address="192.0.2.7")
        topics.choose(author=author, names=["Lungs"])
    part(editor)
    for model in (Draft, Submission, Address, ChosenTopics):
        assert set(model.objects.values_list("author", flat=True)) == {contributor.pk}


def test_where_somebody_looked_their_address_up_it_is_erased_and_others_are_not(article, editor, moderator):
    for address, author in (("192.0.2.7", editor), ("192.0.2.8", moderator)):
        editing.receive(title="Asthma", base=address, section="0", text="x", author=author, address=address)
        looking_up.look_up(who=address, by=moderator.account, why="a test")
    part(editor)
    assert [entry.personal for entry in logbook.about("address")] == [{"name": "192.0.2.8/32"}, None]
    assert logbook.verify() is None


def test_when_they_last_looked_at_recent_changes_goes(editor):
    with unlocked("a visit"):
        Visit.objects.create(account_id=editor.account_id, seen=0, newest=0, when=timezone.now())
    part(editor)
    assert not Visit.objects.exists()


def test_no_rule_waits_for_who_has_left(reviewer, moderator):
    with unlocked("a group with members"):
        group = ApproverGroup.objects.create(name="Nurses")
        group.members.set([reviewer, moderator])
    part(reviewer)
    assert [*group.members.all()] == [moderator]


def test_proposals_that_wait_stay_and_those_returned_are_withdrawn(article, contributor, reviewer):
    waiting = factories.proposal(article, contributor)
    returned = factories.proposal(article, contributor, "Another.\n")
    deciding.ask_for_changes(proposal=returned, user=reviewer.account, author=reviewer, text="Says who?")
    part(contributor)
    states = dict(Proposal.objects.values_list("pk", "state"))
    assert states == {waiting.pk: "waiting", returned.pk: "withdrawn"}


def test_the_log_names_the_pseudonym_and_still_verifies(editor):
    target = f"account:{editor.account_id}"
    logbook.record(who=None, what="test", target=target, personal={"name": editor.name, "before": "a@example.org"})
    logbook.record(who=None, what="test", target="account:999999", personal={"name": "Grace"})
    name = part(editor)
    assert {str(entry.personal) for entry in logbook.about(target)} == {str({"name": name})}
    assert logbook.about("account:999999")[0].subject == "Grace" and logbook.verify() is None


def test_every_page_is_made_anew_where_the_name_stood(article, editor):
    part(editor)
    assert PageStamp.objects.filter(path="").exists()


def test_so_it_is_where_somebody_only_approved_with_others_or_was_named_as_a_reason(article, contributor):
    part(contributor)
    assert PageStamp.objects.filter(path="").exists()


def test_whose_account_never_wrote_anything_may_leave(db):
    parting.part(account_id=factories.user().pk, pseudonym="Former member 7F3KQ2")
    assert not Author.objects.filter(name="Former member 7F3KQ2").exists()


@pytest.mark.sqlite
def test_sqlite_overwrites_what_is_deleted(editor):
    part(editor)
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA secure_delete").fetchone() == (1,)
