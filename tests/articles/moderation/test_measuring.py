"""Measuring: the figures of the moderators' dashboard."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import access, patrol, undoing
from articles.models import Edit, Proposal
from articles.moderation import measuring
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """Let it be a certain noon; returns how to let it be another time."""

    def let_it_be(moment: datetime, *, forgetting: bool = True) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)
        if forgetting:
            cache.clear()

    let_it_be(NOON)
    return let_it_be


def test_it_is_for_moderators_and_only_where_it_is_switched_on(settings, reviewer, moderator):
    settings.WIKI_DASHBOARD = "on"
    measuring.require(moderator.account)
    with pytest.raises(PermissionDenied):
        measuring.require(reviewer.account)
    settings.WIKI_DASHBOARD = "off"
    with pytest.raises(access.NothingThere):
        measuring.require(moderator.account)


def test_each_of_the_last_days_has_its_figures_and_an_empty_one_zeros(at_noon, editor, reviewer):
    at_noon(NOON - timedelta(days=1))
    article = factories.article(author=editor)
    at_noon(NOON)
    factories.edit(article, "A lead by a reviewer.\n", section="0", author=reviewer)
    factories.edit(article, "Another lead.\n", section="0", author=editor)
    *before, yesterday, today = measuring.days()
    assert len(before) == measuring.DAYS - 2 and {day.edits for day in before} == {0}
    assert (yesterday.date, yesterday.edits, yesterday.to_see) == (NOON.date() - timedelta(days=1), 1, 1)
    assert (today.edits, today.reverts, today.to_see, today.seen) == (2, 0, 1, 0)


def test_what_takes_others_back_is_counted_and_what_was_imported_is_not(editor):
    article = factories.article(author=editor)
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor)
    undoing.undo(edit=edit, author=editor, base=str(edit.pk))
    factories.brought_in("Brought in", "Dust.\n")
    today = measuring.days()[-1]
    assert (today.edits, today.reverts) == (3, 1)


def test_the_share_is_of_what_had_to_be_looked_at(article, reviewer):
    for number in range(2):
        factories.edit(article, f"Lead {number}.\n", section="0", author=factories.author("editor"))
    patrol.look(numbers=[Edit.objects.latest("pk").pk], user=reviewer.account, author=reviewer)
    days = measuring.days()
    assert days[-1].share == measuring.share_of(days) == 33
    assert days[0].share is None and measuring.share_of(days[:1]) is None


def test_what_waits_is_told_by_how_long_it_has_waited(article, contributor):
    for age in (timedelta(days=100), timedelta(days=5), timedelta(days=2), timedelta(hours=1), timedelta()):
        made = factories.proposal(article, contributor, f"Proposed {age}.\n")
        with unlocked("A proposal of long ago."):
            Proposal.objects.filter(pk=made.pk).update(made=NOON - age)
    found = measuring.queue()
    assert [number for _words, number in found.ages] == [2, 1, 1, 0, 1]
    assert (found.total, found.oldest) == (5, NOON - timedelta(days=100))


def test_of_very_many_that_wait_the_oldest_are_counted(article, contributor, monkeypatch):
    monkeypatch.setattr(measuring, "MOST_COUNTED", 2)
    made = [factories.proposal(article, contributor, f"Proposed {number}.\n").made for number in range(3)]
    found = measuring.queue()
    assert (found.total, found.is_more, found.oldest) == (2, True, made[0])


def test_nothing_waits_in_a_new_wiki(moderator):
    assert (measuring.queue().total, measuring.queue().oldest, measuring.waiting(moderator.account)) == (0, None, [])


def test_the_inbox_is_told_kind_by_kind(article, contributor, moderator):
    factories.proposal(article, contributor)
    kinds = {each.counted.kind.name: each.counted.number for each in measuring.waiting(moderator.account)}
    assert kinds == {"people": 1, "proposal": 1}


def test_the_figures_of_the_last_days_are_kept_for_some_minutes(at_noon, article):
    assert measuring.days()[-1].edits == 1
    factories.edit(article, "Another lead.\n", section="0")
    assert measuring.days()[-1].edits == 1
    at_noon(NOON + timedelta(minutes=10), forgetting=False)
    assert measuring.days()[-1].edits == 2


def test_on_another_day_what_came_since_is_counted(at_noon, article):
    assert measuring.days()[-1].edits == 1
    factories.edit(article, "Another lead.\n", section="0")
    at_noon(NOON + timedelta(hours=13), forgetting=False)
    factories.edit(article, "A lead of the next day.\n", section="0")
    assert [day.edits for day in measuring.days()[-2:]] == [2, 1]


def test_what_was_looked_at_late_is_told_of_past_days_within_a_day(at_noon, editor, reviewer):
    at_noon(NOON - timedelta(days=5))
    edit = factories.article(author=editor).current_edit
    at_noon(NOON)
    assert measuring.days()[-6].seen == 0
    patrol.look(numbers=[edit.pk], user=reviewer.account, author=reviewer)
    at_noon(NOON + timedelta(hours=23), forgetting=False)
    assert measuring.days()[-7].seen == 0
    at_noon(NOON + timedelta(hours=24), forgetting=False)
    assert measuring.days()[-7].seen == 1


def test_only_the_last_days_are_counted_anew(at_noon, editor):
    for age in range(80):
        at_noon(NOON - timedelta(days=80 - age))
        factories.article(author=editor)
    at_noon(NOON)
    counted = []
    for minutes in (0, 10, 11, 20, 24 * 60 - 1):
        at_noon(NOON + timedelta(minutes=minutes), forgetting=False)
        with CaptureQueriesContext(connection) as made:
            measuring.days()
        counted.append([len(_rows_read(query["sql"])) for query in made if "articles_" in query["sql"]])
    assert counted == [[80], [1], [], [1], [1]]


def _rows_read(asked: str) -> list[int]:
    """The edits that a query which counts them by time has to read."""
    since = re.search(r'"time" >= \'([^\']+)\'', asked)
    assert since is not None
    moment = datetime.fromisoformat(since[1].replace(" ", "T"))
    return [pk for pk, time in Edit.objects.values_list("pk", "time") if time >= moment.replace(tzinfo=UTC)]


def test_the_days_ask_one_question_of_the_index_by_time(article, at_most_queries):
    factories.edit(article, "Another lead.\n", section="0")
    with at_most_queries(1 + 6) as made:  # Those of the cache, where it is a table.
        measuring.days()
    (asked,) = [query["sql"] for query in made if "articles_" in query["sql"]]
    # The column as it stands, compared with a moment: both databases can ask the index. Of three rows PostgreSQL
    # may read anything.
    assert '"articles_edit"."time" >= ' in asked
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plan = " ".join(str(row) for row in cursor.execute(f"EXPLAIN QUERY PLAN {asked}").fetchall())
        assert "edits_by_time" in plan
