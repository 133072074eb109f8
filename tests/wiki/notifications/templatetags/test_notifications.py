"""The count in the header."""

import pytest

from wiki.notifications import telling
from wiki.notifications.templatetags.notifications import count_unseen

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("number", "shown"), [(0, ""), (7, "7"), (99, "99"), (100, "99+")])
def test_the_count_is_short(rf, contributor, monkeypatch, number: int, shown: str):
    monkeypatch.setattr(telling, "count_unseen", lambda account: number)
    request = rf.get("/")
    request.user = contributor.account
    assert count_unseen({"request": request}) == shown


def test_nobody_has_none(rf, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert count_unseen({"request": rf.get("/")}) == ""
