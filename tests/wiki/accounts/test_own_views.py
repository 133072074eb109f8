"""One's own account, and the ways back into a lost one."""

import pytest
from django.core import mail as outbox
from django.test import Client

from articles import access
from articles.models import LogEntry
from tests import factories
from tests.pages import Page
from wiki.accounts import mail, passwords, roles, second_factor
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

NEW = "blue whale sings low"
FILES = "django.core.mail.backends.filebased.EmailBackend"
RESET = "/accounts/password/reset/"


@pytest.fixture
def ada() -> User:
    return factories.user(name="Ada", email="ada@example.org")


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def sent() -> list[str]:
    mail.wait_until_sent()
    return [f"{message.to[0]} {message.subject}" for message in outbox.outbox]


# --- The account page --------------------------------------------------------------------------------------------
def test_the_account_page_leads_to_all_that_can_be_changed(browser: Client):
    page = Page(browser.get("/accounts/"))
    paths = {link.href for link in page.links}
    assert page.faults() == []
    assert {"/accounts/name/", "/accounts/email/", "/accounts/password/", "/accounts/2fa/"} <= paths
    assert {"/user/Ada", "/contributions/Ada"} <= paths
    assert "Contributor" in page.words and "ada@example.org" in page.words


def test_the_header_of_every_page_leads_to_it(browser: Client):
    assert Page(browser.get("/")).link("Account") == "/accounts/"


@pytest.mark.parametrize(("role", "reminded"), [("reviewer", False), ("moderator", True)])
def test_who_may_much_is_reminded_of_a_second_factor(client, role: str, reminded: bool):
    client.force_login(factories.user(role))
    assert ("A second factor keeps it yours" in Page(client.get("/accounts/")).words) is reminded


def test_who_must_have_one_is_told(client, settings):
    settings.WIKI_REQUIRE_2FA = "reviewer"
    client.force_login(factories.user("reviewer"))
    assert "Your role asks for a second factor" in Page(client.get("/accounts/")).words


# --- The displayed name ------------------------------------------------------------------------------------------
def test_a_displayed_name_is_changed_and_histories_stay_as_they_are(browser: Client, ada: User):
    author = access.author_of(ada)
    assert browser.post("/accounts/name/", {"display_name": "Dr. Ada"}).status_code == 303
    ada.refresh_from_db()
    author.refresh_from_db()
    assert (ada.display_name, ada.username, author.name) == ("Dr. Ada", "Ada", "Ada")


@pytest.mark.parametrize("name", ["pills.com", "a/b", "Visitor 7F3K", "Grace", "GRACE", "MedWiki", "Root", "\u200b"])
def test_a_displayed_name_that_misleads_is_refused_and_kept_in_the_form(browser: Client, ada: User, name: str):
    factories.user(name="Grace")
    answer = browser.post("/accounts/name/", {"display_name": name})
    ada.refresh_from_db()
    assert (answer.status_code, ada.display_name) == (422, "")


def test_ones_own_name_in_another_spelling_may_be_shown(browser: Client, ada: User):
    browser.post("/accounts/name/", {"display_name": "ADA"})
    ada.refresh_from_db()
    assert ada.display_name == "ADA"


# --- The address -------------------------------------------------------------------------------------------------
def test_an_address_is_changed_with_the_password_and_the_old_one_is_told(browser: Client, ada: User):
    browser.post("/accounts/email/", {"email": "new@example.org", "password": factories.PASSWORD})
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert sent() == [
        "ada@example.org MedWiki: Your e-mail address was changed",
        "new@example.org MedWiki: Is this your e-mail address?",
    ]


def test_without_the_password_the_address_stays(browser: Client, ada: User):
    answer = browser.post("/accounts/email/", {"email": "new@example.org", "password": "wrong"})
    ada.refresh_from_db()
    assert (answer.status_code, ada.email) == (422, "ada@example.org")
    assert 'value="new@example.org"' in answer.content.decode()


def test_an_address_can_be_taken_away(browser: Client, ada: User):
    browser.post("/accounts/email/", {"email": "", "password": factories.PASSWORD})
    ada.refresh_from_db()
    assert ada.email == ""


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/password/", "/accounts/reauthenticate/"])
def test_wrong_passwords_are_limited_here_too(browser: Client, path: str):
    fields = {"email": "x@example.org", "password": "wrong", "new": NEW, "again": NEW}
    statuses = [browser.post(path, fields).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


# --- The password ------------------------------------------------------------------------------------------------
def test_a_new_password_ends_every_session_but_this_one(browser: Client, ada: User):
    elsewhere = Client()
    elsewhere.force_login(ada)
    fields = {"password": factories.PASSWORD, "new": NEW, "again": NEW}
    assert browser.post("/accounts/password/", fields).status_code == 303
    assert browser.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 302
    assert sent() == ["ada@example.org MedWiki: Your password was changed"]


@pytest.mark.parametrize(
    "fields",
    [
        {"password": "wrong", "new": NEW, "again": NEW},
        {"password": factories.PASSWORD, "new": NEW, "again": "other"},
        {"password": factories.PASSWORD, "new": "short", "again": "short"},
    ],
)
def test_a_password_that_may_not_be_changes_nothing(browser: Client, ada: User, fields: dict[str, str]):
    answer = browser.post("/accounts/password/", fields)
    ada.refresh_from_db()
    assert answer.status_code == 422 and ada.check_password(factories.PASSWORD)
    assert NEW not in answer.content.decode()


# --- Forgotten ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["Ada", "Nobody", "ada@example.org", "nobody@example.org"])
def test_the_answer_does_not_tell_whether_there_is_such_an_account(client, ada: User, who: str):
    answer = client.post(RESET, {"who": who})
    assert answer.status_code == 200
    assert "If there is such an account" in Page(answer).words
    assert who not in Page(answer).words


def test_where_no_mail_is_sent_none_is_promised_and_the_page_says_whom_to_ask(client, settings):
    settings.EMAIL_BACKEND = FILES
    page = Page(client.get(RESET))
    assert page.link("Contact") == "/wiki/Project:Contact"
    assert "This site sends no mail" in page.words and "on its way" not in page.words
    assert "on its way" not in Page(client.post(RESET, {"who": "Ada"})).words


def test_too_many_requests_for_links_wait(client):
    statuses = [client.post(RESET, {"who": "Nobody"}).status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_the_mailed_link_leads_to_a_new_password(client, ada: User):
    client.post(RESET, {"who": "Ada"})
    mail.wait_until_sent()
    link = next(line for line in outbox.outbox[0].body.splitlines() if line.startswith("http://testserver"))
    page = client.get(link)
    assert page["Referrer-Policy"] == "same-origin" and Page(page).faults() == []
    assert client.post(link, {"new": NEW, "again": NEW})["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session
    assert client.post("/accounts/login/", {"login": "Ada", "password": NEW}).status_code == 302
    assert client.get(link).status_code == 410


def test_a_refused_new_password_leaves_the_link_good(client, ada: User):
    path = passwords.make_link(ada)
    assert client.post(path, {"new": "short", "again": "short"}).status_code == 422
    assert client.get(path).status_code == 200


def test_links_of_a_known_site_address_name_it_whatever_the_request_says(client, ada: User, settings):
    settings.SITE_URL = "https://wiki.example.org"
    client.post(RESET, {"who": "Ada"}, headers={"host": "localhost"})
    mail.wait_until_sent()
    assert "https://wiki.example.org/accounts/password/reset/" in outbox.outbox[0].body
    assert "localhost" not in outbox.outbox[0].body


# --- An administrator helps --------------------------------------------------------------------------------------
def test_an_administrator_makes_a_link_that_works(administrator_client, ada: User):
    answer = administrator_client.post("/accounts/reset-link/", {"name": "ada", "why": "She called"})
    link = Page(answer).with_id("link")[0].get("value")
    assert "no-store" in answer["Cache-Control"]
    assert Client().post(link, {"new": NEW, "again": NEW}).status_code == 303
    assert LogEntry.objects.get(what="account.reset_link").why == "She called"


def test_a_lost_second_factor_goes_with_it_when_asked(administrator_client, ada: User):
    factories.authenticator_app(ada)
    administrator_client.post("/accounts/reset-link/", {"name": "Ada"})
    assert second_factor.is_set_up(ada)
    administrator_client.post("/accounts/reset-link/", {"name": "Ada", "without_second_factor": "on"})
    assert not second_factor.is_set_up(ada)


@pytest.mark.parametrize("name", ["Nobody", "Closed"])
def test_for_whom_there_can_be_none_it_says_why(administrator_client, name: str):
    factories.user(name="Closed", is_active=False)
    assert administrator_client.post("/accounts/reset-link/", {"name": name}).status_code == 422


def test_an_account_is_made_for_somebody_who_then_chooses_the_password(administrator_client):
    form = Page(administrator_client.get("/accounts/new/"))
    answer = administrator_client.post("/accounts/new/", form.fields(name="grace_hopper", role="editor", why="Asked"))
    page = Page(answer)
    link = page.with_id("link")[0].get("value")
    assert form.faults() == page.faults() == [] and "no-store" in answer["Cache-Control"]
    assert Client().post(link, {"new": NEW, "again": NEW}).status_code == 303
    grace = User.objects.get(username="Grace hopper")
    assert grace.check_password(NEW) and roles.role_of(grace) == "editor"


def test_with_mail_and_an_address_the_link_is_mailed_and_not_shown(administrator_client):
    page = Page(
        administrator_client.post("/accounts/new/", {"name": "Grace", "email": "g@example.org", "role": "editor"})
    )
    mail.wait_until_sent()
    assert "Grace gets a mail at g@example.org" in page.words and page.with_id("link") == [] and page.faults() == []
    (message,) = outbox.outbox
    assert message.to == ["g@example.org"] and "http://testserver/accounts/password/reset/" in message.body


def test_where_no_mail_is_sent_the_link_is_shown_though_there_is_an_address(administrator_client, settings):
    settings.EMAIL_BACKEND = FILES
    assert "This site sends no mail" in Page(administrator_client.get("/accounts/new/")).words
    answer = administrator_client.post("/accounts/new/", {"name": "Grace", "email": "g@example.org", "role": "editor"})
    assert len(Page(answer).with_id("link")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        *({"name": name} for name in ("Ada", "ADA", "root", "MedWiki", "a@b", "")),
        {"email": "no address"},
        {"role": "emperor"},
    ],
    ids=str,
)
def test_what_nobody_could_register_as_is_422_with_all_that_was_typed(administrator_client, ada: User, wrong):
    sent = {"name": "Grace", "email": "g@example.org", "role": "editor", "why": "kept"} | wrong
    answer = administrator_client.post("/accounts/new/", sent)
    page = Page(answer)
    assert (answer.status_code, page.fields()["why"], page.fields()["name"]) == (422, "kept", sent["name"])
    assert page.faults() == [] and not User.objects.filter(username="Grace").exists()


def test_the_admin_page_of_an_account_leads_there(administrator_client, ada: User):
    page = Page(administrator_client.get(f"/admin/accounts/user/{ada.pk}/change/"))
    assert "/accounts/reset-link/?name=Ada" in {link.href for link in page.links}
