"""Base, mine and theirs become one text, or a clash."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import identity, rendering, sections
from articles.text.merging import Clash, Merge, merge
from articles.text.sections import Version

TAIL = "[[Category:Lungs]]\n"
PARTS = ["Lead.\n\n", "## One\n\nx\n\n", "## Two\n\ny\n\n", "## Three\n\nz\n\n"]
TEXT = "".join(PARTS) + TAIL


def version(text, before: Version | None = None, first: int = 1) -> Version:
    """A version whose sections keep their numbers from the one before; new ones are numbered from `first` on."""
    made = Version(text, rendering.render(text).outline)
    outline = identity.keep_ids(before, made) if before is not None else made.outline
    entries = (replace(each, id=each.id or first + at) for at, each in enumerate(outline.entries))
    return Version(text, replace(outline, entries=tuple(entries)))


def mine_of(text, before: Version) -> Version:
    """What somebody wrote over a version: its new sections have no numbers yet."""
    return Version(text, identity.keep_ids(before, Version(text, rendering.render(text).outline)))


def merged(old, mine, theirs) -> Merge:
    base = version(old)
    return merge(base, mine_of(mine, base), version(theirs, base, 1_000))


def section_merged(old, title, mine, theirs) -> Merge:
    """Merge an edit of one section, as the form of that section sends it."""
    base = version(old)
    at = next(at for at, entry in enumerate(base.outline.entries) if entry.title == title)
    return merged(old, sections.replace(old, base.outline, at, mine), theirs)


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
        TEXT.replace("## Three", "### Under two\n\n2\n\n## Three"),
        TEXT.replace(TAIL, "{{stub}}\n" + TAIL),
    ],
    ids=["nothing", "lead", "renamed", "longer", "deleted", "moved", "added", "added below", "tail"],
)
def test_a_section_lands_where_it_is_now_and_nothing_else_changes(theirs):
    mine = "## Two\n\nY and more\n"
    assert section_merged(TEXT, "Two", mine, theirs).parts == (theirs.replace("## Two\n\ny\n", mine),)


def test_a_section_that_they_renamed_or_put_a_level_lower_keeps_that_and_gets_my_words():
    theirs = TEXT.replace("## Two", "### Deux")
    assert section_merged(TEXT, "Two", "## Two\n\nmine\n", theirs).parts == (theirs.replace("y\n", "mine\n"),)


def test_my_new_title_and_their_new_level_make_one_heading():
    theirs = TEXT.replace("## Two", "### Two")
    assert merged(TEXT, TEXT.replace("## Two", "## Deux"), theirs).parts == (TEXT.replace("## Two", "### Deux"),)


def test_two_titles_for_one_section_are_a_clash_of_the_heading_only():
    merge = merged(TEXT, TEXT.replace("## Two", "## Deux"), TEXT.replace("## Two", "## Zwei"))
    assert merge.clashes == (Clash("Zwei", "## Two\n", "## Deux\n", "## Zwei\n"),)


def test_a_section_that_is_gone_is_a_clash_without_theirs():
    merge = section_merged(TEXT, "Two", "## Two\n\nmine\n", without(PARTS[2]))
    assert merge.clashes == (Clash("Two", PARTS[2], "## Two\n\nmine\n\n", ""),)


def test_a_section_that_i_delete_and_they_changed_is_a_clash_without_mine():
    merge = merged(TEXT, without(PARTS[2]), TEXT.replace("y\n", "theirs\n"))
    assert merge.clashes == (Clash("Two", PARTS[2], "", "## Two\n\ntheirs\n\n"),)


def test_what_i_joined_to_a_section_that_they_took_away_stays_where_it_was_for_them():
    both = merged(TEXT, TEXT.replace("## Two\n\n", ""), without(PARTS[1]))
    one, two = both.clashes
    assert (one.mine, one.theirs) == ("## One\n\nx\n\ny\n\n", "")
    assert (two.mine, two.theirs) == ("", PARTS[2])
    assert both.resolved([one.theirs or "", two.theirs or ""]) == without(PARTS[1])
    assert both.resolved([one.mine, two.mine]) == TEXT.replace("## Two\n\n", "")


def test_what_they_joined_to_a_section_that_i_delete_stays_where_it_was_for_me():
    both = merged(TEXT, without(PARTS[1]), TEXT.replace("## Two\n\n", ""))
    assert [(clash.mine, clash.theirs) for clash in both.clashes] == [
        ("", "## One\n\nx\n\ny\n\n"),
        (PARTS[2], ""),
    ]


def test_of_a_section_whose_heading_they_took_away_the_lines_have_their_place_yet():
    old = TEXT.replace("y\n", "y1\n\ny2\n")
    theirs = old.replace("## Two\n\n", "")
    assert section_merged(old, "Two", "## Two\n\ny1\n\nmine\n", theirs).parts == (theirs.replace("y2", "mine"),)


def test_blank_lines_put_after_a_section_by_others_are_no_change_of_it():
    theirs = TEXT.replace("y\n\n", "y\n\n\n\n")
    assert section_merged(TEXT, "Two", "## Two\n\nmine\n", theirs).parts == (theirs.replace("y\n", "mine\n"),)


def test_a_section_is_never_placed_by_likeness():
    old = TEXT.replace("y\n", "one two three four five six\n")
    theirs = old.replace(PARTS[2].replace("y\n", "one two three four five six\n"), "## Two\n\nquite another text\n\n")
    merge = section_merged(old, "Two", "## Two\n\none two mine four five six\n", theirs)
    assert [(clash.mine, clash.theirs) for clash in merge.clashes] == [
        ("one two mine four five six\n", "quite another text\n")
    ]


# --- The order ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mine", "theirs", "wanted"),
    [
        ("1 3 2", "1 2* 3", "1 3 2*"),
        ("1 2* 3", "3 1 2", "3 1 2*"),
        ("2 1 3", "1 2 4 3", "2 4 1 3"),
        ("1 2 3 4", "3 1 2", "3 4 1 2"),
        ("1 2 4 3", "1 2 5 3", "1 2 5 4 3"),
        ("1 3", "2 1 3", "1 3"),
        ("3 1 2", "2 1 3", "3 2 1"),
        ("1 2 4 3", "1 3", "1 4 3"),
        ("1 2 4 3", "1 2 4 3", "1 2 4 3"),
    ],
    ids=[
        "I move what they edit",
        "they move what I edit",
        "I move, they add",
        "they move, I add",
        "both add in one place",
        "I delete what they move",
        "both move",
        "I add after what they delete",
        "both add the same",
    ],
)
def test_moves_additions_and_edits_go_together(mine, theirs, wanted):
    def text(order):
        return "Lead.\n\n" + "".join(
            f"## Section {name[0]}\n\nText of number {name[0]}.{' Edited.' * name.count('*')}\n\n"
            for name in order.split()
        )

    assert merged(text("1 2 3"), text(mine), text(theirs)).parts == (text(wanted),)


def test_what_i_put_under_a_section_stays_under_it_whatever_they_put_behind_it():
    old = "## One\n\nx\n\n## Two\n\ny\n"
    mine = "## One\n\nx\n\n### Mine\n\nm\n\n## Two\n\ny\n"
    theirs = "## One\n\nx\n\n## Theirs\n\nt\n\n## Two\n\ny\n"
    both = "## One\n\nx\n\n### Mine\n\nm\n\n## Theirs\n\nt\n\n## Two\n\ny\n"
    assert merged(old, mine, theirs).parts == (both,)
    assert merged(old, theirs, mine).parts == (both,)


def test_what_they_wrote_into_a_section_that_i_delete_is_a_clash():
    theirs = TEXT.replace("## Three", "### Under two\n\n2\n\n## Three")
    merge = merged(TEXT, without(PARTS[2]), theirs)
    assert merge.clashes == (Clash("Under two", "", "", "### Under two\n\n2\n\n"),)


# --- The whole ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("mine", "theirs", "wanted"),
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
def test_changes_of_different_sections_are_merged(mine, theirs, wanted):
    assert merged(TEXT, mine, theirs).parts == (wanted,)


def test_categories_that_both_add_are_both_there():
    merge = merged(TEXT, TEXT + "[[Category:Mine]]\n[[Category:Air]]\n", TEXT + "[[Category:Air]]\n")
    assert merge.parts == (TEXT + "[[Category:Air]]\n[[Category:Mine]]\n",)


def test_two_footnotes_of_one_name_are_a_clash():
    merge = merged(TEXT, TEXT + "[^1]: Mine.\n", TEXT + "[^1]: Theirs.\n")
    assert merge.clashes == (Clash("", "", "[^1]: Mine.\n", "[^1]: Theirs.\n"),)


@pytest.mark.parametrize(
    ("mine", "theirs", "clash"),
    [
        (TEXT.replace("x", "mine"), TEXT.replace("x", "theirs"), Clash("One", "x\n", "mine\n", "theirs\n")),
        (TEXT.replace("Lead", "Mine"), TEXT.replace("Lead", "Theirs"), Clash("", "Lead.\n", "Mine.\n", "Theirs.\n")),
        (
            TEXT.replace("Lungs", "Mine"),
            TEXT.replace("Lungs", "Theirs"),
            Clash("", TAIL, TAIL.replace("Lungs", "Mine"), TAIL.replace("Lungs", "Theirs")),
        ),
    ],
    ids=["section", "lead", "tail"],
)
def test_only_the_piece_that_both_changed_is_a_clash(mine, theirs, clash):
    merge = merged(TEXT, mine, theirs)
    assert merge.clashes == (clash,)
    assert (merge.resolved([clash.mine]), merge.resolved([clash.theirs])) == (mine, theirs)


@pytest.mark.parametrize(
    ("theirs", "mine", "both"),
    [
        ("Theirs.\n", "Mine.\n", "Theirs.\n\nMine.\n"),
        ("- theirs\n", "- mine\n", "- theirs\n- mine\n"),
        ("Theirs.\n\n", "Mine.\n", "Theirs.\n\nMine.\n"),
        (None, "Mine.\n", "Mine.\n"),
        ("Theirs", "", "Theirs\n"),
    ],
)
def test_both_texts_of_a_clash_are_two_paragraphs_or_one_list(theirs, mine, both):
    assert Clash("", "", mine, theirs).both == both


def test_a_last_line_without_an_end_is_not_glued_to_what_follows():
    merge = merged("Lead.\n\n## One\n\nx", "Lead.\n\n## One\n\nx\n\n## Two\n\ny\n", "New lead.\n\n## One\n\nx")
    assert merge.parts == ("New lead.\n\n## One\n\nx\n\n## Two\n\ny\n",)


def test_a_text_that_ends_without_a_line_end_goes_on_doing_so():
    assert merged("Lead.\n\n## One\n\nx", "Mine.\n\n## One\n\nx", "Lead.\n\n## One\n\nX").parts == (
        "Mine.\n\n## One\n\nX",
    )


# --- Words -------------------------------------------------------------------------------------------------------
SENTENCES = "Asthma is a common disease of the lungs. It makes breathing hard.\n"


def test_different_words_of_a_paragraph_are_merged():
    merge = merged(SENTENCES, SENTENCES.replace("common", "frequent"), SENTENCES.replace("hard", "difficult"))
    assert merge.parts == ("Asthma is a frequent disease of the lungs. It makes breathing difficult.\n",)


def test_words_side_by_side_are_a_clash():
    merge = merged(SENTENCES, SENTENCES.replace("a common", "one common"), SENTENCES.replace("common", "frequent"))
    assert len(merge.clashes) == 1


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (("5 mg", "10 mg"), ("daily", "twice daily")),
        (("should be", "should not be"), ("children", "adults")),
        (("taken", "taken at night"), ("5 mg", "5 g")),
    ],
    ids=["a dose", "a not", "a unit"],
)
def test_a_dose_that_nobody_wrote_comes_of_no_merge(mine, theirs):
    old = "A tablet of 5 mg should be taken by most of the children once it hurts, daily.\n"
    assert merged(old, old.replace(*mine), old.replace(*theirs)).clashes[0].base == old


def test_a_dose_and_a_word_of_the_next_sentence_are_merged():
    old = "A tablet has 5 mg. It is taken with some water in the morning.\n"
    merge = merged(old, old.replace("5 mg", "10 mg"), old.replace("some water", "a glass of water"))
    assert merge.parts == ("A tablet has 10 mg. It is taken with a glass of water in the morning.\n",)


# --- Whatever people do --------------------------------------------------------------------------------------------
NAMES = "ABCDEF"


@st.composite
def edited(draw, parts, who):
    """What somebody makes of sections (title, level, lines): renames, moves, deletes, adds and edits them."""
    new = [[title, level, list(lines)] for title, level, lines in parts]
    for step in range(draw(st.integers(1, 3))):
        deed = draw(st.sampled_from(["edit", "edit", "add a line", "rename", "move", "delete", "new", "level"]))
        at = draw(st.integers(0, len(new) - 1)) if new else 0
        if not new or deed == "new":
            new.insert(at, [f"New {who} {step}", 2, [f"{who} writes a section in step {step}"]])
        elif deed == "edit" and new[at][2]:
            line = draw(st.integers(0, len(new[at][2]) - 1))
            new[at][2][line] = f"{who} changed in step {step} what {title_of(new[at])} said"
        elif deed == "add a line":
            new[at][2].insert(
                draw(st.integers(0, len(new[at][2]))), f"{who} adds in step {step} to {title_of(new[at])}"
            )
        elif deed == "rename":
            new[at][0] = f"{new[at][0]} renamed by {who}"
        elif deed == "move":
            new.insert(draw(st.integers(0, len(new) - 1)), new.pop(at))
        elif deed == "delete":
            new.pop(at)
        elif deed == "level":
            new[at][1] = draw(st.integers(2, 4))
    return new


def title_of(part):
    return part[0].split()[0]


@pytest.mark.parametrize("moved", ["## B\n\nTwo, or more.\n\nThree.\n", "## Renamed\n\nTwo.\n\nThree.\n"])
def test_a_section_taken_away_by_one_and_moved_and_changed_by_the_other_is_not_back_unasked(moved):
    old = "Lead.\n\n## A\n\nOne.\n\n## B\n\nTwo.\n\nThree.\n"
    merge = merged(old, "Lead.\n\n## A\n\nOne.\n", f"Lead.\n\n{moved}\n## A\n\nOne.\n")
    (clash,) = merge.clashes
    assert clash.mine == "" and clash.theirs is not None and clash.theirs.startswith(moved[:5])


def written(parts) -> str:
    return "The lead.\n\n" + "".join(
        f"{'#' * level} {title}\n\n" + "".join(f"{line}\n\n" for line in lines) for title, level, lines in parts
    )


def lines_in(text) -> Counter[str]:
    return Counter(line for line in text.split("\n") if line.strip() and not line.startswith("#"))


@st.composite
def two_edits(draw):
    count = draw(st.integers(1, len(NAMES)))
    parts = [
        (
            f"{name} section",
            draw(st.integers(2, 3)),
            [f"Line {n} of {name} tells its own story {n}" for n in range(draw(st.integers(0, 3)))],
        )
        for name in NAMES[:count]
    ]
    return parts, draw(edited(parts, "mine")), draw(edited(parts, "theirs"))


@given(two_edits())
@settings(max_examples=300, deadline=None)
def test_no_line_that_somebody_added_is_lost_and_none_comes_back(texts):
    old, mine, theirs = map(written, texts)
    merge = merged(old, mine, theirs)

    shown = merge.resolved(["".join(filter(None, (clash.mine, clash.theirs))) for clash in merge.clashes])
    base, my, their, there = map(lines_in, (old, mine, theirs, shown))
    assert not (my - base) - there
    assert not (their - base) - there
    kept = base & my & their
    assert not kept - there
    if not merge.clashes:
        assert there == (kept + (my - base) + (their - base)) or (my - base) & (their - base)


@given(two_edits())
@settings(max_examples=100, deadline=None)
def test_who_edits_alone_gets_their_text_and_the_same_twice_is_done_once(texts):
    old, mine, _ = map(written, texts)
    assert merged(old, mine, old).parts == (mine,)
    assert merged(old, old, mine).parts == (mine,)
    assert merged(old, mine, mine).parts == (mine,)


@given(two_edits())
@settings(max_examples=200, deadline=None)
def test_a_section_that_only_one_of_them_touched_has_every_line_and_no_other(texts):
    old, mine, theirs = texts
    merge = merged(*map(written, texts))

    if not merge.clashes:
        result = {title_of((entry.title,)): entry for entry in version(merge.resolved()).outline.entries[1:]}
        for part in old:
            name = title_of(part)
            mine_now = [each for each in mine if title_of(each) == name]
            theirs_now = [each for each in theirs if title_of(each) == name]
            if mine_now and theirs_now and name in result:
                index = list(version(merge.resolved()).outline.entries).index(result[name])
                segment = sections.split(merge.resolved(), version(merge.resolved()).outline).sections[index - 1]
                allowed = set(mine_now[0][2]) | set(theirs_now[0][2])
                assert set(lines_in(segment)) <= allowed
