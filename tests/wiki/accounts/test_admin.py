"""Accounts in the Django admin."""

import pytest
from django.test import Client

from articles.models import LogEntry
from wiki.accounts import roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

ACCOUNTS = "/admin/accounts/user/"


def client_of(role: str) -> Client:
    user = User.objects.create_user(f"The {role}")
    roles.give(user, role)
    client = Client()
    client.force_login(user)
    return client


def form_of(user: User, **change: str) -> dict[str, str]:
    return {"display_name": "", "email": "", "role": roles.role_of(user), "why": ""} | change


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("Ada", email="ada@example.org")


@pytest.fixture
def administrator_client() -> Client:
    return client_of(roles.ADMINISTRATOR)


@pytest.fixture
def moderator_client() -> Client:
    return client_of(roles.MODERATOR)


@pytest.mark.parametrize("query", ["", "?q=Ada", "?role=contributor", "?role=nonsense", "?is_active__exact=1"])
def test_accounts_are_listed_searched_and_filtered(administrator_client: Client, ada: User, query: str):
    answer = administrator_client.get(f"{ACCOUNTS}{query}", follow=True)
    assert answer.status_code == 200
    assert "Ada" in answer.content.decode()


def test_the_list_does_not_ask_for_each_account(administrator_client: Client, at_most_queries):
    for number in range(20):
        User.objects.create_user(f"Name {number}")
    with at_most_queries(12):
        administrator_client.get(ACCOUNTS)


def test_an_administrator_gives_a_role_with_a_reason(administrator_client: Client, ada: User):
    page = f"{ACCOUNTS}{ada.pk}/change/"
    assert administrator_client.get(page).status_code == 200
    administrator_client.post(page, form_of(ada, role="reviewer", why="A nurse"))
    entry = LogEntry.objects.latest("number")
    assert roles.role_of(ada) == "reviewer"
    assert (entry.target, entry.why, entry.who.username) == (f"account:{ada.pk}", "A nurse", "The administrator")


def test_an_administrator_changes_what_is_shown(administrator_client: Client, ada: User):
    administrator_client.post(f"{ACCOUNTS}{ada.pk}/change/", form_of(ada, display_name="Countess"))
    changed = User.objects.get(pk=ada.pk)
    assert (changed.display_name, changed.username) == ("Countess", "Ada")


def test_an_administrator_closes_and_reopens_an_account(administrator_client: Client, ada: User):
    page = f"{ACCOUNTS}{ada.pk}/change/"
    administrator_client.post(page, form_of(ada, closed="on"))
    assert not User.objects.get(pk=ada.pk).is_active
    administrator_client.post(page, form_of(ada))
    assert User.objects.get(pk=ada.pk).is_active


@pytest.mark.parametrize("change", [{"role": "editor"}, {"closed": "on"}])
def test_the_last_administrator_stays_and_the_form_says_so(administrator_client: Client, change: dict[str, str]):
    root = User.objects.get()
    answer = administrator_client.post(f"{ACCOUNTS}{root.pk}/change/", form_of(root, **change))
    assert answer.status_code == 200
    assert "last administrator" in answer.content.decode()
    assert roles.there_is_an_administrator()


def test_a_moderator_makes_a_contributor_an_editor(moderator_client: Client, ada: User):
    page = f"{ACCOUNTS}{ada.pk}/change/"
    assert moderator_client.get(page).status_code == 200
    moderator_client.post(page, form_of(ada, role="editor"))
    assert roles.role_of(ada) == "editor"


def test_a_moderator_changes_nothing_else(moderator_client: Client, ada: User):
    page = f"{ACCOUNTS}{ada.pk}/change/"
    change = form_of(ada, role="reviewer", closed="on", display_name="X", email="x@example.org")
    moderator_client.post(page, change)
    moderator_client.post(page, {**change, "role": "contributor"})
    unchanged = User.objects.get(pk=ada.pk)
    assert roles.role_of(unchanged) == "contributor"
    assert (unchanged.is_active, unchanged.display_name, unchanged.email) == (True, "", "ada@example.org")


@pytest.mark.parametrize("path", ["add/", "1/delete/"])
@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_accounts_are_neither_made_nor_deleted_here(role: str, path: str):
    client = client_of(role)
    pk = User.objects.get().pk
    assert client.get(f"{ACCOUNTS}{path.replace('1', str(pk))}").status_code == 403


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_others_see_nothing_of_it(role: str):
    assert client_of(role).get(ACCOUNTS).status_code == 403


def test_groups_are_not_changed_by_hand(administrator_client: Client):
    assert administrator_client.get("/admin/auth/group/").status_code == 404
