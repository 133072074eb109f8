"""What is said about a proposal stays with it, and with every later text of it."""

import pytest

from articles import remarks
from articles.models import Proposal
from articles.reviewing import proposed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(article, contributor) -> Proposal:
    return factories.proposal(article, contributor, "Proposed.\n\nA second line.\n")


def test_a_remark_on_a_line_quotes_it(proposal, reviewer):
    remark = remarks.say(proposal=proposal, author=reviewer, text=" Says who? ", line=3)
    assert (remark.text, remark.line, remark.quote) == ("Says who?", 3, "A second line.")


@pytest.mark.parametrize(("text", "line"), [(" \n", None), ("Where?", 0), ("Where?", 99)])
def test_what_says_nothing_or_is_about_no_line_is_refused(proposal, reviewer, text, line):
    with pytest.raises(remarks.CannotSay):
        remarks.say(proposal=proposal, author=reviewer, text=text, line=line)
    assert remarks.said_about(proposal) == []


def test_what_was_said_about_an_earlier_text_stands_with_the_later_one(article, proposal, contributor, reviewer):
    remarks.say(proposal=proposal, author=reviewer, text="Says who?")
    later = factories.proposal(article, contributor, "Proposed, with a source.\n", instead_of=proposal)
    remarks.say(proposal=later, author=contributor, text="The guideline.")
    latest = factories.proposal(article, contributor, "Proposed, better.\n", instead_of=later)
    for each in (proposal, later, latest):
        assert [remark.text for remark in remarks.said_about(each)] == ["Says who?", "The guideline."]
    assert proposed.later_of(proposal) == [later, latest]


def test_what_was_said_about_another_proposal_does_not(article, proposal, contributor, reviewer):
    remarks.say(proposal=proposal, author=reviewer, text="Says who?")
    assert remarks.said_about(factories.proposal(article, contributor, "Of another.\n")) == []


def test_a_remark_is_settled_and_opened_again(proposal, reviewer, contributor):
    remark = remarks.say(proposal=proposal, author=reviewer, text="Says who?")
    remarks.settle(proposal=proposal, number=remark.pk, author=contributor)
    (settled,) = remarks.said_about(proposal)
    assert settled.settled is not None and settled.settled_by == contributor
    remarks.settle(proposal=proposal, number=remark.pk, author=reviewer)
    assert remarks.said_about(proposal)[0].settled is None


def test_a_remark_on_another_proposal_is_not_settled_from_here(article, proposal, contributor, reviewer):
    remark = remarks.say(proposal=proposal, author=reviewer, text="Says who?")
    other = factories.proposal(article, contributor, "Of another.\n")
    remarks.settle(proposal=other, number=remark.pk, author=contributor)
    assert remarks.said_about(proposal)[0].settled is None


def test_so_much_is_said_and_no_more(proposal, reviewer, monkeypatch):
    monkeypatch.setattr(remarks, "MOST", 1)
    remarks.say(proposal=proposal, author=reviewer, text="One.")
    with pytest.raises(remarks.CannotSay):
        remarks.say(proposal=proposal, author=reviewer, text="Two.")
