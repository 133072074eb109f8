"""Who has a second factor, who must, how often a code may be guessed."""

import pytest
from allauth.mfa.models import Authenticator

from articles import limits
from articles.models import LogEntry
from tests import factories
from wiki.accounts import roles, second_factor
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return factories.user("moderator", "Ada")


def test_recovery_codes_alone_are_no_second_factor(ada: User):
    Authenticator.objects.create(user=ada, type="recovery_codes", data={})
    assert not second_factor.is_set_up(ada)


def test_an_app_is_one(ada: User):
    factories.authenticator_app(ada)
    assert second_factor.is_set_up(ada)


@pytest.mark.parametrize(
    ("setting", "missing"),
    [("none", set()), ("moderator", {"moderator", "administrator"}), ("reviewer", set(roles.ROLES[2:]))],
)
def test_it_is_missing_from_the_role_on_that_the_site_names(settings, setting: str, missing: set[str]):
    settings.WIKI_REQUIRE_2FA = setting
    assert {role for role in roles.ROLES if second_factor.is_missing(factories.user(role))} == missing


@pytest.mark.parametrize(("role", "advised"), [("reviewer", False), ("moderator", True), ("administrator", True)])
def test_who_may_much_is_reminded(role: str, advised: bool):
    user = factories.user(role)
    assert second_factor.is_advised(user) is advised
    factories.authenticator_app(user)
    assert not second_factor.is_advised(user)


def test_a_page_of_somebody_whom_it_does_not_concern_costs_no_query(settings, at_most_queries):
    settings.WIKI_REQUIRE_2FA = "moderator"
    editor = factories.user("editor")
    with at_most_queries(0):
        assert second_factor.withheld_from(editor, {"articles.publish"}) == set()


def test_after_five_wrong_codes_one_waits(ada: User):
    for _ in range(second_factor.WRONG_CODES):
        second_factor.check_guesses(ada)
    with pytest.raises(limits.TooOften):
        second_factor.check_guesses(ada)


def test_a_right_code_is_not_counted(ada: User):
    for _ in range(20):
        second_factor.forgive(second_factor.check_guesses(ada))
    assert second_factor.check_guesses(ada)


def test_a_code_works_once_for_each(ada: User):
    assert second_factor.is_first_use(ada, "123456")
    assert not second_factor.is_first_use(ada, "123456")
    assert second_factor.is_first_use(factories.user(), "123456")


def test_an_administrator_takes_a_lost_one_away_and_it_is_logged(ada: User):
    factories.authenticator_app(ada)
    by = factories.user("administrator")
    assert second_factor.remove(ada, by=by, why="The phone is at the bottom of the lake")
    assert not second_factor.is_set_up(ada)
    assert LogEntry.objects.get(what="account.second_factor_removed").who == by


def test_a_moderator_may_not(ada: User):
    factories.authenticator_app(ada)
    with pytest.raises(roles.RoleRefused):
        second_factor.remove(ada, by=factories.user("moderator"))
    assert second_factor.is_set_up(ada)


def test_where_there_is_none_nothing_is_logged(ada: User):
    assert not second_factor.remove(ada)
    assert not LogEntry.objects.filter(what="account.second_factor_removed").exists()
