"""Text that is in no article, or not yet."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from articles import editing
from articles.models import Draft, Proposal, Submission
from articles.reviewing import proposing
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(article, visitor) -> Proposal:
    return proposing.propose(editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", visitor))


def test_a_proposal_has_an_address_and_says_where_it_stands(article, proposal):
    assert proposal.get_absolute_url() == f"/proposals/{proposal.pk}"
    assert str(proposal) == f"{article.title} (Waiting)"


def test_what_waits_is_asked_for_the_oldest_first(article, proposal, visitor):
    later = proposing.propose(editing.Change(article.title, article.current_edit_id, "0", "Later.\n", visitor))
    assert list(Proposal.objects.waiting()) == [proposal, later]
    proposing.withdraw(proposal=proposal, author=visitor)
    assert list(Proposal.objects.waiting()) == [later]


def test_a_body_is_there_once(article, editor):
    first = editing.receive(title="A", base="0", section="", text="x", author=editor)
    with pytest.raises(IntegrityError), unlocked("the door looks first"), transaction.atomic():
        Submission.objects.create(hash=first.hash, author=editor, title="A", text="x")


def test_a_submission_says_what_for_and_when():
    received = datetime(2026, 5, 3, 7, 30, tzinfo=UTC)
    assert str(Submission(title="Asthma", received=received)) == "Asthma (2026-05-03 07:30)"


def test_an_opened_form_has_one_draft(editor):
    row = {
        "author": editor,
        "namespace": "article",
        "title": "Asthma",
        "section": "0",
        "text": "x",
        "form_key": "a" * 32,
    }
    with unlocked("the door writes over it"):
        draft = Draft.objects.create(**row)
        Draft.objects.create(**row | {"form_key": "b" * 32})
        with pytest.raises(IntegrityError), transaction.atomic():
            Draft.objects.create(**row | {"section": "1"})
    assert str(draft) == f"Asthma ({editor.pk})"
