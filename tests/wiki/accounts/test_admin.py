"""Accounts in the Django admin."""

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import LogEntry
from tests import factories
from tests.pages import Page
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


@pytest.mark.parametrize("path", [ACCOUNTS, "/admin/auth/group/"])
def test_a_list_of_thirty_costs_as_many_queries_as_one_of_three(administrator_client: Client, path: str):
    for number in range(3):
        User.objects.create_user(f"Name {number}")
    few = queries_of(administrator_client, path)
    for number in range(3, 30):
        roles.give(User.objects.create_user(f"Name {number}"), roles.ROLES[number % 5])
    assert queries_of(administrator_client, path) == few


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)  # What a process learns once, such as content types, belongs to no page.
    with CaptureQueriesContext(connection) as made:
        assert browser.get(path).status_code == 200
    return len(made)


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


@pytest.fixture
def own_page(administrator_client: Client) -> str:
    """The page of the administrator's own account, another administrator being there too."""
    factories.user("administrator")
    return f"{ACCOUNTS}{User.objects.get(username='The administrator').pk}/change/"


def kind_of_sure(page: Page) -> str | None:
    return next(field.get("type") for field in page.all("input") if field.get("name") == "sure")


@pytest.mark.parametrize("change", [{"role": "moderator"}, {"closed": "on"}])
def test_who_takes_something_from_themselves_is_asked_first(administrator_client, own_page, change: dict[str, str]):
    root = User.objects.get(username="The administrator")
    asked = Page(administrator_client.post(own_page, form_of(root, why="Tired", **change)))
    kinds = [kind_of_sure(page) for page in (Page(administrator_client.get(own_page)), asked)]
    assert kinds == ["hidden", "checkbox"] and "This is your own account" in asked.words
    assert 'value="Tired"' in asked.source
    assert roles.role_of(root) == "administrator" and User.objects.get(pk=root.pk).is_active
    administrator_client.post(own_page, form_of(root, sure="on", **change))
    now = User.objects.get(pk=root.pk)
    assert (roles.role_of(now), now.is_active) == (change.get("role", "administrator"), "closed" not in change)


@pytest.mark.parametrize(
    ("change", "there", "said"),
    [
        ({"role": "editor"}, "/accounts/", "Your role is now: Editor."),
        ({"role": "moderator"}, ACCOUNTS, "was changed successfully"),
        ({"closed": "on"}, "/", "Log in"),
    ],
)
def test_who_lowered_themselves_lands_on_a_page_that_they_may_see(administrator_client, own_page, change, there, said):
    root = User.objects.get(username="The administrator")
    answer = administrator_client.post(own_page, form_of(root, sure="on", **change), follow=True)
    assert answer.redirect_chain == [(there, 302)] and answer.status_code == 200 and said in Page(answer).words


def test_nobody_is_asked_about_somebody_else(administrator_client: Client):
    other = factories.user("administrator")
    administrator_client.post(f"{ACCOUNTS}{other.pk}/change/", form_of(other, role="contributor"))
    assert roles.role_of(other) == "contributor"


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


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_accounts_are_not_deleted_here(role: str):
    client = client_of(role)
    assert client.get(f"{ACCOUNTS}{User.objects.get().pk}/delete/").status_code == 403


def test_the_list_leads_an_administrator_to_the_form_that_makes_an_account(administrator_client: Client):
    add = Page(administrator_client.get(ACCOUNTS)).link("Add account")
    answer = administrator_client.get(add)
    assert (add.partition("?")[0], answer.status_code, answer["Location"]) == (f"{ACCOUNTS}add/", 302, "/accounts/new/")


def test_nothing_is_made_past_that_form(administrator_client: Client, moderator_client: Client):
    assert administrator_client.post(f"{ACCOUNTS}add/", {"username": "X"}).status_code == 403
    assert moderator_client.get(f"{ACCOUNTS}add/").status_code == 403
    assert "Add account" not in Page(moderator_client.get(ACCOUNTS)).words


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_others_see_nothing_of_it(role: str):
    assert client_of(role).get(ACCOUNTS).status_code == 403


def test_the_roles_are_shown_with_what_they_may_and_who_has_them(moderator_client: Client):
    page = Page(moderator_client.get("/admin/auth/group/"))
    assert all(name in page.words for name in ("Contributor", "Administrator", "May decide on proposals"))
    group = roles.group(roles.EDITOR)
    row = Page(moderator_client.get(f"/admin/auth/group/{group.pk}/change/"))
    assert row.link("Accounts with this role") == f"{ACCOUNTS}?role=editor"


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_roles_are_not_changed_by_hand(administrator_client: Client, act: str):
    group = roles.group(roles.EDITOR)
    path = "add/" if act == "add" else f"{group.pk}/{act}/"
    sent = {"name": "x", "permissions": [], "post": "yes"}
    assert administrator_client.post(f"/admin/auth/group/{path}", sent).status_code == 403
    assert {made.name for made in Group.objects.all()} == set(roles.ROLES)
    assert group.permissions.exists()


def test_history_of_an_account_is_what_the_log_says(administrator_client: Client, ada: User):
    page = f"{ACCOUNTS}{ada.pk}/"
    assert "Nothing has happened" in administrator_client.get(f"{page}history/").content.decode()
    administrator_client.post(f"{page}change/", form_of(ada, role="editor", why="Writes well"))
    shown = Page(administrator_client.get(f"{page}history/"))
    assert "account.role: contributor → editor. Writes well" in shown.words and "The administrator" in shown.words


def test_an_account_leads_to_what_its_person_has_written(moderator_client: Client):
    author = factories.author("editor")
    article = factories.article("Asthma", author=author)
    page = Page(moderator_client.get(f"{ACCOUNTS}{author.account.pk}/change/"))
    edits = Page(moderator_client.get(page.link("Edits by this person")))
    assert f"/admin/articles/edit/{article.current_edit_id}/change/" in [
        link.href.partition("?")[0] for link in edits.links
    ]


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_no_action_deletes_accounts(ada: User, role: str):
    client = client_of(role)
    assert "delete" not in Page(client.get(ACCOUNTS)).source.partition("<main")[2]
    client.post(ACCOUNTS, {"action": "delete_selected", "_selected_action": ada.pk, "post": "yes"})
    assert User.objects.filter(pk=ada.pk).exists()
