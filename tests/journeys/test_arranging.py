"""An article's sections are arranged while others write in them: nothing is lost, and each stays who it is."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = """\
A lead about the lungs.

## Symptoms

Wheeze, mostly at night.

## Causes

Dust from old carpets and mattresses.

Smoke of tobacco, of wood and of coal.

### Indoors

Mites of all kinds.

[[Category:Lungs]]
"""


def person(role: str) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role))
    return browser


def arranging(browser: Client, title: str) -> Page:
    """The screen where somebody has chosen this section, come to by links from the article."""
    sections = Page(browser.get(Page(browser.get("/wiki/Asthma")).link("Arrange sections")))
    link = next(each for each in sections.all("a") if each.get("aria-label") == f"arrange: {title}")
    return Page(browser.get(link.get("href", "").partition("#")[0]))


def do(browser: Client, page: Page, deed: str, **fields: str):
    return browser.post("/outline/Asthma", page.fields_of("deeds", deed=deed, **fields))


def text() -> str:
    return Article.objects.get(title="Asthma").text.text


def number_of(title: str) -> int:
    row = Article.objects.get(title="Asthma").sections.get(title=title, position__isnull=False)
    return int(row.pk)


@pytest.fixture(autouse=True)
def asthma():
    return factories.article("Asthma", TEXT)


def test_a_section_is_moved_while_another_editor_writes_in_it():
    mover, writer, number = person("editor"), person("editor"), number_of("Causes")
    screen = arranging(mover, "Causes")
    form = Page(writer.get(f"/edit/Asthma?section={number}"))
    written = form.fields()["text"].replace("Smoke", "Cold air and smoke")

    assert do(mover, screen, "up", summary="causes first").status_code == 303
    assert writer.post("/edit/Asthma", form.fields(text=written)).status_code == 303

    assert text().index("Cold air and smoke") < text().index("## Symptoms")
    assert number_of("Causes") == number
    history = Page(Client().get("/history/Asthma")).words
    assert "Moved “Causes” to the beginning: causes first" in history


def test_a_deed_stands_in_the_history_of_its_section_with_the_name_of_it():
    mover, number = person("editor"), number_of("Indoors")
    assert do(mover, arranging(mover, "Causes"), "up").status_code == 303
    assert do(mover, arranging(mover, "Indoors"), "higher").status_code == 303
    of_causes = Page(Client().get(f"/history/Asthma?section={number_of('Causes')}")).words
    of_indoors = Page(Client().get(f"/history/Asthma?section={number}")).words
    assert "→ Causes Moved “Causes” to the beginning" in of_causes
    assert "→ Indoors Put “Indoors” one level higher" in of_indoors and "Moved" not in of_indoors


def test_a_section_is_moved_after_another_editor_has_written_in_it():
    mover, writer, number = person("editor"), person("editor"), number_of("Causes")
    screen = arranging(mover, "Causes")
    form = Page(writer.get(f"/edit/Asthma?section={number}"))
    writer.post("/edit/Asthma", form.fields(text=form.fields()["text"].replace("Smoke", "Cold air and smoke")))

    assert do(mover, screen, "up").status_code == 303
    assert text().index("Cold air and smoke") < text().index("## Symptoms")
    assert number_of("Causes") == number


def test_a_section_is_parted_and_both_have_addresses():
    editor, number = person("editor"), number_of("Causes")
    screen = arranging(editor, "Causes")
    (paragraph,) = [each.get("value") for each in screen.with_id("id_at")[0].iter("option")]
    assert do(editor, screen, "part", at=paragraph or "", heading="Smoke").status_code == 303
    assert "## Smoke\n\nSmoke of tobacco" in text()
    reader = Client()
    assert reader.get(f"/section/{number}")["Location"] == "/wiki/Asthma#Causes"
    assert reader.get(f"/section/{number_of('Smoke')}")["Location"] == "/wiki/Asthma#Smoke"


def test_a_section_is_joined_and_its_old_address_leads_on():
    editor, number = person("editor"), number_of("Indoors")
    assert do(editor, arranging(editor, "Indoors"), "join").status_code == 303
    assert text() == TEXT.replace("### Indoors\n\n", "")
    assert Client().get(f"/section/{number}")["Location"] == "/wiki/Asthma#Causes"


def test_a_stranger_proposes_a_new_order_a_reviewer_accepts_it_and_what_came_between_stays():
    stranger, reviewer, editor = Client(enforce_csrf_checks=True), person("reviewer"), person("editor")
    proposed = do(stranger, arranging(stranger, "Causes"), "up")["Location"]
    form = Page(editor.get(f"/edit/Asthma?section={number_of('Symptoms')}"))
    editor.post("/edit/Asthma", form.fields(text="## Symptoms\n\nWheeze, mostly in the morning.\n"))

    page = Page(reviewer.get(proposed))
    assert "Moved “Causes” to the beginning" in page.words
    assert reviewer.post(proposed, page.fields(decision="accept")).status_code == 303
    assert text().index("## Causes") < text().index("mostly in the morning")


def test_two_sections_are_edited_together_while_a_third_person_writes_in_one_of_them():
    editor, other = person("editor"), person("editor")
    address = f"/edit/Asthma?section={number_of('Symptoms')}&section={number_of('Causes')}"
    form = Page(editor.get(address))
    theirs = Page(other.get(f"/edit/Asthma?section={number_of('Causes')}"))
    other.post("/edit/Asthma", theirs.fields(text=theirs.fields()["text"].replace("Mites", "Moulds and mites")))

    mine = form.fields()["text"].replace("Wheeze,", "Wheeze and cough,").replace("Dust from", "Dust and hair from")
    assert editor.post("/edit/Asthma", form.fields(text=mine)).status_code == 303
    assert all(words in text() for words in ("Wheeze and cough,", "Dust and hair from", "Moulds and mites"))


def test_two_sections_edited_together_clash_in_one_and_both_texts_are_shown():
    editor, other = person("editor"), person("editor")
    form = Page(editor.get(f"/edit/Asthma?section={number_of('Symptoms')}&section={number_of('Causes')}"))
    theirs = Page(other.get(f"/edit/Asthma?section={number_of('Symptoms')}"))
    other.post("/edit/Asthma", theirs.fields(text="## Symptoms\n\nCough at dawn.\n"))

    mine = form.fields()["text"].replace("Wheeze, mostly at night.", "Tight chest.").replace("Dust", "Hair")
    refused = editor.post("/edit/Asthma", form.fields(text=mine))
    meeting = Page(refused)
    assert refused.status_code == 409 and "Cough at dawn." in meeting.words
    again = meeting.fields_of("edit-form")
    assert again["text"] == mine and again["section"] == form.fields()["section"]

    both = mine.replace("Tight chest.", "Cough at dawn. Tight chest.")
    assert editor.post("/edit/Asthma", again | {"text": both}).status_code == 303
    assert "Cough at dawn. Tight chest." in text() and "Hair from old carpets" in text()
