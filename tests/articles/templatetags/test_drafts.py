"""How many drafts stand in the menu of an account."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template

from tests import factories

pytestmark = pytest.mark.django_db

COUNT = Template("{% load drafts %}{% count_drafts %}")


def test_an_accounts_drafts_are_counted_in_one_query(rf, editor, at_most_queries):
    factories.draft("Asthma", editor)
    request = rf.get("/")
    request.user = editor.account
    with at_most_queries(1):
        assert COUNT.render(Context({"request": request})) == "1"


def test_of_nobody_nothing_is_asked(rf, at_most_queries):
    request = rf.get("/")
    request.user = AnonymousUser()
    with at_most_queries(0):
        assert COUNT.render(Context({"request": request})) == COUNT.render(Context({})) == "0"
