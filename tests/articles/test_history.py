"""The past of an article, of a section, of everybody."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import editing, history
from articles.models import Article, Edit, Section
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_history(article) -> Article:
    """An article of 500 edits; made at once, as 500 saves would take a minute."""
    first = article.current_edit
    fields = {field.attname: getattr(first, field.attname) for field in Edit._meta.concrete_fields}
    with unlocked("500 saves would take a minute"):
        from reversion.models import Revision

        revisions = Revision.objects.bulk_create(Revision(date_created=first.time) for _number in range(499))
        Edit.objects.bulk_create(
            Edit(**fields | {"id": None, "number": number, "revision_id": revision.pk})
            for number, revision in enumerate(revisions, 2)
        )
    return article


def numbers(page) -> list[int]:
    return [edit.number for edit in page.rows]


def hide(edit) -> None:
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=edit.pk).update(hidden_text=True)


def test_edits_are_listed_the_newest_first(article):
    factories.edit(article, "2.\n")
    factories.edit(article, "3.\n")
    page = history.edits_of(article)
    assert (numbers(page), page.older, page.newer) == ([3, 2, 1], None, None)


def test_500_edits_are_read_page_by_page_to_the_end(long_history):
    seen, before = [], None
    while True:
        page = history.edits_of(long_history, before=before)
        seen += numbers(page)
        if page.older is None:
            break
        before = page.older
    assert seen == list(range(500, 0, -1))


def test_and_back_again_to_the_newest(long_history):
    seen, after = [], 0
    while True:
        page = history.edits_of(long_history, after=after)
        seen = numbers(page) + seen
        if page.newer is None:
            break
        after = page.newer
    assert seen == list(range(500, 0, -1))


@pytest.mark.parametrize(
    ("keys", "shown", "older", "newer"),
    [
        ({}, range(500, 450, -1), 451, None),
        ({"before": 451}, range(450, 400, -1), 401, 450),
        ({"before": 51}, range(50, 0, -1), None, 50),
        ({"after": 450}, range(500, 450, -1), 451, None),
        ({"after": 400}, range(450, 400, -1), 401, 450),
        ({"before": 1}, [], None, None),
        ({"after": 500}, [], None, None),
    ],
)
def test_a_page_says_where_older_and_newer_ones_begin(long_history, keys, shown, older, newer):
    page = history.edits_of(long_history, **keys)
    assert (numbers(page), page.older, page.newer) == (list(shown), older, newer)


@pytest.mark.parametrize("before", [None, 451, 51])
def test_a_page_costs_one_query_by_key_wherever_it_is(long_history, before):
    with CaptureQueriesContext(connection) as queries:
        page = history.edits_of(long_history, before=before)
        assert all(edit.author.name and edit.article.title for edit in page.rows)
    (query,) = [each["sql"] for each in queries]
    assert "OFFSET" not in query and "textblob" not in query and '"outline"' not in query


@pytest.fixture
def symptoms(article) -> int:
    return Section.objects.get(article=article, title="Symptoms").pk


def test_the_history_of_a_section_has_every_edit_that_changed_it(article, symptoms):
    factories.edit(article, "## Signs\n\nCough.\n", section="Symptoms")
    factories.edit(article, "## Causes\n\nPollen.\n", section="Causes")
    factories.edit(article, "Lead.\n\n## Signs\n\nFever.\n\n## Causes\n\nPollen.\n")
    factories.edit(article, "## Signs\n\nFever.\n\n### In children\n\nNone.\n", section="Signs")
    assert numbers(history.edits_of_section(article, symptoms)) == [5, 4, 2, 1]


def test_the_history_of_a_section_has_what_moved_it_and_not_what_moved_others(article):
    factories.edit(article, "Lead.\n\n## A\n\nOne.\n\n## B\n\nTwo.\n\n## C\n\nThree.\n")
    factories.edit(article, "Lead.\n\n## C\n\nThree.\n\n## A\n\nOne.\n\n## B\n\nTwo.\n")
    first, last = (Section.objects.get(article=article, title=title).pk for title in "AC")
    assert numbers(history.edits_of_section(article, last)) == [3, 2]
    assert numbers(history.edits_of_section(article, last, after=2)) == [3]
    assert numbers(history.edits_of_section(article, first)) == [2]


def test_a_section_that_went_and_came_back_changed_both_times(article, symptoms):
    whole = article.current_edit
    factories.edit(article, "", section="Symptoms")
    factories.edit(article, "Another lead.\n", section="0")
    editing.revert(edit=whole, base=Article.objects.get(pk=article.pk).current_edit_id, author=whole.author)
    assert numbers(history.edits_of_section(article, symptoms)) == [4, 2, 1]


def test_the_history_of_the_lead_leaves_the_sections_out(article):
    factories.edit(article, "Another lead.\n", section="0")
    factories.edit(article, "## Causes\n\nPollen.\n", section="Causes")
    lead = Section.objects.get(article=article, position=0)
    assert numbers(history.edits_of_section(article, lead.pk)) == [2, 1]


def test_a_long_history_of_a_section_is_read_to_the_end_and_back(article, symptoms, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    for number in range(5):
        factories.edit(article, f"## Symptoms\n\n{number}.\n", section="Symptoms")
    pages = [history.edits_of_section(article, symptoms)]
    while pages[-1].older:
        pages.append(history.edits_of_section(article, symptoms, before=pages[-1].older))
    back = history.edits_of_section(article, symptoms, after=pages[-1].newer)
    assert [numbers(page) for page in pages] == [[6, 5], [4, 3], [2, 1]]
    assert numbers(back) == [4, 3] and history.edits_of_section(article, symptoms, after=back.newer).newer is None


@pytest.mark.parametrize("bound", ["MOST_LOOKED_AT", "_MOST_HEADINGS"])
def test_a_page_looks_at_so_many_edits_and_leads_on(long_history, symptoms, monkeypatch, bound: str):
    monkeypatch.setattr(history, bound, 100)
    seen, before, pages = [], None, 0
    while pages == 0 or before is not None:
        page = history.edits_of_section(long_history, symptoms, before=before)
        seen += numbers(page)
        before, pages = page.older, pages + 1
    assert seen == [1] and 5 <= pages < 50


def test_the_history_of_a_section_reads_no_text(long_history, symptoms):
    with CaptureQueriesContext(connection) as queries:
        history.edits_of_section(long_history, symptoms)
    made = [query["sql"] for query in queries]
    assert len(made) <= history.MOST_LOOKED_AT / 25 + 2
    assert not any("textblob" in query or "OFFSET" in query for query in made)


def test_recent_changes_are_everybodys_the_newest_first(article):
    other = factories.article()
    last = factories.edit(article, "2.\n")
    assert history.recent_changes().rows == [last, other.current_edit, article.current_edit]


@pytest.mark.parametrize("what", ["version", "article"])
def test_what_is_hidden_is_no_recent_change(article, what):
    if what == "version":
        hide(article.current_edit)
    else:
        with unlocked("deleting comes with moderation"):
            Article.objects.filter(pk=article.pk).update(state=Article.State.DELETED)
    assert history.recent_changes().rows == []


def test_recent_changes_page_by_key(article, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    edits = [article.current_edit, *(factories.edit(article, f"{number}.\n") for number in (2, 3))]
    first = history.recent_changes()
    assert (first.rows, first.older) == ([edits[2], edits[1]], edits[1].pk)
    assert history.recent_changes(before=first.older).rows == [edits[0]]


def test_a_version_has_neighbours(article):
    second, third = (factories.edit(article, f"{number}.\n") for number in (2, 3))
    assert (history.version_before(second), history.version_after(second)) == (article.current_edit, third)
    assert history.version_before(article.current_edit) is history.version_after(third) is None


def test_a_hidden_version_is_nobodys_neighbour(article):
    second, third = (factories.edit(article, f"{number}.\n") for number in (2, 3))
    hide(second)
    assert history.version_before(third) == article.current_edit
    assert history.version_after(article.current_edit) == third


def test_a_version_has_the_changes_of_a_section_beside_it(article, symptoms):
    again = factories.edit(article, "## Symptoms\n\nWheeze, cough.\n", section="Symptoms")
    lead = factories.edit(article, "Another lead.\n", section="0")
    third = factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    assert history.change_before(lead, symptoms) == again
    assert history.change_after(lead, symptoms) == third
    assert history.change_before(article.current_edit, symptoms) == article.current_edit
    assert history.change_after(third, symptoms) is None


def test_before_a_section_came_nothing_changed_it(article):
    added = factories.edit(article, "## Later\n\nText.\n", section="new")
    later = Section.objects.get(article=article, title="Later").pk
    assert history.change_before(article.current_edit, later) is None
    assert history.change_after(article.current_edit, later) == added


def test_changes_of_a_section_are_looked_for_within_reach(long_history, symptoms, monkeypatch):
    first, *_others, last = Edit.objects.filter(article=long_history).order_by("number")
    assert history.change_before(last, symptoms) == first
    monkeypatch.setattr(history, "MOST_LOOKED_AT", 3)
    assert history.change_before(last, symptoms) is None
    assert history.change_after(first, symptoms) is None


def test_a_hidden_change_of_a_section_is_not_led_to(article, symptoms):
    changed = factories.edit(article, "## Symptoms\n\nCough.\n", section="Symptoms")
    last = factories.edit(article, "Another lead.\n", section="0")
    hide(changed)
    assert history.change_before(last, symptoms) is None


def test_edits_between_two_are_counted(article):
    second, third = (factories.edit(article, f"{number}.\n") for number in (2, 3))
    assert history.edits_between(article.current_edit, third) == 1
    assert history.edits_between(second, third) == history.edits_between(third, second) == 0
    assert history.edits_between(factories.article().current_edit, third) == 0


def test_two_versions_are_compared(article):
    edit = factories.edit(article, factories.TEXT.replace("Wheeze", "Cough"))
    rows = [row for row in history.comparison_of(article.current_edit, edit).rows if row.kind not in ("same", "fold")]
    assert "".join(span.text for row in rows for span in row.old).strip() == "Wheeze."
    assert "".join(span.text for row in rows for span in row.new).strip() == "Cough."


def test_the_first_version_is_compared_with_nothing(article):
    texts = history.texts_of(None, article.current_edit)
    assert (texts.old, texts.new) == ("", factories.TEXT)
    assert not history.comparison_of(None, article.current_edit).equal


def test_one_section_of_two_versions_is_compared_whatever_it_was_called(article):
    section = Section.objects.get(article=article, title="Symptoms").pk
    edit = factories.edit(article, "## Signs\n\nWheeze.\n", section="Symptoms")
    last = factories.edit(article, "## Causes\n\nPollen.\n", section="Causes")
    texts = history.texts_of(article.current_edit, last, section)
    assert (texts.old, texts.new, texts.section_title) == (
        "## Symptoms\n\nWheeze.\n\n",
        "## Signs\n\nWheeze.\n\n",
        "Signs",
    )
    assert history.comparison_of(edit, last, section).equal


def test_a_section_that_is_not_in_a_version_is_empty_there(article):
    section = Section.objects.get(article=article, title="Symptoms").pk
    edit = factories.edit(article, "", section="Symptoms")
    texts = history.texts_of(article.current_edit, edit, section)
    assert (texts.new, texts.section_title) == ("", "Symptoms")
    assert history.texts_of(None, edit, section).old == ""


def test_a_version_was_written_by_those_whose_words_it_has_the_most_first(article, editor):
    other = factories.author("editor", "Bo Short")
    second = factories.edit(article, "Rest, " * 30 + "\n", section="Causes", author=other)
    factories.edit(article, "Anew, all of it.\n", author=editor)
    assert history.writers_of(second) == ["Bo Short", editor.name]
    assert history.writers_of(article.current_edit) == [editor.name]


def test_who_wrote_nothing_that_is_left_is_no_writer(article, editor):
    last = factories.edit(article, "Written anew.\n", author=factories.author("editor", "Bo Short"))
    assert history.writers_of(last) == ["Bo Short"]


def test_a_writer_is_named_as_they_like_to_be_called(article, editor):
    editor.account.display_name = "Ada Long, MD"
    editor.account.save()
    assert history.writers_of(article.current_edit) == ["Ada Long, MD"]


def test_the_import_is_nobodys_name_but_an_imported_author_has_one():
    from articles import access

    made = factories.article(author=access.imported_author("Import"))
    assert history.writers_of(made.current_edit) == [""]
    second = factories.edit(made, "2.\n", author=access.imported_author("Ada Long"))
    assert history.writers_of(second) == ["Ada Long"]


def test_visitors_and_hidden_names_are_nameless_writers_together(article, editor):
    rude = factories.edit(
        article, "Rest and sleep.\n", section="Causes", author=factories.author("editor", "Rude Name")
    )
    last = factories.edit(article, "Water.\n", section="Symptoms", author=factories.visitor())
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=rude.pk).update(hidden_author=True)
    assert history.writers_of(last) == [editor.name, ""]


def test_contributions_are_an_authors_edits_page_by_page(article, reviewer, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    edits = [factories.edit(article, f"{number}.\n", author=reviewer) for number in range(3)]
    first = history.contributions_of([reviewer.pk])
    assert (first.rows, first.older) == ([edits[2], edits[1]], edits[1].pk)
    assert history.contributions_of([reviewer.pk], before=first.older).rows == [edits[0]]
    assert history.contributions_of([]).rows == []


# --- Whose words -------------------------------------------------------------------------------------------------
def test_each_version_tells_who_wrote_its_words(editor):
    article = factories.article(text="Dust and pollen.\n", author=editor)
    second = factories.edit(article, "Dust, smoke and pollen.\n")
    assert history.runs_of(article.current_edit) == ((3, 1),)
    assert history.runs_of(second) == ((1, 1), (1, 2), (2, 1))


def test_a_version_without_a_record_is_of_who_saved_it(long_history):
    unrecorded = long_history.edits.get(number=500)
    ((words, number),) = history.runs_of(unrecorded)
    assert number == 500 and words > 0


def test_a_text_that_was_here_before_is_still_its_writers(article):
    vandalised = factories.edit(article, "Gone.\n")
    assert history.runs_of_text(article.pk, factories.TEXT) == history.runs_of(article.current_edit)
    assert history.runs_of_text(article.pk, "Gone.\n") == history.runs_of(vandalised)
    assert history.runs_of_text(article.pk, "Never here.\n") is None


def test_a_hidden_text_or_one_of_another_article_was_never_here(article):
    other = factories.article(text="Elsewhere.\n")
    hide(factories.edit(article, "Hidden.\n"))
    assert history.runs_of_text(article.pk, "Elsewhere.\n") is None
    assert history.runs_of_text(article.pk, "Hidden.\n") is None
    assert history.runs_of_text(other.pk, "Elsewhere.\n") is not None


# --- Who wrote what ----------------------------------------------------------------------------------------------
def test_each_paragraph_knows_the_edits_that_its_words_come_from(article):
    edit = factories.edit(article, "A lead about the two lungs.\n", section="0", summary="both of them")
    lead = history.written(edit)[0]
    assert [(wrote.number, words) for wrote, words in lead.edits] == [(1, 5), (2, 1)]
    assert lead.edits[1][0].summary == "both of them"


def test_of_one_section_only_its_paragraphs_are_told(article):
    section = Section.objects.get(article=article, title="Symptoms").pk
    said = [each.passage.pieces[0].text for each in history.written(article.current_edit, section)]
    assert said == ["## Symptoms", "Wheeze."] and history.written(article.current_edit, 999) == []


def test_who_wrote_a_long_text_costs_two_queries(article, at_most_queries):
    edit = factories.edit(article, "\n\n".join(f"Paragraph {number}." for number in range(200)) + "\n")
    assert edit.blob.text and edit.article  # Read before the counting.
    with at_most_queries(2):
        history.written(edit)
