"""Two versions as people look at them: moved sections beside themselves, rendered text with its words marked."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import identity, rendering, showing
from articles.text.sections import Version

OLD = "Lead.\n\n## One\n\nText one.\n\n### Sub\n\nSub.\n\n## Two\n\nTake 5 mg.\n\n## Three\n\nText three.\n"
NEW = "Lead.\n\n## Two\n\nTake 50 mg.\n\n## Three\n\nText three.\n\n## One\n\nText one.\n\n### Sub\n\nSub.\n"


def version(text: str, before: Version | None = None) -> Version:
    outline = rendering.render(text).outline
    if before is not None:
        return Version(text, identity.keep_ids(before, Version(text, outline)))
    entries = tuple(replace(entry, id=number) for number, entry in enumerate(outline.entries, 1))
    return Version(text, replace(outline, entries=entries))


@pytest.fixture
def pair() -> tuple[Version, Version]:
    old = version(OLD)
    return old, version(NEW, old)


# --- Moved sections ----------------------------------------------------------------------------------------------
def test_a_moved_section_is_compared_with_itself_and_says_where_it_stood(pair):
    rows = showing.compare(*pair).rows
    [moved] = [row for row in rows if row.moved is not None]
    assert (moved.kind, moved.new[0].text, moved.moved) == ("moved", "## One\n", "")
    assert [row.kind for row in rows if row.kind not in ("same", "fold")] == ["changed", "moved"]


def test_lines_keep_the_numbers_that_they_had(pair):
    [changed] = [row for row in showing.compare(*pair).rows if row.kind == "changed"]
    assert (changed.old_number, changed.new_number) == (OLD[: OLD.index("Take")].count("\n") + 1, 5)


def test_the_changed_sections_are_named_with_what_became_of_them(pair):
    old, new = pair
    found = {(each.title, each.state) for each in showing.changed_sections(old, new)}
    assert found == {("Two", "changed"), ("One", "moved")}


def test_new_and_gone_sections_are_named_too():
    old = version("Lead.\n\n## One\n\nText.\n")
    new = version("Lead.\n\n## Other\n\nNothing alike at all.\n", old)
    states = {each.title: each.state for each in showing.changed_sections(old, replace_id(new))}
    assert states == {"Other": "added", "One": "removed"}


def replace_id(new: Version) -> Version:
    entries = tuple(replace(entry, id=entry.id or 99) for entry in new.outline.entries)
    return Version(new.text, replace(new.outline, entries=entries))


def test_where_nothing_moved_the_comparison_is_that_of_the_texts(pair):
    old, _new = pair
    assert showing.compare(old, old).equal


# --- Rendered ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("<p>5 mg</p>", "<p>50 mg</p>", "<p><del>5</del><ins>50</ins> mg</p>"),
        ("<p>a</p><p>b</p>", "<p>a</p>", "<p>a<del>b</del></p>"),
        ("", "<ul><li>new</li></ul>", "<ul><li><ins>new</ins></li></ul>"),
        ("<p>gone</p>", "", "<del>gone</del>"),
        ("<p>a</p>", "<p><b>a</b></p>", "<p><b>a</b></p>"),
        ('<a title="x>y">a</a>', '<a title="x>z">a</a>', '<a title="x>z">a</a>'),
        ("<p>a &lt;b&gt;</p>", "<p>a &amp;</p>", "<p>a <del>&lt;b&gt;</del><ins>&amp;</ins></p>"),
    ],
)
def test_words_are_marked_and_tags_are_the_new_ones(old: str, new: str, marked: str):
    assert showing.marked_html(old, new) == marked


def test_words_that_went_from_a_table_stand_in_a_cell():
    old, new = "<table><tr><td>a</td></tr><tr><td>b</td></tr></table>", "<table><tr><td>a</td></tr></table>"
    assert showing.marked_html(old, new) == "<table><tr><td>a<del>b</del></td></tr></table>"


HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<b>", "</b>", "word", " ", "&amp;", "5", '<a href="x" title="a > b">', "</a>", '"']
    )
).map("".join)


@given(HTML, HTML)
def test_without_its_marks_the_marked_text_is_the_new_one(old: str, new: str):
    marked = showing.marked_html(old, new)
    assert re.sub(r"</?ins>", "", re.sub(r"<del>.*?</del>", "", marked)) == new
