"""What stands in the place of a withheld section, and that a text is made whole again byte for byte."""

from dataclasses import replace
from unittest.mock import Mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import notes, sections, withholding
from articles.text.rendering import render
from articles.text.sections import Outline, Version
from articles.text.withholding import Block, MarkLost, Withheld

TEXT = """\
A lead about the lungs.

## Dosage

Two tablets at night.

### Children

Half of a tablet.

## Causes

Dust and mites.

[[Category:Lungs]]
"""
DOSAGE = Withheld(frozenset({2}))


def version_of(text: str) -> Version:
    """A version whose sections are numbered 1, 2, 3 ... in their order."""
    found = sections.outline_of(
        text, [(entry.line, entry.level, entry.title) for entry in render(text).outline.entries][1:]
    )
    numbered = tuple(
        sections.OutlineEntry(entry.line, entry.level, entry.title, entry.anchor, entry.hash, number)
        for number, entry in enumerate(found.entries, 1)
    )
    return Version(text, Outline(numbered, found.tail_line))


def test_of_a_text_of_which_nothing_is_withheld_all_is_shown():
    version = version_of(TEXT + "\n[^note]: Under the lungs.\n")
    assert withholding.shown(version, Withheld()) == version


def test_a_withheld_section_keeps_its_heading_and_nothing_else():
    shown = withholding.shown(version_of(TEXT), DOSAGE)
    instead = "## Dosage\n{{under review|2+3}}\n\n"
    assert shown.text == TEXT.replace(TEXT[TEXT.index("## Dosage") : TEXT.index("## Causes")], instead)
    assert [entry.title for entry in shown.outline.entries] == ["", "Dosage", "Causes"]


def test_its_outline_is_the_one_that_the_parser_sees():
    shown = withholding.shown(version_of(TEXT), DOSAGE)
    seen = render(shown.text).outline
    assert [(entry.line, entry.title, entry.hash) for entry in shown.outline.entries] == [
        (entry.line, entry.title, entry.hash) for entry in seen.entries
    ]
    assert shown.outline.tail_line == seen.tail_line


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_made_whole_a_text_is_what_it_was(number: int):
    version = version_of(TEXT)
    shown = withholding.shown(version, Withheld(frozenset({number})))
    assert shown.text != TEXT and withholding.made_whole(shown.text, version) == TEXT


_LINES = ("## A", "### B", "word word word", "", "- one", "B\n---", "x[^1]", "x[^2]", "```", "[[Category:A]]")
_NOTES = ("[^1]: five[^2]", "> [^2]: ten", "    [^1]: six", "    more")
_DEFINED = ("[a]", "> [a]", "[a]: b", "- [a]:", "> b", '"c"', "*[word]: d", "*[A]:", "[word] A")


@given(st.lists(st.sampled_from(_LINES + _NOTES + _DEFINED)), st.sets(st.integers(1, 9)))
def test_whatever_is_withheld_of_whatever_text_it_can_be_made_whole(lines: list[str], numbers: set[int]):
    version = version_of("\n".join([*lines, "end\n"]))
    shown = withholding.shown(version, Withheld(frozenset(numbers)))
    assert withholding.made_whole(shown.text, version) == version.text


def test_a_passage_is_withheld_under_any_heading():
    passages = withholding.passages_of("Two tablets at night.\n")
    moved = version_of("Lead.\n\n## Other\n\n- Two  tablets at NIGHT. And more.\n\n## Third\n\nDust.\n")
    assert withholding.blocks_of(moved, Withheld(frozenset(), passages)) == (Block(1, 2),)


def test_short_words_are_no_passage():
    assert withholding.passages_of("See below.\nx\n") == frozenset()


def test_what_is_parted_from_a_withheld_section_stays_withheld():
    before = withholding.grown(DOSAGE, version_of(TEXT))
    parted = version_of(TEXT.replace("### Children", "## Children"))
    now = withholding.grown(Withheld(frozenset(), before.passages), parted)
    assert now.sections == {2, 3} and "Half" not in withholding.shown(parted, now).text


def test_what_stands_elsewhere_too_gives_nothing_away():
    twice = TEXT.replace("Dust and mites.", "Half of a tablet.")
    assert withholding.blocks_of(version_of(twice), withholding.grown(DOSAGE, version_of(twice))) == (Block(1, 3),)


def test_a_mark_is_spelled_as_the_section_is_now():
    assert withholding.respelled("{{under review|2}}\n", ["{{under review|2+7}}"]) == "{{under review|2+7}}\n"


def test_the_marks_of_two_notes_stay_two():
    text = noted("[^dose]: Fifty of them.\n[^dose]: Sixty of them.\n")
    assert text.count("{{note under review}}") == 2
    assert withholding.respelled(text, withholding.marks_in(text)) == text


@pytest.mark.parametrize("mark", ["{{under review|99}}", "{{under review|2+4}}"])
def test_a_mark_that_names_no_sections_as_they_are_is_lost(mark: str):
    with pytest.raises(MarkLost):
        withholding.made_whole(f"Mine.\n\n{mark}\n", version_of(TEXT))


NOTED = """\
A lead about the lungs.[^lead]

## Dosage

Two tablets at night.[^dose][^both]

## Causes

Dust and mites.[^both]

{notes}"""


def noted(notes: str, withheld: Withheld = DOSAGE) -> str:
    return withholding.shown(version_of(NOTED.format(notes=notes)), withheld).text


def test_a_note_that_only_a_withheld_section_uses_is_withheld_with_it_and_the_others_stay():
    text = noted(
        "[^lead]: On lungs.\n[^dose]: Fifty of them.\n\n    And more.\n\n[^both]: On both.\n[^none]: On none.\n"
    )
    assert "On lungs." in text and "On both." in text and "On none." in text
    assert "Fifty" not in text and "And more" not in text and "dose" not in text
    assert text.count("{{note under review}}") == 1


@pytest.mark.parametrize(
    "notes",
    [
        "[^dose]: See[^far].\n[^far]: Fifty of them.\n",
        "[^lead]: On `lungs.\n[^dose]: Fifty of` them.\n",
        "> [^dose]: Fifty of them.\n",
        "- One\n\n    [^dose]: Fifty of them.\n",
        "[^lead]: On lungs.\n\n    [^dose]: Fifty of them.\n",
        "[^dose]: A note\nFifty of them, lazily.\n",
        "[^dose]: None.\n\n[^dose]: Fifty of them.\n",
        "```\n[^dose]: Fifty of them.\n```\n",
        "Only `[^dose]` in code, and \\[^dose] is none.\n\n[^dose]: Fifty of them.\n",
        "[^dose]: Three.\n\n## Notes\n\n[^lead]: Lungs.\n\n[^dose]: Fifty of them.\n",
    ],
)
def test_such_a_note_is_withheld_however_it_is_written(notes: str):
    version = version_of(NOTED.format(notes=notes))
    shown = withholding.shown(version, DOSAGE)
    assert "Fifty" not in shown.text and "Fifty" not in str(render(shown.text))
    assert withholding.made_whole(shown.text, version) == version.text


def test_a_note_of_a_label_too_long_to_be_looked_for_is_withheld():
    label = "x" * 401
    text = NOTED.replace("[^dose]", f"[^{label}]").format(notes=f"[^{label}]: Fifty of them.\n")
    assert "Fifty" not in withholding.shown(version_of(text), DOSAGE).text


def test_no_way_leads_back_from_a_withheld_note_and_from_others_it_does():
    html = render(noted("[^dose]: Fifty.\n[^both]: On both.\n")).footnotes_html
    assert html.count("footnote-backref") == 1 and 'href="#fnref-2"' in html


@pytest.mark.parametrize("used", ["Smith[^dose]: so it is.", "See[^lead]."])
def test_a_note_that_what_is_shown_uses_too_stays(used: str):
    text = noted(f"{used}\n\n[^lead]: As in[^dose].\n[^dose]: Fifty of them.\n")
    assert "Fifty of them." in text


def test_the_outline_with_a_withheld_note_is_the_one_that_the_parser_sees():
    text = NOTED.format(notes="[^dose]: Fifty.\n\n    More.\n\n## Third\n\nx\n\n[^lead]: On.\n[[Category:Lungs]]\n")
    shown = withholding.shown(version_of(text), DOSAGE)
    seen = render(shown.text)
    assert shown.outline == replace(
        seen.outline,
        entries=tuple(
            replace(entry, id=now.id) for entry, now in zip(seen.outline.entries, shown.outline.entries, strict=True)
        ),
    )
    assert seen.categories == (("Lungs", ""),)


def test_a_note_that_was_withheld_once_stays_so_under_another_label_and_whoever_refers_to_it():
    whole = version_of(NOTED.format(notes="[^dose]: Fifty of them. N Engl J Med.\n"))
    was = withholding.grown(DOSAGE, whole)
    now = NOTED.format(notes="Dust.[^dose] N Engl J Med.\n\n[^dust]: Fifty of  them. N Engl J Med.\n")
    text = withholding.shown(version_of(now), Withheld(frozenset(), was.passages)).text
    assert "Fifty" not in text and "Dust.[^dose] N Engl J Med." in text


def test_who_does_not_see_a_note_neither_takes_it_out_nor_alters_it():
    before, without = (version_of(NOTED.format(notes=notes)) for notes in ("[^dose]: Fifty.\n", "[^lead]: Fifty.\n"))
    assert withholding.keeps_withheld(before, before, DOSAGE)
    assert not withholding.keeps_withheld(before, without, DOSAGE)


def test_many_notes_that_hang_together_are_gone_through_once(monkeypatch):
    monkeypatch.setattr(withholding.notes, "labels_referred_to", mock := Mock(wraps=notes.labels_referred_to))
    count = 200
    chain = "".join(f"[^{at}]: Five[^{at + 1}].\n" for at in range(count))
    version = version_of(NOTED.format(notes=f"Dust.[^0]\n\n{chain}[^dose]: See[^{count}].\n"))
    assert len(withholding.definitions_of(version, DOSAGE)) == 1 and mock.call_count <= count + 2


DEFINED = """\
A lead about [the lungs][lungs] and COPD.

## Dosage

Two [tablets][dose] of ABC at night, as [in this table], unlike COPD.[^dose]

## Causes

Dust and [mites].

{definitions}"""
OF_THE_DOSE = (
    '[dose]: https://example.org/fifty "Fifty of them"\n',
    "[in this\n table]: https://example.org/fifty\n",
    "[ Dose ]:\nhttps://example.org\n'Fifty of them'\n",
    "> [dose]:\n> https://example.org/fifty (x)\n",
    "- One\n\n    [dose]: https://example.org/fifty\n",
    "[^note]: Nothing.\n[dose]: <https://example.org/fifty>\n",
    "[^dose]: See[far].\n\n[far]: https://example.org/fifty\n",
    "[^dose]: See\n[far]: https://example.org/fifty\n",
    "```\n[dose]: https://example.org/fifty\n```\n",
    '[lungs]: https://example.org/fifty "x"\n\n## Third\n\n[dose]: https://example.org/fifty\n',
    "*[ABC]: Fifty of them\n",
    "*[ABC] :\n  Fifty of them\n",
    "> *[ABC]: Fifty of them\n",
    "*[ABC at night]: Fifty of them\n",
    "[^note]: Nothing.\n*[ABC]: Fifty of them\n",
)


@pytest.mark.parametrize("definitions", OF_THE_DOSE)
def test_a_link_or_an_abbreviation_that_only_a_withheld_section_uses_is_withheld_with_it(definitions: str):
    version = version_of(DEFINED.format(definitions=definitions))
    shown = withholding.shown(version, DOSAGE)
    assert "ifty of them" not in shown.text and "/fifty\n" not in shown.text.replace('fifty "x"', "")
    assert withholding.made_whole(shown.text, version) == version.text


def defined(definitions: str, withheld: Withheld = DOSAGE) -> str:
    return withholding.shown(version_of(DEFINED.format(definitions=definitions)), withheld).text


def test_a_link_or_an_abbreviation_that_is_shown_too_or_that_nobody_uses_stays():
    definitions = (
        "[lungs]: /lungs\n[mites]: /mites 'Mites'\n*[COPD]: A disease\n[none]: /none\n*[XYZ]: Nothing at all\n"
    )
    assert defined(definitions).endswith(definitions)


@pytest.mark.parametrize(
    "used",
    [
        "`[dose]` in code, \\[dose], [[dose]], [dose](https://example.org), [dose][mites]",
        "`ABC`, ABCs, [[ABC]], https://example.org/ABC, <b title='ABC'>x</b>",
    ],
)
def test_what_may_be_no_use_of_it_brings_nothing_to_light(used: str):
    assert "ifty" not in defined(f"{used}\n\n[dose]: /fifty\n*[ABC]: Fifty of them\n")


@pytest.mark.parametrize("used", ["[dose]", "[Dose][]", "[x][dose]", "[x] [dose]", "[dose][^1]", "**ABC**", "(ABC)"])
def test_what_surely_uses_it_keeps_it(used: str):
    kept = "[dose]: /fifty" if "ose" in used else "*[ABC]: Fifty"
    assert kept in defined(f"{used}\n\n[dose]: /fifty\n*[ABC]: Fifty\n")


def test_the_page_of_readers_is_made_of_what_is_left_and_shows_no_mark():
    text = defined(
        "[^note]: N.\n[dose]: /fifty\n'Fifty'\n*[ABC]: Fifty\n*[COPD]: A disease\n[mites]: /mites\n[[Category:Lungs]]\n"
    )
    seen = render(text)
    assert "under review" not in str(seen).replace("{{under review|2}}", "") and "ifty" not in str(seen)
    assert 'href="/mites"' in str(seen) and 'title="A disease"' in str(seen)
    assert seen.categories == (("Lungs", ""),) and seen.templates == ()


def test_the_outline_with_withheld_definitions_is_the_one_that_the_parser_sees():
    text = DEFINED.format(definitions="[dose]:\n/fifty\n\n## Third\n\nx\n\n*[ABC]: Fifty\n[dose]: /x\n'y'\n")
    shown = withholding.shown(version_of(text), DOSAGE)
    seen = render(shown.text).outline
    assert shown.outline.tail_line == seen.tail_line
    assert [(one.line, one.hash) for one in shown.outline.entries] == [(one.line, one.hash) for one in seen.entries]


def test_a_definition_that_was_withheld_once_stays_so_under_another_label_and_whoever_refers_to_it():
    whole = version_of(DEFINED.format(definitions='[dose]: /fifty/of/them "x"\n*[ABC]: Fifty of them\n'))
    was = withholding.grown(DOSAGE, whole)
    now = version_of('[dust] and ABC.\n\n[dust]:  /fifty/of/them  "x"\n*[ABC]: Fifty of them\n')
    assert "ifty" not in withholding.shown(now, Withheld(frozenset(), was.passages)).text


def test_a_definition_that_stood_in_a_withheld_section_stays_withheld_where_it_is_moved():
    inside = version_of(TEXT.replace("night.", "[night].\n\n[night]: /fifty/of/them\n"))
    was = withholding.grown(DOSAGE, inside)
    moved = version_of("Lead on the [night].\n\n[night]: /fifty/of/them\n")
    assert "fifty" not in withholding.shown(moved, Withheld(frozenset(), was.passages)).text


def test_who_does_not_see_a_definition_neither_takes_it_out_nor_alters_it():
    before, without = (version_of(DEFINED.format(definitions=one)) for one in ("[dose]: /fifty\n", "[dose]: /six\n"))
    assert withholding.keeps_withheld(before, before, DOSAGE)
    assert not withholding.keeps_withheld(before, without, DOSAGE)


@pytest.mark.parametrize(
    "text",
    [
        "x {{under review|1}}",
        "{{ Under  Review }}",
        "[^1]: {{note  under review}}",
        "[x]: {{link_under_review}}",
        "*[x]: {{abbreviation under review}}",
    ],
)
def test_what_looks_like_a_mark_is_seen(text: str):
    assert withholding.mentions_mark(text) and withholding.marks_in(text) == []
