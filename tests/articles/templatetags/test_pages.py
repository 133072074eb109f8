"""How a page names itself in templates."""

import pytest
from django.template import Context, Template

CANONICAL = Template("{% load pages %}{% canonical path %}")


@pytest.mark.parametrize(
    ("site_url", "address"),
    [("https://wiki.example", "https://wiki.example/wiki/Asthma"), ("", "http://testserver/wiki/Asthma")],
)
def test_a_page_is_named_under_the_sites_address_or_under_the_one_that_was_asked(rf, settings, site_url, address):
    settings.SITE_URL = site_url
    page = CANONICAL.render(Context({"request": rf.get("/wiki/Asthma?version=7"), "path": "/wiki/Asthma"}))
    assert page == address


@pytest.mark.parametrize("path", ["/wiki/What_is_pain%3F", "/wiki/5%25", "/wiki/M%C3%A9ni%C3%A8re"])
def test_a_page_that_names_no_path_is_named_by_its_own_without_the_query(rf, settings, path: str):
    settings.SITE_URL = "https://wiki.example"
    page = Template("{% load pages %}{% canonical %}").render(Context({"request": rf.get(f"{path}?version=7")}))
    assert page == f"https://wiki.example{path}"


def test_what_is_in_a_path_is_escaped(rf, settings):
    settings.SITE_URL = "https://wiki.example"
    assert CANONICAL.render(Context({"request": rf.get("/"), "path": '/wiki/"<b>'})).endswith("/wiki/&quot;&lt;b&gt;")


def test_an_editor_that_was_not_built_is_none(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    assert Template("{% load pages %}{% built_editor 'source' %}").render(Context()) == ""


def test_an_editor_that_was_built_is_named(settings, tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "source.js").write_text("")
    settings.STATICFILES_DIRS = [tmp_path]
    assert Template("{% load pages %}{% built_editor 'source' %}").render(Context()) == "build/source.js"
