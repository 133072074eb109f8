"""Patrol: which edits wait for a reviewer's look, who may look, and what they may take back."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from articles import patrol
from articles.models import Edit, Patrol
from articles.reviewing import deciding
from tests import factories

pytestmark = pytest.mark.django_db


def look(edit: Edit, by) -> int:
    return patrol.look(numbers=[edit.pk], user=by.account, author=by)


@pytest.mark.parametrize(("role", "waits"), [("editor", True), ("reviewer", False), ("moderator", False)])
def test_edits_of_people_below_reviewer_wait(role: str, waits: bool):
    made = factories.article(author=factories.author(role)).current_edit
    assert Patrol.objects.filter(edit=made, by=None).exists() == waits


def test_what_somebody_without_an_account_publishes_waits(visitor):
    assert Patrol.objects.get(edit=factories.article(author=visitor).current_edit).by is None


def test_what_an_administrator_imports_is_no_first_edit_of_somebody_new():
    made = factories.brought_in("Asthma", factories.TEXT)
    assert not Patrol.objects.exists() and made.current_edit_id


def test_a_risky_edit_waits_whoever_saved_it(article, reviewer, moderator):
    edit = factories.edit(article, "Take 5 mg.\n", section="0", author=reviewer, tags=(Edit.RISKY,))
    assert Patrol.objects.get(edit=edit).is_risky and look(edit, reviewer) == 0
    assert look(edit, moderator) == 1


def test_what_is_accepted_was_looked_at_by_who_accepted_it(article, contributor, reviewer):
    proposal = factories.proposal(article, contributor)
    sent = {"proposal": proposal, "user": reviewer.account, "author": reviewer, "base": str(article.current_edit_id)}
    edit = deciding.accept(**sent)
    row = Patrol.objects.get(edit=edit)
    assert (row.by, row.when, row.by_somebody_new) == (reviewer, edit.time, True)


def test_only_the_first_ten_edits_of_somebody_are_those_of_somebody_new(article, editor):
    edits = [factories.edit(article, f"Lead {number}.\n", section="0", author=editor) for number in range(11)]
    assert [Patrol.objects.get(edit=edit).by_somebody_new for edit in edits] == [True] * 9 + [False] * 2


def test_who_was_first_to_look_stays(article, reviewer, moderator):
    assert (look(article.current_edit, reviewer), look(article.current_edit, moderator)) == (1, 0)
    assert Patrol.objects.get(edit=article.current_edit).by == reviewer


def test_nobody_looks_at_their_own(editor):
    edit = factories.article(author=editor).current_edit
    from wiki.accounts import roles

    roles.give(editor.account, "reviewer", why="a test")
    now = factories.access.author_of(type(editor.account).objects.get(pk=editor.account_id))
    assert look(edit, now) == 0 and not patrol.may_look(now.account, now, edit)


def test_a_look_is_taken_back_by_who_looked_alone(article, reviewer, moderator):
    look(article.current_edit, reviewer)
    numbers = [article.current_edit_id]
    assert patrol.look_away(numbers=numbers, user=moderator.account, author=moderator) == 0
    assert patrol.look_away(numbers=numbers, user=reviewer.account, author=reviewer) == 1
    assert Patrol.objects.get(edit=article.current_edit).by is None


@pytest.mark.parametrize("deed", [patrol.look, patrol.look_away])
def test_an_editor_may_not(article, editor, deed):
    with pytest.raises(PermissionDenied):
        deed(numbers=[article.current_edit_id], user=editor.account, author=editor)


def test_first_edits_of_new_people_are_listed_the_oldest_first_until_somebody_looks(reviewer, at_most_queries):
    edits = [factories.article().current_edit for _number in range(3)]
    with at_most_queries(1):
        assert patrol.unseen_of_new_people(2) == edits[:2]
    look(edits[0], reviewer)
    assert patrol.unseen_of_new_people(5) == edits[1:]
