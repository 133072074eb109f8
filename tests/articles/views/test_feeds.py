"""Feeds in Atom: well made, escaped, answered in short to who has them, and named in the pages they belong to."""

from xml.etree import ElementTree as ET

import pytest
from django.test import Client

from articles.models import Edit
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feeds/recent.atom", "/feeds/new.atom", "/feeds/history/Asthma.atom"]


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def second(asthma, editor) -> Edit:
    return factories.edit(asthma, "## Causes\n\nPollen.\n", section="Causes", author=editor, summary="<b>dust</b> & co")


def feed(answer) -> ET.Element:
    return ET.fromstring(answer.content)


def entries(answer) -> list[dict[str, str]]:
    return [
        {child.tag.removeprefix(ATOM): "".join(child.itertext()) or child.get("href", "") for child in entry}
        for entry in feed(answer).iter(f"{ATOM}entry")
    ]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_atom_and_names_itself_and_its_page(client: Client, asthma, path: str):
    answer = client.get(path)
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8" and answer["Cache-Control"] == "no-cache"
    links = {link.get("rel"): link.get("href") for link in feed(answer).findall(f"{ATOM}link")}
    assert links["self"] == feed(answer).findtext(f"{ATOM}id") == f"http://testserver{path}"
    assert client.get(links["alternate"]).status_code == 200


@pytest.mark.parametrize("path", ["/feeds/recent.atom", "/feeds/history/Asthma.atom"])
def test_a_change_is_told_with_author_time_section_and_reason_and_leads_to_its_comparison(
    client: Client, second, editor, path: str
):
    told, _first = entries(client.get(path))
    assert told == {
        "title": "Asthma",
        "link": f"http://testserver/compare/previous/{second.pk}",
        "published": second.time.isoformat(),
        "updated": second.time.isoformat(),
        "author": editor.name,
        "id": f"http://testserver/wiki/Asthma?version={second.pk}",
        # HTML within XML: a reader of feeds shows what was typed.
        "summary": "→ Causes &lt;b&gt;dust&lt;/b&gt; &amp; co",
    }


def test_a_new_article_is_told_with_its_first_words(client: Client, asthma):
    (told,) = entries(client.get("/feeds/new.atom"))
    assert told["link"] == "http://testserver/wiki/Asthma"
    assert "A lead about the lungs." in told["summary"]


@pytest.mark.parametrize("path", FEEDS)
def test_no_feed_is_html_or_has_the_disclaimer(client: Client, asthma, path: str):
    assert b"medical-disclaimer" not in client.get(path).content


@pytest.mark.parametrize(("field", "secret"), [("hidden_summary", "dust"), ("hidden_author", "Ada Rude")])
def test_a_hidden_name_or_summary_is_not_told(client: Client, asthma, field: str, secret: str):
    rude = factories.author("editor", "Ada Rude")
    edit = factories.edit(asthma, "New.\n", author=rude, summary="dust")
    assert secret in client.get("/feeds/recent.atom").content.decode()
    with doors.unlocked("there is no page to hide with yet"):
        Edit.objects.filter(pk=edit.pk).update(**{field: True})
    assert secret not in client.get("/feeds/recent.atom").content.decode()


def test_what_xml_can_not_say_is_left_out(client: Client, asthma):
    factories.edit(asthma, "New.\n", summary="a\x0bb\ufffec\x1b")
    assert entries(client.get("/feeds/recent.atom"))[0]["summary"] == "abc"


def test_addresses_are_those_of_the_site(client: Client, asthma, settings):
    settings.SITE_URL = "https://wiki.example"
    (told,) = entries(client.get("/feeds/recent.atom"))
    assert told["id"].startswith("https://wiki.example/wiki/") and told["link"].startswith("https://wiki.example/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/feeds/history/asthma.atom", 301),
        ("/feeds/history/Nothing.atom", 404),
        ("/feeds/history/a%3Cb.atom", 404),
        ("/feeds/recent.rss", 404),
    ],
)
def test_other_spellings_move_and_unknown_articles_have_no_feed(client: Client, asthma, path: str, status: int):
    answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers.get("Location", "/feeds/history/Asthma.atom") == "/feeds/history/Asthma.atom"


@pytest.mark.parametrize(
    ("page", "path"),
    [
        ("/", "/feeds/recent.atom"),
        ("/recent", "/feeds/recent.atom"),
        ("/special/new", "/feeds/new.atom"),
        ("/history/Asthma", "/feeds/history/Asthma.atom"),
        ("/wiki/Asthma", "/feeds/history/Asthma.atom"),
    ],
)
def test_a_page_names_its_feed_to_machines(client: Client, asthma, page: str, path: str):
    links = [link for link in Page(client.get(page)).all("link") if link.get("rel") == "alternate"]
    assert [(link.get("type"), link.get("href")) for link in links] == [("application/atom+xml", path)]


@pytest.mark.parametrize(
    ("page", "words", "path"),
    [
        ("/recent", "recent changes", "/feeds/recent.atom"),
        ("/recent", "new articles", "/feeds/new.atom"),
        ("/history/Asthma", "This history as a feed", "/feeds/history/Asthma.atom"),
    ],
)
def test_a_page_names_its_feed_to_people(client: Client, asthma, page: str, words: str, path: str):
    assert Page(client.get(page)).link(words) == path


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_stays_the_same_until_something_changes(client: Client, asthma, path: str):
    # So that the door's ETag, made of the bytes, tells who has it already.
    before = client.get(path).content
    assert client.get(path).content == before
