"""Several people and one article: it goes well, and nothing is lost."""

import pytest
from django.test import Client

from tests import factories
from tests.pages import Page, words

pytestmark = pytest.mark.django_db


def person(role: str, name: str = "") -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role, name))
    return browser


def contributors(reader: Client) -> str:
    (line,) = Page(reader.get("/wiki/Asthma")).with_class("contributors")
    return words(line)


def send(browser: Client, page: Page, path: str, **changed: str):
    """Send the page's own form, its token and hidden fields with it."""
    return browser.post(path, page.fields(**changed))


def edit_link(browser: Client, article: str, anchor: str) -> str:
    """The address behind "edit" beside a heading."""
    page = Page(browser.get(article))
    (heading,) = page.with_id(anchor)
    return next(link.get("href") for link in page.around(heading).iter("a") if "".join(link.itertext()) == "edit")


@pytest.fixture
def asthma():
    return factories.article("Asthma")


def test_an_editor_saves_a_stranger_proposes_a_reviewer_accepts_the_reader_sees_it(asthma):
    editor, stranger, reviewer, reader = (
        person("editor"),
        Client(enforce_csrf_checks=True),
        person("reviewer"),
        Client(),
    )
    form = edit_link(editor, "/wiki/Asthma", "Causes")
    saved = send(editor, Page(editor.get(form)), "/edit/Asthma", text="## Causes\n\nDust and pollen.\n", summary="more")
    assert saved["Location"] == "/wiki/Asthma#Causes"

    form = edit_link(stranger, "/wiki/Asthma", "Symptoms")
    proposed = send(stranger, Page(stranger.get(form)), "/edit/Asthma", text="## Symptoms\n\nWheeze and cough.\n")
    assert "cough" not in Page(reader.get("/wiki/Asthma")).article

    queue = Page(reviewer.get("/proposals/"))
    assert proposed["Location"] in [link.href for link in queue.links]
    decision = Page(reviewer.get(proposed["Location"]))
    assert "cough" in decision.words
    send(reviewer, decision, proposed["Location"], decision="accept")

    shown = Page(reader.get("/wiki/Asthma")).article
    assert "Wheeze and cough." in shown and "Dust and pollen." in shown
    assert "Visitor" in Page(reader.get("/history/Asthma")).words
    assert "accepted" in Page(stranger.get(proposed["Location"])).words


def test_a_contributor_proposes_withdraws_and_goes_on_with_another_try(asthma):
    contributor = person("contributor")
    form = edit_link(contributor, "/wiki/Asthma", "Causes")
    first = send(contributor, Page(contributor.get(form)), "/edit/Asthma", text="## Causes\n\nMoonlight.\n")["Location"]

    article = Page(contributor.get("/wiki/Asthma"))
    second_form = Page(contributor.get(article.link("go on with it")))
    second = send(contributor, second_form, "/edit/Asthma", text="## Causes\n\nMoonlight, some say.\n")["Location"]
    assert "withdrawn" in Page(contributor.get(first)).words

    send(contributor, Page(contributor.get(second)), second, decision="withdraw")
    page = Page(contributor.get(second))
    assert "withdrawn" in page.words and "Moonlight, some say." in page.words
    assert "waits for review" not in Page(contributor.get("/wiki/Asthma")).words


def test_two_editors_in_different_sections_do_not_meet(asthma):
    one, other = person("editor"), person("editor")
    forms = [Page(one.get("/edit/Asthma?section=Causes")), Page(other.get("/edit/Asthma?section=Symptoms"))]
    answers = [
        send(one, forms[0], "/edit/Asthma", text="## Causes\n\nPollen.\n"),
        send(other, forms[1], "/edit/Asthma", text="## Symptoms\n\nCough.\n"),
    ]
    assert [answer.status_code for answer in answers] == [303, 303]
    shown = Page(Client().get("/wiki/Asthma")).article
    assert "Pollen." in shown and "Cough." in shown


def test_two_editors_in_the_same_section_meet_and_both_texts_stay(asthma):
    one, other = person("editor"), person("editor")
    forms = [Page(browser.get("/edit/Asthma?section=Symptoms")) for browser in (one, other)]
    send(one, forms[0], "/edit/Asthma", text="## Symptoms\n\nCough at night.\n")

    refused = send(other, forms[1], "/edit/Asthma", text="## Symptoms\n\nTight chest.\n", summary="from a book")
    meeting = Page(refused)
    assert refused.status_code == 409
    assert "Cough at night." in meeting.words and meeting.fields()["text"] == "## Symptoms\n\nTight chest.\n"

    both = "## Symptoms\n\nCough at night. Tight chest.\n"
    assert send(other, meeting, "/edit/Asthma", text=both).status_code == 303
    assert "Cough at night. Tight chest." in Page(Client().get("/wiki/Asthma")).article
    assert "from a book" in Page(Client().get("/history/Asthma")).words


def test_a_vandals_edit_is_found_in_recent_changes_and_taken_back(asthma):
    vandal, editor, reader = person("editor"), person("editor"), Client()
    send(vandal, Page(vandal.get("/edit/Asthma")), "/edit/Asthma", text="Asthma is FAKE\n")
    assert "FAKE" in Page(reader.get("/wiki/Asthma")).article

    change = Page(editor.get("/recent")).link("what changed")
    before = Page(editor.get(change)).link("bring back")
    send(editor, Page(editor.get(before)), before, summary="vandalism")

    assert reader.get("/raw/Asthma").content.decode() == factories.TEXT
    assert "Nothing was found" in Page(reader.get("/search?q=FAKE")).words
    history = Page(reader.get("/history/Asthma")).words
    assert "vandalism" in history and "brings back version 1" in history


def test_an_editor_writes_a_vandal_blanks_a_moderator_reverts_and_the_contributors_are_as_before():
    factories.article("Asthma", author=factories.author("editor", "Ada"))
    ben, vandal, moderator, reader = person("editor", "Ben"), person("editor", "Vic"), person("moderator"), Client()
    send(ben, Page(ben.get("/edit/Asthma?section=Causes")), "/edit/Asthma", text="## Causes\n\nDust and pollen.\n")
    assert contributors(reader) == "Contributors: Ada, Ben"

    send(vandal, Page(vandal.get("/edit/Asthma")), "/edit/Asthma", text="Nothing to see here.\n")
    assert contributors(reader) == "Contributors: Vic"

    before = Page(moderator.get(Page(moderator.get("/recent")).link("what changed"))).link("bring back")
    send(moderator, Page(moderator.get(before)), before, summary="vandalism")
    assert contributors(reader) == "Contributors: Ada, Ben"


def test_a_session_that_ends_while_somebody_writes_loses_nothing(asthma):
    editor = person("editor")
    form = Page(editor.get("/edit/Asthma?section=Causes"))
    editor.cookies.clear()
    refused = send(editor, form, "/edit/Asthma", text="## Causes\n\nAn hour's work.\n")
    assert refused.status_code == 403 and Page(refused).fields()["text"] == "## Causes\n\nAn hour's work.\n"
    proposed = send(editor, Page(refused), "/edit/Asthma")
    assert "An hour's work." in Page(person("reviewer").get(proposed["Location"])).words
