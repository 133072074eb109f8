"""Who wrote each word: nothing counted twice, nothing lost, and quick on the worst texts."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import authorship, rendering
from articles.text.authorship import Run, begun, brought_back, carried, packed, unpacked, words_by_edit

tokens = st.sampled_from(
    ["cat", "dog", "5", "12.5", "don't", "x-", " ", " ", "mg", "# ", "é", "\n", "\n", "\n\n", ".", "|", "\r", "\u2028"]
)
texts = st.lists(tokens, max_size=40).map("".join)
paragraphs = st.lists(st.sampled_from(["A dry cough.", "Wheeze, at night.", "- dust", "## Signs", "5 mg"]), max_size=12)


def total(runs: authorship.Runs) -> int:
    return sum(run.words for run in runs)


def history(*versions: str) -> authorship.Runs:
    """The record of the last of an article's versions, edits 1, 2, 3 ..."""
    text, runs = versions[0], begun(versions[0], 1)
    for number, version in enumerate(versions[1:], 2):
        text, runs = version, carried(text, runs, version, number)
    return runs


def test_who_makes_an_article_wrote_all_of_it():
    assert begun("A lead.\n\n## Signs\n\nWheeze.\n", 1) == (Run(4, 1),)


@pytest.mark.parametrize("text", ["", "\n\n", "--- * ---\n"])
def test_a_text_without_words_has_no_runs(text: str):
    assert begun(text, 1) == () == carried("Some words.", (Run(2, 1),), text, 2)


@given(st.text() | texts)
def test_words_are_counted_as_the_house_counts_them(text: str):
    assert total(begun(text, 1)) == rendering._words(text)


@given(st.lists(texts, min_size=1, max_size=5))
def test_the_runs_are_all_words_of_the_text_and_never_two_of_one_edit_side_by_side(versions: list[str]):
    runs = history(*versions)
    assert total(runs) == total(begun(versions[-1], 1)) == sum(words_by_edit(runs).values())
    assert all(run.words > 0 for run in runs)
    assert all(one.edit != other.edit for one, other in pairwise(runs))


@given(st.lists(texts, min_size=1, max_size=4))
def test_text_that_is_not_changed_changes_no_writer(versions: list[str]):
    runs = history(*versions)
    assert carried(versions[-1], runs, versions[-1], 99) == runs


@given(st.lists(texts, min_size=1, max_size=4), paragraphs, st.data())
def test_a_paragraph_put_in_leaves_all_other_words_with_their_writers(versions, lines, data):
    text = "\n\n".join(lines)
    runs = history(*versions, text)
    at = data.draw(st.integers(0, len(lines)))
    more = "\n\n".join([*lines[:at], "Three new words.", *lines[at:]])

    after = carried(text, runs, more, 99)

    assert words_by_edit(after).pop(99) == 3
    assert words_by_edit(after) == words_by_edit(runs) | {99: 3}


@given(st.lists(texts, min_size=1, max_size=4), paragraphs, st.data())
def test_a_paragraph_taken_out_makes_nobody_a_writer(versions, lines, data):
    runs = history(*versions, "\n\n".join(lines))
    at = data.draw(st.integers(0, len(lines)))
    assert 99 not in words_by_edit(carried("\n\n".join(lines), runs, "\n\n".join(lines[:at] + lines[at + 1 :]), 99))


@given(paragraphs, st.randoms())
def test_lines_that_move_keep_their_writers(lines, random):
    shuffled = random.sample(lines, len(lines))
    runs = carried("\n\n".join(lines), begun("\n\n".join(lines), 1), "\n\n".join(shuffled), 2)
    assert 2 not in words_by_edit(runs)


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        ("Take 5 mg daily.", "Take 10 mg daily.", [(1, 1), (1, 2), (2, 1)]),
        ("A dry cough.", "A dry cough, mostly at night.", [(3, 1), (3, 2)]),
        ("A dry cough.\n", "**A dry** [[cough]]!\n", [(3, 1)]),
        ("One two three\nfour five six.", "One two\nthree four\nfive six.", [(6, 1)]),
        ("One two. Three four.", "One two.\n\n## Signs\n\nThree four.", [(2, 1), (1, 2), (2, 1)]),
        ("The cause of the cough is dust.", "Nobody knows the origin of this.", [(6, 2)]),
    ],
    ids=["a number", "behind the end", "marks", "broken anew", "parted by a heading", "written anew"],
)
def test_a_changed_passage_is_its_writers_but_for_what_changed(old, new, runs):
    assert carried(old, begun(old, 1), new, 2) == tuple(Run(*run) for run in runs)


def test_a_phrase_stays_its_writers_in_a_passage_written_anew():
    old = "They found a lesion of the left lung."
    new = "Doctors who look at pictures from scanners may see a lesion of the left lung which others cannot see at all."
    assert Run(6, 1) in carried(old, begun(old, 1), new, 2)


def test_a_line_that_is_there_twice_now_was_written_once():
    assert words_by_edit(history("Wheeze at night.\n", "Wheeze at night.\n\nDust.\n\nWheeze at night.\n")) == {
        1: 3,
        2: 4,
    }


def test_a_section_that_moves_while_another_is_changed_keeps_its_writers():
    first = "Lead.\n\n## Signs\n\nA dry cough.\n\n## Causes\n\nDust and pollen.\n"
    second = "Lead.\n\n## Causes\n\nDust, mites and pollen.\n\n## Signs\n\nA dry cough.\n"
    assert words_by_edit(history(first, second)) == {1: 9, 2: 1}


@given(texts, texts, texts)
def test_words_brought_back_are_whose_they_were_and_the_others_stay(first, second, third):
    earlier, before = begun(first, 1), history(first, second)
    runs = carried(second, before, third, 3)
    back = brought_back(runs, carried(first, earlier, third, 3), 3)
    assert total(back) == total(runs)
    assert words_by_edit(back).get(3, 0) <= words_by_edit(runs).get(3, 0)
    assert words_by_edit(back).get(2, 0) == words_by_edit(runs).get(2, 0)


@pytest.mark.parametrize("runs", [(), (Run(1, 1),), (Run(2, 1), Run(9, 2))])
def test_a_record_of_other_words_than_the_text_has_loses_no_edit(runs):
    assert total(carried("One two three.", runs, "One two three four.", 3)) == 4


@given(st.lists(st.builds(Run, st.integers(1, 10**6), st.integers(1, 10**6))).map(tuple))
def test_a_record_is_read_as_it_was_stored(runs: authorship.Runs):
    assert unpacked(packed(runs)) == unpacked(memoryview(packed(runs))) == runs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n" * 100_000, "b\n" + "a\n" * 99_990 + "c\n"),
        ("a " * 100_000, "b " + "a " * 99_990 + "c"),
        (" ".join(map(str, range(40_000))), " ".join(map(str, range(40_000, 0, -1)))),
        ("\n".join(map(str, range(40_000))), "\n".join(map(str, range(40_000, 0, -1)))),
        (" ".join("ab"[n % 7 % 2] for n in range(100_000)), " ".join("ba"[n % 5 % 2] for n in range(100_000))),
        ("a" + "." * 200_000, "a" + ".-" * 100_000),
    ],
    ids=["lines", "words", "words backwards", "lines backwards", "two words", "points"],
)
def test_the_worst_texts_take_seconds_at_most(old, new):
    runs = begun(old, 1)
    start = time.process_time()
    carried(old, runs, new, 2)
    assert time.process_time() - start < 3


# --- Paragraph by paragraph --------------------------------------------------------------------------------------
def test_each_paragraph_has_the_pieces_that_edits_wrote_of_it():
    first = "## Dose\n\nTake 5 mg daily.\n\n- one\n- two\n"
    second = "## Dose\n\nTake 50 mg daily, always.\n\n- one\n- two\n"
    runs = authorship.carried(first, authorship.begun(first, 1), second, 2)
    heading, dose, listed = authorship.passages(second, runs)
    assert [(piece.text, piece.edit) for piece in dose.pieces] == [
        ("Take ", 1),
        ("50 ", 2),
        ("mg daily, ", 1),
        ("always.", 2),
    ]
    assert (heading.pieces[0].text, heading.line, listed.line) == ("## Dose", 0, 4)
    assert dose.words == {1: 3, 2: 2}


@given(st.text(alphabet="ab #-.\n", max_size=120))
def test_the_paragraphs_hold_every_word_of_the_text_in_order(text: str):
    pieces = [
        piece.text for passage in authorship.passages(text, authorship.begun(text, 1)) for piece in passage.pieces
    ]
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_paragraph_without_words_is_nobodys():
    [passage] = authorship.passages("---", authorship.begun("---", 1))
    assert (passage.pieces[0].edit, passage.words) == (0, {})
