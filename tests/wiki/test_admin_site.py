"""The admin site uses the site's login page, and loses no form on the way to it."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests import factories
from tests.pages import Page, words
from wiki import admin_site
from wiki.accounts import roles
from wiki.accounts.models import User
from wiki.wording import words as words_of_the_site

pytestmark = pytest.mark.django_db

ADMIN_SHEET = Path(__file__).resolve().parents[2] / "static" / "css" / "admin.css"


def client_of(role: str) -> Client:
    user = User.objects.create_user(f"The {role}")
    roles.give(user, role)
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/admin/", "/accounts/login/?next=/admin/"),
        ("/admin/accounts/user/?q=a", "/accounts/login/?next=/admin/accounts/user/%3Fq%3Da"),
        ("/admin/login/", "/accounts/login/?next=/admin/"),
        ("/admin/login/?next=/admin/accounts/user/", "/accounts/login/?next=/admin/accounts/user/"),
        ("/admin/no-such-page/", "/accounts/login/?next=/admin/no-such-page/"),
    ],
)
def test_a_stranger_is_asked_to_log_in_on_the_sites_own_page(client: Client, path: str, location: str):
    answer = client.get(path)
    assert (answer.status_code, answer["Location"]) == (302, location)


@pytest.mark.parametrize("path", ["/admin/", "/admin/accounts/user/", "/admin/accounts/user/1/change/"])
def test_a_post_is_never_sent_to_a_login(client: Client, path: str):
    assert client.post(path).status_code == 403


def test_no_password_is_taken_here(client: Client):
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 405


@pytest.mark.parametrize("path", ["/admin/", "/admin/login/", "/admin/login/?next=/admin/"])
def test_who_is_logged_in_but_may_not_is_told_so_instead_of_going_round_in_circles(path: str):
    assert client_of(roles.REVIEWER).get(path).status_code == 403


@pytest.mark.parametrize("role", sorted(roles.STAFF))
def test_staff_are_let_in(role: str):
    client = client_of(role)
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/login/")["Location"] == "/admin/"


def test_it_says_what_waits(monkeypatch):
    browser = client_of(roles.MODERATOR)
    assert [words(found) for found in Page(browser.get("/admin/")).with_id("what-waits")] == [
        "What waits for you Nothing."
    ]
    article = factories.article("Asthma")
    for number in range(2):
        Client().post("/edit/Asthma", {"text": f"{number}.\n", "base": article.current_edit_id, "section": "0"})
    assert Page(browser.get("/admin/")).link("2 proposals wait") == "/proposals/"
    monkeypatch.setattr(admin_site, "_MOST_COUNTED", 1)
    assert Page(browser.get("/admin/")).link("1+ proposals wait") == "/proposals/"


def test_accounts_that_wait_to_be_let_in_are_told_of(client: Client, settings):
    settings.WIKI_REGISTRATION = "approval"
    new = {"username": "Grace", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    client.post("/accounts/register/", new)
    page = Page(client_of(roles.MODERATOR).get("/admin/"))
    assert page.link("1 account waits to be let in") == "/admin/accounts/user/?waits_for_approval__exact=1"


def test_administrators_find_set_up_there_and_nobody_else_does():
    links = [Page(client_of(role).get("/admin/")).links for role in (roles.ADMINISTRATOR, roles.MODERATOR)]
    assert ["/setup/" in [link.href for link in found] for found in links] == [True, False]


def test_it_shows_what_one_did_oneself_wherever_that_was():
    root, other = factories.user("administrator"), factories.user("administrator")
    words_of_the_site.change(key="motto", text="Do no harm", who=root)
    roles.give(factories.user("contributor", "Berta"), "editor", by=root)
    browsers = [Client(), Client()]
    for browser, user in zip(browsers, (root, other), strict=True):
        browser.force_login(user)
    (mine,), (theirs,) = (Page(browser.get("/admin/")).with_id("recent-actions-module") for browser in browsers)
    assert [link.text for link in mine.iter("a")] == ["Berta", "motto"] and "account.role" in words(mine)
    assert "You have done nothing yet" in words(theirs)


def test_it_is_called_as_the_site_is(settings):
    settings.WIKI_NAME = "HeartWiki"
    page = Page(client_of(roles.ADMINISTRATOR).get("/admin/"))
    assert page.link("HeartWiki: administration") == "/admin/" and "HeartWiki" in words(page.all("title")[0])


def test_it_has_the_accent_of_set_up(administrator):
    words_of_the_site.change(key="accent", text="#7a1f5c", who=administrator.account)
    browser = client_of(roles.MODERATOR)
    sheets = [link.get("href") or "" for link in Page(browser.get("/admin/")).all("link")]
    (ours,) = [address for address in sheets if address.startswith("/site/colours-")]
    named = set(re.findall(r"(--accent-by-\w+):", browser.get(ours).content.decode()))
    assert named == set(re.findall(r"var\((--accent-by-\w+)", ADMIN_SHEET.read_text())) != set()


def test_roles_stand_beside_the_accounts():
    page = Page(client_of(roles.MODERATOR).get("/admin/"))
    assert page.link("Roles") == "/admin/accounts/role/"
    assert "Groups" not in page.words and "Authentication" not in page.words


def test_staff_log_out_here_too():
    client = client_of(roles.MODERATOR)
    client.post("/admin/logout/")
    assert "_auth_user_id" not in client.session


def test_a_password_is_changed_on_the_sites_own_page(administrator_client):
    assert administrator_client.get("/admin/password_change/")["Location"] == "/accounts/password/"


def test_a_role_that_lacks_the_second_factor_the_site_asks_for_stays_outside(moderator_client, settings):
    settings.WIKI_REQUIRE_2FA = "moderator"
    assert moderator_client.get("/admin/").status_code == 403
