"""The list of what somebody was told."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.pages import Page
from wiki.notifications import telling, wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(article, contributor, reviewer):
    telling.tell_about(factories.proposal(article, contributor), what="returned", by=reviewer)
    return telling.told(contributor.account_id)[0]


def test_a_line_leads_to_the_proposal_and_is_counted_until_then(contributor_client: Client, reviewer, told):
    page = Page(contributor_client.get("/notifications"))
    assert page.faults() == [] and f"{reviewer.name} asks you for changes." in page.words
    assert "Notifications (1)" in page.words
    answer = contributor_client.get(f"/notifications/{told.pk}")
    assert (answer.status_code, answer["Location"]) == (303, told.proposal.get_absolute_url())
    assert "Notifications (" not in Page(contributor_client.get("/")).words


def test_all_are_marked_as_read_at_once(contributor_client: Client, told):
    assert contributor_client.post("/notifications").status_code == 303
    assert "Mark all as read" not in Page(contributor_client.get("/notifications")).words


def test_nobody_opens_what_another_was_told(reviewer_client: Client, told):
    answer = reviewer_client.get(f"/notifications/{told.pk}")
    assert answer.status_code == 404 and Page(answer).faults() == []


def test_an_empty_list_says_what_will_stand_there(editor_client: Client):
    page = Page(editor_client.get("/notifications"))
    assert "Nothing yet." in page.words and "/proposals/" in [link.href for link in page.links]


def test_the_list_goes_on_on_the_next_page(contributor_client: Client, reviewer, told, monkeypatch):
    monkeypatch.setattr(telling, "PAGE_SIZE", 1)
    telling.tell_about(told.proposal, what="said", by=reviewer)
    (link,) = [link for link in Page(contributor_client.get("/notifications")).links if link.text == "Older ones"]
    page = Page(contributor_client.get(f"/notifications{link.href}"))
    assert "asks you for changes" in page.words and "Older ones" not in page.words


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30])
def test_a_place_in_the_list_that_is_none_is_404(contributor_client: Client, before: str):
    assert contributor_client.get("/notifications", {"before": before}).status_code == 404


def test_what_is_mailed_is_chosen_and_shown_again(contributor_client: Client, contributor):
    page = Page(contributor_client.get("/accounts/mail/"))
    assert page.faults() == [] and "no mail of this kind for now" in page.words
    assert contributor_client.post("/accounts/mail/", {"kinds": ["said"]}).status_code == 303
    boxes = Page(contributor_client.get("/accounts/mail/")).all("input")
    assert [box.get("value") for box in boxes if box.get("checked") is not None] == ["said"]


def test_what_is_no_kind_is_refused(contributor_client: Client):
    assert contributor_client.post("/accounts/mail/", {"kinds": ["nonsense"]}).status_code == 422


@pytest.mark.parametrize(("role", "offered"), [("editor", False), ("reviewer", True)])
def test_only_who_decides_is_offered_a_digest(client: Client, role: str, offered: bool):
    client.force_login(factories.user(role))
    assert ("once a day" in Page(client.get("/accounts/mail/")).words) is offered


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "has no e-mail address"),
        ({"email": "a@example.org"}, "until you have confirmed"),
        ({"email": "a@example.org", "confirmed_email": "a@example.org"}, "To a@example.org."),
    ],
)
def test_the_page_says_what_is_missing(client: Client, settings, fields, words: str):
    settings.SITE_URL = "https://testserver"
    client.force_login(factories.user(**fields))
    page = Page(client.get("/accounts/mail/", secure=True))
    assert page.faults() == [] and words in page.words


def test_both_lists_lead_there(contributor_client: Client):
    assert Page(contributor_client.get("/notifications")).link("What of it is mailed to you") == "/accounts/mail/"
    assert Page(contributor_client.get("/accounts/")).link("What of it is mailed to you") == "/accounts/mail/"


def test_a_mails_link_asks_and_then_stops_without_login_or_cookie(contributor):
    path = reverse("notifications:stop", args=[wishes.token_for(contributor.account_id, "said")])
    browser = Client(enforce_csrf_checks=True)
    page = Page(browser.get(path))
    assert page.faults() == [] and "No more mails of this kind?" in page.words
    assert wishes.of(contributor.account_id).unwanted == []
    answer = browser.post(path, {"List-Unsubscribe": "One-Click"}, headers={"origin": "https://mail.example"})
    assert answer.status_code == 200 and Page(answer).faults() == [] and "last mail of this kind" in Page(answer).words
    assert wishes.of(contributor.account_id).unwanted == ["said"]
    assert not answer.cookies


def test_a_link_that_was_cut_off_stops_nothing(contributor):
    path = reverse("notifications:stop", args=[wishes.token_for(contributor.account_id, "said")[:-2]])
    answer = Client().post(path)
    assert answer.status_code == 410 and Page(answer).faults() == []
    assert wishes.of(contributor.account_id).unwanted == []


def test_the_role_somebody_was_given_stands_in_the_list(client: Client, administrator):
    ada = factories.user("editor", last_login=timezone.now())
    telling.tell_of_a_role(ada, role="editor", by=administrator.account)
    client.force_login(ada)
    page = Page(client.get("/notifications"))
    assert f"{administrator.name} has given you another role: Editor." in page.words
    assert client.get(page.link("Your account"))["Location"] == "/accounts/"
