"""A section under medical review: away from readers whatever is done around it, and back when it is released."""

from typing import Any

import pytest

from articles import editing, eyes, places, reading, search, withholding
from articles.models import Article, Dependency, Edit, LogEntry, PageStamp, Proposal, Quarantine, Section
from articles.moderation import ChangedMeanwhile, Refused, moving, quarantining
from articles.reviewing import deciding, proposed
from articles.signals import article_moderated
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = """\
A lead about the lungs.

## Symptoms

Wheeze and cough.

## Dosage

Two tablets of [[Zebrinol]] at night.

[[Category:Zebras]]

### Children

Half of a tablet at night.

## Causes

Dust and mites.

[[Category:Lungs]]
"""


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", TEXT, author=editor)


def number_of(article: Article, title: str) -> int:
    return Section.objects.get(article=article, title=title, position__isnull=False).pk


def withhold(article: Article, moderator, title: str = "Dosage") -> Quarantine:
    section = number_of(article, title) if title else Section.objects.get(article=article, level=0).pk
    now = Article.objects.get(pk=article.pk)
    quarantining.quarantine(article=now, section=section, by=moderator.account, why="Twice too much?")
    return Quarantine.objects.get(section=section, ended=None)


def seen(article: Article) -> str:
    """The text as readers have it now."""
    return withholding.text_of(Article.objects.get(pk=article.pk).current_edit)


def stored(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


@pytest.mark.parametrize("title", ["Dosage", "Children", "Causes", "Symptoms"])
def test_readers_see_its_heading_and_that_it_is_under_review(asthma, moderator, title: str):
    withhold(asthma, moderator, title)
    page = reading.page_of(Article.objects.get(pk=asthma.pk))
    (shown,) = [section for section in page.headed if section.title == title]
    assert shown.withheld == "away" and "under medical review" in shown.html
    assert stored(asthma) == TEXT


def test_a_lead_can_be_under_review(asthma, moderator):
    withhold(asthma, moderator, "")
    page = reading.page_of(Article.objects.get(pk=asthma.pk))
    assert page.lead.withheld == "away" and page.description == "" and "lungs" not in seen(asthma)
    assert Article.objects.get(pk=asthma.pk).description == ""


def test_what_the_section_brings_goes_with_it_and_comes_back(asthma, moderator):
    def brought() -> tuple[bool, bool, bool]:
        targets = Dependency.objects.filter(article=asthma).values_list("target", flat=True)
        return "Zebrinol" in targets, "Zebras" in targets, bool(search.find("tablets").hits)

    assert brought() == (True, True, True)
    quarantine = withhold(asthma, moderator)
    assert brought() == (False, False, False)
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Right after all.")
    assert brought() == (True, True, True) and seen(asthma) == TEXT


def test_both_acts_are_logged_and_announced_and_mark_the_page(asthma, moderator, django_capture_on_commit_callbacks):
    announced = []
    listen = lambda entry, **more: announced.append(entry.what)  # noqa: E731
    article_moderated.connect(listen)
    stamps = [PageStamp.objects.get(path="/wiki/Asthma").stamp]
    with django_capture_on_commit_callbacks(execute=True):
        quarantine = withhold(asthma, moderator)
        stamps.append(PageStamp.objects.get(path="/wiki/Asthma").stamp)
        quarantining.release(quarantine=quarantine, by=moderator.account, why="Right.")
        stamps.append(PageStamp.objects.get(path="/wiki/Asthma").stamp)
    logged = LogEntry.objects.filter(target="Asthma").order_by("number").values_list("what", "why")
    assert list(logged) == [("article.quarantine", "Twice too much?"), ("article.release", "Right.")]
    assert announced == ["article.quarantine", "article.release"] and stamps == sorted(set(stamps))


def test_twice_is_refused(asthma, moderator):
    quarantine = withhold(asthma, moderator)
    with pytest.raises(ChangedMeanwhile):
        withhold(asthma, moderator)
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Right.")
    with pytest.raises(ChangedMeanwhile):
        quarantining.release(quarantine=quarantine, by=moderator.account, why="Right.")


def test_what_is_no_section_is_refused(asthma, moderator):
    factories.article("Leading", "#REDIRECT [[Asthma]]\n")
    leading = Article.objects.get(title="Leading")
    lead = Section.objects.get(article=leading).pk
    with pytest.raises(Refused):
        quarantining.quarantine(article=leading, section=lead, by=moderator.account, why="x")
    with pytest.raises(ChangedMeanwhile):
        quarantining.quarantine(article=asthma, section=lead, by=moderator.account, why="x")


def test_who_edits_the_whole_without_seeing_it_leaves_it_alone(asthma, moderator, editor):
    withhold(asthma, moderator)
    start = places.starting_point(Article.objects.select_related("current_edit").get(pk=asthma.pk))
    assert "tablet" not in start.text
    factories.save("Asthma", start.text.replace("Dust and", "Pollen and"), base=start.base, author=editor)
    assert stored(asthma) == TEXT.replace("Dust and", "Pollen and") and "tablet" not in seen(asthma)


def test_it_may_be_moved_as_a_whole(asthma, moderator, editor):
    withhold(asthma, moderator)
    text = seen(asthma)
    stub = text[text.index("## Dosage") : text.index("## Causes")]
    moved = text.replace(stub, "").replace("## Symptoms", f"{stub}## Symptoms")
    factories.edit(asthma, moved, author=editor)
    assert stored(asthma).index("Two tablets") < stored(asthma).index("Wheeze") and "tablet" not in seen(asthma)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("{{under review|%s}}\n", ""),
        ("## Dosage\n{{under review|%s}}\n\n", ""),
        ("{{under review|%s}}\n", "{{under review|%s}}\n\nTake ten.\n"),
        ("{{under review|%s}}\n", "{{under review|%s}}\n\n{{under review|%s}}\n"),
        ("## Dosage\n", "## How much\n"),
        ("{{under review|%s}}\n", "<!--\n{{under review|%s}}\n-->\n"),
        ("{{under review|%s}}\n", "Two tablets of [[Zebrinol]] at night.\n"),
        ("Dust and mites.", "Half of a tablet at night."),
        ("Dust and mites.", "Dust {{under review|7}}."),
    ],
)
def test_who_does_not_see_it_can_neither_change_it_nor_take_it_out(asthma, moderator, editor, was: str, becomes: str):
    withhold(asthma, moderator)
    mark = f"{number_of(asthma, 'Dosage')}+{number_of(asthma, 'Children')}"
    was, becomes = was.replace("%s", mark), becomes.replace("%s", mark)
    assert was in seen(asthma)
    with pytest.raises(editing.TextRefused):
        factories.edit(asthma, seen(asthma).replace(was, becomes), author=editor)
    assert stored(asthma) == TEXT


@pytest.mark.parametrize("title", ["Dosage", "Children"])
def test_its_own_form_refuses_them_too(asthma, moderator, editor, title: str):
    withhold(asthma, moderator)
    with pytest.raises((editing.TextRefused, editing.EditConflict)) as refused:
        factories.edit(asthma, f"## {title}\n\nTake ten.\n", section=str(number_of(asthma, title)), author=editor)
    assert "tablet" not in str(vars(refused.value)) and stored(asthma) == TEXT


def test_nobody_can_write_a_mark_where_nothing_is_withheld(asthma, editor):
    with pytest.raises(editing.TextRefused):
        factories.edit(asthma, "A lead.\n\n{{under review|999999}}\n", section="0", author=editor)
    with pytest.raises(editing.TextRefused):
        factories.article("Other", "{{under review|1}}\n")


def test_a_clash_shows_nothing_of_it(asthma, moderator, editor):
    base = asthma.current_edit_id
    withhold(asthma, moderator)
    factories.edit(asthma, "## Causes\n\nPollen.\n", section=str(number_of(asthma, "Causes")), author=editor)
    with pytest.raises(editing.EditConflict) as clash:
        factories.save("Asthma", "All of it new.\n", base=base, author=editor)
    assert "tablet" not in repr(clash.value.clash) + repr(clash.value.merge)


def test_who_began_before_it_is_told_and_nothing_is_lost(asthma, moderator, editor):
    base = asthma.current_edit_id
    withhold(asthma, moderator)
    with pytest.raises(editing.TextRefused, match=r"while you were writing|only reviewers"):
        factories.save("Asthma", TEXT.replace("Dust", "Pollen"), base=base, author=editor)
    causes = str(number_of(asthma, "Causes"))
    factories.save("Asthma", "## Causes\n\nPollen.\n", base=base, section=causes, author=editor)
    assert "Pollen." in stored(asthma) and "Two tablets" in stored(asthma)


def test_an_old_version_brought_back_leaves_it_as_it_is(asthma, moderator, editor):
    first = asthma.current_edit
    factories.edit(asthma, TEXT.replace("Two tablets", "Three tablets").replace("Dust", "Pollen"), author=editor)
    withhold(asthma, moderator)
    now = Article.objects.get(pk=asthma.pk).current_edit_id
    editing.revert(edit=Edit.objects.get(pk=first.pk), base=now, author=editor)
    assert "Three tablets" in stored(asthma) and "Dust" in stored(asthma)


def test_old_versions_are_withheld_as_well(asthma, moderator, editor):
    factories.edit(asthma, "## Dosage\n\nFour pills.\n", section=str(number_of(asthma, "Dosage")), author=editor)
    withhold(asthma, moderator)
    texts = [withholding.text_of(edit) for edit in Edit.objects.filter(article=asthma)]
    assert len(texts) == 2 and not any("tablets" in text or "pills" in text for text in texts)


def test_what_reviewers_make_of_it_stays_withheld_until_it_is_released(asthma, moderator, reviewer):
    quarantine = withhold(asthma, moderator)
    with eyes.wide_open():
        dosage = str(number_of(asthma, "Dosage"))
        factories.edit(asthma, "## How much\n\nOne capsule, never more.\n", section=dosage, author=reviewer)
    assert "capsule" not in seen(asthma) and "## How much" in seen(asthma)
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Checked.")
    assert "One capsule" in seen(asthma)


@pytest.mark.parametrize(
    "becomes",
    [
        TEXT.replace("### Children", "## Children"),
        TEXT.replace("### Children\n\n", ""),
        TEXT.replace("## Dosage\n\n", "").replace("### Children\n\n", ""),
        TEXT.replace("## Causes\n\n", ""),
        TEXT.replace("## Dosage", "## Amounts").replace("Two tablets", "## Later\n\nTwo tablets"),
    ],
    ids=["set free", "joined within", "joined with the one above", "joined with the one below", "parted and renamed"],
)
def test_parted_joined_or_renamed_it_stays_withheld(asthma, moderator, reviewer, becomes: str):
    quarantine = withhold(asthma, moderator)
    with eyes.wide_open():
        factories.edit(asthma, becomes, author=reviewer)
    assert "tablet" not in seen(asthma) and "lungs" in seen(asthma)
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Checked.")
    assert seen(asthma) == becomes


def test_what_was_parted_from_it_stays_withheld_when_it_is_rewritten(asthma, moderator, reviewer):
    withhold(asthma, moderator)
    with eyes.wide_open():
        factories.edit(asthma, TEXT.replace("### Children", "## Children"), author=reviewer)
        children = str(number_of(asthma, "Children"))
        factories.edit(asthma, "## Children\n\nA spoonful of syrup.\n", section=children, author=reviewer)
    assert "spoonful" not in seen(asthma)


def test_it_follows_the_page_to_another_title(asthma, moderator, editor):
    withhold(asthma, moderator)
    base = str(asthma.current_edit_id)
    moving.move(article=asthma, title="Wheezing", base=base, by=editor.account, author=editor, why="x")
    assert "tablet" not in seen(asthma) and stored(asthma) == TEXT and not search.find("tablets").hits


def test_a_save_that_was_prepared_before_it_is_prepared_again(asthma, moderator, editor, monkeypatch):
    write = editing.writing.write

    def withheld_first(ready):
        monkeypatch.setattr(editing.writing, "write", write)
        withhold(asthma, moderator)
        return write(ready)

    monkeypatch.setattr(editing.writing, "write", withheld_first)
    factories.edit(asthma, "## Causes\n\nPollen.\n", section=str(number_of(asthma, "Causes")), author=editor)
    assert not search.find("tablets").hits and search.find("pollen").hits and "Two tablets" in stored(asthma)


def test_a_proposal_made_without_seeing_it_is_accepted_by_who_sees_it(asthma, moderator, contributor, reviewer):
    quarantine = withhold(asthma, moderator)
    text = seen(asthma).replace("Dust", "Pollen")
    proposal = factories.proposal(asthma, contributor, text, section="")
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Right.")
    base = str(Article.objects.get(pk=asthma.pk).current_edit_id)
    deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert stored(asthma) == TEXT.replace("Dust", "Pollen")


def test_while_it_is_withheld_too(asthma, moderator, contributor, reviewer):
    withhold(asthma, moderator)
    proposal = factories.proposal(asthma, contributor, seen(asthma).replace("Dust", "Pollen"), section="")
    base = str(Article.objects.get(pk=asthma.pk).current_edit_id)
    waiting = Proposal.objects.get(pk=proposal.pk)
    with eyes.wide_open():
        deciding.accept(proposal=waiting, user=reviewer.account, author=reviewer, base=base)
    assert stored(asthma) == TEXT.replace("Dust", "Pollen") and "tablet" not in seen(asthma)


def proposed_around_it(asthma, moderator, contributor) -> Proposal:
    """What somebody proposes who doesn't see the section: a change before it, and one behind it."""
    withhold(asthma, moderator)
    text = seen(asthma).replace("A lead", "Another lead").replace("Dust", "Pollen")
    proposal = factories.proposal(asthma, contributor, text, section="")
    return Proposal.objects.get(pk=proposal.pk)


def decision_on(proposal, reviewer) -> dict[str, Any]:
    base = str(proposed.current_id_of(proposal))
    return {"proposal": proposal, "user": reviewer.account, "author": reviewer, "base": base}


@pytest.mark.parametrize("other", ["hold", "decline"])
def test_what_is_held_back_brings_its_author_nothing_of_it(asthma, moderator, contributor, reviewer, other):
    proposal = proposed_around_it(asthma, moderator, contributor)
    with eyes.wide_open():
        assert len(proposed.parts_of(proposal)) == 2  # The mark is none of its author's changes.
        decisions = ["accept", other]
        deciding.accept_parts(**decision_on(proposal, reviewer), decisions=decisions, reason="No source.")
    texts = [each.blob.text for each in Proposal.objects.all()]
    assert not [text for text in texts if "tablet" in text] and "Two tablets" in stored(asthma)


def test_a_reviewers_text_that_waits_brings_its_author_nothing_of_it(
    asthma, moderator, contributor, reviewer, settings
):
    settings.WIKI_RISK_APPROVERS = "2"
    proposal = proposed_around_it(asthma, moderator, contributor)
    whole = stored(asthma).replace("Dust", "Take 50 mg of dust")
    with eyes.wide_open(), pytest.raises(editing.TextRefused):
        deciding.accept(**decision_on(proposal, reviewer), text=whole, onto="")
    assert "tablet" not in Proposal.objects.get().blob.text and stored(asthma) == TEXT


def test_a_reviewers_text_with_its_mark_waits(asthma, moderator, contributor, reviewer, settings):
    settings.WIKI_RISK_APPROVERS = "2"
    factories.edit(asthma, "## Causes\n\nTake 5 mg.\n", section=str(number_of(asthma, "Causes")))
    proposal = proposed_around_it(asthma, moderator, contributor)
    with eyes.wide_open():
        text = proposal.blob.text.replace("5 mg", "50 mg")
        assert deciding.accept(**decision_on(proposal, reviewer), text=text) == proposal
    assert Proposal.objects.get().amended_by == reviewer and "tablet" not in Proposal.objects.get().blob.text


def test_who_sees_it_is_told_who_put_it_there(asthma, moderator):
    quarantine = withhold(asthma, moderator)
    choices = {choice.title: choice for choice in quarantining.choices_of(Article.objects.get(pk=asthma.pk))}
    assert choices["Dosage"].quarantine == quarantine and choices["Children"].within
    assert not choices["Causes"].within and choices[""].name == "Introduction"
    assert quarantining.text_of(asthma, number_of(asthma, "Dosage")).startswith("## Dosage\n\nTwo tablets")


def test_one_that_is_gone_can_still_be_released(asthma, moderator, reviewer):
    quarantine = withhold(asthma, moderator)
    with eyes.wide_open():
        factories.edit(asthma, "Nothing else.\n", author=reviewer)
    (choice,) = [each for each in quarantining.choices_of(Article.objects.get(pk=asthma.pk)) if each.is_gone]
    assert choice.quarantine == quarantine
    quarantining.release(quarantine=quarantine, by=moderator.account, why="Gone.")
    assert Article.objects.get(pk=asthma.pk).withheld == []


NOTED = TEXT.replace("at night.\n\n[[Category:Zebras]]", "at night.[^dose]\n\n[[Category:Zebras]]") + (
    "\n[^dose]: Fifty zebras, said once.\n[^dust]: On dust.\n"
)


@pytest.fixture
def with_notes(editor) -> Article:
    return factories.article("Asthma", NOTED, author=editor)


def test_a_note_that_only_a_withheld_section_uses_goes_with_it_and_comes_back(with_notes, moderator):
    row = withhold(with_notes, moderator)
    page = reading.page_of(Article.objects.select_related("current_edit__blob").get(pk=with_notes.pk))
    assert "Fifty" not in seen(with_notes) and "On dust." in seen(with_notes)
    assert "Fifty" not in page.footnotes and "This note is under medical review" in page.footnotes
    quarantining.release(quarantine=row, by=moderator.account, why="It was right.")
    assert seen(with_notes) == NOTED


def test_around_a_withheld_note_people_edit_and_it_stays(with_notes, moderator, editor):
    withhold(with_notes, moderator)
    edit = factories.edit(with_notes, seen(with_notes).replace("On dust.", "On mites."), author=editor)
    assert edit.blob.text == NOTED.replace("On dust.", "On mites.") and "Fifty" not in seen(with_notes)
    with pytest.raises(editing.TextRefused, match="under medical review"):
        factories.edit(with_notes, "\n".join(seen(with_notes).split("\n")[:-3]) + "\n", author=editor)


def test_who_does_not_see_a_note_brings_it_to_light_by_no_reference(with_notes, moderator, editor):
    withhold(with_notes, moderator)
    factories.edit(with_notes, "A lead.[^dose]\n", section="0", author=editor)
    assert "Fifty" not in seen(with_notes)


def test_a_note_that_a_shown_section_uses_no_more_is_withheld_from_then_on(with_notes, moderator, editor):
    factories.edit(with_notes, "A lead.[^dose]\n", section="0", author=editor)
    withhold(with_notes, moderator)
    assert "Fifty" in seen(with_notes)
    factories.edit(with_notes, "A lead.\n", section="0", author=editor)
    assert "Fifty" not in seen(with_notes)


def test_who_wrote_before_a_note_was_withheld_does_not_bring_it_back(with_notes, moderator, editor):
    base, text = with_notes.current_edit_id, NOTED.replace("Dust and", "Dust or")
    withhold(with_notes, moderator)
    with pytest.raises(editing.TextRefused, match="under medical review"):
        factories.save("Asthma", text, base=base, author=editor)
    lead = factories.save("Asthma", "Another lead.\n", section="0", base=base, author=editor)
    assert "[^dose]: Fifty" in lead.blob.text and "Fifty" not in seen(with_notes)
