"""Sections moved, put at another level, joined, parted, taken together: no line is lost, and only theirs change."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import arranging, identity, rendering
from articles.text.arranging import Arranged, CannotArrange
from articles.text.sections import Version

TAIL = "[[Category:Lungs]]\n"
TEXT = "Lead.\n\n## One\n\nx\n\ny\n\n### Under\n\nu\n\n## Two\n\n- z\n\n## Three\n\nt\n\n" + TAIL


def version(text: str) -> Version:
    outline = rendering.render(text).outline
    entries = (replace(entry, id=at + 10) for at, entry in enumerate(outline.entries))
    return Version(text, replace(outline, entries=tuple(entries)))


def sent(text: str, before: Version) -> Version:
    return Version(text, identity.keep_ids(before, Version(text, rendering.render(text).outline)))


def headings(text: str) -> list[tuple[int, str | None]]:
    return [(entry.level, entry.title) for entry in rendering.render(text).outline.entries[1:]]


def lines(text: str) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip())


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text with a lead, up to six sections of levels 1 to 6 with any gaps, and perhaps a tail."""
    body = st.sampled_from(["", "word\n", "word\n\nmore\n", "- point\n", "```\n\n## no heading\n\n```\n"])
    gap = st.sampled_from(["\n", "\n\n"])
    parts = [draw(st.sampled_from(["", "Lead.\n\n"]))]
    for number in range(draw(st.integers(1, 6))):
        parts.append(f"{'#' * draw(st.integers(1, 6))} S{number}\n\n{draw(body)}{draw(gap)}")
    return "".join(parts) + draw(st.sampled_from(["", TAIL]))


# --- Moving ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("index", "behind", "order"),
    [
        (1, 3, ["Two", "One", "Under", "Three"]),
        (4, 0, ["Three", "One", "Under", "Two"]),
        (4, 1, ["One", "Under", "Three", "Two"]),
        (2, 3, ["One", "Two", "Under", "Three"]),
        (3, 4, ["One", "Under", "Three", "Two"]),
    ],
)
def test_a_section_moves_with_what_is_in_it_and_behind_what_is_in_the_other(index: int, behind: int, order: list[str]):
    moved = arranging.move(version(TEXT), index, behind).text
    assert [title for _level, title in headings(moved)] == order and moved.endswith("\n\n" + TAIL)


def test_a_section_has_no_place_where_it_would_take_others_into_itself():
    assert arranging.places(version(TEXT).outline, 4) == (0, 1, 3)
    assert arranging.place_of(version(TEXT).outline, 4) == 3


@pytest.mark.parametrize(("index", "behind"), [(0, 1), (1, 1), (1, 2), (3, 2), (9, 1)])
def test_the_lead_stays_and_no_section_goes_into_itself_or_between_anothers(index: int, behind: int):
    with pytest.raises(CannotArrange):
        arranging.move(version(TEXT), index, behind)


def test_the_last_section_is_parted_from_what_it_is_moved_before():
    text = "## One\n\nx\n## Two\n\ny"
    assert arranging.move(version(text), 2, 0).text == "## Two\n\ny\n\n## One\n\nx\n"


@given(texts(), st.data())
@settings(deadline=None, max_examples=80)
def test_a_move_loses_no_line_and_leaves_the_tail_at_the_end(text: str, data: st.DataObject):
    old = version(text)
    index = data.draw(st.integers(1, len(old.outline.entries) - 1))
    arranged = arranging.move(old, index, data.draw(st.sampled_from(arranging.places(old.outline, index))))
    assert lines(arranged.text) == lines(text)
    assert headings(arranged.text) == list(arranged.headings)
    assert arranged.text.endswith(TAIL) is text.endswith(TAIL)


@given(texts(), st.data())
@settings(deadline=None, max_examples=40)
def test_a_section_that_goes_where_it_is_leaves_each_byte(text: str, data: st.DataObject):
    old = version(text)
    index = data.draw(st.integers(1, len(old.outline.entries) - 1))
    assert arranging.move(old, index, arranging.place_of(old.outline, index)).text == text


# --- Levels, joining, parting ------------------------------------------------------------------------------------
def test_a_section_changes_its_level_with_what_is_in_it():
    assert arranging.relevel(version(TEXT), 1, 1).headings == ((3, "One"), (4, "Under"), (2, "Two"), (2, "Three"))


def test_an_underlined_heading_is_written_with_hashes_at_its_new_level():
    assert arranging.relevel(version("One\n---\nx\n"), 1, 1).text == "### One\nx\n"


@pytest.mark.parametrize(("index", "by"), [(0, 1), (1, -2), (1, 4)])
def test_levels_are_one_to_six_and_the_lead_has_none(index: int, by: int):
    with pytest.raises(CannotArrange):
        arranging.relevel(version(TEXT), index, by)


@given(texts(), st.integers(-6, 6), st.data())
@settings(deadline=None, max_examples=80)
def test_a_new_level_changes_hashes_only(text: str, by: int, data: st.DataObject):
    old = version(text)
    index = data.draw(st.integers(1, len(old.outline.entries) - 1))
    try:
        arranged = arranging.relevel(old, index, by)
    except CannotArrange:
        return
    assert arranged.text.replace("#", "") == text.replace("#", "")
    assert headings(arranged.text) == list(arranged.headings)
    assert all(1 <= level <= 6 for level, _title in arranged.headings)


@pytest.mark.parametrize("old", ["## Two", "## Two ##", "Two\n---"])
def test_a_renamed_section_keeps_its_level_and_its_text(old: str):
    renamed = arranging.rename(version(TEXT.replace("## Two", old)), 3, "Second")
    assert renamed.text == TEXT.replace("## Two", "## Second") and renamed.headings[2] == (2, None)


def test_a_joined_section_gives_its_text_to_the_one_above():
    assert arranging.join(version(TEXT), 3).text == TEXT.replace("## Two\n\n", "")
    assert arranging.join(version(TEXT), 1).text == TEXT.replace("## One\n\n", "")


def test_a_parted_section_goes_on_under_its_new_heading():
    old = version(TEXT)
    (paragraph,) = arranging.paragraphs(old, 1)
    assert paragraph.words == "y"
    assert arranging.part(old, 1, paragraph.line, "New").text == TEXT.replace("y\n", "## New\n\ny\n")


@given(texts(), st.data())
@settings(deadline=None, max_examples=80)
def test_what_was_parted_and_joined_is_the_text_again(text: str, data: st.DataObject):
    old = version(text)
    index = data.draw(st.integers(0, len(old.outline.entries) - 1))
    for paragraph in arranging.paragraphs(old, index):
        parted = arranging.part(old, index, paragraph.line, "New").text
        assert arranging.join(version(parted), index + 1).text == text


@pytest.mark.parametrize(
    "body", ["one\n", "one\ntwo\n", "- one\n\n    two\n", "```\n\ntwo\n\n```\n", "one\n\n```\ntwo\n"], ids=repr
)
def test_lines_that_belong_together_are_not_parted(body: str):
    assert not [place for place in arranging.paragraphs(version(f"## One\n\n{body}"), 1) if place.words == "two"]


def test_no_section_is_parted_where_there_is_no_paragraph():
    with pytest.raises(CannotArrange):
        arranging.part(version(TEXT), 1, 3, "New")


# --- Adding, taking away -----------------------------------------------------------------------------------------
def test_a_new_section_stands_behind_one_and_what_is_in_it():
    added = arranging.add(version(TEXT), 1, "New", "n\n")
    assert added.text == TEXT.replace("## Two", "## New\n\nn\n\n## Two")
    assert added.headings[2] == (2, None)


@pytest.mark.parametrize(("index", "before"), [(0, "## One"), (2, "## Two"), (4, "[[Category")])
def test_a_new_section_behind_the_lead_or_at_the_end_stands_before_the_tail(index: int, before: str):
    text = arranging.add(version(TEXT), index, "New", "").text
    assert "# New\n\n" + before in text


def test_a_section_goes_with_what_is_in_it():
    assert arranging.remove(version(TEXT), 1) == Arranged(
        "Lead.\n\n## Two\n\n- z\n\n## Three\n\nt\n\n" + TAIL, ((2, "Two"), (2, "Three"))
    )


# --- Several together --------------------------------------------------------------------------------------------
def test_sections_are_taken_once_each_in_their_order():
    old = version(TEXT)
    assert arranging.apart(old.outline, [4, 2, 1, 4]) == (1, 4)
    assert arranging.take(old, (1, 4)).text == "## One\n\nx\n\ny\n\n### Under\n\nu\n\n## Three\n\nt\n\n"


@given(texts(), st.data())
@settings(deadline=None, max_examples=80)
def test_what_is_put_back_unchanged_is_the_text_again(text: str, data: st.DataObject):
    old = version(text)
    every = range(len(old.outline.entries))
    chosen = arranging.apart(old.outline, data.draw(st.lists(st.sampled_from(every), min_size=1)))
    assert arranging.put(old, chosen, arranging.take(old, chosen)) == text


def put(chosen: tuple[int, ...], change) -> str:
    old = version(TEXT)
    taken = arranging.take(old, chosen)
    return arranging.put(old, chosen, sent(change(taken.text), taken))


def test_only_the_taken_sections_change():
    changed = put((1, 4), lambda text: text.replace("x", "xx").replace("t\n", "tt\n"))
    assert changed == TEXT.replace("x", "xx").replace("\nt\n", "\ntt\n")


def test_the_lead_may_be_among_them():
    assert put((0, 4), lambda text: text.replace("Lead", "Start")) == TEXT.replace("Lead", "Start")


def test_sections_sent_in_another_order_stand_in_that_order():
    changed = put((1, 4), lambda text: text[text.index("## Three") :] + text[: text.index("## Three")])
    assert [title for _level, title in headings(changed)] == ["Three", "Two", "One", "Under"]


def test_a_section_without_its_heading_leaves_its_text_where_it_stood_in_the_form():
    changed = put((1, 4), lambda text: text.replace("## Three\n\n", ""))
    assert changed == TEXT.replace("## Three\n\nt\n\n", "").replace("u\n\n", "u\n\nt\n\n")


def test_a_new_section_stands_where_it_was_written():
    changed = put((1, 4), lambda text: text.replace("## Three", "## New\n\nn\n\n## Three"))
    assert changed == TEXT.replace("## Two", "## New\n\nn\n\n## Two")


def test_an_emptied_form_takes_them_away():
    assert put((1, 4), lambda text: "") == "Lead.\n\n## Two\n\n- z\n\n" + TAIL


@pytest.mark.parametrize("text", ["Quite another text.\n", "Words.\n\n## Other\n\nthings\n", "# X\n\n## Three\n\nq\n"])
def test_whatever_was_sent_no_line_of_it_is_lost(text: str):
    rest = lines("Lead.\n## Two\n- z\n" + TAIL)
    assert lines(put((1, 4), lambda _text: text)) == rest + lines(text)
