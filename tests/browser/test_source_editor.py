"""The source editor: writing with marks, by mouse and keyboard; pasting; the plain box; and no byte changed unasked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.conftest import NARROW, Site

BUILT = Path(__file__).resolve().parents[2] / "static" / "build" / "source.js"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not BUILT.is_file(), reason="the editors are not built here: `make editors` needs npm"),
]

FORM = "/edit/Trachea?section=Symptoms"


class Editor:
    """The editor of a page: where one writes, and the text box under it, which is the truth."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.locator("#id_text")
        self.content = page.locator(".source-editor .cm-content")
        expect(self.content).to_be_visible()

    @property
    def text(self) -> str:
        return self.box.input_value()

    def reads(self, text: str) -> None:
        expect(self.box).to_have_value(text)

    def write(self, text: str) -> None:
        """Put in place of all that is there, as one who selects everything and pastes plain words."""
        self.content.focus()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def select(self, words: str) -> None:
        start = self.text.index(words)
        self.box.evaluate(
            "(box, [from, to]) => { box.setSelectionRange(from, to); box.focus(); }", [start, start + len(words)]
        )

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)

    def paste(self, html: str, plain: str = "plain") -> None:
        self.content.focus()
        self.page.evaluate(
            """([html, plain]) => {
              const clipboardData = new DataTransfer();
              clipboardData.setData("text/html", html);
              clipboardData.setData("text/plain", plain);
              const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
              document.activeElement.dispatchEvent(event);
            }""",
            [html, plain],
        )
        expect(self.page.locator(".editor-said")).not_to_be_empty()


@pytest.fixture
def editor(open_page: Callable[..., Page]) -> Editor:
    return Editor(open_page(FORM, "editor"))


# --- The text box stays the truth --------------------------------------------------------------------------------
AWKWARD = (
    "## Symptoms\n\n\tTab, blanks at the end   \n5\u00a0mg, e\u0301, \u200fRTL, x\u2028y, "
    "\U0001fac1\n\n\n  last line without an end"
)


def _sent(page: Page) -> str:
    with page.expect_request(lambda request: request.method == "POST" and request.is_navigation_request()) as asked:
        page.get_by_role("button", name="Preview").click()
    return str(asked.value.post_data)


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_opening_and_sending_changes_no_byte(end: str, open_page: Callable[..., Page]):
    page = open_page(FORM, "editor")
    Editor(page).write(AWKWARD + end)
    _sent(page)
    again = Editor(page)

    sent = _sent(page)

    assert again.text == AWKWARD + end
    assert urlencode({"text": (AWKWARD + end).replace("\n", "\r\n")}).replace("%20", "+") in sent.replace("%20", "+")


def test_what_is_typed_stands_in_the_box_at_once(editor: Editor):
    heard = "(box) => { window.heard = 0; box.addEventListener('input', () => window.heard++); }"
    editor.box.evaluate(heard)
    editor.content.focus()
    editor.page.keyboard.press("ControlOrMeta+End")
    editor.page.keyboard.type("New.")
    assert editor.text.endswith("New.")
    assert editor.page.evaluate("window.heard") == 4


def test_what_a_script_puts_into_the_box_is_seen_and_can_be_undone(editor: Editor):
    before = editor.text
    editor.box.evaluate(
        "(box) => { box.value += 'Brought back.'; box.dispatchEvent(new Event('input')); box.focus(); }"
    )
    expect(editor.content).to_contain_text("Brought back.")
    editor.page.keyboard.press("ControlOrMeta+z")
    assert editor.text == before


def test_the_label_leads_to_the_editor(editor: Editor):
    editor.page.locator("label[for=id_text]").click()
    expect(editor.content).to_be_focused()


def test_what_is_written_is_saved(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes", "editor")
    Editor(page).write("## Causes\n\nWritten in the editor.\n")
    page.keyboard.press("Control+s")
    expect(page.locator("#article-content")).to_contain_text("Written in the editor.")


def test_control_enter_saves_and_inserts_nothing(open_page: Callable[..., Page], spare: str):
    page = open_page(f"/edit/{spare}?section=Causes&editor=source", "editor")
    Editor(page).write("## Causes\n\nSaved by Enter.\n")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#article-content")).to_contain_text("Saved by Enter.")


def test_the_tab_key_goes_on_through_the_page(editor: Editor):
    before = editor.text
    editor.content.focus()
    editor.page.keyboard.press("Tab")
    expect(editor.page.locator("#id_summary")).to_be_focused()
    assert editor.text == before


# --- Marks -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("keys", "written"), [("ControlOrMeta+b", "A **dry** cough"), ("ControlOrMeta+i", "A *dry* cough")]
)
def test_keys_set_a_mark_and_take_it_away(keys: str, written: str, editor: Editor):
    editor.write("A dry cough")
    editor.select("dry")
    editor.page.keyboard.press(keys)
    assert editor.text == written
    editor.page.keyboard.press(keys)
    assert editor.text == "A dry cough"


@pytest.mark.parametrize(
    ("button", "written"),
    [
        ("Section heading", "## Wheeze"),
        ("Sub-heading", "### Wheeze"),
        ("Bold", "**Wheeze**"),
        ("List", "- Wheeze"),
        ("Numbered list", "1. Wheeze"),
    ],
)
def test_a_button_sets_its_mark(button: str, written: str, editor: Editor):
    editor.write("Wheeze")
    editor.select("Wheeze")
    editor.button(button).click()
    assert editor.text == written


def test_a_list_goes_on_with_enter_and_ends_at_an_empty_point(editor: Editor):
    editor.write("- one")
    for typed in ("Enter", "t", "w", "o", "Enter", "Enter", "x"):
        editor.page.keyboard.press(typed)
    assert editor.text == "- one\n- two\nx"


def test_marks_are_shown(editor: Editor):
    editor.write("## Head\n\n**bold** [[Lungs]] [[Category:Lungs]] {{stub|medicine}} [@pmid:1] note[^1]\n")
    for name in ("heading-2", "strong", "page", "category", "template", "source", "note"):
        expect(editor.page.locator(f".cm-mark-{name}")).to_have_count(1)


# --- Titles ------------------------------------------------------------------------------------------------------
def test_titles_are_offered_and_taken_by_keyboard(editor: Editor):
    editor.write("See ")
    editor.page.keyboard.type("[[Asth")
    expect(editor.page.get_by_role("listbox", name="Completions").get_by_role("option", name="Asthma")).to_be_visible()
    # Keys are the line's for the first 75 ms after a list has come up unasked (the editor's `interactionDelay`).
    editor.page.wait_for_function(
        """() => {
            const list = document.querySelector('.cm-tooltip-autocomplete');
            if (list !== window.listSeen) Object.assign(window, { listSeen: list, seenSince: performance.now() });
            return list && performance.now() - window.seenSince > 100;
        }"""
    )
    editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("ArrowUp")
    expect(editor.page.locator(".cm-tooltip-autocomplete [aria-selected]")).to_contain_text("Asthma")
    editor.page.keyboard.press("Enter")
    assert editor.text == "See [[Asthma]]"


def test_a_link_is_chosen_by_its_title_with_the_keyboard_alone(editor: Editor):
    editor.write("The disease.")
    editor.select("disease")
    editor.page.keyboard.press("ControlOrMeta+k")
    dialog = editor.page.get_by_role("dialog", name="Link")
    dialog.get_by_role("combobox").fill("Asth")
    expect(dialog.get_by_role("option", name="Asthma")).to_be_visible()
    for key in ("ArrowDown", "Enter", "Enter"):
        editor.page.keyboard.press(key)
    expect(dialog).to_be_hidden()
    editor.reads("The [[Asthma|disease]].")
    expect(editor.content).to_be_focused()


def test_a_late_answer_takes_no_chosen_title_away(editor: Editor):
    editor.write("The disease.")
    editor.select("disease")
    editor.page.route("**/*?q=Asth", lambda _: None)  # is never answered
    editor.page.keyboard.press("ControlOrMeta+k")
    dialog = editor.page.get_by_role("dialog", name="Link")
    dialog.get_by_role("combobox").fill("Ast")
    expect(dialog.get_by_role("option", name="Asthma")).to_be_visible()
    with editor.page.expect_request("**/*?q=Asth"):
        editor.page.keyboard.press("h")
    with editor.page.expect_event("requestfailed", lambda request: request.url.endswith("?q=Asth")):
        editor.page.keyboard.press("ArrowDown")
    editor.page.keyboard.press("Enter")
    editor.page.keyboard.press("Enter")
    editor.reads("The [[Asthma|disease]].")


def test_escape_leaves_a_dialog_and_the_text_alone(editor: Editor):
    before = editor.text
    editor.button("Link").click()
    editor.page.keyboard.press("Escape")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    assert editor.text == before


def test_the_keys_that_save_the_page_do_not_save_it_from_a_dialog(editor: Editor):
    editor.write("Words.")
    editor.button("Footnote").click()
    editor.page.get_by_role("dialog").get_by_role("textbox").fill("Said by somebody.")
    editor.page.keyboard.press("Control+Enter")
    expect(editor.page.get_by_role("dialog")).to_have_count(0)
    expect(editor.box).to_have_value("Words.[^1]\n\n[^1]: Said by somebody.\n")


# --- Tables, notes, categories ------------------------------------------------------------------------------------
def test_a_table_is_written_and_changed_as_a_grid(editor: Editor):
    editor.write("Signs:")
    editor.button("Table").click()
    dialog = editor.page.get_by_role("dialog", name="Table")
    dialog.get_by_role("button", name="Remove the last column").click()
    dialog.get_by_label("Heading of column 1").fill("Sign")
    dialog.get_by_label("Heading of column 2").fill("Days")
    dialog.get_by_label("Alignment of column 2").select_option("right")
    dialog.get_by_label("Row 2, column 1").fill("Fever | chill")
    dialog.get_by_role("button", name="Use this table").click()
    written = (
        "| Sign           | Days |\n| -------------- | ---: |\n| Fever \\| chill |      |\n|                |      |"
    )
    editor.reads(f"Signs:\n\n{written}\n")

    editor.select("Days")
    editor.button("Table").click()
    expect(dialog.get_by_label("Row 2, column 1")).to_have_value("Fever \\| chill")
    dialog.get_by_role("button", name="Use this table").click()
    editor.reads(f"Signs:\n\n{written}\n")


def test_a_footnote_takes_a_name_that_the_article_does_not_use(open_page: Callable[..., Page]):
    page = open_page("/edit/Every_mark?section=0", "editor")
    editor = Editor(page)
    editor.write("Words.")
    editor.button("Footnote").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("Another.")
    page.get_by_role("dialog").get_by_role("button", name="Insert").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(editor.box).to_have_value("Words.[^2]\n\n[^2]: Another.\n")


def test_categories_stand_together_at_the_end_and_the_caret_stays(editor: Editor):
    editor.write("Words.\n\n[[Category:Lungs]]\n")
    editor.select("Words")
    editor.button("Category").click()
    editor.page.get_by_role("dialog").get_by_role("combobox").fill("Category:Airways")
    editor.page.get_by_role("dialog").get_by_role("button", name="Insert").click()
    editor.reads("Words.\n\n[[Category:Lungs]]\n[[Category:Airways]]\n")
    editor.page.keyboard.type("Text")
    expect(editor.box).to_have_value(re.compile(r"^Text\."))


def test_a_stub_is_marked_once(editor: Editor):
    editor.write("Words.\n\n{{stub}}\n")
    editor.button("Mark as a stub").click()
    editor.page.get_by_role("dialog").get_by_label("Topic").fill("anatomy")
    editor.page.get_by_role("dialog").get_by_role("button", name="Insert").click()
    editor.reads("Words.\n\n{{stub|anatomy}}\n")


def test_a_symbol_is_inserted(editor: Editor):
    editor.write("5 ")
    editor.button("Symbols and units").click()
    editor.page.get_by_role("dialog").get_by_role("button", name="µg", exact=True).click()
    editor.reads("5 µg")


# --- Find and replace --------------------------------------------------------------------------------------------
def test_words_are_found_and_replaced(editor: Editor):
    editor.write("dry cough, dry mouth")
    editor.page.keyboard.press("ControlOrMeta+f")
    editor.page.get_by_role("textbox", name="Find").fill("dry")
    editor.page.get_by_role("textbox", name="Replace with").fill("wet")
    editor.page.get_by_role("button", name="Replace all").click()
    assert editor.text == "wet cough, wet mouth"
    editor.page.keyboard.press("Escape")
    expect(editor.content).to_be_focused()


# --- Pasting -----------------------------------------------------------------------------------------------------
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style>p.MsoNormal {margin:0}</style></head><body>
<!--StartFragment--><h1>Dosage<o:p></o:p></h1>
<p class=MsoNormal style='margin:0'><b
style='mso-bidi-font-weight:normal'>Adults</b> take <i>two</i> H<sub>2</sub>O.<o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>One</p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>o<span>&nbsp; </span></span><![endif]>Inner</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal>Sign</p></td><td><p class=MsoNormal>Days</p></td></tr>
<tr><td><p class=MsoNormal>Fever</p></td><td><p class=MsoNormal>3</p></td></tr></table>
<!--EndFragment--></body></html>"""
FROM_WORD = """\
## Dosage

**Adults** take *two* H<sub>2</sub>O.

- One
    - Inner

| Sign | Days |
|---|---|
| Fever | 3 |
"""

PAGE = """<meta charset="utf-8"><style>b { color: red }</style><script>alert(1)</script>
<h2 style="color:red">Causes<span class="mw-editsection">[edit]</span></h2>
<p onclick="x()">See <a href="https://www.who.int/a b">the
<b>WHO</b></a>,<a href="javascript:alert(1)">no</a> and
<span style="font-weight: 700">this</span>.<img src="x"><sup class="reference">[1]</sup></p>
<ol><li>One<ul><li>In</li></ul></li><li><p>Two</p><p>More</p></li></ol>
<p>5*3*2 [[x]] snake_case</p><p># no heading</p>"""
FROM_PAGE = """\
## Causes

See [the **WHO**](https://www.who.int/a%20b),no and **this**.

1. One
    - In
2. Two

    More

5\\*3\\*2 \\[[x]] snake_case

\\# no heading
"""


@pytest.mark.parametrize(("html", "text"), [(WORD, FROM_WORD), (PAGE, FROM_PAGE)], ids=["Word", "a page"])
def test_what_is_pasted_comes_as_clean_text(html: str, text: str, editor: Editor):
    editor.write("")
    editor.paste(html)
    assert editor.text == text


def test_pasting_is_undone_in_one_step(editor: Editor):
    editor.write("Before. ")
    editor.paste("<p><b>Pasted</b></p>")
    assert editor.text == "Before. **Pasted**"
    editor.page.keyboard.press("ControlOrMeta+z")
    assert editor.text == "Before. "


def test_a_link_to_this_wiki_is_pasted_as_one(editor: Editor, site: Site):
    editor.write("")
    editor.paste(f'<a href="{site.url}/wiki/Vocal_cords">the cords</a>')
    assert editor.text == "[[Vocal cords|the cords]]"


# --- The plain box -----------------------------------------------------------------------------------------------
def test_the_plain_box_is_a_choice_that_is_kept(editor: Editor):
    page = editor.page
    editor.write("Written before.")
    editor.button("Plain text").click()
    expect(page.locator(".source-editor")).to_have_count(0)
    expect(editor.box).to_have_value("Written before.")
    editor.box.press_sequentially(" And after.")
    page.get_by_role("button", name="Preview").click()

    expect(page.get_by_role("button", name="Plain text")).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".source-editor")).to_have_count(0)
    expect(editor.box).to_have_value(re.compile("And after"))
    page.get_by_role("button", name="Plain text").click()
    expect(editor.content).to_contain_text("And after.")


def test_the_toolbar_acts_on_the_plain_box_too(editor: Editor):
    editor.button("Plain text").click()
    editor.box.fill("A dry cough")
    editor.box.evaluate("(box) => box.setSelectionRange(2, 5)")
    editor.button("Bold").click()
    assert editor.text == "A **dry** cough"
    editor.page.keyboard.press("ControlOrMeta+z")
    assert editor.text == "A dry cough"


def test_a_finger_gets_the_plain_box_first(open_page: Callable[..., Page]):
    page = open_page(FORM, "editor", size=NARROW, has_touch=True, is_mobile=True)
    expect(page.get_by_role("button", name="Plain text")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#id_text")).to_be_editable()
    expect(page.locator(".source-editor")).to_have_count(0)


# --- For all eyes and hands --------------------------------------------------------------------------------------
def test_the_toolbar_is_one_stop_with_arrows_inside(editor: Editor):
    page = editor.page
    page.locator("label[for=id_text]").click()
    page.keyboard.press("Shift+Tab")
    expect(editor.button("Section heading")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(editor.button("Sub-heading")).to_be_focused()
    page.keyboard.press("End")
    expect(editor.button("Edit visually")).to_be_focused()
    page.keyboard.press("Tab")
    expect(editor.content).to_be_focused()


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(width: int, colours: str, open_page: Callable[..., Page]):
    page = open_page("/edit/Every_mark", "editor", size={"width": width, "height": 800}, color_scheme=colours)
    editor = Editor(page)
    editor.content.focus()
    page.keyboard.press("ControlOrMeta+f")
    expect(page.get_by_role("textbox", name="Find")).to_be_visible()
    pages.unmoving(page)
    assert pages.axe_faults(page) == []
    assert pages.sideways(page) == []


@pytest.mark.parametrize("button", ["Link", "Table", "Footnote", "Category", "Mark as a stub", "Symbols and units"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_in_a_dialog(button: str, width: int, open_page: Callable[..., Page]):
    page = open_page(FORM, "editor", size={"width": width, "height": 700})
    Editor(page).button(button).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert pages.axe_faults(page) == []
    assert pages.sideways(page) == []


def test_the_preview_keeps_in_step(open_page: Callable[..., Page]):
    page = open_page("/edit/Every_mark", "editor", size={"width": 1280, "height": 600})
    Editor(page)
    preview = page.locator("[data-live-place]")
    expect(preview.locator("#article-content")).to_be_visible()
    page.locator(".cm-scroller").hover()
    page.mouse.wheel(0, 20_000)
    end: Any = "(place) => place.scrollTop > 0 && place.scrollTop + place.clientHeight >= place.scrollHeight - 2"
    page.wait_for_function(f"() => ({end})(document.querySelector('[data-live-place]'))")
