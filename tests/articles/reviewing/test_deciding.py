"""Proposals are decided once, by those who may, and published through the write door."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from articles import basing, editing, logbook, remarks, writing
from articles.editing import AlreadyDecided, EditConflict
from articles.models import Edit, LogEntry, Proposal, TextBlob
from articles.reviewing import deciding, proposed, proposing, tags, waiting
from articles.signals import proposal_changed
from articles.text import comparing
from tests import factories, locks
from tests.articles.reviewing.proposals import accept, amend, decline, person_of, protect, submit, text_of
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


# --- Deciding ----------------------------------------------------------------------------------------------------
def test_an_accepted_proposal_is_an_edit_by_its_author_accepted_by_the_reviewer(
    article, proposal, contributor, reviewer
):
    edit = accept(proposal, reviewer)
    proposal.refresh_from_db()
    assert (edit.author, edit.approver, edit.kind, edit.summary) == (contributor, reviewer, "accept", "clearer")
    assert (proposal.state, proposal.edit, proposal.decided_by) == ("accepted", edit, reviewer)
    assert text_of(article) == factories.TEXT.replace("A lead about the lungs.\n", "Proposed.\n")


def test_an_accepted_article_is_made(contributor, reviewer):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    edit = accept(proposal, reviewer)
    assert (edit.article.title, edit.author, edit.blob.text) == ("Not there yet", contributor, "New.\n")


def test_accepting_merges_with_what_came_since_to_other_sections(article, proposal, reviewer):
    factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    accept(proposal, reviewer)
    assert text_of(article).startswith("Proposed.\n") and "Cough." in text_of(article)


def test_accepting_what_clashes_with_what_came_since_is_a_conflict(article, proposal, reviewer):
    factories.edit(article, "Theirs.\n", section="0")
    with pytest.raises(EditConflict) as conflict:
        accept(proposal, reviewer)
    assert (conflict.value.clash.mine, conflict.value.clash.theirs) == ("Proposed.\n", "Theirs.\n\n")
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("base", ["", "0", "former", "999999"])
def test_accepting_on_another_base_than_the_current_edit_is_a_conflict(article, proposal, reviewer, base):
    factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    with pytest.raises(editing.ArticleMovedOn):
        accept(proposal, reviewer, base=str(article.current_edit_id) if base == "former" else base)
    assert Proposal.objects.get().state == "waiting" and Edit.objects.count() == 2


def test_accepting_what_is_there_by_now_decides_it_without_an_edit(article, proposal, reviewer):
    current = factories.edit(article, "Proposed.\n", section="0")
    assert accept(proposal, reviewer) == current
    proposal.refresh_from_db()
    assert (proposal.state, proposal.edit, Edit.objects.count()) == ("accepted", None, 2)


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
def test_nobody_accepts_or_declines_their_own_proposal(article, role, request):
    author = request.getfixturevalue(role)
    protect(article, "administrator" if role == "moderator" else "")
    change = editing.Change(article.title, article.current_edit_id, "0", "My own.\n", author)
    own = proposing.propose(change)
    with pytest.raises(PermissionDenied):
        accept(own, author)
    with pytest.raises(PermissionDenied):
        decline(own, author)
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_who_is_no_reviewer_decides_nothing(article, visitor, role, request):
    somebody, proposal = request.getfixturevalue(role), submit(article, visitor)
    with pytest.raises(PermissionDenied):
        accept(proposal, somebody)
    with pytest.raises(PermissionDenied):
        decline(proposal, somebody)
    assert Proposal.objects.get().state == "waiting"


def test_a_declined_proposal_keeps_its_text_and_the_reason(article, proposal, reviewer):
    decline(proposal, reviewer, "No source.")
    kept = Proposal.objects.get()
    assert (kept.state, kept.reason, kept.blob.text) == ("declined", "No source.", "Proposed.\n")
    assert text_of(article) == factories.TEXT


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_nothing_is_declined_without_a_reason(proposal, reviewer, reason):
    with pytest.raises(deciding.ReasonMissing):
        decline(proposal, reviewer, reason)
    assert Proposal.objects.get().state == "waiting"


DECISIONS = {
    "accept": accept,
    "decline": decline,
    "withdraw": lambda proposal, reviewer: proposing.withdraw(proposal=proposal, author=proposal.author),
}


@pytest.mark.parametrize("second", DECISIONS)
@pytest.mark.parametrize("first", DECISIONS)
def test_what_is_decided_is_decided(article, proposal, reviewer, first, second):
    as_seen_before = Proposal.objects.get(pk=proposal.pk)
    DECISIONS[first](proposal, reviewer)
    state = Proposal.objects.get().state
    with pytest.raises((AlreadyDecided, EditConflict)):
        DECISIONS[second](as_seen_before, reviewer)
    assert Proposal.objects.get().state == state
    assert LogEntry.objects.filter(what__startswith="proposal").count() == (first != "withdraw")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("decisions", [("accept", "accept"), ("accept", "decline"), ("decline", "decline")])
def test_of_two_reviewers_at_once_one_decides(article, proposal, decisions, at_once):
    seen = [(each, Proposal.objects.get(pk=proposal.pk), factories.author("reviewer")) for each in decisions]
    outcomes = at_once(lambda one: DECISIONS[one[0]](one[1], one[2]), seen)
    late = [outcome for outcome in outcomes if isinstance(outcome, AlreadyDecided | EditConflict)]
    assert len(late) == 1, outcomes
    assert LogEntry.objects.filter(what__startswith="proposal").count() == 1
    assert Edit.objects.count() == 1 + (Proposal.objects.get().state == "accepted")


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_decisions_are_in_the_log(article, proposal, reviewer, decision):
    DECISIONS[decision](proposal, reviewer)
    entry = LogEntry.objects.get(what=f"proposal.{decision}")
    assert (entry.who, entry.target, entry.after["proposal"]) == (reviewer.account, article.title, proposal.pk)
    assert logbook.verify() is None


def test_a_decision_whose_log_entry_fails_is_none(proposal, reviewer, monkeypatch):
    monkeypatch.setattr(logbook, "record", lambda **entry: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        decline(proposal, reviewer)
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("decision", ["", *DECISIONS])
def test_each_change_of_a_proposal_is_announced(
    article, contributor, reviewer, decision, django_capture_on_commit_callbacks
):
    heard = []

    def listen(*, proposal, **kwargs):
        heard.append(proposal.state)

    proposal_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        proposal = submit(article, contributor)
    with django_capture_on_commit_callbacks(execute=True):
        DECISIONS.get(decision, lambda *people: None)(proposal, reviewer)
    proposal_changed.disconnect(listen)
    states = {"accept": "accepted", "decline": "declined", "withdraw": "withdrawn"}
    assert heard == ["waiting", *([states[decision]] if decision else [])]


# --- Talking -----------------------------------------------------------------------------------------------------
def ask(proposal, reviewer, text="Says who?", **fields):
    return deciding.ask_for_changes(proposal=proposal, user=reviewer.account, author=reviewer, text=text, **fields)


def say(proposal, author, text="The guideline.", **fields):
    return deciding.say(proposal=proposal, user=person_of(author), author=author, text=text, **fields)


def test_a_proposal_given_back_waits_for_its_author_and_not_in_the_queue(proposal, contributor, reviewer):
    ask(proposal, reviewer, line=1)
    assert (proposal.state, waiting.queue(), waiting.count_waiting()) == ("returned", [], 0)
    assert proposed.waiting_of(contributor, proposal.title) == [proposal]
    assert LogEntry.objects.get(what="proposal.changes").why == "Says who?"


def test_its_authors_answer_puts_it_into_the_queue_again(proposal, contributor, reviewer):
    ask(proposal, reviewer)
    say(proposal, reviewer, "I mean the second line.")
    assert proposal.state == "returned"
    say(proposal, contributor)
    assert waiting.queue() == [proposal]


def test_a_new_text_takes_the_place_of_the_one_given_back(article, proposal, contributor, reviewer):
    ask(proposal, reviewer)
    newer = factories.proposal(article, contributor, "Proposed, with a source.\n", instead_of=proposal)
    proposal.refresh_from_db()
    assert (proposal.state, newer.first, waiting.queue()) == ("withdrawn", proposal, [newer])


@pytest.mark.parametrize("decision", [accept, decline])
def test_a_proposal_given_back_may_still_be_decided(proposal, reviewer, decision):
    ask(proposal, reviewer)
    decision(proposal, reviewer)
    assert proposal.state in ("accepted", "declined")


def test_nobody_is_asked_for_nothing(proposal, reviewer):
    with pytest.raises(remarks.CannotSay):
        ask(proposal, reviewer, " ")
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("deed", [ask, say])
def test_who_neither_reviews_nor_wrote_it_has_no_say(proposal, editor, deed):
    with pytest.raises(PermissionDenied):
        deed(proposal, editor)


def test_who_comes_second_is_told_who_looks_at_it(proposal, reviewer, moderator, monkeypatch):
    assert deciding.look(proposal, reviewer) is None
    looking = deciding.look(Proposal.objects.get(), moderator)
    assert looking is not None and looking.name == reviewer.name
    assert deciding.look(Proposal.objects.get(), reviewer) is None


def test_who_looked_a_quarter_of_an_hour_ago_looks_no_more(proposal, reviewer, moderator, monkeypatch):
    deciding.look(proposal, reviewer)
    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(deciding.timezone, "now", lambda: later)
    assert deciding.look(Proposal.objects.get(), moderator) is None
    assert Proposal.objects.get().looked_at_by == moderator


# --- In parts ----------------------------------------------------------------------------------------------------
THREE = "Lead.\n\n## Dose\n\nTake 5 mg.\n\n## Care\n\nRest.\n\n## Course\n\nDays.\n"
CHANGED = THREE.replace("5 mg", "50 mg").replace("Rest.", "Rest well.").replace("Days.", "Weeks.")


@pytest.fixture
def three(editor, contributor) -> Proposal:
    return factories.proposal(factories.article("Flu", THREE, author=editor), contributor, CHANGED, section="")


def accept_parts(proposal, reviewer, *decisions, reason="No source.", seen="") -> Edit:
    return deciding.accept_parts(
        proposal=proposal,
        user=reviewer.account,
        author=reviewer,
        base=str(proposed.current_id_of(Proposal.objects.get(pk=proposal.pk))),
        decisions=decisions,
        reason=reason,
        seen=seen,
    )


def test_of_three_sections_one_is_published_one_waits_on_and_one_is_declined(three, contributor, reviewer):
    edit = accept_parts(three, reviewer, "decline", "accept", "hold")
    assert edit.blob.text == THREE.replace("Rest.", "Rest well.")
    assert (edit.author, edit.approver, three.state) == (contributor, reviewer, "accepted")
    assert tags.IN_PART in edit.tags
    (held,) = waiting.queue()
    assert (held.first, held.author, held.base) == (three, contributor, edit)
    left = comparing.compare(proposed.text_before(held), held.blob.text, context=0).rows
    assert [row.new[0].text for row in left if row.kind == "added"] == ["Weeks.\n"]
    assert [remark.text for remark in remarks.said_about(three)] == ["No source."]


def test_what_was_held_back_is_accepted_later(three, reviewer):
    accept_parts(three, reviewer, "accept", "hold", "hold")
    edit = accept(waiting.queue()[0], reviewer)
    assert edit.blob.text == CHANGED


def test_what_is_held_back_of_a_changed_text_stays_that_of_whoever_changed_it(three, reviewer, moderator):
    sent = three.blob
    with unlocked("two approvals have their own tests"), transaction.atomic():
        Proposal.objects.update(
            blob=editing.kept(CHANGED.replace("Weeks", "Two weeks")), sent_blob=sent, amended_by=moderator
        )
    three.refresh_from_db()
    accept_parts(three, reviewer, "decline", "accept", "hold", seen=proposed.seen_of(three))
    (held,) = waiting.queue()
    assert (held.amended_by, held.sent_blob) == (moderator, sent)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_sends_a_newer_text_while_the_former_is_being_accepted_waits_for_that(
    proposal, reviewer, contributor, monkeypatch
):
    settle = writing._settle

    def send() -> None:
        submit(proposal.article, contributor, "Newer.\n", instead_of=proposal)
        connection.close()

    sends = threading.Thread(target=send, daemon=True)

    def settle_while_it_is_sent(*args):
        sends.start()  # The page is locked and written.
        while sends.is_alive() and not locks.somebody_waits():
            sends.join(0.02)
        return settle(*args)

    monkeypatch.setattr(writing, "_settle", settle_while_it_is_sent)
    accept(Proposal.objects.get(pk=proposal.pk), reviewer)
    sends.join(20)
    assert [(each.state, each.blob.text) for each in Proposal.objects.order_by("pk")] == [
        ("accepted", "Proposed.\n"),
        ("waiting", "Newer.\n"),
    ]


def test_what_somebody_makes_at_once_of_a_part_that_waits_on_stays(three, contributor, reviewer, monkeypatch):
    carried_on = basing.carried_on

    def carried_on_when_it_is_withdrawn(change):
        proposing.withdraw(proposal=Proposal.objects.get(pk=change.proposal.pk), author=contributor)
        return carried_on(change)

    monkeypatch.setattr(basing, "carried_on", carried_on_when_it_is_withdrawn)
    accept_parts(three, reviewer, "decline", "accept", "hold")
    held = Proposal.objects.get(first=three)
    assert (held.state, held.base, held.blob.text) == ("withdrawn", three.base, CHANGED.replace("50 mg", "5 mg"))


def test_a_part_that_was_erased_for_law_waits_on_nowhere(three, reviewer):
    waits_on = CHANGED.replace("Rest well.", "Rest.")
    with unlocked("an erasure has its own tests"), transaction.atomic():
        TextBlob.objects.filter(pk=editing.kept(waits_on).pk).update(codec="erased", data=b"")
    with pytest.raises(editing.TextRefused):
        accept_parts(three, reviewer, "accept", "decline", "hold")
    assert [each.state for each in Proposal.objects.all()] == ["waiting"] and Edit.objects.count() == 1


def test_what_is_held_back_in_one_section_goes_with_that_section(article, contributor, reviewer):
    factories.edit(article, "## Causes\n\nDust is one.\n\nRock is one.\n", section="Causes")
    text = "## Causes\n\nFine Dust is one.\n\nHard Rock is one.\n"
    proposal = factories.proposal(article, contributor, text, section="Causes")
    edit = accept_parts(proposal, reviewer, "accept", "hold")
    (held,) = waiting.queue()
    assert "Fine Dust" in edit.blob.text and "Hard Rock" not in edit.blob.text
    assert held.section == str(edit.section_id) and held.blob.text.rstrip() == text.rstrip()


def test_what_came_since_stays_when_parts_are_accepted(three, reviewer):
    factories.edit(three.article, "Another lead.\n", section="0")
    edit = accept_parts(three, reviewer, "accept", "hold", "hold")
    assert edit.blob.text == THREE.replace("5 mg", "50 mg").replace("Lead.", "Another lead.")
    assert "Another lead." in accept(waiting.queue()[0], reviewer).blob.text


def test_all_parts_accepted_is_an_acceptance(three, reviewer):
    edit = accept_parts(three, reviewer, "accept", "accept", "accept")
    assert edit.blob.text == CHANGED and waiting.queue() == [] and tags.IN_PART not in edit.tags


@pytest.mark.parametrize("decisions", [["hold"] * 3, ["decline"] * 3, ["accept"], ["accept"] * 4, []])
def test_of_parts_at_least_one_is_accepted_and_each_is_decided_on(three, reviewer, decisions):
    with pytest.raises(deciding.NoPartAccepted):
        accept_parts(three, reviewer, *decisions)
    assert Proposal.objects.get().state == "waiting"


def test_a_part_is_declined_with_a_reason(three, reviewer):
    with pytest.raises(deciding.ReasonMissing):
        accept_parts(three, reviewer, "accept", "decline", "accept", reason=" ")
    assert Edit.objects.count() == 1


def test_a_part_that_clashes_leaves_the_proposal_as_it_was(three, reviewer):
    factories.edit(three.article, "## Dose\n\nTake 7 mg.\n", section="Dose")
    with pytest.raises(EditConflict):
        accept_parts(three, reviewer, "accept", "hold", "hold")
    assert [each.state for each in Proposal.objects.all()] == ["waiting"]


# --- Amended -----------------------------------------------------------------------------------------------------
def test_a_text_that_the_reviewer_changed_says_so(proposal, contributor, reviewer):
    edit = amend(proposal, reviewer, "Proposed, with a source.\n")
    assert edit.blob.text.startswith("Proposed, with a source.")
    assert (edit.author, edit.approver, edit.tags) == (contributor, reviewer, [tags.AMENDED])


def test_a_text_as_a_browser_gives_it_back_is_unchanged(proposal, reviewer):
    assert amend(proposal, reviewer, "Proposed.\r\n").tags == []


def test_what_clashes_is_brought_together_by_the_reviewer(article, proposal, reviewer):
    factories.edit(article, "Another lead.\n", section="0")
    with pytest.raises(EditConflict) as clash:
        accept(proposal, reviewer)
    edit = amend(proposal, reviewer, "Another lead, proposed.\n", onto=clash.value.section)
    assert edit.blob.text.startswith("Another lead, proposed.") and "Dust." in edit.blob.text


# --- Several at once ---------------------------------------------------------------------------------------------
def test_several_are_declined_at_once_and_what_can_not_be_is_told(article, proposal, visitor, reviewer):
    second, own = submit(article, visitor, "Of a visitor.\n"), submit(article, visitor, "Another.\n")
    with unlocked("a reviewer's own proposal, of the time before they were one"):
        Proposal.objects.filter(pk=own.pk).update(author=reviewer)
    declined = deciding.decline_all(
        numbers=[proposal.pk, second.pk, own.pk], user=reviewer.account, author=reviewer, reason="Vandalism."
    )
    assert declined == (2, [own])
    assert [each.state for each in Proposal.objects.order_by("pk")] == ["declined", "declined", "waiting"]
    assert LogEntry.objects.filter(what="proposal.decline", why="Vandalism.").count() == 2


def test_several_are_declined_with_a_reason(proposal, reviewer):
    with pytest.raises(deciding.ReasonMissing):
        deciding.decline_all(numbers=[proposal.pk], user=reviewer.account, author=reviewer, reason=" ")
