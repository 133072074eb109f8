"""Rows of the log in words."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from articles import logbook
from articles.templatetags import deeds

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("target", "is_page"), [("Asthma", True), ("Help:Editing", True), ("account:5", False), ("tagline", False)]
)
def test_a_page_is_told_from_other_targets(target: str, is_page: bool):
    assert deeds.is_page(target) is is_page


def test_each_act_that_the_code_names_has_words():
    code = [path.read_text() for room in ("articles", "wiki") for path in Path(settings.BASE_DIR, room).rglob("*.py")]
    acts = {act for text in code for act in re.findall(r'what="([a-z_]+\.[a-z_]+)"', text)}

    assert len(acts) > 20 and acts - deeds.DEEDS.keys() == set()


def test_what_has_a_number_only_is_told_in_words():
    assert (deeds.thing("case:4"), deeds.thing("account:7")) == ("report 4", "account 7")
    assert (deeds.thing("domains"), deeds.thing("Help:Editing")) == ("domains", "Help:Editing")


def test_only_what_changed_is_told():
    before, after = {"edit": "", "move": "editor"}, {"edit": "reviewer", "move": "editor"}
    entry = logbook.record(who=None, what="article.protect", target="Asthma", before=before, after=after)
    assert deeds.changes(entry) == [("publishing", "–", "reviewer")]


def test_what_a_made_thing_has_is_told_and_what_it_has_not_is_left_out():
    after = {"block": 2, "level": "write", "no_accounts": True, "accounts_too": False, "page": "", "until": None}
    made = logbook.record(who=None, what="block.make", target="block:2", after=after)
    assert deeds.changes(made) == [("number", "", "2"), ("kept from", "", "write"), ("no new accounts", "", "yes")]
    lifted = logbook.record(
        who=None, what="block.change", target="block:2", before={"page": "Gout"}, after={"page": ""}
    )
    assert deeds.changes(lifted) == [("only on the page", "Gout", "–")]


def test_a_time_is_told_as_people_tell_it():
    entry = logbook.record(who=None, what="x", target="y", after={"until": "2026-12-05T17:14:34.659400+00:00"})
    assert deeds.changes(entry) == [("until", "", "5 December 2026, 17:14")]


def test_a_value_without_a_name_is_told_alone_and_a_long_one_is_cut():
    entry = logbook.record(who=None, what="account.role", target="account:1", before="editor", after="x" * 900)
    ((name, was, is_now),) = deeds.changes(entry)
    assert (name, was) == ("", "editor") and len(is_now) == 120


def test_what_holds_more_than_a_line_is_left_to_the_admin():
    entry = logbook.record(who=None, what="clock.wind", target="x", after={"all": [1, 2], "sure": True})
    assert deeds.changes(entry) == [("sure", "", "yes")]
