"""The rows of an edit: all of them or none, each in step with the text."""

import inspect
import json

import pytest
from django.db import transaction
from reversion.models import Revision, Version

from articles import basing, derived, editing, history, logbook, reading, renderer, search, stamps, writing
from articles.editing import Incoming
from articles.models import (
    Article,
    Authorship,
    Edit,
    LogEntry,
    Origin,
    Proposal,
    Section,
    Share,
    Submission,
    TextBlob,
)
from articles.moderation import deleting
from articles.reviewing import deciding, proposed, proposing
from articles.signals import article_edited
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


class Broken(Exception):
    """What a step raises in these tests."""


# --- A save that fails anywhere ----------------------------------------------------------------------------------
# Each private step of a save, in the order they are taken, and the doors of other rooms that it goes through.
STEPS = [
    (writing, "lock"),
    (writing, "_refuse_other_eyes"),
    (writing, "_led_to"),
    (writing, "_new_article"),
    (writing, "_protected"),
    (writing, "_log_protection"),
    (writing, "_write_edit"),
    (writing, "_next_number"),
    (TextBlob.objects, "keep"),
    (writing, "_write_sections"),
    (derived, "section_row"),
    (writing, "_without_taken_anchors"),
    (writing, "_written_of"),
    (writing, "_leave"),
    (derived, "describe"),
    (writing, "_kind"),
    (writing.reversion, "create_revision"),
    (writing.reversion, "add_to_revision"),
    (writing.reversion, "set_comment"),
    (writing.reversion, "add_meta"),
    (writing, "_write_authorship"),
    (writing, "_write_rendering"),
    (reading, "keep_rendered_form"),
    (derived, "write_dependencies"),
    (derived, "dependencies_of"),
    (derived, "write_search"),
    (derived, "document_of"),
    (derived, "_fitting"),
    (search, "index"),
    (derived, "index_again"),
    (derived, "mark_pages"),
    (stamps, "raise_stamps"),
    (stamps, "raise_with_naming"),
    (stamps, "pages_naming"),
    (writing, "_settle"),
    (writing, "_log"),
    (writing, "_remember"),
    (writing, "_announce"),
]
# Taken in other saves only: an acceptance's log entry is asked about below, and these write many at once.
# And a page's other title, beside the steps of two saves.
OF_MOVES = ["_retitle"]
OF_IMPORTS = ["_blobs_of", "_described_new", "_new_sections", "_first_edits", "_write_first_authorship"]
OF_DELETED_ARTICLES = ["_make_again"]
# No save makes anew what is kept beside a text: tests/articles/test_upkeep.py.
OF_UPKEEP = ["write_again", "_write_section_rows", "faults_of", "documents"]
OF_NEW_ARTICLES = ["_new_article", "_protected", "_log_protection", "raise_with_naming", "pages_naming"]
OF_LATER_EDITS = ["_refuse_other_eyes", "_written_of"]
NAMES = [name for _room, name in STEPS]
OF_FIRST_EDITS = [name for name in NAMES if name not in OF_LATER_EDITS]
TEXT = "A new lead about the lungs.\n\n## Signs\n\nCough, after [[Dust]].\n\n[[Category:Lungs]]\n"


def breaking(monkeypatch, step: str, *, after: bool) -> list[str]:
    """Make a step raise, before or after it has done its work; the list tells whether it was taken."""
    room = next(room for room, name in STEPS if name == step)
    work, taken = getattr(room, step), []

    def broken(*args, **kwargs):
        taken.append(step)
        if after:
            work(*args, **kwargs)
        raise Broken(step)

    monkeypatch.setattr(room, step, broken)
    return taken


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", OF_FIRST_EDITS)
def test_a_save_that_fails_at_any_step_leaves_nothing_half_saved_and_keeps_the_submission(
    step, after, editor, monkeypatch, everything_stored
):
    submission = editing.receive(title="Lungs", base="0", section="", text=TEXT, author=editor)
    change = editing.Change(title="Lungs", base=0, section="", text=TEXT, author=editor, submission=submission)
    before = everything_stored()
    taken = breaking(monkeypatch, step, after=after)

    with pytest.raises(Broken):
        editing.save(change)

    monkeypatch.undo()
    assert taken and everything_stored() == before
    submission.refresh_from_db()
    assert (submission.text, submission.edit) == (TEXT, None)
    assert not search.find("Cough").hits


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", [name for name in NAMES if name not in OF_NEW_ARTICLES])
def test_an_edit_that_fails_at_any_step_leaves_the_article_as_it_was(
    step, after, article, editor, monkeypatch, everything_stored
):
    before = everything_stored()
    taken = breaking(monkeypatch, step, after=after)

    with pytest.raises(Broken):
        factories.edit(article, TEXT, author=editor)

    monkeypatch.undo()
    assert taken and everything_stored() == before


@pytest.mark.parametrize("step", OF_FIRST_EDITS)
def test_after_a_failure_the_same_body_can_be_saved(step, editor, monkeypatch):
    sent = {"title": "Lungs", "base": "0", "section": "", "text": TEXT, "user": editor.account, "author": editor}
    breaking(monkeypatch, step, after=True)
    with pytest.raises(Broken):
        proposing.submit(**sent)

    monkeypatch.undo()
    edit = proposing.submit(**sent)
    assert (edit.number, edit.blob.text, Submission.objects.get().edit) == (1, TEXT, edit)


@pytest.mark.parametrize("step", OF_FIRST_EDITS)
def test_the_answer_to_a_save_that_fails_is_an_error_that_gives_the_text_back(
    step, editor_client, monkeypatch, everything_stored, caplog
):
    before = everything_stored()
    breaking(monkeypatch, step, after=True)

    sent = {"text": "Wheeze &amp; <b>cough</b>.", "base": "0", "summary": "why so", "action": "save"}
    answer = editor_client.post("/edit/Lungs", sent)

    monkeypatch.undo()
    assert answer.status_code == 500
    assert "Wheeze &amp;amp; &lt;b&gt;cough&lt;/b&gt;." in answer.content.decode()
    assert 'value="why so"' in answer.content.decode() and "Broken" not in answer.content.decode()
    assert answer.content.decode().count('id="medical-disclaimer"') == 1
    assert f"Broken: {step}" in caplog.text
    assert everything_stored() == before


def test_no_step_of_a_save_is_left_out_of_these_tests():
    private = {
        name
        for room in (writing, derived)
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if (name.startswith("_") or room is derived) and function.__module__ == room.__name__
    }
    assert private - {*OF_IMPORTS, *OF_MOVES, *OF_DELETED_ARTICLES, *OF_UPKEEP} <= set(NAMES)


@pytest.mark.parametrize("step", [*OF_DELETED_ARTICLES, "_next_number", "_write_sections", "mark_pages"])
def test_a_deleted_article_whose_making_again_fails_is_deleted_still(
    step, article, editor, monkeypatch, everything_stored
):
    deleting.delete([article], by=editor.account, why="a test")
    room = derived if hasattr(derived, step) else writing
    before, work = everything_stored(), getattr(room, step)

    def broken(*args, **kwargs):
        work(*args, **kwargs)
        raise Broken

    monkeypatch.setattr(room, step, broken)
    with pytest.raises(Broken):
        factories.save(article.full_title, TEXT, base=0, author=editor)
    assert everything_stored() == before


@pytest.mark.parametrize("step", ["pages_naming", "index_again", "raise_stamps"])
def test_a_deletion_that_fails_leaves_all_of_the_articles_as_they_were(
    step, article, editor, monkeypatch, everything_stored
):
    factories.article("Wheezing", f"#REDIRECT [[{article.full_title}]]\n", author=editor)
    before = everything_stored()
    breaking(monkeypatch, step, after=True)
    with pytest.raises(Broken):
        deleting.delete(list(Article.objects.all()), by=editor.account, why="a test")
    assert everything_stored() == before


@pytest.mark.parametrize("step", ["_settle", "write_search"])
def test_an_acceptance_that_fails_leaves_the_proposal_waiting(
    step, article, contributor, reviewer, monkeypatch, everything_stored
):
    proposal = proposal_for(article, contributor)
    before = everything_stored()
    breaking(monkeypatch, step, after=True)
    with pytest.raises(Broken):
        accept(proposal, reviewer)

    monkeypatch.undo()
    assert everything_stored() == before
    assert Proposal.objects.get().state == "waiting"


def test_an_acceptance_whose_log_entry_fails_leaves_the_proposal_waiting(
    article, contributor, reviewer, monkeypatch, everything_stored
):
    def broken(**kwargs):
        raise Broken

    proposal = proposal_for(article, contributor)
    before = everything_stored()
    monkeypatch.setattr(logbook, "record", broken)
    with pytest.raises(Broken):
        accept(proposal, reviewer)
    assert everything_stored() == before


@pytest.mark.parametrize(
    "step", [*OF_IMPORTS, "dependencies_of", "document_of", "pages_naming", "raise_stamps", "_announce"]
)
def test_an_import_of_many_that_fails_leaves_none_of_them(step, editor, monkeypatch, everything_stored):
    def broken(*args):
        work(*args)
        raise Broken

    room = next(each for each in (stamps, derived, writing) if hasattr(each, step))
    before, work = everything_stored(), getattr(room, step)
    monkeypatch.setattr(room, step, broken)
    with pytest.raises(Broken):
        factories.bring_in_many(editor, "One", "Two")
    assert everything_stored() == before


def test_an_edit_that_django_reversion_did_not_keep_is_no_save(article, monkeypatch, everything_stored, editor):
    # An error swallowed inside its block would lose the revision without a word.
    before = everything_stored()
    monkeypatch.setattr(writing.reversion, "add_meta", lambda *args, **kwargs: None)
    with pytest.raises(Edit.DoesNotExist):
        factories.edit(article, TEXT, author=editor)
    assert everything_stored() == before


def proposal_for(article, author) -> Proposal:
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": "Proposed.\n"}
    return proposing.submit(user=author.account, author=author, **sent)


def accept(proposal, reviewer) -> Edit:
    base = str(proposed.current_id_of(proposal))
    return deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)


# --- Who wrote what ----------------------------------------------------------------------------------------------
def left(article) -> dict[int, int]:
    """How many words of the text are left of each edit, by its number."""
    return dict(Share.objects.filter(article=article).values_list("edit__number", "words"))


def test_what_is_left_of_each_edit_is_counted(editor):
    article = factories.article(text="One two three.\n", author=editor)
    factories.edit(article, "One two three.\n\nFour five.\n")
    assert left(article) == {1: 3, 2: 2}
    factories.edit(article, "One three.\n\nFour five, six.\n")
    assert left(article) == {1: 2, 2: 2, 3: 1}
    factories.edit(article, "One three.\n\nSix.\n")
    assert left(article) == {1: 2, 4: 1}


def test_counts_that_stay_are_not_written_again(article, at_most_queries):
    factories.edit(article, "Another lead.\n", section="0")
    with at_most_queries(99) as queries:
        factories.edit(article, "## Symptoms\n\nWheeze, cough.\n", section="Symptoms")
    (written,) = [query["sql"] for query in queries if 'INTO "articles_share"' in query["sql"]]
    assert written.count("(") - written.count("ON CONFLICT(") <= 3, written


def test_each_version_has_its_record_and_a_save_that_changes_nothing_makes_none(article):
    factories.edit(article, factories.TEXT)
    assert Authorship.objects.count() == 1
    edit = factories.edit(article, "2.\n")
    assert {row.edit_id for row in Authorship.objects.all()} == {article.current_edit_id, edit.pk}


def test_many_imports_are_their_authors_word_for_word(editor):
    factories.bring_in_many(editor, "One", "Two", text="About {title} again.\n")
    assert [left(article) for article in Article.objects.all()] == [{1: 3}, {1: 3}]
    assert [history.runs_of(edit) for edit in Edit.objects.all()] == [((3, 1),), ((3, 1),)]


def test_a_title_made_again_is_of_nobody_who_wrote_it_before(article, editor, reviewer):
    deleting.delete([article], by=None, why="a test")
    edit = factories.save(article.title, factories.TEXT, base=0, author=reviewer)
    assert edit.number == 2 and left(article).keys() == {2}
    assert reading.contributors_of(article) == [reviewer]
    assert history.runs_of(edit) == ((sum(left(article).values()), 2),)


def test_a_deleted_article_keeps_what_is_known_of_its_words(article):
    before = left(article)
    deleting.delete([article], by=None, why="a test")
    assert left(article) == before


# --- What is announced -------------------------------------------------------------------------------------------
@pytest.fixture
def announced():
    heard = []

    def listen(*, edit, **kwargs):
        heard.append(edit)

    article_edited.connect(listen)
    yield heard
    article_edited.disconnect(listen)


def test_an_edit_is_announced_once_it_is_committed(article, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        edit = factories.edit(article, TEXT)
        assert announced == []
    assert announced == [edit]


def test_each_of_many_imports_is_announced(editor, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.bring_in_many(editor, "One", "Two")
    assert [edit.title for edit in announced] == ["One", "Two"]


def test_what_changed_nothing_is_not_announced(article, announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        factories.edit(article, factories.TEXT)
    assert announced == []


@pytest.mark.django_db(transaction=True)
def test_what_was_rolled_back_is_not_announced(article, announced):
    with pytest.raises(Broken), transaction.atomic():
        factories.edit(article, TEXT)
        raise Broken
    assert announced == []


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_breaks_does_not_make_a_save_look_as_if_it_had_failed(article, editor_client):
    def broken(**kwargs):
        raise Broken

    article_edited.connect(broken)
    sent = {"text": "Kept.", "base": article.current_edit_id, "section": "0", "action": "save"}
    answer = editor_client.post(f"/edit/{article.title}", sent)
    article_edited.disconnect(broken)
    assert answer.status_code == 303
    assert Article.objects.get(pk=article.pk).text.text.startswith("Kept.\n")


# --- History -----------------------------------------------------------------------------------------------------
def test_an_edit_says_who_when_what_and_why(article, editor):
    edit = factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms", summary="better", minor=True)
    assert (edit.number, edit.parent, edit.kind) == (2, article.current_edit, "edit")
    assert (edit.summary, edit.minor, edit.section_title, edit.section.title) == (
        "better",
        True,
        "Symptoms",
        "Symptoms",
    )
    assert edit.size == len(edit.blob.text.encode())
    assert edit.size_change == edit.size - article.current_edit.size
    assert edit.time > article.current_edit.time


def test_the_first_edit_makes_the_article(article, editor):
    edit = article.current_edit
    assert (edit.number, edit.parent, edit.kind, edit.author, edit.size_change) == (
        1,
        None,
        "create",
        editor,
        edit.size,
    )


def test_sizes_count_bytes(article):
    assert factories.edit(article, "5 µg é\n").size == len("5 µg é\n".encode())


def versions_match_edits() -> bool:
    """Whether each edit stands beside one version of django-reversion, which names the edit's text by its hash."""
    edits = list(Edit.objects.select_related("blob", "article"))
    versions = {version.revision_id: version for version in Version.objects.get_for_model(Article)}
    fields = {edit.revision_id: json.loads(versions[edit.revision_id].serialized_data)[0]["fields"] for edit in edits}
    return len(edits) == len(versions) == Revision.objects.count() and all(
        fields[edit.revision_id]
        == {"namespace": edit.article.namespace, "title": edit.article.title, "text": [edit.blob.sha256]}
        and versions[edit.revision_id].object_id == str(edit.article_id)
        for edit in edits
    )


def test_each_edit_stands_beside_one_version_that_names_its_text(article, editor, contributor, reviewer):
    edit = factories.edit(article, TEXT)
    editing.revert(edit=article.current_edit, base=edit.pk, author=editor)
    accept(proposal_for(Article.objects.get(pk=article.pk), contributor), reviewer)
    factories.bring_in_many(editor, "One", "Help:Two", "Category:Three")
    editing.bring_in(Incoming("One", "Imported again.\n"), author=editor)
    assert Edit.objects.count() == 8
    assert versions_match_edits()


def test_a_version_of_an_import_is_the_same_as_one_of_a_save(editor):
    factories.bring_in_many(editor, "Brought in", text="The same.\n")
    factories.article("Typed in", "The same.\n", author=editor)
    brought, typed = Version.objects.order_by("pk")
    same = ("db", "format", "content_type_id")
    assert [getattr(brought, name) for name in same] == [getattr(typed, name) for name in same]
    assert brought.field_dict.keys() == typed.field_dict.keys()
    assert brought.field_dict["text_id"] == typed.field_dict["text_id"]


def test_a_revision_of_django_reversion_names_the_person_and_the_reason(article, editor):
    edit = factories.edit(article, TEXT, author=editor, summary="because")
    assert (edit.revision.user, edit.revision.comment) == (editor.account, "because")


def test_a_visitors_accepted_edit_has_a_revision_without_a_user(article, visitor, reviewer):
    change = editing.Change(
        title=article.title, base=article.current_edit_id, section="0", text="Seen.\n", author=visitor
    )
    assert accept(proposing.propose(change), reviewer).revision.user is None


def test_equal_texts_are_stored_once(editor):
    first, second = (factories.article(text="The same.\n", author=editor) for _time in range(2))
    assert first.text == second.text
    assert TextBlob.objects.filter(sha256=TextBlob.hash_of("The same.\n")).count() == 1


def test_equal_texts_of_many_imports_are_stored_once(editor):
    factories.bring_in_many(editor, "One", "Two", "Three", text="The same.\n")
    assert TextBlob.objects.count() == 1
    assert Article.objects.filter(text=TextBlob.objects.get()).count() == 3


# --- Sections ----------------------------------------------------------------------------------------------------
def rows_of(article) -> list[tuple]:
    rows = Section.objects.filter(article=article, position__isnull=False).order_by("position")
    return list(rows.values_list("position", "level", "title", "anchor"))


def outline_of(article) -> list[dict]:
    return Article.objects.get(pk=article.pk).current_edit.outline["entries"]


def test_each_section_has_a_row(article):
    assert rows_of(article) == [
        (0, 0, "", ""),
        (1, 2, "Symptoms", "Symptoms"),
        (2, 2, "Causes", "Causes"),
        (3, 3, "Indoors", "Indoors"),
    ]


@pytest.mark.parametrize("text", [TEXT, "## Causes\n\n## Causes\n", "Words.\n", factories.TEXT + "\n## More\n\nx\n"])
def test_the_rows_the_outline_and_the_text_are_in_step(article, text):
    factories.edit(article, text)
    rows = Section.objects.filter(article=article, position__isnull=False).order_by("position")
    assert [entry["id"] for entry in outline_of(article)] == [row.pk for row in rows]
    assert [entry["hash"] for entry in outline_of(article)] == [row.hash for row in rows]
    assert [entry["anchor"] for entry in outline_of(article)] == [row.anchor for row in rows]


def test_the_sections_of_many_imports_have_their_rows(editor):
    factories.bring_in_many(editor, "One", "Two", text="Lead of {title}.\n\n## Causes\n\nx\n\n## Signs\n\ny\n")
    two = Article.objects.get(title="Two")
    assert [title for _at, _level, title, _anchor in rows_of(two)] == ["", "Causes", "Signs"]
    assert [entry["id"] for entry in outline_of(two)] == list(
        two.sections.order_by("position").values_list("pk", flat=True)
    )


KEPT = {
    "edited": ("Symptoms", "## Symptoms\n\nCough.\n"),
    "renamed": ("Symptoms", "## Signs\n\nWheeze.\n"),
    "renamed and rewritten": ("Symptoms", "## Signs of it\n\nCough, fever.\n"),
    "put a level deeper": ("Symptoms", "### Symptoms\n\nCough.\n"),
    "given the name of another": ("Symptoms", "## Causes\n\nWheeze.\n"),
}


@pytest.mark.parametrize("did", KEPT)
def test_a_section_keeps_its_id_through_a_section_edit(article, did):
    ids = {entry["title"]: entry["id"] for entry in outline_of(article)}
    section, text = KEPT[did]
    edit = factories.edit(article, text, section=section)
    now = [entry["id"] for entry in outline_of(article)]
    assert now == [ids[""], ids["Symptoms"], ids["Causes"], ids["Indoors"]]
    assert edit.section_id == ids["Symptoms"]


def test_sections_keep_their_ids_when_the_whole_is_put_in_another_order(article):
    ids = {entry["title"]: entry["id"] for entry in outline_of(article)}
    factories.edit(article, "Lead.\n\n### Indoors\n\nMites.\n\n## Causes\n\nDust.\n\n## Symptoms\n\nWheeze.\n")
    assert [entry["id"] for entry in outline_of(article)] == [
        ids[name] for name in ("", "Indoors", "Causes", "Symptoms")
    ]


def test_a_section_taken_out_keeps_its_row_without_a_place(article):
    symptoms = Section.objects.get(article=article, title="Symptoms")
    factories.edit(article, "", section="Symptoms")
    symptoms.refresh_from_db()
    assert (symptoms.position, symptoms.title) == (None, "Symptoms")


def test_a_renamed_section_remembers_its_former_anchors(article):
    factories.edit(article, "## Signs\n\nWheeze.\n", section="Symptoms")
    factories.edit(article, "## Clues\n\nWheeze.\n", section="Signs")
    assert Section.objects.get(article=article, title="Clues").former_anchors == ["Symptoms", "Signs"]


def test_the_section_of_an_edit_of_the_whole_is_none(article):
    assert factories.edit(article, TEXT).section is None


# --- Origins, proposals ------------------------------------------------------------------------------------------
def test_an_origin_is_kept_and_renewed(editor):
    editing.bring_in(Incoming("Heart", "One.\n", (), {"source": "NIH", "licence": "A"}), author=editor)
    editing.bring_in(Incoming("Heart", "Two.\n", (), {"source": "NIH", "licence": "B"}), author=editor)
    assert Origin.objects.get(article__title="Heart").licence == "B"


def test_many_imports_have_their_origins(editor):
    factories.bring_in_many(editor, "One", "Two", origin={"source": "NIH"})
    assert list(Origin.objects.values_list("source", flat=True)) == ["NIH", "NIH"]


def test_an_acceptance_is_in_the_log_and_in_the_proposal(article, contributor, reviewer):
    edit = accept(proposal_for(article, contributor), reviewer)
    entry, proposal = LogEntry.objects.get(what="proposal.accept"), Proposal.objects.get()
    assert (entry.who, entry.target, entry.after["edit"]) == (reviewer.account, article.title, edit.pk)
    assert (proposal.state, proposal.edit, proposal.decided_by) == ("accepted", edit, reviewer)


def test_who_is_overtaken_is_told(article):
    merged = basing.merged(
        editing.Change(
            title=article.title, base=article.current_edit_id, section="", text=TEXT, author=article.current_edit.author
        )
    )
    ready = writing.Ready(
        editing.Change(article.title, article.current_edit_id, "", TEXT, article.current_edit.author),
        merged,
        renderer.render(TEXT),
        (),
        renderer.render(TEXT).outline,
    )
    factories.edit(article, "Faster.\n")
    with pytest.raises(writing.Overtaken):
        writing.write(ready)


def test_a_hidden_version_is_no_base(article):
    factories.edit(article, "Another.\n")
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=article.current_edit_id).update(hidden_text=True)
    with pytest.raises(editing.BaseMissing):
        factories.save(article.title, "Mine.\n", base=article.current_edit_id)
