"""A change and its base: nobody overwrites anybody unseen, and a section edit changes that section only."""

import pytest

from articles import editing, reading, writing
from articles.editing import BaseMissing, EditConflict, TextRefused
from articles.models import Article, Author
from articles.moderation import moving
from articles.reviewing import proposing
from tests import factories
from tests.articles.changes import TAIL, change, id_of, section_text, text_of, together

pytestmark = pytest.mark.django_db
LEAD = "A lead about the lungs.\n"


def move(article: Article, title: str, moderator: Author) -> None:
    base = str(article.current_edit_id)
    who = {"by": moderator.account, "author": moderator, "why": "a test"}
    moving.move(article=Article.objects.get(pk=article.pk), title=title, base=base, **who)


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


def test_a_save_follows_a_page_that_is_moved_while_it_is_under_way(article, moderator, monkeypatch):
    write = writing.write

    def write_after_a_move(ready):
        monkeypatch.setattr(writing, "write", write)
        move(article, "Wheezing", moderator)
        return write(ready)

    monkeypatch.setattr(writing, "write", write_after_a_move)
    edit = editing.save(change(article, "Mine.\n", section="0"))
    assert (edit.article, edit.title, text_of(article)) == (
        article,
        "Wheezing",
        factories.TEXT.replace(LEAD, "Mine.\n"),
    )
    assert Article.objects.get(title=article.title).redirect_to == "Wheezing"


def test_a_proposal_follows_a_page_that_was_moved_since_its_form_was_sent(article, contributor, moderator):
    move(article, "Wheezing", moderator)
    proposal = proposing.propose(change(article, "Mine.\n", section="0", author=contributor))
    assert (proposal.title, proposal.article) == ("Wheezing", article)


def test_a_proposal_follows_a_page_that_is_moved_while_it_is_looked_at(article, contributor, moderator, monkeypatch):
    check = editing.check

    def check_before_a_move(text):
        monkeypatch.setattr(editing, "check", check)
        check(text)
        move(article, "Wheezing", moderator)

    monkeypatch.setattr(editing, "check", check_before_a_move)
    proposal = proposing.propose(change(article, "Mine.\n", section="0", author=contributor))
    assert (proposal.title, proposal.article) == ("Wheezing", article)


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


# --- Footnotes that others use -----------------------------------------------------------------------------------
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
