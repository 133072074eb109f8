"""What every template may say of the site."""

import pytest
from django.test import Client, RequestFactory

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


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_direction_of_writing_follows_the_language(settings, language: str, direction: str):
    from django.utils import translation

    settings.WIKI_LANGUAGE = language
    with translation.override(language):
        said = context.site(RequestFactory().get("/"))
    assert (said["language_code"], said["language_direction"]) == (language, direction)
