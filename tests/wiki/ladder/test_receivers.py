"""An accepted proposal lets its author climb."""

import pytest

from articles.reviewing import deciding, proposed
from tests import factories
from wiki.accounts import roles
from wiki.ladder import climbing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_on", "role"), [(True, roles.EDITOR), (False, roles.CONTRIBUTOR)])
def test_the_last_that_was_missing_was_an_acceptance(
    article, contributor, reviewer, administrator, django_capture_on_commit_callbacks, is_on: bool, role: str
):
    values = {"is_on": is_on, "days": 0, "number": 1, "share": 0, "quiet_days": 0}
    climbing.change(roles.EDITOR, who=administrator.account, why="a test", values=values)
    proposal = factories.proposal(article, contributor)
    base = str(proposed.current_id_of(proposal))
    with django_capture_on_commit_callbacks(execute=True):
        deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert roles.role_of(contributor.account) == role
