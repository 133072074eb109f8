"""Splitting, finding and replacing sections."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import rendering, sections
from articles.text.guarding import ShapeError
from articles.text.sections import Outline

ARTICLE = """Asthma is a disease.

## Causes

Dust.

### Allergens

Cats.

## Treatment
Air.

{{ stub|lungs }}
[[Category:Lungs]]

[^1]: A note
    that goes on.

    Further.
[link]: http://example.org "Title"
*[WHO]: World Health Organization
"""


def outline_of(text):
    return rendering.render(text).outline


def titles(text):
    return [entry.title for entry in outline_of(text).entries]


def test_the_pieces_joined_are_the_text():
    pieces = sections.split(ARTICLE, outline_of(ARTICLE))

    assert sections.join(pieces) == ARTICLE
    assert pieces.lead == "Asthma is a disease.\n\n"
    assert pieces.sections[1] == "### Allergens\n\nCats.\n\n"
    assert pieces.tail.startswith("{{ stub|lungs }}\n")


line = st.sampled_from(
    ["## a", "# b", "text", "", "```", "===", "---", "- item", "> q", "    code", "[[Category:X]]", "[^1]: n",
     "<div>", "</div>", "<!--", "-->", "{{ x", " }}", "a|b", "-|-", "term", ": def", "!!! note", "\x0b", "\u2028"]
)  # fmt: skip


@given(st.lists(line, max_size=12).map("\n".join), st.booleans())
def test_any_text_is_split_and_joined_byte_for_byte(text, end):
    text += "\n" * end
    outline = outline_of(text)

    assert sections.join(sections.split(text, outline)) == text
    assert [
        sections.replace(text, outline, i, sections.text_of(text, outline, i)) for i in range(len(outline.entries))
    ] == [text] * len(outline.entries)


def test_lines_are_parted_at_line_feeds_only():
    assert sections.lines_of("a\u2028b\x0cc\rd\ne") == ["a\u2028b\x0cc\rd\n", "e"]


def test_a_section_is_read_with_its_subsections_and_without_the_tail():
    outline = outline_of(ARTICLE)

    assert sections.text_of(ARTICLE, outline, 1) == "## Causes\n\nDust.\n\n### Allergens\n\nCats.\n\n"
    assert sections.text_of(ARTICLE, outline, 3) == "## Treatment\nAir.\n\n"
    assert sections.text_of(ARTICLE, outline, 0) == "Asthma is a disease.\n\n"


def test_replacing_a_section_leaves_every_other_byte():
    changed = sections.replace(ARTICLE, outline_of(ARTICLE), 2, "### Allergens\n\nDogs.")

    assert changed == ARTICLE.replace("Cats.", "Dogs.")


def test_replacing_the_last_section_keeps_the_tail_apart():
    changed = sections.replace(ARTICLE, outline_of(ARTICLE), 3, "## Treatment\nRest.")

    assert changed == ARTICLE.replace("Air.", "Rest.")


def test_a_lead_put_before_a_first_heading_is_parted_from_it():
    text = "Causes\n---\nDust.\n"

    assert sections.replace(text, outline_of(text), 0, "New lead") == "New lead\n\nCauses\n---\nDust.\n"


def test_no_blank_line_is_added_where_there_was_none():
    text = "## A\na\n## B\nb"

    assert sections.replace(text, outline_of(text), 1, "## A\nnew") == "## A\nnew\n## B\nb"


def test_a_new_section_goes_before_the_tail():
    changed = sections.append(ARTICLE, outline_of(ARTICLE), "## History\nOld.")

    assert "Air.\n\n## History\nOld.\n\n{{ stub|lungs }}\n" in changed
    assert titles(changed) == ["", "Causes", "Allergens", "Treatment", "History"]


@pytest.mark.parametrize(
    ("text", "expected"), [("", "## A\n"), ("lead", "lead\n\n## A\n"), ("lead\n\n", "lead\n\n## A\n")]
)
def test_a_new_section_after_no_tail_is_parted_by_a_blank_line(text, expected):
    assert sections.append(text, outline_of(text), "## A") == expected


def test_removing_a_section_removes_its_subsections_only():
    changed = sections.remove(ARTICLE, outline_of(ARTICLE), 1)

    assert changed == ARTICLE.replace("## Causes\n\nDust.\n\n### Allergens\n\nCats.\n\n", "")


def test_a_section_is_found_by_number_or_anchor():
    outline = Outline.from_json(
        {"entries": [{"line": 0, "level": 0, "title": "", "anchor": "", "hash": "x", "id": 7}], "tail_line": 0}
    )

    assert sections.find(outline, id=7) == 0
    assert sections.find(outline, id=8) is None
    assert sections.find(outline, anchor="") == 0
    assert sections.find(outline_of(ARTICLE), anchor="Allergens") == 2


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("a\n\n[[Category:X]]\n", "[[Category:X]]\n"),
        ("a\n[[Category:X]] [[Category:Y|z]]\n\n", "[[Category:X]] [[Category:Y|z]]\n\n"),
        ("[[Category:X]]\n", "[[Category:X]]\n"),
        ("a\n\n[^1]: x\nlazy\n\n    more\n", "[^1]: x\nlazy\n\n    more\n"),
        ("a\n\n[b]: http://x\n    'title'\n", "[b]: http://x\n    'title'\n"),
        ("a\n\n[^1]: x\n\nprose\n", ""),
        ("```\n[[Category:X]]\n```\n", ""),
        ("    [[Category:X]]\n", ""),
        ("[[Category:X]] and prose\n", ""),
        ("a\n\n[[Category:X]]\n\n## b\n", ""),
        ("see [^1]: not a definition\n", ""),
        ("[Note]: this is prose, not an address\n", ""),
    ],
)
def test_the_tail_is_what_defines_and_shows_nothing_at_the_end(text, tail):
    assert sections.split(text, outline_of(text)).tail == tail


def test_equal_headings_have_different_anchors_that_are_never_the_pages_own():
    text = "## A b\n## a b\n## A b 2\n## 2020\n## contents\n## fn-1\n## user-x\n## [[!]] \n"

    anchors = [entry.anchor for entry in outline_of(text).entries[1:]]

    assert anchors == ["A_b", "a_b_2", "A_b_2_2", "_2020", "_contents", "_fn-1", "_user-x", "!"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Causes\n------\nDust.\n", "## Causes\nDust.\n"),
        ("Title\n=\n", "# Title\n"),
        ("2 (two) [x]\n---", "## 2 (two) [x]"),
        ("C#\n---\nx", "## C# ##\nx"),
        ("```\nCode\n----\n```\n", "```\nCode\n----\n```\n"),
        ("a\nb\n---\n", "a\nb\n---\n"),
        ("a|b\n-|-\n1|2\n", "a|b\n-|-\n1|2\n"),
        ("## a\n\n---\n\ntext\n", "## a\n\n---\n\ntext\n"),
        ("> A\n> ---\n", "> A\n> ---\n"),
    ],
)
def test_underlined_headings_are_written_with_hashes(text, expected):
    assert sections.normalise_headings(text) == expected


def test_written_with_hashes_a_heading_is_the_same():
    text = "C#\n---\n\n- a\n---\n\nA *b* `c`\n===\n"

    before, after = outline_of(text).entries, outline_of(sections.normalise_headings(text)).entries

    assert [(e.level, e.title, e.anchor) for e in before] == [(e.level, e.title, e.anchor) for e in after]


def test_a_text_that_cannot_be_parsed_is_refused():
    with pytest.raises(ShapeError):
        sections.normalise_headings("a\n---\n" + "[" * 1_000)


def test_an_outline_survives_json():
    outline = outline_of(ARTICLE)

    assert Outline.from_json(json.loads(json.dumps(outline.to_json()))) == outline


def test_a_signature_is_of_the_section_with_what_is_in_it():
    before, after = (numbered(outline_of(text)) for text in (ARTICLE, ARTICLE.replace("Cats.", "Dogs.")))
    same = [sections.signature_of(before, one) == sections.signature_of(after, one) for one in range(1, 5)]
    assert same == [True, False, False, True]  # Lead, Causes, Allergens in it, Treatment.
    assert sections.signature_of(before, 9) is None


def laid_out(*places: tuple[int, int]) -> Outline:
    """An outline of a lead and of sections with these numbers at these levels."""
    text = "".join(f"{'#' * level} {number}\n\n" for number, level in places)
    outline = outline_of(f"Lead.\n\n{text}")
    numbers = [0, *(number for number, _level in places)]
    entries = zip(outline.entries, numbers, strict=True)
    return replace(outline, entries=tuple(replace(entry, id=number) for entry, number in entries))


FOUR = ((1, 2), (11, 3), (2, 2), (3, 2), (4, 2))


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        (FOUR, []),
        (((1, 2), (11, 3), (3, 2), (4, 2), (2, 2)), [2]),
        (((4, 2), (1, 2), (11, 3), (2, 2), (3, 2)), [4]),
        # Which of two neighbours has gone past the other, no outline tells.
        (((1, 2), (11, 3), (3, 2), (2, 2), (4, 2)), [2, 3]),
        (((1, 2), (2, 2), (11, 3), (3, 2), (4, 2)), [11]),
        # What is new or gone leaves the others where they are.
        (((9, 2), (1, 2), (11, 3), (3, 2), (4, 2)), []),
        (((1, 3), (11, 4), (2, 3), (3, 3), (4, 3)), []),
        ((), []),
    ],
)
def test_a_section_has_moved_when_the_order_of_the_others_is_kept_without_it(after, moved):
    old, new = laid_out(*FOUR), laid_out(*after)
    assert [number for number in (1, 11, 2, 3, 4) if sections.has_moved(old, new, number)] == moved


@pytest.mark.parametrize(
    ("summary", "named"),
    [
        ("/* Causes */ a source", ("Causes", "a source")),
        ("/* Causes */", ("Causes", "")),
        ("a source", ("", "a source")),
        ("see /* Causes */", ("", "see /* Causes */")),
    ],
)
def test_a_summary_names_the_section_that_its_form_wrote_first(summary, named):
    assert sections.named_in(summary) == named


def numbered(outline: Outline) -> Outline:
    return replace(outline, entries=tuple(replace(entry, id=number) for number, entry in enumerate(outline.entries, 1)))
