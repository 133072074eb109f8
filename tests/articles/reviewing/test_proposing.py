"""A change is sent: kept, published where its author may, and gone on with."""

import pytest
from django.core.exceptions import PermissionDenied

from articles import editing, limits, outlines
from articles.editing import BaseMissing, EditConflict, TextRefused, TitleRefused
from articles.models import Address, Article, Edit, Proposal, Submission
from articles.moderation import deleting
from articles.reviewing import proposed, proposing
from tests import factories
from tests.articles.reviewing.proposals import decline, protect, submit, text_of

pytestmark = pytest.mark.django_db


# --- Submitting --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["visitor", "contributor"])
def test_what_a_visitor_or_a_contributor_sends_waits_and_readers_see_nothing_of_it(article, role, request):
    proposal = submit(article, request.getfixturevalue(role), summary="clearer", minor=True)
    assert isinstance(proposal, Proposal)
    assert (proposal.state, proposal.blob.text, proposal.summary, proposal.minor) == (
        "waiting",
        "Proposed.\n",
        "clearer",
        True,
    )
    assert (proposal.article, proposal.base, proposal.section) == (article, article.current_edit, "0")
    assert text_of(article) == factories.TEXT and Edit.objects.count() == 1


@pytest.mark.parametrize("role", ["editor", "reviewer", "moderator", "administrator"])
def test_what_an_editor_and_up_sends_is_published(article, role, request):
    edit = submit(article, request.getfixturevalue(role))
    assert isinstance(edit, Edit) and text_of(article).startswith("Proposed.\n")


@pytest.mark.parametrize(
    ("role", "setting", "value"),
    [("visitor", "WIKI_ANONYMOUS_EDITS", "publish"), ("contributor", "WIKI_CONTRIBUTOR_EDITS", "publish")],
)
def test_a_wiki_may_let_everybody_publish(article, role, setting, value, settings, request):
    setattr(settings, setting, value)
    assert isinstance(submit(article, request.getfixturevalue(role)), Edit)


def test_a_wiki_may_take_nothing_from_visitors(article, visitor, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    with pytest.raises(proposing.NotAllowed):
        submit(article, visitor)
    assert Submission.objects.get().text == "Proposed.\n"


def test_a_protected_article_takes_proposals_only(article, editor):
    protect(article, "reviewer")
    assert isinstance(submit(article, editor), Proposal)


def test_an_article_for_administrators_takes_no_proposals(article, moderator):
    protect(article, "administrator")
    with pytest.raises(proposing.NotAllowed):
        submit(article, moderator)


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_a_double_click_leads_to_the_same(article, role, request):
    author = request.getfixturevalue(role)
    assert submit(article, author) == submit(article, author)
    assert Proposal.objects.count() + Edit.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", ["visitor", "contributor", "editor"])
def test_four_clicks_at_once_lead_to_the_same(article, role, request, at_once):
    author = request.getfixturevalue(role)
    outcomes = at_once(lambda _number: submit(article, author), [1, 2, 3, 4])
    assert len({(type(outcome), outcome.pk) for outcome in outcomes}) == 1, outcomes
    assert Proposal.objects.count() + Edit.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "fields", "error"),
    [
        ("Mine.\n", {"base": ""}, BaseMissing),
        ("Mine.\n", {"base": "999999"}, BaseMissing),
        ("Mine.\n", {"section": "No_such"}, EditConflict),
        ("Mine.\n", {"title": "A#b", "base": "0"}, TitleRefused),
        ("[" * 10_000, {}, TextRefused),
        ("Damaged \ufffd.\n", {}, TextRefused),
    ],
)
def test_what_could_not_be_saved_is_not_kept_as_a_proposal_but_as_a_submission(
    article, contributor, text, fields, error
):
    with pytest.raises(error):
        submit(article, contributor, text, **fields)
    assert not Proposal.objects.exists()
    assert Submission.objects.get().text == text


def test_what_no_article_can_hold_is_given_back_and_not_kept(article, contributor):
    with pytest.raises(editing.TextTooLarge):
        submit(article, contributor, "x" * (512 * 1024 + 1))
    assert not Submission.objects.exists()


def test_a_proposal_that_changes_nothing_is_none(article, contributor):
    assert submit(article, contributor, factories.TEXT, section="") == article.current_edit
    assert not Proposal.objects.exists()


def test_a_proposal_that_clashes_already_is_a_conflict(article, contributor):
    factories.edit(article, "Theirs.\n", section="0")
    with pytest.raises(EditConflict) as conflict:
        submit(article, contributor)
    assert (conflict.value.clash.mine, conflict.value.clash.theirs) == ("Proposed.\n", "Theirs.\n\n")


@pytest.mark.parametrize("role", ["contributor", "editor"])
def test_an_outline_that_nobody_has_filled_is_neither_saved_nor_proposed(request, role):
    author = request.getfixturevalue(role)
    sent = {"title": "Gout", "base": "0", "section": "", "text": outlines.text_of("disease", "Gout")}
    with pytest.raises(TextRefused, match="under a heading"):
        proposing.submit(user=author.account, author=author, **sent)
    assert Submission.objects.get().title == "Gout" and not Article.objects.exists()


def test_an_outline_for_a_title_that_was_deleted_is_refused_as_well(article, editor):
    deleting.delete([article], by=None, why="a test")
    text = outlines.text_of("disease", article.title)
    with pytest.raises(TextRefused, match="under a heading"):
        proposing.submit(user=editor.account, author=editor, title=article.title, base="0", section="", text=text)


def test_a_new_article_can_be_proposed(contributor):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    assert (proposal.article, proposal.base, proposed.title_of(proposal)) == (None, None, "Not there yet")
    assert not Article.objects.exists()


def test_the_address_a_visitor_sent_from_is_in_a_table_of_its_own(article, visitor):
    submit(article, visitor, address="192.0.2.1")
    assert Address.objects.get().address == "192.0.2.1"


@pytest.mark.parametrize(("role", "times"), [("visitor", 8), ("contributor", 8), ("editor", 90), ("moderator", 90)])
def test_so_many_a_minute_are_taken_and_no_more(article, role, times, request, monkeypatch):
    author, taken = request.getfixturevalue(role), []
    monkeypatch.setattr(limits, "take", lambda key, **limit: taken.append((key, limit)))
    submit(article, author, address="192.0.2.1")
    key = "edit:192.0.2.1" if author.is_visitor else f"edit:{author.pk}"
    assert taken == [(key, {"times": times, "seconds": 60})]


def test_the_ninth_of_a_contributor_in_a_minute_is_refused(article, contributor):
    proposals = [submit(article, contributor, f"Proposed {number}.\n") for number in range(8)]
    with pytest.raises(limits.TooOften) as too_often:
        submit(article, contributor, "One too many.\n")
    assert len({proposal.pk for proposal in proposals}) == 8
    assert 0 < too_often.value.retry_after <= 60


def test_the_ninth_of_an_address_in_a_minute_is_refused_whoever_sends_it(article):
    proposals = [submit(article, factories.visitor(), f"{n}.\n", address="192.0.2.1") for n in range(8)]
    with pytest.raises(limits.TooOften):
        submit(article, factories.visitor(), "One too many.\n", address="192.0.2.1")
    assert len(proposals) == 8 and submit(article, factories.visitor(), "Elsewhere.\n", address="192.0.2.2")


def test_the_91st_of_an_editor_in_a_minute_is_refused(article, editor):
    key = f"edit:{editor.pk}"
    taken = [limits.take(key, times=90, seconds=60) for _time in range(90)]
    with pytest.raises(limits.TooOften):
        submit(article, editor)
    assert len(taken) == 90


# --- Going on with one's own -------------------------------------------------------------------------------------
def test_a_later_proposal_withdraws_the_one_it_goes_on_with(article, contributor, proposal):
    later = submit(article, contributor, "Put better.\n", instead_of=proposal)
    proposal.refresh_from_db()
    assert (proposal.state, later.state) == ("withdrawn", "waiting")


def test_going_on_with_what_was_decided_meanwhile_is_a_new_proposal(article, contributor, proposal, reviewer):
    waiting = Proposal.objects.get(pk=proposal.pk)
    decline(proposal, reviewer)
    later = submit(article, contributor, "Put better.\n", instead_of=waiting)
    proposal.refresh_from_db()
    assert (proposal.state, later.state) == ("declined", "waiting")


def test_going_back_to_the_words_of_a_withdrawn_proposal_proposes_them_again(article, contributor, proposal):
    second = submit(article, contributor, "Put better.\n", instead_of=proposal)
    third = submit(article, contributor, "Proposed.\n", instead_of=second)
    assert (third.state, third.blob.text) == ("waiting", "Proposed.\n")
    assert list(Proposal.objects.waiting()) == [third]


def test_sending_what_was_declined_again_leads_to_the_answer(article, contributor, proposal, reviewer):
    decline(proposal, reviewer)
    assert submit(article, contributor, summary="clearer") == proposal


def test_one_may_withdraw_ones_own(proposal, contributor):
    proposing.withdraw(proposal=proposal, author=contributor)
    assert Proposal.objects.get().state == "withdrawn"


def test_nobody_withdraws_what_somebody_else_proposed(proposal, reviewer):
    with pytest.raises(PermissionDenied):
        proposing.withdraw(proposal=proposal, author=reviewer)
    assert Proposal.objects.get().state == "waiting"
