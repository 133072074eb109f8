"""Hiding: text, summary or author of a version, from everybody below moderator."""

import pytest

from articles import access, editing, history, logbook, reading, writing
from articles.models import Article, Edit, LogEntry, PageStamp
from articles.moderation import hiding
from articles.reviewing import deciding, proposed, proposing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaked(article, editor) -> Edit:
    """The second of three versions."""
    edit = factories.edit(article, "Ada lives in Tower Street.\n", section="0", author=editor)
    factories.edit(article, "A lead.\n", section="0", author=editor)
    return edit


def hide(edit: Edit, by, *, upto: int | None = None, **what: bool) -> int:
    what = {"text": False, "summary": False, "author": False} | what
    return hiding.hide(edit=edit, by=by.account, why="private", upto=upto, **what)


def numbers(rows) -> list[int]:
    return [edit.number for edit in rows]


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_nobody_below_moderator_reads_it_by_its_number(leaked, moderator, role: str):
    hide(leaked, moderator, text=True)
    with pytest.raises(access.NothingThere):
        access.edit_to_read(factories.user(role), leaked.pk)
    assert access.edit_to_read(moderator.account, leaked.pk).hidden_text


def test_lists_of_all_edits_leave_it_out_but_for_moderators(leaked, moderator, editor):
    hide(leaked, moderator, text=True)
    assert numbers(history.recent_changes().rows) == [3, 1]
    assert numbers(history.recent_changes(hidden_too=True).rows) == [3, 2, 1]
    assert numbers(history.contributions_of([editor.pk]).rows) == [3, 1]
    assert numbers(history.contributions_of([editor.pk], hidden_too=True).rows) == [3, 2, 1]


def test_a_version_that_is_hidden_while_it_is_brought_back_stays_away(leaked, moderator, editor, monkeypatch):
    current, write, hidden = Edit.objects.get(number=3), writing.write, []

    def hidden_first(ready):
        hidden.append(hidden or hide(leaked, moderator, text=True))
        return write(ready)

    monkeypatch.setattr(writing, "write", hidden_first)
    with pytest.raises(editing.TextRefused, match="hidden by now"):
        editing.revert(edit=leaked, base=current.pk, author=editor)
    assert len(hidden) == 1 and Article.objects.get().current_edit == current


def test_what_came_after_it_is_compared_with_what_came_before(leaked, moderator):
    hide(leaked, moderator, text=True)
    assert history.version_before(Edit.objects.get(number=3)).number == 1


def test_a_text_that_readers_see_is_refused_whichever_version_has_it(leaked, moderator, editor, article):
    editing.revert(edit=Edit.objects.get(number=1), base=Edit.objects.get(number=3).pk, author=editor)
    with pytest.raises(hiding.TextInUse, match="Version 1 has"):
        hide(Edit.objects.get(number=1), moderator, text=True)
    with pytest.raises(hiding.TextInUse, match="earlier version back"):
        hide(Edit.objects.get(number=4), moderator, text=True)
    assert not Edit.objects.filter(hidden_text=True).exists()


def test_several_in_a_row_are_hidden_at_once(leaked, moderator, article):
    factories.edit(article, "Another lead.\n", section="0")
    assert hide(leaked, moderator, upto=3, text=True, summary=True) == 2
    flags = Edit.objects.order_by("number").values_list("hidden_text", "hidden_summary", "hidden_author")
    assert list(flags) == [(False,) * 3, (True, True, False), (True, True, False), (False,) * 3]


def test_each_is_logged_without_a_word_of_what_is_hidden(leaked, moderator):
    hide(leaked, moderator, text=True)
    entry = LogEntry.objects.get(what="article.hide")
    assert (entry.who, entry.why, entry.before) == (
        moderator.account,
        "private",
        {"text": False, "summary": False, "author": False},
    )
    assert entry.after == {"edit": leaked.pk, "text": True, "summary": False, "author": False}
    assert logbook.verify() is None


def test_what_is_so_already_is_not_logged(leaked, moderator):
    hide(leaked, moderator, text=True)
    assert hide(Edit.objects.get(pk=leaked.pk), moderator, text=True) == 0
    assert LogEntry.objects.filter(what="article.hide").count() == 1


def test_the_page_is_marked_for_its_contributors_may_change(leaked, moderator, article):
    before = PageStamp.objects.get(path=f"/wiki/{article.full_title}").stamp
    hide(leaked, moderator, author=True)
    assert PageStamp.objects.get(path=f"/wiki/{article.full_title}").stamp > before


def test_a_heading_that_only_a_hidden_version_had_is_no_anchor_of_the_page(article, moderator):
    leaked = factories.edit(article, "## Adas causes\n\nDust.\n", section="Causes")
    factories.edit(article, "## Origins\n\nDust.\n", section="Adas_causes")
    assert former(article) == {"Causes", "Adas_causes"}
    hide(leaked, moderator, text=True)
    assert former(article) == {"Causes"}
    hide(Edit.objects.get(pk=leaked.pk), moderator)
    assert former(article) == {"Causes", "Adas_causes"}


def former(article: Article) -> set[str]:
    page = reading.page_of(Article.objects.select_related("current_edit").get(pk=article.pk))
    return {anchor for section in page.sections for anchor in section.former}


def test_versions_with_the_same_text_are_named(leaked, moderator, editor, article):
    editing.revert(edit=leaked, base=Edit.objects.get(number=3).pk, author=editor)
    factories.edit(article, "Another lead.\n", section="0")
    assert numbers(hiding.with_the_same_text(leaked)) == [4]


def test_the_proposal_that_it_came_from_hides_it_too(article, moderator, contributor, reviewer):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": "Ada.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    base = str(proposed.current_id_of(proposal))
    edit = deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    factories.edit(article, "A lead.\n", section="0")
    hide(edit, moderator, text=True, author=True)
    proposal.refresh_from_db()
    assert proposed.hidden_of(reviewer.account, proposal) == {"text", "author"}
    assert proposed.hidden_of(moderator.account, proposal) == set()


def test_so_does_an_earlier_text_of_that_proposal(article, moderator, contributor, reviewer):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0"}
    by = {"user": contributor.account, "author": contributor}
    earlier = proposing.submit(**by, **sent, text="Ada lives here.\n")
    newer = proposing.submit(**by, **sent, text="Ada lived here.\n", instead_of=earlier)
    base = str(proposed.current_id_of(newer))
    edit = deciding.accept(proposal=newer, user=reviewer.account, author=reviewer, base=base)
    factories.edit(article, "A lead.\n", section="0")
    hide(edit, moderator, text=True)
    earlier.refresh_from_db()
    assert proposed.hidden_of(reviewer.account, earlier) == {"text"}


def test_more_than_a_page_of_versions_is_refused(leaked, moderator, monkeypatch):
    monkeypatch.setattr(hiding, "_MOST_VERSIONS", 1)
    with pytest.raises(hiding.Refused, match="1 at most"):
        hide(Edit.objects.get(number=1), moderator, upto=2, summary=True)
