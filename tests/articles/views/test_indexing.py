"""Sitemap, robots.txt, OpenSearch, canonical addresses: what machines are told, and what they are not."""

from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from articles import editing, indexing
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

SITE = "https://wiki.example"
ODD = ['Crohn\'s & "co"', "What is pain?", "5% dextrose", "HIV/AIDS", "क्षय रोग"]


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def listed(settings) -> None:
    """The owner lets search engines in."""
    settings.SITE_URL, settings.WIKI_INDEXING = SITE, "on"


def addresses(answer) -> list[str]:
    return [element.text for element in ET.fromstring(answer.content).iter() if element.tag.endswith("}loc")]


def canonical(page: Page) -> list[str]:
    return [link.get("href") for link in page.all("link") if link.get("rel") == "canonical"]


# --- The sitemap -------------------------------------------------------------------------------------------------
def test_the_sitemap_leads_to_every_article_whatever_its_title(client: Client, listed, editor):
    for title in ODD:
        factories.article(title, author=editor)
    pages = addresses(client.get("/sitemap.xml"))
    assert pages == [f"{SITE}/sitemap-1.xml"]
    found = addresses(client.get(pages[0].removeprefix(SITE)))
    assert len(found) == len(ODD)
    assert {client.get(address.removeprefix(SITE)).status_code for address in found} == {200}


def test_the_sitemap_tells_when_a_page_was_changed(client: Client, listed, asthma):
    answer = client.get("/sitemap-1.xml")
    assert answer["Content-Type"] == "application/xml; charset=utf-8"
    assert f"<lastmod>{asthma.current_edit.time.isoformat()}</lastmod>" in answer.content.decode()


def test_a_large_wiki_has_more_pages(client: Client, listed, monkeypatch, editor):
    monkeypatch.setattr(indexing, "IDS_A_PAGE", 1)
    for title in ODD:
        factories.article(title, author=editor)
    assert len(addresses(client.get("/sitemap.xml"))) >= len(ODD)


@pytest.mark.parametrize("path", ["/sitemap-0.xml", "/sitemap-2.xml", "/sitemap-99999999999999999999.xml"])
def test_there_is_no_other_page_of_the_sitemap(client: Client, listed, asthma, path: str):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/sitemap.xml", "/sitemap-1.xml"])
def test_there_is_no_sitemap_while_nothing_may_be_listed(client: Client, asthma, path: str):
    assert client.get(path).status_code == 404


def test_sample_text_is_not_on_the_sitemap(client: Client, listed, editor):
    editing.bring_in(editing.Incoming("Sample", "Text.\n", origin={"is_sample": True}), author=editor)
    factories.article("Ours", author=editor)
    assert addresses(client.get("/sitemap-1.xml")) == [f"{SITE}/wiki/Ours"]


# --- robots.txt --------------------------------------------------------------------------------------------------
def test_robots_are_kept_out_until_the_owner_lets_them_in(client: Client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().split("\n") == ["User-agent: *", "Disallow: /", "", ""]


def test_robots_that_are_let_in_read_articles_and_do_nothing_else(client: Client, listed):
    lines = client.get("/robots.txt").content.decode().split("\n")
    kept_off = [line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow")]
    assert f"Sitemap: {SITE}/sitemap.xml" in lines and "" not in kept_off
    assert {"/edit/", "/history/", "/compare/", "/search", "/accounts/", "/w/"} <= set(kept_off)
    readable = (
        "/",
        "/wiki/Asthma",
        "/wiki/Edit/x",
        "/category/Lungs",
        "/index/A",
        "/disclaimer",
        "/static/css/base.css",
    )
    assert not [path for path in readable for prefix in kept_off if path.startswith(prefix)]


# --- OpenSearch --------------------------------------------------------------------------------------------------
def test_browsers_are_told_how_to_search_and_to_suggest(client: Client, settings, asthma):
    settings.WIKI_NAME = "Us & <them>, a very long name"
    page = Page(client.get("/"))
    (link,) = [link for link in page.all("link") if link.get("rel") == "search"]
    answer = client.get(link.get("href"))
    assert answer["Content-Type"] == link.get("type") + "; charset=utf-8"
    root = ET.fromstring(answer.content)
    found = {element.get("type"): element.get("template") for element in root.iter() if element.get("template")}
    asked = {kind: template.replace("{searchTerms}", quote("asthma")) for kind, template in found.items()}
    assert client.get(asked["text/html"]).headers["Location"] == "/wiki/Asthma"
    assert client.get(asked["application/x-suggestions+json"]).json()[1] == ["Asthma"]
    assert len(root[0].text) <= 16


# --- Canonical addresses -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("/", "/"),
        ("/wiki/Asthma", "/wiki/Asthma"),
        ("/wiki/Asthma?from=Wheezing", "/wiki/Asthma"),
        ("/wiki/Asthma?printable=yes", "/wiki/Asthma"),
        ("/wiki/Asthma?version={edit}", "/wiki/Asthma"),
        ("/wiki/What_is_pain%3F", "/wiki/What_is_pain%3F"),
        ("/category/Lungs?after=x%7C1", "/category/Lungs"),
        ("/history/Asthma", "/history/Asthma"),
        ("/cite/Asthma", "/cite/Asthma"),
        ("/disclaimer", "/disclaimer"),
    ],
)
@pytest.mark.parametrize("site", ["", SITE])
def test_a_page_has_one_canonical_address_without_its_query(client: Client, settings, asthma, path, address, site):
    settings.SITE_URL = site
    factories.article("What is pain?")
    page = Page(client.get(path.format(edit=asthma.current_edit_id)))
    assert canonical(page) == [(site or "http://testserver") + address]


@pytest.mark.parametrize("path", ["/wiki/Nothing", "/nowhere", "/wiki/Special:Nothing", "/revert/1"])
def test_a_page_that_is_not_there_has_no_canonical_address(client: Client, asthma, path: str):
    assert canonical(Page(client.get(path))) == []


def test_an_article_tells_those_who_link_to_it_what_it_is(client: Client, asthma):
    metas = {meta.get("property"): meta.get("content") for meta in Page(client.get("/wiki/Asthma")).all("meta")}
    assert metas["og:title"] == "Asthma" and metas["og:url"] == "http://testserver/wiki/Asthma"
    assert metas["og:description"].startswith("A lead about the lungs.")


# --- Who is listed -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "is_listed"),
    [
        ("/", True),
        ("/wiki/Asthma", True),
        ("/wiki/Asthma?from=Wheezing", True),
        ("/category/Lungs", True),
        ("/disclaimer", True),
        ("/wiki/Asthma?version={edit}", False),
        ("/wiki/Asthma?printable=yes", False),
        ("/wiki/Asthma?anything=else", False),
        ("/wiki/Wheezing?redirect=no", False),
        ("/wiki/Sample", False),
        ("/wiki/Nothing", False),
        ("/category/Nothing", False),
        ("/category/Lungs?after=x%7C1", False),
        ("/index/A", False),
        ("/edit/Asthma", False),
        ("/history/Asthma", False),
        ("/compare/previous/{edit}", False),
        ("/cite/Asthma", False),
        ("/raw/Asthma", False),
        ("/recent", False),
        ("/search?q=x", False),
        ("/proposals/", False),
        ("/accounts/login/", False),
        ("/feeds/recent.atom", False),
        ("/suggest?q=a", False),
        ("/disclaimer?version=0", False),
        ("/nowhere", False),
    ],
)
def test_search_engines_list_what_is_there_to_be_read_and_only_once_they_are_let_in(
    client: Client, asthma, editor, settings, path: str, is_listed: bool
):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n", author=editor)
    editing.bring_in(editing.Incoming("Sample", "Text.\n", origin={"is_sample": True}), author=editor)
    path = path.format(edit=asthma.current_edit_id)
    assert client.get(path)["X-Robots-Tag"] == "noindex"
    settings.SITE_URL, settings.WIKI_INDEXING = SITE, "on"
    assert client.get(path).headers.get("X-Robots-Tag", "") == ("" if is_listed else "noindex")
