"""With the keyboard alone: each page can be entered, left, read and written."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

FOCUSED = """
() => {
  const element = document.activeElement;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  const name = element.getAttribute("aria-label") ?? element.innerText ?? element.name;
  const marked = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return { name, marked, seen: box.bottom > 0 && box.top < innerHeight && box.width > 0 };
}
"""


def _tab_until(page: Page, name: str, most: int = 60) -> dict[str, object]:
    """Press Tab until the focus is on what has this name."""
    met = []
    for _ in range(most):
        page.keyboard.press("Tab")
        met.append(page.evaluate(FOCUSED))
        if met[-1]["name"] == name:
            return met[-1]
    raise AssertionError(f"{name} is not among {[each['name'] for each in met]}")


@pytest.mark.parametrize(
    "path", ["/", "/wiki/Asthma", "/edit/Trachea", "/history/Trachea", "/recent", "/nowhere/at/all"]
)
def test_the_first_stop_of_each_page_skips_to_its_text(path: str, open_page: Callable[..., Page]):
    page = open_page(path)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()

    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_a_slash_goes_to_the_search(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")

    page.keyboard.press("/")

    expect(page.locator("#search-words")).to_be_focused()
    expect(page.locator("#search-words")).to_have_value("")


def test_each_stop_of_an_article_is_seen_and_marked(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", "editor")

    stops = []
    for _ in range(30):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))

    assert [stop for stop in stops if not (stop["marked"] and stop["seen"])] == []


def test_a_section_is_edited_and_saved_without_the_mouse(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/wiki/{spare}", "editor")

    _tab_until(page, "edit: Symptoms")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value(re.compile("^## Symptoms\n\nWheeze and a dry cough"))
    page.locator("#id_text").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("Typed by hand.")
    page.keyboard.press("Control+s")

    expect(page).to_have_url(f"/wiki/{spare}#Symptoms")
    expect(page.get_by_text("Typed by hand.")).to_be_in_viewport()


@pytest.mark.parametrize("place", ["#id_text", "#id_summary"])
def test_control_enter_saves_from_any_field(place: str, open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    page.locator("#id_text").fill("## Causes\n\nSaved with a key.\n")

    page.locator(place).press("Control+Enter")

    expect(page).to_have_url(f"/wiki/{spare}#Causes")
    expect(page.get_by_text("Saved with a key.")).to_be_visible()


def test_control_s_does_not_save_where_nothing_is_edited(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", "editor")

    page.keyboard.press("Control+s")
    page.keyboard.press("Control+Enter")

    expect(page).to_have_url("/wiki/Trachea")


def test_an_error_takes_the_focus_and_leads_to_its_field(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor")
    page.locator("#id_text").fill("No character: \ufdd0")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_be_focused()

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_focused()


def test_two_versions_are_chosen_and_compared_without_the_mouse(open_page: Callable[..., Page]):
    page = open_page("/history/Trachea")

    page.get_by_role("radio", name="Compare from version 3").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/compare/"))
    expect(page.get_by_role("heading", name="Changes of Trachea")).to_be_visible()
