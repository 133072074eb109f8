"""What is kept beside the texts, broken by hand: found, told by its name, and made anew; histories stay as they are."""

import zlib
from collections.abc import Callable

import pytest
from django.db import connection

from articles import append_only, reading, search, upkeep
from articles.models import Article, Dependency, Edit, LogEntry, PageStamp, Rendering, Section, TextBlob
from articles.moderation import deleting, moving, quarantining
from articles.search.base import Document
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

TEXT = "A lead about [[Lungs]].\n\n## Causes\n\nDust.\n\n### Indoors\n\nMites.\n\n[[Category:Lungs]]\n"


@pytest.fixture
def page(db) -> Article:
    article = factories.article("Asthma", TEXT)
    factories.edit(article, "A lead about [[Lungs]], in other words.\n", section="0")
    factories.save("Wheeze", "#REDIRECT [[Asthma]]\n", base=0)
    factories.article("Lungs")
    return Article.objects.get(pk=article.pk)


def found(**options: object) -> set[tuple[str, str, bool]]:
    return {(each.kind, each.where, each.is_repaired) for each in upkeep.check(**options)}


def titles(query: str) -> set[str]:
    return {hit.full_title for hit in search.find(query).hits}


def sql(statement: str, *values: object) -> None:
    with unlocked("damage, such as a failing disk or a hand does"), connection.cursor() as cursor:
        cursor.execute(statement, values)


def histories() -> list[dict[str, object]]:
    return list(Edit.objects.order_by("pk").values())


def everything_kept() -> list[object]:
    """All rows that are derived, but for the numbers that say when they were written."""
    return [
        list(Article.objects.order_by("pk").values()),
        list(Section.objects.order_by("pk").values()),
        sorted(Dependency.objects.values_list("article", "kind", "target", "sort_key")),
        sorted((row.blob_id, row.renderer, bytes(row.data)) for row in Rendering.objects.all()),
        titles("words"),
        [suggestion.via for suggestion in search.suggest("Whee")],
    ]


def stamps() -> set[str]:
    return set(PageStamp.objects.values_list("path", flat=True))


# What is done to the page, by the kinds of findings it gives; %s is the page's number.
_FIRST = "(SELECT {} FROM articles_edit WHERE number = 1 AND article_id = articles_article.id)"
_TEXT = "(SELECT text_id FROM articles_article WHERE id = %s)"
_OTHER = "(SELECT data FROM articles_rendering r WHERE r.blob_id <> articles_rendering.blob_id ORDER BY id LIMIT 1)"
DAMAGES: dict[str, str] = {
    "rendering": f"UPDATE articles_rendering SET data = {_OTHER} WHERE blob_id = {_TEXT}",
    "no rendering": f"DELETE FROM articles_rendering WHERE blob_id = {_TEXT}",
    "words": "UPDATE articles_article SET words = 7777 WHERE id = %s",
    "description": "UPDATE articles_article SET description = 'Something else' WHERE id = %s",
    "stub topic": "UPDATE articles_article SET stub_topic = 'history' WHERE id = %s",
    "redirect": "UPDATE articles_article SET redirect_to = 'Lungs' WHERE id = %s",
    "section title": "UPDATE articles_section SET title = 'Symptoms' WHERE position = 1 AND article_id = %s",
    "section order": "UPDATE articles_section SET position = 9 WHERE position = 1 AND article_id = %s",
    "section gone": "UPDATE articles_section SET position = NULL WHERE position = 2 AND article_id = %s",
    "no dependency": "DELETE FROM articles_dependency WHERE kind = 'link' AND article_id = %s",
    "dependency": "UPDATE articles_dependency SET target = 'Liver' WHERE kind = 'category' AND article_id = %s",
    "no search row": "DELETE FROM articles_search_doc WHERE article_id = %s",
    "search words": "UPDATE articles_search_doc SET lead = 'Something else' WHERE article_id = %s",
    "search names": "DELETE FROM articles_search_name WHERE name = 'Wheeze' AND article_id = %s",
    "stamp": "DELETE FROM articles_pagestamp WHERE path = '/wiki/Asthma' AND %s > 0",
    "text": f"UPDATE articles_article SET text_id = {_FIRST.format('blob_id')} WHERE id = %s",
    "current": f"UPDATE articles_article SET current_edit_id = {_FIRST.format('id')} WHERE id = %s",
    "none current": "UPDATE articles_article SET current_edit_id = NULL WHERE id = %s",
}


def test_a_wiki_as_its_doors_leave_it_agrees(page):
    assert found() == set()


def test_so_does_one_with_proposals_a_bin_moves_and_sections_under_review(page, moderator):
    factories.proposal(page, factories.author())
    deleting.delete([factories.article("Gout")], by=moderator.account, why="a test")
    section = page.sections.get(title="Indoors")
    quarantining.quarantine(article=page, section=section.pk, by=moderator.account, why="a test")
    now = Article.objects.get(pk=page.pk)
    moving.move(
        article=now,
        title="Bronchial asthma",
        base=str(now.current_edit_id),
        by=moderator.account,
        author=moderator,
        why="a test",
    )
    assert found() == set()


def test_what_is_under_review_is_in_nothing_that_is_made_anew(page, moderator):
    section = page.sections.get(title="Indoors")
    quarantining.quarantine(article=page, section=section.pk, by=moderator.account, why="a test")
    sql("DELETE FROM articles_dependency")
    sql("DELETE FROM articles_search_doc WHERE article_id = %s", page.pk)
    found(repair=True)
    assert found() == set() and (titles("mites"), titles("dust")) == ({"Lungs"}, {"Asthma", "Lungs"})


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_damaged_is_found_and_made_anew(page, damage):
    before, past, stamped = everything_kept(), histories(), stamps()
    sql(DAMAGES[damage], page.pk)

    assert "Asthma" in {where for _kind, where, _repaired in found()}
    repaired = found(repair=True)

    assert repaired and all(is_repaired for _kind, _where, is_repaired in repaired)
    assert found() == set()
    assert everything_kept() == before and histories() == past and stamped <= stamps()


def test_looking_changes_nothing(page):
    sql("DELETE FROM articles_dependency")
    found()
    assert not Dependency.objects.exists()


def test_a_page_that_was_repaired_is_new_to_caches(page):
    stamp = PageStamp.objects.get(path="/wiki/Asthma").stamp
    sql("DELETE FROM articles_dependency")
    found(repair=True)
    assert PageStamp.objects.get(path="/wiki/Asthma").stamp > stamp


def test_what_can_be_found_and_not_read_is_forgotten(page):
    document = Document(999_999, "article", "Nothing", (), "", ())
    search.index(document)
    assert found() == {("search", "999999", False)}
    assert found(repair=True) == {("search", "999999", True)}
    assert search.suggest("Nothi") == []


@pytest.mark.sqlite
def test_an_index_of_words_that_does_not_say_what_its_rows_say_is_made_anew(page):
    sql("INSERT INTO articles_search_words (articles_search_words) VALUES ('delete-all')")
    assert found() == {("search", "articles_search_words", False)}
    found(repair=True)
    assert found() == set() and search.find("mites").hits


def test_a_missing_guard_of_history_is_put_back(page):
    append_only.release(connection)
    assert {kind for kind, _where, _repaired in found()} == {"guard"}
    found(repair=True)
    assert append_only.missing(connection) == []


# --- What nothing can be made of ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "data", [zlib.compress(b"Another text."), b"no zlib"], ids=["another text", "bytes that make no sense"]
)
def test_a_text_that_is_not_what_its_hash_says_is_told_and_left(page, data):
    blob = TextBlob.objects.get(pk=Edit.objects.get(article=page, number=1).blob_id)
    with unlocked("damage"):
        TextBlob.objects.filter(pk=blob.pk).update(data=data)
    assert found(repair=True) == {("text", blob.sha256, False)}
    assert bytes(TextBlob.objects.get(pk=blob.pk).data) == data


def test_a_current_text_that_can_not_be_read_hides_no_other_page(page):
    with unlocked("damage"):
        TextBlob.objects.filter(pk=page.text_id).update(data=b"no zlib")
    sql("DELETE FROM articles_pagestamp WHERE path = '/wiki/Lungs'")
    assert {("text", page.text.sha256, False), ("page", "Asthma", False), ("stamp", "Lungs", False)} <= found()


def test_an_erased_text_is_no_fault(page):
    with unlocked("an erasure of one text"):
        TextBlob.objects.filter(pk=Edit.objects.get(article=page, number=1).blob_id).update(
            codec=TextBlob.Codec.ERASED, data=b""
        )
    assert found() == set()


def test_a_gap_in_a_history_is_told(page):
    append_only.release(connection)
    sql("UPDATE articles_edit SET number = 5 WHERE number = 2 AND article_id = %s", page.pk)
    append_only.guard(connection)
    assert found(repair=True) == {("number", "Asthma", False)}


def test_a_changed_row_of_the_log_is_told(page, moderator):
    factories.block(factories.author().name)
    append_only.release(connection)
    with unlocked("damage"):
        LogEntry.objects.filter(number=1).update(why="Another reason.")
    append_only.guard(connection)
    assert ("log", "row 1", False) in found(repair=True)


# --- On a running site -------------------------------------------------------------------------------------------
def test_a_save_that_comes_between_two_looks_is_no_disagreement(page, monkeypatch):
    """The page is read, and saved before what belongs to it is read, too."""
    looked = reading.stored_form
    saved = []

    def stored_form(blob_id: int | None) -> object:
        if not saved:
            saved.append(factories.edit(page, "## Causes\n\nPollen.\n", section="Causes"))
        return looked(blob_id)

    monkeypatch.setattr(reading, "stored_form", stored_form)
    assert found() == set() and saved


def test_only_some_pages_are_rendered_when_asked(page, monkeypatch):
    rendered: list[str] = []
    render: Callable[[str], object] = upkeep.renderer.render
    monkeypatch.setattr(upkeep.renderer, "render", lambda text: rendered.append(text) or render(text))
    assert found(every=2) == set()
    assert len(rendered) == 2  # Of three pages.
