"""Whose approval a proposal needs."""

import pytest

from articles.forms.ruling import ApproverGroupForm, ApproverRuleForm

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("number", "valid"), [("1", True), ("9", True), ("0", False), ("10", False)])
def test_so_many_approvals_can_be_asked_for(number, valid):
    assert ApproverRuleForm({"reason": "why", "category": "Heart", "number": number}).is_valid() == valid


def test_the_members_of_a_group_stand_a_line_each():
    form = ApproverGroupForm({"reason": "why", "name": "Pharmacists", "members": "Ada\nBen"})
    assert form.is_valid() and form.cleaned_data["members"] == ["Ada", "Ben"]
