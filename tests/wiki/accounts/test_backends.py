"""Who may log in, and what an account may."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission

from tests import factories
from wiki.accounts import backends, roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_right_password_opens_the_account_in_any_spelling():
    ada = factories.user(name="Ada")
    assert authenticate(None, username="aDA", password=factories.PASSWORD) == ada


def test_a_closed_account_is_nobody():
    factories.user(name="Ada", is_active=False)
    assert authenticate(None, username="Ada", password=factories.PASSWORD) is None


def test_who_waits_is_told_apart_by_the_right_password_only():
    factories.user(name="Ada", is_active=False, waits_for_approval=True)
    assert authenticate(None, username="Ada", password="wrong") is None
    with pytest.raises(backends.StillWaiting):
        authenticate(None, username="Ada", password=factories.PASSWORD)


def test_no_session_is_that_of_an_account_that_waits():
    ada = factories.user(is_active=False, waits_for_approval=True)
    assert backends.AccountBackend().get_user(ada.pk) is None


def test_an_account_may_what_its_role_may_and_nothing_by_itself():
    ada = factories.user("editor")
    ada.user_permissions.add(Permission.objects.get(codename="moderate"))
    ada = User.objects.get(pk=ada.pk)
    assert ada.has_perm("articles.publish") and not ada.has_perm("articles.moderate")


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "moderator", "administrator"])
def test_what_comes_with_a_role_is_what_django_finds(role: str, django_assert_num_queries):
    user = factories.user(role)
    found = ModelBackend().get_group_permissions(User.objects.get(pk=user.pk))
    anew = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert anew.get_group_permissions() == anew.get_all_permissions() == found == roles.permissions_of(role)


def test_a_closed_account_and_a_thing_in_particular_have_none():
    closed = factories.user("editor", is_active=False)
    assert closed.get_group_permissions() == set() == factories.user("editor", name="Ben").get_group_permissions(closed)


@pytest.mark.parametrize(
    ("setting", "role", "withheld", "kept"),
    [
        ("moderator", "moderator", "articles.moderate", "articles.review"),
        ("moderator", "administrator", "accounts.change_roles", "articles.review"),
        ("reviewer", "reviewer", "articles.review", "articles.publish"),
        ("reviewer", "administrator", "articles.moderate", "articles.publish"),
    ],
)
def test_what_needs_a_second_factor_waits_for_it(settings, setting: str, role: str, withheld: str, kept: str):
    settings.WIKI_REQUIRE_2FA = setting
    user = factories.user(role)
    assert not user.has_perm(withheld)
    assert user.has_perm(kept)


@pytest.mark.parametrize(("setting", "role"), [("none", "administrator"), ("moderator", "reviewer")])
def test_whom_it_does_not_concern_may_all(settings, setting: str, role: str):
    settings.WIKI_REQUIRE_2FA = setting
    assert factories.user(role).has_perm("articles.review")


def test_with_a_second_factor_everything_holds(settings):
    settings.WIKI_REQUIRE_2FA = "moderator"
    user = factories.user("administrator")
    factories.authenticator_app(user)
    assert User.objects.get(pk=user.pk).has_perm("accounts.change_roles")
