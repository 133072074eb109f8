"""What is forgotten after its time, and what never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import editing, housekeeping, limits, reviewing
from articles.models import Address, Attempts, Draft, Submission
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def age(model, field, **ago) -> None:
    with unlocked("no door makes a row of last year"):
        model.objects.update(**{field: timezone.now() - timedelta(**ago)})


def submission(article, author, text="Mine.\n", **fields) -> Submission:
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text}
    return editing.receive(author=author, **sent, **fields)


@pytest.mark.parametrize(("days", "forgotten"), [(31, 1), (29, 0)])
@pytest.mark.parametrize("role", ["editor", "contributor"])
def test_a_submission_that_found_its_place_is_forgotten_after_thirty_days(article, request, role, days, forgotten):
    author = request.getfixturevalue(role)
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    reviewing.submit(user=author.account, author=author, **sent)
    age(Submission, "received", days=days)
    assert housekeeping.forget_submissions() == forgotten
    assert Submission.objects.count() == 1 - forgotten


def test_a_submission_that_found_no_place_is_never_forgotten(article, editor):
    submission(article, editor)
    age(Submission, "received", days=3_000)
    assert housekeeping.forget_submissions() == 0
    assert Submission.objects.get().text == "Mine.\n"


@pytest.mark.parametrize(("hours", "forgotten"), [(25, 1), (23, 0)])
def test_a_visitors_draft_is_forgotten_after_a_day(visitor, hours, forgotten):
    factories.draft("Asthma", visitor)
    age(Draft, "changed", hours=hours)
    assert housekeeping.forget_drafts() == forgotten


@pytest.mark.parametrize(("days", "forgotten"), [(91, 1), (89, 0)])
def test_the_draft_of_an_account_is_forgotten_after_ninety_days(editor, days, forgotten):
    factories.draft("Asthma", editor)
    age(Draft, "changed", days=days)
    assert housekeeping.forget_drafts() == forgotten


@pytest.mark.parametrize(("days", "forgotten"), [(91, 1), (89, 0)])
def test_an_address_is_forgotten_after_ninety_days(article, visitor, days, forgotten):
    submission(article, visitor, address="192.0.2.1")
    age(Address, "seen", days=days)
    assert housekeeping.forget_addresses() == forgotten
    assert Address.objects.count() == 1 - forgotten


def test_counters_that_count_no_longer_are_forgotten():
    limits.take("old", times=1, seconds=60)
    age(Attempts, "forget_after", seconds=1)
    limits.take("new", times=1, seconds=60)
    assert limits.prune() == 1
    assert Attempts.objects.get().key == "new"


def test_all_of_it_is_done_every_hour():
    wanted = {"forget_submissions", "forget_drafts", "forget_addresses", "prune"}
    assert {task.__name__ for task in housekeeping.TASKS} == wanted


def test_nothing_is_forgotten_of_a_fresh_wiki(article, contributor, everything_stored):
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    reviewing.submit(user=contributor.account, author=contributor, **sent)
    factories.draft(article, contributor)
    before, submissions = everything_stored(), Submission.objects.count()
    assert sum(task() for task in housekeeping.TASKS) == 0
    assert (everything_stored(), Submission.objects.count()) == (before, submissions)
