"""The write door: nothing is lost, nobody overwrites anybody unseen, a section edit changes that section only."""

import hashlib
import os
import re
import unicodedata

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import access, editing, history, limits, reading, reviewing, writing
from articles.editing import BaseMissing, Change, EditConflict, TextRefused, TextTooLarge, TitleRefused
from articles.models import Address, Article, Author, Edit, LogEntry, Section, Submission, TextBlob
from articles.renderer import RenderError
from articles.text import authorship, sections
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

TAIL = "[[Category:Lungs]]\n{{stub|medicine}}\n"


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def id_of(article: Article, title: str) -> str:
    """The id of the section of that title, as the form's field has it; "0" for the lead."""
    return str(Section.objects.get(article=article, title=title, position__isnull=False).pk) if title else "0"


def section_text(article: Article, section: str) -> str:
    return editing.starting_point(Article.objects.get(pk=article.pk), section).text


def change(article: Article, text: str, **fields) -> Change:
    fields = {"base": article.current_edit_id, "section": "", "author": article.current_edit.author} | fields
    return Change(title=article.full_title, text=text, **fields)


# --- The base ----------------------------------------------------------------------------------------------------
NO_BASES = ["", "0", "-1", "00", "abc", "1e3", "\u0661", "9" * 18, "9" * 40, "999999", "None", "1;2", " "]


@pytest.mark.parametrize("base", NO_BASES)
def test_a_save_with_a_missing_empty_forged_or_future_base_is_refused_and_leaves_no_trace(
    article, base, everything_stored
):
    before = everything_stored()
    with pytest.raises(BaseMissing) as refused:
        editing.save(change(article, "Mine.\n", base=base))
    assert (refused.value.clash.mine, refused.value.clash.theirs) == ("Mine.\n", factories.TEXT)
    assert refused.value.current == article.current_edit
    assert everything_stored() == before


@pytest.mark.parametrize("section", ["", "0", "new", "Causes"])
def test_an_edit_of_another_article_is_no_base(article, editor, section, everything_stored):
    other = factories.article(author=editor)
    before = everything_stored()
    with pytest.raises(BaseMissing):
        editing.save(change(article, "Mine.\n", base=other.current_edit_id, section=section))
    assert everything_stored() == before


def test_a_missing_article_is_made_from_base_0_only(editor, everything_stored):
    before = everything_stored()
    with pytest.raises(BaseMissing) as refused:
        factories.save("Not there", "Mine.\n", base=17, author=editor)
    assert (refused.value.clash.mine, refused.value.clash.theirs, refused.value.current) == ("Mine.\n", None, None)
    assert everything_stored() == before


def test_making_an_article_that_is_there_by_now_shows_both_texts(article):
    with pytest.raises(BaseMissing) as refused:
        factories.save(article.title, "Mine.\n", base=0)
    assert (refused.value.clash.mine, refused.value.clash.theirs) == ("Mine.\n", factories.TEXT)


def test_a_base_that_is_merely_old_is_merged_when_another_section_changed(article):
    factories.edit(article, "## Symptoms\n\nCough.\n", section=id_of(article, "Symptoms"))
    editing.save(change(article, "## Causes\n\nPollen.\n", section=id_of(article, "Causes")))
    text = text_of(article)
    assert "Cough." in text and "Pollen." in text and "Wheeze." not in text and "Dust." not in text
    assert text.endswith(TAIL)


def test_two_whole_texts_that_touch_different_sections_are_merged(article):
    factories.edit(article, factories.TEXT.replace("Wheeze", "Cough"))
    editing.save(change(article, factories.TEXT.replace("Mites", "Cats")))
    assert text_of(article) == factories.TEXT.replace("Wheeze", "Cough").replace("Mites", "Cats")


@pytest.mark.parametrize("theirs", ["section", "whole"])
@pytest.mark.parametrize("mine", ["section", "whole"])
def test_what_two_people_did_to_one_section_is_a_conflict_that_shows_both_texts(article, mine, theirs):
    symptoms = id_of(article, "Symptoms")
    changes = {
        "section": lambda word: {"text": f"## Symptoms\n\n{word}.\n", "section": symptoms},
        "whole": lambda word: {"text": factories.TEXT.replace("Wheeze", word), "section": ""},
    }
    made = factories.edit(article, **changes[theirs]("Cough"))
    with pytest.raises(EditConflict) as conflict:
        editing.save(change(article, **changes[mine]("Fever")))
    assert "Fever." in conflict.value.clash.mine and "Cough." in conflict.value.clash.theirs
    assert conflict.value.clash.section_title == "Symptoms"
    assert conflict.value.current == made
    assert text_of(article) == factories.TEXT.replace("Wheeze", "Cough")


def test_a_conflict_leaves_no_trace(article, everything_stored):
    factories.edit(article, "A lead about the airways.\n", section="0")
    before = everything_stored()
    with pytest.raises(EditConflict):
        editing.save(change(article, "A lead about breathing.\n", section="0"))
    assert everything_stored() == before


def test_the_same_account_in_two_tabs_is_a_conflict_too(article):
    author = article.current_edit.author
    editing.save(change(article, "## Symptoms\n\nFirst tab.\n", section="Symptoms", author=author))
    with pytest.raises(EditConflict):
        editing.save(change(article, "## Symptoms\n\nSecond tab.\n", section="Symptoms", author=author))
    assert "First tab." in text_of(article)


def test_what_both_did_alike_is_no_conflict_and_no_edit(article):
    made = factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    assert editing.save(change(article, "## Symptoms\n\nCough.\n", section="Symptoms")) == made


def test_going_on_from_the_conflict_saves(article):
    factories.edit(article, "Theirs.\n", section="0")
    with pytest.raises(EditConflict) as conflict:
        editing.save(change(article, "Mine.\n", section="0"))
    editing.save(change(article, "Both.\n", section="0", base=conflict.value.current.pk))
    assert section_text(article, "0") == "Both.\n\n"


# --- A section edit changes that section only --------------------------------------------------------------------
@pytest.mark.parametrize("title", ["", "Symptoms", "Causes", "Indoors"])
def test_a_section_edit_leaves_every_other_byte_alone(article, title):
    old = section_text(article, id_of(article, title))
    new = old.rstrip("\n") + "\n\nOne more line.\n\n"
    factories.edit(article, new, section=id_of(article, title))
    assert text_of(article) == factories.TEXT.replace(old, new, 1)


def test_a_section_is_named_by_an_anchor_of_the_base(article):
    factories.edit(article, "### Indoors\n\nCats.\n", section="Indoors")
    assert text_of(article) == factories.TEXT.replace("Mites", "Cats")


@pytest.mark.parametrize(("section", "changed"), [("Causes", "One."), ("Causes_2", "Two.")])
def test_of_two_sections_of_one_name_the_one_opened_is_changed(editor, section, changed):
    text = "## Causes\n\nOne.\n\n## Effects\n\nNone.\n\n## Causes\n\nTwo.\n"
    article = factories.article(text=text, author=editor)
    factories.edit(article, section_text(article, section).replace(changed, "Three."), section=section)
    assert text_of(article) == text.replace(changed, "Three.")


def test_what_looks_like_a_heading_in_a_code_fence_is_no_section(editor):
    text = "Lead.\n\n```\n## Causes\n\nNo section.\n```\n\n## Causes\n\nDust.\n"
    article = factories.article(text=text, author=editor)
    factories.edit(article, "## Causes\n\nPollen.\n", section="Causes")
    assert text_of(article) == text.replace("Dust", "Pollen")


OTHERS = {
    "renamed": lambda text: text.replace("## Symptoms", "## Signs"),
    "moved": lambda text: text.replace("## Symptoms\n\nWheeze.\n\n", "").replace(
        "[[C", "## Symptoms\n\nWheeze.\n\n[[C"
    ),
    "deleted": lambda text: text.replace("## Symptoms\n\nWheeze.\n\n", ""),
    "put another before": lambda text: text.replace("## Symptoms", "## Causes\n\nNew.\n\n## Symptoms"),
    "gave another this name": lambda text: text.replace("## Symptoms", "## Indoors"),
}


@pytest.mark.parametrize("did", OTHERS)
def test_a_section_is_found_whatever_others_did_to_another_one(article, did):
    theirs = OTHERS[did](factories.TEXT)
    indoors = id_of(article, "Indoors")
    factories.edit(article, theirs)
    editing.save(change(article, "### Indoors\n\nCats.\n", section=indoors))
    assert text_of(article) == theirs.replace("Mites", "Cats")


def test_a_section_moved_by_others_is_edited_where_it_is_now(article):
    factories.edit(article, OTHERS["moved"](factories.TEXT))
    editing.save(change(article, "## Symptoms\n\nCough.\n", section="Symptoms"))
    assert text_of(article) == OTHERS["moved"](factories.TEXT).replace("Wheeze", "Cough")


def test_a_section_renamed_by_others_keeps_their_title_and_gets_my_text(article):
    symptoms = id_of(article, "Symptoms")
    factories.edit(article, "## Signs\n\nWheeze.\n", section="Symptoms")
    editing.save(change(article, "## Symptoms\n\nCough.\n", section="Symptoms"))
    assert text_of(article) == factories.TEXT.replace("## Symptoms\n\nWheeze.", "## Signs\n\nCough.")
    assert id_of(article, "Signs") == symptoms


def test_a_section_deleted_by_others_is_a_conflict_that_says_so(article):
    factories.edit(article, OTHERS["deleted"](factories.TEXT))
    with pytest.raises(EditConflict) as conflict:
        editing.save(change(article, "## Symptoms\n\nCough.\n", section="Symptoms"))
    assert (conflict.value.clash.mine, conflict.value.clash.theirs) == ("## Symptoms\n\nCough.\n", None)


@pytest.mark.parametrize("section", ["999999999", "No_such_anchor", "-1", "9" * 40])
def test_a_section_that_is_nowhere_is_a_conflict_with_the_text_given_back(article, section, everything_stored):
    before = everything_stored()
    with pytest.raises(EditConflict) as conflict:
        editing.save(change(article, "Mine.\n", section=section))
    assert conflict.value.clash.mine == "Mine.\n"
    assert everything_stored() == before


def test_a_section_of_another_article_is_not_written_here(article, editor):
    other = factories.article(author=editor)
    with pytest.raises(EditConflict):
        editing.save(change(article, "Mine.\n", section=id_of(other, "Causes")))
    assert (text_of(article), text_of(other)) == (factories.TEXT, factories.TEXT)


def test_a_new_section_goes_before_the_tail(article):
    edit = factories.edit(article, "## Treatment\n\nAir.\n", section="new")
    assert text_of(article) == factories.TEXT.replace(TAIL, "## Treatment\n\nAir.\n\n" + TAIL)
    assert edit.section_title == "Treatment"


def test_two_new_sections_on_one_base_are_both_there(article):
    factories.edit(article, "## Treatment\n\nAir.\n", section="new")
    editing.save(change(article, "## Outlook\n\nGood.\n", section="new"))
    assert text_of(article) == factories.TEXT.replace(TAIL, "## Treatment\n\nAir.\n\n## Outlook\n\nGood.\n\n" + TAIL)


FOOTNOTES = "[^1]: A source.\n\n" + TAIL


@pytest.mark.parametrize(
    ("section", "new"),
    [
        ("Indoors", "### Indoors\n\nCats.\n"),
        ("Indoors", "### Indoors\n\nCats."),
        ("Indoors", ""),
        ("Indoors", "\n"),
        ("Causes", ""),
        ("Indoors", "### Indoors\n\nCats.\n\n## After\n\nMore.\n"),
    ],
)
def test_editing_or_deleting_the_last_section_keeps_categories_stub_mark_and_footnotes(editor, section, new):
    text = factories.TEXT.replace("Wheeze.", "Wheeze.[^1]").replace(TAIL, FOOTNOTES)
    article = factories.article(text=text, author=editor)
    factories.edit(article, new, section=section)
    assert text_of(article).endswith("\n" + FOOTNOTES)
    assert "Mites" not in text_of(article)
    assert Article.objects.get(pk=article.pk).stub_topic == "medicine"


def test_the_form_of_the_last_section_holds_nothing_of_the_tail(article):
    assert section_text(article, "Indoors") == "### Indoors\n\nMites.\n\n"


def test_the_whole_form_edits_the_tail(article):
    factories.edit(article, factories.TEXT.replace(TAIL, ""))
    assert Article.objects.get(pk=article.pk).stub_topic == ""


@pytest.mark.parametrize("text", ["", "\n", "  \n\n"])
def test_an_article_is_never_left_without_any_text(article, text):
    with pytest.raises(TextRefused):
        factories.edit(article, text)
    assert text_of(article) == factories.TEXT


@pytest.mark.parametrize("text", ["", " \n"])
def test_an_article_is_not_made_without_any_text(editor, text):
    with pytest.raises(TextRefused):
        factories.save("Emptiness", text, base=0, author=editor)
    assert not Article.objects.filter(title="Emptiness").exists()


# --- What is saved is what was typed -----------------------------------------------------------------------------
TYPED = [
    "Two blanks at the end  \nof a line.\n",
    "\tA tab, and\ta tab.\n",
    "A no-break\u00a0space, a thin\u2009one.\n",
    "No line feed at the end",
    "5 \u00b5g is 5 \u00b5g, \u03bcg with a mu is \u03bcg.\n",
    "\n\nBlank lines first.\n\n\n\nAnd last.\n\n\n",
    "Form\x0cfeed, vertical\x0btab, next\x85line, line\u2028separator.\n",
    "\ufeffA mark of byte order.\n",
    "Emoji \U0001f9d1\u200d\u2695\ufe0f and right-to-left \u05d0.\n",
    "&amp; <b>x</b> \\* `code`\n",
]


@pytest.mark.parametrize("typed", TYPED)
def test_a_text_is_kept_byte_for_byte_when_an_article_is_made(typed, editor):
    article = factories.article(text=typed, author=editor)
    assert text_of(article) == typed


@pytest.mark.parametrize("typed", TYPED)
def test_a_text_is_kept_byte_for_byte_when_it_replaces_another(typed, article):
    factories.edit(article, typed)
    assert text_of(article) == typed


@pytest.mark.parametrize("typed", TYPED)
def test_a_section_is_kept_byte_for_byte_but_for_the_blank_line_that_parts_it_from_the_next(typed, article):
    factories.edit(article, "## Symptoms\n\n" + typed, section="Symptoms")
    assert section_text(article, "Symptoms").rstrip("\n") == ("## Symptoms\n\n" + typed).rstrip("\n")


@pytest.mark.parametrize("ends", ["\r\n", "\r"])
def test_all_line_ends_become_line_feeds(editor, ends):
    article = factories.article(text=factories.TEXT.replace("\n", ends), author=editor)
    assert text_of(article) == factories.TEXT


def test_letters_with_accents_are_composed(editor):
    article = factories.article(text=unicodedata.normalize("NFD", "Crème à l'été.\n"), author=editor)
    assert text_of(article) == "Crème à l'été.\n"


@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from("\n\t #-=|"), max_size=60))
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_cleaned_once_is_clean(text):
    assert editing.clean(editing.clean(text)) == editing.clean(text)
    assert "\r" not in editing.clean(text)


def test_underlined_headings_of_what_was_sent_are_written_with_hashes(article):
    factories.edit(article, "Symptoms\n--------\n\nCough.\n", section="Symptoms")
    assert section_text(article, "Symptoms") == "## Symptoms\n\nCough.\n\n"


def test_underlined_headings_of_a_new_article_are_written_with_hashes(editor):
    article = factories.article(text="Lead.\n\nCauses\n------\n\nDust.\n", author=editor)
    assert text_of(article) == "Lead.\n\n## Causes\n\nDust.\n"


@pytest.mark.parametrize("section", ["", "0", "new"])
def test_characters_damaged_on_the_way_are_refused(article, section):
    with pytest.raises(TextRefused):
        factories.edit(article, "Lead \ufffd.\n", section=section)
    assert text_of(article) == factories.TEXT


def test_characters_damaged_on_the_way_are_refused_in_a_new_article_too(editor):
    with pytest.raises(TextRefused):
        factories.save("Damage", "Lead \ufffd.\n", base=0, author=editor)


def test_an_old_damage_does_not_keep_a_text_from_being_edited(editor):
    article = _with_damage(editor)
    factories.edit(article, "Lead \ufffd, put better.\n")
    assert text_of(article) == "Lead \ufffd, put better.\n"


def test_an_old_version_with_damage_can_be_brought_back(editor):
    article = _with_damage(editor)
    now = factories.edit(article, "Lead.\n")
    editing.revert(edit=article.current_edit, base=now.pk, author=editor)
    assert text_of(article) == "Lead \ufffd.\n"


def _with_damage(author) -> Article:
    """An article whose text was damaged before it came here: only an import brings such a thing."""
    editing.bring_in(editing.Incoming("Damaged", "Lead \ufffd.\n"), author=author)
    return Article.objects.select_related("current_edit__author").get(title="Damaged")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x" * (512 * 1024 + 1), TextTooLarge),
        ("\u00e4" * (256 * 1024 + 1), TextTooLarge),
        ("[" * 10_000, TextRefused),
        ("> " * 500 + "deep\n", TextRefused),
    ],
    ids=["characters", "bytes", "brackets", "quotes"],
)
def test_a_text_that_could_not_be_shown_is_refused_and_leaves_no_trace(article, text, error, everything_stored):
    before = everything_stored()
    with pytest.raises(error):
        editing.save(change(article, text))
    assert everything_stored() == before


def test_a_refusal_names_the_line(article):
    with pytest.raises(TextRefused, match=r"^Line 3: "):
        factories.edit(article, "Fine.\n\n" + "[" * 10_000)


def test_a_section_that_makes_the_article_too_large_is_refused(editor):
    article = factories.article(text="x" * (510 * 1024) + "\n\n## Last\n\ny\n", author=editor)
    with pytest.raises(TextTooLarge):
        factories.edit(article, "## Last\n\n" + "y " * 2048, section="Last")


def test_a_text_that_takes_too_long_is_refused_in_words(article, monkeypatch):
    def slow(text):
        raise RenderError("time", "The text takes too long.")

    monkeypatch.setattr(editing.renderer, "render", slow)
    with pytest.raises(TextRefused, match="too long"):
        factories.edit(article, "Another.\n")


# --- Equal texts, double clicks ----------------------------------------------------------------------------------
@pytest.mark.parametrize("section", ["", "0", "Causes"])
def test_an_equal_text_makes_no_edit(article, section, everything_stored):
    before = everything_stored()
    assert editing.save(change(article, section_text(article, section), section=section)) == article.current_edit
    assert everything_stored() == before


def test_a_text_equal_but_for_line_ends_makes_no_edit(article):
    assert factories.edit(article, factories.TEXT.replace("\n", "\r\n")) == article.current_edit


def receive(author, article, text="Mine.\n", **fields) -> Submission:
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text}
    return editing.receive(author=author, **(sent | fields))


def test_a_body_is_kept_as_it_arrived(article, editor):
    submission = receive(editor, article, "Mine\r\n", summary="why", minor=True, address="192.0.2.1")
    submission.refresh_from_db()
    assert (submission.text, submission.summary, submission.minor) == ("Mine\r\n", "why", True)
    assert Address.objects.get(author=editor).address == "192.0.2.1"


def test_the_same_body_is_one_submission_and_one_edit(article, editor):
    first, second = receive(editor, article), receive(editor, article)
    edits = [editing.save(change(article, "Mine.\n", section="0", submission=each)) for each in (first, second)]
    assert first == second and edits[0] == edits[1]
    assert Edit.objects.filter(article=article).count() == 2


def test_a_repeat_is_told_what_the_first_led_to(article, editor):
    edit = editing.save(change(article, "Mine.\n", section="0", submission=receive(editor, article)))
    assert receive(editor, article).edit == edit


@pytest.mark.parametrize("other", [{"text": "Yours.\n"}, {"base": "7"}, {"section": "new"}, {"title": "Elsewhere"}])
def test_another_body_is_another_submission(article, editor, other):
    assert receive(editor, article, **other) != receive(editor, article)


def test_the_same_body_of_another_person_is_another_submission(article, editor, reviewer):
    assert receive(editor, article) != receive(reviewer, article)


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\udfff\x00"])
def test_a_body_that_no_database_takes_is_kept_with_the_damage_marked(article, editor, text):
    submission = receive(editor, article, f"Mine {text}.\n")
    submission.refresh_from_db()
    assert submission.text.startswith("Mine ") and text not in submission.text


def test_a_refused_save_keeps_the_submission(article, editor):
    submission = receive(editor, article, "[" * 10_000)
    with pytest.raises(TextRefused):
        editing.save(change(article, submission.text, section="0", submission=submission))
    submission.refresh_from_db()
    assert (submission.text, submission.edit) == ("[" * 10_000, None)


def test_a_submission_over_the_limit_is_refused(article, editor):
    receive(editor, article, "1", limit=(1, 60))
    with pytest.raises(limits.TooOften):
        receive(editor, article, "2", limit=(1, 60))


def test_the_repeat_of_a_saved_body_is_not_counted(article, editor):
    submission = receive(editor, article, limit=(1, 60))
    editing.save(change(article, "Mine.\n", section="0", submission=submission))
    assert receive(editor, article, limit=(1, 60)) == submission


def test_people_with_accounts_behind_one_address_are_counted_apart(article, editor, reviewer):
    receive(editor, article, limit=(1, 60), address="192.0.2.1")
    assert receive(reviewer, article, limit=(1, 60), address="192.0.2.1").author == reviewer


def test_visitors_behind_one_address_are_counted_together(article):
    receive(factories.visitor(), article, limit=(1, 60), address="192.0.2.1")
    with pytest.raises(limits.TooOften):
        receive(factories.visitor(), article, limit=(1, 60), address="192.0.2.1")


# --- At the same moment ------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_once_make_one_edit(article, editor, at_once):
    def click(number):
        submission = receive(editor, article)
        return editing.save(change(article, "Mine.\n", section="0", submission=submission))

    edits = at_once(click, [1, 2, 3, 4])
    assert len({edit.pk for edit in edits}) == 1
    assert Edit.objects.filter(article=article).count() == 2
    assert Submission.objects.get().edit == edits[0]


@pytest.mark.parametrize(
    ("section", "text"), [("new", "## Treatment\n\nAir.\n"), ("Causes", ""), ("Indoors", "### Outdoors\n\nPollen.\n")]
)
def test_a_second_click_that_meets_what_the_first_one_did_is_no_conflict(article, editor, section, text):
    clicks = [receive(editor, article, text, section=section) for _click in range(2)]
    first, second = (editing.save(change(article, text, section=section, submission=each)) for each in clicks)
    assert first == second and Edit.objects.filter(article=article).count() == 2


@pytest.mark.django_db(transaction=True)
def test_four_clicks_at_once_make_one_article(editor, at_once):
    def click(number):
        sent = {"title": "Race", "base": "0", "section": "", "text": "Mine.\n", "author": editor}
        return editing.save(editing.Change(**sent, submission=editing.receive(**sent)))

    outcomes = at_once(click, [1, 2, 3, 4])
    assert {outcome.pk for outcome in outcomes} == {Edit.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_race_to_make_an_article_has_one_winner_and_the_others_see_both_texts(editor, at_once):
    def make(number):
        return factories.save("Race", f"By number {number}.\n", base=0, author=editor)

    outcomes = at_once(make, list(range(8)))
    won = [outcome for outcome in outcomes if isinstance(outcome, Edit)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, BaseMissing)]
    assert (len(won), len(lost)) == (1, 7)
    assert {conflict.clash.theirs for conflict in lost} == {won[0].blob.text}
    assert Article.objects.get(title="Race").current_edit == won[0]


@pytest.mark.django_db(transaction=True)
def test_saves_of_different_sections_at_once_are_all_there(editor, at_once):
    titles = [f"Part {number}" for number in range(6)]
    article = factories.article(text="".join(f"## {title}\n\nOld.\n\n" for title in titles), author=editor)

    def write(title):
        return editing.save(change(article, f"## {title}\n\nNew {title}.\n", section=title.replace(" ", "_")))

    outcomes = at_once(write, titles)
    assert all(isinstance(outcome, Edit) for outcome in outcomes), outcomes
    assert text_of(article).count("New Part") == 6
    assert sorted(Edit.objects.filter(article=article).values_list("number", flat=True)) == list(range(1, 8))


@pytest.mark.django_db(transaction=True)
def test_of_saves_of_one_section_at_once_one_is_there_and_the_others_are_conflicts(article, at_once):
    def write(number):
        return editing.save(change(article, f"## Symptoms\n\nNumber {number}.\n", section="Symptoms"))

    outcomes = at_once(write, list(range(5)))
    won = [outcome for outcome in outcomes if isinstance(outcome, Edit)]
    assert len(won) == 1
    assert sum(type(outcome) is EditConflict for outcome in outcomes) == 4
    assert Article.objects.get(pk=article.pk).current_edit == won[0]


def test_who_is_overtaken_three_times_saves_under_the_lock(article, monkeypatch):
    tries = []

    def overtaken(ready):
        tries.append(ready)
        if len(tries) <= 3:
            raise writing.Overtaken
        return write(ready)

    write = writing.write
    monkeypatch.setattr(writing, "write", overtaken)
    assert factories.edit(article, "At last.\n").number == 2
    assert len(tries) == 4


# --- Titles ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("title", ["\u0410sthma", "\uff21sthma", "\U0001d400sthma", "Asthm\u0430"])
def test_a_title_that_looks_like_one_that_exists_is_refused_and_names_it(editor, title):
    factories.article("Asthma", author=editor)
    with pytest.raises(TitleRefused) as refused:
        factories.save(title, "Not the same.\n", base=0, author=editor)
    assert refused.value.existing == "Asthma" and "Asthma" in refused.value.message
    assert Article.objects.count() == 1


@pytest.mark.parametrize(("there", "title"), [("Type I", "Type 1"), ("Ms", "MS"), ("Help:Asthma", "\u0410sthma")])
def test_titles_that_one_script_tells_apart_are_right_side_by_side(editor, there, title):
    factories.article(there, author=editor)
    assert factories.save(title, "Not the same.\n", base=0, author=editor).title == title


@pytest.mark.parametrize("title", ["", "A#b", "a/../b", "x" * 256, "A\u200bb", "A\u202eb", "[[A]]"])
def test_what_can_not_be_a_title_is_refused_in_words(editor, title):
    with pytest.raises(TitleRefused) as refused:
        factories.save(title, "Text.\n", base=0, author=editor)
    assert refused.value.message
    assert not Article.objects.exists()


@pytest.mark.parametrize("title", ["asthma", "  Asthma ", "Asthma", "Cafe\u0301"])
def test_each_spelling_of_a_title_is_one_article(editor, title):
    factories.article("Asthma", author=editor)
    factories.article("Caf\u00e9", author=editor)
    with pytest.raises(BaseMissing):
        factories.save(title, "Another.\n", base=0, author=editor)


# --- Bringing back -----------------------------------------------------------------------------------------------
def test_a_revert_brings_the_exact_text_back_as_a_new_edit(article, reviewer):
    vandalised = factories.edit(article, "Rubbish.\n")
    edit = editing.revert(edit=article.current_edit, base=vandalised.pk, author=reviewer, summary="rubbish")
    assert text_of(article) == factories.TEXT
    assert (edit.kind, edit.restores, edit.number, edit.author) == ("revert", article.current_edit, 3, reviewer)
    assert edit.blob == article.current_edit.blob


def test_a_revert_keeps_headings_as_they_were_typed(editor):
    text = "Lead.\n\nCauses\n------\n\nDust.\n"
    editing.bring_in(editing.Incoming("Old habits", text), author=editor)
    first = Edit.objects.get(title="Old habits")
    now = factories.edit(first.article, "Other.\n")
    editing.revert(edit=first, base=now.pk, author=editor)
    assert text_of(first.article) == text


def test_a_revert_brings_the_sections_back_with_their_ids(article, editor):
    before = list(Section.objects.filter(article=article).values_list("pk", "position", "title", "anchor"))
    vandalised = factories.edit(article, "Rubbish.\n")
    editing.revert(edit=article.current_edit, base=vandalised.pk, author=editor)
    there = Section.objects.filter(article=article, position__isnull=False)
    assert list(there.values_list("pk", "position", "title", "anchor")) == before


@pytest.mark.parametrize("base", ["", "0", "first"])
def test_a_revert_whose_base_is_not_the_current_edit_is_a_conflict(article, editor, base):
    factories.edit(article, "Another.\n")
    base = str(article.current_edit_id) if base == "first" else base
    with pytest.raises(EditConflict):
        editing.revert(edit=article.current_edit, base=base, author=editor)
    assert text_of(article) == "Another.\n"


def test_a_revert_overtaken_by_an_edit_is_a_conflict_not_a_mixture(article, editor, monkeypatch):
    now = factories.edit(article, factories.TEXT.replace("Wheeze", "Cough"))
    write = writing.write

    def overtaken(ready):
        monkeypatch.setattr(writing, "write", write)
        factories.edit(article, "### Indoors\n\nCats.\n", section="Indoors")
        raise writing.Overtaken

    monkeypatch.setattr(writing, "write", overtaken)
    with pytest.raises(EditConflict):
        editing.revert(edit=article.current_edit, base=now.pk, author=editor)
    assert "Cats." in text_of(article)


def test_bringing_the_current_version_back_makes_no_edit(article, editor):
    edit = editing.revert(edit=article.current_edit, base=article.current_edit_id, author=editor)
    assert edit == article.current_edit


# --- Imports -----------------------------------------------------------------------------------------------------
def test_an_import_over_an_equal_text_does_nothing(article, editor):
    assert editing.bring_in(editing.Incoming(article.title, factories.TEXT), author=editor) is None


def test_an_import_over_an_earlier_one_is_an_edit_with_its_origin(editor):
    editing.bring_in(editing.Incoming("Heart", "Old.\n"), author=editor)
    edit = editing.bring_in(editing.Incoming("Heart", "New.\n", (), {"source": "NIH"}), author=editor)
    assert (edit.kind, edit.number, edit.article.origin.source) == ("import", 2, "NIH")
    assert text_of(edit.article) == "New.\n"


def test_an_import_leaves_what_people_have_changed(article, editor):
    with pytest.raises(editing.ChangedHere, match="left as it is"):
        editing.bring_in(editing.Incoming(article.title, "New.\n"), author=editor)
    assert text_of(article) == factories.TEXT


def test_an_import_does_not_make_a_title_that_looks_like_another(editor):
    factories.article("Asthma", author=editor)
    with pytest.raises(TitleRefused):
        editing.bring_in(editing.Incoming("\u0410sthma", "New.\n"), author=editor)


def test_of_many_imports_those_refused_are_named_and_the_others_made(editor):
    factories.article("Asthma", author=editor)
    batch = [editing.Incoming(title, f"{title}.\n") for title in ("\u0410sthma", "Heart", "He\u0430rt", "x" * 300)]
    rendered = [(each, editing.renderer.render(each.text)) for each in batch]
    refused = editing.bring_in_many(rendered, author=editor)
    assert [each.title for each, _why in refused] == ["\u0410sthma", "He\u0430rt", "x" * 300]
    assert Article.objects.filter(title="Heart").exists()


@pytest.mark.parametrize("many", [True, False])
def test_an_import_may_begin_protected_and_that_is_logged(editor, many):
    incoming = editing.Incoming("Project:Terms", "Ours.\n", protection="administrator")
    if many:
        editing.bring_in_many([(incoming, editing.renderer.render(incoming.text))], author=editor)
    else:
        editing.bring_in(incoming, author=editor)
    article = Article.objects.get(title="Terms")
    assert (article.edit_protection, article.move_protection) == ("administrator", "administrator")
    assert LogEntry.objects.get(what="article.protect").target == "Project:Terms"


def test_an_import_protects_nothing_that_is_there(editor):
    editing.bring_in(editing.Incoming("Project:Terms", "Ours.\n"), author=editor)
    edit = editing.bring_in(editing.Incoming("Project:Terms", "Later.\n", protection="administrator"), author=editor)
    assert edit.article.edit_protection == "" and not LogEntry.objects.filter(what="article.protect").exists()


# --- The form ----------------------------------------------------------------------------------------------------
def test_the_form_of_a_missing_article_begins_empty_on_base_0():
    assert editing.starting_point(None) == editing.StartingPoint("", 0, "", "", "")


def test_the_form_of_a_missing_article_may_begin_with_something():
    assert editing.starting_point(None, beginning="## Causes\n").text == "## Causes\n"


def test_the_form_of_an_article_begins_with_its_own_text(article):
    assert editing.starting_point(article, beginning="## Causes\n").text == factories.TEXT


@pytest.mark.parametrize(
    ("section", "text", "summary"),
    [
        ("", factories.TEXT, ""),
        ("0", "A lead about the lungs.\n\n", ""),
        ("Symptoms", "## Symptoms\n\nWheeze.\n\n", "/* Symptoms */ "),
        ("Causes", "## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n", "/* Causes */ "),
        ("new", "## ", ""),
    ],
)
def test_the_form_holds_the_section_and_its_subsections_only(article, section, text, summary):
    start = editing.starting_point(article, section)
    assert (start.text, start.base, start.summary) == (text, article.current_edit_id, summary)


@pytest.mark.parametrize("section", ["No_such", "999999999"])
def test_there_is_no_form_for_a_section_that_is_not_there(article, section):
    assert editing.starting_point(article, section) is None


@pytest.mark.parametrize("section", ["", "0", "Symptoms", "Causes", "Indoors"])
def test_sending_the_form_as_it_was_opened_changes_nothing(article, section):
    start = editing.starting_point(article, section)
    edit = editing.save(change(article, start.text, section=start.section, base=str(start.base)))
    assert edit == article.current_edit


def test_a_preview_writes_nothing(article, everything_stored):
    before = everything_stored()
    merged = editing.merged(change(article, "## Causes\n\nPollen.\n", section="Causes"))
    assert sections.lines_of(merged.text)[merged.first_line : merged.end_line] == ["## Causes\n", "\n", "Pollen.\n"]
    assert editing.text_before(merged) == factories.TEXT
    assert everything_stored() == before


def test_after_a_save_a_reader_is_led_to_the_edited_section(article):
    edit = factories.edit(article, "### Outdoors\n\nPollen.\n", section="Indoors")
    assert editing.address_of_edit(edit) == f"{article.get_absolute_url()}#Outdoors"


def test_after_a_save_of_the_whole_a_reader_is_led_to_the_article(article):
    assert editing.address_of_edit(factories.edit(article, "Other.\n")) == article.get_absolute_url()


@pytest.mark.parametrize(("section", "title"), [("", ""), ("0", ""), ("new", ""), ("Causes", "Causes"), ("Nope", "")])
def test_a_section_is_called_by_its_title(article, section, title):
    assert editing.title_of_section(article, section) == title


def test_the_text_of_a_version_is_proved_by_its_hash(article):
    edit = factories.edit(article, "Other.\n")
    assert edit.blob.sha256 == hashlib.sha256(b"Other.\n").hexdigest() == TextBlob.hash_of("Other.\n")


def test_a_text_of_endless_accents_is_left_as_it_is_for_no_process_ends_sorting_them():
    endless = "a" + "\u0301\u0323" * 200_000
    assert editing.clean(f"{endless}\r\n") == f"{endless}\n"
    assert editing.clean("e\u0301") == "\xe9"


# --- Who a section is ---------------------------------------------------------------------------------------------
def test_an_open_form_hits_its_section_after_others_renamed_moved_and_put_it_a_level_lower(article):
    symptoms = id_of(article, "Symptoms")
    lead, _, rest = factories.TEXT.partition("## Symptoms\n\nWheeze.\n\n")
    moved = rest.replace("[[Category", "#### Signs\n\nWheeze.\n\n[[Category")
    factories.edit(article, lead + moved)
    editing.save(change(article, "## Symptoms\n\nWheeze and cough.\n", section=symptoms))
    assert text_of(article) == lead + moved.replace("Wheeze.", "Wheeze and cough.")
    assert id_of(article, "Signs") == symptoms


def test_the_anchors_that_a_section_had_before_lead_to_it_as_long_as_no_other_has_them(article):
    factories.edit(article, factories.TEXT.replace("## Symptoms", "## Signs"))
    factories.edit(article, factories.TEXT.replace("## Symptoms", "## Signs and symptoms"))
    outline = editing.version_of(Article.objects.get(pk=article.pk).current_edit).outline
    assert [entry.former for entry in outline.entries if entry.title == "Signs and symptoms"] == [("Symptoms", "Signs")]
    factories.edit(article, "## Signs\n\nOf another kind.\n", section="new")
    outline = editing.version_of(Article.objects.get(pk=article.pk).current_edit).outline
    assert [entry.former for entry in outline.entries[1:]] == [("Symptoms",), (), (), ()]


def test_a_section_joined_with_another_leads_there_by_its_number_and_by_its_anchor(editor):
    article = factories.article(
        "Lungs", "## Signs\n\nWheeze at night and at dawn.\n\n## Causes\n\nDust of the house.\n"
    )
    signs, causes = id_of(article, "Signs"), id_of(article, "Causes")
    factories.edit(article, "## Causes\n\nDust of the house.\n\nWheeze at night and at dawn.\n")
    assert Section.objects.get(pk=signs).successor_id == int(causes)
    assert access.section_to_read(editor.account, int(signs)) == "/wiki/Lungs#Causes"
    (entry,) = editing.version_of(Article.objects.get(pk=article.pk).current_edit).outline.entries[1:]
    assert entry.former == ("Signs",)


def test_a_section_that_comes_back_is_itself_again(article):
    symptoms = id_of(article, "Symptoms")
    factories.edit(article, "", section="Symptoms")
    assert Section.objects.get(pk=symptoms).position is None
    editing.revert(edit=article.current_edit, base=Article.objects.get(pk=article.pk).current_edit_id, author=_editor())
    assert id_of(article, "Symptoms") == symptoms


def _editor():
    return factories.author("editor")


# --- Whatever people do, through the door -------------------------------------------------------------------------
# So many histories in each run of the tests; WIKI_EXAMPLES asks for more of them.
EXAMPLES = int(os.environ.get("WIKI_EXAMPLES", "25"))


@st.composite
def deeds_of_people(draw):
    """Who does what in which order: (person, deed, number of a section, number of a line, whether they look anew)."""
    deeds = ("edit", "edit", "add", "rename", "move", "delete", "level", "new", "split")
    deed = st.tuples(
        st.integers(0, 3), st.sampled_from(deeds), st.integers(0, 9), st.integers(0, 9), st.sampled_from([True, False])
    )
    return draw(st.lists(deed, min_size=2, max_size=6))


class Person:
    """Somebody with the article open: what they last saw of it."""

    def __init__(self, name: str, author: Author) -> None:
        self.name, self.author, self.seen = name, author, None


def lines_of(text: str) -> set[str]:
    return {line for line in text.split("\n") if line.strip() and not line.startswith("#")}


def done_to(text: str, deed: str, section: int, line: int, word: str) -> str:
    """The text after a deed; every line that it writes is the only one of its kind."""
    pieces = re.split(r"(?m)^(?=#+ )", text)
    lead, parts = pieces[0], pieces[1:]
    at = section % len(parts) if parts else 0
    if deed == "new" or not parts:
        parts.insert(at, f"## Section {word}\n\nBegun by {word} alone.\n\n")
    elif deed == "rename":
        parts[at] = re.sub(r"^(#+) .*", rf"\1 Renamed by {word}", parts[at])
    elif deed == "level":
        parts[at] = "#" * (2 + line % 3) + " " + parts[at].lstrip("# ")
    elif deed == "move":
        parts.insert(line % len(parts), parts.pop(at))
    elif deed == "delete":
        parts.pop(at)
    else:
        paragraphs = parts[at].rstrip("\n").split("\n\n")
        where = 1 + line % len(paragraphs)
        new = {"split": f"## Split by {word}\n\nWhat {word} has split off."}.get(deed, f"Written by {word} here.")
        paragraphs[where : where + (deed == "edit")] = [new]
        parts[at] = "\n\n".join(paragraphs) + "\n\n"
    return lead + "".join(parts)


@given(deeds_of_people())
@hypothesis_settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_that_somebody_added_and_nobody_removed_is_in_the_article_or_in_a_shown_clash(editor, deeds):
    text = "The lead.\n\n" + "".join(
        f"## Part {n}\n\nThe first line of part {n} is this.\n\nAnd part {n} has a second line.\n\n" for n in range(4)
    )
    article = factories.article(text=text, author=editor)
    people = [Person(name, editor) for name in ("ann", "ben", "cem", "dua")]
    added, removed, unseen = set(), set(), set()
    for number, (who, deed, section, line, looks) in enumerate(deeds):
        person, now = people[who], Article.objects.get(pk=article.pk).current_edit
        base = now if looks or person.seen is None else person.seen
        mine = done_to(base.blob.text, deed, section, line, f"{person.name}{number}")
        new, gone = lines_of(mine) - lines_of(base.blob.text), lines_of(base.blob.text) - lines_of(mine)
        try:
            person.seen = editing.save(change(article, mine, base=base.pk))
        except EditConflict as conflict:
            person.seen = base
            unseen |= new - lines_of(conflict.merge.resolved([clash.mine for clash in conflict.merge.clashes]))
        else:
            added |= new
            removed |= gone
    assert not unseen
    assert added - removed <= lines_of(text_of(article))


# --- Whose words -------------------------------------------------------------------------------------------------
def writers(article: Article) -> dict[int, int]:
    """How many words of the current text each edit brought, by its number."""
    edit = Edit.objects.get(pk=Article.objects.get(pk=article.pk).current_edit_id)
    return authorship.words_by_edit(history.runs_of(edit))


def test_who_changes_a_section_has_written_what_changed_only(article):
    before = writers(article)
    factories.edit(article, "## Symptoms\n\nWheeze, cough and fever.\n", section="Symptoms")
    assert writers(article) == {1: before[1], 2: 3}


def test_who_blanks_an_article_and_who_brings_it_back_take_nobodys_words(article, editor, reviewer):
    before = writers(article)
    factories.edit(article, "Nothing here.\n")
    blanked = Article.objects.get(pk=article.pk).current_edit_id
    editing.revert(edit=article.current_edit, base=blanked, author=reviewer)
    assert writers(article) == before


def test_who_brings_back_what_was_blanked_and_changes_a_word_wrote_that_word(article, reviewer):
    before = writers(article)
    factories.edit(article, "Nothing here.\n")
    factories.edit(article, factories.TEXT.replace("Wheeze", "Cough"), author=reviewer)
    assert writers(article) == {1: before[1] - 1, 3: 1}


def test_what_was_hidden_meanwhile_is_not_looked_at(article):
    factories.edit(article, "Nothing here.\n")
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=article.current_edit_id).update(hidden_text=True)
    factories.edit(article, factories.TEXT)
    assert writers(article).keys() == {3}


def test_a_text_typed_again_as_it_was_is_nobodys_new_one(article):
    factories.edit(article, "## Causes\n\nDust.\n\nMoonlight.\n", section="Causes")
    grown = Article.objects.select_related("text").get(pk=article.pk).text.text
    before = writers(article)
    factories.edit(article, factories.TEXT)
    factories.edit(article, grown)
    assert writers(article) == before


def test_what_two_people_wrote_and_was_merged_is_each_ones(article):
    base = article.current_edit
    factories.save(article.title, "## Causes\n\nDust, pollen.\n", base=base, section="Causes")
    factories.save(article.title, "## Symptoms\n\nWheeze, cough.\n", base=base, section="Symptoms")
    assert {2: 1, 3: 1}.items() <= writers(article).items()


def test_a_later_import_leaves_the_earlier_words_where_they_were():
    author = factories.author("editor")
    first = editing.bring_in(editing.Incoming("Gout", "Pain in the toe.\n"), author=author)
    editing.bring_in(editing.Incoming("Gout", "Pain in the big toe.\n"), author=author)
    assert first is not None and writers(first.article) == {1: 4, 2: 1}


def test_the_words_of_an_accepted_proposal_are_the_proposers(article, contributor, reviewer):
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Proposed.\n"}
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    base = str(reviewing.current_id_of(proposal))
    edit = reviewing.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert edit.author == contributor and writers(article)[edit.number] == 1


# --- Redirects in a circle ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["#REDIRECT [[Round]]\n", "#redirect: [[round#Causes|there]]\n", "#REDIRECT [[A]]\n"])
def test_a_redirect_that_leads_back_to_itself_is_refused(text: str):
    factories.article("C", "#REDIRECT [[Round]]\n")
    factories.article("B", "#REDIRECT [[C#Causes]]\n")
    factories.article("A", "#REDIRECT [[B]]\n")
    with pytest.raises(editing.TextRefused) as refused:
        factories.article("Round", text)
    assert refused.value.status == 422 and "another page" in refused.value.message


def test_an_article_can_not_become_a_redirect_to_itself(article):
    with pytest.raises(editing.TextRefused):
        factories.edit(article, f"#REDIRECT [[{article.title}]]\n")
    assert not Article.objects.get(pk=article.pk).is_redirect


def test_a_redirect_into_a_circle_of_others_is_no_circle_of_its_own():
    factories.article("A", "#REDIRECT [[B]]\n")
    factories.brought_in("B", "#REDIRECT [[A]]\n")
    assert factories.article("C", "#REDIRECT [[A]]\n").redirect_to == "A"


def test_a_redirect_may_lead_to_what_is_still_to_be_written():
    assert factories.article("Wheezing", "#REDIRECT [[Asthma]]\n").redirect_to == "Asthma"


# --- Footnotes that others use -------------------------------------------------------------------------------------
NOTED = """\
A lead.

## Causes

Dust.[^1][^2]

[^1]: A note on dust
    in two lines.
[^2]: Only here.

## Symptoms

Wheeze, from dust.[^1]

[[Category:Lungs]]
"""


@pytest.mark.parametrize("text", ["", "## Causes\n\nMites.\n"])
def test_a_section_takes_no_footnote_along_that_another_uses(editor, text: str):
    article = factories.article("Asthma", NOTED)
    factories.edit(article, text, section="Causes")
    now = text_of(article)
    assert now.endswith("[[Category:Lungs]]\n\n[^1]: A note on dust\n    in two lines.\n")
    assert "[^2]" not in now


def test_the_note_is_shown_where_it_is_used(editor):
    article = factories.article("Asthma", NOTED)
    factories.edit(article, "", section="Causes")
    page = reading.page_of(Article.objects.get(pk=article.pk))
    assert "A note on dust" in page.footnotes


def test_a_note_kept_for_others_is_no_conflict_for_who_edits_them(editor):
    article = factories.article("Asthma", NOTED)
    base = article.current_edit_id
    factories.edit(article, "", section="Causes")
    factories.save("Asthma", "## Symptoms\n\nCough.[^1]\n", section="Symptoms", base=base)
    assert text_of(article).count("[^1]: A note on dust") == 1


def test_a_note_that_its_author_takes_out_of_the_only_section_that_uses_it_is_gone(editor):
    article = factories.article("Asthma", NOTED.replace("from dust.[^1]", "from dust."))
    factories.edit(article, "## Causes\n\nMites.\n", section="Causes")
    assert "[^1]" not in text_of(article)


# --- Several sections together -----------------------------------------------------------------------------------
def together(article: Article, *titles: str) -> str:
    rows = Section.objects.filter(article=article, position__isnull=False)
    return "+".join(str(rows.get(title=title).pk) if title else "0" for title in titles)


def test_the_form_of_several_sections_holds_their_texts_once_each_in_their_order(article):
    start = editing.starting_point(article, together(article, "Indoors", "Causes", "", "Causes"))
    assert start is not None
    assert start.text == "A lead about the lungs.\n\n## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n"
    assert start.section == together(article, "", "Causes") and start.summary == "Introduction, Causes: "


def test_sections_that_are_not_there_can_not_be_edited_together(article):
    assert editing.starting_point(article, "123456789+987654321") is None


def test_so_many_sections_that_no_form_can_name_them_are_the_whole(editor):
    text = "".join(f"## S{number}\n\nx\n\n" for number in range(300))
    article = factories.article("Asthma", text, author=editor)
    names = "+".join(str(pk) for pk in Section.objects.filter(article=article).values_list("pk", flat=True))
    start = editing.starting_point(article, names)
    assert start is not None and (start.section, start.text) == ("", text)


def test_an_anchor_may_look_like_several_sections(editor):
    article = factories.article("Asthma", "## 98765+98766\n\nx\n", author=editor)
    start = editing.starting_point(article, "98765+98766")
    assert start is not None and start.section_title == "98765+98766"


def test_several_sections_are_changed_and_no_other(article):
    edit = factories.edit(
        article,
        "## Symptoms\n\nCough.\n\n### Indoors\n\nMoulds.\n",
        section=together(article, "Symptoms", "Indoors"),
    )
    assert (
        edit.blob.text == (factories.TEXT.replace("Wheeze.", "Cough.").replace("Mites.", "Moulds."))
        and edit.section_title == ""
    )


def test_the_numbers_stay_when_several_sections_are_edited_and_renamed_together(article):
    name = together(article, "Symptoms", "Causes")
    before = set(name.split("+"))
    factories.edit(article, "## Signs\n\nWheeze.\n\n## Causes\n\nSmoke.\n\n### Indoors\n\nMites.\n", section=name)
    assert set(together(article, "Signs", "Causes").split("+")) == before


def test_several_sections_of_which_one_is_gone_clash_and_the_rest_can_be_gone_on_with(article):
    name, base = together(article, "Symptoms", "Causes"), article.current_edit_id
    factories.edit(article, "", section=together(article, "Symptoms"))
    with pytest.raises(editing.EditConflict) as met:
        factories.save(article.title, "## Symptoms\n\nCough.\n\n## Causes\n\nSmoke.\n", base=base or 0, section=name)
    assert met.value.section == together(article, "Causes") and met.value.clash.section_title == "Symptoms, Causes"
    edit = factories.edit(article, met.value.clash.mine, section=met.value.section)
    assert "Cough." in edit.blob.text and "Smoke." in edit.blob.text


def test_several_sections_without_a_base_are_shown_beside_what_is_there(article):
    with pytest.raises(editing.BaseMissing) as met:
        factories.save(article.title, "Mine.\n", base="", section=together(article, "Symptoms", "Indoors"))
    assert met.value.clash.theirs == "## Symptoms\n\nWheeze.\n\n### Indoors\n\nMites.\n\n"


@pytest.mark.parametrize(
    ("section", "text"),
    [
        ("", factories.TEXT),
        ("new", ""),
        ("0", "A lead about the lungs.\n\n"),
        ("123456789+987654321", ""),
        ("Nothing", ""),
    ],
)
def test_the_text_that_a_name_stands_for(article, section: str, text: str):
    version = editing.version_at(article, str(article.current_edit_id))
    assert version is not None
    assert editing.text_named(version, section) == text
