"""Acts in the Django admin: what will happen is shown, a reason is asked for, each row is told what became of it."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.admin import acting
from articles.models import Article, LogEntry
from articles.moderation import deleting
from tests import desk, factories
from tests.doors import unlocked
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST = "/admin/articles/article/"
DELETE = f"{LIST}act/delete/"


@pytest.fixture
def pages(editor) -> list[Article]:
    return [factories.article(title, author=editor) for title in ("Asthma", "Croup", "Pleurisy")]


def numbers(rows: list[Article]) -> list[int]:
    return [row.pk for row in rows]


def states() -> dict[str, str]:
    return dict(Article.objects.filter(namespace="article").values_list("title", "state"))


def test_it_says_what_will_happen_and_changes_nothing_yet(moderator_client: Client, pages):
    page = Page(desk.choose(moderator_client, LIST, "delete", numbers(pages[:2])))
    (table,) = page.with_class("act__rows")
    assert "Asthma" in "".join(table.itertext()) and "Pleurisy" not in "".join(table.itertext())
    assert set(states().values()) == {"published"} and not page.disclaimer_faults()


def test_each_row_is_done_and_told_of(moderator_client: Client, moderator, pages):
    answer = desk.do(moderator_client, LIST, "delete", numbers(pages[:2]), reason="Advertisements")
    assert answer.status_code == 200 and "Done: 2 of 2" in Page(answer).words
    assert states() == {"Asthma": "deleted", "Croup": "deleted", "Pleurisy": "published"}
    logged = LogEntry.objects.filter(what="article.delete").order_by("number")
    assert [(row.target, row.why, row.who_id) for row in logged] == [
        (title, "Advertisements", moderator.account_id) for title in ("Asthma", "Croup")
    ]


def test_djangos_own_log_has_it_too_without_the_reason(moderator_client: Client, moderator, pages):
    desk.do(moderator_client, LIST, "delete", numbers(pages[:2]), reason="Of Ada Lovelace")
    rows = DjangosLogEntry.objects.order_by("object_repr").values_list("user", "object_repr", "object_id")
    assert list(rows) == [(moderator.account_id, page.title, str(page.pk)) for page in pages[:2]]
    assert not DjangosLogEntry.objects.filter(change_message__contains="Ada").exists()


def test_without_a_reason_nothing_is_done_and_what_was_chosen_stays(moderator_client: Client, pages):
    answer = desk.do(moderator_client, LIST, "delete", numbers(pages[:2]), reason="  ")
    assert answer.status_code == 422 and "Say why" in Page(answer).words
    assert Page(answer).fields_of_each("act-form")["row"] == [str(each) for each in numbers(pages[:2])]
    assert set(states().values()) == {"published"} and not LogEntry.objects.filter(what="article.delete").exists()


def test_who_looked_at_what_has_changed_since_looks_again_and_keeps_the_reason(moderator_client: Client, pages):
    asked = desk.choose(moderator_client, LIST, "delete", numbers(pages[:1]))
    factories.edit(pages[0], "Another lead.\n", section="0")
    answer = desk.send(moderator_client, asked, reason="An advertisement")
    assert answer.status_code == 409 and "has changed since" in Page(answer).words
    assert Page(answer).fields_of_each("act-form")["reason"] == ["An advertisement"]
    assert states()["Asthma"] == "published"
    assert desk.send(moderator_client, answer).status_code == 303 and states()["Asthma"] == "deleted"


def test_what_is_refused_keeps_nothing_else_back(moderator_client: Client, pages):
    with unlocked("no moderator shuts themselves out"):
        Article.objects.filter(title="Croup").update(edit_protection="administrator")
    asked = desk.choose(moderator_client, LIST, "delete", numbers(pages))
    assert "Nothing: It is protected against you, too." in Page(asked).words
    factories.edit(pages[2], "Another lead.\n", section="0")
    answer = desk.send(moderator_client, asked, reason="Advertisements")
    assert states() == {"Asthma": "deleted", "Croup": "published", "Pleurisy": "published"}
    page = Page(answer)
    assert answer.status_code == 200 and "Done: 1 of 2" in page.words and "What is left" in page.words
    assert page.fields_of_each("act-form")["row"] == [str(pages[2].pk)]


def test_a_second_click_does_nothing_twice(moderator_client: Client, pages):
    asked = desk.choose(moderator_client, LIST, "delete", numbers(pages[:2]))
    answers = [desk.send(moderator_client, asked, reason="Advertisements") for _click in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert LogEntry.objects.filter(what="article.delete").count() == 2


def test_a_button_on_the_rows_page_does_it_and_leads_back_there(moderator_client: Client, pages):
    path = f"{LIST}{pages[0].pk}/change/"
    answer = desk.do_from_the_row(moderator_client, path, "Delete", reason="An advertisement")
    assert (answer.status_code, answer["Location"]) == (303, path)
    assert "Deleted." in Page(moderator_client.get(path)).words and states()["Asthma"] == "deleted"
    assert [link.text for link in Page(moderator_client.get(path)).links if "act" in link.classes] == [
        "Protect",
        "Restore",
    ]


def test_nobody_does_something_with_more_rows_than_anybody_looks_at(moderator_client: Client, pages, monkeypatch):
    monkeypatch.setattr(acting, "MOST_ROWS", 2)
    answer = desk.choose(moderator_client, LIST, "delete", numbers(pages))
    assert "choose at most 2" in Page(answer).words
    rows = "&".join(f"row={page.pk}" for page in pages)
    assert "choose at most 2" in Page(moderator_client.get(f"{DELETE}?{rows}", follow=True)).words
    assert "choose at most 2" in Page(moderator_client.post(DELETE, {"row": numbers(pages)}, follow=True)).words
    assert set(states().values()) == {"published"}


@pytest.mark.parametrize("query", ["", "?row=", "?row=x", "?row=0", f"?row={'9' * 30}", "?row=1&row=%00", "?row=²"])
def test_rows_that_are_none_lead_back_to_the_list(moderator_client: Client, pages, query: str):
    answer = moderator_client.get(f"{DELETE}{query}", follow=True)
    assert answer.redirect_chain == [(LIST, 303)] and "Choose rows" in Page(answer).words


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "1,2"])
def test_a_list_refuses_what_is_no_rows_number(moderator_client: Client, pages, chosen: str):
    sent = {"action": "delete", "_selected_action": chosen, "index": "0"}
    assert "Nothing was changed" in Page(moderator_client.post(LIST, sent, follow=True)).words


def test_an_act_that_there_is_not_is_not_found(moderator_client: Client, pages):
    assert moderator_client.get(f"{LIST}act/burn/?row={pages[0].pk}").status_code == 404
    assert moderator_client.put(f"{DELETE}?row={pages[0].pk}").status_code == 405


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_below_moderator_nobody_acts_here(pages, role: str, request):
    browser = request.getfixturevalue(f"{role}_client")
    sent = {"row": pages[0].pk, f"seen-{pages[0].pk}": pages[0].current_edit_id, "reason": "Mine"}
    assert [browser.get(f"{DELETE}?row=1").status_code, browser.post(DELETE, sent).status_code] == [403, 403]
    assert set(states().values()) == {"published"}


def test_no_form_of_another_site_acts(moderator, pages):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(moderator.account)
    sent = {"row": pages[0].pk, f"seen-{pages[0].pk}": pages[0].current_edit_id, "reason": "Mine"}
    assert browser.post(DELETE, sent).status_code == 403 and states()["Asthma"] == "published"


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)
    with CaptureQueriesContext(connection) as made:
        assert browser.get(path).status_code == 200
    return len(made)


@pytest.mark.parametrize("act", ["protect", "delete", "restore", "stub"])
def test_the_page_of_an_act_on_fifty_rows_costs_as_many_queries_as_on_five(moderator_client: Client, editor, act: str):
    rows = [factories.article(f"Page {number}", "Short.\n", author=editor).pk for number in range(50)]
    few, many = (f"{LIST}act/{act}/?" + "&".join(f"row={row}" for row in rows[:most]) for most in (5, 50))
    assert queries_of(moderator_client, many) == queries_of(moderator_client, few)


def test_the_bin_is_restored_from(moderator_client: Client, moderator, pages):
    deleting.delete(pages, by=moderator.account, why="A mistake")
    page = Page(moderator_client.get(Page(moderator_client.get(LIST)).link("Recover deleted")))
    assert "A mistake" in page.words and not page.disclaimer_faults()
    asked: Any = moderator_client.get(f"{LIST}act/restore/", {"row": numbers(pages[:2])})
    desk.send(moderator_client, asked, reason="It was none")
    assert states() == {"Asthma": "published", "Croup": "published", "Pleurisy": "deleted"}
