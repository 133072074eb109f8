"""Reviewing: the proposals that wait, and one of them with its decision form."""

import pytest
from django.test import Client

from articles.models import Article, Edit, LogEntry, Proposal
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

MINE = "## Causes\n\nPollen.\n"


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def proposal(contributor_client: Client, asthma) -> Proposal:
    fields = {"text": MINE, "base": asthma.current_edit_id, "section": "Causes", "summary": "as I read"}
    contributor_client.post("/edit/Asthma", fields)
    return Proposal.objects.get()


@pytest.fixture
def strangers(asthma) -> tuple[Client, Proposal]:
    browser = Client()
    browser.post("/edit/Asthma", {"text": MINE, "base": asthma.current_edit_id, "section": "Causes"})
    return browser, Proposal.objects.get()


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


def decide(browser: Client, proposal: Proposal, decision: str, **fields: str):
    shown = Page(browser.get(proposal.get_absolute_url())).fields(decision=decision, **fields)
    return browser.post(proposal.get_absolute_url(), shown)


# --- Who sees it -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["reviewer_client", "moderator_client", "administrator_client", "contributor_client"])
def test_its_author_and_reviewers_see_a_proposal(request, proposal: Proposal, who: str):
    page = Page(request.getfixturevalue(who).get(proposal.get_absolute_url()))
    assert "Pollen." in page.words and "waits for a decision" in page.words and page.faults() == []


@pytest.mark.parametrize("who", ["client", "editor_client"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_for_anybody_else_there_is_no_such_proposal(request, proposal: Proposal, who: str, method: str):
    answer = getattr(request.getfixturevalue(who), method)(proposal.get_absolute_url(), {"decision": "accept"})
    assert answer.status_code == 404 and "Pollen" not in answer.content.decode()


def test_another_contributor_sees_nothing_of_it(proposal: Proposal):
    browser = Client()
    browser.force_login(factories.user("contributor"))
    assert browser.get(proposal.get_absolute_url()).status_code == 404


def test_the_private_link_opens_it_anywhere_and_a_wrong_one_does_not(strangers):
    browser, proposal = strangers
    key = Page(browser.get(proposal.get_absolute_url())).words.partition("?key=")[2].split()[0]
    assert Client().get(f"{proposal.get_absolute_url()}?key={key}").status_code == 200
    assert Client().get(f"{proposal.get_absolute_url()}?key={key[:-1]}x").status_code == 404


def test_a_visitors_cookie_of_our_own_making_only(strangers):
    _browser, proposal = strangers
    forger = Client()
    forger.cookies["visitor"] = f"{proposal.author_id}:forged"
    assert forger.get(proposal.get_absolute_url()).status_code == 404


def test_what_waits_is_on_no_surface_a_reader_has(proposal: Proposal, client: Client):
    paths = [
        "/",
        "/wiki/Asthma",
        "/raw/Asthma",
        "/history/Asthma",
        "/recent",
        "/search?q=Pollen",
        "/suggest?q=Pol",
        "/category/Lungs",
        "/proposals/",
        "/index/A",
    ]
    shown = [client.get(path).content.decode().replace("“Pollen”", "").replace('"Pollen"', "") for path in paths]
    assert not any("Pollen." in page or "as I read" in page for page in shown)


# --- The queue ---------------------------------------------------------------------------------------------------
def test_reviewers_have_a_queue_and_others_their_own(request, proposal: Proposal):
    seen = [
        proposal.get_absolute_url() in request.getfixturevalue(who).get("/proposals/").content.decode()
        for who in ("reviewer_client", "contributor_client", "editor_client", "client")
    ]
    assert seen == [True, True, False, False]


def test_the_queue_goes_on_on_the_next_page(reviewer_client: Client, asthma, monkeypatch):
    monkeypatch.setattr("articles.reviewing.PAGE_SIZE", 2)
    for number in range(3):
        Client().post("/edit/Asthma", {"text": f"No {number}.", "base": asthma.current_edit_id})
    first = Page(reviewer_client.get("/proposals/"))
    second = Page(reviewer_client.get("/proposals/" + first.link("More proposals")))
    assert len(second.with_class("edit__title")) == 1


def test_a_place_in_the_queue_that_is_none_is_404(reviewer_client: Client):
    assert reviewer_client.get("/proposals/?after=²").status_code == 404


# --- Deciding ----------------------------------------------------------------------------------------------------
def test_help_stands_by_the_decision_of_who_may_decide(reviewer_client: Client, contributor_client, proposal):
    shown, own = (Page(browser.get(proposal.get_absolute_url())) for browser in (reviewer_client, contributor_client))
    assert shown.link("Help with reviewing") == "/wiki/Help:Reviewing"
    assert "Help with reviewing" not in own.words


def test_an_accepted_proposal_is_published_under_its_authors_name(
    reviewer_client, reviewer, contributor, asthma, proposal
):
    answer = decide(reviewer_client, proposal, "accept")
    edit = Edit.objects.get(article=asthma, number=2)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma#Causes")
    assert (edit.author, edit.approver, edit.kind, edit.summary) == (contributor, reviewer, "accept", "as I read")
    assert "Pollen." in text_of(asthma) and "Wheeze." in text_of(asthma)
    assert f"(accepted by {reviewer.name})" in Page(reviewer_client.get("/history/Asthma")).words


def test_a_declined_one_stays_with_its_author_who_reads_why(reviewer_client, contributor_client, asthma, proposal):
    answer = decide(reviewer_client, proposal, "decline", reason="No <b>source</b>.")
    assert answer.status_code == 303 and "Pollen" not in text_of(asthma)
    page = Page(contributor_client.get(proposal.get_absolute_url()))
    assert "No <b>source</b>." in page.words and MINE in [found.text for found in page.all("textarea")]
    assert LogEntry.objects.get(what="proposal.decline").why == "No <b>source</b>."


def test_declining_takes_a_reason(reviewer_client: Client, proposal: Proposal):
    answer = decide(reviewer_client, proposal, "decline", reason=" ")
    assert answer.status_code == 422 and "Say why" in Page(answer).words
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize(
    "fields", [{"decision": "publish"}, {}, {"decision": "decline", "reason": "x" * 2001}, {"reason": "\0"}]
)
def test_a_decision_that_is_none_is_422_with_the_reason_kept(reviewer_client: Client, proposal: Proposal, fields):
    answer = reviewer_client.post(proposal.get_absolute_url(), {"reason": "kept", **fields})
    assert answer.status_code == 422 and Page(answer).faults() == []
    assert Page(answer).fields()["reason"].replace("\ufffd", "\0") == fields.get("reason", "kept")


def test_nobody_decides_on_their_own(asthma):
    browser, stranger = Client(), factories.user("contributor")
    browser.force_login(stranger)
    browser.post("/edit/Asthma", {"text": MINE, "base": asthma.current_edit_id, "section": "Causes"})
    from wiki.accounts import roles

    roles.give(stranger, "reviewer", why="a test")
    proposal = Proposal.objects.get()
    assert "Accept and publish" not in Page(browser.get(proposal.get_absolute_url())).words
    fields = {"decision": "accept", "base": str(asthma.current_edit_id)}
    assert browser.post(proposal.get_absolute_url(), fields).status_code == 403


@pytest.mark.parametrize("decision", ["accept", "decline"])
def test_its_author_may_not_decide(contributor_client: Client, asthma, proposal: Proposal, decision: str):
    fields = {"decision": decision, "reason": "mine", "base": str(asthma.current_edit_id)}
    assert contributor_client.post(proposal.get_absolute_url(), fields).status_code == 403
    assert Proposal.objects.get().state == "waiting"


def test_its_author_takes_it_back(contributor_client: Client, proposal: Proposal):
    assert decide(contributor_client, proposal, "withdraw").status_code == 303
    assert "withdrawn" in Page(contributor_client.get(proposal.get_absolute_url())).words


def test_a_reviewer_may_not_take_back_what_another_proposed(reviewer_client: Client, proposal: Proposal):
    assert reviewer_client.post(proposal.get_absolute_url(), {"decision": "withdraw"}).status_code == 403


@pytest.mark.parametrize("who", ["client", "editor_client"])
def test_whoever_holds_the_private_link_may_take_it_back(request, strangers, who: str):
    from articles import access

    _browser, proposal = strangers
    address = f"{proposal.get_absolute_url()}?key={access.key_of(proposal)}"
    browser = request.getfixturevalue(who)
    assert browser.post(address, {"decision": "withdraw"}).status_code == 303
    assert Proposal.objects.get().state == "withdrawn"


@pytest.mark.parametrize("decision", ["accept", "decline", "withdraw"])
def test_what_is_decided_is_decided(reviewer_client, contributor_client, asthma, proposal, decision: str):
    decide(reviewer_client, proposal, "decline", reason="No.")
    browser = contributor_client if decision == "withdraw" else reviewer_client
    fields = {"decision": decision, "reason": "Again", "base": str(asthma.current_edit_id)}
    answer = browser.post(proposal.get_absolute_url(), fields)
    assert answer.status_code == 409 and Edit.objects.count() == 1 and Page(answer).faults() == []


def test_what_changed_while_the_reviewer_looked_is_409_and_can_be_accepted_after_another_look(
    reviewer_client, asthma, proposal
):
    shown = Page(reviewer_client.get(proposal.get_absolute_url())).fields(decision="accept")
    factories.edit(asthma, "Another lead.\n", section="0")
    answer = reviewer_client.post(proposal.get_absolute_url(), shown)
    assert answer.status_code == 409 and Page(answer).faults() == []
    again = reviewer_client.post(proposal.get_absolute_url(), Page(answer).fields(decision="accept"))
    assert again.status_code == 303 and "Another lead." in text_of(asthma) and "Pollen." in text_of(asthma)


def test_a_proposal_that_clashes_is_409_and_shows_the_section_as_it_is(reviewer_client, asthma, proposal):
    factories.edit(asthma, "## Causes\n\nCats.\n", section="Causes")
    answer = decide(reviewer_client, proposal, "accept")
    assert answer.status_code == 409 and "Cats." in Page(answer).words and "Pollen" not in text_of(asthma)


def test_a_proposed_article_is_made_when_it_is_accepted(client: Client, reviewer_client: Client, db):
    client.post("/edit/Rare_disease", {"text": "Seldom seen.\n", "base": "0"})
    assert client.get("/wiki/Rare_disease").status_code == 404
    answer = decide(reviewer_client, Proposal.objects.get(), "accept")
    assert answer["Location"] == "/wiki/Rare_disease"
    assert "Seldom seen." in Page(client.get("/wiki/Rare_disease")).article


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_a_proposal_takes_nothing_else(reviewer_client: Client, proposal: Proposal, method: str):
    assert getattr(reviewer_client, method)(proposal.get_absolute_url()).status_code == 405


def test_a_proposal_is_kept_by_no_cache(client: Client, strangers):
    browser, proposal = strangers
    assert "no-store" in browser.get(proposal.get_absolute_url())["Cache-Control"]
    assert "no-store" in client.get("/proposals/")["Cache-Control"]


def test_a_double_click_of_a_contributor_proposes_once(contributor_client: Client, asthma):
    fields = {"text": MINE, "base": asthma.current_edit_id, "section": "Causes"}
    answers = [contributor_client.post("/edit/Asthma", fields) for _click in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"] and Proposal.objects.count() == 1


def test_the_section_of_a_proposal_is_an_arrow_to_it(reviewer_client: Client):
    article = factories.article("Asthma")
    fields = {"text": "## Causes\n\nPollen.\n", "base": article.current_edit_id, "section": "Causes"}
    Client().post("/edit/Asthma", fields | {"summary": "/* Causes */ dust was wrong"})
    queue = Page(reviewer_client.get("/proposals/"))
    proposal = Page(
        reviewer_client.get(
            next(link.href for link in queue.links if "/proposals/" in link.href[:12] and link.href[11:].isdigit())
        )
    )
    for page in (queue, proposal):
        assert page.link("→ Causes") == "/wiki/Asthma#Causes" and "→ Causes dust was wrong" in page.words


def test_accepting_is_said_on_the_article(reviewer_client: Client, proposal):
    decide(reviewer_client, proposal, "accept")
    assert "The change is published. See what changed" in Page(reviewer_client.get("/wiki/Asthma")).words
