"""Edit checks in a real browser: from the list to the line, the change made for one, the save; scripts on and off."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages

pytestmark = pytest.mark.browser

LINES = "\n\n".join(f"Line {number} of many that say little." for number in range(60))
TEXT = f"## Causes\n\n{LINES}\n\nBut '''dust''' too.\n\n{LINES}\n"


def stopped(page: Page, text: str = TEXT) -> Page:
    page.locator("#id_text").fill(text)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("please look at this first")
    return page


def test_the_list_takes_the_focus_and_leads_to_the_line(open_page: Callable[..., Page]):
    page = stopped(open_page("/edit/Trachea?section=Causes&editor=source", "editor"))
    expect(page.get_by_role("alert")).to_be_focused()

    page.get_by_role("link", name="Line 123").press("Enter")

    expect(page.locator(".cm-content")).to_be_focused()
    page.wait_for_function("words => getSelection().toString() === words", arg="But '''dust''' too.")
    expect(page.locator(".cm-line", has_text="But '''dust''' too.")).to_be_in_viewport()
    page.watch.forget()


def test_in_the_visual_editor_the_list_leads_to_the_block(open_page: Callable[..., Page]):
    page = stopped(open_page("/edit/Trachea?section=Causes&editor=source", "editor"))
    page.get_by_role("button", name="Edit visually").click()
    expect(page.locator(".ProseMirror")).to_be_focused()

    page.get_by_role("link", name="Line 123").press("Enter")

    expect(page.locator(".ProseMirror")).to_be_focused()
    expect(page.locator(".ProseMirror p", has_text="But '''dust''' too.")).to_be_in_viewport()
    page.keyboard.type("Here: ")
    expect(page.locator("#id_text")).to_have_value(re.compile("\n\nHere: But '''dust''' too"))
    page.watch.forget()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_text_is_changed_and_saved(open_page: Callable[..., Page], spare: str, scripts: bool):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor", java_script_enabled=scripts)
    stopped(page, "## Causes\n\nSmoke and '''dust'''.\n")

    page.get_by_role("button", name="Change it for me").click()
    expect(page.locator("#id_text")).to_have_value(re.compile(r"\*\*dust\*\*"))
    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(re.compile(f"/wiki/{spare}#Causes"))
    expect(page.locator("#article-content strong")).to_contain_text(["dust"])
    page.watch.forget()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_has_looked_saves_anyway(open_page: Callable[..., Page], spare: str, scripts: bool):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor", java_script_enabled=scripts)
    stopped(page, "## Causes\n\nThe risk is 12 percent.\n")

    page.get_by_role("button", name="Save anyway").click()

    expect(page).to_have_url(re.compile(f"/wiki/{spare}#Causes"))
    page.watch.forget()


def test_without_a_script_the_line_is_named_and_the_link_leads_to_the_text(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor", java_script_enabled=False)
    stopped(page)

    page.get_by_role("link", name="Line 123").click()

    expect(page.locator("#id_text")).to_be_in_viewport()
    page.watch.forget()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_small_screen_shows_all_of_it(open_page: Callable[..., Page], scheme: str):
    size = {"width": 360, "height": 740}
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor", size=size, color_scheme=scheme)
    stopped(page, TEXT + "See https://www.example.org/" + "long/" * 30 + "\n")

    assert pages.sideways(page) == []
    assert pages.axe_faults(page) == []
    page.watch.forget()


# --- While one writes --------------------------------------------------------------------------------------------
def test_what_is_worth_a_look_stands_beside_the_text_while_one_writes(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor")
    page.locator("#id_text").fill(TEXT)
    found = page.locator("[data-live-findings]")
    expect(found).to_contain_text("Worth a look before you save: 1")
    expect(page.locator("[data-live-said]")).to_have_text("Preview updated. Worth a look before you save: 1")

    found.get_by_role("link", name="Line 123").click()

    page.wait_for_function("words => getSelection().toString() === words", arg="But '''dust''' too.")
    page.keyboard.type("And no dust.")
    expect(found).to_be_hidden()


def test_what_is_worth_a_look_stays_in_view_while_the_preview_scrolls(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor", size={"width": 1280, "height": 700})
    page.locator("#id_text").fill(TEXT)
    found = page.locator("[data-live-findings]")
    expect(found).to_be_visible()
    page.locator("[data-live-place]").hover()
    page.mouse.wheel(0, 20_000)
    expect(page.locator("[data-live-content]").get_by_text("Line 59 of many").last).to_be_in_viewport()
    expect(found.get_by_role("link", name="Line 123")).to_be_in_viewport()


def test_what_was_shown_while_writing_is_asked_once_before_a_save(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor")
    page.locator("#id_text").fill("## Causes\n\nSmoke and '''dust'''.\n")
    expect(page.locator("[data-live-findings]")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("please look at this first")
    page.watch.forget()
