"""With the keyboard alone: each page can be entered, left, read and written."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW
from tests.browser.test_drafts import log_in_elsewhere

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


# --- MediaWiki's access keys -------------------------------------------------------------------------------------
def press_access_key(page: Page, key: str) -> None:
    """Alt and a letter, as the browser hears it from a keyboard: Playwright's own Alt carries no letter."""
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "modifiers": 1, "key": key, "unmodifiedText": key})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", "modifiers": 1, "key": key})


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("z", "/"),
        ("r", "/recent"),
        ("q", "/special/"),
        (".", re.compile("/user/")),
        ("y", re.compile("/contributions/")),
        ("e", "/edit/Trachea"),
        ("h", "/history/Trachea"),
        ("j", "/links/Trachea"),
        ("p", "/wiki/Trachea?printable=yes"),
    ],
)
def test_an_access_key_leads_where_it_does_in_mediawiki(open_page: Callable[..., Page], key: str, address: Any):
    page = open_page("/wiki/Trachea", "editor")
    press_access_key(page, key)
    expect(page).to_have_url(address)


@pytest.mark.parametrize(("key", "heading"), [("p", "Preview: nothing is saved yet"), ("v", "Your changes so far")])
def test_an_access_key_shows_what_one_writes(open_page: Callable[..., Page], key: str, heading: str):
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor")
    page.locator("#id_text").fill("## Causes\n\nShown by a key.\n")
    press_access_key(page, key)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


def test_an_access_key_compares_the_chosen_versions(open_page: Callable[..., Page]):
    page = open_page("/history/Trachea")
    press_access_key(page, "v")
    expect(page).to_have_url(re.compile("/compare/"))


# --- Editing on a small screen, by keyboard alone ----------------------------------------------------------------
def _through_the_toolbar(page: Page, *keys: str) -> None:
    """From the text to the toolbar, along it, and press what is there."""
    for key in ("Shift+Tab", *keys, "Enter"):
        page.keyboard.press(key)


def test_a_note_and_a_table_are_written_as_they_look(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/wiki/{spare}", "editor", size=NARROW)
    _tab_until(page, "edit: Treatment")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror")).to_be_visible()
    _tab_until(page, "Undo")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type("Rest helps.")

    _through_the_toolbar(page, "End", "ArrowLeft")
    expect(page.get_by_role("dialog", name="Footnote")).to_be_visible()
    page.keyboard.type("Said by patients.")
    page.keyboard.press("Enter")
    expect(page.locator(".ProseMirror")).to_be_focused()
    _through_the_toolbar(page, "ArrowLeft")
    page.keyboard.type("Day")
    page.keyboard.press("Control+s")

    expect(page).to_have_url(f"/wiki/{spare}#Treatment")
    expect(page.locator("#article-content th")).to_have_text(["Day", "", ""])
    expect(page.locator("#article-content")).to_contain_text("Rest helps.1")
    expect(page.get_by_text("Said by patients.")).to_be_visible()


def test_a_note_and_a_table_are_written_as_source_and_looked_at(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Treatment&editor=source", "editor", size=NARROW)
    expect(page.locator(".cm-content")).to_be_visible()
    _tab_until(page, "Section heading")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type("Rest helps.")

    _through_the_toolbar(page, *["ArrowRight"] * 8)
    expect(page.get_by_role("dialog", name="Table")).to_be_visible()
    page.keyboard.type("Day")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".cm-content")).to_be_focused()
    _through_the_toolbar(page, "ArrowRight")
    page.keyboard.type("Said by patients.")
    page.keyboard.press("Enter")
    expect(page.locator("#id_text")).to_have_value(re.compile(r"Said by patients\."))
    _tab_until(page, "Preview")
    page.keyboard.press("Enter")

    preview = page.locator("[data-sent-preview]")
    expect(preview.locator("th").first).to_have_text("Day")
    expect(preview).to_contain_text("Said by patients.")


def test_one_changes_from_one_editor_to_the_other_and_back(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes&editor=visual", "editor", size=NARROW)
    page.locator(".ProseMirror").focus()
    for key in ("Shift+Tab", "End", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+End")
    page.keyboard.type("**Typed** as source.")
    for key in ("Shift+Tab", "End", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(page.locator(".ProseMirror strong")).to_have_text("Typed")


def test_a_text_is_sent_again_after_the_session_has_ended(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor", size=NARROW)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("Written before the session ended.")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("#id_text")).to_have_value(re.compile("Written before the session ended"))
    log_in_elsewhere(page, "editor")

    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_be_focused()
    page.keyboard.press("Control+s")

    expect(page).to_have_url(f"/wiki/{spare}#Causes")
    expect(page.locator("#article-content")).to_contain_text("Written before the session ended.")


def test_a_section_is_arranged(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/outline/{spare}", "editor", size=NARROW)
    _tab_until(page, "arrange: Treatment")
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="What to do with “Treatment”")).to_be_visible()

    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.locator("#id_summary")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("first things first")
    page.keyboard.press("Control+s")

    expect(page.get_by_role("status").filter(has_text="Saved: Moved “Treatment”")).to_be_visible()
    page.goto(f"/history/{spare}")
    expect(page.get_by_text("first things first")).to_be_visible()
