"""Charts: bars that stand where they should, however many there are."""

from itertools import pairwise

import pytest

from articles.templatetags import charts


@pytest.mark.parametrize("number", [1, 5, 90, 365])
def test_bars_stand_beside_each_other_and_within_the_picture(number: int):
    bars = charts.bars_of([(f"day {each}", each) for each in range(number)])
    assert all(bar.width >= 1 and 0 <= bar.y <= charts.HIGH for bar in bars)
    assert all(bar.y + bar.height == charts.HIGH for bar in bars)
    assert all(one.x + one.width <= next_.x for one, next_ in pairwise(bars))
    assert bars[-1].x + bars[-1].width <= charts.WIDE


def test_the_highest_fills_the_picture_and_what_is_not_nothing_is_seen():
    none, least, highest = charts.bars_of([("a", 0), ("b", 1), ("c", 10_000)])
    assert none.height == 0 and least.height > 0 and highest.height == charts.HIGH


def test_a_share_is_drawn_of_a_hundred_and_a_day_without_one_has_no_bar():
    (half,) = charts.bars_of([("a", 50), ("b", None)], most=100, unit=" %")
    assert half.height == charts.HIGH // 2 and half.words == "a: 50 %"


def test_nothing_at_all_is_no_failure():
    assert charts.bars_of([]) == [] and [bar.height for bar in charts.bars_of([("a", 0)])] == [0]
