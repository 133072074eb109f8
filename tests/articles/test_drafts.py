"""Drafts: kept over and over, shown to their person alone, put away once their text has found its place."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles import drafts, editing
from articles.models import Article, Draft, Section, Submission
from articles.reviewing import proposing
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

VISIT, OTHER_VISIT = "a" * 16, "b" * 16
writer = factories.writer


def submission(article, author, text="[" * 10_000, form_key="", **fields) -> Submission:
    """What arrived and was refused."""
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text} | fields
    return editing.receive(author=author, form_key=form_key, **sent)


def age(model, field, **ago) -> None:
    with unlocked("no door makes a row of last year"):
        model.objects.update(**{field: timezone.now() - timedelta(**ago)})


def kept(author, visit="") -> list[drafts.Kept]:
    return drafts.drafts_of(writer(author, visit))[0]


# --- Keeping -----------------------------------------------------------------------------------------------------
def test_what_a_form_holds_is_kept_over_what_it_held_before(article, editor):
    first = factories.draft(article, editor, "Mi")
    again = factories.draft(article, editor, "Mine\r\n", form_key=first.form_key, summary="why", minor=True)
    assert again.pk == first.pk
    assert (again.text, again.summary, again.minor, again.base_id) == ("Mine\n", "why", True, article.current_edit_id)


def test_two_forms_of_one_section_never_write_over_each_other(article, editor):
    factories.draft(article, editor, "One")
    factories.draft(article, editor, "Two")
    assert set(Draft.objects.values_list("text", flat=True)) == {"One", "Two"}


def test_the_same_key_of_somebody_else_is_somebody_elses_draft(article, editor, reviewer):
    mine = factories.draft(article, editor, "Mine")
    factories.draft(article, reviewer, "Theirs", form_key=mine.form_key)
    assert [draft.id for draft in kept(editor)] == [mine.pk]
    assert Draft.objects.get(pk=mine.pk).text == "Mine"


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "no character: \ufdd0", "[" * 10_000, ""])
def test_a_text_that_could_not_be_saved_is_kept_all_the_same(article, editor, text):
    draft = factories.draft(article, editor, text)
    assert len(draft.text) == len(text)


def test_a_text_larger_than_an_article_is_refused_and_not_kept(article, editor):
    with pytest.raises(editing.TextTooLarge):
        factories.draft(article, editor, "x" * (512 * 1024 + 1))
    assert not Draft.objects.exists()


def test_a_title_that_can_be_none_is_refused(editor):
    with pytest.raises(editing.TitleRefused):
        factories.draft("a<b", editor)


@pytest.mark.parametrize("base", ["", "0", "x", "9" * 30, "987654321"])
def test_a_base_that_is_no_edit_of_the_article_is_none(article, editor, base):
    assert factories.draft(article, editor, base=base).base_id is None


def test_the_base_of_another_article_is_none(article, editor):
    other = factories.article()
    assert factories.draft(article, editor, base=str(other.current_edit_id)).base_id is None


def test_a_draft_remembers_its_authors_proposal_and_nobody_elses(article, contributor, visitor):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    assert factories.draft(article, contributor, proposal=f"{proposal.pk}-key").proposal == proposal
    assert factories.draft(article, visitor, proposal=str(proposal.pk)).proposal is None


def test_of_very_many_drafts_the_oldest_go(article, visitor, monkeypatch):
    monkeypatch.setattr(drafts, "MOST_OF_A_VISITOR", 2)
    made = [factories.draft(article, visitor, str(number), visit=VISIT) for number in range(3)]
    assert [draft.id for draft in kept(visitor, VISIT)] == [made[2].pk, made[1].pk]


def test_keeping_is_a_handful_of_queries(article, editor, at_most_queries):
    key = factories.draft(article, editor).form_key
    fields = {"title": article.full_title, "section": "0", "base": str(article.current_edit_id), "text": "More"}
    with at_most_queries(4):
        drafts.keep(writer=writer(editor), author=editor, form_key=key, **fields)


def test_many_tabs_that_keep_at_once_keep_each_its_own(at_once, article, editor):
    outcomes = at_once(lambda number: factories.draft(article, editor, str(number)), list(range(6)))
    assert {draft.text for draft in outcomes} == set("012345")
    assert Draft.objects.count() == 6


# --- Whose ---------------------------------------------------------------------------------------------------------
def test_nobody_else_sees_a_draft(article, editor, moderator, administrator):
    draft = factories.draft(article, editor)
    for other in (moderator, administrator):
        with pytest.raises(drafts.NoSuchDraft):
            drafts.one(writer(other), draft.pk)
        assert kept(other) == []


def test_nobody_without_a_name_has_drafts(article, editor, visitor):
    factories.draft(article, editor)
    factories.draft(article, visitor, visit=VISIT)
    assert drafts.drafts_of(drafts.Writer()) == ([], "")
    assert drafts.sent_of(drafts.Writer()) == []


def test_a_visitors_draft_ends_with_the_visit(article, visitor):
    factories.draft(article, visitor, visit=VISIT)
    assert len(kept(visitor, VISIT)) == 1
    assert kept(visitor, OTHER_VISIT) == kept(visitor) == []


def test_a_visitors_draft_ends_after_a_day(article, visitor):
    factories.draft(article, visitor, visit=VISIT)
    age(Draft, "changed", hours=25)
    assert kept(visitor, VISIT) == []


def test_what_a_visitor_sent_in_vain_ends_with_the_visit_too(article, visitor):
    submission(article, visitor, form_key=drafts.new_form_key(VISIT))
    assert len(drafts.sent_of(writer(visitor, VISIT))) == 1
    assert drafts.sent_of(writer(visitor, OTHER_VISIT)) == []


def test_who_logs_in_finds_what_they_wrote_before_in_this_visit(article, visitor, editor):
    draft = factories.draft(article, visitor, visit=VISIT)
    now = drafts.Writer(editor.account_id, visitor.visitor_key, VISIT)
    assert drafts.one(now, draft.pk).text == "Mine.\n"


def test_what_was_begun_before_logging_in_goes_on_under_the_name(article, visitor, editor):
    key = factories.draft(article, visitor, visit=VISIT).form_key
    now = drafts.Writer(editor.account_id, visitor.visitor_key, VISIT)
    fields = {"title": article.full_title, "section": "0", "base": "0", "text": "More"}
    drafts.keep(writer=now, author=editor, form_key=key, **fields)
    assert [(draft.author, draft.text) for draft in Draft.objects.all()] == [(editor, "More")]


@pytest.mark.parametrize("sent", ["", "x", "A" * 32, "a" * 31, "a" * 33, "a" * 31 + "\n"])
def test_what_is_no_key_is_none(sent):
    assert drafts.form_key_of(sent, VISIT) == ""


def test_a_visitors_key_is_of_their_visit_whatever_was_sent():
    assert drafts.form_key_of("c" * 32, VISIT) == VISIT + "c" * 16
    assert drafts.form_key_of("c" * 32) == "c" * 32
    assert drafts.new_form_key(VISIT).startswith(VISIT) and len(drafts.new_form_key()) == 32


def test_a_visit_is_signed():
    assert drafts.visit_in(drafts.visit_cookie(VISIT)) == VISIT
    assert drafts.visit_in(VISIT) == drafts.visit_in("") == ""


# --- Put away once saved -------------------------------------------------------------------------------------------
def test_a_saved_form_has_no_draft_left_and_what_it_sent_before_has_its_place(article, editor):
    draft, other = factories.draft(article, editor), factories.draft(article, editor, "Another form")
    refused = submission(article, editor, form_key=draft.form_key)
    edit = factories.edit(article, "Mine.\n", section="0")
    drafts.settle(writer=writer(editor), form_key=draft.form_key, edit=edit)
    assert list(Draft.objects.all()) == [other]
    assert Submission.objects.get(pk=refused.pk).edit == edit


def test_without_a_key_nothing_is_put_away(article, editor):
    factories.draft(article, editor)
    drafts.settle(writer=writer(editor), form_key="", edit=article.current_edit)
    assert Draft.objects.exists()


def test_a_draft_that_arrives_after_its_save_is_not_kept(article, editor):
    key = drafts.new_form_key()
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\r\n"}
    proposing.submit(user=editor.account, author=editor, form_key=key, **sent)
    fields = {"title": article.full_title, "base": sent["base"], "section": "0"}
    drafts.keep(writer=writer(editor), author=editor, form_key=key, text="Mine.\n", **fields)
    assert not Draft.objects.exists()
    drafts.keep(writer=writer(editor), author=editor, form_key=key, text="Mine, and more.\n", **fields)
    assert Draft.objects.get().text == "Mine, and more.\n"


# --- Lists ---------------------------------------------------------------------------------------------------------
def test_the_list_is_newest_first_and_goes_on_by_key(article, editor, monkeypatch):
    monkeypatch.setattr(drafts, "PAGE_SIZE", 2)
    made = [factories.draft(article, editor, str(number)).pk for number in range(5)]
    first, key = drafts.drafts_of(writer(editor))
    second, next_key = drafts.drafts_of(writer(editor), before=key)
    third, end = drafts.drafts_of(writer(editor), before=next_key)
    assert [draft.id for draft in [*first, *second, *third]] == made[::-1]
    assert end == ""


@pytest.mark.parametrize("key", ["x", "1", "2026-01-01", "99999999999999.1", "0001-01-01T00:00:00+14:00.1"])
def test_a_key_that_no_page_gave_out_is_a_404(editor, key):
    with pytest.raises(drafts.NoSuchDraft):
        drafts.drafts_of(writer(editor), before=key)


def test_a_list_loads_no_text_and_says_how_long_each_is(article, editor):
    factories.draft(article, editor, "12345")
    (draft,) = kept(editor)
    assert (draft.text, draft.size) == ("", 5)


def test_the_number_of_queries_does_not_grow_with_the_drafts(article, editor, at_most_queries):
    for number in range(5):
        factories.draft(article, editor)
        factories.draft(f"New {number}", editor)
    with at_most_queries(3):
        kept(editor)


def test_a_draft_says_what_became_of_its_article(article, editor):
    factories.draft(article, editor)
    assert kept(editor)[0].state == ""
    factories.edit(article, "Theirs.\n", section="0")
    assert kept(editor)[0].state == "changed"
    with unlocked("deleting has tests of its own"):
        Article.objects.update(state=Article.State.DELETED)
    assert kept(editor)[0].state == "deleted"


def test_a_draft_of_an_article_that_is_not_there_says_so_until_somebody_writes_it(editor):
    factories.draft("Help:Dusting", editor)
    assert kept(editor)[0].state == "new"
    factories.article("Help:Dusting")
    assert (kept(editor)[0].state, kept(editor)[0].full_title) == ("changed", "Help:Dusting")


def test_a_draft_is_called_by_its_section(article, editor):
    section = Section.objects.get(article=article, title="Symptoms")
    factories.draft(article, editor, section=str(section.pk))
    assert kept(editor)[0].section_title == "Symptoms"


def test_what_was_sent_and_refused_is_offered_for_ninety_days(article, editor):
    refused = submission(article, editor, summary="why")
    (offered,) = drafts.sent_of(writer(editor))
    assert (offered.id, offered.is_sent, offered.state) == (refused.pk, True, "")
    age(Submission, "received", days=91)
    assert drafts.sent_of(writer(editor)) == []


def test_what_found_its_place_is_not_offered(article, editor, contributor):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0"}
    proposing.submit(user=contributor.account, author=contributor, text="Mine.\n", **sent)
    proposing.submit(user=editor.account, author=editor, text="Ours.\n", **sent)
    assert drafts.sent_of(writer(editor)) == drafts.sent_of(writer(contributor)) == []


def test_of_what_one_form_sent_in_vain_the_last_is_enough(article, editor):
    key = drafts.new_form_key()
    submission(article, editor, "First.\n", form_key=key)
    last = submission(article, editor, "Second.\n", form_key=key)
    assert [sent.id for sent in drafts.sent_of(writer(editor))] == [last.pk]
    factories.draft(article, editor, "Third.\n", form_key=key)
    assert drafts.sent_of(writer(editor)) == []


def test_a_refused_title_that_no_page_could_have_leads_to_no_form(editor):
    editing.receive(title="a<b", base="0", section="", text="x", author=editor)
    (offered,) = drafts.sent_of(writer(editor))
    assert offered.form_url == "" and drafts.present_text(offered) == ""


# --- The form of a section -----------------------------------------------------------------------------------------
def left(article, author, text="As it is.\n", section="0", visit="") -> list[drafts.Kept]:
    return drafts.left_behind(writer(author, visit), title=article.full_title, section=section, text=text)


def test_a_form_knows_what_was_left_of_its_section(article, editor):
    draft = factories.draft(article, editor)
    refused = submission(article, editor)
    assert [(each.is_sent, each.id) for each in left(article, editor)] == [(True, refused.pk), (False, draft.pk)]


def test_what_is_in_the_form_already_was_not_left(article, editor):
    factories.draft(article, editor, "As it is.\n")
    assert left(article, editor, "As it is.\r\n") == []


def test_other_sections_titles_and_people_left_nothing_here(article, editor, reviewer, visitor):
    factories.draft(article, editor, section="new")
    factories.draft("Another", editor)
    factories.draft(article, reviewer)
    factories.draft(article, visitor, visit=OTHER_VISIT)
    assert left(article, editor) == left(article, visitor, visit=VISIT) == []


def test_a_draft_is_compared_with_what_stands_now_in_its_section(article, editor):
    draft = factories.draft(article, editor)
    factories.edit(article, "Theirs.\n", section="0")
    assert drafts.present_text(drafts.one(writer(editor), draft.pk)).strip() == "Theirs."


def test_a_new_section_and_a_new_article_stand_beside_nothing(article, editor):
    for draft in (factories.draft(article, editor, section="new"), factories.draft("Not there", editor)):
        assert drafts.present_text(drafts.one(writer(editor), draft.pk)) == ""


# --- Who else is here ----------------------------------------------------------------------------------------------
def others(article, author, section="0") -> drafts.Others:
    return drafts.others_at_work(writer(author), title=article.full_title, section=section)


def test_somebody_elses_fresh_draft_of_the_section_is_told(article, editor, reviewer, visitor):
    factories.draft(article, reviewer)
    factories.draft(article, reviewer, "A second tab")
    factories.draft(article, visitor)
    assert others(article, editor) == drafts.Others((reviewer.name,), 1)
    assert f"{reviewer.name}, a visitor" in str(others(article, editor))


def test_ones_own_draft_is_nobody_else(article, editor, visitor):
    factories.draft(article, editor)
    assert str(others(article, editor)) == ""
    factories.draft(article, visitor)
    assert others(article, visitor).visitors == 0


def test_after_ten_minutes_nobody_is_taken_to_be_at_work(article, editor, reviewer):
    factories.draft(article, reviewer)
    age(Draft, "changed", minutes=11)
    assert others(article, editor) == drafts.Others()


def test_who_writes_another_section_is_not_told_but_who_writes_the_whole_is(article, editor, reviewer, moderator):
    factories.draft(article, reviewer, section="17")
    factories.draft(article, moderator, section="")
    assert others(article, editor).names == (moderator.name,)
    assert set(others(article, editor, section="").names) == {moderator.name, reviewer.name}


# --- Throwing away -------------------------------------------------------------------------------------------------
def test_what_is_thrown_away_is_gone_with_what_its_form_sent_in_vain(article, editor):
    draft, other = factories.draft(article, editor), factories.draft(article, editor)
    submission(article, editor, form_key=draft.form_key)
    drafts.throw_away(writer(editor), drafts.one(writer(editor), draft.pk))
    assert list(Draft.objects.all()) == [other] and not Submission.objects.exists()


def test_nobody_throws_away_what_is_somebody_elses(article, editor, reviewer):
    draft = factories.draft(article, editor)
    drafts.throw_away(writer(reviewer), drafts.one(writer(editor), draft.pk))
    assert Draft.objects.exists()


def test_a_visit_is_forgotten_and_nothing_else(article, editor, visitor):
    factories.draft(article, visitor, visit=VISIT)
    submission(article, visitor, form_key=drafts.new_form_key(VISIT))
    elsewhere, of_account = factories.draft(article, visitor, visit=OTHER_VISIT), factories.draft(article, editor)
    drafts.forget_visit(drafts.Writer(editor.account_id, visitor.visitor_key, VISIT))
    assert set(Draft.objects.all()) == {elsewhere, of_account} and not Submission.objects.exists()


def test_an_account_is_forgotten_but_for_what_it_handed_in(article, editor, reviewer):
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    proposing.submit(user=editor.account, author=editor, **sent)
    factories.draft(article, editor)
    submission(article, editor)
    theirs = factories.draft(article, reviewer)
    drafts.forget_account(editor.account_id)
    assert list(Draft.objects.all()) == [theirs] and Submission.objects.get().text == "Mine.\n"


def test_an_accounts_drafts_are_counted(article, editor, reviewer):
    factories.draft(article, editor)
    assert (drafts.count_of(editor.account_id), drafts.count_of(reviewer.account_id)) == (1, 0)


@pytest.mark.parametrize("section", ["\0", "\ud800", "x" * 5000])
def test_a_section_that_no_database_can_name_has_no_drafts_and_nobody_at_work(editor, section: str):
    writer = drafts.Writer(editor.account_id)
    assert drafts.others_at_work(writer, title="Asthma", section=section) == drafts.Others((), 0)
    assert drafts.left_behind(writer, title="Asthma", section=section, text="") == []
