"""What reviewing announces becomes a line of the right person's list."""

import pytest
from django.utils import timezone

from articles.reviewing import deciding
from tests import factories
from wiki.accounts import leaving, roles
from wiki.notifications import telling, wishes
from wiki.notifications.models import MailWish, Notification

pytestmark = pytest.mark.django_db


def test_from_a_question_to_an_answer(article, contributor, reviewer, django_capture_on_commit_callbacks):
    proposal = factories.proposal(article, contributor)
    with django_capture_on_commit_callbacks(execute=True):
        deciding.ask_for_changes(proposal=proposal, user=reviewer.account, author=reviewer, text="Says who?")
    with django_capture_on_commit_callbacks(execute=True):
        factories.proposal(article, contributor, "With a source.\n", instead_of=proposal)
    assert [line.kind for line in telling.told(contributor.account_id)] == ["returned"]
    assert [line.kind for line in telling.told(reviewer.account_id)] == ["anew"]


def test_the_first_of_two_approvals_is_told_to_the_author(
    editor, contributor, reviewer, settings, django_capture_on_commit_callbacks
):
    settings.WIKI_RISK_APPROVERS = "2"
    aspirin = factories.article("Aspirin", "Take 5 mg.\n", author=editor)
    proposal = factories.proposal(aspirin, contributor, "Take 50 mg.\n", section="")
    with django_capture_on_commit_callbacks(execute=True):
        who = {"user": reviewer.account, "author": reviewer}
        deciding.accept(proposal=proposal, base=str(aspirin.current_edit_id), **who)
    [line] = telling.told(contributor.account_id)
    assert (line.kind, line.by, line.get_absolute_url()) == ("approved", reviewer, proposal.get_absolute_url())


def test_somebody_made_an_editor_is_told(administrator, django_capture_on_commit_callbacks):
    ada = factories.user(last_login=timezone.now())
    with django_capture_on_commit_callbacks(execute=True):
        roles.give(ada, "editor", by=administrator.account, why="good work")
    assert [(line.kind, line.role, line.why) for line in telling.told(ada.pk)] == [("role", "editor", "good work")]


def test_who_leaves_takes_along_what_they_were_told(article, contributor, reviewer):
    telling.tell_about(factories.proposal(article, contributor), what="returned", by=reviewer)
    wishes.choose(contributor.account_id, wanted=["said"])
    leaving.leave(contributor.account, by=contributor.account)
    assert (Notification.objects.count(), MailWish.objects.count()) == (0, 0)
