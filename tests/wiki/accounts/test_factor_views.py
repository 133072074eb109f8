"""The second factor: set up, used while logging in, taken away."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail as outbox
from django.test import Client

from tests import factories
from tests.pages import Page
from wiki.accounts import mail, roles, second_factor
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

APP, CODES, LOGIN, STEP = "/accounts/2fa/app/", "/accounts/2fa/codes/", "/accounts/login/", "/accounts/2fa/login/"


@pytest.fixture
def ada() -> User:
    return factories.user("moderator", "Ada", email="ada@example.org")


@pytest.fixture
def browser(ada: User) -> Client:
    """A browser of somebody who has just given the password again."""
    client = Client()
    client.force_login(ada)
    client.post("/accounts/reauthenticate/", {"password": factories.PASSWORD})
    return client


@pytest.fixture
def key(ada: User) -> str:
    return factories.authenticator_app(ada)


def with_password(name: str = "Ada", **more: str) -> Client:
    client = Client()
    client.post(LOGIN, {"login": name, "password": factories.PASSWORD, **more})
    return client


def is_logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Setting up --------------------------------------------------------------------------------------------------
def test_the_password_is_asked_for_again_before(ada: User, client):
    client.force_login(ada)
    assert client.get(APP)["Location"] == "/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F"
    answer = client.post("/accounts/reauthenticate/?next=%2Faccounts%2F2fa%2Fapp%2F", {"password": factories.PASSWORD})
    assert answer["Location"] == APP


def test_asking_for_the_password_leads_to_no_other_site(ada: User, client):
    client.force_login(ada)
    answer = client.post("/accounts/reauthenticate/?next=https://evil.example/", {"password": factories.PASSWORD})
    assert answer["Location"] == "/accounts/"


def test_an_app_is_set_up_by_its_code_and_recovery_codes_come_with_it(
    browser: Client, ada: User, django_capture_on_commit_callbacks
):
    page = Page(browser.get(APP))
    key = page.with_class("factor-key")[0].text.replace(" ", "")
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(APP, {"code": factories.code_of(key)})
    assert answer["Location"] == CODES
    assert second_factor.is_set_up(ada)
    codes = Page(browser.get(CODES))
    assert codes.faults() == [] and page.faults() == []
    assert len(codes.with_class("factor-codes")[0].findall("li")) == 10
    mail.wait_until_sent()
    assert [message.subject for message in outbox.outbox] == ["MedWiki: Two-factor login is on"]


def test_a_page_that_is_loaded_again_shows_the_same_key_until_it_is_given_up(browser: Client, ada: User):
    key = Page(browser.get(APP)).with_class("factor-key")[0].text
    assert Page(browser.get(APP)).with_class("factor-key")[0].text == key
    assert browser.post(APP, {"cancel": "yes"})["Location"] == "/accounts/2fa/"
    assert browser.get("/accounts/2fa/app/picture.svg").status_code == 404
    assert Page(browser.get(APP)).with_class("factor-key")[0].text != key
    assert not second_factor.is_set_up(ada)


def test_a_key_that_was_scanned_before_the_page_was_loaded_again_fits(browser: Client, ada: User):
    key = Page(browser.get(APP)).with_class("factor-key")[0].text.replace(" ", "")
    browser.get(APP)
    assert browser.post(APP, {"code": factories.code_of(key)})["Location"] == CODES
    assert second_factor.is_set_up(ada) and "mfa.totp.secret" not in browser.session


def test_codes_of_a_lost_key_are_not_shown(browser: Client, ada: User, key: str):
    sealed = Authenticator.objects.get(user=ada, type="recovery_codes")
    sealed.data["seed"] = "sealed:nonsense"
    sealed.save()
    page = Page(browser.get(CODES))
    assert "can't be read any longer" in page.words and page.with_class("factor-codes") == [] and page.faults() == []


def test_the_picture_holds_the_key_and_is_ones_own(browser: Client, ada: User):
    browser.get(APP)
    picture = browser.get("/accounts/2fa/app/picture.svg")
    assert picture["Content-Type"] == "image/svg+xml" and "no-store" in picture["Cache-Control"]
    assert picture.content.startswith(b"<?xml") and b"<script" not in picture.content
    client = Client()
    client.force_login(ada)
    assert client.get("/accounts/2fa/app/picture.svg").status_code == 404


def test_a_wrong_code_sets_nothing_up_and_the_key_stays(browser: Client, ada: User):
    key = Page(browser.get(APP)).with_class("factor-key")[0].text
    answer = browser.post(APP, {"code": "abcdef"})
    assert answer.status_code == 422
    assert Page(answer).with_class("factor-key")[0].text == key
    assert not second_factor.is_set_up(ada)


def test_new_recovery_codes_void_the_old_ones(browser: Client, ada: User, key: str, django_capture_on_commit_callbacks):
    before = Page(browser.get(CODES)).words
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post("/accounts/2fa/codes/new/")["Location"] == CODES
    assert Page(browser.get(CODES)).words != before
    mail.wait_until_sent()
    assert outbox.outbox[0].subject == "MedWiki: New recovery codes"


def test_the_app_is_taken_away_and_the_codes_go_with_it(browser: Client, ada: User, key: str):
    assert Page(browser.get("/accounts/2fa/app/remove/")).faults() == []
    assert browser.post("/accounts/2fa/app/remove/")["Location"] == "/accounts/2fa/"
    assert not Authenticator.objects.filter(user=ada).exists()
    mail.wait_until_sent()
    assert outbox.outbox[0].subject == "MedWiki: The authenticator app was taken away"


def test_the_overview_says_what_there_is(browser: Client, key: str):
    page = Page(browser.get("/accounts/2fa/"))
    assert page.faults() == []
    assert "Take the app away" in page.words and "10 codes are left" in page.words


# --- Logging in --------------------------------------------------------------------------------------------------
def test_the_password_alone_does_not_log_in(ada: User, key: str):
    client = Client()
    answer = client.post(LOGIN, {"login": "Ada", "password": factories.PASSWORD})
    assert answer["Location"] == STEP
    assert Page(client.get(STEP)).faults() == []
    assert not is_logged_in(client)


def test_the_code_logs_in_and_leads_where_one_wanted_to_go(ada: User, key: str):
    client = with_password(next="/wiki/Asthma")
    answer = client.post(STEP, {"code": factories.code_of(key)})
    assert (answer["Location"], is_logged_in(client)) == ("/wiki/Asthma", True)


def test_a_clock_may_be_half_a_minute_wrong(ada: User, key: str):
    client = with_password()
    client.post(STEP, {"code": factories.code_of(key, -1)})
    assert is_logged_in(client)


def test_an_old_code_does_not_log_in(ada: User, key: str):
    client = with_password()
    assert client.post(STEP, {"code": factories.code_of(key, -5)}).status_code == 422
    assert not is_logged_in(client)


def test_a_code_that_was_used_does_not_log_in_again(ada: User, key: str):
    code = factories.code_of(key)
    with_password().post(STEP, {"code": code})
    second = with_password()
    assert second.post(STEP, {"code": f" {code[:3]} {code[3:]} "}).status_code == 422
    assert not is_logged_in(second)


def test_a_recovery_code_logs_in_once(ada: User, key: str):
    codes = Authenticator.objects.get(user=ada, type="recovery_codes").wrap().get_unused_codes()
    first, second = with_password(), with_password()
    first.post(STEP, {"code": codes[0]})
    second.post(STEP, {"code": codes[0]})
    assert (is_logged_in(first), is_logged_in(second)) == (True, False)


def test_wrong_codes_are_limited_whoever_sends_them(ada: User, key: str):
    statuses = [with_password().post(STEP, {"code": "000000 0"}).status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]
    answer = with_password().post(STEP, {"code": factories.code_of(key)})
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 200


def test_a_closed_account_is_refused_between_password_and_code(ada: User, key: str):
    client = with_password()
    factories.user("administrator")
    roles.close(ada)
    client.post(STEP, {"code": factories.code_of(key)})
    assert client.get("/accounts/").status_code == 302


def test_a_code_of_another_account_does_not_log_in(ada: User, key: str):
    grace = factories.user(name="Grace")
    factories.authenticator_app(grace)
    client = with_password("Grace")
    assert client.post(STEP, {"code": factories.code_of(key)}).status_code == 422


@pytest.mark.parametrize(
    "credential", ["", "{}", "null", "[]", '{"id": 1}', '{"response": {"userHandle": "eA"}}', "\x00"]
)
def test_what_is_no_passkey_is_refused(client, ada: User, key: str, credential: str):
    client.get("/accounts/2fa/passkeys/login/")
    assert client.post("/accounts/2fa/passkeys/login/", {"credential": credential}).status_code == 422
    assert with_password().post(STEP, {"credential": credential}).status_code == 422


def test_passkeys_that_are_wrong_are_limited(client):
    path = "/accounts/2fa/passkeys/login/"
    statuses = [client.post(path, {"credential": "{}"}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]


def test_what_a_passkey_is_asked_names_this_host_and_a_fresh_challenge(client):
    first, second = (client.get("/accounts/2fa/passkeys/login/").json()["options"]["publicKey"] for _ in range(2))
    assert first["rpId"] == "testserver" and first["userVerification"] == "required"
    assert first["challenge"] != second["challenge"]


# --- Where one is needed -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/"])
def test_the_admin_waits_for_it_and_leads_there(ada: User, settings, client, path: str):
    settings.WIKI_REQUIRE_2FA = "moderator"
    client.force_login(ada)
    answer = client.get(path)
    assert answer.status_code == 403
    assert Page(answer).link("Set up two-factor login") == "/accounts/2fa/"


def test_with_it_the_admin_opens(ada: User, settings, client, key: str):
    settings.WIKI_REQUIRE_2FA = "moderator"
    client.force_login(ada)
    assert client.get("/admin/").status_code == 200


def test_without_it_a_privileged_act_is_refused_and_does_nothing(settings, client):
    settings.WIKI_REQUIRE_2FA = "moderator"
    client.force_login(factories.user("administrator"))
    factories.user(name="Grace")
    assert client.post("/accounts/reset-link/", {"name": "Grace"}).status_code == 403
