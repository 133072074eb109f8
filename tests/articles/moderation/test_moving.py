"""Moving: a page gets another title and stays who it is; what names it and what waits for it follows."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import access, blocks, editing, history, limits, lists, logbook, reading, search
from articles.models import Article, Block, Draft, Edit, LogEntry, PageStamp, Proposal, Section, Submission
from articles.moderation import ChangedMeanwhile, Refused, blocking, deleting, moving, protecting
from articles.reviewing import deciding, proposed, proposing
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


def named(title: str) -> Article:
    return Article.objects.select_related("current_edit__blob").get(title=title)


def move(title: str, new: str, by, *, base: object = None, why: str = "the usual name") -> moving.Moved:
    article = named(title)
    base = str(article.current_edit_id if base is None else base)
    return moving.move(article=article, title=new, base=base, by=by.account, author=by, why=why)


# --- The page ----------------------------------------------------------------------------------------------------
def test_the_page_has_its_new_title_and_all_that_was_its_own(asthma, editor):
    sections = list(Section.objects.filter(article=asthma).values_list("pk", "anchor"))
    moved = move("Asthma", "bronchial asthma", editor)
    now = named("Bronchial asthma")
    assert (moved.full_title, now.pk, now.skeleton) == ("Bronchial asthma", asthma.pk, "bronchial asthma")
    assert now.current_edit.blob.text == factories.TEXT
    assert list(Section.objects.filter(article=now, position__isnull=False).values_list("pk", "anchor")) == sections
    assert access.section_to_read(None, sections[1][0]) == "/wiki/Bronchial_asthma#Symptoms"


def test_the_move_is_an_edit_of_its_own_that_changes_no_word_and_takes_none(asthma, editor, reviewer):
    move("Asthma", "Bronchial asthma", reviewer)
    edit, first = history.edits_of(named("Bronchial asthma")).rows
    assert (edit.kind, edit.title, edit.summary, edit.size_change) == (
        "rename",
        "Bronchial asthma",
        "the usual name",
        0,
    )
    assert (edit.number, edit.parent_id, first.title) == (2, first.pk, "Asthma")
    assert [writer.author for writer in lists.facts_of(named("Bronchial asthma")).writers] == [editor]


def test_the_old_title_leads_to_the_new_one(asthma, editor):
    move("Asthma", "Bronchial asthma", editor)
    redirect = named("Asthma")
    assert (redirect.redirect_to, redirect.pk != asthma.pk) == ("Bronchial asthma", True)
    assert redirect.current_edit.summary == "Moved to “Bronchial asthma”"


def test_it_is_found_under_both_titles(asthma, editor):
    move("Asthma", "Bronchial hyperreactivity", editor)
    assert search.find("Bronchial hyperreactivity").exact == "Bronchial hyperreactivity"
    assert [hit.title for hit in search.find("wheeze").hits] == ["Bronchial hyperreactivity"]
    assert search.find("Asthma").exact == "Bronchial hyperreactivity"


def test_its_category_sorts_it_by_its_new_title(asthma, editor):
    move("Asthma", "Bronchial asthma", editor)
    assert [member.sort_key for member in reading.members_of("Lungs")] == ["Bronchial asthma"]


def test_every_page_that_names_either_title_is_marked(asthma, editor):
    factories.article("Old links", "See [[Asthma]].\n", author=editor)
    factories.article("New links", "See [[Bronchial asthma]].\n", author=editor)
    before = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    move("Asthma", "Bronchial asthma", editor)
    after = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    changed = {path for path in after if after[path] != before.get(path)}
    titles = ("Asthma", "Bronchial asthma", "Old links", "New links", "Category:Lungs")
    assert changed == {f"/wiki/{title}" for title in titles}


def test_it_is_logged_and_the_log_holds(asthma, editor):
    move("Asthma", "Bronchial asthma", editor)
    entry = LogEntry.objects.get(what="article.move")
    assert (entry.target, entry.who, entry.why) == ("Asthma", editor.account, "the usual name")
    assert entry.before == {"title": "Asthma"} and entry.after["title"] == "Bronchial asthma"
    assert logbook.verify() is None


def test_why_it_is_protected_is_still_told(asthma, editor, moderator):
    guard = {"move": protecting.Guard("editor"), "edit": protecting.Guard("editor")}
    by = moderator.account
    protecting.protect(article=asthma, full_title="Asthma", guards=guard, by=by, why="an edit war")
    move("Asthma", "Bronchial asthma", editor)
    assert protecting.explained(named("Bronchial asthma"), "Bronchial asthma")[1].why == "an edit war"


def test_the_redirect_left_behind_is_protected_as_the_page_is(asthma, editor, moderator):
    until = timezone.now() + timedelta(days=3)
    guard = {"edit": protecting.Guard("reviewer", until), "move": protecting.Guard("editor")}
    protecting.protect(article=asthma, full_title="Asthma", guards=guard, by=moderator.account, why="an edit war")
    move("Asthma", "Bronchial asthma", moderator)
    behind = named("Asthma")
    assert protecting.holding(behind) == guard and protecting.explained(behind, "Asthma")[1].why == "an edit war"
    assert not access.may_publish(editor.account, behind) and logbook.verify() is None


# --- What leads to it --------------------------------------------------------------------------------------------
def test_redirects_to_the_old_title_lead_to_the_new_one(asthma, editor):
    factories.article("Wheezing", "#REDIRECT [[Asthma#Symptoms]]\n\n[[Category:Signs]]\n", author=editor)
    assert move("Asthma", "Bronchial asthma", editor).mended == 1
    mended = named("Wheezing")
    assert mended.redirect_to == "Bronchial asthma#Symptoms" and "[[Category:Signs]]" in mended.current_edit.blob.text
    assert (mended.current_edit.minor, mended.current_edit.number) == (True, 2)


def test_a_redirect_with_an_underscored_section_keeps_it(asthma, editor):
    factories.edit(asthma, "## First aid\n\nSit up.\n", section="new", author=editor)
    factories.article("Attack", "#REDIRECT [[Asthma#First aid]]\n", author=editor)
    move("Asthma", "Bronchial asthma", editor)
    assert named("Attack").redirect_to == "Bronchial asthma#First_aid"


# --- Titles that are taken ---------------------------------------------------------------------------------------
def test_a_redirect_to_the_page_makes_room_and_keeps_its_own_history(asthma, editor):
    redirect = factories.article("Bronchial asthma", "#REDIRECT [[Asthma]]\n", author=editor)
    move("Asthma", "Bronchial asthma", editor)
    left = named("Asthma")
    assert (named("Bronchial asthma").pk, left.pk) == (asthma.pk, redirect.pk)
    assert (left.redirect_to, left.edits.count()) == ("Bronchial asthma", 2)


def test_a_page_may_be_moved_back_and_forth(asthma, editor):
    for old, new in (("Asthma", "Bronchial asthma"), ("Bronchial asthma", "Asthma"), ("Asthma", "Bronchial asthma")):
        move(old, new, editor)
    assert named("Bronchial asthma").pk == asthma.pk and named("Asthma").redirect_to == "Bronchial asthma"
    assert named("Bronchial asthma").edits.count() == 4


@pytest.mark.parametrize("text", ["A text of its own.\n", "#REDIRECT [[Pollen]]\n"])
def test_nothing_else_makes_room(asthma, editor, text: str):
    factories.article("Pollen", author=editor)
    factories.article("Bronchial asthma", text, author=editor)
    with pytest.raises(moving.TitleTaken) as refused:
        move("Asthma", "Bronchial asthma", editor)
    assert refused.value.existing == "Bronchial asthma" and named("Asthma").pk == asthma.pk


def test_nor_does_a_redirect_that_was_an_article_once(asthma, editor):
    once = factories.article("Bronchial asthma", "A text of its own.\n", author=editor)
    factories.edit(once, "#REDIRECT [[Asthma]]\n", author=editor)
    with pytest.raises(moving.TitleTaken):
        move("Asthma", "Bronchial asthma", editor)


# --- A deleted page of the new title -----------------------------------------------------------------------------
@pytest.fixture
def gone(editor) -> Article:
    """A page of two edits that was deleted."""
    made = factories.article("Bronchial asthma", "Nonsense.\n", author=editor)
    factories.edit(made, "More nonsense.\n", section="0", author=editor)
    deleting.delete([made], by=None, why="made up")
    return made


def test_a_deleted_page_makes_room_and_stays_in_the_bin_with_its_history_and_why(asthma, gone, editor):
    moved = move("Asthma", "Bronchial asthma", editor)
    assert (named("Bronchial asthma").pk, moved.made_room) == (asthma.pk, "Bronchial asthma (deleted)")
    (binned,) = deleting.in_bin().rows
    assert (binned.article.pk, binned.article.full_title) == (gone.pk, "Bronchial asthma (deleted)")
    assert binned.why == "It was deleted as “Bronchial asthma”: made up" and gone.edits.count() == 2
    assert named("Bronchial asthma").edits.count() == 2  # Its own, and the move.


def test_it_can_be_restored_beside_the_page_that_has_its_title_now(asthma, gone, editor, moderator):
    move("Asthma", "Bronchial asthma", editor)
    deleting.restore(
        article=named("Bronchial asthma (deleted)"), with_redirects=True, by=moderator.account, why="after all"
    )
    back = named("Bronchial asthma (deleted)")
    assert (back.pk, back.state, back.current_edit.blob.text) == (gone.pk, "published", "More nonsense.\n")


def test_each_deleted_page_that_makes_room_has_a_title_of_its_own(asthma, gone, editor):
    move("Asthma", "Bronchial asthma", editor)
    deleting.delete([named("Bronchial asthma")], by=None, why="again")
    other = factories.article("Wheezing disease", author=editor)
    assert move("Wheezing disease", "Bronchial asthma", editor).made_room == "Bronchial asthma (deleted, 2)"
    assert {row.article.title for row in deleting.in_bin().rows} >= {
        "Bronchial asthma (deleted)",
        "Bronchial asthma (deleted, 2)",
    }
    assert named("Bronchial asthma").pk == other.pk


def test_the_longest_title_of_a_deleted_page_is_cut_for_it(asthma, editor):
    long = "L" * 255
    deleting.delete([factories.article(long, "x\n", author=editor)], by=None, why="too long")
    made_room = move("Asthma", long, editor).made_room
    assert len(made_room) == 255 and made_room.endswith("L (deleted)")


def test_what_waits_for_the_deleted_page_goes_with_it(asthma, gone, contributor, editor, moderator):
    deleting.restore(article=named("Bronchial asthma"), with_redirects=False, by=moderator.account, why="x")
    proposal = factories.proposal(gone, contributor)
    deleting.delete([named("Bronchial asthma")], by=None, why="made up")
    move("Asthma", "Bronchial asthma", editor)
    assert Proposal.objects.get(pk=proposal.pk).full_title == "Bronchial asthma (deleted)"


def test_a_title_that_is_protected_is_not_taken_from_a_deleted_page(asthma, gone, editor, moderator):
    guards = {"create": protecting.Guard("moderator")}
    protecting.protect(article=gone, full_title=gone.full_title, guards=guards, by=moderator.account, why="x")
    with pytest.raises(PermissionDenied):
        move("Asthma", "Bronchial asthma", editor)
    assert named("Bronchial asthma").pk == gone.pk


def test_a_look_alike_is_refused_but_the_page_may_leave_its_own(editor):
    odd = factories.article("Аsthma", author=editor)  # A Cyrillic letter.
    factories.article("Pollen", author=editor)
    with pytest.raises(moving.TitleTaken) as refused:
        move("Аsthma", "Роllen", editor)  # And two.
    assert refused.value.existing == "Pollen"
    assert move("Аsthma", "Asthma", editor).full_title == "Asthma" and named("Asthma").pk == odd.pk


@pytest.mark.parametrize("title", ["", "a#b", "Asthma", "asthma", "Category:Asthma", "Talk:Asthma", "User:Asthma"])
def test_what_can_be_no_title_of_the_page_is_refused(asthma, editor, title: str):
    with pytest.raises(Refused):
        move("Asthma", title, editor)
    assert named("Asthma").pk == asthma.pk and not LogEntry.objects.filter(what="article.move").exists()


def test_a_redirect_is_not_moved(asthma, editor):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n", author=editor)
    with pytest.raises(Refused, match="leads to another"):
        move("Wheezing", "Wheeze", editor)


# --- Who, and when -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("role", "may"), [("contributor", False), ("editor", True), ("moderator", True)])
def test_editors_and_those_above_move(asthma, role: str, may: bool):
    assert access.may_move(factories.user(role), named("Asthma")) is may


@pytest.mark.parametrize(("old", "new"), [("Asthma", "Project:Asthma"), ("Project:Asthma", "Asthma")])
def test_between_articles_and_pages_about_the_site_reviewers_move(editor, reviewer, old: str, new: str):
    page = factories.article(old, author=editor)
    sent = {"article": page, "title": new, "base": str(page.current_edit_id), "why": "it is none"}
    with pytest.raises(moving.ForReviewers, match="reviewer"):
        moving.move(by=editor.account, author=editor, **sent)
    assert moving.move(by=reviewer.account, author=reviewer, **sent).full_title == new


def test_a_protected_title_is_kept_from_moves_as_well(asthma, editor, moderator):
    guards = {"create": protecting.Guard("moderator")}
    protecting.protect(article=None, full_title="Cure", guards=guards, by=moderator.account, why="no")
    with pytest.raises(access.PermissionDenied):
        move("Asthma", "Cure", editor)


def test_who_looked_at_an_older_version_looks_again(asthma, editor):
    base = asthma.current_edit_id
    factories.edit(asthma, "Another lead.\n", section="0", author=editor)
    with pytest.raises(ChangedMeanwhile):
        move("Asthma", "Bronchial asthma", editor, base=base)


def test_a_second_click_finds_the_page_moved(asthma, editor):
    base = asthma.current_edit_id
    move("Asthma", "Bronchial asthma", editor, base=base)
    assert move("Asthma", "Bronchial asthma", editor, base=base).full_title == "Bronchial asthma"
    assert LogEntry.objects.filter(what="article.move").count() == 1


def test_moves_count_as_saves_do(asthma, editor, monkeypatch):
    monkeypatch.setattr(proposing, "LIMIT_OF_EDITORS", (1, 60))
    move("Asthma", "Bronchial asthma", editor)
    with pytest.raises(limits.TooOften):
        move("Bronchial asthma", "Asthma", editor)


# --- What waits for it -------------------------------------------------------------------------------------------
def test_a_proposal_follows_and_is_accepted_there(asthma, editor, contributor, reviewer):
    sent = {"title": "Asthma", "base": str(asthma.current_edit_id), "section": "0", "text": "A better lead.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    move("Asthma", "Bronchial asthma", editor)
    proposal = Proposal.objects.get(pk=proposal.pk)
    assert proposed.title_of(proposal) == "Bronchial asthma"
    base = str(proposed.current_id_of(proposal))
    edit = deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert edit.title == "Bronchial asthma" and "A better lead." in edit.blob.text


def test_a_proposal_that_waits_for_its_author_follows_too(asthma, editor, contributor, reviewer):
    proposal = factories.proposal(asthma, contributor)
    deciding.ask_for_changes(proposal=proposal, user=reviewer.account, author=reviewer, text="Says who?")
    move("Asthma", "Bronchial asthma", editor)
    assert deleting.proposals_for(asthma) == 1
    assert proposed.waiting_of(contributor, "Bronchial asthma") == [proposal]


def test_drafts_and_what_was_sent_in_vain_follow(asthma, editor, contributor):
    factories.draft(asthma, contributor)
    editing.receive(title="Asthma", base="no base", section="0", text="Sent in vain.\n", author=contributor)
    move("Asthma", "Bronchial asthma", editor)
    assert Draft.objects.get().title == Submission.objects.get().title == "Bronchial asthma"


def test_who_is_blocked_on_the_page_stays_so(asthma, editor, contributor):
    factories.block(contributor.name, level="propose", page="Asthma")
    elsewhere = factories.block(contributor.name, level="propose", page="Heart")
    move("Asthma", "Bronchial asthma", editor)
    held_off = blocks.holding(user=contributor.account, author=contributor)
    assert blocks.against(held_off, "edit", named("Bronchial asthma")) is not None
    assert Block.objects.get(pk=elsewhere.pk).page == "Heart"


def test_a_block_that_is_over_says_still_what_it_was_of(asthma, editor, contributor, moderator):
    block = factories.block(contributor.name, level="propose", page="Asthma")
    blocking.lift(block=block, by=moderator.account, why="a mistake")
    move("Asthma", "Bronchial asthma", editor)
    assert Block.objects.get().page == "Asthma"


def test_a_draft_of_a_page_yet_to_be_written_stays(asthma, editor, contributor):
    factories.draft("Pollen", contributor)
    move("Asthma", "Pollen season", editor)
    assert Draft.objects.get().title == "Pollen"


def test_a_form_that_was_open_meanwhile_names_the_page_as_it_is_called_now(asthma, editor):
    base = str(asthma.current_edit_id)
    move("Asthma", "Bronchial asthma", editor)
    assert access.title_now("Asthma", base) == access.title_now("asthma", base) == "Bronchial asthma"
    assert access.title_now("Pollen", base) == "Pollen" and access.title_now("Asthma", "0") == "Asthma"
    assert access.title_now("Asthma", "9" * 30) == access.title_now("Asthma", "x") == "Asthma"
    assert Edit.objects.get(pk=base).title == "Asthma"


# --- At the same moment ------------------------------------------------------------------------------------------
def test_of_two_who_move_a_page_at_once_one_is_told_to_look_again(at_once, editor):
    asthma = factories.article("Asthma", author=editor)
    base = str(asthma.current_edit_id)

    def go(title: str) -> moving.Moved:
        return moving.move(article=asthma, title=title, base=base, by=editor.account, author=editor, why="x")

    done = at_once(go, ["Bronchial asthma", "Wheezing disease"])
    (moved,) = [each for each in done if isinstance(each, moving.Moved)]
    assert [type(each) for each in done if each is not moved] == [ChangedMeanwhile]
    assert named(moved.full_title).pk == asthma.pk and named("Asthma").redirect_to == moved.full_title
    assert LogEntry.objects.filter(what="article.move").count() == 1


def test_a_title_that_somebody_takes_at_that_moment_is_taken(asthma, editor, monkeypatch):
    factories.article("Wheeze")
    monkeypatch.setattr(moving, "_locked", lambda article, *_: (article, None))  # It looked just before.

    with pytest.raises(moving.TitleTaken, match="“Wheeze”"):
        move("Asthma", "Wheeze", editor)

    assert Article.objects.get(pk=asthma.pk).title == "Asthma"


def test_a_save_at_the_moment_of_a_move_is_kept_or_given_back(at_once, editor, reviewer):
    asthma = factories.article("Asthma", author=editor)
    base = str(asthma.current_edit_id)

    def go(what: str) -> object:
        if what == "move":
            return moving.move(article=asthma, title="Wheeze", base=base, by=editor.account, author=editor, why="x")
        return factories.save("Asthma", "Mine.\n", base=base, section="0", author=reviewer)

    moved, saved = at_once(go, ["move", "save"])
    assert isinstance(moved, (moving.Moved, ChangedMeanwhile)) and isinstance(saved, (Edit, editing.EditConflict))
    assert isinstance(moved, moving.Moved) or isinstance(saved, Edit)
    assert Article.objects.get(pk=asthma.pk).current_edit.blob.text.startswith(("Mine.", "A lead"))
