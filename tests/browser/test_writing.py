"""Writing in a real browser: the preview beside the text, and that nothing typed is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW

pytestmark = pytest.mark.browser

TEXT = """\
## Symptoms

**Wheeze** and a [[Lungs|dry]] cough.[^1]

| Sign | Days |
|------|-----:|
| Fever | 3 |

[^1]: A note.
"""


class Asked:
    """What the browser asked before leaving, and that the person chose to stay."""

    def __init__(self, page: Page) -> None:
        self.kinds: list[str] = []
        page.on("dialog", self._stay)

    def _stay(self, dialog: Dialog) -> None:
        self.kinds.append(dialog.type)
        dialog.dismiss()


# --- The live preview --------------------------------------------------------------------------------------------
def test_the_preview_beside_the_text_shows_what_the_server_renders(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms", "editor")
    live = page.locator("[data-live-content] #article-content")
    page.locator("#id_text").fill(TEXT)
    expect(live.locator("table")).to_be_visible()
    beside = live.inner_html()

    page.get_by_role("button", name="Preview").click()
    sent = page.locator("[data-sent-preview] #article-content")

    expect(sent).to_be_visible()
    assert sent.inner_html() == beside


def test_the_preview_follows_the_text_and_says_so(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms", "editor")
    live = page.locator("[data-live-content]")
    expect(live).to_contain_text("dry cough at night")

    page.locator("#id_text").press_sequentially("First words. ")
    expect(page.locator("[data-live-state]")).to_have_text("Shown when you pause")

    expect(live).to_contain_text("First words.")
    expect(page.locator("[data-live-state]")).to_have_text("")


def test_a_preview_that_can_not_be_reached_says_so_and_leaves_the_text_alone(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms", "editor")
    expect(page.locator("[data-live-content]")).to_contain_text("dry cough at night")
    page.context.set_offline(True)

    page.locator("#id_text").fill("Written in a tunnel.")

    expect(page.locator("[data-live-state]")).to_contain_text("can’t be reached")
    expect(page.locator("#id_text")).to_have_value("Written in a tunnel.")
    page.watch.forget()


def test_the_source_form_has_no_preview_beside_it(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=source", "editor")

    pages.settled(page)

    expect(page.locator("[data-live-place]")).to_be_hidden()


# --- Nothing typed is lost ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("field", ["#id_text", "#id_summary"])
def test_leaving_with_unsaved_words_asks_first(field: str, open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor")
    asked = Asked(page)
    page.locator(field).press_sequentially("Unsaved words ")

    page.get_by_role("link", name="Cancel").click(no_wait_after=True)

    assert asked.kinds == ["beforeunload"]
    assert "Unsaved words" in page.locator(field).input_value()


def test_leaving_a_refused_text_asks_first_too(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor")
    asked = Asked(page)
    page.locator("#id_text").fill("No character: \ufdd0")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#id_summary").click()

    page.get_by_role("link", name="Cancel").click(no_wait_after=True)

    assert asked.kinds == ["beforeunload"]


def test_leaving_an_untouched_form_asks_nothing(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes", "editor")
    asked = Asked(page)
    page.locator("#id_text").focus()

    page.get_by_role("link", name="Cancel").click()

    expect(page).to_have_url("/wiki/Trachea")
    assert asked.kinds == []


def test_saving_asks_nothing(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    asked = Asked(page)
    page.locator("#id_text").press_sequentially("Saved words. ")

    page.get_by_role("button", name="Save").click()

    expect(page).to_have_url(re.compile(f"/wiki/{spare}"))
    assert asked.kinds == []


def test_a_text_that_is_too_large_is_kept_in_the_form_and_not_sent(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Causes&editor=source", "editor")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    # Chromium takes a minute to lay out so much in a plain box; below the editor nothing is laid out.
    expect(page.locator(".source-editor .cm-content")).to_be_visible()
    page.locator("#id_text").evaluate("(text) => { text.value = 'word '.repeat(900_000); }")

    page.get_by_role("button", name="Save").click()

    expect(page.locator("[data-kept]")).to_contain_text("larger than 4 MB")
    assert page.locator("#id_text").evaluate("(text) => text.value.length") == 4_500_000
    assert "POST" not in sent


def test_what_was_sent_offline_stays_and_is_saved_later(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor")
    page.locator("#id_text").fill("## Causes\n\nWritten in a tunnel.\n")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("[data-kept]")).to_contain_text("You are offline")

    page.context.set_offline(False)
    expect(page.locator("[data-kept]")).to_contain_text("You are online again")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Written in a tunnel.")).to_be_visible()
    page.watch.forget()


def test_a_text_that_was_sent_into_a_dead_line_is_brought_back(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor")
    page.locator("#id_text").fill("## Causes\n\nSent into a dead line.\n")
    page.route("**/edit/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("chrome-error://**")
    page.unroute_all()
    page.goto(f"/edit/{spare}?section=Causes&editor=source")

    page.get_by_role("button", name="Bring it back").click()

    expect(page.locator("#id_text")).to_have_value("## Causes\n\nSent into a dead line.\n")


def test_two_tabs_on_one_section_meet_and_both_texts_are_shown(open_page: Callable[..., Page], spare: str):
    mine = open_page(f"/edit/{spare}?section=Symptoms", "editor")
    theirs = open_page(f"/edit/{spare}?section=Symptoms", "reviewer")
    theirs.locator("#id_text").fill("## Symptoms\n\nTheir words.\n")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_text("Their words.")).to_be_visible()

    mine.locator("#id_text").fill("## Symptoms\n\nMy words.\n")
    mine.get_by_role("button", name="Save").click()

    expect(mine.get_by_role("alert")).to_contain_text("nothing was lost")
    piece = mine.get_by_role("group", name="Piece 1")
    expect(piece).to_contain_text("Their words.")
    piece.get_by_role("radio", name="Both, yours after theirs").check()
    mine.get_by_role("button", name="Preview the result").click()
    expect(mine.locator("[data-sent-preview]")).to_contain_text("Their words.")
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator("#article-content")).to_contain_text("Their words.")
    expect(mine.locator("#article-content")).to_contain_text("My words.")


def test_a_piece_is_decided_by_keyboard_and_a_text_of_ones_own_chooses_itself(
    open_page: Callable[..., Page], spare: str
):
    mine = open_page(f"/edit/{spare}?section=Symptoms&editor=source", "editor")
    theirs = open_page(f"/edit/{spare}?section=Symptoms&editor=source", "reviewer")
    for page, words in ((theirs, "Their words."), (mine, "My words.")):
        page.locator("#id_text").fill(f"## Symptoms\n\n{words}\n")
        page.get_by_role("button", name="Save").click()

    mine.get_by_role("radio", name="Yours", exact=True).focus()
    mine.keyboard.press("ArrowDown")
    expect(mine.get_by_role("radio", name="Theirs, as it is now")).to_be_checked()
    mine.get_by_label("A text of your own", exact=True).fill("Ours.")
    expect(mine.get_by_role("radio", name="A text of your own, in the box below")).to_be_checked()
    mine.get_by_role("button", name="Save").click()
    expect(mine.locator("#article-content")).to_contain_text("Ours.")


@pytest.mark.parametrize("keys", ["Control+s", "Control+Enter"])
def test_what_is_chosen_is_saved_by_key_without_a_question(keys: str, open_page: Callable[..., Page], spare: str):
    mine = open_page(f"/edit/{spare}?section=Symptoms", "editor", size=NARROW)
    theirs = open_page(f"/edit/{spare}?section=Symptoms&editor=source", "reviewer")
    asked = Asked(mine)
    theirs.locator("#id_text").fill("## Symptoms\n\nTheir words.\n")
    theirs.keyboard.press("Control+s")
    expect(theirs.get_by_text("Their words.")).to_be_visible()
    mine.locator("#id_text").fill("## Symptoms\n\nMy words.\n")
    mine.keyboard.press("Control+s")
    expect(mine.get_by_role("alert")).to_be_focused()

    mine.keyboard.press("Tab")
    mine.keyboard.press("ArrowDown")
    mine.keyboard.press(keys)

    expect(mine).to_have_url(f"/wiki/{spare}#Symptoms")
    expect(mine.locator("#article-content")).to_contain_text("Their words.")
    expect(mine.locator("#article-content")).not_to_contain_text("My words.")
    assert asked.kinds == []


def test_two_tabs_on_two_sections_are_merged_without_a_question(open_page: Callable[..., Page], spare: str):
    mine = open_page(f"/edit/{spare}?section=Symptoms", "editor")
    theirs = open_page(f"/edit/{spare}?section=Treatment", "reviewer")
    theirs.locator("#id_text").fill("## Treatment\n\nTheir words.\n")
    theirs.get_by_role("button", name="Save").click()
    expect(theirs.get_by_text("Their words.")).to_be_visible()

    mine.locator("#id_text").fill("## Symptoms\n\nMy words.\n")
    mine.get_by_role("button", name="Save").click()

    expect(mine.get_by_text("My words.")).to_be_visible()
    expect(mine.get_by_text("Their words.")).to_be_visible()
