"""Quantities: a changed dose, unit, comparison or negation is found; what only puts the words right is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import quantities
from tests.articles.text import mutations

TEXT = """\
## Treatment

The usual dose is 5 mg of the drug twice daily for 7 days.[@pmid:24352797] It is not safe in pregnancy, \
and should not be given to children under 12 years. About 12.5 percent of people (1,200 of 9,600) need more.

- Below 50 kg: 0.5 mg/kg
- 50 kg or more: up to 40 mg per day

A pressure of at least 140 mmHg with a temperature over 38.5 °C, or a level >= 7 mmol/L, often calls for treatment.

| Drug | Dose |
|------|-----:|
| One | 250 mg |
| Other | 500 mg |
"""
COPY = """\
The flu, which was described in 1918 and again on 12 March 2009, usually doesn't last. It causes fever, cough \
and aches. Type 2 is rare (see Table 3). "Rest" helps - with fluids, and with sleep.

1. Wash your hands.
2. Cover your mouth.
"""


def values(text: str) -> list[str]:
    return [sign.value for sign in quantities.signs_of(text)]


# --- What is a quantity ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5mg", "5 milligrams"),
        ("5.0 mg", "5 mg"),
        ("1,000 mL", "1000 ml"),
        ("0,5 mg", "0.5 mg"),
        ("12 percent", "12 per cent"),
        ("12 %", "12%"),
        ("<= 5", "≤5"),
        ("at least 5", "≥ 5"),
        ("two tablets", "2 tablets"),
        ("5 µg", "5 mcg"),
        ("5 mg/kg", "5 mg per kg"),
        ("isn't", "is not"),
        ("isn't more than 5 mg", "is not more than 5 mg"),
        ("aren’t less than 5 mg", "are at least 5 mg"),
        ("not over 5 mg", "not more than 5 mg"),
        ("5 or more years", "at least 5 years"),
        ("5\u00a0or more mg", "at least 5\u00a0mg"),
        ("1500 milligrams", "1500 mg"),
        ("more than $2000", "more than $2,000"),
        ("½ tablet", "0.5 tablet"),
    ],
)
def test_two_spellings_of_a_quantity_are_the_same(one: str, other: str):
    assert values(one) == values(other) != []


@pytest.mark.parametrize(
    "text",
    [
        "in 2019 and 1998-2003, the 1990s",
        "on 12 March 2020, 2020-03-12, March 3rd, 3 May, 12\u00a0March\u00a02020",
        "1. First\n2. Second",
        "[@pmid:24352797; @doi:10.1093/ageing/afz199] and a note[^12]",
        "PMID 24352797, ISBN 978-3-16-148410-0",
        "COVID-19, IL-6, H1N1, B12, HbA1c",
        "see Table 3 and figure 12",
        "[words](https://www.who.int/2019/12) <https://www.who.int/5>",
        "`5 mg` and <!-- 5 mg -->",
    ],
)
def test_years_dates_list_numbers_sources_and_names_are_no_quantities(text: str):
    assert values(text) == []


# --- What has changed --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "kind", "lost", "gained"),
    [
        ("Take 5 mg.", "Take 50 mg.", "number", ("5 mg",), ("50 mg",)),
        ("Take 5 mg.", "Take 5 g.", "unit", ("5 mg",), ("5 g",)),
        ("Take 0.5 mg.", "Take 5 mg.", "number", ("0.5 mg",), ("5 mg",)),
        ("It is not safe.", "It is safe.", "negation", ("not",), ()),
        ("It is safe.", "It is never safe.", "negation", (), ("never",)),
        ("Use it if <= 5.", "Use it if >= 5.", "comparison", ("<=",), (">=",)),
        ("Use it under 12 years.", "Use it over 12 years.", "comparison", ("under",), ("over",)),
        ("In stage 2 may come pain.", "In stage 3 may come pain.", "number", ("2",), ("3",)),
        ("Given at -5 °C.", "Given at 5 °C.", "number", ("-5 °C",), ("5 °C",)),
    ],
)
def test_a_changed_quantity_is_found_with_what_it_was(old, new, kind, lost, gained):
    (found,) = quantities.differences(f"Before.\n\n{old}\n", f"Before.\n\n{new}\n")
    assert (found.kind, found.lost, found.gained, found.line) == (kind, lost, gained, 2)


@pytest.mark.parametrize(("between", "line"), [("\n\n", 2), ("\n\n\n", 3), ("\n \n\t\n", 3), ("\n\n\n\n", 4)])
def test_blank_lines_are_counted_once(between: str, line: int) -> None:
    lead = "Keep them dry."
    (found,) = quantities.differences(f"{lead}{between}Take 5 mg at night.", f"{lead}{between}Take 50 mg at night.")
    assert found.line == line


@pytest.mark.parametrize(("name", "changed"), [*mutations.harmful(TEXT)])
def test_what_harms_a_reader_is_found(name: str, changed: str):
    assert quantities.differences(TEXT, changed)


@pytest.mark.parametrize("text", [TEXT, COPY])
@pytest.mark.parametrize(("name", "mutation"), mutations.HARMLESS)
def test_what_puts_words_right_is_not_pointed_out(name: str, mutation: mutations.Mutation, text: str):
    assert quantities.differences(text, mutation(text)) == ()


@pytest.mark.parametrize("seed", range(5))
def test_moved_paragraphs_change_nothing(seed: int):
    assert quantities.differences(TEXT, mutations.moved(TEXT, seed)) == ()


def test_of_lines_that_differ_in_their_numbers_only_each_is_compared_with_its_own():
    old = "- More than 1 but not over 2 mm thick\n- More than 2 but not over 4 mm thick\n"
    new = old.replace("thick", "thick, as measured").replace("- More than 1", "- Thin, or more than 1")
    assert quantities.differences(old, new) == ()
    assert [found.gained for found in quantities.differences(old, new.replace("4 mm", "5 mm"))] == [("5 mm",)]


def test_a_new_sentence_with_a_number_changes_no_quantity_and_is_told_as_new():
    compared = quantities.compare(TEXT, TEXT + "\nSalt water is gargled 3 times daily.\n")
    assert compared.differences == ()
    assert [sentence.text for sentence in compared.added] == ["Salt water is gargled 3 times daily."]


@given(st.text(alphabet="5. mgnot<>=%,-\n|[]@`", max_size=200))
def test_no_text_differs_from_itself(text: str):
    assert quantities.compare(text, text) == quantities.Compared((), ())


# --- Time ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "piece", ["5 ", "not ", "a. ", "5 mg/", "1,", "at least ", "[[a|", "](", "`", "<!--", "January ", "1", "- a\n"]
)
def test_no_text_takes_long(piece: str):
    text = piece * (512 * 1024 // len(piece))
    began = time.process_time()
    quantities.differences(text[:-9], text + " 7 xy")
    assert time.process_time() - began < 10


def test_what_changed_below_paragraphs_that_are_the_same_stands_in_its_own_line():
    text = "Take 5 mg.\n\nTake 5 mg.\n\n" + "Rest. Drink.\n\n" * 3 + "Less than 7 mg.\nMore\nthan 9 mg. All.\n"
    [found] = quantities.differences(text, text.replace("9", "90"))
    assert (found.line, found.lost, found.gained) == (10, ("9 mg",), ("90 mg",))


def test_a_paragraph_that_is_there_twice_and_lost_once_is_gone_once():
    compared = quantities.compare("Take 5 mg.\n\nRest.\n\nTake 5 mg.\n", "Take 5 mg.\n\nRest.\n")
    assert [sentence.text for sentence in compared.removed] == ["Take 5 mg."] and compared.added == ()
