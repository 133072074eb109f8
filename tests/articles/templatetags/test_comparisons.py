"""The rows of a comparison as a table shows them."""

from typing import get_args

import pytest

from articles.templatetags.comparisons import risk_line, rows_in_one, rows_side_by_side
from articles.text import comparing, risks
from articles.text.comparing import Comparison, Row
from tests.pages import Page, words

OLD = "## Dose\n\nTake 5 mg.\n\nGone.\n" + "Same.\n" * 9
NEW = "## Dose\n\nTake 50 mg <b>now</b>.\n\n" + "Same.\n" * 9 + "Come.\n"


def compared(old: str = OLD, new: str = NEW) -> Comparison:
    return risks.marked(comparing.compare(old, new), risks.risks_of(old, new))


def page(rows: str) -> Page:
    return Page(f"<body><table><tbody>{rows}</tbody></table>")


def cells(shown: Page) -> list[list[str]]:
    return [[words(cell) for cell in row.iter("td")] for row in shown.all("tr")]


def test_what_went_stands_beside_what_came():
    shown = cells(page(rows_side_by_side(compared().rows)))
    assert ["3−", "Take 5 mg.", "3+", "Take 50 mg <b>now</b>."] in shown
    assert ["5−", "Gone.", "", ""] in shown and ["", "", "14+", "Come."] in shown


def test_both_lines_stand_in_one():
    shown = cells(page(rows_in_one(compared().rows)))
    assert ["3±", "Take 550 mg <b>now</b>."] in shown and ["5−", "Gone."] in shown


@pytest.mark.parametrize("show", [rows_side_by_side, rows_in_one])
def test_what_may_harm_is_marked_and_nothing_acts(show):
    shown = page(show(compared().rows))
    assert {words(mark) for mark in shown.with_class("risk")} == {"5", "50", "mg"}
    assert len(shown.with_class("compare__risky")) == 1 and shown.all("b") == []


@pytest.mark.parametrize(("show", "columns"), [(rows_side_by_side, "4"), (rows_in_one, "2")])
def test_a_fold_tells_how_many_lines_it_hides_and_the_section_in_it(show, columns):
    rows = (Row("fold", 3, 3, folded=7, heading="Causes & cures"), Row("fold", 12, 12, folded=1))
    shown = page(show(rows))
    assert cells(shown) == [["7 unchanged lines, to Causes & cures"], ["1 unchanged line"]]
    assert {cell.get("colspan") for cell in shown.all("td")} == {columns}


@pytest.mark.parametrize("show", [rows_side_by_side, rows_in_one])
@pytest.mark.parametrize(("behind", "said"), [("<i>Signs</i>", "behind “<i>Signs</i>”"), ("", "at the top")])
def test_a_moved_section_tells_where_it_stood(show, behind, said):
    spans = (comparing.Span("## Dose\n", ""),)
    shown = page(show([Row("moved", 3, 1, spans, spans, moved=behind)]))
    assert said in words(shown.with_class("compare__moved")[0]) and shown.all("i") == []


def test_the_numbers_of_new_lines_lead_to_what_is_said_about_them():
    shown = page(rows_side_by_side(compared().rows, "#decision", 'k"<'))
    assert shown.link("3") == "?line=3&key=k%22%3C#decision"
    assert "?line" not in rows_side_by_side(compared().rows)


@pytest.mark.parametrize(
    ("kind", "lost", "gained", "said"),
    [
        ("dose", ("5 mg",), ("50 mg",), "Changes a dose: 5 mg becomes→ 50 mg"),
        ("dose", (), ("50 mg", "1 g"), "Adds a dose: 50 mg, 1 g"),
        ("dose", ("5 mg",), (), "Takes out a dose: 5 mg"),
        ("unit", ("mg",), ("g",), "Changes a unit: mg becomes→ g"),
        ("comparison", ("<=",), (), "Changes a limit: <="),
        ("place", ("adults",), ("children",), "Holds for others: adults becomes→ children"),
        ("number", ("1", "2", "3", "4", "5", "6"), (), "Takes out a number: 1, 2, 3, 4, 5"),
        (
            "unread",
            (),
            (),
            "Changes more than could be compared, or what readers see of it otherwise: read all of it.",
        ),
    ],
)
def test_a_risk_is_told_in_a_line(kind, lost, gained, said: str):
    (line,) = Page(f"<body><p>{risk_line(risks.Risk(kind, 0, lost, gained))}</p>").all("p")
    assert words(line) == said


def test_each_kind_of_risk_has_words():
    assert all(str(risk_line(risks.Risk(kind, 0, (), ()))) for kind in get_args(risks.Kind))


def test_nothing_in_a_risk_acts():
    assert "<b>" not in risk_line(risks.Risk("drug", 0, ("<b>x</b>",), ("<b>y</b>",)))
