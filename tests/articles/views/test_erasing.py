"""Erasing for law, through its two pages."""

import pytest
from django.test import Client

from articles.models import Edit, LogEntry
from articles.moderation import erasing
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

PASSAGE = "Ada lives in Tower Street"


@pytest.fixture(autouse=True)
def a_register_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


@pytest.fixture
def page(editor):
    return factories.article("Asthma", f"A lead. {PASSAGE}.\n", author=editor, summary=PASSAGE)


def places(browser: Client, passage: str = PASSAGE) -> Page:
    return Page(browser.post("/special/erase", {"passage": passage}))


def confirm(browser: Client, **fields: str):
    asked = {"passage": PASSAGE, "count": "4", "reason": "order 12/3", "password": factories.PASSWORD}
    return browser.post("/special/erase", {**asked, **fields})


@pytest.mark.parametrize("role", ["visitor", "editor", "reviewer", "moderator"])
def test_nobody_below_administrator_may_even_look(page, role: str, request):
    browser = request.getfixturevalue(f"{role}_client")
    found = browser.post("/special/erase", {"passage": PASSAGE})
    answers = (browser.get("/special/erase"), found, confirm(browser))
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert not LogEntry.objects.filter(what="text.erase").exists()


def test_the_first_page_shows_where_it_stands_and_erases_nothing(page, administrator_client: Client):
    shown = places(administrator_client)
    assert "It stands in 4 places." in shown.words and "1 version of a page is erased as a whole" in shown.words
    assert shown.link("Asthma") == "/history/Asthma" and "readers see it now" in shown.words
    assert shown.fields()["passage"] == PASSAGE
    assert not Edit.objects.filter(erased=True).exists()


def test_what_stands_nowhere_is_said(administrator_client: Client):
    assert "It stands nowhere" in places(administrator_client).words


@pytest.mark.parametrize("passage", ["", "  the lungs ", "x" * 5_001])
def test_too_little_or_too_much_is_refused_and_given_back(administrator_client: Client, passage: str):
    answer = administrator_client.post("/special/erase", {"passage": passage})
    assert answer.status_code == 422 and passage.strip() in Page(answer).words


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"count": "3"}, 409, "other places than you saw"),
        ({"count": "many"}, 422, "Enter a whole number"),
        ({"password": "another"}, 422, "This is not your password"),
        ({"reason": " "}, 422, "Say why"),
        ({"reason": f"because {PASSAGE}"}, 422, "must not say the passage"),
    ],
    ids=["count", "no count", "password", "no reason", "reason"],
)
def test_without_the_second_confirmation_nothing_goes_and_what_was_written_comes_back(
    page, administrator_client: Client, fields: dict[str, str], status: int, words: str
):
    answer = confirm(administrator_client, **fields)
    shown = Page(answer)
    assert (answer.status_code, words in shown.words) == (status, True)
    assert shown.fields()["reason"].strip() == fields.get("reason", "order 12/3").strip()
    assert not Edit.objects.filter(erased=True).exists()


def test_passwords_are_not_guessed_here(page, administrator_client: Client):
    for _try in range(5):
        confirm(administrator_client, password="another")
    assert confirm(administrator_client).status_code == 429
    assert not Edit.objects.filter(erased=True).exists()


def test_once_it_is_confirmed_it_goes_and_the_log_shows_it(page, administrator_client: Client):
    answer = confirm(administrator_client)
    assert (answer.status_code, answer["Location"]) == (303, "/special/log?what=text.erase")
    shown = Page(administrator_client.get(answer["Location"]))
    assert "order 12/3" in shown.words and "erased a passage for law" in shown.words and PASSAGE not in shown.words


def test_whoever_logs_in_without_a_password_is_not_asked_for_one(page, administrator, administrator_client: Client):
    administrator.account.set_unusable_password()
    administrator.account.save()
    administrator_client.force_login(administrator.account)
    assert "password" not in places(administrator_client).fields()
    assert confirm(administrator_client, password="").status_code == 303


def test_when_its_bytes_could_not_be_cleaned_away_that_is_said(page, administrator_client: Client, monkeypatch):
    monkeypatch.setattr(erasing, "leave_no_remains", lambda: False)
    confirm(administrator_client)
    assert "apply_erasures --clean" in Page(administrator_client.get("/special/log")).words


def test_history_says_erased_and_leads_nowhere(page, administrator_client: Client, visitor_client: Client):
    confirm(administrator_client)
    for browser in (administrator_client, visitor_client):
        shown = Page(browser.get("/history/Asthma"))
        assert "erased" in shown.words and f"/compare/previous/{page.current_edit_id}" not in [
            link.href for link in shown.links
        ]


@pytest.mark.parametrize(
    "path",
    [
        "/wiki/Asthma?version={}",
        "/raw/Asthma?version={}",
        "/compare/previous/{}",
        "/compare/{}/current",
        "/revert/{}",
        "/edit/Asthma?version={}",
        "/blame/Asthma?version={}",
        "/cite/Asthma?version={}",
        "/undo/{}",
    ],
)
def test_an_erased_version_answers_410_wherever_it_is_asked_for(page, administrator_client: Client, path: str):
    confirm(administrator_client)
    answer = administrator_client.get(path.format(page.current_edit_id))
    assert (answer.status_code, "was erased" in Page(answer).words) == (410, True)


def test_a_title_that_holds_it_is_named_with_the_way_to_change_it(administrator_client: Client, editor):
    factories.article(PASSAGE, "A lead.\n", author=editor)
    shown = places(administrator_client)
    assert shown.link("move it to another title") == f"/move/{PASSAGE.replace(' ', '_')}"
    answer = confirm(administrator_client, count=str(erasing.places_of(PASSAGE).total))
    assert (answer.status_code, "is still called so" in Page(answer).words) == (422, True)


def test_once_the_page_is_moved_its_old_title_goes_from_every_page_of_the_site(
    administrator_client: Client, visitor_client: Client, editor
):
    page = factories.article(PASSAGE, "A lead.\n", author=editor)
    sent = {"title": "Tower disease", "base": str(page.current_edit_id), "reason": "x"}
    assert administrator_client.post(f"/move/{PASSAGE}", sent).status_code == 303
    shown = places(administrator_client)
    assert f"{PASSAGE} (redirect)" in shown.words and "Pages are called so" not in shown.words

    assert confirm(administrator_client, count=str(erasing.places_of(PASSAGE).total)).status_code == 303
    for address in ("/history/Tower_disease", "/special/log", "/recent", "/special/deleted", "/info/Tower_disease"):
        assert PASSAGE not in Page(administrator_client.get(address)).words
    assert visitor_client.get(f"/wiki/{PASSAGE.replace(' ', '_')}").status_code == 404


def test_a_large_wiki_is_looked_through_by_a_command_that_the_page_names(
    page, administrator_client: Client, monkeypatch, at_most_queries
):
    monkeypatch.setattr(erasing, "MOST_IN_A_PAGE", 0)
    monkeypatch.setattr(erasing, "places_of", None)  # Nothing is looked for.
    shown = Page(administrator_client.get("/special/erase"))
    assert "manage.py erase --by" in shown.words and not shown.with_id("id_passage")
    assert administrator_client.post("/special/erase", {"passage": PASSAGE}).status_code == 422
    assert confirm(administrator_client).status_code == 422 and not Edit.objects.filter(erased=True).exists()
