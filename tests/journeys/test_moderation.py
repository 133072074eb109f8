"""Moderators keep order, through the pages and without scripts: what they do, what readers see of it, and the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import LogEntry
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


def person(role: str, name: str = "") -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role, name))
    return browser


def act(browser: Client, page: Page, **fields: str):
    """Fill in the form of a page come to by links, and send it where it says."""
    form = next(each for each in page.all("form") if "form" in (each.get("class") or "").split())
    return browser.post(form.get("action", ""), page.fields(**fields), follow=True)


def shown(browser: Client, path: str) -> Page:
    return Page(browser.get(path))


def test_a_page_is_protected_for_a_day(monkeypatch):
    factories.article("Asthma")
    moderator, editor, reader = person("moderator", "Mo"), person("editor"), Client()
    form = shown(moderator, shown(moderator, "/wiki/Asthma").link("Protect"))
    act(moderator, form, **{"edit-level": "reviewer", "edit-ends": "day", "reason": "Two people argue."})

    assert "only by reviewers and above, until" in shown(reader, "/wiki/Asthma").words
    page = shown(editor, shown(editor, "/wiki/Asthma").link("Edit"))
    assert "Set by Mo" in page.words and "Two people argue." in page.words
    answer = editor.post("/edit/Asthma", page.fields(text="Mine.\n", action="save"))
    assert answer["Location"].startswith("/proposals/")
    entry = LogEntry.objects.get(what="article.protect")
    assert (entry.who.username, entry.why, entry.after["edit"]) == ("Mo", "Two people argue.", "reviewer")

    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "only by reviewers" not in shown(reader, "/wiki/Asthma").words
    page = shown(editor, "/edit/Asthma")
    assert editor.post("/edit/Asthma", page.fields(text="Mine, again.\n", action="save"))["Location"] == "/wiki/Asthma"


def test_a_page_is_moved_while_somebody_writes_and_somebody_has_proposed():
    factories.article("Asthma")
    editor, writer, contributor, reviewer = (
        person("editor"),
        person("editor"),
        person("contributor"),
        person("reviewer"),
    )
    form = shown(contributor, "/edit/Asthma?section=Causes")
    proposal = contributor.post("/edit/Asthma", form.fields(text="## Causes\n\nPollen.\n", action="save"))["Location"]
    written = shown(writer, "/edit/Asthma?section=Symptoms").fields(text="## Symptoms\n\nCough.\n", action="save")

    page = shown(editor, shown(editor, "/wiki/Asthma").link("Move"))
    answer = act(editor, page, title="Bronchial asthma", reason="The usual name.")
    assert Page(answer).h1 == "Bronchial asthma" and answer.redirect_chain == [("/wiki/Bronchial_asthma", 303)]

    assert writer.post("/edit/Asthma", written)["Location"] == "/wiki/Bronchial_asthma#Symptoms"
    assert shown(contributor, proposal).h1 == "Proposal for Bronchial asthma: Causes"
    decision = shown(reviewer, proposal).fields(decision="accept")
    assert reviewer.post(proposal, decision)["Location"] == "/wiki/Bronchial_asthma#Causes"
    reader = Client().get("/wiki/Asthma", follow=True)
    assert "Redirected from Asthma" in Page(reader).words
    assert "Cough." in Page(reader).article and "Pollen." in Page(reader).article
    assert "The usual name." in shown(Client(), "/history/Bronchial_asthma").words
    assert LogEntry.objects.get(what="article.move").why == "The usual name."


def test_a_page_is_deleted_looked_at_and_restored():
    factories.article("Asthma")
    factories.article("Pollen", "See [[Asthma]].\n")
    moderator, reader = person("moderator"), Client()
    page = shown(moderator, shown(moderator, "/wiki/Asthma").link("Delete"))
    assert "Pollen" in page.words
    gone = act(moderator, page, reason="An advertisement.")
    assert gone.status_code == 410 and "An advertisement." in Page(gone).words

    answer = reader.get("/wiki/Asthma")
    assert answer.status_code == 410 and "An advertisement." in Page(answer).words
    (link,) = [each for each in shown(reader, "/wiki/Pollen").links if each.text == "Asthma"]
    assert "missing-link" in link.classes
    assert "/wiki/Asthma" not in [each.href for each in shown(reader, "/recent").links]

    special = shown(moderator, "/special/")
    page = shown(moderator, shown(moderator, special.link("Deleted pages")).link("Asthma"))
    back = act(moderator, page, reason="It was none.")
    assert "Wheeze." in Page(back).article and "Wheeze." in shown(reader, "/wiki/Asthma").article
    logged = LogEntry.objects.filter(target="Asthma").order_by("number").values_list("what", "why")
    assert list(logged) == [("article.delete", "An advertisement."), ("article.restore", "It was none.")]


def test_a_version_is_hidden_from_everybody_but_moderators():
    article = factories.article("Asthma")
    factories.edit(article, "Ada lives in Tower Street.\n", section="0", summary="Adas address")
    factories.edit(article, "A lead.\n", section="0")
    moderator, reader = person("moderator"), Client()
    history = shown(moderator, shown(moderator, "/wiki/Asthma").link("History"))
    leaked = history.with_class("edit")[1]
    (way,) = [each.get("href", "") for each in leaked.iter("a") if each.text == "hide"]
    fields = {"text": "on", "summary": "on", "reason": "An address."}
    assert "summary hidden" in Page(act(moderator, shown(moderator, way), **fields)).words

    theirs = shown(reader, "/history/Asthma")
    assert "Adas address" not in theirs.words and "text hidden" in theirs.words
    assert "Adas address" not in shown(reader, "/recent").words and "Adas address" in shown(moderator, "/recent").words
    entry = LogEntry.objects.get(what="article.hide")
    assert (entry.target, entry.why, entry.after["text"], entry.after["author"]) == (
        "Asthma",
        "An address.",
        True,
        False,
    )

    form = shown(moderator, way).fields(reason="A made-up one.")
    del form["text"], form["summary"]
    moderator.post(way, form)
    assert "Adas address" in shown(reader, "/history/Asthma").words


def test_a_passage_is_erased_because_a_court_wants_it_gone(tmp_path, settings):
    settings.WIKI_DATA = tmp_path
    factories.article("Asthma", "A lead.\n\n## Causes\n\nDust. Quentin Zebulon has it.\n")
    administrator, editor, reader = person("administrator", "Ada"), person("editor"), Client()
    writing = shown(editor, "/edit/Asthma")

    form = shown(administrator, shown(administrator, "/special/").link("Erase for law"))
    where = Page(act(administrator, form, passage="Quentin Zebulon has it."))
    assert "It stands in 1 place." in where.words and "readers see it now" in where.words
    assert "Quentin" in shown(reader, "/wiki/Asthma").words
    sure = {"count": "1", "reason": "Order 12/3.", "password": factories.PASSWORD}
    log = Page(act(administrator, where, **sure))
    assert "erased a passage for law" in log.words and "Order 12/3." in log.words

    page = shown(reader, "/wiki/Asthma")
    assert "Quentin" not in page.words and "Dust. […]" in page.words
    history = shown(reader, "/history/Asthma")
    assert "erased" in history.words and "A passage was erased, as the law asks" in history.words
    answer = editor.post("/edit/Asthma", writing.fields(text="Mine.\n", action="save"))
    assert answer.status_code == 409 and "Mine." in Page(answer).words
    assert "was erased" in shown(reader, f"/wiki/Asthma?version={writing.fields()['base']}").words
