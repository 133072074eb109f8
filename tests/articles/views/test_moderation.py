"""The forms of moderators: each acts with a reason, refuses without, and is for those who may."""

import csv
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import access, editing, logbook
from articles.models import Article, Draft, Edit, LogEntry
from articles.moderation import deleting
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


# --- Protecting --------------------------------------------------------------------------------------------------
@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


def protect(browser: Client, path: str = "/protect/Asthma", **fields: str):
    return browser.post(path, Page(browser.get(path)).fields(reason="an edit war", **fields))


def test_the_form_of_a_protection_shows_what_holds_and_changes_it(moderator_client: Client, asthma):
    answer = protect(moderator_client, **{"edit-level": "reviewer", "edit-ends": "week"})
    assert (answer.status_code, answer["Location"]) == (303, "/protect/Asthma")
    page = Page(moderator_client.get("/protect/Asthma"))
    assert page.faults() == [] and "The protection is changed." in page.words and "an edit war" in page.words
    assert (page.fields()["edit-level"], page.fields()["edit-ends"], page.fields()["move-level"]) == (
        "reviewer",
        "as it is",
        "",
    )
    asthma.refresh_from_db()
    assert timedelta(days=6) < asthma.edit_protected_until - timezone.now() < timedelta(days=8)


def test_readers_are_told_that_a_page_is_protected_and_who_may_not_edit_why(moderator_client: Client, asthma):
    protect(moderator_client, **{"edit-level": "reviewer", "propose-level": "moderator"})
    assert "published at once only by reviewers and above" in Page(Client().get("/wiki/Asthma")).words
    source = Page(Client().get("/edit/Asthma"))
    assert source.h1 == "Source of Asthma" and source.faults() == []
    assert "an edit war" in source.words and "Set by Moderator" in source.words


def test_what_is_left_as_it_is_keeps_its_end(moderator_client: Client, asthma):
    protect(moderator_client, **{"edit-level": "reviewer", "edit-ends": "day"})
    asthma.refresh_from_db()
    end = asthma.edit_protected_until
    protect(moderator_client, **{"move-level": "moderator", "move-ends": "never"})
    asthma.refresh_from_db()
    assert (asthma.edit_protected_until, asthma.move_protection) == (end, "moderator")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"edit-level": "editor", "reason": " "}, "Say why"),
        ({"edit-level": "nobody"}, "not one of the available choices"),
        ({"edit-level": "administrator"}, "not one of the available choices"),
        ({"edit-level": "editor", "edit-ends": "date"}, "Choose the day"),
        ({"edit-level": "editor", "edit-ends": "date", "edit-date": "2001-01-01"}, "begun already"),
        ({"edit-level": "editor", "edit-ends": "date", "edit-date": "soon"}, "valid date"),
    ],
)
def test_a_protection_that_makes_no_sense_is_refused_with_what_was_sent(
    moderator_client: Client, asthma, fields: dict[str, str], message: str
):
    form = Page(moderator_client.get("/protect/Asthma")).fields(reason="an edit war")
    answer = moderator_client.post("/protect/Asthma", form | fields)
    page = Page(answer)
    assert answer.status_code == 422 and message in page.words and page.faults() == []
    assert page.fields()["edit-ends"] == fields.get("edit-ends", "never")
    assert not LogEntry.objects.filter(what="article.protect").exists()


def test_a_day_may_be_chosen_as_the_end(moderator_client: Client, asthma):
    protect(moderator_client, **{"edit-level": "editor", "edit-ends": "date", "edit-date": "2199-03-01"})
    asthma.refresh_from_db()
    assert asthma.edit_protected_until.isoformat() == "2199-03-01T00:00:00+00:00"


def test_a_form_without_an_act_leaves_it_as_it_is(moderator_client: Client, asthma):
    protect(moderator_client, **{"edit-level": "editor"})
    moderator_client.post("/protect/Asthma", {"move-level": "editor", "move-ends": "never", "reason": "x"})
    asthma.refresh_from_db()
    assert (asthma.edit_protection, asthma.move_protection) == ("editor", "editor")


def test_a_title_can_be_kept_from_being_written(moderator_client: Client, editor_client: Client, contributor_client):
    answer = protect(moderator_client, "/protect/Miracle_cure", **{"create-level": "moderator"})
    assert answer.status_code == 303
    missing = Page(editor_client.get("/wiki/Miracle_cure"))
    assert "written only by moderators and above" in missing.words and "an edit war" in missing.words
    assert "/edit/Miracle_cure" not in [link.href for link in missing.links]
    assert "You may not write a page of this title." in Page(editor_client.get("/edit/Miracle_cure")).words
    sent = {"text": "It cures.\n", "base": "0"}
    refused = contributor_client.post("/edit/Miracle_cure", sent)
    assert refused.status_code == 403 and "It cures." in Page(refused).fields()["text"]
    assert moderator_client.post("/edit/Miracle_cure", sent).status_code == 303


def test_a_page_that_only_administrators_change_is_no_moderators_to_unprotect(
    moderator_client: Client, administrator_client: Client, asthma
):
    protect(administrator_client, **{"edit-level": "administrator"})
    assert moderator_client.get("/protect/Asthma").status_code == 403
    assert moderator_client.post("/protect/Asthma", {"edit-level": "", "reason": "x"}).status_code == 403


def test_other_spellings_lead_to_the_form_and_send_to_it(moderator_client: Client, asthma):
    answer = moderator_client.get("/protect/asthma")
    assert (answer.status_code, answer["Location"]) == (301, "/protect/Asthma")
    assert moderator_client.post("/protect/asthma", {"edit-level": "editor", "reason": "x"}).status_code == 303
    assert moderator_client.get("/protect/a%23b").status_code == 404


def test_the_form_costs_the_same_however_long_the_log_is(moderator_client: Client, asthma, at_most_queries):
    for level in ("editor", "reviewer", "moderator"):
        protect(moderator_client, **{"edit-level": level, "edit-ends": "never"})
    with at_most_queries(11):
        moderator_client.get("/protect/Asthma")


def test_an_article_leads_moderators_to_the_form_and_nobody_else(moderator_client: Client, editor_client, asthma):
    assert Page(moderator_client.get("/wiki/Asthma")).link("Protect") == "/protect/Asthma"
    assert "Protect" not in [link.text for link in Page(editor_client.get("/wiki/Asthma")).links]


# --- Moving ------------------------------------------------------------------------------------------------------
def move(browser: Client, title: str = "Bronchial asthma", **fields: str):
    return browser.post("/move/Asthma", Page(browser.get("/move/Asthma")).fields(title=title, reason="a", **fields))


def test_a_move_to_the_title_of_a_deleted_page_says_where_that_one_is(editor_client: Client, asthma):
    deleting.delete([factories.article("Bronchial asthma")], by=None, why="made up")
    answer = move(editor_client, title="Bronchial asthma")
    assert answer.status_code == 303
    assert "in the bin, as “Bronchial asthma (deleted)”" in Page(editor_client.get("/wiki/Bronchial_asthma")).words


def test_the_form_of_a_move_leads_to_the_page_under_its_new_title(editor_client: Client, asthma):
    form = Page(editor_client.get("/move/Asthma"))
    assert form.faults() == [] and form.fields()["title"] == "Asthma"
    answer = move(editor_client)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Bronchial_asthma")
    assert "“Asthma” leads here" in Page(editor_client.get("/wiki/Bronchial_asthma")).words
    answer = Client().get("/wiki/Asthma")
    assert (answer.status_code, answer["Location"]) == (301, "/wiki/Bronchial_asthma?from=Asthma")
    assert "moved to “Bronchial asthma”" in Page(Client().get("/history/Bronchial_asthma")).words


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"title": ""}, 422, "Write the new title"),
        ({"title": "a#b"}, 422, "#"),
        ({"title": "Pollen"}, 422, "already"),
        ({"title": "Cure", "reason": " "}, 422, "Say why"),
        ({"title": "Cure", "base": "7"}, 409, "Look again"),
        ({"title": "Project:Asthma"}, 403, "is moved by a reviewer"),
    ],
)
def test_a_move_that_can_not_be_says_why_and_keeps_what_was_sent(
    editor_client: Client, asthma, fields: dict[str, str], status: int, message: str
):
    factories.article("Pollen")
    form = Page(editor_client.get("/move/Asthma")).fields(reason="a")
    answer = editor_client.post("/move/Asthma", form | fields)
    page = Page(answer)
    assert answer.status_code == status and message in page.words and page.faults() == []
    assert page.fields()["title"] == fields["title"]
    assert Client().get("/wiki/Asthma").status_code == 200


def test_a_title_that_is_taken_leads_to_what_has_it(editor_client: Client, asthma):
    factories.article("Pollen")
    assert Page(move(editor_client, "Pollen")).link("See “Pollen”") == "/wiki/Pollen?redirect=no"


def test_what_somebody_was_writing_is_saved_where_the_page_is_now(editor_client: Client, asthma):
    form = Page(editor_client.get("/edit/Asthma?section=0"))
    move(editor_client)
    answer = editor_client.post("/edit/Asthma", form.fields(text="A better lead.\n", action="save"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Bronchial_asthma")
    assert "A better lead." in Page(Client().get("/wiki/Bronchial_asthma")).article


def test_a_draft_that_is_kept_meanwhile_is_of_the_page_as_it_is_called_now(editor_client: Client, asthma):
    base = asthma.current_edit_id
    move(editor_client)
    sent = {"text": "Mine.\n", "base": base, "section": "0"}
    assert editor_client.post("/drafts/keep/Asthma", sent).status_code == 200
    assert Draft.objects.get().title == "Bronchial asthma"


def test_an_article_leads_those_who_may_to_the_form(editor_client: Client, contributor_client: Client, asthma):
    assert Page(editor_client.get("/wiki/Asthma")).link("Move") == "/move/Asthma"
    assert "Move" not in [link.text for link in Page(contributor_client.get("/wiki/Asthma")).links]
    assert editor_client.get("/move/Nothing").status_code == 404


# --- Deleting and restoring --------------------------------------------------------------------------------------
def delete(browser: Client, **fields: str):
    return browser.post("/delete/Asthma", Page(browser.get("/delete/Asthma")).fields(reason="nonsense", **fields))


def test_the_form_of_a_deletion_shows_what_goes_and_what_names_it(moderator_client: Client, asthma):
    factories.article("Pollen", "See [[Asthma]].\n")
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    page = Page(moderator_client.get("/delete/Asthma"))
    assert page.faults() == [] and "nor its 1 edit." in page.words
    assert (page.link("Pollen"), page.link("Wheezing")) == ("/wiki/Pollen", "/wiki/Wheezing?redirect=no")


def test_a_deleted_page_says_why_and_leads_on(moderator_client: Client, asthma):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    answer = delete(moderator_client)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    answer = Client().get("/wiki/Asthma")
    page = Page(answer)
    addresses = [link.href for link in page.links]
    assert answer.status_code == 410 and page.faults() == [] and "nonsense" in page.words
    assert "/edit/Asthma" in addresses and "/restore/Asthma" not in addresses
    assert Client().get("/wiki/Wheezing").status_code == 410
    assert Page(moderator_client.get("/wiki/Asthma")).link("Look at what was deleted, and restore it")


@pytest.mark.parametrize(("fields", "status"), [({"reason": " "}, 422), ({"base": "7"}, 409)])
def test_a_deletion_without_a_reason_or_of_what_has_changed_is_refused(moderator_client, asthma, fields, status):
    form = Page(moderator_client.get("/delete/Asthma")).fields(reason="nonsense")
    answer = moderator_client.post("/delete/Asthma", form | fields)
    assert answer.status_code == status and Page(answer).faults() == []
    assert Client().get("/wiki/Asthma").status_code == 200


def test_the_bin_leads_to_what_was_deleted_and_back_it_comes(moderator_client: Client, asthma):
    delete(moderator_client)
    bin_page = Page(moderator_client.get("/special/deleted"))
    assert bin_page.faults() == [] and "nonsense" in bin_page.words
    page = Page(moderator_client.get(bin_page.link("Asthma")))
    assert page.faults() == [] and "Its versions" in page.words
    version = moderator_client.get(f"/wiki/Asthma?version={asthma.current_edit_id}")
    assert "deleted: only moderators see it" in Page(version).words
    answer = moderator_client.post("/restore/Asthma", page.fields(reason="no nonsense"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert Client().get("/wiki/Asthma").status_code == 200


def test_a_restoration_without_a_reason_is_refused(moderator_client: Client, asthma):
    delete(moderator_client)
    answer = moderator_client.post("/restore/Asthma", {"reason": ""})
    assert answer.status_code == 422 and Page(answer).faults() == []


def test_what_is_there_is_not_restored_and_what_is_gone_is_not_deleted(moderator_client: Client, asthma):
    assert moderator_client.get("/restore/Asthma").status_code == 404
    answer = moderator_client.post("/restore/Asthma", {"reason": "x"})
    assert answer.status_code == 409 and "is not deleted" in Page(answer).words
    delete(moderator_client)
    answer = moderator_client.post("/delete/Asthma", {"reason": "x"})
    assert answer.status_code == 409 and "deleted already" in Page(answer).words
    assert moderator_client.get("/delete/Nothing").status_code == 404


def test_an_empty_bin_says_so(moderator_client: Client):
    assert "Nothing is deleted." in Page(moderator_client.get("/special/deleted")).words


# --- Hiding ------------------------------------------------------------------------------------------------------
@pytest.fixture
def leaked(asthma, editor) -> Edit:
    """A version that nobody should see; another one is current since."""
    edit = factories.edit(asthma, "Ada lives in Tower Street.\n", section="0", author=editor, summary="Adas address")
    factories.edit(asthma, "A lead.\n", section="0", author=editor)
    return edit


def hide(browser: Client, edit: Edit, **fields: str):
    path = f"/hide/{edit.pk}"
    return browser.post(path, Page(browser.get(path)).fields(reason="private", **fields))


def test_a_hidden_version_is_marked_for_moderators_and_shown_to_nobody_else(moderator_client: Client, leaked):
    form = Page(moderator_client.get(f"/hide/{leaked.pk}"))
    assert form.faults() == [] and form.fields()["upto"] == "2"
    answer = hide(moderator_client, leaked, text="on", summary="on", author="on")
    assert (answer.status_code, answer["Location"]) == (303, "/history/Asthma")
    theirs, ours = (Page(browser.get("/history/Asthma")) for browser in (Client(), moderator_client))
    assert "text hidden" in theirs.words and "(name hidden)" in theirs.words and "Adas address" not in theirs.words
    assert "text hidden" in ours.words and "Adas address" in ours.words and theirs.faults() == ours.faults() == []
    assert f"/compare/previous/{leaked.pk}" not in [link.href for link in theirs.links]
    assert Client().get(leaked.get_absolute_url()).status_code == 404
    assert "Tower Street" in Page(moderator_client.get(leaked.get_absolute_url())).article


def test_the_text_that_readers_see_is_not_hidden(moderator_client: Client, leaked, asthma):
    current = Article.objects.get(pk=asthma.pk).current_edit
    answer = hide(moderator_client, current, text="on")
    assert answer.status_code == 422 and "Bring an earlier version back first" in Page(answer).words
    assert Page(answer).fields()["text"] == "on"
    assert hide(moderator_client, current, author="on").status_code == 303


def test_what_was_hidden_is_shown_again(moderator_client: Client, leaked):
    hide(moderator_client, leaked, text="on")
    form = Page(moderator_client.get(f"/hide/{leaked.pk}")).fields(reason="public after all")
    del form["text"]
    moderator_client.post(f"/hide/{leaked.pk}", form)
    assert Client().get(leaked.get_absolute_url()).status_code == 200


def test_hiding_needs_a_reason_and_a_version_that_there_is(moderator_client: Client, leaked):
    answer = moderator_client.post(f"/hide/{leaked.pk}", {"text": "on", "reason": ""})
    assert answer.status_code == 422 and Page(answer).faults() == []
    assert moderator_client.get("/hide/999999").status_code == 404


def test_a_hidden_version_is_not_brought_back_by_moderators_either(moderator_client: Client, leaked):
    hide(moderator_client, leaked, text="on")
    version = Page(moderator_client.get(leaked.get_absolute_url()))
    assert not [link for link in version.links if link.href.startswith(("/revert/", "/edit/Asthma?version="))]
    assert moderator_client.get(f"/revert/{leaked.pk}").status_code == 404
    assert moderator_client.get(f"/edit/Asthma?version={leaked.pk}").status_code == 404


# --- The log -----------------------------------------------------------------------------------------------------
def test_the_log_tells_who_did_what_with_which_page_and_why(moderator_client: Client, moderator, asthma):
    protect(moderator_client, **{"edit-level": "editor", "edit-ends": "never"})
    page = Page(moderator_client.get("/special/log"))
    assert page.faults() == [] and page.link("Asthma") == "/wiki/Asthma"
    assert f"{moderator.name} changed the protection Asthma (publishing: – → editor) an edit war" in page.words


@pytest.mark.parametrize(
    ("query", "there"),
    [
        ("", {"Asthma", "Pollen"}),
        ("?page=asthma", {"Asthma"}),
        ("?page=Nothing", set()),
        ("?what=article.delete", {"Pollen"}),
        ("?who=nobody", set()),
        ("?who={name}&what=article.protect", {"Asthma"}),
        ("?before=1", set()),
        ("?after=0", {"Asthma", "Pollen"}),
        ("?since=2001-01-01&until=9999-12-31", {"Asthma", "Pollen"}),
        ("?until=2001-01-01", set()),
        ("?since=9999-12-31", set()),
    ],
)
def test_the_log_is_searched_by_who_what_and_page(
    moderator_client: Client, moderator, asthma, query: str, there: set[str]
):
    protect(moderator_client, **{"edit-level": "editor", "edit-ends": "never"})
    deleting.delete([factories.article("Pollen")], by=moderator.account, why="a test")
    page = Page(moderator_client.get("/special/log" + query.format(name=moderator.name.lower())))
    assert {link.text for link in page.links if link.text in ("Asthma", "Pollen")} == there
    assert page.faults() == []


def test_what_the_log_can_not_be_asked_is_said(moderator_client: Client):
    answer = moderator_client.get("/special/log?what=clock.wind")
    assert answer.status_code == 422 and Page(answer).faults() == []
    assert moderator_client.get("/special/log?before=x").status_code == 404
    assert moderator_client.get("/special/log?since=yesterday&as=csv").status_code == 422


def test_the_log_goes_on_by_number_and_costs_the_same(
    moderator_client: Client, moderator, monkeypatch, at_most_queries
):
    monkeypatch.setattr(logbook, "PAGE_SIZE", 2)
    for number in range(5):
        logbook.record(who=moderator.account, what="article.delete", target=f"Page {number}", why="a test")
    moderator_client.get("/special/log")
    with at_most_queries(9):
        page = Page(moderator_client.get("/special/log?what=article.delete"))
    assert "Page 4" in page.words and "Page 3" in page.words and "Page 2" not in page.words
    page = Page(moderator_client.get("/special/log" + page.link("Older ones")))
    assert "Page 2" in page.words and "Page 1" in page.words and "Page 0" not in page.words
    page = Page(moderator_client.get("/special/log" + page.link("Newer ones")))
    assert "Page 4" in page.words and "Page 3" in page.words and "Page 2" not in page.words


def exported(browser: Client, query: str) -> str:
    answer = browser.get(f"/special/log?{query}")
    assert "attachment" in answer["Content-Disposition"]
    return b"".join(answer.streaming_content).decode()


def test_what_was_asked_for_goes_as_a_table_in_which_nothing_is_a_formula(moderator_client: Client, moderator):
    for target in ("=1+1", "Asthma, bronchial"):
        logbook.record(who=moderator.account, what="article.delete", target=target, why="é", after={"n": 1})
    logbook.record(who=None, what="article.restore", target="Other")
    head, *rows = csv.reader(exported(moderator_client, "what=article.delete&as=csv").splitlines())
    assert head[:6] == ["number", "when", "who", "who_id", "what", "target"]
    assert [row[5] for row in rows] == ["'=1+1", "Asthma, bronchial"]
    assert (rows[0][2], rows[0][6], rows[0][8]) == (moderator.name, "é", '{"n": 1}')


def test_the_chain_can_be_followed_in_the_lines_of_json(moderator_client: Client, moderator, monkeypatch):
    monkeypatch.setattr(logbook, "_ROWS_AT_ONCE", 2)
    made = [logbook.record(who=moderator.account, what="test", target=f"Page {number}") for number in range(5)]
    rows = [json.loads(line) for line in exported(moderator_client, "as=jsonl").splitlines()][-5:]
    assert [row["hash"] for row in rows] == [entry.hash for entry in made]
    assert [row["previous_hash"] for row in rows[1:]] == [row["hash"] for row in rows[:-1]]


def test_what_is_outside_the_hash_goes_to_administrators_only(moderator_client: Client, administrator_client: Client):
    logbook.record(who=None, what="account.close", target="account:7", personal={"name": "Ada"})
    assert "Ada" not in exported(moderator_client, "what=account.close&as=jsonl")
    assert '"personal": {"name": "Ada"}' in exported(administrator_client, "what=account.close&as=jsonl")


# --- The sample articles ------------------------------------------------------------------------------------------
SAMPLE = "/special/remove-sample"


@pytest.fixture
def sample(db) -> None:
    author = access.imported_author("Import")
    for title in ("Heart", "Lung"):
        editing.bring_in(editing.Incoming(title, "Text.\n", origin={"is_sample": True}), author=author)
    editing.bring_in(editing.Incoming("Cor", "#REDIRECT [[Heart]]\n"), author=author)


def test_the_page_shows_what_would_go_and_what_would_stay(administrator_client: Client, sample):
    factories.edit(Article.objects.get(title="Lung"), "Ours.\n")
    page = Page(administrator_client.get(SAMPLE))
    assert page.faults() == []
    assert "1 page that nobody has changed" in page.words and "1 redirect that leads" in page.words
    assert (page.link("Heart"), page.link("Lung")) == ("/wiki/Heart", "/wiki/Lung")
    assert page.words.index("Heart") < page.words.index("Kept") < page.words.index("Lung")


def test_the_button_takes_them_away_and_the_page_says_that_nothing_is_left(
    administrator_client: Client, administrator, sample
):
    answer = administrator_client.post(SAMPLE, Page(administrator_client.get(SAMPLE)).fields())
    assert (answer.status_code, answer["Location"]) == (303, SAMPLE)
    page = Page(administrator_client.get(SAMPLE))
    assert "There are no sample articles" in page.words and not page.with_class("button--primary")
    assert Client().get("/wiki/Heart").status_code == Client().get("/wiki/Cor").status_code == 410
    assert {entry.who for entry in LogEntry.objects.filter(what="article.delete")} == {administrator.account}


def test_nobody_but_an_administrator_deletes_them(moderator_client: Client, sample):
    assert moderator_client.post(SAMPLE).status_code == 403
    assert not Article.objects.filter(state="deleted").exists()


def test_a_title_that_was_taken_away_is_offered_to_be_written_anew(administrator_client: Client, sample):
    administrator_client.post(SAMPLE)
    missing = Page(administrator_client.get("/wiki/Heart"))
    form = Page(administrator_client.get(missing.link("Create “Heart”")))
    answer = administrator_client.post("/edit/Heart", form.fields(text="Our own heart.\n"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Heart")
    assert "Our own heart." in Page(Client().get("/wiki/Heart")).article
    assert "Text." not in Page(Client().get("/history/Heart")).words


# --- Quarantine --------------------------------------------------------------------------------------------------
def test_without_a_reason_a_section_stays_and_the_form_says_so(article, moderator_client):
    section = article.sections.get(title="Causes").pk
    answer = moderator_client.post(f"/quarantine/{article.title}", {"section": section})
    assert answer.status_code == 422 and "Say why" in Page(answer).words and "Dust." in Page(answer).words


@pytest.mark.parametrize("sent", [{}, {"section": "1", "release": "1"}, {"section": "x"}])
def test_what_names_no_section_is_refused(article, moderator_client, sent: dict[str, str]):
    answer = moderator_client.post(f"/quarantine/{article.title}", sent | {"reason": "Too much?"})
    assert answer.status_code == 422 and "Too much?" in answer.content.decode()


@pytest.mark.parametrize("sent", [{"section": "999999"}, {"release": "999999"}])
def test_a_section_that_is_not_there_is_one_that_changed_meanwhile(article, moderator_client, sent: dict[str, str]):
    answer = moderator_client.post(f"/quarantine/{article.title}", sent | {"reason": "Too much?"})
    assert answer.status_code == 409 and "Too much?" in answer.content.decode()


def test_of_an_article_that_is_not_there_no_section_is_put_under_review(db, moderator_client):
    assert moderator_client.get("/quarantine/Nothing").status_code == 404
