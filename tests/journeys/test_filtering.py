"""Filters and the list of domains, through the pages and without scripts: made, tried out, switched on, and felt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles.models import Article, FilterHit, LogEntry
from articles.moderation import filtering
from tests import factories
from tests.pages import Page, _fields

pytestmark = pytest.mark.django_db

SPAM = "Buy cheap pills, see <https://www.pills.test/>.\n"


@pytest.fixture(autouse=True)
def at_once(monkeypatch) -> None:
    """What a page would let a process of its own do is done at once."""
    monkeypatch.setattr(filtering, "Popen", lambda command, **options: call_command(*command[3:]))


def person(role: str, name: str = "") -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user(role, name))
    return browser


def fill(browser: Client, path: str, *, act: str = "change", **fields: str):
    """Send the form with this button, or the last of the page; an empty field is an unticked box."""
    forms = [each for each in Page(browser.get(path)).all("form") if (each.get("method") or "").lower() == "post"]
    with_it = [each for each in forms if any(button.get("value") == act for button in each.iter("button"))]
    sent = {**dict(_fields((with_it or forms)[-1])), **fields, "act": act}
    return browser.post(path, {name: value for name, value in sent.items() if value})


def write(browser: Client, text: str = SPAM, title: str = "Asthma"):
    page = Page(browser.get(f"/edit/{title}?section=0"))
    return browser.post(f"/edit/{title}", page.fields(text=text, action="save"))


def filter_on(moderator: Client, **fields: str) -> str:
    """Make a filter, try it out and switch it on; return its address."""
    made = fill(moderator, "/special/filters/new", name="Pills", added_words="buy", reason="Spam.", **fields)[
        "Location"
    ]
    fill(moderator, made, act="try", reason="To see.")
    assert fill(moderator, made, act="on", reason="It finds what it should.").status_code == 303
    return made


def test_a_filter_is_tried_out_on_what_people_wrote_before_it_is_switched_on():
    factories.article("Asthma")
    vandal, moderator = person("editor"), person("moderator", "Mo")
    write(vandal)
    made = fill(moderator, "/special/filters/new", name="Pills", added_words="buy", action="refuse", reason="Spam.")
    address = made["Location"]
    assert not any(button.get("value") == "on" for button in Page(moderator.get(address)).all("button"))
    run = fill(moderator, address, act="try", reason="To see.")["Location"]
    page = Page(moderator.get(run))
    assert "2 of 2 edits looked at, 1 found." in page.words and page.link("what changed")

    fill(moderator, address, act="on", reason="It finds what it should.")
    answer = write(vandal, SPAM + "Buy again.\n")
    assert answer.status_code == 403 and "Buy again." in Page(answer).fields()["text"]
    hit = Page(moderator.get(Page(moderator.get("/special/filters/hits")).link("Asthma")))
    assert "It was not saved." in hit.words and "Buy again." in hit.words

    fill(moderator, address, act="off", reason="Enough.")
    assert write(vandal, SPAM + "Buy again.\n").status_code == 303
    acts = [entry.what for entry in LogEntry.objects.filter(target__startswith="filter:").order_by("number")]
    assert acts == ["filter.make", "filter.switch", "filter.switch"]
    assert "switched a filter" in Page(moderator.get("/special/log")).words


def test_a_warning_is_given_once_with_the_text():
    factories.article("Asthma")
    filter_on(person("moderator"), action="warn", message="This is no shop.")
    editor = person("editor")
    answer = write(editor)
    page = Page(answer)
    assert answer.status_code == 422 and "This is no shop. If you are sure, send it once more." in page.words
    assert editor.post("/edit/Asthma", page.fields(action="save")).status_code == 303


def test_a_change_is_held_and_tells_why():
    factories.article("Asthma")
    filter_on(person("moderator"), action="hold", tag="pills")
    answer = write(person("editor", "Eva"))
    assert answer["Location"].startswith("/proposals/")
    page = Page(person("reviewer").get(answer["Location"]))
    assert "A rule of this site asks for a second look." in page.words


def test_so_many_are_let_through_and_marked_and_then_later_again(monkeypatch):
    factories.article("Asthma")
    filter_on(person("moderator"), action="throttle", tag="pills", times="1", per_minutes="10")
    editor = person("editor")
    assert write(editor).status_code == 303
    assert "pills" in Page(editor.get("/history/Asthma")).words
    refused = write(editor, SPAM + "More: buy.\n")
    assert refused.status_code == 429 and refused["Retry-After"]
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(timezone, "now", lambda: later)
    monkeypatch.setattr("articles.limits.time.time", later.timestamp)
    assert write(editor, SPAM + "More: buy.\n").status_code == 303


def test_who_is_blocked_by_a_filter_writes_again_after_its_time(monkeypatch):
    factories.article("Asthma")
    moderator, vandal = person("moderator"), person("editor", "Vera")
    filter_on(moderator, action="block", hours="5", message="No shop.")
    answer = write(vandal)
    page = Page(answer)
    assert answer.status_code == 403 and "You are blocked." in page.words and "pills" in page.fields()["text"]
    assert "Vera" in Page(moderator.get("/special/blocks")).words
    assert write(vandal, "Harmless.\n").status_code == 403
    later = timezone.now() + timedelta(hours=5, minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert write(vandal, "Harmless.\n").status_code == 303


def test_the_sections_of_an_article_are_no_way_around_a_filter():
    factories.article("Asthma")
    filter_on(person("moderator"), action="refuse")
    editor = person("editor")
    page = Page(editor.get("/outline/Asthma?section=0"))
    sent = page.fields(deed="add", heading="Course", text=SPAM)
    answer = editor.post("/outline/Asthma", sent)
    assert answer.status_code == 403 and "Buy cheap pills" in answer.content.decode()
    assert FilterHit.objects.count() == 1


def test_nothing_links_to_a_domain_on_the_list_and_what_stands_there_stays():
    factories.article("Asthma")
    moderator, editor = person("moderator"), person("editor")
    write(editor)
    fill(moderator, "/special/domains", lines="pills.test sells pills\n", reason="Spam.")
    assert write(editor, SPAM + "And more.\n").status_code == 303
    factories.article("Lungs")
    answer = write(editor, SPAM, "Lungs")
    words = Page(answer).words
    assert answer.status_code == 403 and "Nothing may link to pills.test here (sells pills)" in words
    assert "pills.test" in Page(answer).fields()["text"]

    fill(moderator, "/special/domains", lines="", reason="They are gone.")
    assert write(editor, SPAM, "Lungs").status_code == 303
    assert Article.objects.get(title="Lungs").text.text.startswith("Buy")
    assert LogEntry.objects.filter(what="domains.change").count() == 2
