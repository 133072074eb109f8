"""The lists of the encyclopedia in the Django admin: moderators look things up, nothing is changed past the doors."""

import re
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import editing, logbook
from articles.admin import lists
from articles.admin.lists import LookUpAdmin
from articles.models import Article, Edit, LogEntry, Proposal
from articles.reviewing import deciding, proposing
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

LISTS = ["article", "edit", "proposal", "logentry", "author", "block"]


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
def test_djangos_own_delete_is_no_action(rows, model, administrator_client, everything_stored):
    before = everything_stored()
    sent = {"action": "delete_selected", "_selected_action": rows[model], "post": "yes", "index": "0"}
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
        made = proposing.propose(
            editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", factories.author("contributor"))
        )
        reviewer = factories.user("reviewer")
        deciding.decline(proposal=made, user=reviewer, author=factories.access.author_of(reviewer), reason="No.")
        logbook.record(who=reviewer, what="test", target=article.title)
        factories.block(made.author.name)


def test_a_list_of_fifty_costs_as_many_queries_as_one_of_five(moderator_client: Client):
    addresses = [f"/admin/articles/{model}/" for model in LISTS]
    _more(5)
    few = {address: queries_of(moderator_client, address) for address in addresses}
    _more(45)
    assert {address: queries_of(moderator_client, address) for address in addresses} == few


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


def test_a_list_of_very_many_is_counted_to_an_end_and_says_that_there_are_more(monkeypatch, moderator_client: Client):
    for number in range(3):
        factories.article(f"Asthma {number}")
    said = "These are the first 2 of more. A filter, a date or a search finds the others."
    assert said not in Page(moderator_client.get("/admin/articles/edit/")).words
    monkeypatch.setattr(lists, "MOST_LISTED", 2)
    page = Page(moderator_client.get("/admin/articles/edit/"))
    assert said in page.words and "2 edits" in page.words
    assert said not in Page(moderator_client.get("/admin/articles/edit/?q=Asthma+1")).words


# --- Whatever the address says ---------------------------------------------------------------------------------------
NO_NUMBER = "9" * 30


@pytest.mark.parametrize(
    ("model", "query"),
    [
        ("article", f"created__year={NO_NUMBER}"),
        ("edit", "time__year=9999"),
        ("edit", "time__year=9999&time__month=12&time__day=31"),
        ("proposal", "made__year=0"),
        ("logentry", "nonsense__exact=1"),
        ("article", "e=1&created__year=0"),
    ],
)
def test_what_can_not_be_looked_up_shows_the_whole_list_and_says_so(rows, moderator_client: Client, model, query):
    answer = moderator_client.get(f"/admin/articles/{model}/?{query}", follow=True)
    page = Page(answer)
    assert answer.redirect_chain == [(f"/admin/articles/{model}/", 302)] and answer.status_code == 200
    assert "This is the whole list" in page.words and page.with_id("result_list") and not page.disclaimer_faults()


@pytest.mark.parametrize("address", ["edit/?approver=", "edit/?id__in=", "author/?account="])
def test_a_number_that_no_column_holds_breaks_no_list(rows, moderator_client: Client, address: str):
    answer = moderator_client.get(f"/admin/articles/{address}{NO_NUMBER}", follow=True)
    assert answer.status_code == 200 and not Page(answer).disclaimer_faults()


@pytest.mark.parametrize("query", ["q=%00", "e=1", "p=999999", "o=9.9", "_popup=1", "_facets=True", "_to_field=id"])
@pytest.mark.parametrize("model", LISTS)
def test_an_odd_address_breaks_no_list(rows, moderator_client: Client, model: str, query: str):
    answer = moderator_client.get(f"/admin/articles/{model}/?{query}", follow=True)
    assert answer.status_code == 200 and not Page(answer).disclaimer_faults()


@pytest.mark.parametrize(
    "address",
    ["author/?visitor_key__startswith=a", "author/?account__password__startswith=a", "edit/?blob__text__contains=a"],
)
def test_nobody_asks_a_list_for_what_it_does_not_show(rows, administrator_client: Client, address: str):
    assert administrator_client.get(f"/admin/articles/{address}").status_code == 400


# --- The way to our own pages ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "label", "address"),
    [
        ("article", "Edit this article", "/edit/"),
        ("article", "Compare and revert", "/history/"),
        ("article", "Move", "/move/"),
        ("article", "Its edits: undo, revert, hide", "/admin/articles/edit/?article__id__exact="),
        ("article", "Protect", "/admin/articles/article/act/protect/?row="),
        ("article", "Delete", "/admin/articles/article/act/delete/?row="),
        ("article", "Set stub topic", "/admin/articles/article/act/stub/?row="),
        ("edit", "Hide or show", "/admin/articles/edit/act/hide/?row="),
        ("edit", "Undo", "/admin/articles/edit/act/undo/?row="),
        ("edit", "Edit this article", "/edit/"),
        ("edit", "What it changed", "/compare/previous/"),
        ("proposal", "Decide", "/proposals/"),
        ("proposal", "Accept", "/admin/articles/proposal/act/accept/?row="),
        ("proposal", "Decline", "/admin/articles/proposal/act/decline/?row="),
        ("proposal", "Ask for changes", "/admin/articles/proposal/act/changes/?row="),
        ("author", "Edits by this author", "/admin/articles/edit/?author__id__exact="),
    ],
)
def test_a_row_leads_to_where_its_matter_is_done(rows, moderator_client: Client, model, label, address):
    page = Page(moderator_client.get(f"/admin/articles/{model}/{rows[model]}/change/"))
    assert page.link(label).startswith(address)
    assert moderator_client.get(page.link(label)).status_code == 200


@pytest.mark.parametrize(("model", "said"), [("proposal", "proposed"), ("logentry", "test"), ("author", "Nothing")])
def test_history_of_the_others_is_ours_too(rows, moderator_client: Client, model: str, said: str):
    assert said in Page(moderator_client.get(f"/admin/articles/{model}/{rows[model]}/history/")).words


@pytest.mark.parametrize(
    ("path", "label", "address"),
    [
        ("article/?q=croup", "Write “Croup”", "/edit/Croup"),
        ("article/", "Articles wanted", "/special/wanted"),
        ("proposal/", "Decide on those that wait", "/proposals/"),
    ],
)
def test_a_list_leads_to_what_it_can_not_do_itself(rows, moderator_client: Client, path, label, address):
    page = Page(moderator_client.get(f"/admin/articles/{path}"))
    assert page.link(label) == address and moderator_client.get(address).status_code == 200


# --- The write doors stay the only ones --------------------------------------------------------------------------
@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("path", ["", "{}/change/", "{}/history/"])
def test_neither_djangos_delete_nor_reversions_revert_is_offered(rows, administrator_client, model: str, path: str):
    page = Page(administrator_client.get(f"/admin/articles/{model}/{path.format(rows[model])}"))
    hrefs = [link.href for link in page.links if link.href.startswith("/admin/articles/")]
    of_rows = [href for href in hrefs if "/act/" not in href]
    assert not [href for href in of_rows if re.search(r"/(delete|add)/|/recover/\d|/history/\d", href)]
    assert "delete_selected" not in page.source


@pytest.mark.parametrize("path", ["recover/1/", "1/history/1/"])
def test_reversions_own_pages_are_not_there(administrator_client: Client, article, path: str):
    answer = administrator_client.get(f"/admin/articles/article/{path}", follow=True)
    assert "doesn’t exist" in answer.content.decode() or answer.status_code == 404


def test_no_model_of_the_encyclopedia_is_registered_with_more_rights():
    ours: list[Any] = [made for model, made in admin.site._registry.items() if model._meta.app_label == "articles"]
    assert len(ours) == len(LISTS) and all(isinstance(each, LookUpAdmin) for each in ours)
    assert not [model for model in admin.site._registry if model._meta.app_label == "reversion"]
