"""The encyclopedia in the Django admin: moderators look things up, nobody changes anything."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import editing, logbook, reviewing
from articles.admin import LookUpAdmin
from articles.models import Article, Edit, LogEntry, Proposal
from tests import factories
from tests.doors import unlocked
from tests.pages import Page

pytestmark = pytest.mark.django_db

LISTS = ["article", "edit", "proposal", "logentry", "author"]


@pytest.fixture
def rows(article, visitor):
    """The id of a row of each list."""
    proposal = reviewing.propose(editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", visitor))
    entry = logbook.record(who=None, what="test", target="x")
    return {
        "article": article.pk,
        "edit": article.current_edit_id,
        "proposal": proposal.pk,
        "logentry": entry.pk,
        "author": visitor.pk,
    }


@pytest.mark.parametrize("role", ["moderator", "administrator"])
@pytest.mark.parametrize("model", LISTS)
def test_moderators_look_up(rows, model, role, request):
    client = request.getfixturevalue(f"{role}_client")
    assert client.get(f"/admin/articles/{model}/").status_code == 200
    assert client.get(f"/admin/articles/{model}/{rows[model]}/change/").status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_anything_can_be_searched_for(rows, model, moderator_client):
    assert moderator_client.get(f"/admin/articles/{model}/", {"q": "Asthma 'x\" %"}).status_code == 200


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
@pytest.mark.parametrize("model", LISTS)
def test_others_are_not_let_in(rows, model, role, request):
    assert request.getfixturevalue(f"{role}_client").get(f"/admin/articles/{model}/").status_code == 403


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_nothing_is_made_changed_or_deleted_here(rows, model, act, administrator_client, everything_stored):
    before = everything_stored()
    path = "add" if act == "add" else f"{rows[model]}/{act}"
    answer = administrator_client.post(f"/admin/articles/{model}/{path}/", {"title": "x", "post": "yes"})
    assert answer.status_code == 403
    assert everything_stored() == before


@pytest.mark.parametrize("model", LISTS)
def test_no_action_is_offered(rows, model, administrator_client, everything_stored):
    before = everything_stored()
    sent = {"action": "delete_selected", "_selected_action": rows[model], "post": "yes"}
    administrator_client.post(f"/admin/articles/{model}/", sent)
    assert everything_stored() == before


@pytest.mark.parametrize("model", ["article", "edit", "proposal"])
def test_a_row_leads_to_its_page(rows, model, moderator_client):
    row = {"article": Article, "edit": Edit, "proposal": Proposal}[model].objects.get(pk=rows[model])
    answer = moderator_client.get(f"/admin/articles/{model}/{row.pk}/change/")
    assert row.get_absolute_url() in answer.content.decode()


def queries_of(browser: Client, path: str) -> int:
    browser.get(path)  # What a process learns once, such as content types, belongs to no page.
    with CaptureQueriesContext(connection) as made:
        assert browser.get(path).status_code == 200
    return len(made)


def _more(number: int) -> None:
    """So many more rows of each list."""
    for _ in range(number):
        article = factories.article()
        made = reviewing.propose(
            editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", factories.author("contributor"))
        )
        reviewer = factories.user("reviewer")
        reviewing.decline(proposal=made, user=reviewer, author=factories.access.author_of(reviewer), reason="No.")
        logbook.record(who=reviewer, what="test", target=article.title)


@pytest.mark.parametrize("model", LISTS)
def test_a_list_of_thirty_costs_as_many_queries_as_one_of_three(moderator_client: Client, model: str):
    _more(3)
    few = queries_of(moderator_client, f"/admin/articles/{model}/")
    _more(27)
    assert queries_of(moderator_client, f"/admin/articles/{model}/") == few


# --- Found and told apart ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("path", "shown", "left_out"),
    [
        ("article/?q=berries", "Strawberries", "Asthma"),
        ("article/?redirects=only", "Wheezing", "Asthma"),
        ("article/?redirects=none", "Asthma", "Wheezing"),
        ("article/?namespace__exact=help", "Help:Editing", "Strawberries"),
        ("edit/?q=dust", "Asthma", "Strawberries"),
        ("edit/?kind__exact=edit", "Asthma", "Strawberries"),
        ("edit/?q=Berta", "Strawberries", "Wheezing"),
    ],
)
def test_rows_are_found_by_words_and_filters(moderator_client, path: str, shown: str, left_out: str):
    asthma = factories.article("Asthma")
    factories.edit(asthma, "Another lead.\n", section="0", summary="About dust")
    factories.article("Strawberries", author=factories.author("editor", "Berta"))
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    factories.article("Help:Editing", "How.\n")
    (table,) = Page(moderator_client.get(f"/admin/articles/{path}")).with_id("result_list")
    rows = " ".join(table.itertext())
    assert shown in rows and left_out not in rows


@pytest.mark.parametrize("model", ["article", "edit", "proposal", "logentry"])
def test_lists_are_walked_by_date(rows, model: str, moderator_client: Client):
    assert "?" in str([link.href for link in Page(moderator_client.get(f"/admin/articles/{model}/")).links])
    assert admin.site.get_model_admin(
        {"article": Article, "edit": Edit, "proposal": Proposal, "logentry": LogEntry}[model]
    ).date_hierarchy


@pytest.mark.parametrize("model", ["edit", "proposal"])
def test_the_changes_of_one_author_are_found_by_typing_the_name(rows, visitor, moderator_client: Client, model: str):
    asked = {"app_label": "articles", "model_name": model, "field_name": "author", "term": visitor.name[:5]}
    found = moderator_client.get("/admin/autocomplete/", asked).json()["results"]
    assert {"id": str(visitor.pk), "text": visitor.name} in found
    page = Page(moderator_client.get(f"/admin/articles/{model}/?author__id__exact={visitor.pk}&minor__exact=0&q=a"))
    kept = {field.get("name"): field.get("value") for field in page.all("input") if field.get("type") == "hidden"}
    assert kept["minor__exact"] == "0" and kept["q"] == "a"
    assert [option.get("value") for option in page.with_id("by-author")[0] if option.get("selected") is not None] == [
        str(visitor.pk)
    ]


@pytest.mark.parametrize("value", ["abc", "0", "999999999", "1,2"])
def test_an_author_who_is_none_breaks_no_list(rows, moderator_client: Client, value: str):
    assert moderator_client.get(f"/admin/articles/edit/?author__id__exact={value}", follow=True).status_code == 200


# --- The way to our own pages ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "label", "address"),
    [
        ("article", "Edit this article", "/edit/"),
        ("article", "Compare and revert", "/history/"),
        ("edit", "Edit this article", "/edit/"),
        ("edit", "What it changed", "/compare/previous/"),
        ("edit", "Revert to this version", "/revert/"),
        ("proposal", "Decide", "/proposals/"),
        ("author", "Edits by this author", "/admin/articles/edit/?author__id__exact="),
    ],
)
def test_a_row_leads_to_where_its_matter_is_done(rows, moderator_client: Client, model, label, address):
    page = Page(moderator_client.get(f"/admin/articles/{model}/{rows[model]}/change/"))
    assert page.link(label).startswith(address)
    assert moderator_client.get(page.link(label)).status_code == 200


def test_a_way_that_is_closed_to_a_person_is_not_shown(moderator_client: Client, administrator_client: Client, article):
    with unlocked("protecting comes with its own issue"):
        Article.objects.filter(pk=article.pk).update(edit_protection="administrator")
    pages = [
        Page(client.get(f"/admin/articles/edit/{article.current_edit_id}/change/"))
        for client in (moderator_client, administrator_client)
    ]
    assert ["Revert to this version" in [link.text for link in page.links] for page in pages] == [False, True]


@pytest.mark.parametrize("model", ["article", "edit"])
def test_history_shows_our_edits_and_leads_to_them(moderator_client: Client, article, editor, model: str):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Put right")
    row = {"article": article.pk, "edit": edit.pk}[model]
    page = Page(moderator_client.get(f"/admin/articles/{model}/{row}/history/"))
    assert "Put right" in page.words and editor.name in page.words
    assert edit.get_absolute_url() in [link.href for link in page.links]


@pytest.mark.parametrize(("model", "said"), [("proposal", "proposed"), ("logentry", "test"), ("author", "Nothing")])
def test_history_of_the_others_is_ours_too(rows, moderator_client: Client, model: str, said: str):
    assert said in Page(moderator_client.get(f"/admin/articles/{model}/{rows[model]}/history/")).words


def test_a_hidden_summary_and_a_hidden_author_are_not_shown_here_either(moderator_client: Client, article, editor):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Slander")
    with unlocked("hiding comes with its own issue"):
        Edit.objects.filter(pk=edit.pk).update(hidden_summary=True, hidden_author=True)
    page = Page(moderator_client.get(f"/admin/articles/article/{article.pk}/history/"))
    (table,) = page.with_id("change-history")
    assert "Slander" not in page.words and "".join(table.itertext()).count(editor.name) == 1  # Of the creation.


# --- The write doors stay the only ones --------------------------------------------------------------------------
@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("path", ["", "{}/change/", "{}/history/"])
def test_neither_djangos_delete_nor_reversions_revert_is_offered(rows, administrator_client, model: str, path: str):
    page = Page(administrator_client.get(f"/admin/articles/{model}/{path.format(rows[model])}"))
    hrefs = [link.href for link in page.links if link.href.startswith("/admin/articles/")]
    assert not [href for href in hrefs if re.search(r"/(delete|recover|add)/|/history/\d", href)]
    assert "delete_selected" not in page.source


@pytest.mark.parametrize("path", ["recover/", "recover/1/", "1/history/1/"])
def test_reversions_own_pages_are_not_there(administrator_client: Client, article, path: str):
    answer = administrator_client.get(f"/admin/articles/article/{path}", follow=True)
    assert "doesn’t exist" in answer.content.decode() or answer.status_code == 404


def test_no_model_of_the_encyclopedia_is_registered_with_more_rights():
    ours: list[Any] = [made for model, made in admin.site._registry.items() if model._meta.app_label == "articles"]
    assert len(ours) == len(LISTS) and all(isinstance(each, LookUpAdmin) for each in ours)
    assert not [model for model in admin.site._registry if model._meta.app_label == "reversion"]
