"""Marks of risk: what may harm a reader is found in a difference and marked where it stands; copy-edits are not."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import comparing, quantities, risks
from articles.text.risks import Drugs, Risk
from tests.articles.text import mutations

DRUGS = Drugs(["Aspirin", "Vitamin D", "Insulin", "Warfarin", "Acetaminophen"])
SAMPLE = [path.read_text().split("---\n", 2)[2] for path in sorted(Path("articles/sample").glob("*.md"))]


def one(before: str, after: str) -> Risk:
    (found,) = risks.risks_of(before, after, DRUGS)
    return found


# --- What is a risk ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("old", "new", "kind", "lost", "gained"),
    [
        ("Take 5 mg daily.", "Take 50 mg daily.", "dose", ("5 mg",), ("50 mg",)),
        ("Take 5 mg daily.", "Take 5 g daily.", "unit", ("5 mg",), ("5 g",)),
        ("Take 0.5 mg daily.", "Take 5 mg daily.", "decimal", ("0.5 mg",), ("5 mg",)),
        ("It lasts 3 weeks.", "It lasts 5 weeks.", "number", ("3 weeks",), ("5 weeks",)),
        ("It is not safe.", "It is safe.", "negation", ("not",), ()),
        ("Use it if ≤ 5.", "Use it if ≥ 5.", "comparison", ("≤",), ("≥",)),
        ("Take it with aspirin.", "Take it with warfarin.", "drug", ("aspirin",), ("warfarin",)),
        ("Take aspirin.", "Take ibuprofen.", "drug", ("aspirin",), ("ibuprofen",)),
        ("Take vitamin D for it.", "Take insulin for it.", "drug", ("vitamin d",), ("insulin",)),
        ("Hydralazine is given.", "Hydroxyzine is given.", "drug", ("hydralazine",), ()),
        ("It may cause hypokalemia.", "It may cause hyperkalemia.", "opposite", ("hypokalemia",), ("hyperkalemia",)),
        ("The drug is safe here.", "The drug is unsafe here.", "opposite", ("safe",), ("unsafe",)),
        ("| Adults | Children |", "| Children | Adults |", "place", ("adults", "children"), ("children", "adults")),
    ],
)
def test_what_says_something_else_is_a_grave_risk_with_what_it_was(old, new, kind, lost, gained):
    found = one(f"Before.\n\n{old}\n", f"Before.\n\n{new}\n")
    assert found == Risk(kind, 2, lost, gained) and risks.are_grave([found])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Give aspirin before ibuprofen to them.", "Give ibuprofen before aspirin to them."),
        ("Aspirin before ibuprofen.", "Ibuprofen before aspirin."),
        ("Switch from warfarin to apixaban then.", "Switch from apixaban to warfarin then."),
        ("Take aspirin 100 mg and ibuprofen 400 mg daily.", "Take ibuprofen 100 mg and aspirin 400 mg daily."),
        ("Vitamin D makes insulin work.", "Insulin makes vitamin D work."),
    ],
)
def test_drugs_that_change_places_are_a_grave_risk(old: str, new: str):
    found = one(f"Before.\n\n{old}\n", f"Before.\n\n{new}\n")
    assert (found.kind, found.line) == ("drug", 2) and risks.are_grave([found])
    assert len(found.lost) == 2 and found.lost == found.gained[::-1]


BLOCKS = (
    "# Adults",
    "## Children",
    "### Use",
    "## Adults\nTake it.",
    "Take it.",
    "Two at night. Take it.",
    "```",
    "Take it. # Adults",
    "<!-- x",
)
TEXTS = st.lists(st.sampled_from(BLOCKS), max_size=9).map("\n\n".join)


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_both_texts_begin_and_end_with_hides_no_sentence_that_holds_for_others_now(start, old, new, end):
    before, after = (f"{start}\n\n{changed}\n\n{end}" for changed in (old, new))
    was, now = (risks._by_whom(quantities.under_headings(text)) for text in (before, after))
    moved = [
        sentence for sentence in was if {*was[sentence]} - {*now[sentence]} and {*now[sentence]} - {*was[sentence]}
    ]

    assert len([*risks._under_another_heading(before, after)]) == len(moved)


def test_the_same_words_under_another_heading_are_a_grave_risk():
    assert one("## Adults\n\nTake it.", "## Children\n\nTake it.") == Risk("place", 2, ("adults",), ("children",))
    turned = one("## Indications\n\n### Ulcer\n\nBleeding.", "## Contraindications\n\n### Ulcer\n\nBleeding.")
    assert turned == Risk("place", 4, ("indications",), ("contraindications",)) and risks.are_grave([turned])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It is aspirin, ibuprofen and warfarin here.", "It is warfarin, aspirin and ibuprofen here."),
        ("Aspirin or the insulin helps here.", "The insulin or aspirin helps here."),
        ("Aspirin 5 mg and insulin 7 units help here.", "Insulin 7 units and aspirin 5 mg help here."),
        ("In 5 people aspirin and insulin helped.", "In 5 people insulin and aspirin helped."),
        ("Aspirin weakens warfarin in them.", "Warfarin is weakened by aspirin in them."),
    ],
)
def test_the_order_of_a_list_of_drugs_is_no_risk(old: str, new: str):
    assert risks.risks_of(f"Before.\n\n{old}\n", f"Before.\n\n{new}\n", DRUGS) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("It was found in 1998.", "It was found in 1999."),
        ("Seen on 3 March 2020.", "Seen on 4 March 2020."),
        ("1. Rest\n2. Drink", "2. Rest\n3. Drink"),
        ("Known.[@pmid:24352797]", "Known.[@pmid:24352798]"),
        ("Take 5mg.", "Take 5 milligrams."),
        ("Not more than 5.", "At most 5."),
        ("Aspirin helps.", "Aspirins help."),
        ("The doctor's insulin.", "The doctors insulin’s."),
    ],
)
def test_years_dates_list_numbers_sources_and_spellings_are_no_risk(old: str, new: str):
    assert risks.risks_of(old, new, DRUGS) == ()


def test_a_sentence_rewritten_with_another_dose_is_grave_and_a_new_one_by_itself_is_only_told():
    replaced = one("The dose given to people is 5 mg.", "One swallows 50 mg a night usually.")
    new, gone = one("Rest.\n", "Rest.\n\nTake 5 mg."), one("Rest.\n\nTake 5 mg.", "Rest.\n")
    assert (replaced.lost, replaced.gained) == (("5 mg",), ("50 mg",)) and risks.are_grave([replaced])
    assert (new.gained, gone.lost, new.alone, gone.alone) == (("5 mg",), ("5 mg",), True, True)
    assert not risks.are_grave([new, gone])


def test_a_new_text_changes_nothing_that_readers_were_told():
    assert not any(risks.are_grave(risks.risks_of("", text, DRUGS)) for text in SAMPLE)


def test_what_is_grave_comes_before_what_is_new():
    found = risks.risks_of("Take 5 mg daily.", "Or else swallow 7 tablets.\n\nTake 50 mg daily.", DRUGS)
    assert [risk.alone for risk in found] == [False, True]


def test_risks_are_kept_and_read_again():
    found = risks.risks_of("It is not safe. Take 5 mg.", "It is safe. Take 50 mg.\n\nOr 7 tablets.")
    assert len(found) == 3 and risks.from_rows(risks.as_rows(found)) == found


# --- How sure it is -------------------------------------------------------------------------------------------------
def harmful() -> Iterator[tuple[str, str]]:
    for text in SAMPLE:
        for _name, bad in mutations.harmful(text):
            yield text, bad
        for bad in mutations.with_another_drug(text):
            yield text, bad


def test_of_harm_done_to_the_sample_articles_nearly_all_is_found():
    found = [risks.are_grave(risks.risks_of(text, bad, DRUGS)) for text, bad in harmful()]
    assert len(found) > 150 and sum(found) / len(found) >= 0.98


def test_of_copy_edits_of_the_sample_articles_hardly_any_is_marked():
    changes = [*(mutation for _, mutation in mutations.HARMLESS), lambda text: mutations.moved(text, 1)]
    pairs = [(text, better) for text in SAMPLE for change in changes if (better := change(text)) != text]
    marked = [risks.are_grave(risks.risks_of(*pair, DRUGS)) for pair in pairs]
    assert len(marked) > 500 and sum(marked) / len(marked) <= 0.03


@given(st.text(alphabet="5. mgnot<>=%,-\n|[]@`", max_size=100), st.text(alphabet="5. mgnot<>=%,-\n|[]@`", max_size=100))
def test_marks_change_no_letter(one: str, other: str):
    plain = comparing.compare(one, other, context=None)
    found = risks.marked(plain, risks.risks_of(one, other))
    assert ["".join(span.text for span in row.new) for row in found.rows] == [
        "".join(span.text for span in row.new) for row in plain.rows
    ]


@pytest.mark.parametrize("piece", ["5 mg ", "not ", "aspirin ", "ibuprofen. ", "un", "0.5 mg. ", "a 5 mg\n\n", "1,"])
def test_no_text_takes_long(piece: str):
    text = piece * (256 * 1024 // len(piece))
    began = time.process_time()
    found = risks.risks_of(text, text.replace("5", "6")[:-9] + " 7 xy", DRUGS)
    risks.marked(comparing.compare(text, text[:-9]), found)
    assert time.process_time() - began < 10


# --- Where it stands ------------------------------------------------------------------------------------------------
def marks(before: str, after: str) -> list[tuple[str, str]]:
    comparison = risks.marked(comparing.compare(before, after), risks.risks_of(before, after, DRUGS))
    sides = [[span.text for span in side if span.risk] for row in comparison.rows for side in (row.old, row.new)]
    return [("".join(old), "".join(new)) for old, new in zip(sides[::2], sides[1::2], strict=True)]


def test_the_whole_dose_is_marked_where_one_figure_of_it_has_changed():
    assert marks("Take 5 mg at 8.", "Take 50 mg at 8.") == [("5 mg", "50 mg")]


def test_what_stands_elsewhere_in_the_line_with_the_same_words_is_left_unmarked():
    assert marks("Give 5 mg, then 5 mg.", "Give 5 mg, then 7 mg.") == [("5 mg", "7 mg")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("It is not safe.", "It is safe.", ("not", "")),
        ("Use it if <= 5.", "Use it if >= 5.", ("<=", ">=")),
        ("Take Aspirin now, please.", "Take Warfarin now, please.", ("Aspirin", "Warfarin")),
        ("Take 15 mg and rest.", "Take 5 mg and rest.", ("15 mg", "5 mg")),
    ],
)
def test_each_side_shows_its_own(old: str, new: str, expected: tuple[str, str]):
    assert marks(old, new) == [expected]


def test_a_row_with_a_risk_knows_it_and_the_comparison_tells_what():
    found = risks.marked(comparing.compare("A.\n5 mg.", "B.\n6 mg."), risks.risks_of("A.\n5 mg.", "B.\n6 mg."))
    assert {row.risk for row in found.rows if "mg" in "".join(span.text for span in row.new)} == {True}
    assert [risk.gained for risk in found.risks] == [("6 mg",)]


def test_without_risks_a_comparison_stays_as_it_is():
    comparison = comparing.compare("A.", "B.")
    assert risks.marked(comparison, ()) is comparison


# --- Names of drugs ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "word",
    [
        "amoxicillin", "ciprofloxacin", "omeprazole", "atenolol", "lisinopril", "losartan", "simvastatin", "amlodipine",
        "metformin", "ibuprofen", "diazepam", "fluoxetine", "imatinib", "rituximab", "aciclovir", "prednisolone",
        "salmeterol", "heparin", "rivaroxaban", "sildenafil", "methotrexate", "Phenytoin",
    ],
)  # fmt: skip
def test_a_name_that_ends_as_drugs_names_do_is_one(word: str):
    assert risks.NO_DRUGS.found_in([word.casefold()])


@pytest.mark.parametrize(
    "word", ["april", "cholesterol", "magazine", "person", "mongrel", "concept", "parole", "histidine", "imidazole"]
)
def test_other_words_that_end_so_are_none(word: str):
    assert risks.NO_DRUGS.found_in([word]) == []


def test_the_longest_known_name_counts():
    drugs = Drugs(["Insulin", "Insulin glargine"])
    assert drugs.found_in(["the", "insulin", "glargine", "and", "insulin"]) == ["insulin glargine", "insulin"]


MARKS = ["#", "## ", " ", "Children", "adults", "<!--", "-->", "`", "\n", "\n\n", "Take 5 mg. ", "> ", "\\", "é"]


@given(st.lists(st.sampled_from(MARKS), max_size=30).map("".join))
def test_no_heading_that_says_whom_it_is_for_is_overlooked(text: str):
    headings = {heading for _line, _sentence, path in quantities.under_headings(text) for heading in path}
    assert risks._names_somebody(text) or not any(risks._held_for(heading) for heading in headings)
