"""What only PostgreSQL can get wrong; what all backends must do is asked in tests/articles/search/test_search.py."""

from typing import Any

import pytest
from django.db import connection

from articles import search
from articles.search.backends import postgres
from tests.articles.search.documents import document

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def empty() -> None:
    search.rebuild([])


def test_words_are_stemmed_in_the_language_of_the_wiki(settings: Any) -> None:
    settings.WIKI_LANGUAGE = "de"
    search.index(document("Asthma", "Causes of it.", article_id=1))
    assert search.find("causing").hits == ()
    settings.WIKI_LANGUAGE = "en-GB"
    search.index(document("Asthma", "Causes of it.", article_id=1))
    assert len(search.find("causing").hits) == 1


def test_matches_of_rare_words_are_ranked_even_when_a_common_one_fills_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_MAX_RANKED", 5)
    search.rebuild([*(document(f"Dust {number}", "dust") for number in range(20)), document("Mite", "wheeze")])
    results = search.find("dust wheeze")
    assert results.hits[0].title == "Mite"
    assert results.total_known is None


@pytest.mark.parametrize(
    ("statements", "misspelled"), [(postgres._CREATE_TRIGRAMS, 1), (("CREATE EXTENSION no_such_extension",), 0)]
)
def test_tables_are_made_with_or_without_trigrams(
    statements: tuple[str, ...], misspelled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_CREATE_TRIGRAMS", statements)
    with connection.schema_editor(atomic=False) as schema_editor:
        postgres.drop_tables(schema_editor)
        postgres.create_tables(schema_editor)
    search.index(document("Asthma"))
    assert [suggestion.full_title for suggestion in search.suggest("ast")] == ["Asthma"]
    assert len(search.suggest("asthna")) == misspelled
