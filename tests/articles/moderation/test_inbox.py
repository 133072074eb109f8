"""The inbox: what waits for a moderator, in which order, and what becomes of it when it is decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import Article, Author, Edit, Proposal, Settled
from articles.moderation import ChangedMeanwhile, Refused, hiding, inbox, protecting
from articles.moderation.protecting import Guard
from articles.reviewing import deciding, proposed, proposing
from tests import factories
from wiki.accounts import roles

pytestmark = pytest.mark.django_db


def keys(by: Author, *, with_people: bool = False) -> list[str]:
    """What waits; without the first edits of the people that a test has made for something else."""
    return [item.key for item in inbox.waiting(by.account) if with_people or item.kind != "people"]


def decide(key: str, deed: str, by: Author, **words: str) -> str:
    return inbox.decide(key=key, deed=deed, sent=inbox.Sent(0, by.account, by, **words))


def shown(by: Author, key: str) -> inbox.Beside:
    return inbox.beside(next(item for item in inbox.waiting(by.account) if item.key == key), by.account)


def argued_about() -> Article:
    """Two people take each other's edits back."""
    article = factories.article("Asthma")
    for author in (factories.author("editor"), factories.author("editor")) * 3:
        factories.edit(article, f"A lead by {author.name}.\n", section="0", author=author)
    return article


def protect(article: Article, by: Author, ends: timedelta, act: str = "edit") -> None:
    guards = {act: Guard("moderator", timezone.now() + ends)}
    protecting.protect(article=article, full_title=article.full_title, guards=guards, by=by.account, why="a war")


def test_for_nobody_below_moderator_anything_waits(reviewer):
    with pytest.raises(PermissionDenied):
        inbox.waiting(reviewer.account)
    assert inbox.count(reviewer.account) == 0


def test_proposals_wait_the_oldest_first_and_what_may_harm_before_them(contributor, moderator):
    article = factories.article("Asthma", "Take 5 mg.\n\n## Causes\n\nDust.\n")
    first = factories.proposal(article, contributor, "## Causes\n\nPollen.\n", section="Causes")
    second = factories.proposal(article, contributor, "## Causes\n\nMites.\n", section="Causes")
    risky = factories.proposal(article, contributor, "Take 50 mg.\n")
    assert keys(moderator) == [f"proposal-{row.pk}" for row in (risky, first, second)]


def test_ones_own_proposal_does_not_wait_for_oneself(moderator):
    proposer = factories.author("contributor")
    factories.proposal(factories.article(), proposer)
    roles.give(proposer.account, "moderator", why="a test")
    assert keys(Author.objects.get(pk=proposer.pk)) == [] and len(keys(moderator)) == 1


def test_a_proposal_is_accepted_as_it_was_seen(article, contributor, moderator):
    proposal = factories.proposal(article, contributor, "Proposed.\n")
    beside = shown(moderator, f"proposal-{proposal.pk}")
    assert "Proposed." in "".join(span.text for row in beside.comparison.rows for span in row.new)
    assert decide(f"proposal-{proposal.pk}", "accept", moderator, base=beside.base) == "Accepted and published."
    assert Proposal.objects.get().state == "accepted" and keys(moderator) == []


def test_what_was_changed_meanwhile_is_looked_at_again(article, contributor, moderator):
    proposal = factories.proposal(article, contributor)
    base = shown(moderator, f"proposal-{proposal.pk}").base
    factories.edit(article, "Another lead.\n", section="0")
    with pytest.raises(ChangedMeanwhile):
        decide(f"proposal-{proposal.pk}", "accept", moderator, base=base)
    assert Proposal.objects.get().state == "waiting"


def test_of_two_moderators_the_second_is_told(article, contributor, moderator):
    proposal = factories.proposal(article, contributor)
    other = factories.author("moderator")
    decide(f"proposal-{proposal.pk}", "decline", other, reason="No source.")
    with pytest.raises(ChangedMeanwhile):
        decide(f"proposal-{proposal.pk}", "decline", moderator, reason="No source.")


def test_nothing_is_declined_without_a_reason(article, contributor, moderator):
    proposal = factories.proposal(article, contributor)
    with pytest.raises(Refused):
        decide(f"proposal-{proposal.pk}", "decline", moderator, reason=" ")
    assert keys(moderator) == [f"proposal-{proposal.pk}"]


def test_nobody_accepts_what_they_proposed_from_this_browser(article, visitor, moderator):
    proposal = factories.proposal(article, visitor)
    sent = inbox.Sent(0, moderator.account, moderator, visitor, str(article.current_edit_id))
    with pytest.raises(inbox.Denied):
        inbox.decide(key=f"proposal-{proposal.pk}", deed="accept", sent=sent)


def test_an_article_that_many_change_within_a_day_is_hot_until_it_is_looked_at_and_changes_again(moderator):
    article = argued_about()
    (key,) = keys(moderator)
    beside = shown(moderator, key)
    assert key == f"hot-{article.pk}" and not beside.comparison.equal
    decide(key, "done", moderator, base=beside.base)
    assert keys(moderator) == []
    factories.edit(article, "Once more.\n", section="0")
    assert keys(moderator) == []
    for author in (factories.author("editor"), factories.author("editor")) * 3:
        factories.edit(article, f"Again, {author.name}.\n", section="0", author=author)
    assert keys(moderator) == [key]


def test_what_one_person_saves_often_is_not_hot(editor, moderator):
    article = factories.article(author=editor)
    for number in range(8):
        factories.edit(article, f"Version {number}.\n", section="0", author=editor)
    assert keys(moderator) == []


def test_what_a_reviewer_has_accepted_makes_no_article_hot(article, reviewer, moderator):
    for number in range(7):
        proposal = factories.proposal(article, factories.visitor(), f"Version {number}.\n")
        base = str(Article.objects.get(pk=article.pk).current_edit_id)
        deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert keys(moderator) == []


def test_an_article_cools_down(moderator, monkeypatch):
    argued_about()
    tomorrow = timezone.now() + timedelta(hours=25)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    assert keys(moderator) == []


def test_a_protection_that_ends_soon_is_told_with_why_it_was_set_until_it_is_let_end(article, moderator):
    protect(article, moderator, timedelta(days=2))
    (key,) = keys(moderator)
    beside = shown(moderator, key)
    assert [entry.why for entry in beside.log] == ["a war"]
    decide(key, "done", moderator, base=beside.base)
    assert keys(moderator) == [] and Settled.objects.get().by == moderator
    protect(article, moderator, timedelta(days=1))
    assert keys(moderator) == [key]


@pytest.mark.parametrize(
    "base", ["", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2030-01-01T00:00"]
)
def test_what_is_no_end_of_a_protection_is_refused(article, moderator, base: str):
    protect(article, moderator, timedelta(days=2))
    with pytest.raises(inbox.NotThere):
        decide(keys(moderator)[0], "done", moderator, base=base)
    assert not Settled.objects.exists()


def test_protections_of_one_page_that_end_together_are_one_item(article, moderator):
    until = timezone.now() + timedelta(days=1)
    guards = {"edit": Guard("moderator", until), "move": Guard("moderator", until)}
    protecting.protect(article=article, full_title=article.full_title, guards=guards, by=moderator.account, why="x")
    (item,) = (each for each in inbox.waiting(moderator.account) if each.kind == "protection")
    assert "against edits" in item.why and "against moves" in item.why


@pytest.mark.parametrize("ends", [timedelta(days=4), timedelta(seconds=-1)])
def test_what_ends_later_or_has_ended_does_not_wait(article, moderator, ends: timedelta):
    protect(article, moderator, ends)
    assert keys(moderator) == []


def test_the_protection_of_a_title_without_a_page_is_told_before_it_ends_until_it_is_let_end(moderator):
    until = timezone.now() + timedelta(days=2)
    terms = {"article": None, "full_title": "Miracle cure", "by": moderator.account, "why": "advertised"}
    protecting.protect(guards={"create": Guard("moderator", until)}, **terms)
    (key,) = keys(moderator)
    beside = shown(moderator, key)
    assert key.startswith("title-") and [entry.why for entry in beside.log] == ["advertised"]
    decide(key, "done", moderator, base=beside.base)
    assert keys(moderator) == []
    protecting.protect(guards={"create": Guard("moderator", until - timedelta(days=1))}, **terms)
    assert keys(moderator) == [key]


@pytest.mark.parametrize("ends", [timedelta(days=4), timedelta(seconds=-1), None])
def test_the_protection_of_a_title_that_ends_later_or_never_does_not_wait(moderator, ends: timedelta | None):
    guard = Guard("moderator", timezone.now() + ends if ends is not None else None)
    protecting.protect(article=None, full_title="Cure", guards={"create": guard}, by=moderator.account, why="x")
    assert keys(moderator) == []


def test_a_title_that_has_a_page_by_now_does_not_wait(moderator):
    guard = Guard("editor", timezone.now() + timedelta(days=1))
    protecting.protect(article=None, full_title="Cure", guards={"create": guard}, by=moderator.account, why="x")
    factories.article("Cure", author=factories.author("reviewer"))
    assert keys(moderator) == []


def test_what_a_filter_found_waits_with_what_it_would_have_changed_until_somebody_looks(moderator):
    factories.article("Asthma", author=factories.author("reviewer"))
    hit = factories.filter_hit("Asthma", "Dust and found words.\n")
    (key,) = keys(moderator)
    item = next(item for item in inbox.waiting(moderator.account) if item.key == key)
    assert (key, item.title, item.who) == (f"hit-{hit.pk}", "Asthma", hit.author.name)
    assert "found words" in "".join(span.text for row in shown(moderator, key).comparison.rows for span in row.new)
    decide(key, "done", moderator)
    hit.refresh_from_db()
    assert keys(moderator) == [] and hit.looked_at_by == moderator
    with pytest.raises(ChangedMeanwhile):
        decide(key, "done", moderator)


def test_what_one_filter_found_of_one_person_is_one_item_and_what_comes_later_another(moderator):
    somebody, found = factories.author("contributor"), factories.filter_on(added_words="found")
    pages = [factories.article(title) for title in ("Ash", "Birch", "Cat")]
    for page in pages[:2]:
        factories.proposal(page, somebody, "Found.\n")
    factories.proposal(pages[0], factories.author("contributor"), "Found by another.\n")
    mine, others = (item for item in inbox.waiting(moderator.account) if item.kind == "hit")
    assert (mine.title, mine.why) == ("Birch", f"{found.name}: 2 times, here the last")
    factories.proposal(pages[2], somebody, "Found again.\n")
    decide(mine.key, "done", moderator)
    assert [item.title for item in inbox.waiting(moderator.account) if item.kind == "hit"] == [others.title, "Cat"]


def test_what_a_filter_holds_waits_as_a_proposal_only(moderator):
    factories.filter_on(action="hold", added_words="found")
    factories.proposal(factories.article(), factories.author("contributor"), "Found.\n")
    assert [key.partition("-")[0] for key in keys(moderator)] == ["proposal"]


def test_each_kind_asks_one_question_however_many_wait_and_hot_articles_two(moderator, at_most_queries):
    for number in range(3):
        article = factories.article()
        factories.proposal(article, factories.author("contributor"), f"Text {number}.\n")
        protect(article, moderator, timedelta(days=1))
    factories.filter_hit(article.title, "Found.\n")
    argued_about()
    moderator.account.has_perm("articles.moderate")
    with at_most_queries(len(inbox.KINDS) + 1):
        assert len(keys(moderator)) == 8


def test_the_count_is_kept_for_a_minute_and_counted_anew_after_a_decision(contributor, reviewer, moderator):
    article = factories.article(author=reviewer)
    proposal = factories.proposal(article, contributor)
    assert inbox.count(moderator.account) == 1
    factories.proposal(article, contributor, "Another.\n")
    factories.proposal(article, contributor, "A third.\n")
    assert inbox.count(moderator.account) == 1
    decide(f"proposal-{proposal.pk}", "decline", moderator, reason="No source.")
    assert inbox.count(moderator.account) == 2


def test_first_edits_of_new_people_wait_until_somebody_looks(article, moderator):
    key = f"people-{article.current_edit_id}"
    assert keys(moderator, with_people=True) == [key]
    assert not shown(moderator, key).comparison.equal
    decide(key, "done", moderator)
    assert keys(moderator, with_people=True) == []
    with pytest.raises(ChangedMeanwhile):
        decide(key, "done", moderator)


def test_a_change_can_be_undone_from_the_inbox_and_a_new_page_deleted(article, moderator):
    newcomer = factories.author("editor")
    factories.edit(article, "Dust and cold.\n", section="Causes", author=newcomer)
    new, change = (item for item in inbox.waiting(moderator.account) if item.kind == "people")
    assert new.links == (("Delete", article.get_absolute_url().replace("/wiki/", "/delete/")),)
    assert change.links == (("Undo", f"/undo/{change.number}"),)


def test_a_risky_edit_of_a_reviewer_waits_before_all_else_but_not_for_its_author(article, contributor, moderator):
    other = factories.author("moderator")
    factories.proposal(article, contributor)
    edit = factories.edit(article, "Take 5 mg.\n", section="0", author=other, tags=(Edit.RISKY,))
    assert keys(moderator)[0] == f"risky-{edit.pk}"
    assert f"risky-{edit.pk}" not in keys(other)
    decide(f"risky-{edit.pk}", "done", moderator)
    assert len(keys(moderator)) == 1


def test_a_hidden_name_or_reason_does_not_stand_in_the_list(article, editor, moderator):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Call me at home")
    hide = {"text": False, "summary": True, "author": True, "by": moderator.account, "why": "private"}
    hiding.hide(edit=edit, **hide)
    item = next(each for each in inbox.waiting(moderator.account) if each.number == edit.pk)
    assert (item.who, item.why) == ("(name hidden)", "")


@pytest.mark.parametrize(
    ("key", "deed"),
    [("proposal-1", "burn"), ("nothing-1", "done"), ("proposal-x", "decline"), ("proposal-1", "decline")],
)
def test_what_can_not_be_done_is_refused(moderator, key: str, deed: str):
    with pytest.raises(inbox.NotThere):
        decide(key, deed, moderator, reason="x")


def test_a_feature_adds_a_kind_once(moderator, monkeypatch):
    monkeypatch.setattr(inbox, "KINDS", list(inbox.KINDS))
    item = inbox.Item("sign", 1, "A sign", timezone.now(), "Somebody asks.", "/")
    kind = inbox.Kind("sign", "Signs", lambda _user: [item], lambda _item, _user: inbox.Beside(excerpt="Help!"), ())
    inbox.add(kind)
    inbox.add(kind)
    assert keys(moderator) == ["sign-1"] and shown(moderator, "sign-1").excerpt == "Help!"


def test_a_kind_that_is_switched_off_does_not_wait(article, contributor, moderator, monkeypatch):
    factories.proposal(article, contributor)
    off = [replace(kind, is_on=lambda: False) for kind in inbox.KINDS]
    monkeypatch.setattr(inbox, "KINDS", off)
    assert keys(moderator) == []


def test_a_risky_change_that_one_reviewer_published_waits_until_another_has_looked(reviewer, moderator, administrator):
    article = factories.article("Asthma", "Take 5 mg.\n")
    sent = {"title": "Asthma", "base": str(article.current_edit_id), "section": "0", "text": "Take 50 mg.\n"}
    edit = proposing.submit(user=moderator.account, author=moderator, **sent)
    key = f"risky-{edit.pk}"
    assert keys(moderator) == [] and keys(administrator) == [key]  # Nobody looks at their own.
    assert [risk.gained for risk in shown(administrator, key).comparison.risks] == [("50 mg",)]
    decide(key, "done", administrator)
    assert keys(administrator) == []


def test_a_text_that_another_has_changed_since_is_looked_at_again(contributor, reviewer, administrator, settings):
    settings.WIKI_RISK_APPROVERS = "2"
    proposal = factories.proposal(factories.article("Asthma", "Take 5 mg.\n"), contributor, "Take 6 mg.\n")
    key, base = f"proposal-{proposal.pk}", str(proposed.current_id_of(proposal))
    shown_before = shown(administrator, key).base
    deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base, text="Take 60 mg.\n")
    with pytest.raises(ChangedMeanwhile, match="Look again"):
        decide(key, "accept", administrator, base=shown_before)
    assert decide(key, "accept", administrator, base=shown(administrator, key).base) == "Accepted and published."


def test_an_approval_that_is_not_the_last_is_kept_from_the_inbox_too(contributor, moderator, administrator, settings):
    settings.WIKI_RISK_APPROVERS = "2"
    article = factories.article("Asthma", "Take 5 mg.\n")
    proposal, base = factories.proposal(article, contributor, "Take 50 mg.\n"), str(article.current_edit_id)
    with pytest.raises(ChangedMeanwhile, match="Your approval is kept"):
        decide(f"proposal-{proposal.pk}", "accept", moderator, base=base)
    decide(f"proposal-{proposal.pk}", "accept", administrator, base=base)
    assert Article.objects.get(pk=article.pk).text.text == "Take 50 mg.\n"
