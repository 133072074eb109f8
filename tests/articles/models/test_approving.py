"""Approvals and rules as they are stored: nobody approves a text twice, and a rule is for one thing."""

import pytest
from django.db import IntegrityError, transaction

from articles.models import Approval, ApproverGroup, ApproverRule
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def test_an_approval_of_parts_knows_which():
    assert Approval(parts=["accept", "hold", "accept", "decline"]).accepted_parts == [1, 3]


def test_nobody_approves_the_same_text_twice(article, contributor, reviewer):
    given = {"proposal": factories.proposal(article, contributor), "author": reviewer, "text_hash": "0" * 64}
    with unlocked("the door asks first"), pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(**given)
        Approval.objects.create(**given)


@pytest.mark.parametrize("fields", [{"category": "Heart", "level": "editor"}, {}, {"level": "editor", "number": 0}])
def test_a_rule_is_for_a_topic_or_for_a_level_and_asks_for_somebody(db, fields):
    with unlocked("the form asks first"), pytest.raises(IntegrityError), transaction.atomic():
        ApproverRule.objects.create(**{"number": 1} | fields)


def test_each_is_named_by_what_it_is():
    assert str(ApproverGroup(name="nurses")) == "nurses"
    assert str(ApproverRule(category="Heart", number=2)) == "Heart: 2"
    assert str(Approval(proposal_id=1, author_id=2)) == "1: 2"
