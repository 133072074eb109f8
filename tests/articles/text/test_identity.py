"""Sections keep their numbers."""

from dataclasses import replace

import pytest

from articles.text import identity, rendering
from articles.text.sections import Version

CAUSES = "Dust and mites and the hair of cats are common causes of it.\n\nSmoke makes it worse in most of the people.\n"
SIGNS = "People wheeze and cough at night and early in the morning.\n\nSome are short of breath after running.\n"
CARE = "An inhaler opens the airways within minutes.\n\nA second one is taken each day to calm them.\n"


def version(*parts, ids=()) -> Version:
    """A version of (heading, text) pairs after a lead; its sections have these numbers, the lead's first."""
    text = "Lead.\n\n" + "".join(f"{heading}\n\n{body}\n" for heading, body in parts)
    outline = rendering.render(text).outline
    entries = (replace(entry, id=number) for entry, number in zip(outline.entries, [*ids, *[None] * 99], strict=False))
    return Version(text, replace(outline, entries=tuple(entries)))


OLD = version(("## Causes", CAUSES), ("## Signs", SIGNS), ("## Care", CARE), ids=(1, 2, 3, 4))


def ids_after(old, *parts):
    return [entry.id for entry in identity.keep_ids(old, version(*parts)).entries]


@pytest.mark.parametrize(
    ("parts", "ids"),
    [
        ([("## Causes", CAUSES), ("## Signs", "Quite new.\n"), ("## Care", CARE)], [1, 2, 3, 4]),
        ([("## Care", CARE), ("## Causes", CAUSES), ("## Signs", SIGNS)], [1, 4, 2, 3]),
        ([("## New", "n\n"), ("## Causes", CAUSES), ("## Signs", SIGNS), ("## Care", CARE)], [1, None, 2, 3, 4]),
        ([("## Triggers", CAUSES), ("## Signs", SIGNS), ("## Care", CARE)], [1, 2, 3, 4]),
        ([("## Triggers", CAUSES.replace("cats", "dogs")), ("## Signs", SIGNS), ("## Care", CARE)], [1, 2, 3, 4]),
        ([("## Care", CARE), ("## Triggers", CAUSES.replace("cats", "dogs")), ("## Signs", SIGNS)], [1, 4, 2, 3]),
        ([("## Causes", CAUSES), ("### Signs", SIGNS), ("#### Care", CARE)], [1, 2, 3, 4]),
        ([("## Causes", SIGNS), ("## Signs", CAUSES), ("## Care", CARE)], [1, 3, 2, 4]),
        ([("## Management", CARE), ("## Care", "What family and friends can do is told here.\n")], [1, 4, None]),
        ([("## Care", CARE)], [1, 4]),
        ([], [1]),
    ],
    ids=[
        "edited",
        "moved",
        "added",
        "renamed",
        "renamed and edited",
        "renamed, moved and edited",
        "put lower",
        "names exchanged",
        "renamed, another takes the name",
        "others deleted",
        "all deleted",
    ],
)
def test_a_section_keeps_its_number_whatever_is_done_to_it(parts, ids):
    assert ids_after(OLD, *parts) == ids


def test_of_a_section_parted_in_two_the_one_with_the_name_keeps_the_number():
    first, second = CAUSES.split("\n\n")
    assert ids_after(OLD, ("## Causes", first + "\n"), ("## Smoke", second)) == [1, 2, None]


def test_of_a_section_parted_after_its_first_words_they_keep_the_number_under_its_name():
    old = version(("## Causes", "Dust.\n\n" + CAUSES), ("## Signs", SIGNS), ids=(1, 2, 3))
    assert ids_after(old, ("## Causes", "Dust.\n"), ("## Smoke", CAUSES), ("## Signs", SIGNS)) == [1, 2, None, 3]


def test_of_a_short_section_joined_with_a_long_one_the_number_stays_with_the_name():
    old = version(("## Signs", "People wheeze.\n"), ("## Care", CARE), ids=(1, 2, 3))
    new = version(("## Signs", "People wheeze.\n\n" + CARE))
    new = replace(new, outline=identity.keep_ids(old, new))
    assert [entry.id for entry in new.outline.entries] == [1, 2]
    assert identity.successors(old, new) == {3: 1}


def test_of_two_sections_joined_under_the_name_of_one_that_one_keeps_its_number_and_the_other_leads_there():
    old, new = OLD, version(("## Causes", CAUSES + "\n" + SIGNS), ("## Care", CARE))
    new = replace(new, outline=identity.keep_ids(old, new))
    assert [entry.id for entry in new.outline.entries] == [1, 2, 4]
    assert identity.successors(old, new) == {3: 1}


def test_a_section_that_is_gone_leads_nowhere():
    new = version(("## Causes", CAUSES), ("## Care", CARE))
    new = replace(new, outline=identity.keep_ids(OLD, new))
    assert identity.successors(OLD, new) == {}


# --- Short texts ---------------------------------------------------------------------------------------------------
SHORT = version(("## A", "a\n"), ("## B", "b\n"), ids=(1, 2, 3))


def test_a_short_section_keeps_its_number_by_name_or_by_text():
    assert ids_after(SHORT, ("## A", "changed\n"), ("## B", "b\n")) == [1, 2, 3]
    assert ids_after(SHORT, ("## B", "b\n"), ("## A", "a\n")) == [1, 3, 2]
    assert ids_after(SHORT, ("## C", "a\n"), ("## B", "b\n")) == [1, 2, 3]


def test_a_heading_without_a_text_is_known_by_its_sub_sections_when_renamed():
    old = version(("## Signs", ""), ("### In children", SIGNS), ("### In adults", CAUSES), ids=(1, 2, 3, 4))
    assert ids_after(old, ("## Symptoms", ""), ("### In children", SIGNS), ("### In adults", CAUSES)) == [1, 2, 3, 4]


def test_sections_that_cannot_be_told_apart_keep_their_numbers_only_while_there_are_as_many():
    twice = version(("## A", "a\n"), ("## A", "a\n"), ids=(1, 2, 3))
    assert ids_after(twice, ("## B", "b\n"), ("## A", "a\n"), ("## A", "a\n")) == [1, None, 2, 3]
    assert ids_after(twice, ("## A", "a\n")) == [1, None]
    assert ids_after(SHORT, ("## A", "a\n"), ("## A", "a\n")) == [1, None, None]


def test_of_two_equal_sections_the_one_under_the_same_heading_stays_who_it_is():
    dose = ("### Dose", "To be written.\n")
    old = version(("## Adults", ""), dose, ("## Children", ""), dose, ids=(1, 2, 3, 4, 5))
    assert ids_after(old, ("## Children", ""), dose) == [1, 4, 5]


def test_of_two_equal_names_the_one_that_stays_keeps_its_number():
    old = version(("## Dose", "adults\n"), ("## Dose", "children\n"), ids=(1, 2, 3))
    assert ids_after(old, ("## Dose", "children\n")) == [1, 3]
    assert ids_after(old, ("## Dose", "x\n"), ("## Dose", "y\n")) == [1, 2, 3]


def test_a_text_without_sections_is_its_lead():
    empty = Version("", replace(OLD.outline, entries=()))
    assert identity.keep_ids(empty, OLD) == OLD.outline
    assert identity.keep_ids(OLD, empty) == empty.outline
