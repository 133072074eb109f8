"""Reading in a real browser: how much it costs, the comforts of scripts, colours that stay, paper."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
DARK, LIGHT = "rgb(18, 25, 27)", "rgb(255, 255, 255)"


# --- What it costs -----------------------------------------------------------------------------------------------
class Wire:
    """What a page asked for, and what came over the wire for it: headers and encoded bodies."""

    def __init__(self, page: Page) -> None:
        self.requests: dict[str, str] = {}
        self.bytes: dict[str, float] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        self.requests[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        self.bytes[event["requestId"]] = event["encodedDataLength"]

    @property
    def addresses(self) -> set[str]:
        return set(self.requests.values())

    @property
    def kilobytes(self) -> float:
        return sum(self.bytes.values()) / 1024


@pytest.mark.parametrize("title", ["Asthma", "Heart", "Mesotherapy", "Ibuprofen"])
def test_one_cold_view_of_an_article_is_at_most_4_requests_and_30_kb(
    title: str, new_page: Callable[..., Page], record_property: Callable[[str, object], None]
):
    page = new_page()
    wire = Wire(page)

    page.goto(f"/wiki/{title}", wait_until="networkidle")
    icon = page.locator("link[rel=icon]").evaluate("(link) => link.href")

    record_property("figures", f"{title}: {len(wire.addresses)} files, {wire.kilobytes:.1f} KB")
    # Browsers with a window ask for the icon too; here the page shows the same file, so that it is counted.
    assert len(wire.addresses | {icon}) <= 4
    assert len(wire.bytes) == len(wire.requests) and 5 < wire.kilobytes <= 30
    page.context.close()


def test_a_second_article_costs_its_html_only(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma")
    pages.settled(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/wiki/Mesotherapy", wait_until="networkidle")
    from_the_network = page.evaluate(
        "() => performance.getEntriesByType('resource').filter((each) => each.transferSize).map((each) => each.name)"
    )

    assert from_the_network == []


def test_nothing_is_asked_of_another_site(open_page: Callable[..., Page]):
    page = open_page("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.goto("/wiki/Every_mark", wait_until="networkidle")

    assert asked and all(address.startswith(page.evaluate("location.origin")) for address in asked)


def test_reading_leaves_no_cookie(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma")
    page.goto("/history/Asthma")
    page.goto("/search?q=lungs&full=1")

    assert page.context.cookies() == []


# --- Headings, contents, tables ----------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["", "editor"])
@pytest.mark.parametrize("name", ["Symptoms", "Indoors"])
def test_edit_links_are_no_part_of_a_headings_name(name: str, role: str, open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", role)

    expect(page.get_by_role("heading", name=name, exact=True)).to_have_count(1)
    expect(page.get_by_role("link", name=f"edit: {name}", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name=f"edit source: {name}", exact=True)).to_be_visible()


def test_edit_links_are_not_copied_with_the_text(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")

    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.querySelector('#article-content'));"
        " return getSelection().toString(); }"
    )

    assert "Wheeze" in copied and "edit source" not in copied


@pytest.mark.parametrize("window", [{}, {"size": NARROW}])
def test_the_links_of_a_heading_stay_together_and_begin_where_it_does(
    window: dict[str, Any], open_page: Callable[..., Page]
):
    page = open_page("/wiki/Mesotherapy", **window)
    head = page.locator(".section-head", has=page.get_by_role("heading", name="Risks and Side Effects"))

    edit, report = (head.locator(name).bounding_box() for name in (".editsection", ".report-link"))

    left = head.evaluate("(head) => head.getBoundingClientRect().left")
    assert edit and report and abs(edit["y"] - report["y"]) < 5 and edit["x"] == left


def test_the_links_of_the_lead_break_no_line_but_its_first(open_page: Callable[..., Page]):
    page = open_page("/wiki/Mesotherapy")

    links, lead = (page.locator(name).first.bounding_box() for name in (".section-head--lead", ".prose p"))

    assert links and lead and links["height"] < 27 and links["y"] == lead["y"]


def test_the_contents_lead_to_the_section_and_mark_it(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma")
    link = page.locator("#contents a").nth(4)

    link.click()

    expect(link).to_have_attribute("aria-current", "true")
    expect(page.locator(":target")).to_be_in_viewport()


def test_the_contents_unfold_on_a_phone(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma", size=NARROW)
    expect(page.locator("#contents a").first).to_be_hidden()

    page.locator("#contents summary").click()
    page.locator("#contents a").last.click()

    expect(page.locator(":target")).to_be_in_viewport()


def test_a_wide_table_scrolls_in_its_own_box_and_the_keyboard_reaches_it(open_page: Callable[..., Page]):
    page = open_page("/wiki/Every_mark", size=NARROW)
    table = page.locator(".prose table").first

    table.focus()
    page.keyboard.press("ArrowRight")

    expect(table).to_be_focused()
    page.wait_for_function("() => document.querySelector('.prose table').scrollLeft > 0")


# --- Search ------------------------------------------------------------------------------------------------------
def test_what_is_told_of_a_title_in_a_list_ends_at_its_edge_where_it_wraps_too(open_page: Callable[..., Page]):
    page = open_page("/special/wanted", size=NARROW)

    rights = page.locator(".listing li").evaluate_all(
        "(items) => items.map((item) => item.getBoundingClientRect().right"
        " - item.lastElementChild.getBoundingClientRect().right)"
    )

    assert len(rights) > 5 and max(rights) < 1


def test_fields_in_a_row_are_as_high_as_each_other(open_page: Callable[..., Page]):
    page = open_page("/protect/Asthma", "moderator")

    heights = page.locator(".act__fields :is(select, input)").evaluate_all(
        "(fields) => fields.map((field) => Math.round(field.getBoundingClientRect().height))"
    )

    assert len(heights) == 9 and len(set(heights)) == 1


def test_fields_in_a_row_stand_on_one_line_however_long_their_labels_are(open_page: Callable[..., Page]):
    page = open_page("/special/filters/new", "moderator")

    fields = page.locator(".act__fields").first.locator("select, input")

    boxes = fields.evaluate_all("(fields) => fields.map((field) => Math.round(field.getBoundingClientRect().top))")
    assert len(boxes) == 5 and len(set(boxes)) == 2


def test_the_way_to_a_new_section_keeps_away_from_the_categories(open_page: Callable[..., Page]):
    page = open_page("/wiki/Mesotherapy")

    categories, way = (page.locator(name).bounding_box() for name in (".categories", ".add-section"))

    assert categories and way and way["y"] - categories["y"] - categories["height"] > 8


def test_suggestions_appear_and_are_chosen_by_keyboard(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator("#search-words")

    page.keyboard.press("/")
    expect(words).to_be_focused()
    words.press_sequentially("asth")
    expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option").first).to_contain_text("Asthma")
    expect(words).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Asthma")
    assert pages.axe_faults(page) == []
    page.keyboard.press("Enter")

    expect(page).to_have_url("/wiki/Asthma")


def test_a_late_answer_takes_no_choice_away(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    words = page.locator("#search-words")
    page.route("**/*?q=asth", lambda _: None)  # is never answered
    words.press_sequentially("ast")
    expect(page.get_by_role("option").first).to_contain_text("Asthma")
    with page.expect_request("**/*?q=asth"):
        words.press("h")

    with page.expect_event("requestfailed", lambda request: request.url.endswith("?q=asth")):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url("/wiki/Asthma")


def test_escape_closes_the_suggestions_and_keeps_the_words(open_page: Callable[..., Page]):
    page = open_page("/")
    words = page.locator("#search-words")
    words.press_sequentially("asth")
    expect(page.get_by_role("option").first).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(words).to_have_value("asth")


def test_a_suggestion_is_chosen_by_the_mouse(open_page: Callable[..., Page]):
    page = open_page("/")
    page.locator("#search-words").press_sequentially("mesoth")

    page.get_by_role("option").first.click()

    expect(page).to_have_url("/wiki/Mesotherapy")


def test_the_slash_is_a_letter_where_one_writes(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor")
    text = page.locator(".cm-content")

    text.press("/")

    expect(text).to_be_focused()
    expect(page.locator("#id_text")).to_have_value(re.compile("/"))


# --- Colours -----------------------------------------------------------------------------------------------------
def test_colours_follow_the_system(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", color_scheme="dark")
    assert page.evaluate(BACKGROUND) == DARK

    page.emulate_media(color_scheme="light")

    assert page.evaluate(BACKGROUND) == LIGHT


def test_chosen_colours_stay_on_the_next_page_and_switch_back(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    switch = page.get_by_role("button", name="Dark colours")

    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    page.goto("/history/Trachea")
    assert page.evaluate(BACKGROUND) == DARK
    switch.click()
    page.goto("/wiki/Trachea")

    assert page.evaluate(BACKGROUND) == LIGHT
    expect(switch).to_have_attribute("aria-pressed", "false")


# --- Paper -------------------------------------------------------------------------------------------------------
def test_paper_has_the_article_and_no_navigation(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma", "editor", color_scheme="dark")

    page.emulate_media(media="print")

    for gone in (".masthead", ".tabs", "#contents", ".editsection", ".foot__row", ".foot__search", ".skip-link"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#medical-disclaimer")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.querySelector('h1')).color") == "rgb(26, 36, 38)"


def test_paper_names_the_addresses_of_the_references(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma")
    link = page.locator(".references a").first
    shown = "(link) => [getComputedStyle(link, '::after').content, link.getAttribute('href')]"

    page.emulate_media(media="print")
    content, address = link.evaluate(shown)

    assert address.startswith("https://") and address in content


def test_the_printable_version_is_the_same_on_the_screen(open_page: Callable[..., Page]):
    page = open_page("/wiki/Asthma?printable=yes")

    for gone in (".masthead", ".tabs", "#contents", ".editsection"):
        expect(page.locator(gone).first).to_be_hidden()
    assert pages.disclaimer_faults(page) == []


def test_the_printable_version_begins_where_its_title_does(open_page: Callable[..., Page]):
    page = open_page("/wiki/Mesotherapy?printable=yes")
    title, text, stub = (page.locator(name).bounding_box() for name in ("h1", "#article-content", "#stub-notice"))
    assert title and text and stub and text["x"] == title["x"] == stub["x"]


def test_paper_has_a_history_and_nothing_to_choose_in_it(open_page: Callable[..., Page]):
    page = open_page("/history/Trachea")
    expect(page.get_by_role("button", name="Compare the chosen versions")).to_be_visible()

    page.emulate_media(media="print")

    for gone in (".radios", ".edit__links", ".feeds", ".help-link", "main button"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".edit").first).to_be_visible()


# --- At 400 % ----------------------------------------------------------------------------------------------------
def test_at_400_percent_one_can_search_read_and_reach_all(open_page: Callable[..., Page]):
    page = open_page("/wiki/Every_mark", "editor", size={"width": 320, "height": 256})
    assert pages.sideways(page) == []

    for link in ("edit: Lists", "Recent changes", "See full disclaimer", "All special pages"):
        page.get_by_role("link", name=link, exact=True).click(trial=True)
    page.locator("#search-words").fill("asthma")
    page.locator("#search button").click()

    expect(page).to_have_url("/wiki/Asthma")
    assert pages.sideways(page) == []


def test_at_400_percent_one_can_edit(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Symptoms", "editor", size={"width": 320, "height": 256})

    page.locator("#id_text").fill("## Symptoms\n\nWritten at 400 percent.\n")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Written at 400 percent.")).to_be_in_viewport()
    assert pages.sideways(page) == []


def test_letters_grow_with_the_readers_choice(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea")
    before = page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)")

    page.evaluate("() => { document.documentElement.style.fontSize = '34px'; }")

    assert page.evaluate("() => parseFloat(getComputedStyle(document.body).fontSize)") == 2 * before
    assert pages.sideways(page) == []
