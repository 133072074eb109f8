"""What may come in of a step."""

import pytest

from wiki.ladder.forms import StepForm

RIGHT = {"role": "editor", "days": "1", "number": "1", "share": "100", "quiet_days": "0", "why": "a test"}


def test_a_whole_form_is_taken():
    assert StepForm(RIGHT).is_valid()


@pytest.mark.parametrize(
    "wrong", [{"role": "administrator"}, {"share": "101"}, {"number": "0"}, {"days": "-1"}, {"days": ""}, {"why": " "}]
)
def test_what_can_not_be_is_refused(wrong: dict[str, str]):
    assert list(StepForm(RIGHT | wrong).errors) == list(wrong)


def test_the_number_is_of_what_people_of_that_role_do():
    labels = [str(StepForm(initial={"role": role}).fields["number"].label) for role in ("editor", "reviewer")]
    assert labels == ["Accepted proposals", "Published edits"]
