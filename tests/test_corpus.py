"""The whole of two real collections, imported: everything renders, splits, and opens at the right section."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from articles import places, reading
from articles.models import Article, Edit, Origin
from articles.text import checking, quantities, remembering, rendering, risks, sections
from articles.text.sections import Outline
from tests.articles.text import mutations

pytestmark = [pytest.mark.corpus, pytest.mark.django_db]

ATTRIBUTION = (
    "Ben Abacha and Demner-Fushman, “A Question-Entailment Approach to Question Answering”, "
    "BMC Bioinformatics 20:511 (2019)"
)
COLLECTIONS = {"articles-nih.jsonl.gz": 5486, "articles-openstax.jsonl.gz": 838}


@pytest.fixture(scope="module")
def collections(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[None]:
    """Both collections in the database, imported once for all tests here."""
    from django.db import transaction

    folder = tmp_path_factory.mktemp("collections")  # One folder: titles that both have are told apart.
    for name in COLLECTIONS:
        (folder / name).symlink_to(shared_data / name)
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_articles", folder, licence="CC BY 4.0", attribution=ATTRIBUTION, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def everything(collections: None) -> list[Edit]:
    """The current edit of each imported article, with its text."""
    rows = Article.objects.without_redirects().select_related("current_edit__blob").order_by("id")
    return [row.current_edit for row in rows if row.current_edit is not None]


def test_every_record_is_an_article_under_a_title_of_its_own(everything: list[Edit]) -> None:
    assert len(everything) == sum(COLLECTIONS.values())
    assert len({edit.title for edit in everything}) == len(everything)


def test_titles_that_repeat_are_told_apart_by_their_source(everything: list[Edit], shared_data: Path) -> None:
    with gzip.open(shared_data / "articles-openstax.jsonl.gz", "rt") as lines:
        books = {json.loads(line)["book"] for line in lines}
    prefaces = {edit.title for edit in everything if edit.title.startswith("Preface (")}
    assert prefaces == {f"Preface ({book})" for book in books}


def test_every_text_splits_and_joins_byte_for_byte(everything: list[Edit]) -> None:
    wrong = [
        edit.title
        for edit in everything
        if sections.join(sections.split(edit.blob.text, Outline.from_json(edit.outline))) != edit.blob.text
    ]
    assert wrong == []


def test_every_article_renders_with_a_heading_for_each_section(everything: list[Edit]) -> None:
    for edit in everything:
        page = reading.page_of(edit.article)
        assert [section.id for section in page.sections] == [entry["id"] for entry in edit.outline["entries"]]
        assert all(section.heading for section in page.headed), edit.title


def test_every_headings_edit_link_opens_exactly_that_section(everything: list[Edit]) -> None:
    wrong = []
    for edit in everything:
        outline = Outline.from_json(edit.outline)
        lines = sections.lines_of(edit.blob.text)
        for index, entry in enumerate(outline.entries):
            start = places.starting_point(edit.article, str(entry.id) if entry.level else "0")
            first, end = sections.range_of(outline, index)
            if start is None or start.text != "".join(lines[first:end]) or not _begins_with(start.text, entry):
                wrong.append((edit.title, entry.title))
    assert wrong == []


def test_what_is_kept_of_sections_changes_no_page(everything: list[Edit]) -> None:
    memory, chance, wrong = remembering.Memory(8 * 1024 * 1024), random.Random(6), []
    for edit in everything[::16]:
        text, outline = edit.blob.text, Outline.from_json(edit.outline)
        rendering.render(text, (), memory)
        for _change in range(3):
            index = chance.randrange(len(outline.entries))
            section = chance.choice(
                ["More.\n", "", "<div>\n", "```\n", "[^1]\n\n[^1]: A note.\n", "*[the]: An article\n"]
            )
            changed = sections.replace(text, outline, index, sections.text_of(text, outline, index) + section)
            if rendering.render(changed, (), memory) != rendering.render(changed):
                wrong.append((edit.title, index, section))
    assert wrong == []


@pytest.mark.parametrize("part", ["MedQuAD", "openstax"])
def test_an_article_of_each_set_shows_its_licence_and_attribution(collections: None, part: str) -> None:
    lookup = {"source__startswith": "openstax"} if part == "openstax" else {"attribution": ATTRIBUTION}
    origin = Origin.objects.filter(**lookup).select_related("article").order_by("id").first()
    assert origin is not None
    page = Client().get(origin.article.get_absolute_url()).content.decode()
    assert "CC" in page.split('class="licence"')[1][:300]
    assert ("OpenStax" if part == "openstax" else "BMC Bioinformatics 20:511 (2019)") in page


def test_the_edit_links_of_pages_open_forms_with_that_section(everything: list[Edit]) -> None:
    client = Client()
    for edit in everything[::160]:
        page = client.get(edit.article.get_absolute_url()).content.decode()
        for entry in edit.outline["entries"][1:4]:
            assert f"?section={entry['id']}" in page
            form = client.get(f"/edit/{edit.title.replace(' ', '_')}", {"section": entry["id"]}).context["form"]
            assert _begins_with(form["text"].value(), sections.OutlineEntry(**entry))


def _begins_with(text: str, entry: sections.OutlineEntry) -> bool:
    """Whether the first line is the section's heading: its marks, then its words but for markup."""
    if not entry.level:
        return True
    line = text.partition("\n")[0].replace("*", "")  # Marks may stand inside a word: `**Inhibitor**s`.
    words = [word for word in entry.title.split() if word.isalpha()]
    return line.startswith("#" * entry.level + " ") and all(word in line for word in words)


# --- Quantities ----------------------------------------------------------------------------------------------------
@pytest.fixture
def some_texts(shared_data: Path) -> list[str]:
    """Every twenty-fifth text of both collections."""
    texts: list[str] = []
    for name in COLLECTIONS:
        with gzip.open(shared_data / name, "rt") as lines:
            texts += [json.loads(line)["markdown"][:20_000] for number, line in enumerate(lines) if number % 25 == 0]
    return texts


def test_of_changes_that_harm_a_reader_nearly_all_are_found(some_texts: list[str]):
    found = [bool(quantities.differences(text, bad)) for text in some_texts for _, bad in mutations.harmful(text)]
    assert len(found) > 1000 and sum(found) / len(found) >= 0.98


def test_of_changes_that_put_words_right_hardly_any_is_pointed_out(some_texts: list[str]):
    changed = [
        (text, better)
        for text in some_texts
        for mutation in [*(mutation for _, mutation in mutations.HARMLESS), lambda text: mutations.moved(text, 1)]
        if (better := mutation(text)) != text
    ]
    pointed_out = [bool(quantities.differences(*pair)) for pair in changed]
    assert len(changed) > 2000 and sum(pointed_out) / len(changed) <= 0.03


def test_a_copy_edit_of_a_whole_article_is_hardly_ever_stopped(some_texts: list[str]):
    stopped = [
        any(finding.stops for finding in checking.check(text, mutations.copy_edited(text))) for text in some_texts
    ]
    assert len(stopped) > 200 and sum(stopped) / len(stopped) <= 0.03


# --- Marks of risk -------------------------------------------------------------------------------------------------
def test_of_harm_done_to_articles_nearly_all_is_marked(some_texts: list[str]):
    drugs = risks.Drugs(["Acetaminophen", "Aspirin", "Insulin", "Warfarin"])  # Of the wiki's own articles on drugs.
    found = [
        risks.are_grave(risks.risks_of(text, bad, drugs))
        for text in some_texts
        for bad in [*(bad for _, bad in mutations.harmful(text)), *mutations.with_another_drug(text)]
    ]
    assert len(found) > 1000 and sum(found) / len(found) >= 0.98


def test_of_copy_edits_of_articles_hardly_any_is_marked(some_texts: list[str]):
    changes = [*(mutation for _, mutation in mutations.HARMLESS), lambda text: mutations.moved(text, 1)]
    pairs = [(text, better) for text in some_texts for change in changes if (better := change(text)) != text]
    marked = [risks.are_grave(risks.risks_of(*pair)) for pair in pairs]
    assert len(marked) > 2000 and sum(marked) / len(marked) <= 0.03
