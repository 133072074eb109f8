"""What every template may say of the site."""

import pytest
from django.test import Client, RequestFactory

from tests import factories
from tests.pages import Page
from wiki import context
from wiki.wording import words

pytestmark = pytest.mark.django_db


def test_the_site_has_its_name_in_its_motto(settings):
    settings.WIKI_NAME, settings.WIKI_TAGLINE = "Heal", "From {name}, with care"
    assert context.site(RequestFactory().get("/"))["wiki_tagline"] == "From Heal, with care"


def test_what_an_administrator_says_comes_before_the_settings(administrator, settings):
    settings.WIKI_NAME = "Heal"
    words.change(key="name", text="Cure", who=administrator.account)
    said = context.site(RequestFactory().get("/"))
    assert said["wiki_name"] == said["wiki"].name == said["site"].name == "Cure"


def test_the_name_is_on_the_page_and_is_text(client: Client, settings):
    settings.WIKI_NAME = "Heal & <b>Co</b>"
    page = Page(client.get("/"))
    assert page.h1 == "Heal & <b>Co</b>" and page.faults() == []


def test_the_licence_is_named_and_linked(client: Client, settings):
    settings.WIKI_LICENCE, settings.WIKI_LICENCE_URL = "CC0", "https://example.org/cc0"
    assert Page(client.get("/")).link("CC0") == "https://example.org/cc0"


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("de", "ltr"), ("ar", "rtl"), ("fa-AF", "rtl")])
def test_the_direction_of_articles_follows_their_language(settings, language: str, direction: str):
    settings.WIKI_LANGUAGE = language
    said = context.site(RequestFactory().get("/"))
    assert (said["language_code"], said["language_direction"]) == (language, direction)


@pytest.mark.parametrize(("language", "differs"), [("en", False), ("en-GB", False), ("de", True), ("ar", True)])
def test_an_interface_in_another_language_than_the_articles_is_marked_as_such(settings, language: str, differs: bool):
    settings.WIKI_LANGUAGE = language
    said = context.site(RequestFactory().get("/"))
    assert (said.get("interface_language"), said.get("interface_direction")) == (
        ("en", "ltr") if differs else (None,) * 2
    )


@pytest.mark.parametrize("said", [("de", "ltr"), ("ar", "rtl")])
@pytest.mark.parametrize("path", ["/wiki/Asthma", "/wiki/Asthma?version={edit}", "/edit/Asthma", "/recent", "/nowhere"])
def test_a_page_says_what_of_it_is_in_which_language(client: Client, settings, said: tuple[str, str], path: str):
    settings.WIKI_LANGUAGE = said[0]
    edit = factories.article("Asthma").current_edit_id
    page = Page(client.get(path.format(edit=edit)))
    (whole,), (body,) = page.all("html"), page.all("body")
    assert (whole.get("lang"), whole.get("dir")) == said and page.faults() == []
    assert (body.get("lang"), body.get("dir")) == ("en", "ltr")
    of_content = [*page.all("h1"), *page.with_id("article-content")] if path.startswith("/wiki/") else []
    assert {(found.get("lang"), found.get("dir")) for found in of_content} <= {said}


def test_where_both_are_in_one_language_it_is_said_once(client: Client):
    factories.article("Asthma")
    page = Page(client.get("/wiki/Asthma"))
    assert [element.tag for element in page.elements() if element.get("lang")] == ["html"]
