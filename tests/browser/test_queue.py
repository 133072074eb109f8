"""A reviewer clears the queue by keys alone, and no key is taken from what somebody writes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser


def test_proposals_are_gone_through_ticked_and_declined_by_keys(open_page: Callable[..., Page]):
    page = open_page("/proposals/?order=newest", "reviewer")
    items = page.locator(".queue__item")
    page.keyboard.press("j")
    expect(items.nth(0).locator(".edit__title")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(items.nth(1).get_by_role("checkbox")).to_be_checked()
    page.keyboard.press("k")
    expect(items.nth(0).locator(".edit__title")).to_be_focused()
    declined = items.nth(1).get_by_role("checkbox").get_attribute("value")

    page.keyboard.press("d")
    expect(page.locator("#id_reason")).to_be_focused()
    page.keyboard.type("A day has jolly black keys: x, l, d, k.")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator(".message")).to_have_text("1 proposal is declined.")
    expect(page.locator(f"#chosen-{declined}")).to_have_count(0)


def test_enter_opens_the_current_proposal(open_page: Callable[..., Page]):
    page = open_page("/proposals/", "reviewer")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#decision")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_queue_with_a_current_proposal_is_for_all_eyes(open_page: Callable[..., Page], colours: str):
    page = open_page("/proposals/", "reviewer", color_scheme=colours)
    page.keyboard.press("j")
    assert pages.axe_faults(page) == []
    page.set_viewport_size(NARROW)
    assert pages.sideways(page) == [] and pages.axe_faults(page) == []
