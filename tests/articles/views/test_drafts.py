"""Drafts in the browser: kept while typing, listed, compared, taken up again, thrown away; one's own alone."""

import pytest
from django.test import Client

from articles import drafts, editing
from articles.models import Article, Draft, Proposal, Submission
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

MINE = "Mine & <b>nobody's</b>.\n"


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


def opened(browser: Client, path: str = "/edit/Asthma?section=0") -> dict[str, str]:
    """The fields of the form that stands there."""
    return Page(browser.get(path)).fields()


def keep(browser: Client, text: str = MINE, path: str = "/edit/Asthma?section=0", **changed: str):
    """What the script of that form sends while somebody types."""
    return browser.post("/drafts/keep/Asthma", opened(browser, path) | {"text": text} | changed)


# --- Kept while typing ---------------------------------------------------------------------------------------------
def test_what_is_typed_is_kept_and_the_answer_says_when(editor_client: Client, asthma):
    answer = keep(editor_client, summary="why", minor="on")
    draft = Draft.objects.get()
    assert answer.status_code == 200 and set(answer.json()) == {"kept", "others"}
    assert (draft.text, draft.section, draft.base_id, draft.minor) == (MINE, "0", asthma.current_edit_id, True)


def test_one_form_keeps_one_draft(editor_client: Client, asthma):
    fields = opened(editor_client)
    for text in ("M", "Mi", "Mine"):
        editor_client.post("/drafts/keep/Asthma", fields | {"text": text})
    assert Draft.objects.get().text == "Mine"


def test_somebody_without_an_account_has_drafts_too(client: Client, asthma):
    keep(client)
    assert Draft.objects.get().author.is_visitor
    assert "Asthma: introduction" in Page(client.get("/drafts")).words


def test_the_answer_names_who_else_is_writing_here(editor_client: Client, reviewer_client: Client, asthma, reviewer):
    keep(reviewer_client)
    assert reviewer.name in keep(editor_client).json()["others"]


def test_a_page_protected_meanwhile_keeps_drafts(contributor_client: Client, asthma):
    fields = opened(contributor_client)
    with doors.unlocked("protecting comes with a door of its own"):
        Article.objects.update(edit_protection="administrator")
    contributor_client.post("/drafts/keep/Asthma", fields | {"text": MINE})
    assert Draft.objects.get().text == MINE


def test_nobody_keeps_drafts_where_visitors_may_not_edit(client: Client, asthma, settings):
    fields = opened(client)
    settings.WIKI_ANONYMOUS_EDITS = "off"
    answer = client.post("/drafts/keep/Asthma", fields | {"text": MINE})
    assert (answer.status_code, answer.json()["why"]) == (403, "closed")


def test_what_was_begun_under_a_name_is_not_kept_under_another(editor_client: Client, reviewer_client: Client, asthma):
    fields = opened(editor_client)
    for browser in (reviewer_client, Client()):
        answer = browser.post("/drafts/keep/Asthma", fields | {"text": MINE})
        assert (answer.status_code, answer.json()["why"]) == (403, "account")
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("text", "status", "why"), [("x" * (512 * 1024 + 1), 413, "size"), (None, 422, "form")], ids=["large", "none"]
)
def test_what_can_not_be_kept_is_refused_with_the_reason(editor_client: Client, asthma, text, status, why):
    fields = opened(editor_client) | {"text": text}
    answer = editor_client.post(
        "/drafts/keep/Asthma", {name: value for name, value in fields.items() if value is not None}
    )
    assert (answer.status_code, answer.json()["why"]) == (status, why)
    assert not Draft.objects.exists()


def test_a_title_that_can_be_none_keeps_nothing(editor_client: Client):
    answer = editor_client.post("/drafts/keep/a<b", {"text": MINE})
    assert (answer.status_code, answer.json()["why"]) == (422, "form")


def test_too_many_drafts_in_a_minute_are_refused_until_later(editor_client: Client, asthma, monkeypatch):
    monkeypatch.setattr("articles.views._DRAFTS_A_MINUTE", 1)
    keep(editor_client)
    answer = keep(editor_client)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 60 and answer.json()["why"] == "often"


def test_a_form_with_an_old_token_is_given_the_new_one(asthma, editor):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(editor.account)
    fields = opened(browser)
    browser.force_login(editor.account)
    answer = browser.post("/drafts/keep/Asthma", fields | {"text": MINE, "csrfmiddlewaretoken": "x" * 64})
    assert (answer.status_code, answer.json()["why"]) == (403, "token")
    again = fields | {"text": MINE, "csrfmiddlewaretoken": answer.json()["token"]}
    assert browser.post("/drafts/keep/Asthma", again).status_code == 200


def test_reading_gives_nobody_a_cookie_and_the_visit_ends_with_the_browser(client: Client, asthma):
    assert not {"visitor", "visit"} & set(client.get("/wiki/Asthma").cookies)
    assert set(client.get("/drafts").cookies) == {"csrftoken"}
    visit = client.get("/edit/Asthma").cookies["visit"]
    assert visit["max-age"] == visit["expires"] == "" and visit["httponly"] and visit["samesite"] == "Lax"


# --- The list ------------------------------------------------------------------------------------------------------
def test_the_list_shows_ones_drafts_and_what_was_sent_in_vain(editor_client: Client, asthma, editor):
    draft = factories.draft(asthma, editor)
    editing.receive(title="Asthma", base="0", section="", text="Refused.\n", author=editor)
    page = Page(editor_client.get("/drafts"))
    hrefs = [link.href for link in page.links]
    assert f"/edit/Asthma?draft={draft.pk}" in hrefs and f"/drafts/{draft.pk}" in hrefs
    assert f"/drafts/sent/{Submission.objects.get().pk}" in hrefs and "Sent, and not saved" in page.words


def test_a_long_list_goes_on(editor_client: Client, asthma, editor, monkeypatch):
    monkeypatch.setattr(drafts, "PAGE_SIZE", 1)
    first, second = factories.draft(asthma, editor), factories.draft(asthma, editor)
    page = Page(editor_client.get("/drafts"))
    older = Page(editor_client.get("/drafts" + page.link("Older drafts")))
    assert f"/drafts/{second.pk}" in [link.href for link in page.links]
    assert f"/drafts/{first.pk}" in [link.href for link in older.links]
    assert f"/drafts/{second.pk}" not in [link.href for link in older.links]


def test_an_empty_list_says_how_to_fill_it(client: Client):
    assert "Choose “edit”" in Page(client.get("/drafts")).words


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator", "anonymous"])
def test_nobody_else_gets_at_a_draft(request, asthma, editor, role):
    browser = Client() if role == "anonymous" else request.getfixturevalue(f"{role}_client")
    draft = factories.draft(asthma, editor, MINE)
    sent = editing.receive(title="Asthma", base="0", section="", text=MINE, author=editor)
    paths = [f"/drafts/{draft.pk}", f"/drafts/sent/{sent.pk}"]
    paths += [f"/edit/Asthma?draft={draft.pk}", f"/edit/Asthma?sent={sent.pk}"]
    answers = [browser.get(path) for path in paths] + [browser.post(path) for path in paths[:2]]
    assert {answer.status_code for answer in answers} == {404}
    assert "nobody" not in browser.get("/drafts").content.decode()
    assert Draft.objects.exists() and Submission.objects.exists()


@pytest.mark.parametrize("path", ["/recent", "/user/{}", "/contributions/{}", "/search?q=Zebrafish", "/wiki/Asthma"])
@pytest.mark.parametrize("role", ["moderator", "administrator", "anonymous"])
def test_no_draft_is_on_any_other_surface(request, asthma, editor, path, role):
    browser = Client() if role == "anonymous" else request.getfixturevalue(f"{role}_client")
    factories.draft(asthma, editor, "Zebrafish swim.\n")
    editing.receive(title="Asthma", base="0", section="", text="Zebrafish swim.\n", author=editor)
    page = browser.get(path.format(editor.name.replace(" ", "_")))
    assert "Zebrafish swim" not in page.content.decode()


# --- One of them ---------------------------------------------------------------------------------------------------
def test_a_draft_is_shown_against_the_present_text(editor_client: Client, asthma, editor):
    draft = factories.draft(asthma, editor, MINE)
    factories.edit(asthma, "Theirs.\n", section="0")
    page = Page(editor_client.get(f"/drafts/{draft.pk}"))
    assert "Theirs." in page.words and "nobody's" in page.words and "The article has changed since." in page.words


def test_what_was_sent_in_vain_is_shown_whole(editor_client: Client, asthma, editor):
    sent = editing.receive(title="a<b", base="0", section="", text=MINE, author=editor)
    page = Page(editor_client.get(f"/drafts/sent/{sent.pk}"))
    assert MINE.strip() in page.words and "Go on with it" not in page.words


@pytest.mark.parametrize("is_sent", [False, True])
def test_thrown_away_is_gone_at_once(editor_client: Client, asthma, editor, is_sent):
    sent = editing.receive(title="Asthma", base="0", section="", text=MINE, author=editor)
    draft = factories.draft(asthma, editor)
    answer = editor_client.post(f"/drafts/sent/{sent.pk}" if is_sent else f"/drafts/{draft.pk}", follow=True)
    assert answer.redirect_chain == [("/drafts", 303)] and "Thrown away." in Page(answer).words
    assert (Draft.objects.count(), Submission.objects.count()) == ((1, 0) if is_sent else (0, 1))


def test_a_visitor_forgets_what_they_typed_on_this_computer(client: Client, asthma):
    keep(client)
    answer = client.post("/drafts/forget")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (303, '"storage"')
    assert not Draft.objects.exists() and client.cookies["visit"].value == ""


def test_an_accounts_drafts_are_not_forgotten_with_the_visit(editor_client: Client, asthma):
    keep(editor_client)
    editor_client.post("/drafts/forget")
    assert Draft.objects.exists()


# --- In the edit form ----------------------------------------------------------------------------------------------
def test_the_form_tells_of_a_draft_and_does_not_put_it_in_place_of_the_text(editor_client: Client, asthma, editor):
    draft = factories.draft(asthma, editor, MINE)
    page = Page(editor_client.get("/edit/Asthma?section=0"))
    assert "You have a draft from here that you did not save" in page.words
    assert page.link("Go on with it") == f"/edit/Asthma?draft={draft.pk}"
    assert page.fields()["text"].strip() == "A lead about the lungs."


def test_a_draft_is_taken_up_where_it_was_left(editor_client: Client, asthma, editor):
    draft = factories.draft(asthma, editor, MINE, summary="why", minor=True)
    factories.edit(asthma, "## Causes\n\nPollen.\n", section="Causes")
    page = Page(editor_client.get(f"/edit/Asthma?draft={draft.pk}"))
    fields = page.fields()
    assert (fields["text"].lstrip("\n"), fields["summary"], "minor" in fields) == (MINE, "why", True)
    assert (fields["base"], fields["section"]) == (str(asthma.current_edit_id), "0")
    assert "The article has changed since." in page.words


def test_a_draft_that_goes_on_in_another_form_is_one_draft_still_and_goes_with_the_save(
    editor_client: Client, asthma, editor
):
    path = f"/edit/Asthma?draft={factories.draft(asthma, editor, MINE).pk}"
    fields = opened(editor_client, path) | {"text": "Mine, and more.\n"}
    editor_client.post("/drafts/keep/Asthma", fields)
    assert Draft.objects.get().text == "Mine, and more.\n"
    assert editor_client.post("/edit/Asthma", fields).status_code == 303
    assert not Draft.objects.exists()


def test_of_two_windows_with_one_draft_neither_puts_the_text_of_the_other_away(editor_client: Client, asthma, editor):
    path = f"/edit/Asthma?draft={factories.draft(asthma, editor, MINE).pk}"
    first, second = opened(editor_client, path), opened(editor_client, path)
    for fields, text in ((first, "Of the first.\n"), (second, "Half an hour in the second.\n")):
        assert editor_client.post("/drafts/keep/Asthma", fields | {"text": text}).status_code == 200
    assert editor_client.post("/edit/Asthma", first | {"text": "Of the first.\n"}).status_code == 303
    assert Draft.objects.get().text == "Half an hour in the second.\n"


def test_a_draft_that_its_own_window_goes_on_writing_stays_when_another_one_saves_it(editor_client: Client, asthma):
    fields = opened(editor_client)
    editor_client.post("/drafts/keep/Asthma", fields | {"text": MINE})
    taken_up = opened(editor_client, f"/edit/Asthma?draft={Draft.objects.get().pk}")
    editor_client.post("/drafts/keep/Asthma", fields | {"text": "Written on.\n"})
    assert editor_client.post("/edit/Asthma", taken_up).status_code == 303
    assert Draft.objects.get().text == "Written on.\n"


@pytest.mark.parametrize("continues", ["x", "@", "a" * 32, "a" * 32 + "@", "a" * 32 + "@2026-11-29", "a" * 32 + "@x\0"])
def test_rubbish_about_what_a_form_goes_on_with_does_nothing(editor_client: Client, asthma, editor, continues: str):
    draft = factories.draft(asthma, editor, MINE)
    assert editor_client.post("/edit/Asthma", opened(editor_client) | {"continues": continues}).status_code in (
        303,
        422,
    )
    assert Draft.objects.get() == draft


def test_a_draft_goes_on_with_the_proposal_it_was_for(contributor_client: Client, asthma, contributor):
    contributor_client.post("/edit/Asthma", opened(contributor_client) | {"text": "First.\n"})
    path = f"/edit/Asthma?proposal={Proposal.objects.get().pk}"
    keep(contributor_client, path=path)
    draft = Draft.objects.get()
    contributor_client.post("/edit/Asthma", opened(contributor_client, f"/edit/Asthma?draft={draft.pk}"))
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]


def test_a_draft_of_another_page_is_not_put_into_this_one(editor_client: Client, asthma, editor):
    draft = factories.draft("Pollen", editor)
    assert editor_client.get(f"/edit/Asthma?draft={draft.pk}").status_code == 404


def test_a_draft_of_a_section_that_is_gone_is_still_taken_up(editor_client: Client, asthma, editor):
    draft = factories.draft(asthma, editor, MINE, section="987654321")
    assert opened(editor_client, f"/edit/Asthma?draft={draft.pk}")["text"].lstrip("\n") == MINE


def test_a_draft_of_a_page_protected_since_stays_in_reach(contributor_client: Client, asthma, contributor):
    draft = factories.draft(asthma, contributor, MINE)
    with doors.unlocked("protecting comes with a door of its own"):
        Article.objects.update(edit_protection="administrator")
    page = Page(contributor_client.get(f"/edit/Asthma?draft={draft.pk}"))
    assert page.fields()["text"].lstrip("\n") == MINE and "You can't change this page." in page.words


def test_a_saved_draft_is_a_draft_no_longer(editor_client: Client, asthma):
    keep(editor_client)
    draft = Draft.objects.get()
    fields = opened(editor_client, f"/edit/Asthma?draft={draft.pk}")
    assert editor_client.post("/edit/Asthma", fields).status_code == 303
    assert not Draft.objects.exists()


def test_a_proposed_draft_is_a_draft_no_longer(client: Client, asthma):
    keep(client)
    fields = opened(client, f"/edit/Asthma?draft={Draft.objects.get().pk}")
    assert client.post("/edit/Asthma", fields)["Location"].startswith("/proposals/")
    assert not Draft.objects.exists()


def test_the_form_tells_who_else_is_writing_here(client: Client, asthma, reviewer):
    factories.draft(asthma, reviewer)
    assert f"Also writing here now: {reviewer.name}." in Page(client.get("/edit/Asthma?section=0")).words


def test_a_preview_is_kept_for_browsers_without_scripts(editor_client: Client, asthma):
    editor_client.post("/edit/Asthma", opened(editor_client) | {"text": MINE, "action": "preview"})
    assert Draft.objects.get().text == MINE


def test_a_draft_that_can_not_be_put_away_keeps_no_save_from_succeeding(editor_client: Client, asthma, monkeypatch):
    from django.db import DatabaseError

    def broken(*_args: object, **_named: object) -> None:
        raise DatabaseError("locked")

    monkeypatch.setattr(drafts.Writer, "owns", broken)
    fields = {"text": MINE, "base": asthma.current_edit_id, "section": "0", "form_key": "a" * 32}
    assert editor_client.post("/edit/Asthma", fields).status_code == 303


# --- The menu ------------------------------------------------------------------------------------------------------
def test_the_menu_counts_ones_drafts_where_there_are_any(editor_client: Client, asthma, editor):
    assert "/drafts" not in [link.href for link in Page(editor_client.get("/wiki/Asthma")).links]
    factories.draft(asthma, editor)
    assert Page(editor_client.get("/wiki/Asthma")).link("Drafts (1)") == "/drafts"
