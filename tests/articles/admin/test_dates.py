"""The years, months and days that a list in the Django admin offers."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Proposal
from tests import factories
from tests.doors import unlocked
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(article, contributor):
    """Proposals of these days."""

    def make(*days: tuple[int, int, int]) -> None:
        for day in days:
            made = factories.proposal(article, contributor, f"Of {day}.\n")
            with unlocked("A proposal of that day."):
                Proposal.objects.filter(pk=made.pk).update(made=datetime(*day, 12, tzinfo=UTC))

    return make


def offered(browser: Client, asked: str = "") -> list[str]:
    page = Page(browser.get(f"/admin/articles/proposal/{asked}"))
    (found,) = page.with_class("toplinks")
    return " ".join(found.itertext()).split()


def test_of_several_years_the_years_are_offered(proposed, moderator_client: Client):
    proposed((2023, 5, 6), (2025, 2, 3))
    assert offered(moderator_client) == ["2023", "2024", "2025"]


def test_of_one_year_its_months_and_of_one_month_its_days(proposed, moderator_client: Client):
    proposed((2025, 2, 3), (2025, 3, 4))
    assert offered(moderator_client) == ["‹", "All", "dates", "February", "2025", "March", "2025"]
    assert offered(moderator_client, "?made__year=2025&made__month=3")[:4] == ["‹", "2025", "March", "1"]


def test_a_month_ends_where_the_rows_do(proposed, moderator_client: Client):
    proposed((2025, 3, 30), (2025, 4, 2))
    assert offered(moderator_client, "?made__year=2025&made__month=3")[-4:] == ["March", "30", "March", "31"]
    assert offered(moderator_client, "?made__year=2025&made__month=4")[2:] == ["April", "1", "April", "2"]


def test_a_day_leads_back_to_its_month(proposed, moderator_client: Client):
    proposed((2025, 3, 30), (2025, 4, 2))
    assert offered(moderator_client, "?made__year=2025&made__month=4&made__day=2") == [
        "‹",
        "April",
        "2025",
        "April",
        "2",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        "made__month=5&made__day=40",
        "made__month=13&made__day=3",
        "made__day=3",
        "made__year=2025&made__day=2",
        "made__year=0",
        "made__year=99999",
        "made__year=2025&made__month=13",
        "made__year=2025&made__month=2&made__day=30",
        "made__year=x",
        "made__month=x",
    ],
)
def test_a_time_that_is_none_is_no_error(asked, proposed, moderator_client: Client):
    proposed((2025, 2, 3), (2025, 3, 4))
    assert moderator_client.get(f"/admin/articles/proposal/?{asked}", follow=True).status_code == 200


def test_where_nothing_is_nothing_is_offered(moderator_client: Client):
    assert "toplinks" in moderator_client.get("/admin/articles/proposal/").content.decode()
    assert offered(moderator_client) == []


def test_a_time_is_gone_through_by_its_times_and_no_row_is_asked_for_its_month(proposed, moderator_client: Client):
    proposed((2025, 4, 2), (2025, 3, 30))
    with CaptureQueriesContext(connection) as made:
        page = Page(moderator_client.get("/admin/articles/proposal/?made__year=2025"))
    (table,) = page.with_id("result_list")
    said = " ".join(table.itertext())
    assert said.index("April 2, 2025") < said.index("March 30, 2025")
    assert not [each for each in made.captured_queries if "DISTINCT" in each["sql"] or "MIN(" in each["sql"]]
