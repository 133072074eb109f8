"""Footnotes: where they are defined, and that none goes which another section uses."""

import pytest

from articles.text import notes


def test_a_definition_goes_on_as_long_as_it_is_indented():
    text = "A.[^1]\n\n[^1]: One\n    more\n\n    and more\n\nText.\n[^b]: Other\n"
    assert [(note.label, note.line, note.end) for note in notes.definitions_of(text)] == [("1", 2, 6), ("b", 8, 9)]


@pytest.mark.parametrize("text", ["`[^1]: no`", "```\n[^1]: no\n```", "<!--\n[^1]: no\n-->", "a [^1]: no"])
def test_code_comments_and_prose_define_nothing(text: str):
    assert notes.definitions_of(text) == ()


def test_a_lost_note_that_others_use_is_kept_at_the_end():
    before = "## A\n\nDust.[^1]\n\n[^1]: A note\n    in two lines.\n"
    after = "## B\n\nMites.[^1]\n\n[[Category:Lungs]]\n"
    assert notes.kept(before, after, after) == after + "\n[^1]: A note\n    in two lines.\n"


def test_it_joins_the_notes_that_end_the_text():
    after = "Mites.[^1][^2]\n\n[^2]: Two.\n"
    assert notes.kept("[^1]: One.\n", after, after) == after + "[^1]: One.\n"


@pytest.mark.parametrize("after", ["Mites.\n", "Mites.[^1]\n\n[^1]: Another.\n", "Mites `[^1]`.\n"])
def test_nothing_is_added_that_nobody_uses_or_that_is_there(after: str):
    assert notes.kept("Dust.[^1]\n\n[^1]: One.\n", after, after) == after


def test_whatever_may_define_a_note_is_found_with_all_that_may_belong_to_it():
    text = (
        "> [^a]: One\nlazily.\n\n- [^b]: Two\n\n    [^c]: Three\n\n    more\n\n```\n[^d]: Four\n```\n[[Category:X]]\n"
    )
    found = notes.look_alikes_of(text)
    assert [(one.labels, one.line, one.end, one.column) for one in found] == [
        (("a",), 0, 2, 2),
        (("b", "c"), 3, 8, 2),
        (("d",), 10, 11, 0),
    ]
    assert found[0].words == " One\nlazily.\n" and notes.look_alikes_of("No[^a]: note.\n") == ()


def test_a_category_below_a_note_is_not_taken_for_a_part_of_it():
    (found,) = notes.look_alikes_of("[^a]: One\n[[Category:X]]\n\n")
    assert found.end == 1


def test_a_label_is_referred_to_where_a_reader_sees_its_mark_and_mentioned_everywhere():
    text = "Smith[^a]: two. `[^b]` and \\[^c].\n\n[^d]: As[^e].\n"
    assert notes.labels_referred_to(text) == {"a", "e"}
    assert notes.labels_mentioned(text) == {"a", "b", "c", "d", "e"}
