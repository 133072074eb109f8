"""Whose approval a proposal needs: two for what is risky while there are people enough, and whom a rule asks for."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import approving, editing, history
from articles.approving import Need
from articles.editing import AlreadyDecided
from articles.models import Approval, ApproverGroup, ApproverRule, Article, Edit, LogEntry, Proposal
from articles.reviewing import deciding, proposed, proposing, tags, waiting
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

TEXT = "Lead.\n\n## One\n\nTake 5 mg.\n\n## Two\n\nTake 6 mg.\n\n## Three\n\nDust.\n\n[[Category:Heart]]\n"
RISKY = TEXT.replace("5 mg", "50 mg")


@pytest.fixture
def aspirin(editor) -> Article:
    return factories.article("Aspirin", TEXT, author=editor)


@pytest.fixture
def two(settings) -> None:
    settings.WIKI_RISK_APPROVERS = "2"


def propose(article, author, text=RISKY, **fields) -> Proposal:
    return factories.proposal(article, author, text, section="", **fields)


def accept(proposal, reviewer, **fields):
    fresh = Proposal.objects.get(pk=proposal.pk)
    seen = {"base": str(proposed.current_id_of(fresh)), "seen": proposed.seen_of(fresh)} | fields
    return deciding.accept(proposal=fresh, user=reviewer.account, author=reviewer, **seen)


def accept_parts(proposal, reviewer, *decisions):
    fresh = Proposal.objects.get(pk=proposal.pk)
    who = {"user": reviewer.account, "author": reviewer, "base": str(proposed.current_id_of(fresh))}
    return deciding.accept_parts(proposal=fresh, decisions=decisions, reason="why", **who)


def take_back(proposal, reviewer) -> None:
    deciding.take_approval_back(proposal=proposal, user=reviewer.account, author=reviewer)


def text_of(article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def rule(number=1, *, kinds=(), one_of_each=False, **place) -> ApproverRule:
    with unlocked("the page of the rules has its own tests"):
        return ApproverRule.objects.create(number=number, kinds=list(kinds), one_of_each=one_of_each, **place)


def group(name, *members) -> str:
    with unlocked("the page of the rules has its own tests"):
        made = ApproverGroup.objects.create(name=name)
        made.members.set(members)
    return f"group:{made.pk}"


# --- Two for a risk ----------------------------------------------------------------------------------------------
def test_the_first_of_two_approvals_is_kept_and_the_second_publishes(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    assert accept(proposal, reviewer, reason="The source says so.") == proposal and text_of(aspirin) == TEXT
    edit = accept(proposal, moderator)
    assert isinstance(edit, Edit) and text_of(aspirin) == RISKY
    assert (edit.author, edit.approver) == (contributor, moderator) and Edit.TOGETHER in edit.tags
    assert [each.author for each in edit.approvals.all()] == [reviewer]


def test_a_first_approval_is_logged_and_what_is_said_beside_it_is_told(aspirin, contributor, reviewer, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer, reason="The source says so.")
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.who, entry.target) == ("proposal.approve", reviewer.account, "Aspirin")
    assert [remark.text for remark in proposal.remarks.all()] == ["The source says so."]


def test_what_is_harmless_takes_one(aspirin, contributor, reviewer, two):
    assert isinstance(accept(propose(aspirin, contributor, TEXT.replace("Dust", "Mites")), reviewer), Edit)


def test_nobody_approves_twice_nor_their_own(aspirin, reviewer, moderator, two):
    proposal = factories.proposal(aspirin, factories.author("contributor"), RISKY, section="")
    assert accept(proposal, reviewer) == accept(proposal, reviewer) == proposal
    assert Approval.objects.count() == 1 and text_of(aspirin) == TEXT
    with unlocked("a reviewer's own save is published; once it was proposed as a contributor"):
        Proposal.objects.filter(pk=proposal.pk).update(author=moderator)
    with pytest.raises(PermissionDenied):
        accept(proposal, moderator)


def test_an_approval_taken_back_counts_no_more_and_may_be_given_again(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    take_back(proposal, reviewer)
    assert accept(proposal, moderator) == proposal and text_of(aspirin) == TEXT
    assert isinstance(accept(proposal, reviewer), Edit)
    assert list(Approval.objects.values_list("author", "taken_back").filter(taken_back=None)) == [(moderator.pk, None)]


def test_what_is_published_takes_no_approval_back(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    accept(proposal, moderator)
    with pytest.raises(AlreadyDecided):
        take_back(proposal, reviewer)


def test_who_is_no_reviewer_approves_nothing(aspirin, contributor, editor, two):
    with pytest.raises(PermissionDenied):
        accept(propose(aspirin, contributor), editor)


def test_a_newer_text_begins_without_approvals(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    newer = propose(aspirin, contributor, TEXT.replace("5 mg", "500 mg"), instead_of=proposal)
    assert accept(newer, moderator) == newer and text_of(aspirin) == TEXT


def test_a_text_that_the_second_changes_needs_the_first_again(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    better = TEXT.replace("5 mg", "15 mg")
    assert accept(proposal, moderator, text=better) == proposal and text_of(aspirin) == TEXT
    proposal.refresh_from_db()
    assert (proposal.blob.text, proposal.sent_blob.text, proposal.amended_by) == (better, RISKY, moderator)
    assert [each.is_void for each in proposed.approvals_of(proposal).kept] == [True, False]
    edit = accept(proposal, reviewer)
    assert text_of(aspirin) == better and {tags.AMENDED, Edit.TOGETHER} <= {*edit.tags}


@pytest.mark.parametrize("decision", [{}, {"text": TEXT.replace("5 mg", "25 mg")}])
def test_nobody_decides_on_a_text_that_another_has_changed_since_they_looked(
    aspirin, contributor, reviewer, moderator, two, decision
):
    proposal = propose(aspirin, contributor)
    seen = proposed.seen_of(proposal)
    better = TEXT.replace("5 mg", "15 mg")
    accept(proposal, moderator, text=better)
    with pytest.raises(editing.ArticleMovedOn):
        accept(proposal, reviewer, seen=seen, **decision)
    assert text_of(aspirin) == TEXT and Proposal.objects.get().blob.text == better


@pytest.mark.parametrize(
    "decide", [lambda *who: accept(*who, seen=""), lambda *who: accept_parts(*who, "accept", "hold")]
)
def test_who_does_not_say_what_they_saw_has_not_seen_what_another_made_of_it(
    aspirin, contributor, reviewer, moderator, two, decide
):
    proposal = propose(aspirin, contributor)
    accept(proposal, moderator, text=RISKY.replace("6 mg", "60 mg"))
    with pytest.raises(editing.ArticleMovedOn):
        decide(proposal, reviewer)
    assert text_of(aspirin) == TEXT


def test_a_text_that_is_changed_while_it_is_let_through_is_not(aspirin, contributor, moderator, two, monkeypatch):
    proposal, better, save = propose(aspirin, contributor), TEXT.replace("5 mg", "15 mg"), editing.save

    def changed_first(change, **options):
        monkeypatch.setattr(editing, "save", save)
        accept(proposal, moderator, text=better)
        return save(change, **options)

    monkeypatch.setattr(editing, "save", changed_first)
    with pytest.raises(editing.ArticleMovedOn):
        accept(proposal, factories.author("reviewer"))
    assert text_of(aspirin) == TEXT and Proposal.objects.get().blob.text == better


def test_an_approval_counts_for_the_place_that_was_approved(aspirin, contributor, reviewer, moderator, two):
    dose = "## One\n\nTake 50 mg.\n"
    proposal = factories.proposal(aspirin, contributor, dose, section="One")
    accept(proposal, reviewer)
    assert accept(proposal, moderator, text=dose, onto="") == proposal and text_of(aspirin) == TEXT
    now = Proposal.objects.get()
    assert (now.section, now.section_title, now.amended_by) == ("", "", moderator)
    assert [each.is_void for each in proposed.approvals_of(now).kept] == [True, False]


def test_an_approval_taken_back_in_the_moment_of_publishing_counts_no_more(
    aspirin, contributor, reviewer, moderator, two, monkeypatch
):
    proposal, write = propose(aspirin, contributor), editing.writing.write
    accept(proposal, reviewer)

    def taken_back_first(ready):
        take_back(proposal, reviewer)
        return write(ready)

    monkeypatch.setattr(editing.writing, "write", taken_back_first)
    with pytest.raises(editing.ArticleMovedOn):
        accept(proposal, moderator)
    assert text_of(aspirin) == TEXT


def test_parts_count_likewise(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor, RISKY.replace("6 mg", "60 mg"))
    assert accept_parts(proposal, reviewer, "accept", "hold") == proposal
    assert accept_parts(proposal, moderator, "hold", "accept") == proposal  # Another part.
    edit = accept_parts(proposal, moderator, "accept", "decline")
    assert isinstance(edit, Edit) and text_of(aspirin) == RISKY
    assert [each.author for each in edit.approvals.all()] == [reviewer] and not waiting.queue()


def test_a_harmless_part_of_a_risky_proposal_takes_one(aspirin, contributor, reviewer, two):
    proposal = propose(aspirin, contributor, RISKY.replace("Dust", "Mites"))
    assert isinstance(accept_parts(proposal, reviewer, "hold", "accept"), Edit)
    assert text_of(aspirin) == TEXT.replace("Dust", "Mites")


@pytest.mark.django_db(transaction=True)
def test_two_who_approve_at_the_same_moment_publish(aspirin, contributor, two, at_once):
    proposal = propose(aspirin, contributor)
    people = [factories.author("reviewer"), factories.author("reviewer")]
    outcomes = at_once(lambda person: accept(proposal, person), people)
    assert text_of(aspirin) == RISKY, outcomes


def test_the_approval_of_who_is_no_reviewer_any_more_counts_not(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    with unlocked("an account is closed in the accounts"):
        type(reviewer.account).objects.filter(pk=reviewer.account_id).update(is_active=False)
    assert accept(proposal, moderator) == proposal and text_of(aspirin) == TEXT


def test_the_approval_of_who_is_blocked_meanwhile_counts_not(aspirin, contributor, reviewer, moderator, two):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    factories.block(reviewer.name, level="edit", page="Aspirin")
    assert accept(proposal, moderator) == proposal and text_of(aspirin) == TEXT


# --- How many ----------------------------------------------------------------------------------------------------
def signed_in(number: int, days: int = 1, role: str = "reviewer") -> None:
    for _ in range(number):
        account = factories.user(role)
        account.last_login = timezone.now() - timedelta(days=days)
        account.save(update_fields=["last_login"])


@pytest.mark.parametrize(
    ("people", "needed"),
    [((3,), 2), ((2,), 1), ((5, 31), 1), ((3, 29), 2), ((5, 1, "editor"), 1), ((3, 1, "administrator"), 2), ((0,), 1)],
)
def test_by_itself_two_are_asked_for_while_three_others_are_active(aspirin, contributor, people, needed):
    proposal = propose(aspirin, contributor)
    signed_in(*people)
    [(need, missing)] = proposed.approvals_of(proposal).needs
    assert (need.number, missing) == (needed, needed) and "the last 30 days" in need.why


def test_who_edited_lately_is_active_and_its_author_is_none_of_the_others(aspirin, reviewer, moderator, administrator):
    signed_in(1)
    proposal = propose(aspirin, factories.author("contributor"))
    assert approving.active_others(proposal) == 1
    for author in (reviewer, moderator):
        factories.edit(aspirin, f"By {author.name}.\n", section="0", author=author)
    assert approving.active_others(proposal) == 3
    with unlocked("a reviewer's own proposal"):
        Proposal.objects.filter(pk=proposal.pk).update(author=reviewer)
    assert approving.active_others(Proposal.objects.get(pk=proposal.pk)) == 2


def test_where_only_administrators_publish_others_do_not_count(aspirin, contributor):
    proposal = propose(aspirin, contributor)
    signed_in(5)
    with unlocked("protecting has its own tests"):
        Article.objects.filter(pk=aspirin.pk).update(edit_protection="administrator")
    assert approving.active_others(Proposal.objects.get(pk=proposal.pk)) == 0


@pytest.mark.parametrize(("setting", "number"), [("1", 1), ("2", 2)])
def test_a_site_may_ask_for_one_or_two_whoever_is_there(aspirin, contributor, settings, setting, number):
    settings.WIKI_RISK_APPROVERS = setting
    signed_in(0 if setting == "2" else 5)
    [(need, _missing)] = proposed.approvals_of(propose(aspirin, contributor)).needs
    assert need.number == number and need.why


def test_of_what_is_harmless_nothing_has_to_be_told(aspirin, contributor):
    proposal = propose(aspirin, contributor, TEXT.replace("Dust", "Mites"))
    assert not proposed.approvals_of(proposal).is_worth_telling


# --- Rules -------------------------------------------------------------------------------------------------------
HARMLESS = TEXT.replace("Dust", "Mites")


def test_a_rule_for_a_topic_asks_for_so_many_of_certain_people(aspirin, contributor, reviewer, moderator):
    nurse, physician = factories.author("reviewer"), factories.author("reviewer")
    rule(2, kinds=[group("nurses", nurse), group("physicians", physician)], category="heart")
    proposal = propose(aspirin, contributor, HARMLESS)
    assert accept(proposal, reviewer) == accept(proposal, nurse) == proposal and text_of(aspirin) == TEXT
    [_one, (need, missing)] = proposed.approvals_of(proposal).needs
    assert missing == 1 and "2 approvals by nurses or physicians" in need.why
    assert isinstance(accept(proposal, physician), Edit) and text_of(aspirin) == HARMLESS


def test_a_rule_may_ask_for_one_of_each(aspirin, contributor):
    nurses = [factories.author("reviewer"), factories.author("reviewer")]
    physician = factories.author("reviewer")
    kinds = [group("nurses", *nurses), group("physicians", physician)]
    rule(2, kinds=kinds, one_of_each=True, category="Heart")
    proposal = propose(aspirin, contributor, HARMLESS)
    assert accept(proposal, nurses[0]) == accept(proposal, nurses[1]) == proposal
    assert isinstance(accept(proposal, physician), Edit)


def test_whoever_changed_the_text_is_not_among_those_a_rule_asks_for(aspirin, contributor, reviewer, moderator):
    rule(1, kinds=["reviewer"], category="Heart")
    proposal = propose(aspirin, contributor, HARMLESS)
    own = HARMLESS.replace("Mites", "Mites of my own")
    assert accept(proposal, reviewer, text=own) == proposal and text_of(aspirin) == TEXT
    assert accept(proposal, reviewer) == proposal and text_of(aspirin) == TEXT
    [_one, (_need, missing)] = proposed.approvals_of(Proposal.objects.get()).needs
    assert missing == 1
    edit = accept(proposal, moderator)
    assert isinstance(edit, Edit) and text_of(aspirin) == own


def test_a_rule_for_a_protection_asks_for_roles(aspirin, contributor, reviewer, moderator):
    with unlocked("protecting has its own tests"):
        Article.objects.filter(pk=aspirin.pk).update(edit_protection="editor")
    rule(1, kinds=["moderator"], level="editor")
    proposal = propose(aspirin, contributor, HARMLESS)
    assert accept(proposal, reviewer) == proposal
    assert isinstance(accept(proposal, moderator), Edit)


@pytest.mark.parametrize("place", [{"category": "Lungs"}, {"level": "reviewer"}])
def test_a_rule_for_something_else_asks_for_nothing(aspirin, contributor, reviewer, place):
    rule(3, **place)
    assert isinstance(accept(propose(aspirin, contributor, HARMLESS), reviewer), Edit)


@pytest.mark.parametrize("role", ["editor", "reviewer", "administrator"])
def test_where_a_rule_holds_nobody_publishes_alone_and_the_proposal_says_so(aspirin, role, request):
    rule(1, category="Heart")
    proposal = propose(aspirin, request.getfixturevalue(role), HARMLESS)
    assert proposal.why_held == ["rule"] and text_of(aspirin) == TEXT


def test_a_new_page_of_the_topic_is_under_the_rule_as_well(editor, reviewer, contributor):
    rule(2, category="Heart")
    sent = {"title": "Digoxin", "base": "0", "section": "", "text": TEXT}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    assert accept(proposal, reviewer) == proposal
    assert proposing.submit(user=editor.account, author=editor, **sent).why_held == ["rule"]


def test_without_a_rule_one_query_tells_so(at_most_queries):
    with at_most_queries(1):
        assert approving.rules_for(None, "Aspirin") == []


@pytest.mark.parametrize(
    ("need", "given", "missing"),
    [
        (Need(1), [], 1),
        (Need(1), [frozenset()], 0),
        (Need(2, kinds=("a", "b")), [frozenset("a"), frozenset()], 1),
        (Need(2, kinds=("a", "b")), [frozenset("a"), frozenset("a")], 0),
        (Need(1, kinds=("a", "b"), one_of_each=True), [frozenset("a")], 1),
        (Need(2, kinds=("a", "b"), one_of_each=True), [frozenset("ab")], 1),
    ],
)
def test_so_many_are_missing(need, given, missing):
    assert need.missing(given) == missing


def test_the_history_names_all_who_approved(aspirin, contributor, reviewer, moderator, two, at_most_queries):
    proposal = propose(aspirin, contributor)
    accept(proposal, reviewer)
    accept(proposal, moderator)
    article = Article.objects.get(pk=aspirin.pk)
    with at_most_queries(2):
        [newest, first] = history.edits_of(article).rows
        assert [each.name for each in newest.approvers] == [moderator.name, reviewer.name] and not first.approvers
