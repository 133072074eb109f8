"""The visual editor: writing as it looks, what is written of it, the source whenever one likes, and no byte unasked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import pages
from tests.browser.conftest import NARROW, WIDE

BUILT = Path(__file__).resolve().parents[2] / "static" / "build" / "visual.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BUILT.is_file(), reason="the editors are not built here: `make editors` needs npm"),
]

TEXT = """\
## Symptoms

*  Odd   spelling, kept.

Wheeze and a __dry__ cough
at night.

| Sign  | Days |
|:------|-----:|
| Fever |    3 |

Croup
:   A swelling of the airway.

- one
- two

No line break at the end   """


class Editor:
    """The editor of a page: where one writes, and the text box under it, which is the truth."""

    def __init__(self, page: Page, text: str | None = None) -> None:
        self.page = page
        self.box = page.locator("#id_text")
        self.content = page.locator(".visual-editor .ProseMirror")
        expect(self.content).to_be_visible()
        if text is not None:
            self.put(text)

    def put(self, text: str) -> None:
        """Put a text into the box as a script does: the focus that comes to the box goes on to the editor."""
        put = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"
        self.box.evaluate(put, text)

    def reads(self, text: str) -> None:
        expect(self.box).to_have_value(text)

    def select(self, words: str) -> None:
        """Select these words, as one who drags the mouse over them; they stand in one run of text."""
        self.content.focus()
        self.content.evaluate(
            """(content, words) => {
              const walker = document.createTreeWalker(content, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
                return;
              }
              throw new Error(`not there: ${words}`);
            }""",
            words,
        )
        # ProseMirror hears of it by an event that comes later.
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def after(self, words: str) -> None:
        self.select(words)
        self.page.keyboard.press("ArrowRight")

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def insert(self, text: str) -> None:
        """All of it at once: what comes letter by letter on a slow machine is undone in more than one step."""
        self.page.keyboard.insert_text(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)

    def paste(self, html: str) -> None:
        self.content.focus()
        self.page.evaluate(
            """(html) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/html", html);
              const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
              document.querySelector(".ProseMirror").dispatchEvent(event);
            }""",
            html,
        )


@pytest.fixture(params=[WIDE, NARROW], ids=["1280", "360"])
def editor(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Editor:
    """The editor with TEXT in it, on a wide page and on a narrow one."""
    return Editor(open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor", size=request.param), TEXT)


# --- The text box stays the truth --------------------------------------------------------------------------------
@pytest.mark.parametrize("section", ["Lists", "Tables", "Notices", "Measures", ""])
def test_opening_and_sending_changes_no_byte(section: str, open_page: Callable[..., Page]):
    page = open_page(f"/edit/Every_mark?section={section}&editor=visual", "editor")
    editor = Editor(page)
    assert editor.box.evaluate("(box) => box.value === box.defaultValue")

    page.get_by_role("button", name="Show changes").click()

    expect(page.locator(".changes")).to_contain_text(re.compile("nothing|no change|same|equal|identical", re.I))


def test_a_text_put_into_the_box_by_others_is_shown_and_stays_as_it_is(editor: Editor):
    expect(editor.content).to_contain_text("Odd   spelling, kept.")
    editor.after("Fever")
    editor.type("!")
    editor.page.keyboard.press("Backspace")
    editor.page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    editor.reads(TEXT)


def test_one_word_changes_one_block_only(editor: Editor):
    editor.select("cough")
    editor.type("croup")
    editor.reads(TEXT.replace("cough", "croup"))


def test_saving_changes_the_one_word_of_the_article(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?editor=visual", "editor")
    editor = Editor(page)
    before = editor.box.input_value()
    editor.select("smoke")
    editor.type("changedword")

    page.keyboard.press("ControlOrMeta+s")
    page.wait_for_url("**/wiki/**")

    raw = page.evaluate("(path) => fetch(path).then((answer) => answer.text())", f"/raw/{spare}")
    assert raw == before.replace("smoke", "changedword")


def test_only_the_section_is_opened(open_page: Callable[..., Page]):
    editor = Editor(open_page("/edit/Trachea?section=Treatment&editor=visual", "editor"))
    expect(editor.content.locator("h1, h2, h3")).to_have_text(["Treatment"])


def test_edit_source_opens_the_plain_box(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Treatment&editor=source", "editor")
    expect(page.locator(".visual-editor")).to_have_count(0)


# --- Writing -----------------------------------------------------------------------------------------------------
def test_bold_by_key_and_by_button(editor: Editor):
    editor.select("Wheeze")
    editor.page.keyboard.press("ControlOrMeta+b")
    editor.reads(TEXT.replace("Wheeze", "**Wheeze**"))
    expect(editor.button("Bold")).to_have_attribute("aria-pressed", "true")
    editor.button("Bold").click()
    editor.reads(TEXT)


def test_a_link_to_a_page_found_by_its_title(editor: Editor):
    editor.select("cough")
    editor.page.keyboard.press("ControlOrMeta+k")
    editor.page.get_by_label("Page or web address").fill("Asth")
    editor.page.get_by_role("option", name=re.compile("^Asthma")).first.click()
    editor.page.get_by_role("button", name="Insert").click()
    editor.reads(TEXT.replace("cough", "[[Asthma|cough]]"))


def test_a_link_elsewhere_and_none_again(editor: Editor):
    editor.select("cough")
    editor.button("Link").click()
    editor.page.get_by_label("Page or web address").fill("https://www.who.int/")
    editor.page.get_by_role("button", name="Insert").click()
    editor.reads(TEXT.replace("cough", "[cough](https://www.who.int/)"))
    editor.after("cou")
    editor.button("Remove the link").click()
    editor.reads(TEXT)


def test_a_list_and_a_list_within_it(editor: Editor):
    editor.after("two")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("ControlOrMeta+]")
    editor.type("inside")
    editor.reads(TEXT.replace("- two", "- two\n    - inside"))


def test_a_cell_a_row_and_a_column_of_a_table(editor: Editor):
    editor.after("Fever")
    editor.type("s")
    editor.reads(TEXT.replace("| Fever |", "| Fevers |"))
    editor.button("Add a row below").click()
    editor.button("Add a column after").click()
    expect(editor.content.locator("tr")).to_have_count(3)
    expect(editor.content.locator("th")).to_have_count(3)


def test_a_new_table(editor: Editor):
    editor.after("Odd   spelling, kept.")
    editor.button("Table").click()
    editor.type("Drug")
    editor.page.keyboard.press("Tab")
    editor.type("Dose | day")
    editor.reads(
        TEXT.replace("kept.\n", "kept.\n\n| Drug | Dose \\| day |  |\n| --- | --- | --- |\n|  |  |  |\n|  |  |  |\n", 1)
    )


def test_a_footnote(editor: Editor):
    editor.after("night.")
    editor.button("Footnote").click()
    editor.page.get_by_label("What the note says").fill("Seen *by us*.")
    editor.page.get_by_role("button", name="Insert").click()
    expect(editor.content.locator(".visual-note")).to_contain_text("Seen *by us*.")
    expect(editor.box).to_have_value(re.compile(r"night\.\[\^1\]\n(.|\n)*\[\^1\]: Seen \\\*by us\\\*\.$"))


def test_signs_that_are_typed_stay_signs_and_a_wiki_link_becomes_one(editor: Editor):
    editor.after("night.")
    editor.type(" *x* [[Lungs]] p < 5")
    editor.reads(TEXT.replace("night.", "night. \\*x\\* [[Lungs]] p &lt; 5"))


def test_what_has_no_node_is_shown_rendered_and_edited_as_source(editor: Editor):
    island = editor.content.locator(".visual-island", has_text="A swelling")
    island.scroll_into_view_if_needed()
    expect(island.locator("dl dd")).to_have_text("A swelling of the airway.")
    island.get_by_role("button").click()
    editor.page.get_by_role("textbox", name="Source of this part").fill("Croup\n:   Another meaning.")
    editor.page.get_by_role("button", name="Use this").click()
    editor.reads(TEXT.replace("A swelling of the airway.", "Another meaning."))
    expect(editor.content.locator(".visual-island dd")).to_have_text("Another meaning.")


def test_a_part_is_edited_in_the_source_editor_by_keyboard_alone(editor: Editor):
    page = editor.page
    editor.content.locator(".visual-island").get_by_role("button").press("Enter")
    dialog = page.get_by_role("dialog", name="Edit as source")
    expect(dialog.locator(".cm-content")).to_be_focused()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" See [[Lun")
    expect(dialog.get_by_role("option", name="Lung", exact=False).first).to_be_visible()
    page.keyboard.type("gs]].")
    page.keyboard.press("Control+Enter")
    editor.reads(TEXT.replace("of the airway.", "of the airway. See [[Lungs]]."))
    expect(editor.content).to_be_focused()


def test_a_part_is_left_as_it_was_with_escape(editor: Editor):
    editor.content.locator(".visual-island").get_by_role("button").click()
    expect(editor.page.get_by_role("dialog").locator(".cm-content")).to_be_focused()
    editor.type("Not this.")
    editor.page.keyboard.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    expect(editor.page.locator("dialog .cm-content")).to_have_count(0)
    editor.reads(TEXT)


def test_undo_takes_back_what_was_put_in(editor: Editor):
    editor.select("cough")
    editor.insert("croup")
    editor.page.keyboard.press("ControlOrMeta+z")
    editor.reads(TEXT)


# --- The source, and back ----------------------------------------------------------------------------------------
def test_the_source_and_back_keep_the_text_and_the_undo(editor: Editor):
    editor.select("cough")
    editor.insert("croup")
    editor.button("Edit as source").click()
    editor.reads(TEXT.replace("cough", "croup"))
    editor.box.fill(TEXT.replace("cough", "croup").replace("Croup\n", "Croup, laryngitis\n"))
    editor.button("Edit visually").click()
    expect(editor.content).to_contain_text("Croup, laryngitis")
    editor.button("Undo").click()
    editor.reads(TEXT.replace("cough", "croup"))
    editor.button("Undo").click()
    editor.reads(TEXT)


def test_the_source_is_written_in_the_source_editor(editor: Editor):
    page = editor.page
    editor.button("Edit as source").click()
    expect(page.locator(".source-editor .cm-content")).to_be_focused()
    expect(editor.button("Find and replace")).to_be_enabled()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("Fever")
    page.keyboard.press("ControlOrMeta+a")
    editor.button("Bold").click()
    editor.reads("**Fever**")
    editor.button("Edit visually").click()
    expect(editor.content).to_be_focused()
    expect(editor.content.locator("strong")).to_have_text("Fever")


def test_one_goes_on_in_the_block_in_which_one_wrote_the_source(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=source", "editor")
    page.locator("#id_text").fill(TEXT)
    page.keyboard.press("ControlOrMeta+End")
    page.get_by_role("button", name="Edit visually").click()
    editor = Editor(page)
    expect(editor.content).to_be_focused()
    editor.type("Here.")
    editor.reads(TEXT + "Here.")


def test_who_began_to_write_before_the_editor_came_goes_on_there(open_page: Callable[..., Page]):
    page = open_page("/wiki/Trachea", "editor")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/build/visual*", hold)
    with page.expect_request("**/build/visual*"):
        page.goto("/edit/Trachea?section=Symptoms&editor=visual", wait_until="commit")
    page.locator("#id_text").focus()
    page.keyboard.press("ControlOrMeta+End")
    before = page.locator("#id_text").input_value()
    page.keyboard.type("Begun early")
    held.pop().continue_()

    editor = Editor(page)
    expect(editor.content).to_be_focused()
    editor.type(", ended late.")
    editor.reads(before + "Begun early, ended late.")


def test_the_source_editor_leads_to_the_visual_one(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=source", "editor")
    page.locator("#id_text").fill(TEXT)
    page.get_by_role("button", name="Edit visually").click()
    editor = Editor(page)
    expect(editor.content.locator(".visual-island")).to_be_visible()
    expect(page.locator(".source-editor")).to_have_count(0)
    editor.reads(TEXT)


@pytest.mark.parametrize(
    ("first", "other", "shown"),
    [("visual", "Edit as source", ".cm-content"), ("source", "Edit visually", ".ProseMirror")],
)
def test_a_form_that_comes_back_is_in_the_editor_that_was_switched_to(
    open_page: Callable[..., Page], first: str, other: str, shown: str
):
    page = open_page(f"/edit/Trachea?section=Symptoms&editor={first}", "editor")
    page.get_by_role("button", name=other, exact=True).click()
    expect(page.locator(shown)).to_be_visible()
    page.get_by_role("button", name="Preview", exact=True).click()
    expect(page.locator("[data-sent-preview]")).to_be_visible()
    expect(page.locator(shown)).to_be_visible()


def test_an_editor_that_can_not_be_loaded_leaves_one_in_the_other(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    editor = Editor(page, "Words.\n")
    page.route("**/build/source*", lambda route: route.abort())
    editor.button("Edit as source").click()
    expect(page.get_by_role("status").filter(has_text="The other editor could not be loaded")).to_be_visible()
    editor.after("Words.")
    editor.type(" More.")
    editor.reads("Words. More.\n")
    page.watch.forget()


def test_the_preview_stands_beside_the_source_only(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    editor = Editor(page)
    live = page.locator("[data-live-place]")
    expect(live).to_be_hidden()
    editor.button("Edit as source").click()
    expect(live).to_contain_text("dry cough at night")
    editor.button("Edit visually").click()
    expect(live).to_be_hidden()


# --- Pasting -----------------------------------------------------------------------------------------------------
FOREIGN = """\
<meta charset="utf-8"><style>p { color: red }</style><script>window.pasted = true</script>
<p style="color: red" onclick="window.pasted = true">Pasted <b>bold</b> and
<a href="javascript:window.pasted = true">no link</a>, <a href="https://www.who.int/">a link</a>.</p>
<ul><li>point</li></ul><iframe src="https://example.org/"></iframe><img src="x" onerror="window.pasted = true">
"""


def test_pasting_takes_what_the_text_can_hold_and_nothing_that_acts(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    editor = Editor(page, "Words.\n")
    page.keyboard.press("ControlOrMeta+a")
    editor.content.focus()
    page.keyboard.press("ControlOrMeta+a")
    editor.paste(FOREIGN)
    editor.reads("Pasted **bold** and no link, [a link](https://www.who.int/).\n\n- point\n")
    assert page.evaluate("() => window.pasted") is None
    assert (
        editor.content.evaluate("(content) => content.querySelectorAll('[style], script, style, iframe').length") == 0
    )


# --- Everybody ---------------------------------------------------------------------------------------------------
def test_the_tab_key_leads_on_and_arrows_lead_through_the_toolbar(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    editor = Editor(page, "Words.\n")
    editor.button("Undo").focus()
    page.keyboard.press("ArrowRight")
    expect(editor.button("Redo")).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor.content).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#id_summary")).to_be_focused()


def test_the_toolbar_keeps_a_stop_when_the_buttons_of_a_table_go(editor: Editor):
    editor.after("Fever")
    editor.button("Add a row below").click()
    editor.after("Wheeze")
    expect(editor.button("Add a row below")).to_have_count(0)
    editor.page.keyboard.press("Shift+Tab")
    expect(editor.button("Undo")).to_be_focused()


def test_escape_lets_the_tab_key_leave_a_table(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    editor = Editor(page, "| a | b |\n|---|---|\n| c | d |\n")
    editor.after("a")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("#id_summary")).to_be_focused()


def test_the_words_above_the_box_name_the_editor_and_lead_into_it(open_page: Callable[..., Page]):
    page = open_page("/edit/Trachea?section=Symptoms&editor=visual", "editor")
    Editor(page)
    page.locator("label[for=id_text]").click()
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_focused()


@pytest.mark.parametrize("options", [{"size": WIDE}, {"size": NARROW, "color_scheme": "dark"}], ids=["light", "dark"])
def test_axe_finds_nothing(options: dict[str, Any], open_page: Callable[..., Page]):
    page = open_page("/edit/Every_mark?editor=visual", "editor", **options)
    editor = Editor(page)
    island = editor.content.locator(".visual-island", has_text="What it means.")
    island.scroll_into_view_if_needed()
    expect(island.locator("dl")).to_be_visible()
    assert pages.axe_faults(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
