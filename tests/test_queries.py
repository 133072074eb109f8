"""How many queries each kind of page makes, for nobody and for an editor: the numbers stand in one reviewed file."""

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Author, Proposal, Section
from tests import factories, worlds

pytestmark = pytest.mark.django_db

COUNTS = json.loads(Path(__file__).with_name("query_counts.json").read_text())
AT_MOST_FOR_AN_ARTICLE = 5
AT_MOST_FOR_A_SAVE = 56


def _an_editor_and_pages() -> tuple[Author, dict[str, str]]:
    """The kinds of pages and an address of each, in a wiki with a little of everything."""
    editor = factories.author("editor")
    text = factories.TEXT.replace("Dust.", "Dust [@pmid:1], [[Pollen]], [[Not there]], [[Help:Me]].")
    asthma = factories.article("Asthma", text, author=editor)
    pollen = factories.article("Pollen", "Grains of [[Asthma]].\n", author=editor)
    factories.edit(pollen, "Grains, for [[Asthma]].\n")
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n", author=editor)
    factories.article("Category:Lungs", "All that breathes.\n", author=editor)
    second = factories.edit(asthma, "Another lead.\n", section="0", author=editor)
    Client().post("/edit/Asthma", {"text": "Third.\n", "base": second.pk, "section": "0"})
    section = Section.objects.get(article=asthma, title="Causes").pk
    return editor, {
        "main page": "/",
        "article": "/wiki/Asthma",
        "article, printable": "/wiki/Asthma?printable=yes",
        "redirect": "/wiki/Wheezing",
        "other spelling": "/wiki/asthma",
        "missing article": "/wiki/Nothing",
        "current version by number": f"/wiki/Asthma?version={second.pk}",
        "old version": f"/wiki/Asthma?version={asthma.current_edit_id}",
        "section": f"/section/{section}",
        "raw text": "/raw/Asthma",
        "category": "/category/Lungs",
        "index": "/index/A",
        "edit a section": f"/edit/Asthma?section={section}",
        "edit the whole": "/edit/Asthma",
        "write an article": "/edit/Nothing",
        "write an article from an outline": "/edit/Nothing?outline=disease",
        "edit several sections": f"/edit/Asthma?section=0&section={section}",
        "sections": "/outline/Asthma",
        "sections, one chosen": f"/outline/Asthma?section={section}",
        "history": "/history/Asthma",
        "history of a section": f"/history/Asthma?section={section}",
        "compare": f"/compare/previous/{second.pk}",
        "compare, rendered": f"/compare/previous/{second.pk}?view=rendered",
        "who wrote what": "/blame/Asthma",
        "special pages": "/special/",
        "all pages": "/special/all",
        "new articles": "/special/new",
        "long articles": "/special/long",
        "short articles": "/special/short",
        "wanted articles": "/special/wanted",
        "orphaned articles": "/special/orphaned",
        "stubs": "/special/stubs",
        "stubs, by links": "/special/stubs?order=links",
        "stubs of a topic": "/category/Medicine_stubs",
        "categories": "/special/categories",
        "statistics": "/special/statistics",
        "random": "/random",
        "links to a page": "/links/Asthma",
        "facts of a page": "/info/Asthma",
        "user": f"/user/{editor.name.replace(' ', '_')}",
        "contributions": f"/contributions/{editor.name.replace(' ', '_')}",
        "recent changes": "/recent",
        "revert": f"/revert/{asthma.current_edit_id}",
        "undo": f"/undo/{second.pk}",
        "rollback": "/rollback/Pollen",
        "report a section": f"/report/{section}",
        "proposals": "/proposals/",
        "proposal": f"/proposals/{Proposal.objects.get().pk}",
        "search, exact": "/search?q=Asthma",
        "search, results": "/search?q=dust",
        "search, nothing": "/search?q=zebra",
        "suggest": "/suggest?q=as",
        "drafts": "/drafts",
        "notifications": "/notifications",
        "what is mailed": "/accounts/mail/",
        "cite": "/cite/Asthma",
        "feed of recent changes": "/feeds/recent.atom",
        "feed of new articles": "/feeds/new.atom",
        "feed of an article": "/feeds/history/Asthma.atom",
        "robots.txt": "/robots.txt",
        "opensearch.xml": "/opensearch.xml",
        "section by MediaWiki's number": "/w/index.php?title=Asthma&action=edit&section=2",
        "disclaimer": "/disclaimer",
        "log in": "/accounts/login/",
        "register": "/accounts/register/",
        "account": "/accounts/",
        "displayed name": "/accounts/name/",
        "forgotten password": "/accounts/password/reset/",
        "two factors": "/accounts/2fa/",
        "no such address": "/nowhere",
        "healthz": "/healthz",
        "readyz": "/readyz",
        "metrics": "/metrics",
    }


world = worlds.made_once(_an_editor_and_pages)


@pytest.fixture
def editor(world: tuple[Author, dict[str, str]]) -> Author:
    return worlds.copied(world[0])


@pytest.fixture
def pages(world: tuple[Author, dict[str, str]]) -> dict[str, str]:
    return world[1]


def queries_of(browser: Client, path: str) -> list[str]:
    browser.get(path)  # What a process learns once, such as content types, belongs to no page.
    with CaptureQueriesContext(connection) as made:
        browser.get(path)
    return [query["sql"] for query in made.captured_queries]


def test_each_kind_of_page_has_its_number(pages: dict[str, str]):
    assert set(pages) == set(COUNTS)


@pytest.mark.parametrize("kind", sorted(COUNTS))
@pytest.mark.parametrize("who", ["anonymous", "editor"])
def test_a_page_makes_as_many_queries_as_was_reviewed(pages, editor_client: Client, kind: str, who: str):
    made = queries_of(Client() if who == "anonymous" else editor_client, pages[kind])
    more = COUNTS[kind].get("more on PostgreSQL", 0) if connection.vendor == "postgresql" else 0
    # Redis answers what else the database's cache table would.
    of_cache = COUNTS[kind].get("of the cache", 0)
    of_cache = of_cache.get(who, 0) if isinstance(of_cache, dict) else of_cache
    less = 0 if "db.DatabaseCache" in settings.CACHES["default"]["BACKEND"] else of_cache
    assert len(made) == COUNTS[kind][who] + more - less, "\n".join(made)


@pytest.mark.parametrize("kind", ["article", "article, printable"])
def test_an_article_read_by_anybody_makes_at_most_five(kind: str):
    assert COUNTS[kind]["anonymous"] <= AT_MOST_FOR_AN_ARTICLE


LISTS = ["wanted articles", "orphaned articles", "stubs", "stubs, by links", "categories", "links to a page", "user"]


@pytest.mark.parametrize(
    "kind", ["article", "history", "recent changes", "main page", "category", "search, results", "index", *LISTS]
)
def test_the_number_does_not_grow_with_the_wiki(pages: dict[str, str], kind: str):
    before = len(queries_of(Client(), pages[kind]))
    for number in range(12):
        text = f"Dust [[Asthma]] [[Not there {number}]] [@pmid:{number}].\n\n## S\n\nx\n\n[[Category:Lungs]]\n"
        factories.article(f"Asthma {number}", text)
    links = " ".join(f"[[Asthma {number}]] [[Help:{number}]] [[Category:C{number}]]" for number in range(12))
    factories.save("Asthma", f"Dust {links}\n\n[[Category:Lungs]]\n", base=_current("Asthma"))
    assert len(queries_of(Client(), pages[kind])) == before


def _current(title: str) -> int:
    from articles.models import Article

    return Article.objects.get(namespace="article", title=title).current_edit_id


def test_a_saved_section_makes_no_more_than_was_reviewed(world, editor_client: Client):
    made = []
    for word in ("First.", "Then."):  # What a process learns once, such as content types, belongs to no save.
        base = Article.objects.get(title="Asthma").current_edit_id
        with CaptureQueriesContext(connection) as captured:
            answer = editor_client.post("/edit/Asthma", {"text": f"{word}\n", "base": base, "section": "0"})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/wiki/Asthma")
        made = [query["sql"] for query in captured.captured_queries]
    asked = [sql for sql in made if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
    assert len(asked) <= AT_MOST_FOR_A_SAVE, "\n".join(made)
