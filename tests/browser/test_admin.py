"""The Django admin, by mouse and keyboard: what needs scripts there works under our Content-Security-Policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
