"""How much waits for a moderator stands in the menu of their account."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from articles.moderation import inbox
from tests import factories

pytestmark = pytest.mark.django_db

COUNT = Template("{% load inbox %}{% count_waiting %}")


def counted(rf, user) -> str:
    request = rf.get("/")
    request.user = user
    return COUNT.render(Context({"request": request}))


def test_a_moderator_sees_how_much_waits(rf, article, contributor, moderator, monkeypatch):
    factories.proposal(article, contributor)
    assert counted(rf, moderator.account) == "2"  # The article's author is new.
    monkeypatch.setattr(inbox, "count", lambda user: 240)
    assert counted(rf, moderator.account) == "99+"


def test_of_everybody_else_nothing_is_asked(rf, editor, at_most_queries):
    account = editor.account
    with at_most_queries(0):
        assert counted(rf, AnonymousUser()) == counted(rf, account) == COUNT.render(Context({})) == ""
