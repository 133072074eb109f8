"""Pages for what went wrong say what happened, tell no secrets, and lead on."""

from collections.abc import Iterator

import psycopg
import pytest
from django import forms
from django.db import DatabaseError, OperationalError, connection
from django.http import Http404
from django.test import Client, RequestFactory

from tests import factories
from tests.pages import Page
from wiki import errors
from wiki.wording import words

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500])
def test_each_status_has_a_page_of_its_own(status: int):
    answer = errors.page(RequestFactory().get("/"), status)
    page = Page(answer)
    assert answer.status_code == status and page.h1 and "/" in [link.href for link in page.links]


def test_a_forged_host_gets_the_disclaimer_that_holds_for_one_query(client: Client, administrator, at_most_queries):
    words.change(key="disclaimer", text="Only ours, of {name}.", who=administrator.account)
    with at_most_queries(1):
        answer = client.get("/wiki/Asthma", headers={"host": "evil.example"})
    page = Page(answer)
    assert answer.status_code == 400 and "Only ours, of MedWiki." in page.words and "evil.example" not in page.source
    assert len(page.with_id("medical-disclaimer")) == 1


def test_an_odd_status_still_has_a_page():
    answer = errors.page(RequestFactory().get("/"), 418)
    assert answer.status_code == 418 and Page(answer).h1 == "We could not read this request"


def test_a_page_that_can_not_be_made_becomes_the_one_that_asks_nothing(monkeypatch):
    def away(request):
        raise DatabaseError

    monkeypatch.setattr("wiki.context.site", away)
    monkeypatch.setattr("django.template.context_processors.i18n", away)
    request = RequestFactory().get("/")
    request.user = property(away)
    assert errors.page(request, 404).status_code == 404


def test_the_page_for_what_is_missing_says_what_was_asked_for(client: Client, db):
    page = Page(client.get("/history/Rare_disease"))
    assert "There is no page called “Rare disease”." in page.words
    assert page.link("Search for “Rare disease”") == "/search?q=Rare%20disease"


def test_an_address_that_leads_nowhere_tells_nothing_of_the_house(client: Client, db):
    page = Page(client.get("/nowhere"))
    assert "may be mistyped" in page.words and "urlpatterns" not in page.source and "tried" not in page.source


def test_a_message_of_an_error_is_text(client: Client):
    answer = errors.page_not_found(RequestFactory().get("/"), Http404("<script>alert(1)</script>"))
    assert Page(answer).live() == [] and b"&lt;script&gt;" in answer.content


def test_a_forbidden_page_offers_to_log_in_and_come_back(client: Client):
    made = factories.article("Asthma")
    page = Page(client.get(f"/revert/{made.current_edit_id}"))
    hrefs = [link.href for link in page.links if link.text == "Log in"]
    assert f"/accounts/login/?next=/revert/{made.current_edit_id}" in hrefs


def test_a_failure_shows_what_was_being_written(monkeypatch):
    request = RequestFactory().post("/edit/A", {"text": "</textarea><script>alert(1)</script>"})
    page = Page(errors.server_error(request))
    assert [found.text for found in page.all("textarea")] == ["</textarea><script>alert(1)</script>"]
    assert page.live() == []


def test_while_the_database_is_away_what_was_being_written_comes_back():
    request = RequestFactory().post("/edit/A", {"text": "</textarea><script>alert(1)</script>"})
    try:
        raise OperationalError("connection refused") from psycopg.OperationalError("connection refused")
    except OperationalError:
        answer = errors.server_error(request)
    page = Page(answer)
    assert answer.status_code == 503 and page.live() == []
    assert [found.text for found in page.all("textarea")] == ["</textarea><script>alert(1)</script>"]


def failed(request):
    try:
        raise OperationalError("connection refused") from psycopg.OperationalError("connection refused")
    except OperationalError:
        return errors.server_error(request)


def test_every_text_of_a_decided_conflict_comes_back_while_the_database_is_away():
    sent = {"base": "7", "started": "3", "text": "Mine.", "summary": "Why", "piece-1": "own", "own-1": "Both of us."}
    page = Page(answer := failed(RequestFactory().post("/edit/A", sent)))
    assert answer.status_code == 503 and len(set(page.ids)) == len(page.ids)
    assert [found.text for found in page.all("textarea")] == ["Mine.", "Why", "Both of us."]


@pytest.mark.parametrize("name", ["words", "contact", "why", "lines", "message", "heading"])
def test_each_text_field_comes_back(name: str):
    page = Page(failed(RequestFactory().post("/x", {name: "Words.", "password": "hunter2", "base": "7"})))
    assert [found.text for found in page.all("textarea")] == ["Words."]


def test_a_report_that_did_not_arrive_says_whom_to_call():
    with connection.execute_wrapper(_away):
        page = Page(failed(RequestFactory().post("/report/1", {"words": "Ten times the dose."})))
    assert "In an emergency" in page.words
    assert "In an emergency" not in Page(failed(RequestFactory().post("/edit/A", {"text": "x"}))).words


def _away(*args: object) -> None:
    raise DatabaseError


def _forms(form: type[forms.BaseForm] = forms.BaseForm) -> Iterator[type[forms.BaseForm]]:
    for one in form.__subclasses__():
        if one.__module__.startswith(("articles.", "wiki.")):
            yield one
        yield from _forms(one)


def test_no_box_for_words_is_forgotten():
    """Whoever writes a new form with a box in it says here that what was typed into it comes back."""
    Client().get("/nowhere")  # All forms are there once all addresses are.
    boxes = {
        name
        for form in _forms()
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field.widget, forms.Textarea)
    }
    assert {"text", "words", "reason"} <= boxes <= errors._WORDS


def test_a_failure_to_read_the_body_shows_a_page_all_the_same():
    request = RequestFactory().post("/edit/A", b"x", content_type="multipart/form-data; boundary=")
    assert errors.server_error(request).status_code == 500


def test_a_failed_page_says_nothing_of_why(monkeypatch):
    def failing(size: int = 10):
        raise RuntimeError("the secret key is 1234")

    monkeypatch.setattr("articles.reading.newly_changed", failing)
    answer = Client(raise_request_exception=False).get("/")
    assert b"1234" not in answer.content and b"Traceback" not in answer.content


# --- No dead ends ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/wiki/{title}?version=99999", "no version of the number 99999"),
        ("/raw/{title}?version=99999", "no version of the number 99999"),
        ("/compare/{edit}/99999", "no version of the number 99999"),
        ("/compare/99999/{edit}", "no version of the number 99999"),
        ("/section/{gone}", "has been taken out since"),
    ],
)
def test_what_is_gone_from_an_article_leads_to_its_history(client, article, path: str, says: str):
    gone = article.sections.get(title="Symptoms").pk
    factories.edit(article, "", section="Symptoms")
    page = Page(client.get(path.format(title=article.title.replace(" ", "_"), edit=article.current_edit_id, gone=gone)))
    assert says in page.words
    assert page.link(f"History of {article.title}") == f"/history/{article.title.replace(' ', '_')}"


@pytest.mark.parametrize(
    "path", ["/revert/99999", "/compare/previous/99999", "/section/99999", "/proposals/99999", "/nothing"]
)
def test_every_404_leads_on(editor_client, path: str):
    answer = editor_client.get(path)
    page = Page(answer)
    assert answer.status_code == 404 and ("99999" in page.words or path == "/nothing")
    assert page.link("Recent changes") == "/recent" and page.link("Search") == "/search"


def test_who_seeks_a_proposal_may_need_to_log_in(client):
    page = Page(client.get("/proposals/99999"))
    assert page.link("Your own proposals") == "/proposals/"
    assert [link.href for link in page.links if link.text == "Log in"][-1] == "/accounts/login/?next=/proposals/99999"
