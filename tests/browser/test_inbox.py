"""A moderator's day: the inbox is cleared by keys alone, and no key is taken from what somebody writes."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW, Site

pytestmark = pytest.mark.browser


def _waiting(page: Page) -> int:
    """How many items wait, as the page says."""
    said = page.get_by_role("navigation", name="Kinds").get_by_role("link", name="All (").inner_text()
    return int(re.sub(r"\D", "", said))


def _opened(page: Page) -> str:
    return page.locator(".inbox__open [name=item]").get_attribute("value") or ""


def _press(page: Page, key: str) -> None:
    """Press a key that decides or goes on; afterwards another item is open."""
    before = _opened(page)
    with page.expect_navigation():
        page.keyboard.press(key)
    assert _opened(page) != before


def _begin(page: Page, site: Site, kind: str) -> None:
    """Open the first of the day's items of a kind; the older ones are for other tests."""
    page.goto(site.address(f"/moderation/?kind={kind}&open={site.facts['inbox'][kind]}"))


def _decide_with_reason(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("A day has jolly black keys: x, l, a, d.")
    _press(page, "Enter")


def test_twenty_items_are_cleared_by_keys(open_page: Callable[..., Page], site: Site):
    page = open_page("/moderation/", "moderator")
    number = _waiting(page)
    _begin(page, site, "proposal")
    for _each in range(6):
        _press(page, "a")
    for _each in range(5):
        _decide_with_reason(page, "d")
    _begin(page, site, "people")
    for _each in range(5):
        _press(page, "l")
    page.goto(site.address(f"/moderation/?open={site.facts['inbox']['case']}"))
    for _each in range(3):
        _decide_with_reason(page, "n")
    _begin(page, site, "hot")
    with page.expect_navigation():
        page.keyboard.press("l")

    assert number - _waiting(page) == 20
    expect(page.locator(".message")).to_have_text("Looked at.")


def test_a_key_ticks_the_open_item_and_another_one_opens_its_page(open_page: Callable[..., Page]):
    page = open_page("/moderation/?kind=proposal", "moderator")
    page.keyboard.press("x")
    expect(page.locator(".inbox__current [type=checkbox]")).to_be_checked()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#decision")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_a_first_edit_is_shown_with_its_comparison_for_all_eyes(open_page: Callable[..., Page], colours: str):
    page = open_page("/moderation/?kind=people", "moderator", color_scheme=colours)
    beside = page.locator(".inbox__list").bounding_box()
    opened = page.locator(".inbox__open").bounding_box()
    assert beside is not None
    assert opened is not None
    assert beside["x"] > opened["x"] + opened["width"] and pages.axe_faults(page) == []

    page.set_viewport_size(NARROW)
    beside = page.locator(".inbox__list").bounding_box()
    assert beside is not None
    assert beside["y"] > opened["y"] and pages.sideways(page) == [] and pages.axe_faults(page) == []


def test_recent_changes_are_kept_fresh_while_somebody_wants_it(open_page: Callable[..., Page], spare: str):
    page, editor = open_page("/recent"), open_page(f"/edit/{spare}?section=0&editor=source", "editor")
    page.clock.install()
    page.reload()
    button = page.get_by_role("button", name="Keep the list fresh")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    editor.locator("#id_text").fill("Another lead, fresh from the keys.\n")
    with editor.expect_navigation():
        editor.locator("button[value=save]").click()
    page.clock.run_for(31_000)
    expect(page.locator("#fresh-said")).to_have_text(re.compile("^Newer changes: [1-9]"))
    expect(page.locator("#changes > li .edit__title").first).to_have_text(spare.replace("_", " "))
