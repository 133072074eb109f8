"""A difference taken apart: every choice of its parts is a text made of lines of the two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import choosing

OLD = "Lead.\n\n## Dose\n\nTake 5 mg.\n\n## Care\n\nRest.\n\n## Course\n\nDays.\n"
NEW = "Lead.\n\n## Dose\n\nTake 50 mg.\n\n## Care\n\nRest.\n\nDrink.\n\n## Course\n\nWeeks.\n"
_TEXTS = st.lists(st.sampled_from(["a", "b", "Take 5 mg.", "Take 50 mg.", "", "## C"]), max_size=9).map("\n".join)


def test_each_part_names_its_section():
    assert [part.heading for part in choosing.parts(OLD, NEW)] == ["Dose", "Care", "Course"]


@pytest.mark.parametrize(
    ("numbers", "has", "has_not"),
    [({0}, "50 mg", "Drink"), ({1}, "Drink.", "50 mg"), ({0, 2}, "Weeks.", "Drink."), (set(), "Take 5 mg", "Weeks")],
)
def test_only_what_is_chosen_is_let_through(numbers: set[int], has: str, has_not: str):
    text = choosing.chosen(OLD, NEW, numbers)
    assert has in text and has_not not in text


@given(_TEXTS, _TEXTS)
def test_all_parts_are_the_new_text_and_none_is_the_old_but_for_blank_lines(old: str, new: str):
    every = range(len(choosing.parts(old, new)))
    assert choosing.chosen(old, new, set(every)) == new
    if every:
        assert choosing.chosen(old, new, set()).rstrip("\n") == old.rstrip("\n")


@given(_TEXTS, _TEXTS, st.sets(st.integers(0, 5)))
def test_every_line_of_a_choice_is_one_of_the_two_texts(old: str, new: str, numbers: set[int]):
    chosen = choosing.chosen(old, new, {at for at in numbers if at < len(choosing.parts(old, new))})
    assert set(chosen.split("\n")) <= {*old.split("\n"), *new.split("\n"), ""}


def test_texts_that_differ_in_more_than_can_be_shown_are_not_taken_apart():
    old = "".join(f"line {number}\n" for number in range(6_000))
    assert choosing.parts(old, old.replace("line", "row")) == ()
