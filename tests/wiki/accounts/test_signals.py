"""What accounts announce."""

import pytest

from tests import factories
from wiki.accounts import roles
from wiki.accounts.signals import role_given

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    found = []

    def listen(user, *, role, by, **kwargs):
        found.append((user, role, by))

    role_given.connect(listen)
    yield found
    role_given.disconnect(listen)


def test_another_role_is_announced_once_it_is_committed(heard, django_capture_on_commit_callbacks):
    ada, grace = factories.user(), factories.user("administrator")
    with django_capture_on_commit_callbacks(execute=True):
        roles.give(ada, "editor", by=grace)
        assert heard == []
    assert heard == [(ada, "editor", grace)]


def test_the_role_somebody_has_is_no_news(heard, django_capture_on_commit_callbacks):
    ada = factories.user("editor")
    with django_capture_on_commit_callbacks(execute=True):
        roles.give(ada, "editor")
    assert [role for _user, role, _by in heard] == []
