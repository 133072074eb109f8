"""Each step of a proposal is in the other person's list and in their mailbox, until a mail's own link stops it."""

from __future__ import annotations

import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.test import Client

from articles import access
from articles.models import Article, Proposal, Section
from tests import factories
from tests.pages import Page
from wiki.accounts import mail
from wiki.accounts.models import User

# Who is told what is written once the change is committed.
pytestmark = pytest.mark.django_db(transaction=True)

ASKED = "Which guideline says this?"


@pytest.fixture
def asthma(editor, settings) -> Article:
    settings.SITE_URL = "http://testserver"
    return factories.article("Asthma", author=editor)


def person(role: str, name: str) -> Client:
    """Somebody who has given an address and opened the link that was mailed there."""
    account = factories.user(role, name)
    browser = Client()
    browser.force_login(account)
    address = f"{name.lower()}@example.org"
    browser.post("/accounts/email/", {"email": address, "password": factories.PASSWORD})
    mail.wait_until_sent()
    path = urlsplit(next(line for line in outbox.outbox[-1].body.splitlines() if "/confirm/" in line)).path
    browser.post(path, Page(browser.get(path)).fields())
    outbox.outbox.clear()
    return browser


def told(browser: Client) -> list[str]:
    """The lines of somebody's list that they have not seen yet; they have from now on."""
    lines = Page(browser.get("/notifications")).with_class("unseen")
    browser.post("/notifications")
    return [re.sub(r"\s+", " ", "".join(line.itertext())).strip() for line in lines]


def mailed() -> list[tuple[str, str]]:
    """To whom and about what mail went since this was asked last."""
    call_command("send_mail", stdout=StringIO())
    sent = [(message.to[0], message.subject) for message in outbox.outbox]
    outbox.outbox.clear()
    return sent


def test_each_step_is_in_the_list_and_in_the_mail_of_the_other(asthma):
    cora, rita = person("contributor", "Cora"), person("reviewer", "Rita")

    sent = {"text": "## Causes\n\nDust causes it.\n", "base": str(asthma.current_edit_id), "section": "Causes"}
    cora.post("/edit/Asthma", sent)
    first = Proposal.objects.get()
    assert first.get_absolute_url() in [link.href for link in Page(rita.get("/proposals/")).links]
    assert (told(cora), told(rita), mailed()) == ([], [], [])  # Nobody is told of what they did themselves.

    rita.post(first.get_absolute_url(), {"decision": "changes", "reason": ASKED, "base": sent["base"]})
    assert [line for line in told(cora) if "Rita asks you for changes." in line] and told(rita) == []
    assert mailed() == [("cora@example.org", "MedWiki: Asthma: Rita asks you for changes.")]

    better = sent | {"text": "## Causes\n\nDust is one cause.\n", "proposal": str(first.pk)}
    cora.post("/edit/Asthma", better)
    second = Proposal.objects.latest("pk")
    assert second.first == first
    assert [line for line in told(rita) if "Cora has sent a newer text." in line] and told(cora) == []
    assert mailed() == [("rita@example.org", "MedWiki: Asthma: Cora has sent a newer text.")]

    rita.post(second.get_absolute_url(), {"decision": "accept", "base": sent["base"]})
    assert [line for line in told(cora) if "Rita has accepted your change." in line] and told(rita) == []
    assert mailed() == [("cora@example.org", "MedWiki: Asthma: Rita has accepted your change.")]
    assert "Dust is one cause." in Page(Client().get("/wiki/Asthma")).article


def test_the_link_in_a_mail_leads_to_what_it_is_about_and_another_stops_its_kind(asthma):
    cora, rita = person("contributor", "Cora"), person("reviewer", "Rita")
    sent = {"text": "Breath.\n", "base": str(asthma.current_edit_id), "section": "0"}
    cora.post("/edit/Asthma", sent)
    first = Proposal.objects.get().get_absolute_url()
    rita.post(first, {"decision": "changes", "reason": ASKED, "base": sent["base"]})
    call_command("send_mail", stdout=StringIO())
    (message,) = outbox.outbox
    assert ASKED not in str(message.message()) and "Breath." not in str(message.message())

    (link,) = re.findall(r"^http://testserver(/notifications/\d+)$", message.body, re.MULTILINE)
    assert cora.get(link)["Location"] == first
    assert "/accounts/login/" in Client().get(link)["Location"]

    # A mail program posts to the address in the header, without cookies.
    stop = urlsplit(message.extra_headers["List-Unsubscribe"].strip("<>")).path
    assert Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    outbox.outbox.clear()
    rita.post(first, {"decision": "changes", "reason": "And a date?", "base": sent["base"]})
    rita.post(first, {"decision": "decline", "reason": "Nobody answers.", "base": sent["base"]})
    assert mailed() == [("cora@example.org", "MedWiki: Asthma: Rita has declined your change and says why.")]
    ticked = [box.get("value") for box in Page(cora.get("/accounts/mail/")).all("input") if box.get("checked") == ""]
    assert "returned" not in ticked and "declined" in ticked


def test_a_review_of_a_section_and_its_end_are_told_to_who_wrote_it(asthma):
    cora, mona = person("editor", "Cora"), person("moderator", "Mona")
    base = str(asthma.current_edit_id)
    cora.post("/edit/Asthma", {"text": "## Causes\n\nThylacinish dust.\n", "base": base, "section": "Causes"})
    causes = Section.objects.get(article=asthma, title="Causes")
    outbox.outbox.clear()

    sent = {"section": str(causes.pk), "reason": "Thylacinish? Look again."}
    assert mona.post("/quarantine/Asthma", sent).status_code == 303
    assert [line for line in told(cora) if "Mona has put a section that you wrote in" in line] and told(mona) == []
    call_command("send_mail", stdout=StringIO())
    messages = [message for message in outbox.outbox if message.to == ["cora@example.org"]]
    assert [message.subject.partition(": Mona")[0] for message in messages] == ["MedWiki: Asthma"]
    assert "hylacinish" not in str(messages[0].message())


def test_a_block_is_told_with_its_reason_end_and_whom_to_write_to(asthma):
    cora, mona = person("contributor", "Cora"), person("moderator", "Mona")
    outbox.outbox.clear()
    block = factories.block(
        "Cora", by=access.author_of(User.objects.get(username="Mona")), level="write", why="They go on and on."
    )
    page = Page(cora.get("/notifications"))
    assert page.faults() == [] and "Mona has blocked you. No writing of any kind. It has no end." in page.words
    assert "They go on and on." in page.words and "/wiki/Project:Contact" in [link.href for link in page.links]

    call_command("send_mail", stdout=StringIO())
    (message,) = outbox.outbox
    assert message.to == ["cora@example.org"] and "Why: They go on and on.\n" in message.body
    assert "http://testserver/wiki/Project:Contact\n" in message.body and "List-Unsubscribe" in message.extra_headers

    mona.post(block.get_absolute_url(), {"act": "lift", "reason": "It is over.", "level": "write", "ends": "never"})
    assert "Mona has lifted your block." in Page(cora.get("/notifications")).words


def test_whom_a_filter_blocks_is_told_the_same_and_no_moderator_is_named(asthma):
    vera = person("editor", "Vera")
    outbox.outbox.clear()
    factories.filter_on(action="block", text_matches="Buy pills", hours=5, message="This is no shop.")
    sent = {"base": asthma.current_edit_id, "section": "0", "text": "Buy pills.\n", "action": "save"}
    assert vera.post("/edit/Asthma", sent).status_code == 403

    page = Page(vera.get("/notifications"))
    assert "You are blocked. No writing of any kind. No new accounts. It ends on" in page.words
    assert "This is no shop." in page.words and "/wiki/Project:Contact" in [link.href for link in page.links]
    assert "has blocked you" not in page.words and page.faults() == []

    call_command("send_mail", stdout=StringIO())
    (message,) = outbox.outbox
    assert message.to == ["vera@example.org"] and "Why: This is no shop.\n" in message.body
    assert "http://testserver/wiki/Project:Contact\n" in message.body
