"""What can be read in an accent, and the stylesheet made of it."""

import pytest

from wiki.wording import colours


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", "#ffffff", 4.54)]
)
def test_contrast_is_that_of_the_guidelines_and_the_same_both_ways(one: str, other: str, ratio: float):
    assert round(colours.contrast(one, other), 2) == round(colours.contrast(other, one), 2) == ratio


@pytest.mark.parametrize("accent", ["#0d6068", "#b3261e", "#000000", "#1a0dab", "#0000ff", "#5e4a87"])
def test_a_dark_accent_is_read_by_day_and_by_night(accent: str):
    assert colours.least_contrast(accent) >= colours.ENOUGH


@pytest.mark.parametrize("accent", ["#ffffff", "#ffcc00", "#00c0c0", "#808080", "#ff0000"])
def test_a_pale_one_is_not(accent: str):
    assert colours.least_contrast(accent) < colours.ENOUGH


def test_an_accent_that_is_read_by_night_stays_as_it_is():
    assert colours.by_night("#79c9ce") == "#79c9ce"


def test_the_sheet_says_both_colours_and_has_a_name_of_its_own():
    sheet = colours.sheet("#b3261e")
    assert "--accent: #b3261e;" in sheet and f"light-dark(#b3261e, {colours.by_night('#b3261e')})" in sheet
    assert sheet.count("{") == sheet.count("}")
    assert colours.name_of("#b3261e") != colours.name_of("#0d6068")


def test_paper_and_ink_are_those_of_the_sites_stylesheet():
    from pathlib import Path

    css = (Path(colours.__file__).parents[2] / "static" / "css" / "base.css").read_text()
    assert "--paper: light-dark(#fff, #12191b)" in css and "--wash: light-dark(#f2f6f6, #1b2427)" in css
    assert "--on-accent: light-dark(#fff, #0b2225)" in css
