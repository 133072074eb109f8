"""The Django admin, by mouse and keyboard: what needs scripts there works under our Content-Security-Policy."""

from collections.abc import Callable

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser


def test_the_edits_of_an_author_are_found_by_typing_the_name(open_page: Callable[..., Page]):
    page = open_page("/admin/articles/edit/", "moderator")
    page.locator(".by-author [role=combobox]").click()
    page.keyboard.type("Edgar")
    page.locator(".select2-results__option", has_text="Edgar Editor").first.click()
    page.locator(".by-author [type=submit]").click()
    expect(page.locator("#result_list tbody tr").first).to_be_visible()
    assert set(page.locator("#result_list .field-author").all_inner_texts()) == {"Edgar Editor"}


def test_from_a_row_one_gets_to_the_form_of_the_article(open_page: Callable[..., Page]):
    page = open_page("/admin/articles/article/?q=Trachea", "moderator")
    page.locator("#result_list tbody th a").first.click()
    page.get_by_role("link", name="Edit this article").click()
    expect(page.locator("#id_text")).to_be_visible()


def test_the_filters_are_large_enough_for_a_finger(open_page: Callable[..., Page]):
    page = open_page("/admin/articles/article/", "moderator", size=NARROW)
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run('#changelist-filter', { runOnly: ['target-size'] })")
    assert page.locator("#changelist-filter li a").count() > 20 and not found["violations"]


def test_somebody_made_an_editor_is_one_at_once(open_page: Callable[..., Page]):
    page = open_page("/admin/accounts/user/?q=Cora", "moderator")
    page.locator("#result_list tbody th a").first.click()
    for role, button in (("editor", "Save"), ("contributor", "Submit for review")):
        page.locator("#id_role").select_option(role)
        page.get_by_role("button", name="Save and continue editing").click()
        expect(page.locator(".messagelist")).to_contain_text("changed successfully")
        other = open_page("/edit/Trachea", "contributor")
        expect(other.get_by_role("button", name=button, exact=True)).to_be_visible()
