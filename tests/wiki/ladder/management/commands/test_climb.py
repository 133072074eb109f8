"""`manage.py climb`."""

import pytest
from django.core.management import call_command

from articles.reviewing import deciding, proposed
from tests import factories
from wiki.accounts import roles
from wiki.ladder import climbing

pytestmark = pytest.mark.django_db


def said(capsys, **options: bool) -> str:
    call_command("climb", **options)
    return capsys.readouterr().out


@pytest.fixture
def deserving(article, contributor, reviewer):
    proposal = factories.proposal(article, contributor)
    base = str(proposed.current_id_of(proposal))
    deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    return contributor


def test_while_it_is_off_it_only_says_so(deserving, capsys):
    assert "The ladder is off" in said(capsys)
    assert roles.role_of(deserving.account) == roles.CONTRIBUTOR


def test_a_dry_run_tells_and_does_nothing_and_a_run_does_it(deserving, administrator, capsys):
    values = {"is_on": True, "days": 0, "number": 1, "share": 0, "quiet_days": 0}
    climbing.change(roles.EDITOR, who=administrator.account, why="a test", values=values)
    assert f"{deserving.name}: would be made an editor." in said(capsys, dry_run=True)
    assert roles.role_of(deserving.account) == roles.CONTRIBUTOR
    assert f"{deserving.name} is an editor now." in said(capsys)
    assert roles.role_of(deserving.account) == roles.EDITOR


def test_a_dry_run_tells_what_is_missing(deserving, capsys):
    assert "misses 30 days more, 9 accepted proposals more." in said(capsys, dry_run=True)
