"""Suggestions while one searches, as a combobox: by keyboard, by finger, and told to who can't see them."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser

FIELDS = ["#search-words", "#search-foot-words"]


@pytest.mark.parametrize("field", FIELDS)
def test_each_search_field_is_a_combobox_of_its_own_list(field: str, open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator(field)
    expect(words).to_have_attribute("role", "combobox")
    expect(words).to_have_attribute("aria-expanded", "false")
    expect(page.locator(f"#{words.get_attribute('aria-controls')}")).to_have_role("listbox")

    words.press_sequentially("asth")

    expect(words).to_have_attribute("aria-expanded", "true")
    shown = page.locator("[role=option]:visible")
    expect(shown.first).to_contain_text("Asthma")
    assert pages.axe_faults(page) == []


def test_the_arrows_go_round_and_name_the_option_they_are_on(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator("#search-words")
    words.press_sequentially("a")
    options = page.locator("#search-words-suggestions [role=option]")
    expect(options.nth(1)).to_be_visible()

    page.keyboard.press("ArrowUp")
    expect(words).to_have_attribute("aria-activedescendant", options.last.get_attribute("id"))
    page.keyboard.press("ArrowDown")
    expect(words).not_to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("ArrowDown")

    expect(words).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(words).to_be_focused()


def test_escape_closes_and_an_arrow_opens_again(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator("#search-words")
    words.press_sequentially("asth")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")
    expect(words).to_have_attribute("aria-expanded", "false")
    expect(words).to_have_value("asth")
    page.keyboard.press("ArrowDown")

    expect(page.get_by_role("option").first).to_be_visible()
    expect(words).to_have_attribute("aria-expanded", "true")


def test_enter_without_a_chosen_option_searches(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    page.locator("#search-words").press_sequentially("lungs air")

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=lungs\+air"))


@pytest.mark.parametrize(("typed", "said"), [("mesoth", "One suggestion"), ("qzqzqz", "No suggestions")])
def test_the_number_of_suggestions_is_announced(typed: str, said: str, open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")

    page.locator("#search-words").press_sequentially(typed)

    expect(page.locator("#search").get_by_role("status")).to_have_text(said)


def test_many_suggestions_are_counted_and_forgotten_when_the_list_closes(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words, status = page.locator("#search-words"), page.locator("#search").get_by_role("status")

    words.press_sequentially("a")
    expect(status).to_have_text(re.compile(r"^\d+ suggestions$"))
    assert status.inner_text() == f"{page.get_by_role('option').count()} suggestions"
    words.press("Escape")

    expect(status).to_be_empty()


def test_a_question_is_given_up_when_the_person_types_on(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator("#search-words")
    page.route("**/suggest?q=as", lambda route: None)  # The server never answers this one.
    with page.expect_request("**/suggest?q=as"):
        words.press_sequentially("as")

    with page.expect_event("requestfailed") as given_up:
        words.press_sequentially("thma")

    expect(page.get_by_role("option").first).to_contain_text("Asthma")
    assert given_up.value.url.endswith("?q=as")


def test_typing_fast_asks_once(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    # All six letters in one turn of the page, so that no busy machine makes a slow typist of us.
    page.locator("#search-words").focus()
    page.locator("#search-words").evaluate(
        """box => [..."asthma"].forEach(letter => {
            box.value += letter;
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
        })"""
    )
    expect(page.get_by_role("option").first).to_contain_text("Asthma")

    assert [url.partition("?")[2] for url in asked if "/suggest" in url] == ["q=asthma"]


def test_a_suggestion_is_chosen_by_a_finger(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", size=NARROW, has_touch=True)
    page.locator("#search-words").tap()
    page.locator("#search-words").press_sequentially("mesoth")

    page.get_by_role("option").first.tap()

    expect(page).to_have_url("/wiki/Mesotherapy")


def test_a_finger_that_slides_off_a_suggestion_chooses_nothing(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    page.locator("#search-words").press_sequentially("mesoth")
    page.get_by_role("option").first.hover()

    page.mouse.down()
    page.mouse.move(5, 700)
    page.mouse.up()

    expect(page).to_have_url("/wiki/Trachea")
