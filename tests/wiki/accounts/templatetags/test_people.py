"""The way to the button that makes somebody an editor."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests import factories
from wiki.accounts.templatetags import people

pytestmark = pytest.mark.django_db


def offered_to(user, **who):
    request = RequestFactory().get("/")
    request.user = user
    return people.account_to_make_editor({"request": request}, **who)


@pytest.mark.parametrize("role", ["moderator", "administrator"])
def test_moderators_are_led_there_by_number_and_by_name(contributor, role: str):
    user = factories.user(role)
    assert offered_to(user, number=contributor.account_id) == contributor.account
    assert offered_to(user, name=contributor.name) == contributor.account


def test_nobody_else_is_and_no_query_is_made(contributor, reviewer, at_most_queries):
    reviewer_account = reviewer.account
    with at_most_queries(0):
        assert offered_to(AnonymousUser(), number=contributor.account_id) is None
        assert offered_to(reviewer_account, number=contributor.account_id) is None


def test_nor_is_anybody_for_visitors_and_editors(moderator, editor):
    assert offered_to(moderator.account, number=None) is None
    assert offered_to(moderator.account, number=editor.account_id) is None
