"""With scripts switched off everything works: reading, searching, editing, comparing, proposing, reviewing."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def open_plain(open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open an address in a browser that runs no scripts."""

    def open_one(path: str, role: str = "") -> Page:
        return open_page(path, role, java_script_enabled=False)

    return open_one


def test_an_article_is_read(open_plain: Callable[..., Page]):
    page = open_plain("/wiki/Asthma")

    expect(page.get_by_role("heading", name="Asthma", level=1)).to_be_visible()
    page.locator("#contents a").last.click()
    expect(page.locator(":target")).to_be_in_viewport()


def test_nothing_is_shown_that_needs_a_script(open_plain: Callable[..., Page]):
    page = open_plain("/edit/Trachea?section=Symptoms", "editor")

    for scripted in (".theme-switch", "[data-live-place]", "[data-kept]"):
        expect(page.locator(scripted).first).to_be_hidden()


def test_a_search_leads_to_the_section(open_plain: Callable[..., Page]):
    page = open_plain("/")
    page.locator("#search-words").fill("injections mesoderm")
    page.locator("#search-words").press("Enter")

    page.locator(".results a").first.click()

    expect(page.get_by_role("heading", name="Mesotherapy", level=1)).to_be_visible()


def test_a_section_is_previewed_looked_over_and_saved(open_plain: Callable[..., Page], spare: str):
    page = open_plain(f"/wiki/{spare}", "editor")
    page.get_by_role("link", name="edit source: Symptoms", exact=True).click()
    page.locator("#id_text").fill("## Symptoms\n\nA **new** sign.\n")

    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-sent-preview] strong")).to_have_text("new")
    page.get_by_role("button", name="Show changes").click()
    expect(page.locator("ins").first).to_be_visible()
    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(f"/wiki/{spare}#Symptoms")
    expect(page.locator("#article-content")).to_contain_text("A new sign.")
    expect(page.locator("#article-content")).to_contain_text("Dust, smoke and cold air.")


def test_two_versions_are_compared(open_plain: Callable[..., Page]):
    page = open_plain("/history/Trachea")
    page.get_by_role("radio", name="Compare from version 1", exact=True).check()

    page.get_by_role("button", name="Compare the chosen versions").click()

    expect(page.get_by_text("2 edits in between are not shown by themselves.")).to_be_visible()
    expect(page.locator("del").first).to_be_visible()
    expect(page.locator("ins").first).to_be_visible()


def test_an_old_version_is_brought_back(open_plain: Callable[..., Page], spare: str):
    page = open_plain(f"/edit/{spare}?section=Symptoms", "editor")
    page.locator("#id_text").fill("## Symptoms\n\nA mistake.\n")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/history/{spare}")

    page.get_by_role("link", name="bring back").click()
    page.get_by_role("button", name="Bring this version back").click()

    expect(page.locator("#article-content")).to_contain_text("Wheeze and a dry cough.")
    expect(page.locator("#article-content")).not_to_contain_text("A mistake.")


def test_a_visitor_proposes_and_a_reviewer_publishes(open_plain: Callable[..., Page], spare: str):
    visitor = open_plain(f"/edit/{spare}?section=Symptoms")
    visitor.locator("#id_text").fill("## Symptoms\n\nSeen by a visitor.\n")
    visitor.get_by_role("button", name="Submit for review").click()
    expect(visitor.get_by_text("Keep this private link")).to_be_visible()
    proposal = visitor.url
    visitor.goto(f"/wiki/{spare}")
    expect(visitor.get_by_text("waits for review")).to_be_visible()
    expect(visitor.locator("#article-content")).not_to_contain_text("Seen by a visitor.")

    reviewer = open_plain("/proposals/", "reviewer")
    reviewer.locator(f"a[href='{urlsplit(proposal).path}']").click()
    expect(reviewer.locator("ins").first).to_be_visible()
    reviewer.get_by_role("button", name="Accept and publish").click()

    expect(reviewer.locator("#article-content")).to_contain_text("Seen by a visitor.")
    visitor.goto(proposal)
    expect(visitor.get_by_text("accepted", exact=True)).to_be_visible()


def test_a_proposal_is_withdrawn_by_its_author(open_plain: Callable[..., Page], spare: str):
    page = open_plain(f"/edit/{spare}?section=Causes", "contributor")
    page.locator("#id_text").fill("## Causes\n\nNot thought through.\n")
    page.get_by_role("button", name="Submit for review").click()

    page.get_by_role("button", name="Withdraw it").click()

    expect(page.get_by_text("withdrawn", exact=True)).to_be_visible()
    expect(page.get_by_label("Your text")).to_have_value("## Causes\n\nNot thought through.\n")


def test_a_missing_article_is_written(open_plain: Callable[..., Page]):
    page = open_plain("/wiki/Written_without_scripts", "editor")
    page.get_by_role("main").get_by_role("link", name="Create", exact=False).click()
    page.locator("#id_text").fill("A first sentence.\n")

    page.get_by_role("button", name="Save").click()

    expect(page.get_by_role("heading", name="Written without scripts", level=1)).to_be_visible()
    expect(page.locator("#stub-notice")).to_be_visible()


def test_somebody_registers_and_logs_out(open_plain: Callable[..., Page]):
    page = open_plain("/accounts/register/")
    page.locator("#id_username").fill("Nora Newcomer")
    page.locator("#id_password1").fill("seven quiet lungs breathe")
    page.locator("#id_password2").fill("seven quiet lungs breathe")
    page.get_by_role("main").get_by_role("button", name="Register").click()
    expect(page.locator(".account__name")).to_have_text("Nora Newcomer")

    page.get_by_role("button", name="Log out").click()

    expect(page.get_by_role("link", name="Log in").first).to_be_visible()
