"""Whom a block is of."""

import pytest

from articles.forms.blocking import BlockForm


def test_a_block_of_nobody_is_refused():
    assert BlockForm({"reason": "why", "who": ""}).errors["who"] == ["Say whom."]


@pytest.mark.parametrize(("day", "words"), [("", "Choose the day."), ("2020-01-01", "begun already")])
def test_a_block_ends_on_a_day_to_come(day, words):
    form = BlockForm({"reason": "why", "who": "Ada", "ends": "date", "date": day})
    assert words in form.errors["date"][0]


def test_a_change_of_a_block_asks_not_whom():
    assert "who" not in BlockForm(is_change=True).fields
