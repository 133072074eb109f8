"""Undoing from the pages: GET shows what would change, POST does it; nothing that somebody typed is lost."""

import pytest
from django.test import Client

from articles.models import Article, Edit, Proposal
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def middle(asthma) -> Edit:
    edit = factories.edit(asthma, "## Causes\n\nMagic.\n", section="Causes", author=factories.author(name="Vandal"))
    factories.edit(asthma, "A better lead.\n", section="0")
    return edit


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def newest(article: Article) -> Edit:
    return Edit.objects.filter(article=article).order_by("-number")[0]


# --- One edit ----------------------------------------------------------------------------------------------------
def test_the_page_shows_what_would_change_and_changes_nothing(editor_client: Client, asthma, middle):
    page = Page(editor_client.get(f"/undo/{middle.pk}"))
    assert page.h1 == "Undo edit 2 of Asthma" and "What would change" in page.words and page.faults() == []
    assert page.fields()["summary"] == "Undo edit 2"
    assert newest(asthma).number == 3


def test_an_editors_undo_is_published_and_told(editor_client: Client, asthma, middle):
    fields = Page(editor_client.get(f"/undo/{middle.pk}")).fields()
    answer = editor_client.post(f"/undo/{middle.pk}", fields)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert "Dust." in text_of(asthma) and "A better lead." in text_of(asthma)
    row = Page(editor_client.get("/history/Asthma")).with_class("edit")[0]
    assert "undoes edit 2" in "".join(row.itertext())


@pytest.mark.parametrize("who", ["contributor_client", "client"])
def test_what_others_undo_waits_as_a_proposal(request, reviewer_client: Client, asthma, middle, who: str):
    browser = request.getfixturevalue(who)
    fields = Page(browser.get(f"/undo/{middle.pk}")).fields(summary="as the source says")
    answer = browser.post(f"/undo/{middle.pk}", fields, follow=True)
    proposal = Proposal.objects.get()
    assert answer.redirect_chain == [(f"/proposals/{proposal.pk}", 303)] and "Magic" in text_of(asthma)
    reviewer_client.post(proposal.get_absolute_url(), {"decision": "accept", "base": newest(asthma).pk})
    assert "Dust." in text_of(asthma) and "A better lead." in text_of(asthma)


def test_the_history_and_the_comparison_lead_there(editor_client: Client, contributor_client: Client, asthma, middle):
    history, compare = "/history/Asthma", f"/compare/previous/{middle.pk}"
    address = f"/undo/{middle.pk}"
    assert address in [link.href for link in Page(editor_client.get(history)).links if link.text == "undo"]
    assert Page(contributor_client.get(compare)).link("undo") == address
    assert "undo" not in [link.text for link in Page(Client().get(history)).links]


@pytest.fixture
def clashing(asthma, middle) -> Edit:
    return factories.edit(asthma, "## Causes\n\nMagic and dust, mostly.\n", section="Causes")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_clash_shows_its_pieces(editor_client: Client, middle, clashing, method: str):
    answer = getattr(editor_client, method)(f"/undo/{middle.pk}", {"base": clashing.pk, "summary": "mine"})
    page = Page(answer)
    assert answer.status_code == (200 if method == "get" else 409) and page.faults() == []
    assert len(page.with_class("piece")) == 1 and "Magic and dust, mostly." in page.words


def test_a_decided_clash_is_saved_by_the_edit_form(editor_client: Client, asthma, middle, clashing):
    page = Page(editor_client.post(f"/undo/{middle.pk}", {"base": clashing.pk, "summary": "mine"}))
    sent = page.fields_of("pieces", **{"piece-1": "own", "own-1": "Dust, mostly.\n", "action": "save"})
    assert editor_client.post("/edit/Asthma", sent).status_code == 303
    assert "Dust, mostly." in text_of(asthma) and "A better lead." in text_of(asthma)
    assert newest(asthma).summary == "mine"


def test_what_changed_since_one_looked_is_409_and_the_summary_stays(editor_client: Client, asthma, middle):
    fields = Page(editor_client.get(f"/undo/{middle.pk}")).fields(summary="my reasons")
    factories.edit(asthma, "A third lead.\n", section="0")
    answer = editor_client.post(f"/undo/{middle.pk}", fields)
    page = Page(answer)
    assert answer.status_code == 409 and page.fields()["summary"] == "my reasons" and "Magic" in text_of(asthma)
    assert editor_client.post(f"/undo/{middle.pk}", page.fields()).status_code == 303


@pytest.mark.parametrize("base", ["", "x", "0", "999", "9" * 39])
def test_undoing_without_saying_from_where_is_409(editor_client: Client, asthma, middle, base: str):
    assert editor_client.post(f"/undo/{middle.pk}", {"base": base}).status_code == 409
    assert "Magic" in text_of(asthma)


def test_a_summary_that_is_too_long_is_422_and_stays(editor_client: Client, asthma, middle):
    answer = editor_client.post(f"/undo/{middle.pk}", {"base": newest(asthma).pk, "summary": "x" * 500})
    assert answer.status_code == 422 and Page(answer).fields()["summary"] == "x" * 500


def test_the_first_edit_of_a_page_says_why_it_stays(editor_client: Client, asthma):
    answer = editor_client.get(f"/undo/{asthma.current_edit_id}")
    assert answer.status_code == 422 and "no version before it" in Page(answer).words


def test_an_edit_that_is_undone_already_says_so(editor_client: Client, asthma, middle):
    factories.edit(asthma, factories.TEXT.replace("A lead about the lungs.", "A better lead."))
    assert "Nothing is left of this edit" in Page(editor_client.get(f"/undo/{middle.pk}")).words


def test_too_many_undos_are_429_with_the_time_to_wait(contributor_client: Client, asthma, middle, monkeypatch):
    monkeypatch.setattr("articles.reviewing.proposing.LIMIT", (1, 60))
    factories.edit(asthma, "B.\n", section="Symptoms")
    fields = Page(contributor_client.get(f"/undo/{middle.pk}")).fields()
    contributor_client.post(f"/undo/{middle.pk}", fields)
    answer = contributor_client.post(f"/undo/{newest(asthma).pk}", fields)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("way", ["/revert/{first}", "/rollback/Asthma"])
def test_too_many_ways_back_are_429_with_the_time_to_wait(editor_client: Client, asthma, middle, monkeypatch, way: str):
    monkeypatch.setattr("articles.reviewing.proposing.LIMIT_OF_EDITORS", (0, 60))
    path = way.format(first=middle.parent_id)
    fields = Page(editor_client.get(path)).fields()
    answer = editor_client.post(path, fields)
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert "too often" in Page(answer).words and newest(asthma).number == 3


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_edit_is_404(editor_client: Client, db, method: str):
    assert getattr(editor_client, method)("/undo/999").status_code == 404


def test_a_protected_page_is_undone_by_those_who_may_change_it(editor_client: Client):
    page = factories.brought_in("Disclaimer", "Old.\n")
    newest = factories.edit(page, "New.\n")
    protect(page, "administrator")
    assert editor_client.get(f"/undo/{newest.pk}").status_code == 403


def protect(article: Article, role: str) -> None:
    from tests.doors import unlocked

    with unlocked("protecting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(edit_protection=role)


# --- A run at the top --------------------------------------------------------------------------------------------
@pytest.fixture
def vandalised(asthma) -> Article:
    vandal = factories.author(name="Vandal")
    for number in range(2):
        factories.edit(asthma, f"Nonsense {number}.\n", author=vandal)
    return asthma


def test_a_rollback_shows_the_run_and_what_would_change(editor_client: Client, vandalised):
    address = Page(editor_client.get("/history/Asthma")).link("roll back")
    page = Page(editor_client.get(address))
    assert "The newest 2 edits are by Vandal." in page.words and page.faults() == []
    assert text_of(vandalised) == "Nonsense 1.\n" and len(page.with_class("edit")) == 2


def test_a_rollback_brings_the_version_before_the_run_back(editor_client: Client, vandalised):
    fields = Page(editor_client.get("/rollback/Asthma")).fields()
    answer = editor_client.post("/rollback/Asthma", fields)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert text_of(vandalised) == factories.TEXT
    assert "rolls back to version 1" in Page(editor_client.get("/history/Asthma")).words


def test_a_rollback_of_what_changed_meanwhile_is_409(editor_client: Client, vandalised):
    fields = Page(editor_client.get("/rollback/Asthma")).fields(summary="nonsense, all of it")
    factories.edit(vandalised, "Somebody else.\n")
    answer = editor_client.post("/rollback/Asthma", fields)
    assert answer.status_code == 409 and text_of(vandalised) == "Somebody else.\n"
    assert Page(answer).fields()["summary"] == "nonsense, all of it"


def test_a_page_of_one_person_says_why_it_is_not_rolled_back(editor_client: Client, asthma):
    answer = editor_client.get("/rollback/Asthma")
    assert answer.status_code == 422 and "no version before it" in Page(answer).words


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_who_may_not_publish_rolls_nothing_back(request, vandalised, who: str, method: str):
    assert getattr(request.getfixturevalue(who), method)("/rollback/Asthma").status_code == 403


def test_other_spellings_lead_to_the_right_one(editor_client: Client, vandalised):
    answer = editor_client.get("/rollback/asthma")
    assert (answer.status_code, answer["Location"]) == (301, "/rollback/Asthma")


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_title_is_404(editor_client: Client, db, method: str):
    assert getattr(editor_client, method)("/rollback/Nothing").status_code == 404


# --- Many of somebody's edits ------------------------------------------------------------------------------------
def test_a_moderator_ticks_edits_sees_what_would_happen_and_takes_them_back(moderator_client: Client, vandalised):
    page = Page(moderator_client.get("/contributions/Vandal"))
    ticked = [box.get("value") for box in page.all("input") if box.get("type") == "checkbox"]
    shown = Page(moderator_client.get("/take-back/Vandal", {"edit": ticked}))
    assert "back to version 1" in shown.words and text_of(vandalised) == "Nonsense 1.\n" and shown.faults() == []
    answer = moderator_client.post("/take-back/Vandal", {"edit": ticked, "why": "nonsense"}, follow=True)
    assert answer.redirect_chain[0][1] == 303 and text_of(vandalised) == factories.TEXT
    done = Page(answer)
    assert done.h1 == "Edits by Vandal taken back" and done.faults() == []
    assert done.link("what changed") == f"/compare/previous/{newest(vandalised).pk}"


def test_all_of_the_last_hours_are_taken_back_at_once(moderator_client: Client, vandalised):
    shown = Page(moderator_client.get("/take-back/Vandal?hours=24"))
    edits = [field.get("value") for field in shown.all("input") if field.get("name") == "edit"]
    assert moderator_client.post("/take-back/Vandal", {"edit": edits, "why": "nonsense"}).status_code == 303
    assert text_of(vandalised) == factories.TEXT


def test_without_a_reason_nothing_is_taken_back(moderator_client: Client, vandalised):
    answer = moderator_client.post("/take-back/Vandal", {"edit": newest(vandalised).pk, "why": ""})
    assert answer.status_code == 422 and "Say why" in Page(answer).words
    assert text_of(vandalised) == "Nonsense 1.\n" and str(newest(vandalised).pk) in answer.content.decode()


def test_nothing_ticked_says_where_to_tick(moderator_client: Client, vandalised):
    page = Page(moderator_client.get("/take-back/Vandal"))
    assert "Tick some" in page.words and page.link("Contributions of Vandal") == "/contributions/Vandal"


def test_more_hours_than_there_have_been_are_all_of_them(moderator_client: Client, vandalised):
    day, ages = (Page(moderator_client.get(f"/take-back/Vandal?hours={hours}")) for hours in ("24", "9" * 9))
    assert ages.words == day.words and ages.with_class("taking")


@pytest.mark.parametrize("query", ["edit=x", "edit=²", "edit=" + "9" * 30, "hours=-1", "hours=x"])
def test_what_names_no_edit_is_404(moderator_client: Client, vandalised, query: str):
    assert moderator_client.get(f"/take-back/Vandal?{query}").status_code == 404


@pytest.mark.parametrize("path", ["/take-back/Vandal", "/taken-back/1"])
@pytest.mark.parametrize("who", ["client", "contributor_client", "editor_client", "reviewer_client"])
def test_only_moderators_take_many_back(request, vandalised, who: str, path: str):
    browser = request.getfixturevalue(who)
    assert browser.get(path).status_code == 403
    assert not Page(browser.get("/contributions/Vandal")).with_class("take-back")


@pytest.mark.parametrize("path", ["/take-back/Nobody_here", "/taken-back/999"])
def test_nobody_and_no_act_are_404(moderator_client: Client, db, path: str):
    assert moderator_client.get(path).status_code == 404
