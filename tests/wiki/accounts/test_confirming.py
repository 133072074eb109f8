"""An address is known to be its owner's once the link mailed there has come back."""

import pytest
from django.core import mail as outbox
from django.test import Client

from articles import limits
from tests import factories
from tests.pages import Page
from wiki.accounts import confirming, mail
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return factories.user(name="Ada", email="ada@example.org")


@pytest.fixture
def browser(ada: User) -> Client:
    client = Client()
    client.force_login(ada)
    return client


def mailed_path() -> str:
    mail.wait_until_sent()
    (line,) = [line for line in outbox.outbox[-1].body.splitlines() if "/email/confirm/" in line]
    return line.partition("testserver")[2]


def is_confirmed(user: User) -> bool:
    return User.objects.get(pk=user.pk).has_confirmed_email


def test_the_link_is_mailed_asks_and_confirms(ada: User, browser: Client):
    assert "not confirmed yet" in Page(browser.get("/accounts/")).words
    browser.post("/accounts/email/confirm/")
    path, stranger = mailed_path(), Client()
    page = Page(stranger.get(path))
    assert page.faults() == [] and "ada@example.org" in page.words and not is_confirmed(ada)
    assert Page(stranger.post(path)).faults() == [] and is_confirmed(ada)
    assert "not confirmed yet" not in Page(browser.get("/accounts/")).words


def test_another_address_is_asked_for_anew_and_voids_the_link(ada: User, browser: Client):
    former = confirming.path_of(ada)
    confirming.confirm(ada)
    browser.post("/accounts/email/", {"email": "new@example.org", "password": factories.PASSWORD})
    assert not is_confirmed(ada) and User.objects.get(pk=ada.pk).confirmed_email == ""
    assert browser.post(former).status_code == 410 and not is_confirmed(ada)
    assert Client().post(mailed_path()).status_code == 200 and is_confirmed(ada)


def test_who_registers_with_an_address_is_asked(client: Client):
    fields = {"username": "Grace", "email": "grace@example.org"}
    client.post("/accounts/register/", fields | dict.fromkeys(("password1", "password2"), factories.PASSWORD))
    mail.wait_until_sent()
    assert [message.to for message in outbox.outbox] == [["grace@example.org"]]
    client.post(mailed_path())
    assert User.objects.get(username="Grace").has_confirmed_email


def test_an_address_is_asked_three_times_an_hour_at_most(ada: User, browser: Client):
    for _time in range(3):
        assert confirming.ask(ada)
    with pytest.raises(limits.TooOften):
        confirming.ask(ada)
    page = Page(browser.post("/accounts/email/confirm/", follow=True))
    assert "Too many attempts" in page.words
    mail.wait_until_sent()
    assert len(outbox.outbox) == 3


@pytest.mark.parametrize("change", [{"email": ""}, {"confirmed_email": "ada@example.org"}])
def test_there_may_be_nothing_to_ask(ada: User, change: dict[str, str]):
    for name, value in change.items():
        setattr(ada, name, value)
    assert not confirming.ask(ada)


def test_no_link_is_good_that_is_old_or_was_changed_or_whose_account_is_closed(ada: User, monkeypatch):
    token = confirming.path_of(ada).split("/")[-2]
    assert confirming.account_of(token) == ada
    assert confirming.account_of(token[:-1]) is None and confirming.account_of("1-2:3:4") is None
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert confirming.account_of(token) is None
    User.objects.filter(pk=ada.pk).update(is_active=True)
    monkeypatch.setattr(confirming, "HOURS", -1)
    assert confirming.account_of(token) is None


def test_an_address_changed_a_moment_ago_is_not_confirmed(ada: User):
    User.objects.filter(pk=ada.pk).update(email="new@example.org")
    assert not confirming.confirm(ada)
