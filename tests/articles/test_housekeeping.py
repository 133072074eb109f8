"""What is forgotten after its time, and what never."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import drafts, editing, housekeeping, limits, logbook
from articles.models import Address, Attempts, Block, Draft, LogEntry, Submission
from articles.moderation import blocking, looking_up
from articles.reviewing import proposing
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
    proposing.submit(user=author.account, author=author, **sent)
    age(Submission, "received", days=days)
    assert housekeeping.forget_submissions() == forgotten
    assert Submission.objects.count() == 1 - forgotten


KEPT = [("editor", 24 * 91, 1), ("editor", 24 * 89, 0), ("visitor", 25, 1), ("visitor", 23, 0)]


@pytest.mark.parametrize(("role", "hours", "forgotten"), KEPT)
def test_what_found_no_place_is_forgotten_as_soon_as_its_person_is_not_shown_it(
    article, request, role, hours, forgotten
):
    author = request.getfixturevalue(role)
    visit = drafts.new_visit()
    submission(article, author, form_key=drafts.new_form_key(visit))
    age(Submission, "received", hours=hours)
    is_shown = bool(drafts.sent_of(factories.writer(author, visit)))
    assert housekeeping.forget_submissions() == forgotten
    assert is_shown == Submission.objects.exists() == (not forgotten)


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
    wanted = {
        "forget_submissions",
        "forget_drafts",
        "forget_addresses",
        "forget_blocked_addresses",
        "prune",
        "look_again",
    }
    of_features = {"forget_contacts", "send_due", "forget_old", "send_in_the_morning"}
    assert {task.__name__ for task in housekeeping.TASKS} == wanted | of_features


def test_nothing_is_forgotten_of_a_fresh_wiki(article, contributor, everything_stored):
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    proposing.submit(user=contributor.account, author=contributor, **sent)
    factories.draft(article, contributor)
    before, submissions = everything_stored(), Submission.objects.count()
    assert sum(task() for task in housekeeping.TASKS) == 0
    assert (everything_stored(), Submission.objects.count()) == (before, submissions)


@pytest.mark.parametrize(("days", "is_forgotten"), [(91, True), (89, False)])
def test_the_address_of_a_block_is_forgotten_ninety_days_after_its_end(moderator, days, is_forgotten):
    ended, holding = factories.block("192.0.2.7"), factories.block("192.0.2.8")
    blocking.lift(block=ended, by=moderator.account, why="Enough.")
    age(Block, "made", days=days)
    with unlocked("no door lifts a block last year"):
        Block.objects.filter(pk=ended.pk).update(lifted=timezone.now() - timedelta(days=days))
    assert housekeeping.forget_blocked_addresses() == is_forgotten
    kept = [] if is_forgotten else ["192.0.2.7/32"]
    assert list(Block.objects.exclude(network="").order_by("pk").values_list("network", flat=True)) == [
        *kept,
        holding.network,
    ]


def test_an_address_that_was_looked_up_is_forgotten_in_the_log_which_still_verifies(moderator, monkeypatch):
    looking_up.look_up(who="192.0.2.7", by=moderator.account, why="A sock?")
    later = timezone.now() + timedelta(days=91)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert housekeeping.forget_blocked_addresses() == 1
    assert LogEntry.objects.get(what="address.look_up").personal is None and logbook.verify() is None
