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


@pytest.mark.parametrize(
    ("query", "more", "first"),
    [
        ("", {}, "source"),
        ("?editor=source", {}, "source"),
        ("?editor=visual", {}, "visual"),
        ("?editor=visual", {"clash": None}, "source"),
    ],
)
def test_a_form_opens_with_the_editor_that_its_address_asks_for(rf, settings, tmp_path, query, more, first):
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "visual.js").write_text("")
    settings.STATICFILES_DIRS = [tmp_path]
    context = Context({"request": rf.get(f"/edit/Asthma{query}"), **more})
    assert Template("{% load pages %}{% first_editor %}").render(context) == first


def test_a_piece_that_is_the_same_on_all_pages_is_so_for_its_words():
    shown = Template(
        '{% load pages %}{% same_for_all "includes/search_form.html" id="a" label=label wiki_name=name key="" %}'
    )
    one, other = (shown.render(Context({"label": "Search", "name": name})) for name in ("A & B", "<b>C</b>"))
    assert "Search A &amp; B" in one and "Search &lt;b&gt;C&lt;/b&gt;" in other
    assert shown.render(Context({"label": "Search", "name": "A & B"})) == one


def test_a_piece_that_is_of_a_person_leaves_a_place_while_the_page_is_made_for_many(rf):
    request = rf.get("/wiki/Asthma")
    shown = Template('{% load pages %}<p>{% personal "includes/icons/search.svg" %}</p>')
    assert "<svg" in shown.render(Context({"request": request}))
    request.personal_place = lambda name: f"here: {name}"
    assert shown.render(Context({"request": request})) == "<p>here: includes/icons/search.svg</p>"
    assert "<svg" in shown.render(Context({}))
