"""Recent changes: what somebody wants to see of them, however rare it is, and what came since their last visit."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from articles import history, patrol, recent
from articles.models import Author, Edit, Visit
from articles.moderation import hiding
from articles.recent import Wanted
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edits(reviewer, editor, contributor) -> dict[str, Edit]:
    """One edit of each sort, by name; the newest last."""
    asthma = factories.article("Asthma", author=reviewer)
    return {
        "made": asthma.current_edit,
        "small": factories.edit(asthma, "Another lead.\n", section="0", author=editor, minor=True),
        "marked": factories.edit(asthma, "A third lead.\n", section="0", author=reviewer, tags=("check:number",)),
        "category": factories.article("Category:Lungs", "All that breathes.\n", author=reviewer).current_edit,
        "elsewhere": factories.article("Skin", "Plain.\n", author=editor).current_edit,
    }


def found(edits: dict[str, Edit], wanted: Wanted, **more: Any) -> list[str]:
    names = {edit.pk: name for name, edit in edits.items()}
    return [names[edit.pk] for edit in history.recent_changes(wanted, **more).rows]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["elsewhere", "category", "marked", "small", "made"]),
        (Wanted(namespace="category"), ["category"]),
        (Wanted(minor="only"), ["small"]),
        (Wanted(minor="no", namespace="article"), ["elsewhere", "marked", "made"]),
        (Wanted(tag="check:number"), ["marked"]),
        (Wanted(topic="lungs"), ["marked", "small", "made"]),
        (Wanted(unseen=True), ["elsewhere", "small"]),
        (Wanted(new=True, topic="Lungs"), ["small"]),
        (Wanted(tag="check:number", minor="only"), []),
        (Wanted(by="Nobody at all"), []),
    ],
)
def test_each_wish_narrows_the_list_and_they_go_together(edits, wanted: Wanted, names: list[str]):
    assert found(edits, wanted) == names


def test_a_persons_changes_are_found_by_name_with_other_wishes(edits, editor):
    assert found(edits, Wanted(by=editor.name)) == ["elsewhere", "small"]
    assert found(edits, Wanted(by=editor.name, tag="check:number")) == []
    assert found(edits, Wanted(by=editor.name, unseen=True, minor="only")) == ["small"]


def test_people_of_one_name_are_found_together(edits, editor):
    with_the_name = factories.access.imported_author(editor.name)
    other = factories.article("Liver", author=with_the_name).current_edit
    assert found(edits | {"other": other}, Wanted(by=editor.name)) == ["other", "elsewhere", "small"]


def test_a_hidden_name_finds_nothing_but_for_moderators(edits, editor, moderator):
    hide = {"text": False, "summary": False, "author": True, "by": moderator.account, "why": "private"}
    hiding.hide(edit=edits["elsewhere"], **hide)
    assert found(edits, Wanted(by=editor.name)) == ["small"]
    assert found(edits, Wanted(by=editor.name), hidden_too=True) == ["elsewhere", "small"]


def test_what_is_rare_is_sought_a_stretch_at_a_time_and_the_list_goes_on(edits, monkeypatch):
    monkeypatch.setattr(recent, "WINDOW", 2)
    page, met = history.recent_changes(Wanted(minor="only")), []
    while page.older is not None:
        met.append([edit.pk for edit in page.rows])
        page = history.recent_changes(Wanted(minor="only"), before=page.older)
    assert met == [[], [edits["small"].pk]]
    page = history.recent_changes(Wanted(minor="only"), after=edits["made"].pk - 1)
    assert page.rows == [edits["small"]] and page.newer == edits["small"].pk


def test_newer_ones_are_found_and_after_the_newest_there_are_none(edits):
    wanted = Wanted(namespace="article")
    assert found(edits, wanted, after=edits["marked"].pk) == ["elsewhere"]
    assert found(edits, wanted, after=edits["elsewhere"].pk) == []


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(unseen=True), Wanted(tag="x", topic="Lungs"), Wanted(minor="no")])
def test_a_page_is_two_queries_whatever_is_wanted(edits, wanted: Wanted, at_most_queries):
    with at_most_queries(2):
        history.recent_changes(wanted)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(tag="x"), "edits_of_a_tag"),
        (Wanted(unseen=True), "patrol_to_do"),
        (Wanted(new=True), "patrol_of_new_people"),
    ],
)
def test_the_stretch_comes_from_an_index_in_its_order(edits, wanted: Wanted, index: str, django_assert_num_queries):
    with django_assert_num_queries(1) as asked:
        recent._looked_at(wanted, [], None, None)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert index in plan and "TEMP B-TREE" not in plan


# --- What came since the last visit ------------------------------------------------------------------------------
def later(monkeypatch, minutes: int) -> None:
    then = timezone.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(timezone, "now", lambda: then)


def test_at_the_first_visit_nothing_is_new(edits, contributor):
    assert recent.seen_by(contributor.account_id) == edits["elsewhere"].pk


def test_what_came_since_the_last_visit_stays_new_during_this_one(edits, contributor, monkeypatch):
    recent.seen_by(contributor.account_id)
    later(monkeypatch, 60)
    factories.article("Liver")
    assert recent.seen_by(contributor.account_id) == edits["elsewhere"].pk
    later(monkeypatch, 10)
    assert recent.seen_by(contributor.account_id) == edits["elsewhere"].pk
    later(monkeypatch, 60)
    assert recent.seen_by(contributor.account_id) == Edit.objects.latest("pk").pk


def test_asked_again_and_again_nothing_is_written(edits, contributor, at_most_queries):
    recent.seen_by(contributor.account_id)
    before = Visit.objects.get()
    with at_most_queries(3):  # Outside of a request what the site says of itself is asked each time.
        recent.seen_by(contributor.account_id)
    assert Visit.objects.get().when == before.when


# --- Who looks ---------------------------------------------------------------------------------------------------
def test_a_look_takes_an_edit_out_of_those_to_look_at(edits, reviewer: Author):
    patrol.look(numbers=[edits["small"].pk], user=reviewer.account, author=reviewer)
    assert found(edits, Wanted(unseen=True)) == ["elsewhere"]
