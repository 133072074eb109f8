"""What filters look for."""

import pytest

from articles.forms.filtering import FilterForm

SENT = {"reason": "why", "name": "Shouting", "action": "log"}


@pytest.mark.parametrize("topic", ["Heart", "Category:Heart", "category: Heart"])
def test_a_category_is_taken_by_its_name(topic):
    form = FilterForm({**SENT, "topic": topic})
    assert form.is_valid() and form.cleaned_data["topic"] == "Heart"


def test_what_is_left_empty_asks_nothing_and_what_happens_has_its_usual_numbers():
    form = FilterForm(SENT)
    assert form.is_valid()
    assert form.chosen()["times"] == 3
    assert form.rule().within > 0
