"""Questions and documents, before any backend sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search import base
from articles.search.base import Document, DocumentRow, SectionText, ask, flat, folded_name, root_of, storable, words_of

storable_texts = st.text().map(storable)
titles = st.text(st.characters(exclude_characters="\n\0", exclude_categories=["Cs"]), min_size=1)
sections = st.builds(SectionText, st.integers() | st.none(), storable_texts, storable_texts, storable_texts)
leads = st.builds(SectionText, st.integers() | st.none(), storable_texts, st.just(""), storable_texts)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("Acute asthma", ["acute", "asthma"]),
        ("what is the cause of asthma?", ["cause", "asthma"]),
        ("what is it", ["what", "is", "it"]),
        ('say "acute  asthma" twice', ["acute asthma", "say", "twice"]),
        ("“acute asthma”", ["acute asthma"]),
        ('a "lone quote', ["lone", "quote"]),
        ("COVID-19 in 1.5 days", ["covid 19", "1 5", "days"]),
        ("Crohn's", ["crohn s"]),
        ("HIV/AIDS, C++", ["hiv", "aids", "c"]),
        ("asthma Asthma ASTHMA", ["asthma"]),
        ("Ménière", ["meniere"]),
        ("snake_case", ["snake", "case"]),
        ("", []),
        ("+ - \0", []),
        ("x" * 101, []),
    ],
)
def test_a_question_is_its_telling_words_and_phrases(typed: str, terms: list[str]) -> None:
    assert [term.flat for term in ask(typed, "en").terms] == terms


def test_stop_words_are_those_of_the_language() -> None:
    assert [term.flat for term in ask("the was", "de").terms] == ["the", "was"]
    assert [term.flat for term in ask("the lung", "en-GB").terms] == ["lung"]


def test_a_question_is_capped() -> None:
    assert len(ask(" ".join(map(str, range(10_000))), "en").terms) == base.MAX_TERMS


@given(st.text())
def test_a_flat_text_has_each_character_in_its_place(text: str) -> None:
    assert len(flat(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "words"), [("Ménière's", ["meniere", "s"]), ("İstanbul", ["istanbul"]), ("한국 ß", ["한국", "ß"])]
)
def test_words_lose_case_and_accents_and_nothing_else(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(("name", "folded"), [("COVID-19 (disease)", " covid 19 disease"), ("C++", " c"), ("++", "")])
def test_a_name_is_folded_with_a_space_before_each_word(name: str, folded: str) -> None:
    assert folded_name(name) == folded


@pytest.mark.parametrize(
    "forms", [("cause", "causes", "caused", "causing"), ("allergy", "allergies", "allergic"), ("treat", "treatment")]
)
def test_forms_of_a_word_share_their_root(forms: tuple[str, ...]) -> None:
    assert len({root_of(form) for form in forms}) == 1


@given(
    st.builds(
        Document,
        st.integers(),
        st.just("article"),
        titles,
        st.lists(titles).map(tuple),
        storable_texts,
        st.builds(lambda lead, others: (lead, *others), leads, st.lists(sections)),
    )
)
def test_a_stored_document_comes_back_as_it_was(document: Document) -> None:
    assert DocumentRow.of(document).document() == document
