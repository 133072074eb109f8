"""Protecting: who may edit, move, propose and write, until when, and why."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import access, logbook
from articles.models import Article, LogEntry, PageStamp, ProtectedTitle
from articles.moderation import protecting
from articles.moderation.protecting import Guard
from tests import factories

pytestmark = pytest.mark.django_db


def protect(article: Article | None, by, *, full_title: str = "", why: str = "an edit war", **guards: Guard) -> bool:
    full_title = full_title or article.full_title
    return protecting.protect(article=article, full_title=full_title, guards=guards, by=by.account, why=why)


def fresh(article: Article) -> Article:
    return Article.objects.get(pk=article.pk)


def test_who_is_below_the_level_proposes_and_who_is_of_it_publishes(article, moderator, editor, reviewer):
    assert protect(article, moderator, edit=Guard("reviewer"))
    assert access.mode_of(editor.account, fresh(article)) == "propose"
    assert access.mode_of(reviewer.account, fresh(article)) == "publish"


@pytest.mark.parametrize(("level", "mode"), [("contributor", "propose"), ("editor", "view"), ("moderator", "view")])
def test_proposing_can_be_kept_for_some_too(article, moderator, contributor, level: str, mode: str):
    protect(article, moderator, propose=Guard(level))
    assert access.mode_of(contributor.account, fresh(article)) == mode


def test_each_act_ends_by_its_own_clock(article, moderator, monkeypatch):
    soon = timezone.now() + timedelta(hours=1)
    protect(article, moderator, edit=Guard("moderator", soon), move=Guard("moderator"))
    monkeypatch.setattr(timezone, "now", lambda: soon + timedelta(seconds=1))
    assert access.protection_of(fresh(article)) == ""
    assert access.protection_of(fresh(article), "move") == "moderator"
    assert protecting.holding(fresh(article)) == {"move": Guard("moderator")}


def test_it_is_logged_with_who_why_before_and_after_and_only_what_changed(article, moderator):
    until = timezone.now() + timedelta(days=1)
    protect(article, moderator, edit=Guard("editor", until), move=Guard())
    protect(article, moderator, edit=Guard("reviewer"), why="it went on")
    first, second = LogEntry.objects.filter(what="article.protect").order_by("number")
    assert (first.who, first.why, first.target) == (moderator.account, "an edit war", article.full_title)
    assert (first.before, first.after) == ({"edit": ""}, {"edit": "editor", "edit_until": until.isoformat()})
    assert (second.before["edit"], second.after, second.why) == ("editor", {"edit": "reviewer"}, "it went on")
    assert logbook.verify() is None


def test_what_changes_nothing_is_not_logged(article, moderator):
    protect(article, moderator, edit=Guard("editor"))
    assert not protect(article, moderator, edit=Guard("editor"))
    assert LogEntry.objects.filter(what="article.protect").count() == 1


def test_the_page_is_marked_as_changed(article, moderator):
    before = PageStamp.objects.get(path=f"/wiki/{article.full_title}").stamp
    protect(article, moderator, edit=Guard("editor"))
    assert PageStamp.objects.get(path=f"/wiki/{article.full_title}").stamp > before


def test_a_title_that_has_no_page_is_written_and_proposed_only_by_those_who_may(moderator, editor, reviewer):
    protect(None, moderator, full_title="Miracle cure", create=Guard("reviewer"))
    assert access.mode_of(editor.account, "Miracle cure") == "view"
    assert access.mode_of(reviewer.account, "Miracle cure") == "publish"
    assert access.mode_of(editor.account, "Another cure") == "publish"


def test_a_deleted_title_can_be_kept_from_being_made_again(article, moderator, editor):
    from articles.moderation import deleting

    deleting.delete([article], by=moderator.account, why="nonsense")
    protect(fresh(article), moderator, create=Guard("moderator"))
    with pytest.raises(access.ArticleDeleted):
        access.article_to_edit(editor.account, article.full_title, anew=True)
    assert access.article_to_edit(moderator.account, article.full_title, anew=True) is None


def test_taking_it_away_leaves_no_row_of_a_title(moderator):
    protect(None, moderator, full_title="Miracle cure", create=Guard("reviewer"))
    protect(None, moderator, full_title="Miracle cure", create=Guard())
    assert not ProtectedTitle.objects.exists() and access.protection_of_title("Miracle cure") == ""


def test_why_a_page_is_protected_is_told_and_costs_nothing_where_none_is(article, moderator, at_most_queries):
    with at_most_queries(0):
        assert protecting.explained(article, article.full_title) == ({}, None)
    protect(article, moderator, edit=Guard("editor"))
    guards, reason = protecting.explained(fresh(article), article.full_title)
    assert (guards, reason.name, reason.why) == ({"edit": Guard("editor")}, moderator.name, "an edit war")


@pytest.mark.parametrize(("role", "may"), [("editor", False), ("moderator", False), ("administrator", True)])
def test_what_only_administrators_change_only_they_unprotect(article, administrator, role: str, may: bool):
    protect(article, administrator, edit=Guard("administrator"))
    assert access.may_protect(factories.user(role), fresh(article), article.full_title) is may


def test_nobody_is_offered_a_level_above_their_own(moderator, editor):
    assert access.levels_of(moderator.account) == ["contributor", "editor", "reviewer", "moderator"]
    assert access.levels_of(editor.account) == ["contributor", "editor"]
