"""Edit checks on the screen: a save is stopped at most once, nothing is lost, and everything works without a script."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article, Edit, Proposal, Submission
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = "A lead.\n\n## Dose\n\nTake 5 mg.\n\n[[Category:Lungs]]\n"
RISKY = "## Dose\n\nTake 50 mg & <b>rest</b>.\n"
MILD = "## Dose\n\nTake 5 mg.\n\nSee https://www.who.int/ too.\n"


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", TEXT, author=editor)


def send(browser: Client, article: Article, text: str = RISKY, **fields: object):
    sent = {"text": text, "base": article.current_edit_id, "section": "Dose", "summary": "why", "checked": ""}
    return browser.post("/edit/Asthma", sent | fields)


def again(browser: Client, answer, **changed: str):
    """Send the form of the answer as it stands."""
    return browser.post("/edit/Asthma", Page(answer).fields(**changed))


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


# --- Stopped once --------------------------------------------------------------------------------------------------
def test_a_changed_dose_is_not_saved_at_first_and_the_form_has_all_of_it(editor_client: Client, asthma):
    answer = send(editor_client, asthma, minor="on")
    page = Page(answer)
    assert answer.status_code == 422 and text_of(asthma) == TEXT
    assert "please look at this first" in page.words and "5 mg → 50 mg" in page.words
    assert (page.fields()["text"], page.fields()["summary"]) == (RISKY, "why")
    assert [box.get("checked") is not None for box in page.all("input") if box.get("name") == "minor"] == [True]
    assert page.faults() == []


def test_a_program_that_shows_nobody_a_form_is_not_stopped(editor_client: Client, asthma):
    sent = {"text": RISKY, "base": asthma.current_edit_id, "section": "Dose", "summary": "why"}
    assert editor_client.post("/edit/Asthma", sent).status_code == 303


def test_who_has_looked_saves_anyway(reviewer_client: Client, asthma):
    stopped = send(reviewer_client, asthma)
    assert "Save anyway" in Page(stopped).words
    answer = again(reviewer_client, stopped)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma#Dose")
    assert "50 mg" in text_of(asthma)


def test_the_edit_says_that_it_was_saved_in_spite_of_checks(reviewer_client: Client, asthma):
    again(reviewer_client, send(reviewer_client, asthma))
    edit = Edit.objects.get(article=asthma, number=2)
    assert edit.tags == ["check:quantity", Edit.RISKY]
    for address in ("/history/Asthma", "/recent", f"/compare/previous/{edit.pk}"):
        words = Page(reviewer_client.get(address)).words
        assert "number or “not” changed" in words and "risky" in words


def test_what_came_new_after_that_is_shown_too_and_what_was_seen_is_not_asked_again(editor_client: Client, asthma):
    stopped = send(editor_client, asthma)
    second = again(editor_client, stopped, text=RISKY + "\n== More ==\n")
    assert second.status_code == 422
    assert again(editor_client, second).status_code == 303


def test_who_puts_it_right_is_not_stopped(editor_client: Client, asthma):
    stopped = send(editor_client, asthma)
    answer = again(editor_client, stopped, text="## Dose\n\nTake 5 mg & rest.\n")
    assert answer.status_code == 303
    assert Edit.objects.get(article=asthma, number=2).tags == []


@pytest.mark.parametrize("look", ["preview", "changes"])
def test_who_has_seen_it_in_preview_or_changes_is_not_stopped(editor_client: Client, asthma, look: str):
    looked = send(editor_client, asthma, action=look)
    assert looked.status_code == 200 and "Worth a look" in Page(looked).words
    assert again(editor_client, looked).status_code == 303


def test_a_stopped_text_is_kept_by_the_server_too(editor_client: Client, asthma):
    send(editor_client, asthma)
    assert Submission.objects.get().text == RISKY


def test_a_text_without_anything_to_look_at_is_saved_at_once(editor_client: Client, asthma):
    answer = send(editor_client, asthma, "## Dose\n\nTake 5 mg of it.\n")
    assert answer.status_code == 303


# --- What doesn't stop ---------------------------------------------------------------------------------------------
def test_a_bare_address_is_saved_and_pointed_out_in_the_preview_only(editor_client: Client, asthma):
    looked = Page(send(editor_client, asthma, MILD, action="preview"))
    assert "no link here" in looked.words and "Save anyway" not in looked.words
    assert send(editor_client, asthma, MILD).status_code == 303
    assert Edit.objects.get(article=asthma, number=2).tags == []


def test_mild_ones_stand_beside_what_stopped(editor_client: Client, asthma):
    page = Page(send(editor_client, asthma, MILD.replace("5 mg", "50 mg")))
    assert "no link here" in page.words and "5 mg → 50 mg" in page.words


# --- Places and changes --------------------------------------------------------------------------------------------
def test_each_place_has_its_line_its_words_and_a_way_to_the_text(editor_client: Client, asthma):
    page = Page(send(editor_client, asthma))
    (link,) = [element for element in page.all("a") if element.get("data-line")]
    assert (link.get("href"), link.get("data-line")) == ("#id_text", "3")
    assert "Take 50 mg" in "".join(page.around(link).itertext())


def test_change_it_for_me_changes_the_form_and_saves_nothing(editor_client: Client, asthma):
    stopped = send(editor_client, asthma, "== Dose ==\n\nTake '''5 mg'''.<ref>A note.</ref>\n")
    (button,) = [element for element in Page(stopped).all("button") if element.get("form") == "edit-form"]
    changed = again(editor_client, stopped, action=button.get("value"))
    page = Page(changed)
    assert (changed.status_code, text_of(asthma)) == (200, TEXT)
    assert page.fields()["text"] == "## Dose\n\nTake **5 mg**.[^1]\n\n[^1]: A note.\n"
    assert "Changed for you" in page.words and page.fields()["summary"] == "why"
    assert again(editor_client, changed).status_code == 303


def test_a_new_section_under_a_heading_of_mediawiki_is_changed_and_saved(editor_client: Client, asthma):
    stopped = send(editor_client, asthma, "== History ==\n\nLong.\n", section="new")
    changed = again(editor_client, stopped, action="fix:wikitext")
    assert again(editor_client, changed)["Location"] == "/wiki/Asthma#History"


@pytest.mark.parametrize("code", ["", "quantity", "no such", "wikitext:x"])
def test_a_made_up_change_gives_the_text_back(editor_client: Client, asthma, code: str):
    answer = send(editor_client, asthma, action=f"fix:{code}")
    assert answer.status_code == 200 and Page(answer).fields()["text"] == RISKY


@pytest.mark.parametrize("checked", ["x " * 300, "\ufdd0", "a" * 2000])
def test_a_made_up_list_of_what_was_seen_loses_nothing(editor_client: Client, asthma, checked: str):
    answer = send(editor_client, asthma, checked=checked)
    assert answer.status_code == 422 and Page(answer).fields()["text"] == RISKY


def test_the_end_of_what_may_be_sent_does_not_stand_in_the_way(editor_client: Client, asthma):
    stopped = send(editor_client, asthma, checked=" ".join(["12345678"] * 200))
    assert again(editor_client, stopped).status_code == 303


# --- Proposals -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_proposals_go_through_the_same_and_reviewers_see_it(request, reviewer_client: Client, asthma, who: str):
    browser = request.getfixturevalue(who)
    stopped = send(browser, asthma)
    assert stopped.status_code == 422 and "Submit anyway" in Page(stopped).words and not Proposal.objects.exists()

    proposed = again(browser, stopped)["Location"]
    page = Page(reviewer_client.get(proposed))
    assert "What the checks point out" in page.words and "5 mg → 50 mg" in page.words

    reviewer_client.post(proposed, page.fields(decision="accept"))
    assert Edit.objects.get(article=asthma, number=2).tags == ["check:quantity"]


def test_who_may_neither_save_nor_propose_is_told_so_first(client: Client, asthma, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    assert send(client, asthma).status_code == 403


# --- Not asked -----------------------------------------------------------------------------------------------------
def test_a_revert_is_not_stopped(editor_client: Client, reviewer_client: Client, asthma):
    first = asthma.current_edit
    again(reviewer_client, send(reviewer_client, asthma))
    page = Page(editor_client.get(f"/revert/{first.pk}"))
    assert editor_client.post(f"/revert/{first.pk}", page.fields()).status_code == 303
    assert text_of(asthma) == TEXT


def test_a_conflict_is_told_before_anything_else(editor_client: Client, asthma):
    factories.edit(asthma, TEXT.replace("Take 5 mg", "Swallow 5 mg"))
    assert send(editor_client, asthma).status_code == 409


def test_a_conflict_keeps_what_was_seen(editor_client: Client, asthma):
    stopped = send(editor_client, asthma)
    factories.edit(asthma, TEXT.replace("Take 5 mg", "Swallow 5 mg"))
    conflict = again(editor_client, stopped)
    assert conflict.status_code == 409
    assert Page(conflict).fields()["checked"] == Page(stopped).fields()["checked"]
