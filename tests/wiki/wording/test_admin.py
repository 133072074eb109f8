"""The versions of the site's words in the Django admin: looked up there, changed elsewhere."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import factories
from tests.pages import Page
from tests.wiki.wording.test_logo import a_picture
from wiki.wording import logo, words
from wiki.wording.models import Wording

pytestmark = pytest.mark.django_db

LIST = "/admin/wording/wording/"


@pytest.fixture
def changed(administrator) -> Wording:
    words.change(key="tagline", text="Nothing of the lungs", who=administrator.account, why="Shorter")
    return words.change(key="disclaimer", text="Ask a doctor.", who=administrator.account, why="Plainer")


@pytest.mark.parametrize(
    ("query", "shown", "left_out"),
    [
        ("", "Ask a doctor.", "zebra"),
        ("?q=doctor", "Ask a doctor.", "Nothing of the lungs"),
        ("?q=Shorter", "Nothing of the lungs", "Ask a doctor."),
        ("?key=disclaimer", "Ask a doctor.", "Nothing of the lungs"),
        ("?key=nonsense", "0 ", "Ask a doctor."),
    ],
)
def test_versions_are_listed_searched_and_filtered(changed, moderator_client: Client, query, shown, left_out):
    page = Page(moderator_client.get(f"{LIST}{query}"))
    (lists,) = page.with_id("changelist-form")
    rows = " ".join(lists.itertext())
    assert shown in rows and left_out not in rows


def links_of(browser: Client, query: str = "") -> dict[str, str]:
    return {link.text: link.href for link in Page(browser.get(f"{LIST}{query}")).links}


def test_the_list_leads_to_set_up_and_to_the_words_that_are_looked_at(administrator_client, moderator_client: Client):
    label = "Set up: change any of them"
    assert links_of(administrator_client)[label] == "/setup/"
    assert links_of(administrator_client, "?key=navigation")["Change: Navigation"] == "/setup/navigation"
    assert links_of(administrator_client, "?key=logo")["Change: Logo"] == "/setup/logo"
    assert label not in links_of(moderator_client)


def test_a_version_is_called_as_in_set_up_and_shown_in_words(administrator, administrator_client: Client):
    choice = words.change(key="registration", text="closed", who=administrator.account)
    picture = logo.change(who=administrator.account, picture=a_picture())
    pages = [Page(administrator_client.get(f"{LIST}{row.pk}/change/")) for row in (choice, picture)]
    rows = Page(administrator_client.get(LIST)).words
    assert "Sign-up" in pages[0].words and "closed" not in rows.partition("Filter")[0]
    digest = picture.text.split()[0]
    assert digest not in pages[1].words and digest not in rows
    (shown,) = [image.get("src") for image in pages[1].all("img") if image.get("class") == "logo-shown"]
    assert administrator_client.get(shown).status_code == 200


def test_who_may_not_change_words_is_not_led_there(changed, moderator_client: Client):
    page = Page(moderator_client.get(f"{LIST}{changed.pk}/change/"))
    assert "Change it in Set up" not in [link.text for link in page.links]


def test_a_version_leads_to_set_up_and_to_the_others(changed, administrator, administrator_client: Client):
    words.change(key="disclaimer", text="Ask two doctors.", who=administrator.account, why="Two")
    page = Page(administrator_client.get(f"{LIST}{changed.pk}/change/"))
    assert administrator_client.get(page.link("Change it in Set up")).status_code == 200
    past = Page(administrator_client.get(f"{LIST}{changed.pk}/history/"))
    assert "Plainer" in past.words and "Two" in past.words and "Shorter" not in past.words


@pytest.mark.parametrize("path", ["add/", "{}/change/", "{}/delete/"])
def test_nothing_is_changed_here(changed, administrator_client: Client, path: str):
    sent = {"key": "disclaimer", "text": "None.", "post": "yes"}
    assert administrator_client.post(LIST + path.format(changed.pk), sent).status_code == 403
    assert [row.text for row in Wording.objects.order_by("id")] == ["Nothing of the lungs", "Ask a doctor."]


def test_others_see_nothing_of_it(reviewer_client: Client):
    assert reviewer_client.get(LIST).status_code == 403


def test_a_list_of_thirty_costs_as_many_queries_as_one_of_three(moderator_client: Client):
    def more(number: int) -> int:
        for _ in range(number):
            words.change(key="tagline", text=f"Words {_}", who=factories.user("administrator"))
        moderator_client.get(LIST)  # What a process learns once belongs to no page.
        with CaptureQueriesContext(connection) as made:
            moderator_client.get(LIST)
        return len(made)

    assert more(3) == more(27)
