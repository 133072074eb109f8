"""Who is told what: authors of what others did about their proposals, and those who spoke of what they did."""

import pytest
from django.utils import timezone

from articles import remarks
from articles.models import Article, LogEntry, Proposal, Section
from articles.moderation import blocking, quarantining
from articles.moderation.blocking import Terms
from tests import factories
from wiki.notifications import telling

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(article, contributor) -> Proposal:
    return factories.proposal(article, contributor)


def kinds(author) -> list[str]:
    return [line.kind for line in telling.told(author.account_id)]


@pytest.mark.parametrize("what", ["accepted", "declined", "returned", "said", "met"])
def test_an_author_is_told_what_others_did(proposal, contributor, reviewer, what):
    telling.tell_about(proposal, what=what, by=reviewer)
    assert kinds(contributor) == [what] and kinds(reviewer) == []


@pytest.mark.parametrize("what", ["accepted", "said", "withdrawn", "made"])
def test_nobody_is_told_of_what_they_did_themselves(proposal, contributor, what):
    telling.tell_about(proposal, what=what, by=contributor)
    assert kinds(contributor) == []


@pytest.mark.parametrize(("what", "kind"), [("said", "said"), ("made", "anew")])
def test_who_spoke_is_told_what_its_author_does(proposal, contributor, reviewer, moderator, what, kind):
    remarks.say(proposal=proposal, author=reviewer, text="Says who?")
    telling.tell_about(proposal, what=what, by=contributor)
    assert kinds(reviewer) == [kind] and kinds(moderator) == []


def test_somebody_without_an_account_is_told_nothing(article, visitor, reviewer):
    telling.tell_about(factories.proposal(article, visitor), what="declined", by=reviewer)
    assert kinds(reviewer) == []


def test_what_is_opened_is_seen_and_counted_no_more(proposal, contributor, reviewer):
    telling.tell_about(proposal, what="returned", by=reviewer)
    telling.tell_about(proposal, what="said", by=reviewer)
    newest = telling.told(contributor.account_id)[0]
    assert telling.open_one(contributor.account_id, newest.pk).proposal == proposal
    assert telling.count_unseen(contributor.account_id) == 1
    telling.see_all(contributor.account_id)
    assert telling.count_unseen(contributor.account_id) == 0


def test_what_another_was_told_is_not_there(proposal, contributor, reviewer):
    telling.tell_about(proposal, what="returned", by=reviewer)
    line = telling.told(contributor.account_id)[0]
    with pytest.raises(telling.NoSuchNotification):
        telling.open_one(reviewer.account_id, line.pk)


def test_the_oldest_go_when_there_are_too_many(proposal, contributor, reviewer, monkeypatch):
    monkeypatch.setattr(telling, "MOST", 2)
    for what in ("returned", "said", "accepted"):
        telling.tell_about(proposal, what=what, by=reviewer)
    assert kinds(contributor) == ["accepted", "said"]


def test_another_role_is_told_by_whom_it_was_given(administrator):
    ada = factories.user(last_login=timezone.now())
    telling.tell_of_a_role(ada, role="editor", by=administrator.account)
    (line,) = telling.told(ada.pk)
    assert (line.kind, line.role_name, line.by) == ("role", "Editor", administrator)


def test_a_role_given_by_the_command_line_is_by_nobody():
    ada = factories.user(last_login=timezone.now())
    telling.tell_of_a_role(ada, role="editor", by=None)
    assert [line.by for line in telling.told(ada.pk)] == [None]


@pytest.mark.parametrize("last_login", [None, timezone.now()])
def test_nobody_is_told_of_their_own_deed_nor_before_they_ever_came(administrator, last_login):
    ada = factories.user(last_login=last_login)
    telling.tell_of_a_role(ada, role="editor", by=ada if last_login else administrator.account)
    assert telling.told(ada.pk) == []


# --- Reports of readers ------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("category", "told"), [("dangerous", True), ("wrong", False)])
def test_moderators_are_told_at_once_of_what_is_dangerous(article, moderator, reviewer, category: str, told: bool):
    telling.tell_moderators(factories.case(article, category=category))
    assert [line.kind for line in telling.told(moderator.account_id)] == (["danger"] if told else [])
    assert telling.told(reviewer.account_id) == []


# --- Acts of moderators ------------------------------------------------------------------------------------------
def tell_of_the_last_act(article: Article | None = None) -> None:
    telling.tell_of_an_act(LogEntry.objects.select_related("who").latest("number"), article=article)


@pytest.fixture
def causes(editor) -> Section:
    article = factories.article("Asthma", author=editor)
    return Section.objects.select_related("article").get(article=article, title="Causes")


def withhold(section: Section, moderator) -> None:
    quarantining.quarantine(article=section.article, section=section.pk, by=moderator.account, why="A wrong dose.")
    tell_of_the_last_act(section.article)


def release(section: Section, moderator) -> None:
    held = section.quarantines.get(ended=None)
    quarantining.release(quarantine=held, by=moderator.account, why="It was right.")
    tell_of_the_last_act(section.article)


def test_who_wrote_in_a_section_is_told_of_its_review_and_of_its_release(causes, editor, moderator):
    withhold(causes, moderator)
    release(causes, moderator)
    released, withheld = telling.told(editor.account_id)
    assert (withheld.kind, released.kind) == ("withheld", "released")
    assert withheld.by == released.by == moderator
    assert withheld.get_absolute_url() == f"/section/{causes.pk}"


def test_who_wrote_elsewhere_did_it_or_has_no_account_is_told_nothing(causes, contributor, visitor, moderator):
    factories.edit(causes.article, "## Symptoms\n\nWheeze.\n", section="Symptoms", author=contributor)
    factories.edit(causes.article, "## Causes\n\nDust.\n", section="Causes", author=visitor)
    factories.edit(causes.article, "## Causes\n\nMites.\n", section="Causes", author=moderator)
    withhold(causes, moderator)
    assert kinds(contributor) == kinds(moderator) == []


def test_of_many_who_wrote_the_latest_are_told(causes, editor, contributor, moderator, monkeypatch):
    monkeypatch.setattr(telling, "MOST_WRITERS", 1)
    factories.edit(causes.article, "## Causes\n\nPollen.\n", section="Causes", author=contributor)
    withhold(causes, moderator)
    assert kinds(contributor) == ["withheld"] and kinds(editor) == []


def test_who_is_blocked_is_told_so_and_of_its_change_and_end(contributor, moderator):
    by = moderator.account
    block = blocking.block(who=contributor.name, terms=Terms(level="write"), by=by, why="A quarrel.")
    tell_of_the_last_act()
    blocking.change(block=block, terms=Terms(level="edit"), by=by, why="A quarrel.")
    tell_of_the_last_act()
    blocking.lift(block=block, by=by, why="It is over.")
    tell_of_the_last_act()
    assert kinds(contributor) == ["unblocked", "block_changed", "blocked"]
    assert {line.block_id for line in telling.told(contributor.account_id)} == {block.pk}


@pytest.mark.parametrize("who", ["visitor", "network"])
def test_a_block_of_nobody_with_an_account_is_told_nobody(visitor, moderator, who: str):
    name = visitor.name if who == "visitor" else "192.0.2.7"
    blocking.block(who=name, terms=Terms(level="write"), by=moderator.account, why="Noise.")
    tell_of_the_last_act()
    assert telling.told(moderator.account_id) == []
