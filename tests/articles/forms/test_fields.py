"""Fields that several forms share."""

import pytest
from django import forms

from articles.forms.fields import KeysField, NumbersField, TextField


def test_a_text_that_did_not_arrive_is_no_empty_text():
    assert TextField(required=False).clean("") == ""
    with pytest.raises(forms.ValidationError, match="did not arrive"):
        TextField(required=False).clean(None)


@pytest.mark.parametrize("sent", [["x"], ["-1"], ["9" * 19], [str(number) for number in range(101)]])
def test_numbers_that_name_no_row_are_refused(sent):
    with pytest.raises(forms.ValidationError, match="tick again"):
        NumbersField().clean(sent)


def test_a_number_ticked_twice_is_one():
    assert NumbersField().clean(["7", "3", "7"]) == [7, 3]


@pytest.mark.parametrize("sent", [["12"], ["proposal-"], ["proposal-x"], ["Proposal-1"]])
def test_keys_that_name_no_item_are_refused(sent):
    with pytest.raises(forms.ValidationError, match="tick again"):
        KeysField().clean(sent)
