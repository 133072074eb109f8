"""Whatever happens while somebody writes, the same text is in the editor again, with a word about what happened."""

import pytest
from django.test import Client

from articles.models import Article, Draft
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

MINE = "What I had written.\n"
FORM = "/edit/Asthma?section=0"


@pytest.fixture
def asthma():
    return factories.article("Asthma")


@pytest.fixture
def account():
    return factories.user("editor", "Ada")


def browser_of(account=None) -> Client:
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    if account is not None:
        browser.force_login(account)
    return browser


def typed(browser: Client, text: str = MINE) -> dict[str, str]:
    """Open the form and type; the script keeps it. Returns what the form would send."""
    fields = Page(browser.get(FORM)).fields(text=text)
    browser.post("/drafts/keep/Asthma", fields)
    return fields


def in_the_editor(answer) -> str:
    return Page(answer).fields()["text"].lstrip("\n")


def taken_up(browser: Client) -> str:
    """Open the section again and follow what is offered there."""
    return in_the_editor(browser.get(Page(browser.get(FORM)).link("Go on with it")))


def test_the_browser_was_closed(asthma, account):
    typed(browser_of(account))
    assert taken_up(browser_of(account)) == MINE


def test_the_session_expired_while_writing(asthma, account):
    browser = browser_of(account)
    fields = typed(browser)
    del browser.cookies["sessionid"]
    answer = browser.post("/edit/Asthma", fields | {"text": "And more.\n"})
    assert answer.status_code == 403 and in_the_editor(answer) == "And more.\n"
    assert "not logged in as you were" in Page(answer).words
    browser.force_login(account)
    assert taken_up(browser) == "And more.\n"
    assert {draft.text for draft in Draft.objects.all()} == {MINE, "And more.\n"}


def test_the_token_expired(asthma, account):
    browser = browser_of(account)
    fields = typed(browser)
    answer = browser.post("/edit/Asthma", fields | {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403 and in_the_editor(answer) == MINE
    assert browser.post("/edit/Asthma", Page(answer).fields()).status_code == 303
    assert "/drafts" not in [link.href for link in Page(browser.get("/wiki/Asthma")).links]


def test_the_page_was_protected(asthma, account):
    browser = browser_of(account)
    fields = typed(browser)
    with doors.unlocked("protecting comes with a door of its own"):
        Article.objects.update(edit_protection="administrator")
    answer = browser.post("/edit/Asthma", fields)
    assert answer.status_code == 403 and in_the_editor(answer) == MINE
    draft = Draft.objects.get()
    assert in_the_editor(browser.get(f"/edit/Asthma?draft={draft.pk}")) == MINE


def test_the_title_was_taken(account):
    browser = browser_of(account)
    fields = Page(browser.get("/edit/\N{CYRILLIC CAPITAL LETTER A}sthma")).fields(text=MINE)
    factories.article("Asthma")
    answer = browser.post("/edit/\N{CYRILLIC CAPITAL LETTER A}sthma", fields)
    assert answer.status_code == 422 and in_the_editor(answer) == MINE
    offered = Page(browser.get("/drafts"))
    assert "Sent, and not saved" in offered.words
    assert in_the_editor(browser.get(offered.link("Go on with it"))) == MINE


def test_the_text_was_too_large(asthma, account):
    browser = browser_of(account)
    large = "x" * (512 * 1024 + 1)
    answer = browser.post("/edit/Asthma", typed(browser) | {"text": large})
    assert answer.status_code == 413 and in_the_editor(answer) == large
    assert taken_up(browser) == MINE


def test_somebody_else_was_faster(asthma, account):
    browser = browser_of(account)
    fields = typed(browser)
    factories.edit(asthma, "Theirs.\n", section="0")
    draft = Page(browser.get(f"/edit/Asthma?draft={Draft.objects.get().pk}"))
    assert "The article has changed since." in draft.words
    answer = browser.post("/edit/Asthma", fields)
    assert answer.status_code == 409 and in_the_editor(answer) == MINE and "Theirs." in Page(answer).words
    assert browser.post("/edit/Asthma", Page(answer).fields()).status_code == 303
    nothing_left = Page(browser.get("/drafts"))
    assert "There is none." in nothing_left.words and "Sent, and not saved" not in nothing_left.words


def test_the_server_broke(asthma, account, monkeypatch):
    browser = browser_of(account)
    fields = typed(browser)
    with monkeypatch.context() as broken:
        broken.setattr("articles.editing.save", lambda change: 1 / 0)
        answer = browser.post("/edit/Asthma", fields)
    assert answer.status_code == 500 and in_the_editor(answer) == MINE
    assert taken_up(browser) == MINE


def test_nothing_typed_outlives_its_person_on_a_shared_computer(asthma, account):
    browser = browser_of()
    typed(browser)
    assert taken_up(browser) == MINE
    del browser.cookies["visit"]  # The browser was closed: the cookie of the visit ends with it.
    next_person = Page(browser.get(FORM))
    assert "You have a draft" not in next_person.words and "There is none." in Page(browser.get("/drafts")).words


def test_logging_out_leaves_nothing_behind(asthma, account):
    browser = browser_of()
    typed(browser, "As a visitor.\n")
    browser.force_login(account)
    fields = typed(browser)
    answer = browser.post("/accounts/logout/", {"csrfmiddlewaretoken": fields["csrfmiddlewaretoken"]})
    assert answer["Clear-Site-Data"] == '"storage"'
    assert "There is none." in Page(browser.get("/drafts")).words
    assert taken_up(browser_of(account)) == MINE
