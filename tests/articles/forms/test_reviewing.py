"""Decisions on proposals."""

import pytest

from articles.forms.reviewing import DecisionForm, SeveralForm


@pytest.mark.parametrize(
    ("decision", "valid"), [("accept", True), ("decline", True), ("withdraw", True), ("", False), ("x", False)]
)
def test_a_decision_is_one_of_those_there_are(decision, valid):
    assert DecisionForm({"decision": decision}).is_valid() == valid


def test_several_are_decided_on_only_where_some_are_ticked():
    assert "Tick the proposals first." in SeveralForm({"reason": "why"}).errors["chosen"]
