"""Readers' reports in the Django admin: found, acted on with a reason, never deleted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import access
from articles.models import Article, LogEntry
from tests import desk, factories
from tests.pages import Page
from wiki.cases import deciding
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db

LIST = "/admin/cases/case/"


def test_several_are_taken_and_both_logs_have_it(article, moderator_client: Client, moderator):
    rows = [factories.case(article).pk for _number in range(2)]
    answer = desk.do(moderator_client, LIST, "take", rows, reason="My subject")
    assert "Done: 2 of 2" in Page(answer).words
    assert {row.taken_by for row in Case.objects.all()} == {moderator.account}
    assert LogEntry.objects.filter(what="case.take", why="My subject").count() == 2
    assert {row.object_repr for row in DjangosLogEntry.objects.all()} == {f"report {row}" for row in rows}
    assert "Somebody looks into it already." in Page(desk.choose(moderator_client, LIST, "take", rows)).words


def test_one_is_answered_from_its_page_and_whoever_sent_it_reads_the_answer(article, moderator_client: Client):
    case = factories.case(article)
    answer = desk.do_from_the_row(
        moderator_client, f"{LIST}{case.pk}/change/", "Answer and close", outcome="righted", reason="It says so now."
    )
    assert answer.status_code == 303
    case.refresh_from_db()
    assert (case.state, case.outcome, case.answer) == ("closed", "righted", "It says so now.")


def test_its_section_is_put_under_review(article, moderator_client: Client):
    case = factories.case(article)
    asked = desk.choose(moderator_client, LIST, "withhold", [case.pk])
    assert "Dust." in " ".join(Page(asked).with_class("quoted")[0].itertext())
    desk.send(moderator_client, asked, reason="Is it true?")
    assert access.is_withheld(Article.objects.get(pk=article.pk), case.section_id)
    assert "under medical review already" in Page(desk.choose(moderator_client, LIST, "withhold", [case.pk])).words


def test_a_closed_one_is_reopened(article, moderator_client: Client, moderator):
    case = factories.case(article)
    deciding.close(case=case, outcome="no_fault", answer="All is right.", by=moderator.account)
    assert "It is closed." in Page(desk.choose(moderator_client, LIST, "close", [case.pk])).words
    desk.do(moderator_client, LIST, "reopen", [case.pk], reason="It is not.")
    assert Case.objects.get().state == "waiting"


def test_nothing_is_done_without_a_reason(article, moderator_client: Client):
    case = factories.case(article)
    answer = desk.do(moderator_client, LIST, "close", [case.pk], outcome="righted", reason=" ")
    assert answer.status_code == 422 and Case.objects.get().state == "waiting"


def test_who_opened_the_page_before_somebody_else_acted_looks_again(article, moderator_client: Client):
    case = factories.case(article)
    asked = desk.choose(moderator_client, LIST, "close", [case.pk])
    deciding.take(case=case, by=factories.user("moderator"))
    answer = desk.send(moderator_client, asked, outcome="righted", reason="Done.")
    assert answer.status_code == 409 and Case.objects.get().state == "taken"


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [
        ("", True),
        ("?q=asthma", True),
        ("?q=sneezing", False),
        ("?state__exact=waiting", True),
        ("?state__exact=closed", False),
        ("?category__exact=dangerous", False),
        ("?clock=late", False),
        ("?clock=in-time", True),
        ("?made__year=2001", False),
    ],
)
def test_they_are_found(moderator_client: Client, query: str, is_shown: bool):
    factories.case(factories.article("Asthma"))
    assert bool(Page(moderator_client.get(f"{LIST}{query}")).with_class("field-page")) == is_shown


def test_those_whose_time_is_over_are_found(article, moderator_client: Client):
    case = factories.case(article)
    Case.objects.filter(pk=case.pk).update(due=timezone.now() - timedelta(minutes=1))
    assert Page(moderator_client.get(f"{LIST}?clock=late")).with_class("field-page")


def test_the_address_of_a_reader_is_on_none_of_its_pages(article, moderator_client: Client):
    case = factories.case(article, contact="ada@example.org")
    for path in (
        "",
        f"{case.pk}/change/",
        f"{case.pk}/history/",
        f"act/take/?row={case.pk}",
        "?contact=ada@example.org",
    ):
        assert "ada@example.org" not in moderator_client.get(f"{LIST}{path}", follow=True).content.decode().replace(
            path, ""
        )


def test_its_history_is_what_was_done_about_it(article, moderator_client: Client, moderator):
    case = factories.case(article)
    deciding.take(case=case, by=moderator.account)
    assert "took a report" in Page(moderator_client.get(f"{LIST}{case.pk}/history/")).words


def test_a_list_of_many_costs_as_many_queries_as_one_of_few(moderator_client: Client):
    def queries() -> int:
        moderator_client.get(LIST)  # What a process learns once belongs to no page.
        with CaptureQueriesContext(connection) as made:
            moderator_client.get(LIST)
        return len(made)

    for _number in range(2):
        factories.case(factories.article())
    few = queries()
    for _number in range(8):
        factories.case(factories.article())
    assert queries() == few


def test_what_waits_is_told_on_the_first_page(article, moderator_client: Client):
    factories.case(article)
    assert Page(moderator_client.get("/admin/")).link("1 report of readers waits") == "/cases/"
