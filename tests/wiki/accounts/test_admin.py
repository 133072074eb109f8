"""Accounts in the Django admin."""

import pytest
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import LogEntry
from tests import desk, factories
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


@pytest.mark.parametrize("path", [ACCOUNTS, "/admin/accounts/role/"])
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


@pytest.mark.parametrize("change", [{"email": "new@example.org"}, {"display_name": "Countess"}])
def test_what_an_administrator_changes_is_logged_and_in_the_history(administrator_client, ada: User, change):
    administrator_client.post(
        f"{ACCOUNTS}{ada.pk}/change/", form_of(ada, **{"email": ada.email, "why": "Asked"} | change)
    )
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.why, entry.who.username) == ("account.details", "Asked", "The administrator")
    shown = Page(administrator_client.get(f"{ACCOUNTS}{ada.pk}/history/"))
    assert f"account.details: {next(iter(change))}. Asked" in shown.words


def test_who_saves_the_form_as_it_is_changes_and_logs_nothing(administrator_client: Client, ada: User):
    before = LogEntry.objects.count()
    administrator_client.post(f"{ACCOUNTS}{ada.pk}/change/", form_of(ada, email=ada.email))
    assert (User.objects.get(pk=ada.pk).email, LogEntry.objects.count()) == (ada.email, before)


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


def roles_offered(browser: Client, user: User) -> list[str]:
    (field,) = Page(browser.get(f"{ACCOUNTS}{user.pk}/change/")).with_id("id_role")
    return [option.get("value") for option in field]


def test_a_moderator_is_offered_only_what_they_may_give(moderator_client: Client, administrator_client, ada: User):
    assert roles_offered(moderator_client, ada) == ["contributor", "editor"]
    assert roles_offered(administrator_client, ada) == list(roles.ROLES)
    roles.give(ada, "reviewer")
    assert roles_offered(moderator_client, ada) == ["reviewer"]


def test_the_way_to_a_new_password_is_shown_to_who_may_go_it(moderator_client: Client, administrator_client, ada: User):
    label, pages = "Make a one-time link to a new password", []
    for client in (moderator_client, administrator_client):
        pages += [Page(client.get(f"{ACCOUNTS}{ada.pk}/{path}/")) for path in ("change", "history")]
    assert [label in page.words for page in pages] == [False, False, True, True]
    assert administrator_client.get(pages[2].link(label)).status_code == 200


def test_an_account_that_waits_says_so_and_leads_to_where_it_is_let_in(moderator_client: Client):
    waiting = User.objects.create_user("Wanda", is_active=False, waits_for_approval=True)
    page = Page(moderator_client.get(f"{ACCOUNTS}{waiting.pk}/change/"))
    assert "Waits for approval" in page.words
    assert "Wanda" in Page(moderator_client.get(page.link("Approve it among those that wait"))).words
    assert "Make a one-time link" not in Page(client_of("administrator").get(f"{ACCOUNTS}{waiting.pk}/change/")).words


def test_the_list_tells_who_waits_from_who_was_closed(moderator_client: Client, ada: User):
    roles.close(ada)
    User.objects.create_user("Wanda", is_active=False, waits_for_approval=True)
    (table,) = Page(moderator_client.get(ACCOUNTS)).with_id("result_list")
    cells = [cell.text for cell in table.iter("td") if cell.get("class") == "field-state"]
    assert sorted(cells) == ["Closed", "Open", "Waits for approval"]


def test_an_account_leads_to_the_page_where_readers_meet_its_person(administrator_client: Client, ada: User):
    page = Page(administrator_client.get(f"{ACCOUNTS}{ada.pk}/change/"))
    assert administrator_client.get(page.link("View on site")).status_code == 200
    assert "/user/Ada" in page.link("View on site")


def test_another_account_is_not_made_by_the_form_of_this_one(administrator_client: Client, ada: User):
    assert "_addanother" not in Page(administrator_client.get(f"{ACCOUNTS}{ada.pk}/change/")).source


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
    page = Page(moderator_client.get("/admin/accounts/role/"))
    assert all(name in page.words for name in ("Contributor", "Administrator", "May decide on proposals"))
    group = roles.group(roles.EDITOR)
    row = Page(moderator_client.get(f"/admin/accounts/role/{group.pk}/change/"))
    assert row.link("Accounts with this role") == f"{ACCOUNTS}?role=editor"
    assert "View role Editor" in row.words and "roup" not in page.words + row.words


@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_roles_are_not_changed_by_hand(administrator_client: Client, act: str):
    group = roles.group(roles.EDITOR)
    path = "add/" if act == "add" else f"{group.pk}/{act}/"
    sent = {"name": "x", "permissions": [], "post": "yes"}
    assert administrator_client.post(f"/admin/accounts/role/{path}", sent).status_code == 403
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


@pytest.mark.parametrize("start", ["", "argon2", "zzz"])
@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_nobody_reads_a_password_sign_by_sign(ada: User, role: str, start: str):
    assert client_of(role).get(f"{ACCOUNTS}?password__startswith={start}").status_code == 400


@pytest.mark.parametrize("number", ["abc", "\0", "9" * 30])
def test_what_is_no_account_is_not_approved(administrator_client: Client, ada: User, number: str):
    sent = {"action": "approve", "_selected_action": [number, str(ada.pk)], "index": "0"}
    answer = administrator_client.post(ACCOUNTS, sent, follow=True)
    assert answer.status_code == 200 and "Nothing was changed" in Page(answer).words


# --- Several at once ---------------------------------------------------------------------------------------------
@pytest.fixture
def people() -> list[User]:
    return [factories.user(role) for role in ("contributor", "editor", "reviewer")]


def test_a_moderator_makes_several_editors_and_none_of_a_reviewer(moderator_client: Client, people: list[User]):
    asked = desk.choose(moderator_client, ACCOUNTS, "role", [each.pk for each in people])
    page = Page(asked)
    assert "Only an administrator changes this one." in page.words and "Now: Contributor" in page.words
    assert [option.get("value") for option in page.with_id("id_role")[0].iter("option")] == ["contributor", "editor"]
    answer = desk.send(moderator_client, asked, role="editor", reason="They write well")
    assert "Done: 2 of 2" in Page(answer).words
    assert [roles.role_of(each) for each in people] == ["editor", "editor", "reviewer"]
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.target, entry.why) == ("account.role", f"account:{people[0].pk}", "They write well")


def test_an_administrator_gives_any_role_to_several(administrator_client: Client, people: list[User]):
    fields = {"role": "reviewer", "reason": "Nurses"}
    desk.do(administrator_client, ACCOUNTS, "role", [each.pk for each in people], **fields)
    assert [roles.role_of(each) for each in people] == ["reviewer"] * 3


@pytest.mark.parametrize("role", ["reviewer", "administrator"])
def test_a_role_that_a_moderator_may_not_give_is_not_given(moderator_client: Client, people: list[User], role: str):
    answer = desk.do(moderator_client, ACCOUNTS, "role", [people[0].pk], role=role, reason="x")
    assert answer.status_code == 422 and roles.role_of(people[0]) == "contributor"


def test_ones_own_role_is_changed_on_ones_own_page(administrator_client: Client):
    own = User.objects.get(username="The administrator")
    asked = desk.choose(administrator_client, ACCOUNTS, "role", [own.pk])
    assert "It is your own account" in Page(asked).words and not Page(asked).with_class("act-form")


def test_djangos_log_knows_the_account_by_its_number_alone(moderator_client: Client, people: list[User]):
    fields = {"role": "editor", "reason": "They write well"}
    desk.do_from_the_row(moderator_client, f"{ACCOUNTS}{people[0].pk}/change/", "Change role", **fields)
    moderator_client.post(f"{ACCOUNTS}{people[1].pk}/change/", form_of(people[1], role="contributor", why="A pause"))
    names = DjangosLogEntry.objects.order_by("pk").values_list("object_repr", flat=True)
    assert list(names) == [f"account {people[0].pk}", f"account {people[1].pk}"]


def test_a_role_somebody_else_gave_meanwhile_is_looked_at_again(administrator_client: Client, people: list[User]):
    asked = desk.choose(administrator_client, ACCOUNTS, "role", [people[0].pk])
    roles.give(people[0], "reviewer")
    answer = desk.send(administrator_client, asked, role="editor", reason="x")
    assert answer.status_code == 409 and roles.role_of(people[0]) == "reviewer"
