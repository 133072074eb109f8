"""A reader reports a dose; a moderator takes it from readers at once, answers, and the reader sees what came of it."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import LogEntry
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "A lead.\n\n## Dosage\n\nTake wombatish pills, fifty.\n\n## Causes\n\nDust.\n\n[[Category:Lungs]]\n"
SURFACES = ("/wiki/Asthma", "/raw/Asthma", "/edit/Asthma", "/history/Asthma", "/blame/Asthma", "/search?q=pills&full=1")


def person(role: str) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role))
    return browser


def shown(browser: Client, path: str) -> Page:
    return Page(browser.get(path))


def seen(browser: Client, *more: str) -> set[str]:
    return {path for path in (*SURFACES, *more) if "wombatish" in browser.get(path).content.decode()}


def test_a_dangerous_passage_is_reported_taken_from_readers_answered_and_given_back():
    article = factories.article("Asthma", TEXT)
    section = article.sections.get(title="Dosage").pk
    reader, editor = Client(enforce_csrf_checks=True), person("editor")
    reviewer, moderator = person("reviewer"), person("moderator")
    page = shown(reader, "/wiki/Asthma")
    assert f"/report/{section}" in [link.href for link in page.links if link.text == "Something wrong here?"]

    form = shown(reader, f"/report/{section}")
    sent = form.fields_of("form", category="dangerous", words="Fifty would kill.", contact="ada@example.org")
    mine = reader.post(f"/report/{section}", sent)["Location"]
    assert "Fifty would kill." in shown(reader, mine).words and "waits for a moderator" in shown(reader, mine).words
    for other in (editor, reviewer):
        assert other.get("/cases/").status_code == 403 and other.get("/cases/1").status_code == 403

    told = shown(moderator, "/notifications")
    assert "A reader reports that something is dangerous." in told.words
    assert "Fifty would kill." in shown(moderator, "/moderation/").words
    case = shown(moderator, shown(moderator, "/cases/").link("Asthma: Dosage"))
    assert "Fifty would kill." in case.words and "ada@example.org" in case.words and "wombatish" in case.words
    way = case.with_class("form")[0].get("action", "")
    assert seen(reader) >= {"/wiki/Asthma", "/raw/Asthma"}
    done = moderator.post(way, case.fields_of("form", deed="withhold", reason="Ten times too much?"))
    assert done.status_code == 303

    for browser in (reader, editor, person("contributor")):
        assert seen(browser, mine) == set()
    assert {"/wiki/Asthma", "/raw/Asthma", "/edit/Asthma"} <= seen(reviewer)

    case = shown(moderator, way)
    fields = case.fields_of("form", deed="close", outcome="withheld", reason="Thank you. A doctor looks at it.")
    moderator.post(way, fields)
    page = shown(reader, mine)
    assert "The section is under medical review" in page.words and "A doctor looks at it." in page.words

    release = shown(moderator, f"/quarantine/Asthma?section={section}")
    (form,) = release.with_class("form")
    moderator.post(form.get("action", ""), release.fields_of("form", reason="It was right."))
    assert {"/wiki/Asthma", "/raw/Asthma", "/edit/Asthma", "/blame/Asthma"} <= seen(reader)
    logged = LogEntry.objects.exclude(what__startswith="account").order_by("number").values_list("what", flat=True)
    assert list(logged) == ["article.quarantine", "case.quarantine", "case.close", "article.release"]
