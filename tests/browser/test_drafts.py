"""Drafts in a real browser: whatever happens while somebody writes, the same text is in the editor again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import PASSWORD, PEOPLE

pytestmark = pytest.mark.browser

WORDS = "## Causes\n\nWhat I had written.\n"


def write(page: Page, text: str = WORDS) -> None:
    """Type, and stop: a draft is kept when the text is left."""
    page.locator("#id_text").fill(text)
    with page.expect_response("**/drafts/keep/**"):
        page.locator("#id_summary").click()


def log_in_elsewhere(page: Page, role: str) -> None:
    """Log in in another tab of the same browser."""
    tab = page.context.new_page()
    tab.goto("/accounts/login/")
    tab.locator("#id_login").fill(PEOPLE[role])
    tab.locator("#id_password").fill(PASSWORD)
    tab.get_by_role("main").get_by_role("button", name="Log in").click()
    expect(tab.get_by_role("button", name="Log out")).to_be_visible()
    tab.close()


def stay_silent(page: Page) -> None:
    page.on("dialog", lambda dialog: dialog.accept())


def test_what_is_typed_is_kept_and_said_so(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    write(page)
    expect(page.locator("[data-draft-kept]")).to_have_text(re.compile(r"Draft kept at \d\d:\d\d"))
    expect(page.locator("#id_summary")).to_be_focused()


def test_a_draft_is_kept_while_one_goes_on_typing(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    with page.expect_response("**/drafts/keep/**"):
        page.locator("#id_text").fill(WORDS)
    expect(page.locator(".cm-content")).to_be_focused()


def test_a_closed_tab_loses_nothing(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    tab = page.context.new_page()
    tab.goto(page.url)
    tab.locator("#id_text").fill(WORDS)
    tab.close(run_before_unload=False)
    page.reload()
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#id_text")).to_have_value(WORDS)


def test_a_closed_browser_loses_nothing(open_page: Callable[..., Page], spare: str):
    first = open_page(f"/edit/{spare}?section=Causes", "editor")
    write(first)
    first.context.close()
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.locator("#id_text")).to_have_value(WORDS)


def test_a_session_that_ends_while_writing_loses_nothing(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    page.context.clear_cookies(name="sessionid")
    write(page)
    expect(page.locator("[data-draft-said]")).to_contain_text("You are no longer logged in as you were")
    page.watch.forget()
    log_in_elsewhere(page, "editor")

    write(page, WORDS + "\nAnd more.\n")
    expect(page.locator("[data-draft-said]")).to_be_empty()
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("And more.")).to_be_visible()
    page.watch.forget()


def test_a_session_that_ended_gives_the_text_back_after_logging_in_again(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    stay_silent(page)
    page.context.clear_cookies(name="sessionid")
    write(page)
    expect(page.locator("[data-draft-said]")).not_to_be_empty()
    log_in_elsewhere(page, "editor")

    page.goto(f"/edit/{spare}?section=Causes")
    page.get_by_role("button", name="Bring it back").click()

    expect(page.locator("#id_text")).to_have_value(WORDS)
    page.watch.forget()


def test_what_was_typed_offline_outlives_the_tab(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    stay_silent(page)
    page.context.set_offline(True)
    page.locator("#id_text").fill(WORDS)
    page.locator("#id_summary").click()
    expect(page.locator("[data-draft-said]")).to_contain_text("The server can’t be reached")
    tab = page.context.new_page()
    page.close(run_before_unload=False)
    page.context.set_offline(False)

    tab.goto(f"/edit/{spare}?section=Causes")
    tab.get_by_role("button", name="Bring it back").click()

    expect(tab.locator("#id_text")).to_have_value(WORDS)
    page.watch.forget()


def test_back_online_the_draft_reaches_the_server_by_itself(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    page.context.set_offline(True)
    page.locator("#id_text").fill(WORDS)
    page.locator("#id_summary").click()
    expect(page.locator("[data-draft-said]")).not_to_be_empty()

    page.context.set_offline(False)

    expect(page.locator("[data-draft-kept]")).to_contain_text("Draft kept at")
    expect(page.locator("[data-draft-said]")).to_be_empty()
    page.watch.forget()


def test_logging_out_leaves_nothing_typed_in_the_browser(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "reviewer")
    stay_silent(page)
    tab = page.context.new_page()
    tab.goto("/")
    page.context.set_offline(True)
    page.locator("#id_text").fill(WORDS)
    page.locator("#id_summary").click()
    expect(page.locator("[data-draft-said]")).not_to_be_empty()
    assert "What I had written" in tab.evaluate("() => JSON.stringify(localStorage)")
    page.context.set_offline(False)

    # A session of its own, so that the other tests' reviewer stays logged in.
    page.context.clear_cookies(name="sessionid")
    log_in_elsewhere(page, "reviewer")
    tab.reload()
    tab.get_by_role("button", name="Log out").click()
    expect(tab.get_by_role("navigation", name="Your account").get_by_role("link", name="Log in")).to_be_visible()

    kept = "() => JSON.stringify([localStorage, sessionStorage])"
    assert "written" not in tab.evaluate(kept) and "written" not in page.evaluate(kept)
    page.locator("#id_text").press_sequentially("Still here. ")
    page.locator("#id_summary").click()
    expect(page.locator("[data-draft-said]")).not_to_be_empty()
    assert "Still here" not in page.evaluate(kept)
    page.watch.forget()


def test_another_account_is_offered_nothing_of_the_first(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    stay_silent(page)
    page.context.set_offline(True)
    page.locator("#id_text").fill(WORDS)
    page.locator("#id_summary").click()
    expect(page.locator("[data-draft-said]")).not_to_be_empty()
    page.context.set_offline(False)
    page.context.clear_cookies(name="sessionid")
    log_in_elsewhere(page, "contributor")

    page.goto(f"/edit/{spare}?section=Causes")

    expect(page.locator("[data-kept]")).to_be_hidden()
    assert "What I had written" not in page.evaluate("() => JSON.stringify(localStorage)")
    page.watch.forget()


def test_two_people_in_one_section_see_each_other(open_page: Callable[..., Page], spare: str):
    one = open_page(f"/edit/{spare}?section=Causes", "editor")
    other = open_page(f"/edit/{spare}?section=Causes", "reviewer")
    write(one)
    write(other)
    expect(other.locator("[data-draft-others]")).to_contain_text(PEOPLE["editor"])
    write(one, WORDS + "\nMore.\n")
    expect(one.locator("[data-draft-others]")).to_contain_text(PEOPLE["reviewer"])
    expect(one.locator("#id_summary")).to_be_focused()


def test_a_saved_text_leaves_no_draft(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    write(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("What I had written.")).to_be_visible()
    page.goto("/drafts")
    expect(page.get_by_role("link", name=re.compile(spare.replace("_", " ") + r"\b"))).to_have_count(0)


def test_a_visitor_lets_this_computer_forget(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes")
    stay_silent(page)
    write(page)
    page.get_by_role("button", name="Forget my text on this computer").click()
    expect(page.get_by_text("gone from this computer")).to_be_visible()
    page.goto(f"/edit/{spare}?section=Causes")
    expect(page.get_by_role("link", name="Go on with it")).to_have_count(0)
    expect(page.locator("[data-kept]")).to_be_hidden()


def test_without_scripts_a_draft_is_taken_up_and_thrown_away(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor", java_script_enabled=False)
    page.locator("#id_text").fill(WORDS)
    page.get_by_role("button", name="Preview").click()
    page.goto(f"/edit/{spare}?section=Causes")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.locator("#id_text")).to_have_value(WORDS)

    page.goto(f"/edit/{spare}?section=Causes")
    page.get_by_role("button", name="Throw it away").click()

    expect(page.get_by_text("Thrown away.")).to_be_visible()
