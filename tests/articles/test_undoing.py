"""Undoing: an edit in the middle is merged out, a run at the top rolled back; each is an edit, and nothing is lost."""

import pytest

from articles import editing, history, undoing
from articles.models import Article, Edit, LogEntry, Section
from articles.text.sections import Outline
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def vandal():
    return factories.author("contributor", "Vandal")


@pytest.fixture
def first(article) -> Edit:
    return Edit.objects.get(article=article, number=1)


@pytest.fixture
def middle(article, vandal) -> Edit:
    """An edit of one section, with a later one of another above it."""
    edit = factories.edit(article, "## Causes\n\nMagic.\n", section="Causes", author=vandal)
    factories.edit(article, "A better lead.\n", section="0")
    return edit


def current(article) -> Edit:
    return Article.objects.get(pk=article.pk).current_edit


def undo(edit, editor, **fields) -> Edit:
    return undoing.undo(edit=edit, base=current(edit.article).pk, author=editor, **fields)


# --- One edit ----------------------------------------------------------------------------------------------------
def test_an_edit_in_the_middle_is_taken_out_and_what_came_later_stays(article, middle, editor):
    done = undo(middle, editor, summary="no source")
    assert done.blob.text == factories.TEXT.replace("A lead about the lungs.", "A better lead.")
    assert (done.kind, done.restores, done.summary, done.number) == ("undo", middle, "no source", 4)


def test_the_newest_edit_is_undone_into_the_very_text_before_it(article, first, vandal, editor):
    newest = factories.edit(article, "Nonsense.\n", author=vandal)
    assert undo(newest, editor).blob_id == first.blob_id


def test_a_section_that_comes_back_is_the_one_it_was_and_its_words_have_their_writer(article, first, vandal, editor):
    symptoms = Section.objects.get(article=article, title="Symptoms").pk
    gone = factories.edit(article, factories.TEXT.replace("## Symptoms\n\nWheeze.\n\n", ""), author=vandal)
    factories.edit(article, "Another lead.\n", section="0", author=vandal)
    done = undo(gone, editor)
    assert symptoms in [entry.id for entry in Outline.from_json(done.outline).entries]
    assert Section.objects.get(pk=symptoms).position is not None
    assert done.number not in {run.edit for run in history.runs_of(done)}


def test_what_has_been_changed_again_since_is_a_clash_with_its_pieces_and_nothing_is_saved(article, middle, editor):
    factories.edit(article, "## Causes\n\nMagic and dust, mostly.\n", section="Causes")
    with pytest.raises(editing.EditConflict) as raised:
        undo(middle, editor)
    [clash] = raised.value.merge.clashes
    assert (clash.section_title, clash.mine) == ("Causes", "Dust.\n") and "mostly" in clash.theirs
    assert current(article).number == 4


def test_an_edit_whose_words_are_gone_already_is_no_edit(article, middle, editor):
    factories.edit(article, factories.TEXT.replace("A lead about the lungs.", "A better lead."))
    newest = current(article)
    assert undo(middle, editor) == newest


def test_a_base_that_is_not_the_current_one_is_a_conflict(article, middle, editor):
    with pytest.raises(editing.EditConflict):
        undoing.undo(edit=middle, base=middle.pk, author=editor)
    assert current(article).number == 3


def test_a_second_click_leads_to_what_the_first_one_did(article, middle, editor):
    base = current(article).pk
    done = [undoing.undo(edit=middle, base=base, author=editor) for _click in range(2)]
    assert done[0] == done[1] and current(article).number == 4


def test_the_edit_that_made_a_page_cannot_be_undone(article, first, editor):
    with pytest.raises(undoing.NothingBefore):
        undo(first, editor)


def test_nothing_hidden_is_brought_back(article, first, middle, editor):
    with unlocked("hiding a version comes with moderation"):
        Edit.objects.filter(pk=first.pk).update(hidden_text=True)
    with pytest.raises(undoing.NothingBefore, match="hidden"):
        undo(middle, editor)


def test_all_of_an_article_undone_would_leave_no_text(article, first, editor):
    empty = factories.brought_in("Empty", "")
    factories.edit(empty, "Something.\n")
    with pytest.raises(editing.TextRefused):
        undo(current(empty), editor)


def test_an_undo_can_itself_be_undone(article, middle, editor):
    before = current(article).blob_id
    assert undo(undo(middle, editor), editor).blob_id == before


def test_several_edits_are_undone_in_one(article, middle, vandal, editor):
    other = factories.edit(article, "## Symptoms\n\nJoy.\n", section="Symptoms", author=vandal)
    plan = undoing.undoing([middle, other])
    assert (plan.undone, plan.left, plan.back_to) == ((other, middle), (), None)
    done = undoing.take_back(plan, author=editor)
    assert "Magic" not in done.blob.text and "Joy" not in done.blob.text and "A better lead." in done.blob.text


def test_of_several_edits_those_that_clash_are_left(article, middle, vandal, editor):
    factories.edit(article, "## Causes\n\nMagic and dust, mostly.\n", section="Causes")
    other = factories.edit(article, "## Symptoms\n\nJoy.\n", section="Symptoms", author=vandal)
    plan = undoing.undoing([middle, other])
    assert (plan.undone, plan.left) == ((other,), (middle,)) and "Joy" not in plan.text


def test_the_summary_names_the_edit_and_no_person(middle):
    assert undoing.summary_of_undo(middle) == "Undo edit 2"


# --- A run at the top --------------------------------------------------------------------------------------------
@pytest.fixture
def run(article, vandal) -> undoing.Run:
    for number in range(3):
        factories.edit(article, f"Nonsense {number}.\n", section="0", author=vandal)
    return undoing.run_at_top(Article.objects.get(pk=article.pk))


def roll_back(article, editor, **fields) -> Edit:
    return undoing.roll_back(article=Article.objects.get(pk=article.pk), author=editor, **fields)


def test_the_run_is_all_that_the_last_person_did_on_top_of_others(article, first, run):
    assert [edit.number for edit in run.edits] == [4, 3, 2] and run.before == first
    assert undoing.summary_of_rollback(run) == "Back to version 1"


def test_a_run_is_rolled_back_to_the_version_before_it_and_logged(article, first, run, editor):
    done = roll_back(article, editor, base=run.edits[0].pk, summary="nonsense")
    assert (done.kind, done.restores, done.blob_id, done.number) == ("rollback", first, first.blob_id, 5)
    entry = LogEntry.objects.get(what="article.rollback")
    assert (entry.who, entry.target, entry.why) == (editor.account, article.full_title, "nonsense")


def test_a_page_that_one_person_made_alone_cannot_be_rolled_back(vandal, editor):
    alone = factories.article(author=vandal)
    factories.edit(alone, "More.\n", author=vandal)
    with pytest.raises(undoing.NothingBefore):
        undoing.run_at_top(Article.objects.get(pk=alone.pk))


def test_who_looked_before_the_last_edit_is_told_so(article, run, editor):
    with pytest.raises(editing.EditConflict):
        roll_back(article, editor, base=run.edits[1].pk)
    assert current(article).number == 4
