"""Log in, register, log out."""

from urllib.parse import urlencode

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from wiki.accounts import roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, REGISTER = "/accounts/login/", "/accounts/logout/", "/accounts/register/"
PASSWORD = "correct horse battery staple"
NEW = {"username": "grace_hopper", "email": "grace@example.org", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("Ada", password=PASSWORD)


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_logging_in_leads_where_one_wanted_to_go(client: Client, ada: User):
    answer = client.post(LOGIN, {"login": "Ada", "password": PASSWORD, "next": "/wiki/Asthma"})
    assert (answer.status_code, answer["Location"]) == (302, "/wiki/Asthma")
    assert is_logged_in(client)


@pytest.mark.parametrize("path", [LOGIN, REGISTER])
def test_the_form_keeps_where_one_wanted_to_go(client: Client, path: str):
    page = client.get(f"{path}?{urlencode({'next': '/wiki/A&B'})}").content.decode()
    assert '<input type="hidden" name="next" value="/wiki/A&amp;B">' in page
    assert "?next=%2Fwiki%2FA%26B" in page


@pytest.mark.parametrize("bad", ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"])
def test_logging_in_never_leads_to_another_site(client: Client, ada: User, bad: str):
    answer = client.post(LOGIN, {"login": "Ada", "password": PASSWORD, "next": bad})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("bad", ["//evil.example", "https://evil.example"])
def test_somebody_logged_in_is_not_led_to_another_site_either(client: Client, ada: User, bad: str):
    client.force_login(ada)
    answers = [
        client.get(LOGIN, {"next": bad}),
        client.get(REGISTER, {"next": bad}),
        client.post(LOGOUT, {"next": bad}),
    ]
    assert [answer["Location"] for answer in answers] == ["/"] * 3


def test_a_wrong_password_answers_422_and_keeps_the_name_only(client: Client, ada: User):
    answer = client.post(LOGIN, {"login": "Ada", "password": "wrong-secret"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Ada"' in page
    assert "wrong-secret" not in page
    assert not is_logged_in(client)


def test_the_answer_does_not_tell_whether_the_account_exists(client: Client, ada: User):
    User.objects.create_user("Eve", password=PASSWORD, is_active=False)
    tried = [("Ada", "wrong"), ("Nobody", "wrong"), ("Eve", "wrong"), ("Eve", PASSWORD)]
    said = [client.post(LOGIN, {"login": name, "password": password}) for name, password in tried]
    assert {answer.status_code for answer in said} == {422}
    assert len({str(answer.context["form"].errors) for answer in said}) == 1


def test_the_sixth_wrong_password_answers_429_and_says_when_to_come_back(client: Client, ada: User):
    for _ in range(5):
        assert client.post(LOGIN, {"login": "Ada", "password": "wrong"}).status_code == 422
    answer = client.post(LOGIN, {"login": "Ada", "password": PASSWORD})
    assert answer.status_code == 429
    assert 290 < int(answer["Retry-After"]) <= 300
    assert 'value="Ada"' in answer.content.decode()
    assert not is_logged_in(client)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_a_forged_address_neither_escapes_the_limit_nor_locks_the_owner_out(client: Client, ada: User, header: str):
    answers = [
        client.post(LOGIN, {"login": "Ada", "password": "wrong"}, headers={header: f"198.51.100.{n}"}) for n in range(6)
    ]
    assert answers[-1].status_code == 429
    owner = Client(REMOTE_ADDR="198.51.100.1")
    assert owner.post(LOGIN, {"login": "Ada", "password": PASSWORD}).status_code == 302


def test_a_new_session_key_is_given_at_login(client: Client, ada: User):
    client.session.save()
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    client.post(LOGIN, {"login": "Ada", "password": PASSWORD})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_session_key_made_up_elsewhere_is_not_taken_over(client: Client, ada: User):
    client.cookies["sessionid"] = "a" * 32
    client.post(LOGIN, {"login": "Ada", "password": PASSWORD})
    assert client.session.session_key != "a" * 32


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client: Client, ada: User):
    cookie = client.post(LOGIN, {"login": "Ada", "password": PASSWORD}).cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_a_new_password_ends_every_session(client: Client, ada: User):
    client.force_login(ada)
    ada.set_password("another long password")
    ada.save()
    assert client.get(LOGIN).status_code == 200


def test_closing_an_account_ends_its_sessions(client: Client, ada: User):
    client.force_login(ada)
    roles.close(ada)
    assert client.get(LOGIN).status_code == 200


def test_logging_out_ends_the_session_on_the_server(client: Client, ada: User):
    client.force_login(ada)
    key = client.session.session_key
    assert client.post(LOGOUT).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


def test_a_get_only_asks_whether_to_log_out(client: Client, ada: User):
    client.force_login(ada)
    assert client.get(LOGOUT).status_code == 200
    assert is_logged_in(client)


@pytest.mark.parametrize("path", [LOGIN, LOGOUT, REGISTER])
def test_without_a_csrf_token_nothing_happens(ada: User, path: str):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada) if path == LOGOUT else None
    answer = client.post(path, {"login": "Ada", "password": PASSWORD, **NEW})
    assert answer.status_code == 403
    assert is_logged_in(client) is (path == LOGOUT)
    assert User.objects.count() == 1


@pytest.mark.parametrize("path", [LOGIN, LOGOUT, REGISTER])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_refused(client: Client, path: str, method: str):
    assert client.generic(method, path).status_code == 405


def test_registering_makes_a_contributor_and_logs_in(client: Client):
    answer = client.post(REGISTER, {**NEW, "next": "/wiki/Asthma"})
    grace = User.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, "/wiki/Asthma")
    assert (grace.username, grace.email, roles.role_of(grace)) == ("Grace hopper", "grace@example.org", "contributor")
    assert is_logged_in(client)


def test_registering_cannot_give_oneself_rights(client: Client):
    client.post(REGISTER, {**NEW, "is_staff": "on", "is_superuser": "on", "role": "administrator", "groups": "5"})
    grace = User.objects.get()
    assert (grace.is_staff, grace.is_superuser, roles.role_of(grace)) == (False, False, "contributor")


def test_a_refused_registration_keeps_all_that_was_typed_but_the_passwords(client: Client, ada: User):
    answer = client.post(REGISTER, {**NEW, "username": "ADA"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ADA"' in page
    assert 'value="grace@example.org"' in page
    assert PASSWORD not in page


def test_a_name_taken_while_one_typed_is_said_beside_the_name(client: Client, ada: User, monkeypatch):
    monkeypatch.setattr("wiki.accounts.adapter.AccountAdapter.clean_username", lambda self, name, **kwargs: name)
    answer = client.post(REGISTER, {**NEW, "username": "Ada"})
    assert answer.status_code == 422
    assert "username" in answer.context["form"].errors


def test_too_many_registrations_from_one_place_wait(client: Client, settings):
    settings.WIKI_REGISTRATIONS_PER_HOUR = 1
    Client().post(REGISTER, {**NEW, "username": "First"})
    answer = client.post(REGISTER, NEW)
    assert (answer.status_code, User.objects.count()) == (429, 1)
    assert int(answer["Retry-After"]) > 3500
    assert 'value="grace_hopper"' in answer.content.decode()


def test_a_mistake_in_the_form_is_not_counted_as_a_registration(client: Client, settings):
    settings.WIKI_REGISTRATIONS_PER_HOUR = 1
    client.post(REGISTER, {**NEW, "password2": "other"})
    assert client.post(REGISTER, NEW).status_code == 302


@pytest.mark.parametrize("path", [LOGIN, REGISTER])
def test_these_pages_are_kept_by_no_cache(client: Client, path: str):
    assert "no-store" in client.get(path)["Cache-Control"]


def test_a_client_that_asks_for_json_gets_the_page_with_its_status(client: Client):
    answer = client.post(LOGIN, {}, headers={"X-Requested-With": "XMLHttpRequest", "Accept": "application/json"})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")
