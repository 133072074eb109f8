"""Edits taken back."""

import pytest

from articles.forms.history import PatrolForm, RevertForm


def test_a_summary_is_trimmed():
    form = RevertForm({"summary": "  why  ", "base": "7"})
    assert form.is_valid() and form.cleaned_data == {"summary": "why", "base": "7"}


@pytest.mark.parametrize(("deed", "valid"), [("look", True), ("look_away", True), ("", False), ("x", False)])
def test_an_edit_is_looked_at_or_not(deed, valid):
    assert PatrolForm({"edit": ["7"], "deed": deed}).is_valid() == valid
