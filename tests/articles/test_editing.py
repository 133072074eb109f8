"""The write door: nothing is lost, whatever people send, and whatever several of them do at once."""

import hashlib
import os
import re
import unicodedata
from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from articles import access, basing, editing, history, limits, places, renderer, withholding, writing
from articles.editing import BaseMissing, EditConflict, TextRefused, TitleRefused
from articles.models import Address, Article, Author, Edit, LogEntry, Section, Submission, TextBlob
from articles.reviewing import deciding, proposed, proposing
from articles.text import authorship, sections
from tests import factories
from tests.articles.changes import TAIL, change, id_of, receive, section_text, text_of
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


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


def test_underlined_headings_of_what_was_sent_are_written_with_hashes(article):
    factories.edit(article, "Symptoms\n--------\n\nCough.\n", section="Symptoms")
    assert section_text(article, "Symptoms") == "## Symptoms\n\nCough.\n\n"


def test_underlined_headings_of_a_new_article_are_written_with_hashes(editor):
    article = factories.article(text="Lead.\n\nCauses\n------\n\nDust.\n", author=editor)
    assert text_of(article) == "Lead.\n\n## Causes\n\nDust.\n"


# --- Equal texts, double clicks ----------------------------------------------------------------------------------
@pytest.mark.parametrize("section", ["", "0", "Symptoms", "Causes", "Indoors"])
def test_sending_the_form_as_it_was_opened_changes_nothing(article, section):
    start = places.starting_point(article, section)
    edit = editing.save(change(article, start.text, section=start.section, base=str(start.base)))
    assert edit == article.current_edit


def test_a_preview_writes_nothing(article, everything_stored):
    before = everything_stored()
    merged = basing.merged(change(article, "## Causes\n\nPollen.\n", section="Causes"))
    assert sections.lines_of(merged.text)[merged.first_line : merged.end_line] == ["## Causes\n", "\n", "Pollen.\n"]
    assert basing.text_before(merged) == factories.TEXT
    assert everything_stored() == before


def test_the_text_of_a_version_is_proved_by_its_hash(article):
    edit = factories.edit(article, "Other.\n")
    assert edit.blob.sha256 == hashlib.sha256(b"Other.\n").hexdigest() == TextBlob.hash_of("Other.\n")


@pytest.mark.parametrize("section", ["", "0", "Causes"])
def test_an_equal_text_makes_no_edit(article, section, everything_stored):
    before = everything_stored()
    assert editing.save(change(article, section_text(article, section), section=section)) == article.current_edit
    assert everything_stored() == before


def test_a_text_equal_but_for_line_ends_makes_no_edit(article):
    assert factories.edit(article, factories.TEXT.replace("\n", "\r\n")) == article.current_edit


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
    rendered = [(each, renderer.render(each.text)) for each in batch]
    refused = editing.bring_in_many(rendered, author=editor)
    assert [each.title for each, _why in refused] == ["\u0410sthma", "He\u0430rt", "x" * 300]
    assert Article.objects.filter(title="Heart").exists()


@pytest.mark.parametrize("many", [True, False])
def test_an_import_may_begin_protected_and_that_is_logged(editor, many):
    incoming = editing.Incoming("Project:Terms", "Ours.\n", protection="administrator")
    if many:
        editing.bring_in_many([(incoming, renderer.render(incoming.text))], author=editor)
    else:
        editing.bring_in(incoming, author=editor)
    article = Article.objects.get(title="Terms")
    assert (article.edit_protection, article.move_protection) == ("administrator", "administrator")
    assert LogEntry.objects.get(what="article.protect").target == "Project:Terms"


def test_an_import_protects_nothing_that_is_there(editor):
    editing.bring_in(editing.Incoming("Project:Terms", "Ours.\n"), author=editor)
    edit = editing.bring_in(editing.Incoming("Project:Terms", "Later.\n", protection="administrator"), author=editor)
    assert edit.article.edit_protection == "" and not LogEntry.objects.filter(what="article.protect").exists()


# --- Who a section is --------------------------------------------------------------------------------------------
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
    outline = withholding.version_of(Article.objects.get(pk=article.pk).current_edit).outline
    assert [entry.former for entry in outline.entries if entry.title == "Signs and symptoms"] == [("Symptoms", "Signs")]
    factories.edit(article, "## Signs\n\nOf another kind.\n", section="new")
    outline = withholding.version_of(Article.objects.get(pk=article.pk).current_edit).outline
    assert [entry.former for entry in outline.entries[1:]] == [("Symptoms",), (), (), ()]


def test_a_section_joined_with_another_leads_there_by_its_number_and_by_its_anchor(editor):
    article = factories.article(
        "Lungs", "## Signs\n\nWheeze at night and at dawn.\n\n## Causes\n\nDust of the house.\n"
    )
    signs, causes = id_of(article, "Signs"), id_of(article, "Causes")
    factories.edit(article, "## Causes\n\nDust of the house.\n\nWheeze at night and at dawn.\n")
    assert Section.objects.get(pk=signs).successor_id == int(causes)
    assert access.section_to_read(editor.account, int(signs)) == "/wiki/Lungs#Causes"
    (entry,) = withholding.version_of(Article.objects.get(pk=article.pk).current_edit).outline.entries[1:]
    assert entry.former == ("Signs",)


def test_a_section_that_comes_back_is_itself_again(article):
    symptoms = id_of(article, "Symptoms")
    factories.edit(article, "", section="Symptoms")
    assert Section.objects.get(pk=symptoms).position is None
    editing.revert(edit=article.current_edit, base=Article.objects.get(pk=article.pk).current_edit_id, author=_editor())
    assert id_of(article, "Symptoms") == symptoms


def _editor():
    return factories.author("editor")


# --- Whatever people do, through the door ------------------------------------------------------------------------
# So many histories in each run of the tests; WIKI_EXAMPLES asks for more of them.
EXAMPLES = int(os.environ.get("WIKI_EXAMPLES", "25"))
OPENED = (
    "The lead.\n\n"
    + "".join(
        f"{'#' * level} Part {n}\n\nThe first line of part {n} is this.\n\nAnd part {n} has a second line.\n\n"
        for n, level in enumerate((2, 2, 3, 2))
    )
    + TAIL
)
DEEDS = ("edit", "edit", "add", "rename", "move", "delete", "level", "new", "split", "join")


class Deed(NamedTuple):
    """What one of the people does: in a form of the whole or of a section, of the article as they opened it or now."""

    who: int
    what: str
    section: int
    line: int
    in_section_form: bool
    looks_anew: bool
    in_a_clash: str


@st.composite
def deeds_of_people(draw):
    """Two to four deeds of two to four people."""
    deed = st.builds(
        Deed,
        who=st.integers(0, 3),
        what=st.sampled_from(DEEDS),
        section=st.integers(0, 9),
        line=st.integers(0, 9),
        in_section_form=st.booleans(),
        looks_anew=st.sampled_from([False, False, True]),
        in_a_clash=st.sampled_from(["mine", "theirs", "both", "leave"]),
    )
    first, second, *others = draw(st.lists(deed, min_size=2, max_size=4))
    return [first._replace(who=0), second._replace(who=1), *others]


def lines_of(text: str) -> set[str]:
    """What people wrote: each line of it is the only one of its kind."""
    return {line for line in text.split("\n") if line.strip() and not line.startswith("#")}


def pieces_of(text: str) -> list[str]:
    return re.split(r"(?m)^(?=#+ )", text.removesuffix(TAIL))


def own_texts(edit: Edit) -> dict[int | None, str]:
    """Each section's own text by its number, without the blank lines that part it from the next."""
    ids = [entry["id"] if entry["level"] else 0 for entry in edit.outline["entries"]]
    return {number: text.rstrip("\n") for number, text in zip(ids, pieces_of(edit.blob.text), strict=True)}


class Sent(NamedTuple):
    """A form: what it opened with, what is sent, which sections were touched, by number and by their lines."""

    section: str
    opened: str
    text: str
    ids: set[int | None]
    lines: set[str]

    @property
    def new(self) -> set[str]:
        return lines_of(self.text) - lines_of(self.opened)

    @property
    def gone(self) -> set[str]:
        return lines_of(self.opened) - lines_of(self.text)

    def touches(self, number: int | None, text: str) -> bool:
        """Whether a section of a later version is one of those, or holds what was moved, joined or parted from them."""
        return number in self.ids or not self.lines.isdisjoint(lines_of(text))


def form_of(base: Edit, deed: Deed, word: str) -> Sent:
    outline = withholding.version_of(base).outline
    if not deed.in_section_form or deed.what in ("move", "join"):
        lead, *parts = pieces_of(base.blob.text)
        at = deed.section % len(parts) if parts else 0
        ids = [entry.id for entry in outline.entries[1:]]
        after = lead + "".join(done_to(parts, deed, at, word)) + TAIL
        touched = range(at, at + 1 + (deed.what == "join"))
        return _sent("", base.blob.text, after, deed, ids, parts, touched)
    if deed.what == "new" or len(outline.entries) == 1:
        return Sent("new", "", f"## Section {word}\n\nBegun by {word} alone.\n", set(), set())
    index = 1 + deed.section % (len(outline.entries) - 1)
    opened = sections.text_of(base.blob.text, outline, index)
    parts = pieces_of(opened)[1:]
    ids = [entry.id for entry in outline.entries[index:]]
    if deed.what == "delete":
        return _sent(str(ids[0]), opened, "", deed, ids, parts, range(len(parts)))
    return _sent(str(ids[0]), opened, "".join(done_to(parts, deed, 0, word)), deed, ids, parts, range(1))


def _sent(section, opened, text, deed, ids, parts, touched):
    there = [at for at in touched if at < len(parts) and deed.what != "new"]
    return Sent(section, opened, text, {ids[at] for at in there}, lines_of("".join(parts[at] for at in there)))


def done_to(pieces: list[str], deed: Deed, at: int, word: str) -> list[str]:
    """The sections after a deed; every line that it writes is the only one of its kind."""
    parts, what = list(pieces), deed.what
    if what == "new" or not parts:
        parts.insert(at, f"## Section {word}\n\nBegun by {word} alone.\n\n")
    elif what == "rename":
        parts[at] = re.sub(r"^(#+) .*", rf"\1 Renamed by {word}", parts[at])
    elif what == "level":
        parts[at] = "#" * (2 + deed.line % 3) + " " + parts[at].lstrip("# ")
    elif what == "move":
        parts.insert(deed.line % len(parts), parts.pop(at))
    elif what == "delete":
        parts.pop(at)
    elif what == "join":
        joined = parts.pop(at + 1).partition("\n\n")[2] if at + 1 < len(parts) else ""
        parts[at] += joined
    else:
        paragraphs = parts[at].rstrip("\n").split("\n\n")
        where = 1 + deed.line % len(paragraphs)
        new = {"split": f"## Split by {word}\n\nWhat {word} has split off."}.get(what, f"Written by {word} here.")
        paragraphs[where : where + (what == "edit")] = [new]
        parts[at] = "\n\n".join(paragraphs) + "\n\n"
    return parts


class Told:
    """An article that people change at once; each outcome is held against what they did."""

    def __init__(self, authors: list[Author], counts: Counter[str]) -> None:
        self.article = factories.article(text=OPENED, author=authors[0])
        self.authors = authors
        self.counts = counts
        self.seen = [self.now] * len(authors)
        self.written, self.removed, self.doubled = lines_of(OPENED), set(), set()
        self.moved: Counter[str] = Counter()

    @property
    def now(self) -> Edit:
        return Article.objects.select_related("current_edit__blob").get(pk=self.article.pk).current_edit

    def does(self, deed: Deed, word: str) -> None:
        now = self.now
        base = now if deed.looks_anew else self.seen[deed.who]
        sent = form_of(base, deed, word)
        fields = {"text": sent.text, "base": base.pk, "section": sent.section}
        try:
            made = editing.save(change(self.article, author=self.authors[deed.who], **fields))
        except EditConflict as conflict:
            self.counts["clashes"] += 1
            made = self.decided(conflict, sent, now, fields | {"base": str(base.pk)}, deed)
        else:
            self.counts["saves"] += 1
            self.counts["merges"] += base.pk != now.pk and made.pk != now.pk
            self.written |= sent.new
            self.removed |= sent.gone
            self.moved.update(sent.lines if deed.what in ("split", "join") else ())
            assert sent.new <= lines_of(made.blob.text)
            self.check_others(sent, deed, now, made)
        if made is not None:
            self.seen[deed.who] = made

    def decided(self, conflict: EditConflict, sent: Sent, now: Edit, fields, deed: Deed) -> Edit | None:
        """Both people's lines are shown; one decides as the page would have it, and gets what was chosen."""
        shown = basing.conflict_with(title=self.article.full_title, onto=str(now.pk), **fields)
        merge = conflict.merge
        assert shown is not None and merge is not None and shown.merge == merge
        theirs_kept = lines_of(now.blob.text) - sent.gone
        assert sent.new <= lines_of(merge.resolved([clash.mine for clash in merge.clashes]))
        assert theirs_kept <= lines_of(merge.resolved([clash.theirs or "" for clash in merge.clashes]))
        if deed.in_a_clash == "leave":
            return None
        start = basing.resolved(conflict, [getattr(clash, deed.in_a_clash) or "" for clash in merge.clashes])
        author = self.authors[deed.who]
        made = editing.save(change(self.article, start.text, base=start.base, section=start.section, author=author))
        there = lines_of(made.blob.text)
        assert deed.in_a_clash == "theirs" or sent.new <= there
        assert deed.in_a_clash == "mine" or theirs_kept <= there
        self.written |= there
        # A piece that was chosen may hold a line that the other person has moved out of it.
        self.doubled |= {line for line in there if made.blob.text.count(line) > 1}
        self.removed |= lines_of(now.blob.text) - there
        self.counts["decided"] += 1
        return made

    def check_others(self, sent: Sent, deed: Deed, now: Edit, made: Edit) -> None:
        """A section that the author did not touch is as it was, and what they wrote is in none of these."""
        before, after = own_texts(now), own_texts(made)
        untouched = {text for number, text in before.items() if not sent.touches(number, text)}
        assert untouched <= set(after.values())
        if sent.ids and deed.what in ("edit", "add"):
            homes = [number for number, text in after.items() if lines_of(text) & sent.new]
            assert all(sent.touches(number, before.get(number, "")) for number in homes)

    def check_all(self) -> None:
        text = self.now.blob.text
        assert self.written - self.removed <= lines_of(text) <= self.written
        # What two people have taken to sections of their own stands in both of these.
        moved_twice = {line for line, times in self.moved.items() if times > 1}
        assert all(text.count(line) == 1 for line in lines_of(text) - self.doubled - moved_twice)
        assert text.endswith(f"\n\n{TAIL}")


def test_every_line_that_somebody_added_and_nobody_removed_is_in_the_article_or_in_a_shown_clash():
    counts: Counter[str] = Counter()
    authors = [factories.author("editor") for _ in range(4)]

    @given(deeds_of_people())
    @hypothesis_settings(max_examples=EXAMPLES)
    def told(deeds):
        story = Told(authors, counts)
        for number, deed in enumerate(deeds):
            story.does(deed, f"{'abcd'[deed.who]}{number}")
        story.check_all()
        counts["histories"] += 1

    told()
    print(dict(counts))  # noqa: T201  # -rP shows it: how often people met.
    assert counts["histories"] >= EXAMPLES
    assert min(counts["merges"], counts["clashes"], counts["decided"]) > EXAMPLES / 25


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
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    base = str(proposed.current_id_of(proposal))
    edit = deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert edit.author == contributor and writers(article)[edit.number] == 1
