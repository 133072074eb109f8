"""Comparisons: nothing lost, lines beside their successors, words marked, and quick on the worst texts."""

import difflib
import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import comparing
from articles.text.comparing import Comparison, Row, Span, compare, compare_sections, equal_runs

words = st.sampled_from(
    ["cat", "dog", "5", "12.5", " ", " ", "mg", "# ", "é", "\n", "\n", "\n\n", ".", "```", "\r", "\u2028"]
)
texts = st.lists(words, max_size=40).map("".join)


def kinds(comparison: Comparison) -> list[str]:
    return [row.kind for row in comparison.rows]


def marked(spans: tuple[Span, ...]) -> list[str]:
    return [span.text for span in spans if span.mark]


def only(comparison: Comparison) -> Row:
    (row,) = comparison.rows
    return row


@given(texts, texts)
def test_the_spans_of_all_rows_are_the_two_texts(old: str, new: str) -> None:
    comparison = compare(old, new, context=None)
    assert "".join(span.text for row in comparison.rows for span in row.old) == old
    assert "".join(span.text for row in comparison.rows for span in row.new) == new
    assert comparison.equal == (old == new)


@given(texts, texts)
def test_unmarked_text_is_the_same_on_both_sides(old: str, new: str) -> None:
    for row in compare(old, new, context=None).rows:
        if row.kind in {"same", "changed"}:
            sides = ["".join(span.text for span in spans if not span.mark) for spans in (row.old, row.new)]
            assert sides[0] == sides[1]


@given(texts, texts)
def test_every_line_has_its_number_once_and_in_order(old: str, new: str) -> None:
    rows = compare(old, new, context=None).rows
    old_numbers = [row.old_number for row in rows if row.old_number is not None]
    new_numbers = [row.new_number for row in rows if row.new_number is not None]
    assert old_numbers == [*range(1, len(old_numbers) + 1)]
    assert new_numbers == [*range(1, len(new_numbers) + 1)]


@given(texts, texts)
def test_folds_stand_for_the_lines_they_hide(old: str, new: str) -> None:
    shown = sum(row.folded or 1 for row in compare(old, new).rows)
    assert shown == len(compare(old, new, context=None).rows)


@given(st.lists(st.sampled_from("ab \n")), st.lists(st.sampled_from("ab \n")))
def test_runs_are_equal_apart_and_in_order(old: list[str], new: list[str]) -> None:
    runs = equal_runs(old, new)
    assert all(old[run.old : run.old + run.length] == new[run.new : run.new + run.length] for run in runs)
    assert all(a.old + a.length <= b.old and a.new + a.length <= b.new for a, b in pairwise(runs))


@pytest.mark.parametrize(
    ("old", "new", "gone", "come"),
    [
        ("Take 5 mg daily.\n", "Take 10 mg daily.\n", ["5"], ["10"]),
        ("Take 1.5 mg daily.\n", "Take 2.5 mg daily.\n", ["1.5"], ["2.5"]),
        ("The cat sat here.\n", "The dog ran here.\n", ["cat sat"], ["dog ran"]),
        ("It is a good day.\n", "It is a very good day.\n", [], ["very "]),
        ("Meniere is a disease of ears\n", "Ménière is a disease of ears\n", ["Meniere"], ["Ménière"]),
        (
            "Me\u0301nie\u0300re is here now\n",
            "Menie\u0300re is here now\n",
            ["Me\u0301nie\u0300re"],
            ["Menie\u0300re"],
        ),
        ("患者服用阿司匹林。\n", "患者服用青霉素。\n", ["阿司匹林"], ["青霉素"]),
        ("no end", "no end\n", [], ["\n"]),
    ],
)
def test_in_a_changed_line_the_changed_words_are_marked(old: str, new: str, gone: list[str], come: list[str]) -> None:
    row = only(compare(old, new))
    assert (row.kind, marked(row.old), marked(row.new)) == ("changed", gone, come)


def test_lines_without_common_words_are_removed_and_added() -> None:
    old, new = compare("A wholly old sentence.\n", "Now something else entirely!\n").rows
    assert (old.kind, old.old_number, old.new_number, old.new) == ("removed", 1, None, ())
    assert (new.kind, new.old_number, new.new_number, new.old) == ("added", None, 1, ())


def test_changed_paragraphs_stand_beside_their_successors_past_inserted_ones() -> None:
    old = "Dust causes wheeze at night.\n\nPollen causes sneezing in spring.\n"
    new = (
        "Quite new words.\n\nDust can cause wheeze at night.\n\nAlso unheard of.\n\nPollen causes coughing in spring.\n"
    )
    rows = [(row.kind, row.old_number, row.new_number) for row in compare(old, new).rows if row.kind == "changed"]
    assert rows == [("changed", 1, 3), ("changed", 3, 7)]


def test_blank_lines_between_changed_paragraphs_stay_the_same() -> None:
    old = "Dust causes wheeze at night.\n\nPollen causes sneezing in spring.\n"
    assert kinds(compare(old, old.replace("causes", "brings"))) == ["changed", "same", "changed"]


def test_unchanged_runs_are_folded_around_their_context() -> None:
    old = "".join(f"line {number}\n" for number in range(1, 21))
    comparison = compare(old, old.replace("line 10\n", "line ten\n"))
    assert kinds(comparison) == ["fold", "same", "same", "changed", "same", "same", "fold"]
    assert [(row.new_number, row.folded) for row in comparison.rows if row.kind == "fold"] == [(1, 7), (13, 8)]


def test_a_single_line_is_never_folded() -> None:
    assert kinds(compare("a\nb\nc\nold words\n", "a\nb\nc\n")) == ["same", "same", "same", "removed"]


def test_equal_texts_are_one_fold() -> None:
    assert compare("a\nb\nc\n", "a\nb\nc\n") == Comparison((Row("fold", 1, 1, folded=3),), equal=True)
    assert compare("", "") == Comparison((), equal=True)


def test_rows_that_start_a_section_carry_its_title() -> None:
    text = "Lead.\n# Causes #\n```\n# no heading\n```\n## Dust mites\n"
    headings = {row.new_number: row.heading for row in compare("", text).rows if row.heading}
    assert headings == {2: "Causes", 6: "Dust mites"}


def test_a_fold_names_the_section_that_the_text_after_it_is_in() -> None:
    old = "Lead.\n## Causes\na\nb\nc\n## Symptoms\nd\ne\nf\ng\nold\n"
    fold = compare(old, old.replace("old", "new")).rows[0]
    assert (fold.kind, fold.folded, fold.heading) == ("fold", 8, "Symptoms")


def test_the_rows_do_not_depend_on_the_matcher_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = (" ".join(random.Random(seed).choices("abcdef\n", k=2000)) for seed in (1, 2))
    rows = compare(old, new).rows
    monkeypatch.setattr(comparing, "SequenceMatcher", difflib.SequenceMatcher)
    assert compare(old, new).rows == rows


def _mixed(letters: str, size: int, seed: int) -> str:
    return "".join(random.Random(seed).choices(letters, k=size))


LINES = [f"line {number} {number * 7919 % 1000}\n" for number in range(20_000)]


@pytest.mark.parametrize(
    ("old", "new", "seconds"),
    [
        ("same\n" * 20_000, "same\n" * 19_000, 1),
        ("a\n" + "same\n" * 20_000 + "b\n", "c\n" + "same\n" * 19_000 + "d\n", 4),
        (_mixed("abcdefgh    .\n", 40_000, 1), _mixed("ijklmnop    .\n", 40_000, 2), 0.5),
        ("".join(LINES), "".join(f"other {at}\n" if at % 2 else line for at, line in enumerate(LINES)), 4),
        (_mixed("abc", 100_000, 1).replace("a", "a "), _mixed("abc", 100_000, 2).replace("a", "a "), 4),
        ("." * 500_000, "!" * 250_000 + "." * 250_000, 4),
    ],
    ids=["equal lines", "equal lines, other edges", "other text", "every second line", "three letters", "one line"],
)
def test_no_texts_take_long(old: str, new: str, seconds: float) -> None:
    began = time.process_time()
    compare(old, new)
    assert time.process_time() - began < seconds  # Of its own: other work on the machine does not count.


def test_of_many_changes_the_first_are_shown_and_the_page_is_told_that_there_are_more() -> None:
    old = "".join(f"line {number}\n" for number in range(6_000))
    new = old.replace("line", "row")

    assert not compare(old, old + "one more\n").cut
    comparison = compare(old, new)
    assert comparison.cut and len(comparison.rows) == 5_000


@pytest.mark.parametrize(
    ("old", "new"),
    [("## A\n\nx\n\n", "## A\n\nx\n"), ("x", "x\n\n\n"), ("\n\n", ""), ("## A\n\nx\n", "## A\n\nx")],
)
def test_the_gap_after_a_section_is_no_change_of_it(old: str, new: str) -> None:
    assert compare_sections(old, new).equal


def test_blank_lines_inside_a_section_are() -> None:
    assert not compare_sections("a\n\nb\n", "a\nb\n").equal


# --- In one column -----------------------------------------------------------------------------------------------
@given(st.text(alphabet="ab .5\n", max_size=80), st.text(alphabet="ab .5\n", max_size=80))
def test_in_one_line_a_changed_row_has_what_went_and_what_came(old: str, new: str):
    for row in compare(old, new, context=None).rows:
        assert "".join(span.text for span in row.inline if span.mark != "del") == "".join(s.text for s in row.new)
        assert "".join(span.text for span in row.inline if span.mark != "ins") == "".join(s.text for s in row.old)


def test_what_went_stands_before_what_came():
    [row] = compare("Dose: 5 mg", "Dose: 10 mg").rows
    assert [(span.text, span.mark) for span in row.inline] == [
        ("Dose: ", ""),
        ("5", "del"),
        ("10", "ins"),
        (" mg", ""),
    ]
