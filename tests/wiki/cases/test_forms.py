"""What a report must say, and what a decision on it."""

import pytest

from wiki.cases.forms import DecisionForm, ReportForm

SENT = {"category": "wrong", "words": "No dust.", "contact": "", "edit": "1"}


@pytest.mark.parametrize("wrong", [{"category": ""}, {"category": "x"}, {"words": " "}, {"contact": "nobody"}])
def test_a_report_says_what_kind_of_thing_is_wrong_and_how(wrong: dict[str, str]):
    assert ReportForm(SENT).is_valid() and not ReportForm(SENT | wrong).is_valid()


@pytest.mark.parametrize(
    ("sent", "is_valid"),
    [
        ({"deed": "take"}, True),
        ({"deed": "withhold"}, False),
        ({"deed": "withhold", "reason": "x"}, True),
        ({"deed": "close", "reason": "x"}, False),
        ({"deed": "close", "reason": "x", "outcome": "righted"}, True),
        ({"deed": "reopen", "reason": ""}, False),
        ({"deed": "burn", "reason": "x"}, False),
    ],
)
def test_a_decision_has_its_reason_and_its_outcome(sent: dict[str, str], is_valid: bool):
    assert DecisionForm(sent).is_valid() is is_valid
