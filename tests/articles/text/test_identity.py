"""Sections keep their numbers."""

from dataclasses import replace

from articles.text import identity, sections


def outline(*parts, ids=()):
    """An outline of (title, text) pairs, level 2, after a lead."""
    text = "".join(f"## {title}\n{body}\n" for title, body in parts)
    made = sections.outline_of(text, [(2 * number, 2, title) for number, (title, _) in enumerate(parts)])
    entries = [
        replace(entry, id=id_) for entry, id_ in zip(made.entries, [*ids, *[None] * len(made.entries)], strict=False)
    ]
    return replace(made, entries=tuple(entries))


def ids_after(old, new):
    return [entry.id for entry in identity.keep_ids(old, new).entries]


OLD = outline(("A", "a"), ("B", "b"), ids=(1, 2, 3))


def test_an_edited_section_keeps_its_number():
    assert ids_after(OLD, outline(("A", "changed"), ("B", "b"))) == [1, 2, 3]


def test_a_moved_section_keeps_its_number():
    assert ids_after(OLD, outline(("B", "b"), ("A", "a"))) == [1, 3, 2]


def test_a_new_section_has_no_number():
    assert ids_after(OLD, outline(("New", "n"), ("A", "a"), ("B", "b"))) == [1, None, 2, 3]


def test_sections_that_cannot_be_told_apart_keep_their_numbers_only_while_there_are_as_many():
    twice = outline(("A", "a"), ("A", "a"), ids=(1, 2, 3))

    assert ids_after(twice, outline(("B", "b"), ("A", "a"), ("A", "a"))) == [1, None, 2, 3]
    assert ids_after(twice, outline(("A", "a"))) == [1, None]
    assert ids_after(OLD, outline(("A", "a"), ("A", "a"))) == [1, None, None]


def test_of_two_equal_sections_the_one_under_the_same_heading_stays_who_it_is():
    text = "## {}\n### Dose\nTo be written.\n## Children\n### Dose\nTo be written.\n"
    headings = [(0, 2, "Adults"), (1, 3, "Dose"), (3, 2, "Children"), (4, 3, "Dose")]
    old = sections.outline_of(text.format("Adults"), headings)
    old = replace(old, entries=tuple(replace(entry, id=number) for number, entry in enumerate(old.entries, 1)))
    new = sections.outline_of("## Children\n### Dose\nTo be written.\n", [(0, 2, "Children"), (1, 3, "Dose")])

    assert ids_after(old, new) == [1, 4, 5]


def test_of_two_equal_names_the_one_that_stays_keeps_its_number():
    old = outline(("Dose", "adults"), ("Dose", "children"), ids=(1, 2, 3))

    assert ids_after(old, outline(("Dose", "children"))) == [1, 3]


def test_equal_names_with_new_texts_are_matched_in_order():
    old = outline(("Dose", "adults"), ("Dose", "children"), ids=(1, 2, 3))

    assert ids_after(old, outline(("Dose", "x"), ("Dose", "y"))) == [1, 2, 3]


def test_another_level_is_another_section():
    new = outline(("A", "changed"))
    new = replace(new, entries=(new.entries[0], replace(new.entries[1], level=3)))

    assert ids_after(OLD, new) == [1, None]


def test_the_lead_is_the_lead():
    assert ids_after(OLD, outline()) == [1]
