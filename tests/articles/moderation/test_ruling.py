"""Rules and groups: made by administrators for a reason, logged, and refused where they could never be met."""

import pytest
from django.core.exceptions import PermissionDenied

from articles.models import ApproverGroup, ApproverRule, LogEntry
from articles.moderation import Refused, ruling
from tests import factories

pytestmark = pytest.mark.django_db


def make(by, **fields):
    asked = {"category": "Heart", "level": "", "number": 2, "kinds": [], "one_of_each": False} | fields
    return ruling.make_rule(user=by.account, why="Two eyes miss.", **asked)


def group(by, *members, name="nurses"):
    return ruling.set_group(name=name, members=members, user=by.account, why="They know.")


def test_a_rule_is_made_told_in_words_and_logged(administrator):
    rule = make(administrator, kinds=["moderator"])
    [each] = ruling.rulings()
    assert (each.number, each.need.why) == (
        rule.pk,
        "The rule for the topic “Heart” asks for 2 approvals by moderators.",
    )
    entry = LogEntry.objects.latest("number")
    assert (entry.who, entry.what, entry.target) == (administrator.account, "approvers.change", "Category:Heart")
    assert (entry.why, entry.after) == ("Two eyes miss.", {"number": 2, "kinds": "moderator", "one_of_each": False})


@pytest.mark.parametrize(
    "fields",
    [
        {"level": "editor"},
        {"category": ""},
        {"kinds": ["group:99"]},
        {"kinds": ["editor"]},
        {"number": 1, "kinds": ["reviewer", "moderator"], "one_of_each": True},
    ],
)
def test_what_could_never_be_met_or_is_for_nothing_is_refused(administrator, fields):
    with pytest.raises(Refused):
        make(administrator, **fields)
    assert not ApproverRule.objects.exists() and not LogEntry.objects.filter(what="approvers.change").exists()


def test_a_rule_is_dropped_and_the_log_says_what_it_was(administrator):
    rule = make(administrator)
    ruling.drop_rule(number=rule.pk, user=administrator.account, why="Too slow.")
    assert ruling.rulings() == [] and LogEntry.objects.latest("number").before["number"] == 2


def test_what_is_not_there_is_not_dropped(administrator):
    with pytest.raises(Refused):
        ruling.drop_rule(number=99, user=administrator.account, why="Too slow.")


def test_a_group_is_made_and_made_anew_of_accounts(administrator, reviewer, moderator):
    group(administrator, reviewer.name, moderator.name.upper(), "")
    assert [each.name for each in ruling.groups()] == ["nurses"]
    assert {*ruling.groups()[0].members.all()} == {reviewer, moderator}
    group(administrator, moderator.name)
    assert [*ruling.groups()[0].members.all()] == [moderator]
    entry = LogEntry.objects.latest("number")
    assert (entry.target, entry.before, entry.after) == ("nurses", {"members": 2}, {"members": 1})


def test_who_has_no_account_is_in_no_group(administrator, reviewer):
    with pytest.raises(Refused, match="Nobody"):
        group(administrator, reviewer.name, "Nobody")
    assert not ApproverGroup.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_only_administrators_make_rules(role, request, administrator):
    somebody, rule = request.getfixturevalue(role), make(administrator)
    for deed in (make, group, lambda by: ruling.drop_rule(number=rule.pk, user=by.account, why="x")):
        with pytest.raises(PermissionDenied):
            deed(somebody)


def test_lists_ask_the_same_however_long_they_are(administrator, at_most_queries):
    for number in range(3):
        factories.author("reviewer", f"Nurse {number}")
        group(administrator, f"Nurse {number}", name=f"group {number}")
        make(administrator, category=f"Topic {number}", kinds=[f"group:{ApproverGroup.objects.latest('pk').pk}"])
    with at_most_queries(4):
        assert len(ruling.rulings()) == 3
        assert [len(each.members.all()) for each in ruling.groups()] == [1, 1, 1]
