"""Search: results with the section each hit is in, and suggestions as one types."""

import json
from urllib.parse import quote

import pytest
from django.test import Client

from articles.models import Section
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

ODD = [
    "COVID-19",
    "C++",
    '"',
    "'",
    '"half',
    "a AND",
    "NEAR(",
    "*",
    "%",
    "\\",
    "(",
    "-",
    "^",
    ":",
    "{}",
    "x" * 5000,
    "\0a",
    "\ufdd0",
    "😀",
    "日本",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    " ",
    "_",
    "AND OR NOT",
    "col:x",
    "a\nb",
]


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.mark.parametrize("query", ["Asthma", "asthma", " ASTHMA "])
def test_an_exact_title_goes_there(client: Client, asthma, query: str):
    answer = client.get("/search", {"q": query})
    assert (answer.status_code, answer["Location"]) == (302, "/wiki/Asthma")


def test_the_results_can_be_asked_for_all_the_same(client: Client, asthma):
    page = Page(client.get("/search?q=asthma&full=1"))
    assert page.link("Asthma") == "/wiki/Asthma" and "Search results for “asthma”" in page.h1


def test_a_hit_shows_its_words_and_leads_to_its_section(client: Client, asthma):
    page = Page(client.get("/search?q=mites+of+houses"))
    (hit,) = page.with_class("results")[0].iter("a")
    assert hit.get("href") == "/wiki/Asthma#Indoors" and "".join(hit.itertext()) == "Asthma › Indoors"
    assert [found.text for found in page.all("mark")] == ["Mites"]
    assert "Indoors" in Page(client.get(hit.get("href"))).ids


@pytest.mark.parametrize("query", ODD, ids=range(len(ODD)))
def test_any_input_is_a_question(client: Client, asthma, query: str):
    answer = client.get("/search", {"q": query})
    assert answer.status_code == 200 and Page(answer).faults() == []
    assert client.get("/suggest", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "query", ["", "q=", "q=dust&page=x", "q=dust&page=0", "q=dust&page=99", "q=dust&page=" + "9" * 5000]
)
def test_a_question_or_page_that_is_none_is_no_failure(client: Client, asthma, query: str):
    assert client.get(f"/search?{query}").status_code == 200


def test_nothing_found_offers_near_titles_and_to_write_it(client: Client, asthma):
    page = Page(client.get("/search?q=Astma"))
    assert page.link("Asthma") == "/wiki/Asthma"
    assert page.link("Suggest an article “Astma”") == "/edit/Astma"


def test_where_something_is_found_writing_it_is_offered_before_the_results(client: Client, asthma):
    found = [link.text for link in Page(client.get("/search?q=dust")).links]
    assert found.index("Suggest an article “Dust”") < next(
        n for n, text in enumerate(found) if text.startswith("Asthma")
    )


def test_what_can_not_be_a_title_is_not_offered_to_be_written(client: Client, db):
    assert "/edit/" not in Page(client.get("/search", {"q": "a<b>"})).source


def test_many_results_go_on_on_the_next_page(client: Client):
    for number in range(22):
        factories.article(f"Page {number}", f"Everything about zebras, {number}.\n")
    first = Page(client.get("/search?q=zebras"))
    second = Page(client.get("/search" + first.link("More results")))
    assert second.link("Better results") and 0 < len(second.with_class("results__snippet")) < 20


def test_suggestions_are_open_search_json(client: Client, asthma):
    answer = client.get("/suggest?q=ast")
    assert answer["Content-Type"].startswith("application/json")
    words, titles, descriptions, urls = json.loads(answer.content)
    assert (words, titles, urls) == ("ast", ["Asthma"], ["http://testserver/wiki/Asthma"])
    assert descriptions == ["A lead about the lungs."] and b"medical-disclaimer" not in answer.content


def test_a_redirect_is_found_by_its_own_name(client: Client, asthma):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    assert client.get("/search?q=Wheezing").status_code in (200, 302)
    assert "Asthma" in client.get("/search?q=Wheezing&full=1").content.decode()


def test_the_query_stays_in_the_box(client: Client, asthma):
    page = Page(client.get("/search", {"q": 'dust "& more'}))
    assert [found.get("value") for found in page.all("input") if found.get("name") == "q"] == ['dust "& more'] * 2


def test_search_sees_a_save_at_once(client: Client, asthma):
    factories.edit(asthma, "## Causes\n\nZebras.\n", section="Causes")
    assert Section.objects.filter(article=asthma, title="Causes").exists()
    assert "Asthma › Causes" in Page(client.get("/search?q=" + quote("zebras"))).words
    assert "Nothing was found" in Page(client.get("/search?q=Dust&full=1")).words
