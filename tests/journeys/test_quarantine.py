"""A dose is wrong: a moderator takes the section from readers, a reviewer puts it right, and it comes back."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article, LogEntry
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = "A lead.\n\n## Dosage\n\nTake wombatish pills, fifty.\n\n## Causes\n\nDust.\n\n[[Category:Lungs]]\n"
SURFACES = (
    "/wiki/Asthma",
    "/wiki/Asthma?printable=yes",
    "/raw/Asthma",
    "/edit/Asthma",
    "/history/Asthma",
    "/blame/Asthma",
    "/info/Asthma",
    "/cite/Asthma",
    "/search?q=asthma&full=1",
    "/feeds/recent.atom",
    "/category/Lungs",
    "/",
)


def person(role: str, name: str = "") -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role, name))
    return browser


def shown(browser: Client, path: str) -> Page:
    return Page(browser.get(path))


def act(browser: Client, page: Page, **fields: str):
    """Fill in the form of a page come to by links, and send it where it says."""
    (form,) = page.with_class("form")
    return browser.post(form.get("action", ""), page.fields(**fields), follow=True)


def test_a_section_is_taken_from_readers_put_right_and_given_back():
    article = factories.article("Asthma", TEXT)
    moderator, reviewer, editor, reader = person("moderator", "Mo"), person("reviewer"), person("editor"), Client()
    assert "wombatish" in shown(reader, "/wiki/Asthma").article
    old = f"/wiki/Asthma?version={article.current_edit_id}"

    sections = shown(moderator, shown(moderator, "/wiki/Asthma").link("Put a section under review"))
    chosen = shown(moderator, "/quarantine/Asthma" + sections.link("Dosage"))
    assert "wombatish" in chosen.words
    assert "no reader sees the section" in Page(act(moderator, chosen, reason="Fifty?")).words

    page = shown(reader, "/wiki/Asthma")
    assert "under medical review" in page.article and "Dosage" in page.article and "Dust." in page.article
    for browser in (reader, editor):
        said = [browser.get(path).content.decode() for path in (*SURFACES, old)]
        assert not [text for text in said if "wombatish" in text]
    form = shown(editor, "/edit/Asthma")
    answer = editor.post(
        "/edit/Asthma", form.fields(text=form.fields()["text"].replace("Dust.", "Pollen."), action="save")
    )
    assert answer["Location"] == "/wiki/Asthma"
    stored = Article.objects.get(pk=article.pk).text
    assert stored.text == TEXT.replace("Dust.", "Pollen.")
    emptied = editor.post("/edit/Asthma", shown(editor, "/edit/Asthma").fields(text="All of it gone.\n", action="save"))
    assert emptied.status_code == 422 and "All of it gone." in emptied.content.decode()

    theirs = shown(reviewer, "/wiki/Asthma")
    assert "wombatish" in theirs.article and "Readers don’t see this section" in theirs.words
    form = shown(reviewer, "/edit/Asthma?section=Dosage")
    sent = form.fields(text="## Dosage\n\nTake wombatish pills, five.\n", action="save")
    asked = Page(reviewer.post("/edit/Asthma", sent))  # Whether the number is meant.
    assert reviewer.post("/edit/Asthma", asked.fields(action="save")).status_code == 303
    assert "five" not in shown(reader, "/wiki/Asthma").article

    chosen = shown(moderator, shown(moderator, "/wiki/Asthma").link("Release it"))
    assert "Put under review by Mo: Fifty?" in chosen.words
    assert "readers see the section again" in Page(act(moderator, chosen, reason="Five it is.")).words
    assert "wombatish pills, five" in shown(reader, "/wiki/Asthma").article
    assert "wombatish" in shown(reader, "/search?q=wombatish&full=1").words
    logged = LogEntry.objects.filter(target="Asthma").order_by("number").values_list("what", "why")
    assert list(logged) == [("article.quarantine", "Fifty?"), ("article.release", "Five it is.")]
    assert "wombatish" in shown(reader, old).words


def test_somebody_without_an_account_proposes_around_it():
    article = factories.article("Asthma", TEXT)
    moderator, reviewer, visitor = person("moderator"), person("reviewer"), Client(enforce_csrf_checks=True)
    section = article.sections.get(title="Dosage").pk
    act(moderator, shown(moderator, f"/quarantine/Asthma?section={section}"), reason="Fifty?")
    form = shown(visitor, "/edit/Asthma")
    sent = form.fields(text=form.fields()["text"].replace("Dust.", "Pollen."), action="save")
    assert "wombatish" not in sent["text"]
    proposal = visitor.post("/edit/Asthma", sent)["Location"]
    assert proposal.startswith("/proposals/") and "wombatish" not in shown(visitor, proposal).words
    reviewer.post(proposal, shown(reviewer, proposal).fields(decision="accept"))
    assert Article.objects.get(pk=article.pk).text.text == TEXT.replace("Dust.", "Pollen.")
    assert "wombatish" not in shown(Client(), "/wiki/Asthma").words
