"""Who may register, who is approved, and what tells people from machines."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.signing import TimestampSigner
from django.test import Client
from django.utils import timezone

from articles.models import LogEntry
from tests import factories
from tests.pages import Page
from wiki.accounts import mail, registration, roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

REGISTER, LOGIN = "/accounts/register/", "/accounts/login/"
NEW = {
    "username": "Grace",
    "email": "grace@example.org",
    "password1": factories.PASSWORD,
    "password2": factories.PASSWORD,
}


def stamp_of(monkeypatch, seconds_ago: float) -> str:
    import time

    now = time.time()
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: now - seconds_ago)
        return registration.stamp()


@pytest.fixture
def by_approval(settings):
    settings.WIKI_REGISTRATION = "approval"


@pytest.fixture
def grace(by_approval, client) -> User:
    client.post(REGISTER, NEW)
    return User.objects.get(username="Grace")


# --- Closed ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", ["get", "post"])
def test_where_registration_is_closed_the_page_says_so_and_whom_to_ask(client, settings, method: str):
    settings.WIKI_REGISTRATION = "closed"
    answer = getattr(client, method)(REGISTER, NEW)
    page = Page(answer)
    assert (answer.status_code, User.objects.count()) == (403, 0)
    assert page.link("Contact") == "/wiki/Project:Contact"
    assert page.faults() == []


def test_where_registration_is_closed_no_page_leads_there(client, settings):
    settings.WIKI_REGISTRATION = "closed"
    assert REGISTER not in client.get(LOGIN).content.decode()


def test_where_it_is_open_the_pages_lead_there(client):
    assert REGISTER in client.get(LOGIN).content.decode()


def test_what_cannot_be_understood_counts_as_closed(settings):
    settings.WIKI_CHOICES = ""
    settings.WIKI_REGISTRATION = "maybe"
    assert registration.mode() == registration.CLOSED


# --- Approval ----------------------------------------------------------------------------------------------------
def test_a_new_account_waits_and_is_told_so(client, by_approval):
    answer = client.post(REGISTER, NEW)
    grace = User.objects.get()
    assert answer.status_code == 200 and "waits for approval" in Page(answer).h1
    assert (grace.is_active, grace.waits_for_approval) == (False, True)
    assert "_auth_user_id" not in client.session


def test_no_page_promises_a_mail_that_nobody_sends(client, by_approval, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "You will get a mail" not in Page(client.post(REGISTER, NEW)).words


def test_who_waits_and_knows_the_password_is_told(grace):
    answer = Client().post(LOGIN, {"login": "Grace", "password": factories.PASSWORD})
    assert answer.status_code == 422
    assert "waits for a moderator" in Page(answer).words


def test_who_does_not_know_the_password_is_not_told(grace):
    answer = Client().post(LOGIN, {"login": "Grace", "password": "a wrong password"})
    assert "waits for a moderator" not in Page(answer).words


def test_asking_often_whether_it_is_open_locks_nobody_out(grace):
    for _ in range(7):
        answer = Client().post(LOGIN, {"login": "Grace", "password": factories.PASSWORD})
    assert answer.status_code == 422


def test_a_moderator_finds_and_approves_in_the_admin(grace, moderator_client, django_capture_on_commit_callbacks):
    listed = moderator_client.get("/admin/accounts/user/?waits_for_approval__exact=1").content.decode()
    assert "Grace" in listed
    with django_capture_on_commit_callbacks(execute=True):
        moderator_client.post("/admin/accounts/user/", {"action": "approve", "_selected_action": [grace.pk]})
    mail.wait_until_sent()
    assert outbox.outbox[0].to == ["grace@example.org"]
    assert Client().post(LOGIN, {"login": "Grace", "password": factories.PASSWORD}).status_code == 302
    assert LogEntry.objects.get(what="account.approve").target == f"account:{grace.pk}"


def test_the_account_page_of_a_moderator_says_that_somebody_waits(grace, moderator_client):
    assert "1 account waits for approval" in Page(moderator_client.get("/accounts/")).words


def test_an_editor_may_not_approve(grace):
    with pytest.raises(roles.RoleRefused):
        registration.approve(grace, by=factories.user("editor"))


def test_who_is_open_already_is_not_approved_again(db):
    assert not registration.approve(factories.user())
    assert not LogEntry.objects.filter(what="account.approve").exists()


def test_who_waits_can_be_turned_away(grace):
    roles.close(grace, why="spam")
    grace.refresh_from_db()
    assert (grace.is_active, grace.waits_for_approval) == (False, False)
    assert LogEntry.objects.get(what="account.close").why == "spam"


def test_a_link_to_a_new_password_opens_no_waiting_account(grace):
    from wiki.accounts import passwords

    with pytest.raises(roles.RoleRefused):
        passwords.make_link(grace)


# --- Machines ----------------------------------------------------------------------------------------------------
def test_a_field_that_no_person_sees_must_stay_empty(client):
    answer = client.post(REGISTER, {**NEW, "website": "https://pills.example"})
    assert (answer.status_code, User.objects.count()) == (422, 0)
    assert 'value="Grace"' in answer.content.decode()


def test_the_field_is_hidden_from_eyes_keyboards_and_screen_readers(client):
    page = Page(client.get(REGISTER))
    (field,) = page.with_id("id_website")
    around = page.around(field)
    assert field.get("tabindex") == "-1"
    assert around.get("aria-hidden") == "true" and "visually-hidden" in (around.get("class") or "")


def test_a_form_that_comes_back_at_once_is_refused_and_keeps_what_was_typed(client, settings):
    settings.WIKI_REGISTRATION_SECONDS = 3
    shown = Page(client.get(REGISTER)).with_id("id_shown")[0].get("value")
    answer = client.post(REGISTER, {**NEW, "shown": shown})
    page = answer.content.decode()
    assert (answer.status_code, User.objects.count()) == (422, 0)
    assert 'value="Grace"' in page and "That was quick" in page
    assert f'value="{shown}"' in page


def test_after_a_while_the_same_form_is_taken(client, settings, monkeypatch):
    settings.WIKI_REGISTRATION_SECONDS = 3
    assert client.post(REGISTER, {**NEW, "shown": stamp_of(monkeypatch, 5)}).status_code == 302


@pytest.mark.parametrize(
    "shown",
    ["", "x", "shown:1:x", pytest.param(TimestampSigner(salt="another").sign("shown"), id="signed for something else")],
)
def test_a_moment_that_is_not_ours_gets_a_fresh_one(client, settings, shown: str):
    settings.WIKI_REGISTRATION_SECONDS = 3
    answer = client.post(REGISTER, {**NEW, "shown": shown})
    assert answer.status_code == 422
    assert registration.is_ours(Page(answer).with_id("id_shown")[0].get("value"))


def test_one_form_does_not_serve_a_machine_for_ever(settings, monkeypatch):
    settings.WIKI_REGISTRATION_SECONDS = 3
    assert registration.is_too_quick(stamp_of(monkeypatch, 25 * 3600))


def test_a_name_that_holds_a_web_address_is_refused(client):
    answer = client.post(REGISTER, {**NEW, "username": "Buy at pills.example.com"})
    assert (answer.status_code, User.objects.count()) == (422, 0)


def test_who_has_waited_longest_comes_first(by_approval, client):
    for name in ("Second", "First"):
        client.post(REGISTER, {**NEW, "username": name})
    User.objects.filter(username="First").update(date_joined=timezone.now() - timedelta(days=1))
    assert [user.username for user in registration.waiting()] == ["First", "Second"]


@pytest.mark.parametrize("terms", [{"no_accounts": True}, {"level": "", "no_accounts": True}])
def test_from_a_blocked_address_no_account_is_made(client, terms):
    factories.block("192.0.2.0/24", **terms)
    sent = {"username": "Somebody new", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    refused = client.post("/accounts/register/", sent, REMOTE_ADDR="192.0.2.7")
    assert refused.status_code == 403 and not User.objects.filter(username="Somebody new").exists()
    assert client.post("/accounts/register/", sent, REMOTE_ADDR="192.0.3.7").status_code == 302
