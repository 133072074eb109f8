"""Who climbs the ladder of trust, by which figures, and who never does."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import undoing
from articles.models import LogEntry, Proposal
from articles.reviewing import deciding, proposed
from tests import factories
from wiki.accounts import roles
from wiki.ladder import climbing

pytestmark = pytest.mark.django_db

EASY = {"is_on": True, "days": 0, "number": 2, "share": 60, "quiet_days": 30}


@pytest.fixture
def switched_on(administrator):
    return climbing.change(roles.EDITOR, who=administrator.account, why="We know each other.", values=EASY)


def propose(article, author, number: int = 1) -> list[Proposal]:
    start = Proposal.objects.count()
    return [factories.proposal(article, author, f"Lead {start + each}.\n") for each in range(number)]


def accept(proposal, reviewer):
    base = str(proposed.current_id_of(Proposal.objects.get(pk=proposal.pk)))
    proposal = Proposal.objects.select_related("article").get(pk=proposal.pk)
    return deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)


def accepted(article, author, reviewer, number: int) -> None:
    for _each in range(number):
        accept(propose(article, author)[0], reviewer)


def missing(author) -> str:
    (look,) = [each for each in climbing.looks(climbing.step(roles.EDITOR)) if each.user.pk == author.account_id]
    return "; ".join(look.missing)


def test_as_it_comes_the_ladder_is_off_and_while_it_is_nobody_climbs(article, contributor, reviewer, administrator):
    assert not climbing.step(roles.EDITOR).is_on
    climbing.change(roles.EDITOR, who=administrator.account, why="Off again.", values=EASY | {"is_on": False})
    accepted(article, contributor, reviewer, 2)
    assert missing(contributor) == "" and climbing.run() == []
    assert roles.role_of(contributor.account) == roles.CONTRIBUTOR


def test_who_has_earned_it_becomes_an_editor_logged_with_the_figures(switched_on, article, contributor, reviewer):
    accepted(article, contributor, reviewer, 2)
    assert [look.user for look in climbing.run()] == [contributor.account]
    assert roles.role_of(contributor.account) == roles.EDITOR
    entry = LogEntry.objects.get(what="account.role", target=f"account:{contributor.account_id}")
    assert "2 of 2 proposals accepted (100 %)" in entry.why and (entry.before, entry.after) == ("contributor", "editor")
    assert climbing.run() == []


def test_what_somebody_misses_is_told(switched_on, administrator, article, contributor, reviewer):
    accepted(article, contributor, reviewer, 1)
    for proposal in propose(article, contributor, 2):
        deciding.decline(proposal=proposal, user=reviewer.account, author=reviewer, reason="No source.")
    climbing.change(roles.EDITOR, who=administrator.account, why="Stricter.", values=EASY | {"days": 30})
    assert missing(contributor) == "30 days more; 1 accepted proposal more; a share of 60 %, not 33 %"
    assert climbing.run() == []


def test_who_was_reverted_lately_waits(switched_on, article, contributor, reviewer, monkeypatch):
    accepted(article, contributor, reviewer, 2)
    article.refresh_from_db()
    undoing.undo(edit=article.current_edit, base=str(article.current_edit_id), author=reviewer)
    assert "taken back lately" in missing(contributor) and climbing.run() == []
    later = timezone.now() + timedelta(days=31)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert [look.user for look in climbing.run()] == [contributor.account]


def test_who_takes_their_own_edit_back_misses_nothing(switched_on, article, contributor, reviewer):
    accepted(article, contributor, reviewer, 2)
    article.refresh_from_db()
    undoing.undo(edit=article.current_edit, base=str(article.current_edit_id), author=contributor)
    assert missing(contributor) == ""


def test_whom_a_person_has_put_down_the_ladder_never_lifts(switched_on, administrator, article, contributor, reviewer):
    account = contributor.account
    for role in (roles.EDITOR, roles.CONTRIBUTOR):
        roles.give(account, role, by=administrator.account, why="a test")
    accepted(article, contributor, reviewer, 3)
    assert "only a person gives it back" in missing(contributor) and climbing.run() == []
    assert roles.role_of(account) == roles.CONTRIBUTOR


def test_who_is_closed_or_no_contributor_is_not_looked_at(switched_on, administrator, article, contributor, reviewer):
    accepted(article, contributor, reviewer, 2)
    roles.close(contributor.account, by=administrator.account)
    assert climbing.run() == [] and climbing.looks(switched_on) == []


def test_only_one_is_looked_at_where_one_is_meant(switched_on, article, contributor, reviewer, visitor):
    accepted(article, contributor, reviewer, 2)
    assert climbing.run(only=visitor) == [] == climbing.run(only=reviewer)
    assert [look.user for look in climbing.run(only=contributor)] == [contributor.account]


def test_an_editor_is_only_suggested(article, editor, administrator):
    values = EASY | {"number": 1}
    wanted = climbing.change(roles.REVIEWER, who=administrator.account, why="We need some.", values=values)
    (look,) = climbing.looks(wanted)
    assert (look.user, look.missing, look.figures.done) == (editor.account, (), 1)
    assert climbing.run() == [] and roles.role_of(editor.account) == roles.EDITOR


def test_looking_at_many_asks_no_more_than_looking_at_one(switched_on, article, contributor, reviewer, at_most_queries):
    accepted(article, contributor, reviewer, 1)
    with at_most_queries(7) as of_one:
        climbing.looks(switched_on)
    for _each in range(4):
        accepted(article, factories.author(), reviewer, 1)
    with at_most_queries(len(of_one)):
        assert len(climbing.looks(switched_on)) == 5


@pytest.mark.parametrize("role", ["moderator", "editor"])
def test_administrators_alone_set_a_step(role: str):
    with pytest.raises(PermissionDenied):
        climbing.change(roles.EDITOR, who=factories.user(role), why="Mine.", values=EASY)


def test_a_change_of_a_step_is_logged_with_before_and_after(switched_on):
    entry = LogEntry.objects.get(what="ladder.change")
    assert (entry.why, entry.before["number"], entry.after["number"]) == ("We know each other.", 10, 2)
