"""The screen of the sections: what it offers, what it saves or proposes, and what it gives back when it can't."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article, Edit, Proposal, Section
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


@pytest.fixture
def causes(asthma) -> Section:
    return Section.objects.get(article=asthma, title="Causes")


@pytest.fixture
def symptoms(asthma) -> Section:
    return Section.objects.get(article=asthma, title="Symptoms")


def sent(section: Section, **fields: object) -> dict[str, object]:
    return {"base": section.article.current_edit_id, "section": section.pk, "deed": "up"} | fields


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


# --- The screen --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["client", "contributor_client", "editor_client"])
def test_the_article_leads_to_its_sections(request, asthma, who: str):
    browser = request.getfixturevalue(who)
    page = Page(browser.get(Page(browser.get("/wiki/Asthma")).link("Arrange sections")))
    assert page.h1 == "Sections of Asthma"
    assert all(title in page.words for title in ("Introduction", "Symptoms", "Causes", "Indoors"))


def test_a_chosen_section_shows_what_can_be_done_with_it(editor_client: Client, causes):
    page = Page(editor_client.get(f"/outline/Asthma?section={causes.pk}"))
    assert "What to do with “Causes” and the section in it" in page.words
    assert "Move it up: to the beginning" in page.words and "Move it down" not in page.words
    assert [each.get("value") for each in page.all("option")] == ["0"]


def test_the_summary_begins_with_the_section_as_in_other_forms(editor_client: Client, causes):
    fields = Page(editor_client.get(f"/outline/Asthma?section={causes.pk}")).fields_of("deeds", deed="up")
    assert fields["summary"] == "/* Causes */ "


def test_the_lead_can_be_parted_and_added_to_only(editor_client: Client, asthma):
    page = Page(editor_client.get("/outline/Asthma?section=0"))
    assert [each.get("value") for each in page.all("input") if each.get("name") == "deed"] == ["add"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/outline/asthma", 301),
        ("/outline/Asthma?section=123456", 404),
        ("/outline/Asthma?section=Causes", 200),
        ("/outline/Nothing", 404),
        ("/outline/a%5Bb", 404),
        ("/outline/User:Somebody", 404),
    ],
)
def test_what_is_not_there_is_not_found(client: Client, asthma, path: str, status: int):
    assert client.get(path).status_code == status


def test_a_protected_page_has_no_such_screen_and_no_link_to_it(client: Client, asthma):
    with doors.unlocked("protection has no door yet"):
        Article.objects.update(edit_protection="administrator")
    assert client.get("/outline/Asthma").status_code == 403
    assert "Arrange sections" not in Page(client.get("/wiki/Asthma")).words


# --- Deeds -------------------------------------------------------------------------------------------------------
def test_a_deed_is_saved_and_the_section_stays_chosen(editor_client: Client, editor, asthma, causes):
    answer = editor_client.post("/outline/Asthma", sent(causes, summary="as in other articles", minor="on"))
    edit = Edit.objects.get(article=asthma, number=2)
    assert (answer.status_code, answer["Location"]) == (303, f"/outline/Asthma?section={causes.pk}")
    assert (edit.author, edit.minor, edit.licence) == (editor, True, "CC BY-SA 4.0")
    assert edit.summary == "Moved “Causes” to the beginning: as in other articles"
    assert "Saved: Moved “Causes” to the beginning" in Page(editor_client.get(answer["Location"])).words


def test_what_was_done_stands_between_the_section_and_the_reason(editor_client: Client, asthma, causes):
    editor_client.post("/outline/Asthma", sent(causes, summary="/* Causes */ as in other articles"))
    edit = Edit.objects.get(article=asthma, number=2)
    assert edit.summary == "/* Causes */ Moved “Causes” to the beginning: as in other articles"
    assert "→ Causes" in Page(editor_client.get("/history/Asthma")).words


def test_a_deed_that_takes_the_section_away_leads_to_the_list(editor_client: Client, asthma, causes):
    answer = editor_client.post("/outline/Asthma", sent(causes, deed="delete"))
    assert answer["Location"] == "/outline/Asthma" and "Dust." not in text_of(asthma)


@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_who_may_only_propose_proposes(request, asthma, causes, who: str):
    answer = request.getfixturevalue(who).post("/outline/Asthma", sent(causes))
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/proposals/{proposal.pk}")
    assert proposal.blob.text.index("## Causes") < proposal.blob.text.index("## Symptoms")
    assert text_of(asthma) == factories.TEXT and proposal.summary == "Moved “Causes” to the beginning"


def test_a_double_click_does_it_once(editor_client: Client, asthma, causes):
    for _click in range(2):
        assert editor_client.post("/outline/Asthma", sent(causes)).status_code == 303
    assert Edit.objects.filter(article=asthma).count() == 2


def test_the_changes_are_shown_and_nothing_is_saved(editor_client: Client, asthma, causes):
    answer = editor_client.post("/outline/Asthma", sent(causes, deed="join", action="changes", summary="why"))
    page = Page(answer)
    assert answer.status_code == 200 and "Joined “Causes” with “Symptoms”: why" in page.words
    assert text_of(asthma) == factories.TEXT and page.with_id("deed-join")[0].get("checked") is not None


# --- Refusals ----------------------------------------------------------------------------------------------------
WRITTEN = {"deed": "add", "heading": "Course & end", "text": "Long <b>words</b>.\n", "summary": "from a book"}


def gives_back(answer) -> bool:
    return all(words in Page(answer).source for words in ("Course &amp; end", "Long &lt;b&gt;words", "from a book"))


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"base": ""}, 409),
        ({"base": "99999"}, 409),
        ({"text": WRITTEN["text"] + "a" * 600_000}, 422),
        ({"text": WRITTEN["text"] + "\ufdd0"}, 422),
        ({"deed": "dance"}, 422),
        ({"account": "Somebody else"}, 403),
    ],
)
def test_whatever_is_refused_gives_back_what_was_written(editor_client, asthma, symptoms, fields, status: int):
    answer = editor_client.post("/outline/Asthma", sent(symptoms, **WRITTEN | fields))
    assert answer.status_code == status and gives_back(answer)
    assert text_of(asthma) == factories.TEXT


@pytest.mark.parametrize(("path", "status"), [("/outline/Nothing", 404), ("/outline/a%5Bb", 422)])
def test_what_was_written_for_no_page_comes_back(editor_client, symptoms, path: str, status: int):
    answer = editor_client.post(path, sent(symptoms, **WRITTEN))
    assert answer.status_code == status and gives_back(answer)


def test_what_was_written_for_a_deleted_page_comes_back(editor_client: Client, asthma, symptoms):
    with doors.unlocked("deleted meanwhile"):
        Article.objects.update(state=Article.State.DELETED)
    assert editor_client.get("/outline/Asthma").status_code == 410
    answer = editor_client.post("/outline/Asthma", sent(symptoms, **WRITTEN))
    assert answer.status_code == 410 and gives_back(answer)


def test_a_page_protected_meanwhile_gives_back_what_was_written(client: Client, asthma, symptoms):
    with doors.unlocked("protection has no door yet"):
        Article.objects.update(edit_protection="administrator")
    answer = client.post("/outline/Asthma", sent(symptoms, **WRITTEN))
    assert answer.status_code == 403 and gives_back(answer)


def test_a_clash_saves_nothing_and_goes_on_from_what_is_there_now(editor_client: Client, asthma, symptoms):
    mine = sent(symptoms, deed="delete", summary="moved away")
    theirs = factories.edit(asthma, "## Symptoms\n\nCough.\n", section=str(symptoms.pk))
    answer = editor_client.post("/outline/Asthma", mine)
    page = Page(answer)
    assert answer.status_code == 409 and "Cough." in text_of(asthma)
    assert page.with_id("id_base")[0].get("value") == str(theirs.pk)
    assert page.with_id("id_summary")[0].get("value") == "moved away"


def test_a_session_that_ended_gives_the_form_back(asthma, symptoms):
    answer = Client(enforce_csrf_checks=True).post("/outline/Asthma", sent(symptoms, **WRITTEN))
    assert answer.status_code == 403 and gives_back(answer)


def test_what_is_refused_is_shown_as_it_was_where_the_deed_starts_from(editor_client: Client, asthma, symptoms):
    mine = sent(symptoms, deed="part", heading="")
    factories.edit(asthma, "## Symptoms\n\nCough.\n\nAnd wheeze.\n", section=str(symptoms.pk))
    page = Page(editor_client.post("/outline/Asthma", mine))
    assert page.with_id("id_base")[0].get("value") == str(mine["base"])
    assert not page.with_id("id_at")


def test_a_section_that_is_gone_gives_back_what_was_written(editor_client: Client, asthma, symptoms):
    answer = editor_client.post("/outline/Asthma", {**sent(symptoms), **WRITTEN, "section": "123456789"})
    assert answer.status_code == 409 and gives_back(answer)


def test_too_many_deeds_wait_and_the_last_comes_back(client: Client, asthma, symptoms):
    answers = [
        client.post("/outline/Asthma", sent(symptoms, **WRITTEN | {"text": f"Long <b>words</b>. {number}"}))
        for number in range(9)
    ]
    assert [answer.status_code for answer in answers] == [303] * 8 + [429]
    assert gives_back(answers[-1]) and int(answers[-1]["Retry-After"]) > 0


# --- Several together --------------------------------------------------------------------------------------------
def test_ticked_sections_are_edited_in_one_form_and_saved_as_one_edit(editor_client: Client, asthma, causes, symptoms):
    page = Page(editor_client.get(f"/edit/Asthma?section={symptoms.pk}&section={causes.pk}"))
    fields = page.fields()
    assert page.h1 == "Editing Asthma: Symptoms, Causes" and fields["summary"] == "Symptoms, Causes: "
    assert fields["text"].startswith("## Symptoms") and "A lead" not in fields["text"]
    changed = fields["text"].replace("Wheeze.", "Cough.").replace("Dust.", "Smoke.")
    answer = editor_client.post("/edit/Asthma", fields | {"text": changed})
    assert answer.status_code == 303 and Edit.objects.filter(article=asthma).count() == 2
    assert text_of(asthma) == factories.TEXT.replace("Wheeze.", "Cough.").replace("Dust.", "Smoke.")


@pytest.mark.parametrize("action", ["preview", "changes"])
def test_several_sections_are_looked_at_before_they_are_saved(editor_client, asthma, causes, symptoms, action: str):
    fields = {"base": asthma.current_edit_id, "section": f"{symptoms.pk}+{causes.pk}", "text": "## Causes\n\nSmoke.\n"}
    page = Page(editor_client.post("/edit/Asthma", fields | {"action": action}))
    assert "Smoke." in page.words and text_of(asthma) == factories.TEXT


# --- Who is blocked ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("level", "kept_from"), [("edit", "No publishing"), ("write", "No writing of any kind.")])
def test_who_is_blocked_is_told_before_they_arrange_anything(editor_client, editor, causes, level, kept_from):
    factories.block(editor.name, level=level, why="A quarrel.")
    page = Page(editor_client.get(f"/outline/Asthma?section={causes.pk}"))
    assert "You are blocked." in page.words and kept_from in page.words and "A quarrel." in page.words
    assert ("will wait until a reviewer" in page.words) is (level == "edit") and page.faults() == []


@pytest.mark.parametrize("level", ["propose", "write"])
def test_what_a_blocked_person_sends_comes_back_with_who_why_and_whom_to_write_to(editor_client, editor, causes, level):
    factories.block(editor.name, level=level, why="A quarrel.")
    answer = editor_client.post("/outline/Asthma", sent(causes, deed="rename", heading="Reasons", summary="plainer"))
    page = Page(answer)
    assert answer.status_code == 403 and "A quarrel." in page.words and "your text is below" in page.words
    assert "/wiki/Project:Contact" in [link.href for link in page.links]
    assert page.fields_of("deeds", deed="rename")["summary"] == "plainer"
