"""A moderator works from the Django admin alone, without scripts: each act, what readers see of it, both logs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from articles import access, logbook
from articles.models import Article, Edit, LogEntry, Proposal
from tests import desk, factories
from tests.pages import Page
from wiki.accounts import roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator() -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user("moderator", "Mo"))
    return browser


def shown(browser: Client, path: str) -> Page:
    return Page(browser.get(path))


def found(browser: Client, model: str, words: str, row: str = "") -> str:
    """From the front page of the admin to a row's page, by its list's search."""
    lists = shown(browser, "/admin/")
    path = [link.href for link in lists.links if link.text == model][-1]  # An app may be called as its list is.
    (table,) = shown(browser, f"{path}?q={words}").with_id("result_list")
    links = [each for each in table.iter("a") if "/change/" in (each.get("href") or "")]
    return next(each.get("href", "") for each in links if row in "".join(each.itertext()))


def told_twice(what: str, why: str) -> bool:
    """Whether both logs have the last act, ours with its reason."""
    ours, djangos = LogEntry.objects.latest("number"), DjangosLogEntry.objects.latest("pk")
    return (ours.what, ours.why, ours.who.username, djangos.user.username) == (what, why, "Mo", "Mo")


def test_a_page_is_protected_deleted_recovered_and_its_topic_set(moderator: Client, monkeypatch):
    factories.article("Asthma")
    path, reader = found(moderator, "Articles", "Asthma"), Client()
    desk.do_from_the_row(
        moderator, path, "Protect", **{"edit-level": "reviewer", "edit-ends": "day", "reason": "Dispute"}
    )
    assert "only by reviewers and above" in shown(reader, "/wiki/Asthma").words
    assert told_twice("article.protect", "Dispute")
    later = timezone.now() + timedelta(days=1, minutes=1)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: later)
        assert "only by reviewers" not in shown(reader, "/wiki/Asthma").words

    desk.do_from_the_row(moderator, path, "Set stub topic", topic="surgery", reason="About the knife")
    assert "surgery" in shown(reader, "/wiki/Asthma").words.lower() and told_twice("article.stub", "About the knife")

    desk.do_from_the_row(moderator, path, "Delete", reason="An advertisement")
    assert reader.get("/wiki/Asthma").status_code == 410 and told_twice("article.delete", "An advertisement")

    bin_ = shown(moderator, shown(moderator, shown(moderator, "/admin/").link("Articles")).link("Recover deleted"))
    (box,) = [each for each in bin_.all("input") if each.get("name") == "row"]
    asked = moderator.get(bin_.with_class("act-form")[0].get("action"), {"row": box.get("value")})
    desk.send(moderator, asked, reason="It was none")
    assert reader.get("/wiki/Asthma").status_code == 200 and told_twice("article.restore", "It was none")
    history = shown(moderator, shown(moderator, path).link("History")).words
    assert all(why in history for why in ("Dispute", "About the knife", "An advertisement", "It was none"))


def test_edits_are_undone_brought_back_hidden_and_shown(moderator: Client):
    asthma = factories.article("Asthma")
    bad = factories.edit(asthma, "Ada lives in Tower Street.\n", section="0", summary="Her address")
    factories.edit(asthma, "## Causes\n\nPollen.\n", section="Causes")
    path, reader = found(moderator, "Edits", "address"), Client()
    desk.do_from_the_row(moderator, path, "Undo", reason="Private")
    text = shown(reader, "/wiki/Asthma").article
    assert "Tower Street" not in text and "Pollen." in text and told_twice("article.undo", "Private")

    desk.do_from_the_row(moderator, path, "Hide or show", text="hide", summary="hide", reason="An address")
    assert reader.get(f"/wiki/Asthma?version={bad.pk}").status_code == 404
    assert "Her address" not in shown(reader, "/history/Asthma").words and told_twice("article.hide", "An address")
    desk.do_from_the_row(moderator, path, "Hide or show", text="show", reason="A mistake")
    assert reader.get(f"/wiki/Asthma?version={bad.pk}").status_code == 200

    first = reverse("admin:articles_edit_change", args=[asthma.current_edit_id])
    desk.do_from_the_row(moderator, first, "Revert to this version", reason="From the beginning")
    assert "Dust." in shown(reader, "/wiki/Asthma").article and told_twice("article.revert", "From the beginning")
    assert logbook.verify() is None


def test_proposals_are_let_through_turned_down_and_given_back(moderator: Client):
    asthma, author = factories.article("Asthma"), Client()
    account = factories.user("contributor", "Cora")
    author.force_login(account)
    cora = access.author_of(account)
    texts = {"0": "My lead.\n", "Symptoms": "## Symptoms\n\nCough.\n", "Causes": "## Causes\n\nX.\n"}
    proposals = [factories.proposal(asthma, cora, text, section=section) for section, text in texts.items()]
    lead, symptoms, causes = proposals
    path, reader = shown(moderator, "/admin/").link("Proposals"), Client()
    desk.do(moderator, path, "accept", [lead.pk], reason="Well said")
    assert "My lead." in shown(reader, "/wiki/Asthma").article and told_twice("proposal.accept", "Well said")
    assert "Well said" in shown(author, lead.get_absolute_url()).words

    desk.do(moderator, path, "decline", [symptoms.pk], reason="No source")
    assert "No source" in shown(author, symptoms.get_absolute_url()).words and told_twice(
        "proposal.decline", "No source"
    )
    desk.do(moderator, path, "changes", [causes.pk], reason="Which ones?")
    assert "Which ones?" in shown(author, causes.get_absolute_url()).words
    assert [row.state for row in Proposal.objects.order_by("pk")] == ["accepted", "declined", "returned"]
    assert "Cough." not in shown(reader, "/wiki/Asthma").article


def test_vandalism_on_ten_pages_is_undone_by_ticking_it_in_the_list(moderator: Client):
    pages = [factories.article(f"Page {number}") for number in range(10)]
    vandal = factories.author("editor", "Vera")
    for page in pages:
        factories.edit(page, "Spam.\n", section="0", author=vandal)
    ticked = Edit.objects.filter(author=vandal).values_list("pk", flat=True)
    answer = desk.do(moderator, f"/admin/articles/edit/?author__id__exact={vandal.pk}", "undo", ticked, reason="Spam")
    assert "Done: 10 of 10" in Page(answer).words
    assert {article.text.text for article in Article.objects.select_related("text")} == {factories.TEXT}
    assert DjangosLogEntry.objects.count() == LogEntry.objects.filter(why="Spam").count() == 10


def test_a_contributor_is_made_an_editor_and_back(moderator: Client):
    cora = factories.user("contributor", "Cora")
    path = found(moderator, "Accounts", "Cora")
    for role, why in (("editor", "Writes well"), ("contributor", "A pause")):
        desk.do_from_the_row(moderator, path, "Change role", role=role, reason=why)
        assert roles.role_of(cora) == role and told_twice("account.role", why)


# --- No row of history is ever deleted here -------------------------------------------------------------------------
@pytest.fixture
def one_of_each(administrator) -> dict[str, int]:
    """A row of each list of the admin, by the name of its addresses."""
    article = factories.article("Asthma")
    factories.proposal(article, factories.author("contributor"))
    first = {model: model._default_manager.order_by("pk").first() for model in admin.site._registry}
    return {f"{model._meta.app_label}_{model._meta.model_name}": row.pk for model, row in first.items() if row}


def test_no_row_of_any_list_is_deleted_by_an_administrator(administrator_client: Client, one_of_each: dict[str, int]):
    before = {model: model._default_manager.count() for model in admin.site._registry}
    statuses = set()
    for name, row in one_of_each.items():
        address, rows = reverse(f"admin:{name}_delete", args=[row]), reverse(f"admin:{name}_changelist")
        statuses |= {administrator_client.get(address).status_code}
        statuses |= {administrator_client.post(address, {"post": "yes"}).status_code}
        for index in ("0", "1"):
            sent = {
                "action": "delete_selected",
                "_selected_action": row,
                "post": "yes",
                "index": index,
                "select_across": "1",
            }
            administrator_client.post(rows, sent)
    assert statuses == {403} and len(one_of_each) >= 7
    assert {model: model._default_manager.count() for model in admin.site._registry} == before


def test_no_list_offers_to_delete_rows(administrator_client: Client):
    asked = administrator_client.get("/admin/").wsgi_request
    offered = {name for each in admin.site._registry.values() for name in each.get_actions(asked)}
    assert "delete_selected" not in offered and {"delete", "restore", "undo", "role"} <= offered
