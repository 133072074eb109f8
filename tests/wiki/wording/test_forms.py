"""What may come in: a new version of a wording."""

import pytest

from wiki.wording.forms import WordingForm


def test_a_wording_of_a_known_kind_is_taken():
    assert WordingForm({"key": "disclaimer", "text": "Ask a doctor."}).is_valid()


@pytest.mark.parametrize(
    ("field", "value"), [("key", "motto"), ("key", ""), ("text", ""), ("text", "\0"), ("why", "x" * 401)]
)
def test_anything_else_is_refused_at_its_field(field: str, value: str):
    form = WordingForm({"key": "disclaimer", "text": "Ask a doctor.", field: value})
    assert list(form.errors) == [field]
