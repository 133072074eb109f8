"""Base, mine and theirs become one text, or a clash."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import identity, rendering, sections
from articles.text.merging import Clash, Version, merge_section, merge_whole

TAIL = "[[Category:Lungs]]\n"
PARTS = ["Lead.\n\n", "## One\n\nx\n\n", "## Two\n\ny\n\n", "## Three\n\nz\n\n"]
TEXT = "".join(PARTS) + TAIL


def version(text, before: Version | None = None) -> Version:
    """A version whose sections keep their ids from the one before."""
    outline = rendering.render(text).outline
    if before is not None:
        outline = identity.keep_ids(before.outline, outline)
    used = {entry.id for entry in outline.entries}
    fresh = (number for number in range(1, 1_000) if number not in used and number > len(used) * (before is not None))
    return Version(
        text, replace(outline, entries=tuple(replace(each, id=each.id or next(fresh)) for each in outline.entries))
    )


BASE = version(TEXT)
ONE, TWO = BASE.outline.entries[1].id, BASE.outline.entries[2].id


def without(*parts) -> str:
    return "".join(part for part in PARTS if part not in parts) + TAIL


# --- A section ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "theirs",
    [
        TEXT,
        TEXT.replace("Lead", "Another lead"),
        TEXT.replace("## One", "## Uno"),
        TEXT.replace("x\n", "xx\n\nxxx\n"),
        without(PARTS[1]),
        PARTS[0] + PARTS[3] + PARTS[2] + PARTS[1] + TAIL,
        TEXT.replace("## One", "## Zero\n\n0\n\n## One"),
        TEXT.replace(TAIL, "{{stub}}\n" + TAIL),
    ],
    ids=["nothing", "lead", "renamed", "longer", "deleted", "moved", "added", "tail"],
)
def test_a_section_lands_where_it_is_now_and_nothing_else_changes(theirs):
    mine = "## Two\n\nY and more\n"
    merged = merge_section(BASE, version(theirs, BASE), TWO, mine)
    assert merged == theirs.replace("## Two\n\ny\n", mine)


def test_the_same_section_changed_by_both_is_a_clash_with_all_three_texts():
    theirs = version(TEXT.replace("y\n", "theirs\n"), BASE)
    clash = merge_section(BASE, theirs, TWO, "## Two\n\nmine\n")
    assert clash == Clash("Two", PARTS[2], "## Two\n\nmine\n", "## Two\n\ntheirs\n\n")


def test_a_section_that_is_gone_is_a_clash_without_theirs():
    clash = merge_section(BASE, version(without(PARTS[2]), BASE), TWO, "mine\n")
    assert clash == Clash("Two", PARTS[2], "mine\n", None)


@pytest.mark.parametrize("mine", ["## Two\n\ntheirs\n", "## Two\n\ntheirs\n\n\n", PARTS[2], PARTS[2].rstrip()])
def test_what_is_so_already_or_was_not_changed_leaves_theirs(mine):
    theirs = version(TEXT.replace("y\n", "theirs\n"), BASE)
    assert merge_section(BASE, theirs, TWO, mine) == theirs.text


def test_blank_lines_put_after_a_section_by_others_are_no_change_of_it():
    theirs = version(TEXT.replace("y\n\n", "y\n\n\n\n"), BASE)
    assert "mine" in merge_section(BASE, theirs, TWO, "## Two\n\nmine\n")


def test_a_section_is_never_placed_by_likeness():
    # "Two" is gone, another of that name stands in its place: it is not the one that was opened.
    theirs = version(without(PARTS[2]), BASE)
    entries = (*theirs.outline.entries, sections.OutlineEntry(99, 2, "Two", "Two", "another", 77))
    clash = merge_section(BASE, Version(theirs.text, replace(theirs.outline, entries=entries)), TWO, "mine\n")
    assert isinstance(clash, Clash) and clash.theirs is None


def test_deleting_a_section_deletes_it_only():
    theirs = version(TEXT.replace("x\n", "xx\n"), BASE)
    assert merge_section(BASE, theirs, TWO, "") == without(PARTS[2]).replace("x\n", "xx\n")


def test_a_section_that_is_newer_than_the_base_is_a_clash():
    theirs = version(TEXT.replace(TAIL, "## New\n\nn\n\n" + TAIL), BASE)
    clash = merge_section(BASE, theirs, theirs.outline.entries[-1].id, "## New\n\nmine\n")
    assert isinstance(clash, Clash) and (clash.base, clash.theirs) == ("", "## New\n\nn\n\n")


# --- The whole ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        (TEXT, "Theirs.\n", "Theirs.\n"),
        ("Mine.\n", TEXT, "Mine.\n"),
        ("Same.\n", "Same.\n", "Same.\n"),
        (TEXT.replace("x", "X"), TEXT.replace("\ny", "\nY"), TEXT.replace("x", "X").replace("\ny", "\nY")),
        (
            TEXT.replace("Lead", "Mine"),
            TEXT.replace("Lungs", "Air"),
            TEXT.replace("Lead", "Mine").replace("Lungs", "Air"),
        ),
        (without(PARTS[1]), TEXT.replace("z", "Z"), without(PARTS[1]).replace("z", "Z")),
        (TEXT.replace("x\n", "x\nMore\n"), without(PARTS[3]), without(PARTS[3]).replace("x\n", "x\nMore\n")),
        (TEXT.replace("x", "X").replace("z", "Z"), TEXT.replace("x", "X"), TEXT.replace("x", "X").replace("z", "Z")),
    ],
)
def test_changes_of_different_sections_are_merged(mine, theirs, merged):
    assert merge_whole(BASE, version(theirs, BASE), mine) == merged


@pytest.mark.parametrize(
    ("mine", "theirs", "title"),
    [
        (TEXT.replace("x", "mine"), TEXT.replace("x", "theirs"), "One"),
        (TEXT.replace("Lead", "Mine"), TEXT.replace("Lead", "Theirs"), ""),
        (TEXT.replace("Lungs", "Mine"), TEXT.replace("Lungs", "Theirs"), ""),
        (without(PARTS[2]), TEXT.replace("\ny", "\nY"), "Two"),
        (TEXT.replace("## Two", "## New\n\n1\n\n## Two"), TEXT.replace("## Two", "## Other\n\n2\n\n## Two"), "One"),
        ("Mine.\n", TEXT.replace("x", "X"), "One"),
    ],
    ids=["section", "lead", "tail", "deleted", "both put in one place", "all"],
)
def test_changes_of_one_section_are_a_clash_that_names_it(mine, theirs, title):
    clash = merge_whole(BASE, version(theirs, BASE), mine)
    assert clash == Clash(title, TEXT, mine, theirs)


def test_a_last_line_without_an_end_is_not_glued_to_what_follows():
    base = version("Lead.\n\n## One\n\nx")
    theirs = version("New lead.\n\n## One\n\nx", base)
    assert (
        merge_whole(base, theirs, "Lead.\n\n## One\n\nx\n\n## Two\n\ny\n")
        == "New lead.\n\n## One\n\nx\n\n## Two\n\ny\n"
    )


WORDS = st.lists(st.sampled_from(["aa", "bb", "cc", "dd", ""]), min_size=1, max_size=3).map("\n".join)


@st.composite
def changed_apart(draw):
    """A base, and two texts that each change sections of their own; what both make of it."""
    count = draw(st.integers(2, 5))
    bodies = draw(st.lists(WORDS, min_size=count, max_size=count))
    # A word of its own ends each section, so that no two lines of different sections can be taken for each other.
    texts = [f"## S{n}\n\n{body}\nend {n}\n\n" for n, body in enumerate(bodies)]
    owners = draw(st.lists(st.sampled_from(["mine", "theirs", ""]), min_size=count, max_size=count))
    new = [f"## S{n}\n\n{draw(WORDS)}\nend {n}\n\n" for n in range(count)]

    def as_of(*people):
        return "".join(new[n] if owners[n] in people else texts[n] for n in range(count))

    return as_of(None), as_of("mine"), as_of("theirs"), as_of("mine", "theirs")


@given(changed_apart())
@settings(max_examples=150, deadline=None)
def test_whatever_two_people_change_apart_is_all_there_or_a_clash_and_never_lost(texts):
    old, mine, theirs, both = texts
    base = version(old)
    merged = merge_whole(base, version(theirs, base), mine)
    assert merged == both or (isinstance(merged, Clash) and (merged.mine, merged.theirs) == (mine, theirs))


@given(st.lists(st.sampled_from(["## A\n", "## B\n", "x\n", "y\n", "\n", "z"]), max_size=8).map("".join), st.data())
@settings(max_examples=100, deadline=None)
def test_who_changes_what_nobody_else_touched_gets_their_text(old, data):
    mine = data.draw(st.lists(st.sampled_from(["## A\n", "## C\n", "x\n", "w\n", "\n"]), max_size=8).map("".join))
    base = version(old)
    assert merge_whole(base, base, mine) == mine
