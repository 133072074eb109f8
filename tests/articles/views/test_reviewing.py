"""Reviewing: the proposals that wait, and one of them with its decision form."""

import pytest
from django.test import Client

from articles.models import Article, Edit, LogEntry, Proposal
from articles.moderation import hiding
from articles.reviewing import proposing, waiting
from tests import factories
from tests.doors import unlocked
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


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("Asthma", "The page would only lead to another one: Asthma"),
        ("Nowhere", "“Nowhere”, which nobody has written yet"),
    ],
)
def test_where_a_proposed_redirect_would_lead_is_said(client: Client, asthma, target: str, said: str):
    answer = client.post("/edit/Wheeze", {"text": f"#REDIRECT [[{target}]]", "base": "0"}, follow=True)
    page = Page(answer)
    assert said in page.words and page.link(target) == f"/wiki/{target}"


def test_a_proposal_with_a_text_of_its_own_leads_nowhere(contributor_client: Client, proposal: Proposal):
    page = Page(contributor_client.get(proposal.get_absolute_url()))
    assert "Pollen." in page.words and "would only lead" not in page.words


# --- Who sees it -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("who", ["reviewer_client", "moderator_client", "administrator_client", "contributor_client"])
def test_its_author_and_reviewers_see_a_proposal(request, proposal: Proposal, who: str):
    page = Page(request.getfixturevalue(who).get(proposal.get_absolute_url()))
    assert "Pollen." in page.words and "waits for a decision" in page.words and page.faults() == []


def test_who_was_logged_out_meanwhile_gets_the_text_back(reviewer_client: Client, proposal: Proposal):
    written = {"text": "## Causes\n\nPollen, and half an hour of work.\n", "reason": "Because of this."}
    fields = Page(reviewer_client.get(proposal.get_absolute_url())).fields(decision="accept") | written
    page = Page(answer := Client().post(proposal.get_absolute_url(), fields))
    assert answer.status_code == 404 and page.faults() == []
    assert "half an hour of work" in page.words and "Because of this." in page.words


def test_where_the_page_was_protected_meanwhile_the_text_comes_back(reviewer_client: Client, proposal: Proposal):
    fields = Page(reviewer_client.get(proposal.get_absolute_url())).fields(decision="accept")
    with unlocked("protecting comes with moderation"):
        Article.objects.update(edit_protection="administrator")
    page = Page(
        answer := reviewer_client.post(proposal.get_absolute_url(), fields | {"text": "Half an hour of work.\n"})
    )
    assert answer.status_code == 403 and "Half an hour of work." in page.words and page.faults() == []


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
    monkeypatch.setattr("articles.reviewing.waiting.PAGE_SIZE", 2)
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


def test_a_proposed_article_leads_to_the_article_once_there_is_one(reviewer_client: Client, db):
    Client().post("/edit/Colic", {"text": "A pain.\n", "base": 0})
    found = Proposal.objects.get()
    assert "A new article" in Page(reviewer_client.get(found.get_absolute_url())).words
    decide(reviewer_client, found, "accept")
    assert "The article as it is now" in Page(reviewer_client.get(found.get_absolute_url())).words


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


def test_the_same_text_sent_again_after_changes_were_asked_for_is_no_news(
    contributor_client: Client, reviewer_client: Client, asthma, proposal: Proposal
):
    decide(reviewer_client, proposal, "changes", reason="Which pollen?")
    form = Page(contributor_client.get(f"/edit/Asthma?proposal={proposal.pk}")).fields(action="save")
    answer = contributor_client.post(f"/edit/Asthma?proposal={proposal.pk}", form, follow=True)
    words = Page(answer).words
    assert "You have sent the same text again" in words and "waits for a reviewer" not in words


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


# --- Talking -----------------------------------------------------------------------------------------------------
def test_a_reviewer_asks_for_changes_on_a_line_and_its_author_reads_it(reviewer_client, contributor_client, proposal):
    shown = Page(reviewer_client.get(f"{proposal.get_absolute_url()}?line=3")).fields(decision="changes")
    answer = reviewer_client.post(proposal.get_absolute_url(), shown | {"reason": "Says <i>who</i>?"})
    assert answer.status_code == 303
    page = Page(contributor_client.get(proposal.get_absolute_url()))
    assert "Says <i>who</i>?" in page.words and "Line 3: Pollen." in page.words
    assert "A reviewer asks for changes" in Page(contributor_client.get("/wiki/Asthma")).words


def test_its_author_answers_and_a_remark_is_settled(reviewer_client, contributor_client, proposal):
    decide(reviewer_client, proposal, "changes", reason="Says who?")
    assert decide(contributor_client, proposal, "comment", reason="The guideline.").status_code == 303
    remark = proposal.remarks.first()
    answer = contributor_client.post(proposal.get_absolute_url(), {"decision": "settle", "remark": remark.pk})
    assert answer.status_code == 303
    words = Page(reviewer_client.get(proposal.get_absolute_url())).words
    assert "The guideline." in words and "settled by" in words


def test_a_hidden_name_stands_under_no_remark_either(
    reviewer_client, contributor_client, contributor, moderator, proposal
):
    decide(reviewer_client, proposal, "changes", reason="Says who?")
    decide(contributor_client, proposal, "comment", reason="The guideline.")
    contributor_client.post(proposal.get_absolute_url(), {"decision": "settle", "remark": proposal.remarks.first().pk})
    assert contributor.shown_name in Page(reviewer_client.get(proposal.get_absolute_url())).words
    decide(reviewer_client, proposal, "accept")
    hidden = {"text": False, "summary": False, "author": True}
    hiding.hide(edit=Edit.objects.latest("pk"), by=moderator.account, why="private", **hidden)
    page = Page(reviewer_client.get(proposal.get_absolute_url()))
    assert "The guideline." in page.words and contributor.shown_name not in page.source


def test_a_visitor_answers_by_the_private_link(client: Client, reviewer_client, strangers):
    from articles import access

    _browser, proposal = strangers
    decide(reviewer_client, proposal, "changes", reason="Says who?")
    address = f"{proposal.get_absolute_url()}?key={access.key_of(proposal)}"
    answer = client.post(address, {"decision": "comment", "reason": "My nurse."})
    assert answer["Location"] == address
    assert "My nurse." in Page(reviewer_client.get(proposal.get_absolute_url())).words


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"reason": ""}, 422), ({"reason": "Where?", "line": "99"}, 422), ({"reason": "Where?", "line": "x"}, 422)],
)
def test_what_can_not_be_said_comes_back(reviewer_client, proposal, fields, status):
    answer = reviewer_client.post(proposal.get_absolute_url(), {"decision": "comment", **fields})
    assert answer.status_code == status and Page(answer).fields()["reason"] == fields["reason"]
    assert not proposal.remarks.exists()


def test_so_many_remarks_a_minute_and_no_more(reviewer_client, proposal, monkeypatch):
    monkeypatch.setattr("articles.views.reviewing._REMARKS_A_MINUTE", 1)
    sent = {"decision": "comment", "reason": "Says who?"}
    answers = [reviewer_client.post(proposal.get_absolute_url(), sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 429]
    assert Page(answers[1]).fields()["reason"] == "Says who?"


def test_the_second_reviewer_sees_who_looks_at_it(reviewer_client, reviewer, moderator_client, proposal):
    reviewer_client.get(proposal.get_absolute_url())
    assert f"{reviewer.name} has been looking" in Page(moderator_client.get(proposal.get_absolute_url())).words


# --- In parts ----------------------------------------------------------------------------------------------------
TWO = "## Causes\n\nDust is one of them.\n\nMites are one, too.\n"


@pytest.fixture
def in_two(contributor_client, asthma) -> Proposal:
    edit = factories.edit(asthma, TWO, section="Causes")
    text = TWO.replace("Dust", "Fine dust").replace("Mites", "Small mites")
    contributor_client.post("/edit/Asthma", {"text": text, "base": edit.pk, "section": "Causes"})
    return Proposal.objects.get()


def test_one_part_is_published_and_the_other_waits_on(reviewer_client, contributor_client, asthma, in_two):
    answer = decide(reviewer_client, in_two, "parts", **{"part-1": "accept", "part-2": "hold"})
    assert answer["Location"] == "/wiki/Asthma#Causes"
    assert "Fine dust" in text_of(asthma) and "Small mites" not in text_of(asthma)
    held = Proposal.objects.get(state="waiting")
    page = Page(contributor_client.get(in_two.get_absolute_url()))
    assert held.get_absolute_url() in [link.href for link in page.links]
    assert decide(reviewer_client, held, "accept").status_code == 303 and "Small mites" in text_of(asthma)


def test_a_declined_part_without_a_reason_comes_back_open(reviewer_client, in_two):
    answer = decide(reviewer_client, in_two, "parts", **{"part-1": "accept", "part-2": "decline"})
    page = Page(answer)
    assert answer.status_code == 422 and "Say why" in page.words and page.fields()["part-2"] == "decline"


def test_what_is_all_of_one_piece_is_not_taken_apart(reviewer_client, proposal):
    assert "part by part" not in Page(reviewer_client.get(proposal.get_absolute_url())).words


# --- Changed by the reviewer -------------------------------------------------------------------------------------
def test_a_reviewer_changes_the_text_and_publishes_it(reviewer_client, asthma, proposal):
    answer = decide(reviewer_client, proposal, "accept", text="## Causes\n\nGrass pollen.\n")
    assert answer.status_code == 303 and "Grass pollen." in text_of(asthma)
    assert "changed by the reviewer" in Page(reviewer_client.get("/history/Asthma")).words


@pytest.fixture
def dose(contributor, settings) -> Proposal:
    settings.WIKI_RISK_APPROVERS = "2"
    return factories.proposal(factories.article("Aspirin", "Take 5 mg.\n"), contributor, "Take 6 mg.\n")


@pytest.mark.parametrize(("text", "box"), [("Take 6 mg.\n", "Take 60 mg.\n"), ("Take 7 mg.\n", "Take 7 mg.\n")])
def test_of_two_who_change_a_proposal_the_second_sees_the_first(reviewer_client, moderator_client, dose, text, box):
    opened = Page(moderator_client.get(dose.get_absolute_url())).fields(decision="accept", text=text)
    decide(reviewer_client, dose, "accept", text="Take 60 mg.\n")
    answer = moderator_client.post(dose.get_absolute_url(), opened)
    page = Page(answer)
    assert answer.status_code == 409 and "the proposal has changed" in page.words and "60 mg" in page.words
    assert page.fields()["text"].strip() == box.strip() and text_of(dose.article) == "Take 5 mg.\n"


def test_what_was_looked_at_again_is_decided(reviewer_client, moderator_client, dose):
    opened = Page(moderator_client.get(dose.get_absolute_url())).fields(decision="accept")
    decide(reviewer_client, dose, "accept", text="Take 60 mg.\n")
    again = Page(moderator_client.post(dose.get_absolute_url(), opened)).fields(decision="accept")
    assert moderator_client.post(dose.get_absolute_url(), again).status_code == 303
    assert text_of(dose.article) == "Take 60 mg.\n"


@pytest.mark.parametrize("level", ["edit", "propose"])
def test_who_is_kept_from_publishing_lets_nothing_through_and_keeps_their_words(
    reviewer_client, reviewer, asthma, proposal, level
):
    factories.block(reviewer.name, level=level, page="Asthma", why="A quarrel.")
    answer = decide(reviewer_client, proposal, "accept", text="## Causes\n\nGrass pollen.\n", reason="kept")
    page = Page(answer)
    assert answer.status_code == 403 and "A quarrel." in page.words and page.faults() == []
    assert (page.fields()["reason"], "Grass pollen." in page.fields()["text"]) == ("kept", True)
    assert "ollen." not in text_of(asthma) and Proposal.objects.get().state == "waiting"


def test_a_reviewer_brings_together_what_clashes(reviewer_client, asthma, proposal):
    factories.edit(asthma, "## Causes\n\nCats.\n", section="Causes")
    shown = Page(decide(reviewer_client, proposal, "accept")).fields(decision="accept")
    answer = reviewer_client.post(proposal.get_absolute_url(), shown | {"text": "## Causes\n\nCats and pollen.\n"})
    assert answer.status_code == 303 and "Cats and pollen." in text_of(asthma) and "Wheeze." in text_of(asthma)


def test_a_section_that_is_gone_is_added_again(reviewer_client, asthma, proposal):
    factories.edit(asthma, "A lead about the lungs.\n\n## Symptoms\n\nWheeze.\n")
    shown = Page(decide(reviewer_client, proposal, "accept")).fields(decision="accept")
    answer = reviewer_client.post(proposal.get_absolute_url(), shown)
    assert answer.status_code == 303 and text_of(asthma).endswith("## Causes\n\nPollen.\n")


# --- The queue ---------------------------------------------------------------------------------------------------
def test_a_reviewer_narrows_the_queue(reviewer_client, proposal):
    shown = Page(reviewer_client.get("/proposals/", {"topic": "Lungs", "order": "newest"}))
    assert proposal.get_absolute_url() in [link.href for link in shown.links]
    none = Page(reviewer_client.get("/proposals/", {"topic": "Heart"}))
    assert none.faults() == [] and "None of that kind waits." in none.words


def test_all_of_a_page_are_ticked_at_once(reviewer_client, proposal):
    shown = Page(reviewer_client.get("/proposals/", {"size": "small"}))
    ticked = Page(reviewer_client.get("/proposals/" + shown.link("Tick all of this page")))
    assert [box.get("checked") is not None for box in ticked.with_class("queue__item")[0].iter("input")] == [True]


@pytest.mark.parametrize("query", ["age=5", "size=huge", "risk=none", "topics=some", "tick=2", "after=x"])
def test_a_page_of_the_queue_that_can_not_be_is_none(reviewer_client, query):
    assert reviewer_client.get(f"/proposals/?{query}").status_code == 404


def test_a_page_of_the_queue_makes_as_many_queries_for_many_as_for_one(
    reviewer_client, asthma, proposal, at_most_queries
):
    reviewer_client.get("/proposals/")
    with at_most_queries(30) as of_one:
        reviewer_client.get("/proposals/?age=&size=small&topic=lungs&risk=calm")
    for number in range(12):
        factories.proposal(asthma, factories.author(), f"Dust {number}.\n", summary="why [[Asthma]]")
    with at_most_queries(len(of_one)):
        shown = Page(reviewer_client.get("/proposals/?age=&size=small&topic=lungs&risk=calm"))
    assert len(shown.with_class("queue__item")) == 13


# --- What one person published alone -----------------------------------------------------------------------------
@pytest.fixture
def alone(moderator) -> Edit:
    """A dose that a moderator changed, and nobody else has looked at."""
    aspirin = factories.article("Aspirin", "Take 5 mg.\n")
    return published_alone(aspirin, moderator, "Take 50 mg.\n")


def published_alone(article: Article, author, text: str) -> Edit:
    base = Article.objects.get(pk=article.pk).current_edit_id
    sent = {"title": article.full_title, "base": str(base), "section": "0", "text": text}
    edit = proposing.submit(user=author.account, author=author, **sent)
    assert isinstance(edit, Edit)
    return edit


def test_a_reviewer_looks_at_what_one_person_published_alone_below_the_queue(reviewer_client, alone):
    page = Page(reviewer_client.get("/proposals/?order=newest"))
    assert page.faults() == [] and f"/compare/previous/{alone.pk}" in [link.href for link in page.links]
    (button,) = page.with_class("queue__looked")
    sent = {"deed": "look", "next": "/proposals/?order=newest#second-look", "edit": button.get("value")}
    answer = reviewer_client.post("/patrol", sent)
    assert (answer.status_code, answer["Location"]) == (303, sent["next"])
    assert Page(reviewer_client.get("/proposals/")).with_class("queue__looked") == []


@pytest.mark.parametrize("who", ["moderator_client", "editor_client", "client"])
def test_nobody_looks_at_their_own_and_whoever_reviews_nothing_at_none(request, alone, who: str):
    browser = request.getfixturevalue(who)
    assert Page(browser.get("/proposals/")).with_class("queue__looked") == []


def test_the_list_is_a_short_one(reviewer_client, alone, moderator, monkeypatch):
    monkeypatch.setattr("articles.views.reviewing._SECOND_LOOKS", 1)
    published_alone(alone.article, moderator, "Take 500 mg.\n")
    page = Page(reviewer_client.get("/proposals/"))
    assert len(page.with_class("queue__looked")) == 1 and "More wait after these." in page.words


# --- A reviewer's own topics -------------------------------------------------------------------------------------
def titles_in_the_queue(browser: Client, address: str = "/proposals/") -> list[str]:
    shown = Page(browser.get(address))
    return [link.text for link in shown.links if "edit__title" in link.classes]


@pytest.fixture
def of_skin(asthma, proposal, visitor) -> Proposal:
    skin = factories.article("Acne", "About skin.\n\n[[Category:Skin]]\n")
    return factories.proposal(skin, visitor, "All about skin.\n")


def test_the_queue_opens_with_the_topics_of_its_reviewer_and_the_rest_is_a_link_away(reviewer_client, of_skin):
    offered = Page(reviewer_client.get("/proposals/topics"))
    assert "Lungs (1 waits)" in offered.words and offered.faults() == []
    kept = reviewer_client.post("/proposals/topics", offered.fields(chosen="Skin", names=""))
    assert (kept.status_code, kept["Location"]) == (303, "/proposals/")
    assert titles_in_the_queue(reviewer_client) == ["Acne"]
    whole = Page(reviewer_client.get("/proposals/")).link("The whole queue")
    assert titles_in_the_queue(reviewer_client, f"/proposals/{whole}") == ["Asthma: Causes", "Acne"]


def test_a_reviewer_may_have_the_whole_queue_first_and_their_topics_a_link_away(reviewer_client, of_skin):
    reviewer_client.post("/proposals/topics", {"names": "Skin\n\nHeart", "chosen": "Skin"})
    assert titles_in_the_queue(reviewer_client) == ["Asthma: Causes", "Acne"]
    mine = Page(reviewer_client.get("/proposals/")).link("Only my topics")
    assert titles_in_the_queue(reviewer_client, f"/proposals/{mine}") == ["Acne"]


def test_narrowed_further_the_queue_stays_with_the_topics_that_were_asked_for(reviewer_client, of_skin):
    reviewer_client.post("/proposals/topics", {"names": "Skin"})
    (form,) = Page(reviewer_client.get("/proposals/?topics=mine")).with_class("choosing")
    assert {field.get("name"): field.get("value") for field in form.iter("input")}["topics"] == "mine"


def test_topics_that_can_not_be_come_back_as_they_were_written(reviewer_client):
    answer = reviewer_client.post("/proposals/topics", {"names": "Heart\n<skin>", "chosen": "Lungs"})
    page = Page(answer)
    assert answer.status_code == 422 and "“<skin>”" in page.words and page.faults() == []
    assert page.fields()["names"] == "Heart\n<skin>" and page.fields()["chosen"] == "Lungs"


def test_ticked_proposals_are_declined(reviewer_client, proposal):
    numbers = [str(each.pk) for each in Proposal.objects.all()]
    answer = reviewer_client.post("/proposals/?topic=Lungs", {"chosen": numbers, "reason": "Vandalism."})
    assert (answer.status_code, answer["Location"]) == (303, "/proposals/?topic=Lungs")
    assert {each.state for each in Proposal.objects.all()} == {"declined"}
    assert "1 proposal is declined." in Page(reviewer_client.get("/proposals/")).words


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "Vandalism."}, "Tick the proposals first."),
        ({"reason": " ", "chosen": "PK"}, "Say why"),
        ({"reason": "Kept.", "chosen": "x"}, "tick again"),
        ({"reason": "Kept.", "chosen": "9" * 30}, "tick again"),
    ],
)
def test_what_can_not_be_decided_at_once_comes_back(reviewer_client, proposal, fields, words):
    sent = {name: value.replace("PK", str(proposal.pk)) for name, value in fields.items()}
    answer = reviewer_client.post("/proposals/", sent)
    page = Page(answer)
    assert answer.status_code == 422 and words in page.words and page.faults() == []
    assert Proposal.objects.get().state == "waiting"


@pytest.mark.parametrize("who", ["client", "contributor_client", "editor_client"])
def test_who_reviews_nothing_declines_nothing(request, proposal, who):
    answer = request.getfixturevalue(who).post("/proposals/", {"chosen": [str(proposal.pk)], "reason": "No."})
    assert answer.status_code == 403 and Proposal.objects.get().state == "waiting"


# --- Marks of risk -----------------------------------------------------------------------------------------------
def test_a_changed_dose_stands_out_in_the_queue_and_in_the_proposal(
    reviewer_client: Client, contributor_client: Client
):
    base = factories.article("Aspirin", "Take 5 mg.\n").current_edit_id
    contributor_client.post("/edit/Aspirin", {"text": "Take 50 mg.\n", "base": base, "section": "0"})
    queue, said = Page(reviewer_client.get("/proposals/")), "Changes a dose: 5 mg becomes→ 50 mg"
    assert ["".join(mark.itertext()).strip() for mark in queue.with_class("edit__risk")] == [said]
    assert said in Page(reviewer_client.get(Proposal.objects.get().get_absolute_url())).words and queue.faults() == []


@pytest.mark.parametrize("onto", ["nowhere", "9" * 40])
def test_a_text_for_a_place_that_is_not_there_is_409_and_published_nowhere(reviewer_client, asthma, proposal, onto):
    sent = {"decision": "accept", "base": str(asthma.current_edit_id), "onto": onto, "text": "Grass.\n"}
    answer = reviewer_client.post(proposal.get_absolute_url(), sent)
    assert answer.status_code == 409 and Page(answer).fields()["text"].strip() == "Grass."
    assert "Grass." not in text_of(asthma) and Proposal.objects.get().state == "waiting"


def test_a_page_on_which_none_is_so_leads_to_the_next(reviewer_client, article, contributor, proposal, monkeypatch):
    monkeypatch.setattr(waiting, "WINDOW", 1)
    page = Page(reviewer_client.get("/proposals/?author=Nobody"))
    assert "None of the proposals looked at here is so; there are more." in page.words
    assert page.link("More proposals") == f"?author=Nobody&after={proposal.pk}"
