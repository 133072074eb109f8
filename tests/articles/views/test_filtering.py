"""The pages of filters and of the list of domains."""

import pytest
from django.test import Client

from articles.models import BlockedDomain, DryRun, Filter
from articles.moderation import filtering
from tests import factories
from tests.pages import Page, _fields

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def started(monkeypatch) -> list[list[str]]:
    """The processes that a page would have started; none is."""
    commands: list[list[str]] = []
    monkeypatch.setattr(filtering, "Popen", lambda command, **options: commands.append(command))
    return commands


def sent(page: Page, **fields: str) -> dict[str, str]:
    """What the form of a page sends: an empty field is an unticked box, or nothing."""
    return {name: value for name, value in page.fields(**fields).items() if value}


def form_of(browser: Client, path: str, act: str) -> dict[str, str]:
    """What the form with this button sends, without reason."""
    forms = Page(browser.get(path)).all("form")
    form = next(each for each in forms if any(button.get("value") == act for button in each.iter("button")))
    return {name: value for name, value in _fields(form) if value} | {"act": act}


def test_a_filter_is_made_in_a_form_and_its_form_holds_it(moderator_client: Client):
    page = Page(moderator_client.get("/special/filters/new"))
    fields = {"name": "Spam", "added_words": "buy", "younger_than": "3", "action": "hold", "reason": "Spam."}
    answer = moderator_client.post("/special/filters/new", sent(page, **fields))
    row = Filter.objects.get()
    assert answer.status_code == 303 and answer["Location"] == row.get_absolute_url()
    kept = form_of(moderator_client, row.get_absolute_url(), "change")
    assert {name: kept[name] for name in fields if name != "reason"} == {
        name: value for name, value in fields.items() if name != "reason"
    }
    assert kept["below"] == "reviewer" and kept["per_minutes"] == "60"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"reason": ""}, "Say why"),
        ({"added_matches": "("}, "no regular expression"),
        ({"added_words": ""}, "Set a condition"),
        ({"removes": "101"}, "100"),
    ],
)
def test_what_can_not_be_is_said_with_all_that_was_typed(moderator_client: Client, fields, said):
    typed = {
        "name": "Spam",
        "added_words": "buy",
        "action": "log",
        "reason": "Spam.",
        "tag": "lol",
    } | fields
    answer = moderator_client.post("/special/filters/new", typed)
    page = Page(answer)
    assert answer.status_code == 422 and said in page.words and not Filter.objects.exists()
    assert page.fields()["tag"] == "lol"


def test_it_is_changed_on_its_page_and_its_log_stands_below(moderator_client: Client):
    row = factories.filter_of(added_words="buy")
    fields = form_of(moderator_client, row.get_absolute_url(), "change")
    fields |= {"added_words": "sell", "reason": "Better."}
    assert moderator_client.post(row.get_absolute_url(), fields).status_code == 303
    words = Page(moderator_client.get(row.get_absolute_url())).words
    assert "added words: buy → sell" in words and "Better." in words
    assert moderator_client.post(row.get_absolute_url(), fields).status_code == 409


def test_it_is_tried_out_by_a_process_of_its_own_whose_progress_is_seen(moderator_client: Client, started):
    factories.article("Asthma", "Buy.\n")
    row = factories.filter_of(added_words="buy")
    fields = form_of(moderator_client, row.get_absolute_url(), "try") | {"reason": "To see."}
    run = moderator_client.post(row.get_absolute_url(), fields)["Location"]
    answer = moderator_client.get(run)
    assert started and answer["Refresh"] == "2" and "0 of 1 edits looked at" in Page(answer).words

    filtering.go_on(DryRun.objects.get())
    answer = moderator_client.get(run)
    page = Page(answer)
    assert "Refresh" not in answer.headers and "1 of 1 edits looked at, 1 found." in page.words
    assert page.link("what changed").startswith("/compare/previous/")


def test_a_run_that_was_interrupted_goes_on_by_a_button(moderator_client: Client, started, monkeypatch):
    factories.article("Asthma")
    run = filtering.begin(factories.filter_of(added_words="buy"))
    moderator_client.post(run.get_absolute_url())
    assert started == []
    monkeypatch.setattr(filtering, "is_silent", lambda run: run.ended is None)
    assert "It was interrupted." in Page(moderator_client.get(run.get_absolute_url())).words
    moderator_client.post(run.get_absolute_url())
    assert len(started) == 1


def test_a_run_of_a_wiki_without_edits_is_at_its_end(moderator_client: Client):
    run = filtering.go_on(filtering.begin(factories.filter_of(added_words="buy")))
    page = Page(moderator_client.get(run.get_absolute_url()))
    assert "0 of 0 edits looked at" in page.words and "It has come to its end." in page.words


def test_it_is_switched_on_and_off(moderator_client: Client):
    row = factories.filter_of(added_words="buy")
    assert "once it was tried out" in Page(moderator_client.get(row.get_absolute_url())).words
    filtering.go_on(filtering.begin(row))
    for act, is_on in (("on", True), ("off", False)):
        fields = form_of(moderator_client, row.get_absolute_url(), act) | {"reason": "Now."}
        assert moderator_client.post(row.get_absolute_url(), fields).status_code == 303
        row.refresh_from_db()
        assert row.is_on is is_on


def test_nothing_is_switched_without_a_reason(moderator_client: Client):
    row = factories.filter_of(added_words="buy")
    filtering.go_on(filtering.begin(row))
    answer = moderator_client.post(row.get_absolute_url(), {"act": "on", "version": row.version})
    assert answer.status_code == 422 and "Say why" in Page(answer).words


def test_hits_lead_to_what_would_have_changed(moderator_client: Client):
    factories.article("Asthma")
    hit = factories.filter_hit("Asthma", "Found.\n")
    for path in ("/special/filters/hits", f"/special/filters/hits?filter={hit.filter_id}"):
        assert Page(moderator_client.get(path)).link("Asthma") == f"/special/filters/hits/{hit.pk}"
    page = Page(moderator_client.get(f"/special/filters/hits/{hit.pk}"))
    assert "Found." in page.words and "It was not saved." in page.words


@pytest.mark.parametrize("path", ["/special/filters/99", "/special/filters/runs/99", "/special/filters/hits/99"])
def test_what_there_is_not_is_404(moderator_client: Client, path: str):
    assert moderator_client.get(path).status_code == 404


def test_the_list_says_what_is_on_and_what_it_found(moderator_client: Client):
    assert "There is none." in Page(moderator_client.get("/special/filters")).words
    factories.article("Asthma")
    hit = factories.filter_hit("Asthma", "Found.\n")
    page = Page(moderator_client.get("/special/filters"))
    assert f"on {hit.filter.name} refused · 1 found in the last week" in page.words


# --- Domains -----------------------------------------------------------------------------------------------------
def test_the_list_of_domains_is_saved(moderator_client: Client):
    page = Page(moderator_client.get("/special/domains"))
    answer = moderator_client.post(
        "/special/domains", page.fields(lines="evil.test spam\n", reason="Spam."), follow=True
    )
    assert "Saved: 1 came, 0 went." in Page(answer).words and BlockedDomain.objects.get().why == "spam"
    assert "changed the domains" in Page(answer).words


def test_a_list_that_can_not_be_comes_back(moderator_client: Client):
    answer = moderator_client.post("/special/domains", {"lines": "good.test\nno domain\n", "reason": "Spam."})
    assert answer.status_code == 422 and "Line 2" in Page(answer).words
    assert "no domain" in Page(answer).fields()["lines"]


def test_whoever_is_late_sees_both_lists(moderator_client: Client, moderator):
    page = Page(moderator_client.get("/special/domains"))
    filtering.keep_domains(lines="theirs.test", seen="", by=moderator.account, why="x")
    answer = moderator_client.post("/special/domains", page.fields(lines="mine.test", reason="Spam."))
    assert answer.status_code == 409 and "theirs.test" in Page(answer).words
    assert "mine.test" in Page(answer).fields()["lines"]
