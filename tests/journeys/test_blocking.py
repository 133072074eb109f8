"""Somebody is kept from writing, through the pages and without scripts: what they see, what comes back, and the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article, LogEntry, Proposal, Submission
from tests import factories
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

VANDALISM = "All lies, and more of them.\n"


def person(role: str, name: str = "", **environment: str) -> Client:
    browser = Client(enforce_csrf_checks=True, **environment)
    browser.force_login(factories.user(role, name))
    return browser


def shown(browser: Client, path: str) -> Page:
    return Page(browser.get(path, follow=True))


def sent(browser: Client, path: str, **fields: str):
    """Send the form of a page as a browser would, with these fields changed; an empty one is an unticked box."""
    page = shown(browser, path)
    return browser.post(path, {name: value for name, value in page.fields(**fields).items() if value})


def write(browser: Client, text: str = VANDALISM):
    return sent(browser, "/edit/Asthma?section=0", text=text, action="save")


def block(moderator: Client, who: str, **fields: str) -> str:
    """Block somebody through the form; return the address of the block."""
    answer = sent(moderator, f"/special/block?who={who}", reason="Vandalism.", **fields)
    assert answer.status_code == 303, Page(answer).words
    return answer["Location"]


def test_an_account_is_blocked_for_a_day_and_its_text_comes_back(monkeypatch):
    factories.article("Asthma")
    moderator, vandal = person("moderator", "Mo"), person("editor", "Vera")
    page = shown(vandal, "/edit/Asthma?section=0")
    block(moderator, "Vera", ends="day")

    answer = vandal.post("/edit/Asthma", page.fields(text=VANDALISM, summary="because", action="save"))
    back = Page(answer)
    assert answer.status_code == 403 and back.fields()["text"].strip() == VANDALISM.strip()
    assert "Set by Mo on" in back.words and "Vandalism." in back.words and "It ends on" in back.words
    assert back.link("Contact (in a new tab)") == "/wiki/Project:Contact" and back.fields()["summary"] == "because"
    assert not Submission.objects.exists()

    assert "Vandalism." in shown(vandal, "/edit/Asthma").words  # Told before they write.
    assert vandal.get("/wiki/Asthma").status_code == 200
    entry = LogEntry.objects.get(what="block.make")
    assert (entry.who.username, entry.why, entry.personal) == ("Mo", "Vandalism.", {"name": "Vera"})

    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert write(vandal).status_code == 303


def test_a_block_is_lifted():
    factories.article("Asthma")
    moderator, vandal = person("moderator"), person("contributor", "Vera")
    address = block(moderator, "Vera")
    assert write(vandal).status_code == 403
    assert sent(moderator, address, reason="They wrote to us.", act="lift").status_code == 303
    assert write(vandal).status_code == 303
    assert LogEntry.objects.get(what="block.lift").why == "They wrote to us."
    assert "lifted a block" in shown(moderator, "/special/log").words


def test_who_is_kept_from_publishing_proposes():
    factories.article("Asthma")
    editor = person("editor", "Vera")
    block(person("moderator"), "Vera", level="edit", no_accounts="")
    assert "waits for a reviewer" in shown(editor, "/edit/Asthma").words
    assert write(editor)["Location"].startswith("/proposals/")
    edit = Article.objects.get(title="Asthma").current_edit_id
    second = factories.edit(Article.objects.get(title="Asthma"), "Other.\n", section="0")
    assert sent(editor, f"/revert/{edit}").status_code == 403
    assert sent(editor, f"/undo/{second.pk}")["Location"].startswith("/proposals/")
    assert sent(editor, "/rollback/Asthma").status_code == 403
    assert sent(editor, "/move/Asthma", title="Elsewhere", reason="x").status_code == 403


def test_a_visitor_and_their_address_are_blocked_and_so_is_registering():
    factories.article("Asthma")
    moderator = person("moderator")
    visitor = Client(REMOTE_ADDR="192.0.2.7")
    write(visitor)
    name = Proposal.objects.get().author.name
    block(moderator, name, catches="on")

    assert write(visitor).status_code == 403
    neighbour, elsewhere = Client(REMOTE_ADDR="192.0.2.7"), Client(REMOTE_ADDR="192.0.2.8")
    page = Page(write(neighbour))
    assert "wrote from your network address lately" in page.words and name not in page.words
    account = {"username": "Vera again", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    refused = neighbour.post("/accounts/register/", account)
    assert refused.status_code == 403 and "No new accounts." in Page(refused).words
    assert Page(refused).fields()["username"] == "Vera again"
    assert write(elsewhere, "Of somebody else.\n").status_code == 303


def test_a_range_is_blocked_for_visitors_and_not_for_those_who_log_in():
    factories.article("Asthma")
    block(person("moderator"), "192.0.2.0/24")
    assert write(Client(REMOTE_ADDR="192.0.2.99")).status_code == 403
    assert write(Client(REMOTE_ADDR="192.0.3.1"), "Of somebody else.\n").status_code == 303
    assert write(person("contributor", REMOTE_ADDR="192.0.2.99"), "Of a member.\n").status_code == 303


def test_somebody_is_kept_from_one_page_and_from_one_topic():
    factories.article("Asthma", "x\n\n[[Category:Lungs]]\n")
    factories.article("Heart", "x\n")
    moderator, vandal = person("moderator"), person("editor", "Vera")
    address = block(moderator, "Vera", level="propose", no_accounts="", page="Heart")
    assert write(vandal).status_code == 303
    assert sent(vandal, "/edit/Heart", text=VANDALISM, action="save").status_code == 403

    sent(moderator, address, page="", topic="Lungs", reason="And worse.", act="change")
    assert write(vandal, "y\n").status_code == 403
    assert sent(vandal, "/edit/Heart", text=VANDALISM, action="save").status_code == 303


def test_who_is_kept_from_all_writing_neither_decides_nor_moderates_and_keeps_their_drafts():
    article = factories.article("Asthma")
    proposal = factories.proposal(article, factories.author())
    moderator = person("moderator", "Mia")
    block(person("administrator"), "Mia")
    answer = sent(moderator, f"/proposals/{proposal.pk}", decision="decline", reason="A long reason.")
    assert answer.status_code == 403 and "Vandalism." in Page(answer).words
    assert "A long reason." in words(Page(answer).with_id("text")[0])
    assert sent(moderator, "/protect/Asthma", reason="x", **{"edit-level": "editor"}).status_code == 403
    assert sent(moderator, "/delete/Asthma", reason="x").status_code == 403
    assert moderator.get("/special/log").status_code == 200
    page = shown(moderator, "/edit/Asthma?section=0")
    assert moderator.post("/drafts/keep/Asthma", page.fields(text="Kept.\n")).status_code == 200
    proposal.refresh_from_db()
    assert proposal.state == "waiting"


def test_the_sections_of_an_article_come_back_as_they_were_sent():
    factories.article("Asthma")
    vandal = person("editor", "Vera")
    page = shown(vandal, "/outline/Asthma?section=0")
    block(person("moderator"), "Vera")
    answer = vandal.post("/outline/Asthma", page.fields(deed="add", heading="Course", text=VANDALISM))
    assert (
        answer.status_code == 403
        and "Vandalism." in Page(answer).words
        and VANDALISM.strip() in answer.content.decode()
    )
