"""Filters made, changed, tried out on past edits, switched on; the list of domains."""

import itertools
import sys
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from articles import editing
from articles.models import BlockedDomain, DryRun, Edit, FilterHit, LogEntry
from articles.moderation import ChangedMeanwhile, Refused, filtering
from articles.text.filtering import Rule
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

SETTINGS = {"name": "Spam", "action": "tag", "tag": "spam", "message": ""}


def make(moderator, rule: Rule | None = None, **settings):
    rule = rule or Rule(added_words="buy")
    return filtering.make(rule=rule, by=moderator.account, why="Spam.", **SETTINGS | settings)


def change(moderator, row, rule: Rule | None = None, **settings) -> bool:
    sent = {"filter_id": row.pk, "version": row.version, "rule": rule or Rule.from_json(row.rule)}
    return filtering.change(**sent, by=moderator.account, why="Better.", **SETTINGS | settings)


def switch(moderator, row, *, on: bool) -> None:
    filtering.switch(filter_id=row.pk, version=row.version, on=on, by=moderator.account, why="Now.")
    row.refresh_from_db()


def tried(row, **fields) -> DryRun:
    return filtering.go_on(filtering.begin(row), **fields)


def found(run: DryRun) -> list[int]:
    return [edit.pk for edit in filtering.found_by(run)[0]]


def test_a_filter_is_made_off_and_stands_in_the_log(moderator):
    row = make(moderator)
    entry = LogEntry.objects.get(what="filter.make")
    assert not row.is_on and (entry.target, entry.why) == (f"filter:{row.pk}", "Spam.")
    assert (entry.after["added_words"], entry.after["action"]) == ("buy", "tag")


@pytest.mark.parametrize(
    ("rule", "settings", "said"),
    [
        (Rule(text_matches="("), {}, "no regular expression"),
        (Rule(), {}, "Set a condition"),
        (Rule(added_words="x"), {"tag": ""}, "marked with"),
    ],
)
def test_what_makes_no_sense_is_refused(moderator, rule, settings, said):
    with pytest.raises(Refused, match=said):
        make(moderator, rule, **settings)


def test_two_filters_have_two_names(moderator):
    make(moderator)
    other = make(moderator, name="Other")
    with pytest.raises(Refused, match="of this name"):
        make(moderator)
    with pytest.raises(Refused, match="of this name"):
        change(moderator, other)


def test_a_change_is_logged_with_both_states_and_switches_it_off_until_it_is_tried_again(moderator):
    row = make(moderator)
    tried(row)
    switch(moderator, row, on=True)
    assert change(moderator, row, Rule(added_words="sell"))
    row.refresh_from_db()
    entry = LogEntry.objects.get(what="filter.change")
    assert (entry.before["added_words"], entry.after["added_words"]) == ("buy", "sell")
    assert (row.version, row.is_on) == (2, False)
    with pytest.raises(Refused, match="Try it out"):
        switch(moderator, row, on=True)


def test_a_change_of_nothing_is_none(moderator):
    row = make(moderator)
    assert not change(moderator, row) and not LogEntry.objects.filter(what="filter.change").exists()


def test_of_two_who_change_it_the_second_is_told(moderator):
    row = make(moderator)
    change(moderator, row, Rule(added_words="sell"))
    with pytest.raises(ChangedMeanwhile):
        change(moderator, row, Rule(added_words="swap"))


def test_it_is_switched_on_once_it_was_tried_and_off_at_any_time(moderator):
    row = make(moderator)
    with pytest.raises(Refused):
        switch(moderator, row, on=True)
    tried(row)
    switch(moderator, row, on=True)
    assert row.is_on
    switch(moderator, row, on=False)
    assert not row.is_on and LogEntry.objects.filter(what="filter.switch").count() == 2


def test_a_dry_run_finds_what_people_wrote_and_nothing_else(moderator, editor):
    page = factories.article("Asthma", "A lead.\n\n## Causes\n\nDust.\n", author=editor)
    bought = factories.edit(page, "Buy.\n", section="0", author=editor)
    harmless = factories.edit(page, "Harmless.\n", section="0", author=editor)
    factories.brought_in("Shop", "Buy.\n")
    editing.revert(edit=bought, base=harmless.pk, author=editor)
    run = tried(make(moderator))
    assert (run.done, run.total, run.found, found(run)) == (5, 5, 1, [bought.pk]) and run.ended
    assert Edit.objects.count() == 5 and not FilterHit.objects.exists()


def test_a_dry_run_knows_what_was_known_at_the_time(moderator, editor):
    page = factories.article("Asthma", author=editor)
    edits = [factories.edit(page, f"{number}.\n", section="0", author=editor) for number in range(4)]
    first_ones = tried(make(moderator, Rule(fewer_edits=3)))
    assert found(first_ones) == [edits[1].pk, edits[0].pk, page.current_edit_id]
    assert found(tried(make(moderator, Rule(saves=3), name="Fast"))) == [edits[3].pk, edits[2].pk]
    assert found(tried(make(moderator, Rule(younger_than=1, below="contributor"), name="Visitors"))) == []
    assert len(found(tried(make(moderator, Rule(topic="Lungs"), name="Lungs")))) == 5
    with unlocked("no door makes an account of last year"):
        editor.account.date_joined = timezone.now() - timedelta(days=400)
        editor.account.save()
    assert found(tried(make(moderator, Rule(younger_than=300), name="Young"))) == []


def test_a_dry_run_goes_on_where_it_was_left_and_comes_to_the_same(moderator, editor, monkeypatch):
    monkeypatch.setattr(filtering, "_SLICE", 2)
    page = factories.article("Asthma", author=editor)
    for number in range(4):
        factories.edit(page, f"Buy {number}.\n", section="0", author=editor)
    run = filtering.begin(make(moderator, Rule(added_words="buy", fewer_edits=4)))
    filtering.go_on(run, seconds=-1)
    assert (run.done, run.ended) == (0, None)
    # A process that died after its first slice left this.
    ticks = itertools.chain([0.0, 0.0], itertools.repeat(99.0))
    with monkeypatch.context() as clock:
        clock.setattr(filtering, "time", SimpleNamespace(monotonic=lambda: next(ticks)))
        filtering.go_on(run, seconds=5)
    assert (run.done, run.found, run.ended) == (2, 1, None)
    again = filtering.go_on(filtering.run_of(run.pk))
    assert (again.done, again.found) == (5, 3) and again.ended


def test_a_pathological_expression_ends_the_run(moderator, editor, monkeypatch):
    monkeypatch.setattr(filtering, "_MOST_CUT_OFF", 1)
    factories.article("Asthma", "a" * 20_000 + "b\n", author=editor)
    row = make(moderator, Rule(text_matches="(a+)+$"))
    run = tried(row)
    assert (run.cut_off, run.found) == (1, 0) and run.ended


def test_only_the_newest_edits_are_looked_at(moderator, editor, monkeypatch):
    monkeypatch.setattr(filtering, "MOST", 2)
    page = factories.article("Asthma", "Buy.\n", author=editor)
    for number in range(2):
        factories.edit(page, f"Buy {number}.\n", section="", author=editor)
    run = tried(make(moderator))
    assert (run.total, run.done, run.found) == (2, 2, 2)


def test_one_filter_is_tried_at_a_time_unless_nothing_is_heard_of_the_other(moderator):
    factories.article("Asthma")
    row = make(moderator)
    running = filtering.begin(row)
    with pytest.raises(Refused, match="Another filter"):
        filtering.begin(row)
    with unlocked("a process that died"):
        DryRun.objects.update(beat=timezone.now() - timedelta(minutes=5))
    running.refresh_from_db()
    assert filtering.is_silent(running) and filtering.begin(row).pk != running.pk


def test_a_process_of_its_own_goes_on_with_it(moderator, monkeypatch):
    started = []
    monkeypatch.setattr(filtering, "Popen", lambda command, **options: started.append((command, options)))
    run = filtering.begin(make(moderator))
    filtering.start(run)
    ((command, options),) = started
    assert command == [sys.executable, "-m", "django", "dry_run_filter", str(run.pk)]
    assert options["start_new_session"] and options["env"]["DJANGO_SETTINGS_MODULE"]


def test_what_was_found_is_shown_by_pages(moderator, editor, monkeypatch):
    monkeypatch.setattr(filtering, "PAGE_SIZE", 2)
    page = factories.article("Asthma", "Buy.\n", author=editor)
    factories.edit(page, "Buy 1.\n", section="", author=editor)
    factories.edit(page, "Buy 2.\n", section="", author=editor)
    run = tried(make(moderator))
    edits, following = filtering.found_by(run)
    assert len(edits) == 2 and following == 2
    edits, following = filtering.found_by(run, following)
    assert len(edits) == 1 and following is None


def test_filters_are_listed_those_that_are_on_first_with_their_hits(moderator):
    factories.article("Asthma")
    make(moderator, name="A")
    hit = factories.filter_hit("Asthma", "Found.\n")
    assert [(row.name, row.week) for row in filtering.all_filters()] == [(hit.filter.name, 1), ("A", 0)]


def test_a_hit_shows_what_would_have_changed_while_its_text_is_kept():
    factories.article("Asthma")
    hit = filtering.hit(factories.filter_hit("Asthma", "Found.\n").pk)
    comparison = filtering.comparison_of(hit)
    assert "Found." in "".join(span.text for row in comparison.rows for span in row.new)
    with unlocked("forgotten after its time"):
        hit.submission.delete()
    assert filtering.comparison_of(filtering.hit(hit.pk)) is None


def test_hits_are_listed_by_two_queries(at_most_queries):
    factories.article("Asthma")
    hit = factories.filter_hit("Asthma", "Found.\n")
    with at_most_queries(2):
        shown = [(row.filter_id, row.filter.name, row.author.name, row.title) for row in filtering.hits().rows]
    assert shown == [(hit.filter_id, hit.filter.name, hit.author.name, "Asthma")]
    assert filtering.hits(filter_id=0).rows == [] and filtering.hits(after=hit.pk).rows == []


# --- Domains -----------------------------------------------------------------------------------------------------
def keep(moderator, lines: str, seen: str = "") -> tuple[int, int]:
    return filtering.keep_domains(lines=lines, seen=seen, by=moderator.account, why="Spam.")


def test_the_list_is_what_was_sent_in_its_one_spelling_and_logged(moderator):
    assert keep(moderator, "Evil.test  sells pills\n\nhttps://www.worse.test/page\n") == (2, 0)
    lines = filtering.as_lines(filtering.blocked_domains())
    assert lines == "evil.test sells pills\nwww.worse.test\n"
    assert keep(moderator, "evil.test no reason\n", lines) == (0, 1)
    entry = LogEntry.objects.filter(what="domains.change").order_by("-number")[0]
    assert entry.before == {"domains": "evil.test, www.worse.test"} and entry.after == {"domains": "evil.test"}
    assert keep(moderator, "evil.test no reason", "evil.test no reason") == (0, 0)


def test_what_is_no_domain_is_refused_with_its_line(moderator):
    with pytest.raises(Refused, match="Line 2 is no domain: “evil”"):
        keep(moderator, "good.test\nevil\n")
    assert not BlockedDomain.objects.exists()


def test_nobody_overwrites_the_list_of_another(moderator):
    keep(moderator, "evil.test")
    with pytest.raises(ChangedMeanwhile):
        keep(moderator, "worse.test", "")
