"""What search engines may list, and the sitemap that tells them."""

import pytest

from articles import editing, indexing
from articles.models import Article
from tests import doors, factories

pytestmark = pytest.mark.django_db

TEXT = "About the lungs.\n"


def bring_in(title: str, text: str = TEXT, **origin: object) -> Article:
    editing.bring_in(editing.Incoming(title, text, origin=origin), author=factories.author("editor"))
    return Article.objects.select_related("origin").get(title=title.rpartition(":")[2])


def listed() -> list[str]:
    return [page.full_title for number in indexing.sitemap_pages() for page in indexing.sitemap_page(number)]


@pytest.mark.parametrize(
    ("site_url", "choice", "allowed"),
    [
        ("https://wiki.example", "on", True),
        ("https://wiki.example", "off", False),
        ("", "on", False),
        ("", "off", False),
    ],
)
def test_nobody_may_list_the_site_before_it_has_an_address_or_against_the_owners_choice(
    settings, site_url: str, choice: str, allowed: bool
):
    settings.SITE_URL, settings.WIKI_INDEXING, settings.WIKI_CHOICES = site_url, choice, ""
    assert indexing.is_allowed() is allowed


@pytest.mark.parametrize(
    ("title", "text", "origin", "indexable"),
    [
        ("Asthma", TEXT, {}, True),
        ("Asthma", TEXT, {"source": "NIH"}, True),
        ("Project:About", TEXT, {}, False),
        ("Help:Editing", TEXT, {}, True),
        ("Asthma", TEXT, {"is_sample": True}, False),
        ("Asthma", "#REDIRECT [[Lungs]]\n", {}, False),
        ("Template:Box", TEXT, {}, False),
    ],
)
def test_the_sitemap_lists_what_may_be_listed_and_nothing_else(title, text, origin, indexable: bool):
    article = bring_in(title, text, **origin)
    assert indexing.is_indexable(article) is indexable
    assert listed() == ([title] if indexable else [])


def test_a_deleted_article_is_on_no_sitemap():
    article = bring_in("Asthma")
    with doors.unlocked("there is no page to delete with yet"):
        Article.objects.filter(pk=article.pk).update(state=Article.State.DELETED)
    assert listed() == []


def test_an_entry_tells_when_the_article_was_changed_last():
    edit = factories.edit(bring_in("Asthma"), "New.\n")
    assert indexing.sitemap_page(1) == [indexing.Listed("Asthma", edit.time)]


def test_the_pages_of_the_sitemap_hold_each_article_once(monkeypatch):
    monkeypatch.setattr(indexing, "IDS_A_PAGE", 2)
    titles = [bring_in(f"Title {number}").title for number in range(5)]
    assert len(indexing.sitemap_pages()) >= 3
    assert listed() == titles


def test_an_empty_wiki_has_an_empty_sitemap():
    assert list(indexing.sitemap_pages()) == []


def test_a_page_of_the_sitemap_costs_one_query(at_most_queries):
    bring_in("Asthma")
    with at_most_queries(1):
        indexing.sitemap_page(1)


def test_a_page_of_the_site_is_listed_once_somebody_has_adapted_it(editor):
    terms = bring_in("Project:Terms")
    assert not indexing.is_indexable(terms) and listed() == []

    factories.edit(terms, "Our own terms.\n", author=editor)

    assert indexing.is_indexable(Article.objects.get(title="Terms")) and listed() == ["Project:Terms"]
