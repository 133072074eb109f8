"""The roles, and the one door through which they change."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db import connection

from articles import logbook
from articles.models import LogEntry
from wiki.accounts import roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("Ada")


@pytest.fixture
def root() -> User:
    return person("Root person", roles.ADMINISTRATOR)


def person(name: str, role: str) -> User:
    user = User.objects.create_user(name)
    roles.give(user, role)
    return User.objects.get(pk=user.pk)


def test_a_new_account_is_a_contributor(ada: User):
    assert roles.role_of(ada) == roles.CONTRIBUTOR
    assert ada.has_perm("articles.propose")
    assert not ada.has_perm("articles.publish")


def test_somebody_without_an_account_is_anonymous():
    assert roles.role_of(AnonymousUser()) == roles.ANONYMOUS


@pytest.mark.parametrize("role", roles.ROLES)
def test_each_role_may_exactly_what_is_written(role: str):
    held = person("Ada", role).get_all_permissions()
    wording_is_there = Permission.objects.filter(codename="change_wording_text").exists()
    assert held == roles.permissions_of(role) - (set() if wording_is_there else {"wording.change_wording_text"})


@pytest.mark.parametrize(("less", "more"), list(zip(roles.ROLES, roles.ROLES[1:], strict=False)))
def test_each_role_may_all_that_the_one_before_it_may(less: str, more: str):
    assert roles.permissions_of(less) < roles.permissions_of(more)


@pytest.mark.parametrize("role", roles.ROLES)
def test_staff_are_the_moderators_and_administrators(ada: User, role: str):
    roles.give(ada, role)
    assert User.objects.get(pk=ada.pk).is_staff is (role in {"moderator", "administrator"})


def test_an_account_has_one_role(ada: User):
    roles.give(ada, roles.REVIEWER)
    roles.give(ada, roles.EDITOR)
    assert list(ada.groups.values_list("name", flat=True)) == ["editor"]


def test_the_account_in_hand_answers_by_its_new_role_at_once(ada: User):
    assert not ada.has_perm("articles.publish")
    roles.give(ada, roles.EDITOR)
    assert ada.has_perm("articles.publish")


def test_a_change_of_role_is_logged_without_the_name_in_the_hashed_part(ada: User, root: User):
    roles.give(ada, roles.EDITOR, by=root, why="Knows her field")
    entry = LogEntry.objects.latest("number")
    assert (entry.who_id, entry.what, entry.target) == (root.pk, "account.role", f"account:{ada.pk}")
    assert (entry.why, entry.before, entry.after) == ("Knows her field", "contributor", "editor")
    assert entry.personal == {"name": "Ada"}
    assert logbook.verify() is None


def test_giving_the_role_one_has_changes_and_logs_nothing(ada: User):
    roles.give(ada, roles.CONTRIBUTOR)
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("giver", "before", "after", "allowed"),
    [
        ("administrator", "contributor", "moderator", True),
        ("administrator", "contributor", "administrator", True),
        ("administrator", "moderator", "contributor", True),
        ("moderator", "contributor", "editor", True),
        ("moderator", "editor", "contributor", True),
        ("moderator", "contributor", "reviewer", False),
        ("moderator", "reviewer", "editor", False),
        ("moderator", "moderator", "editor", False),
        ("moderator", "contributor", "administrator", False),
        ("reviewer", "contributor", "editor", False),
        ("contributor", "contributor", "editor", False),
    ],
)
def test_who_may_give_which_role(root: User, giver: str, before: str, after: str, allowed: bool):
    by, user = person("Giver", giver), person("Given", before)
    refused = roles.refusal(user, after, by=by)
    assert (refused is None) is allowed


def test_nobody_raises_themselves():
    moderator = person("Ada", roles.MODERATOR)
    with pytest.raises(roles.RoleRefused, match="may not"):
        roles.give(moderator, roles.ADMINISTRATOR, by=moderator)
    assert roles.role_of(moderator) == roles.MODERATOR


def test_a_closed_administrator_gives_no_roles(ada: User, root: User):
    person("Second", roles.ADMINISTRATOR)
    roles.close(root)
    with pytest.raises(roles.RoleRefused):
        roles.give(ada, roles.EDITOR, by=root)


@pytest.mark.parametrize("deed", [lambda user: roles.give(user, roles.MODERATOR), roles.close])
def test_the_last_administrator_stays(root: User, deed):
    with pytest.raises(roles.RoleRefused) as refused:
        deed(root)
    assert refused.value.code == "last_administrator"
    assert roles.there_is_an_administrator()


def test_of_two_administrators_one_may_go(root: User):
    second = person("Second", roles.ADMINISTRATOR)
    roles.give(second, roles.EDITOR, by=second)
    assert not User.objects.get(pk=second.pk).is_staff


def test_a_closed_administrator_does_not_count(root: User):
    second = person("Second", roles.ADMINISTRATOR)
    roles.close(second)
    with pytest.raises(roles.RoleRefused):
        roles.close(root)


def test_without_accounts_there_is_no_administrator():
    assert not roles.there_is_an_administrator()


def test_an_unknown_role_is_refused(ada: User):
    with pytest.raises(roles.RoleRefused) as refused:
        roles.give(ada, "emperor")
    assert refused.value.code == "unknown"


def test_a_role_takes_the_flag_that_passes_permissions_by():
    user = User.objects.create_user("Ada", is_superuser=True)
    person("Second", roles.ADMINISTRATOR)
    roles.give(user, roles.EDITOR)
    assert not User.objects.get(pk=user.pk).is_superuser


def test_a_closed_account_opens_again_with_its_role(root: User):
    ada = person("Ada", roles.REVIEWER)
    roles.close(ada, by=root, why="Asked for it")
    roles.reopen(ada, by=root)
    assert (User.objects.get(pk=ada.pk).is_active, roles.role_of(ada)) == (True, roles.REVIEWER)
    assert list(LogEntry.objects.order_by("-number").values_list("what", flat=True)[:2]) == [
        "account.reopen",
        "account.close",
    ]


def test_a_moderator_closes_no_accounts(ada: User, root: User):
    with pytest.raises(roles.RoleRefused):
        roles.close(ada, by=person("Moderator", roles.MODERATOR))


def test_a_refused_change_is_a_403_wherever_it_comes_up():
    assert issubclass(roles.RoleRefused, PermissionDenied)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_unseat_each_other_at_once():
    pair = [person("First", roles.ADMINISTRATOR), person("Second", roles.ADMINISTRATOR)]
    start = threading.Barrier(2)

    def resign(user: User) -> None:
        start.wait()
        with closing(connection), suppress(roles.RoleRefused):
            roles.give(user, roles.EDITOR)

    with ThreadPoolExecutor(2) as people:
        list(people.map(resign, pair))

    assert sorted(roles.role_of(user) for user in pair) == ["administrator", "editor"]
