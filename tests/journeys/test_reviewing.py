"""A contributor proposes, a reviewer asks, the contributor answers with a better text, and readers see it."""

from __future__ import annotations

import pytest
from django.test import Client

from articles.models import Article, LogEntry, Proposal
from tests import factories
from tests.pages import Page

# Who is told what is written once the change is committed.
pytestmark = pytest.mark.django_db(transaction=True)

FIRST = "## Causes\n\nDust causes 90 of 100 cases.\n\nMites are another cause.\n"
LADDER = "Ladder of trust: who becomes an editor by what they have done"
BETTER = "## Causes\n\nDust is one cause.[^1]\n\nMites are another cause.\n\n[^1]: A guideline.\n"


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


def follow(browser: Client, words: str, page: Page) -> Page:
    (link,) = [link for link in page.links if link.text == words]
    return Page(browser.get(link.href, follow=True))


def send(browser: Client, page: Page, address: str, **fields: str) -> Page:
    answer = browser.post(address, page.fields(**fields), follow=True)
    assert answer.status_code == 200, Page(answer).words
    return Page(answer)


def test_a_proposal_is_asked_about_made_better_and_published(asthma, contributor_client, reviewer_client, client):
    sent = {"text": FIRST, "base": str(asthma.current_edit_id), "section": "Causes", "summary": "numbers"}
    contributor_client.post("/edit/Asthma", sent)
    first = Proposal.objects.get().get_absolute_url()

    # The reviewer finds it in the queue, and asks about a line of it.
    queue = Page(reviewer_client.get("/proposals/"))
    assert first in [link.href for link in queue.links]
    shown = Page(reviewer_client.get(f"{first}?line=3"))
    send(reviewer_client, shown, first, decision="changes", reason="Which guideline says this?")
    assert first not in [link.href for link in Page(reviewer_client.get("/proposals/")).links]

    # Its author is told, reads the question beside the line, and sends a better text.
    told = follow(contributor_client, "Notifications (1)", Page(contributor_client.get("/wiki/Asthma")))
    question = follow(contributor_client, "Asthma: Causes", told)
    assert "Line 3: Dust causes 90 of 100 cases." in question.words and "Which guideline" in question.words
    form = follow(contributor_client, "Go on with it", question)
    send(contributor_client, form, "/edit/Asthma", text=BETTER, action="save", checked="")
    second = Proposal.objects.latest("pk").get_absolute_url()

    # The reviewer is told, sees what was said before, and publishes it.
    told = follow(reviewer_client, "Notifications (1)", Page(reviewer_client.get("/wiki/Asthma")))
    assert "has sent a newer text" in told.words
    answer = follow(reviewer_client, "Asthma: Causes", told)
    assert "Which guideline" in answer.words
    send(reviewer_client, answer, second, decision="accept")
    assert "Dust is one cause." in Page(client.get("/wiki/Asthma")).article

    # And its author is told that, too; the first text leads on to the second.
    told = follow(contributor_client, "Notifications (1)", Page(contributor_client.get("/wiki/Asthma")))
    assert "has accepted your change." in told.words
    assert second in [link.href for link in Page(contributor_client.get(first)).links]
    assert "90 of 100" not in Page(client.get("/wiki/Asthma")).article


def test_a_visitor_is_asked_before_their_proposal_is_taken_and_loses_no_word(asthma, client, administrator_client):
    # An administrator sets the question, which nobody with an account ever sees.
    page = Page(administrator_client.get("/setup/visitor_question"))
    send(administrator_client, page, "/setup/visitor_question", text="What organ pumps blood? | heart | the heart")
    assert "What organ" not in Page(administrator_client.get("/edit/Asthma?section=Causes")).words

    # Machines fill in every field; what they send comes back, and so does a person's who forgets to answer.
    form = Page(client.get("/edit/Asthma?section=Causes"))
    (trap,) = form.with_id("website")
    assert form.around(trap).get("aria-hidden") == "true" and trap.get("tabindex") == "-1"
    for wrong in ({"website": "https://pills.example", "answer": "heart"}, {"answer": ""}, {"answer": "liver"}):
        answer = client.post("/edit/Asthma", form.fields(text=FIRST, checked="", action="save", **wrong))
        form = Page(answer)
        assert answer.status_code == 422 and form.fields()["text"].strip() == FIRST.strip() and form.faults() == []
        assert "Not saved yet" in form.words and not form.fields().get("website")
    assert Proposal.objects.count() == 0 and "This is not the answer." in form.words

    # With the answer, in whatever letters, it is taken.
    shown = send(client, form, "/edit/Asthma", answer="The Heart!", action="save")
    assert "Thank you. Your change waits for a reviewer." in shown.words and Proposal.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/undo/{edit}", {"summary": "It was better."}),
        ("/outline/Asthma", {"deed": "rename", "heading": "Origins", "section": "Causes", "summary": "It was better."}),
    ],
)
def test_nor_is_anything_else_taken_from_a_machine(asthma, client, settings, address: str, fields: dict[str, str]):
    edit = factories.edit(asthma, "## Causes\n\nCats.\n", section="Causes")
    settings.WIKI_VISITOR_QUESTION = "What organ pumps blood? | heart"
    sent = fields | {"base": str(edit.pk)}
    answer = client.post(address.format(edit=edit.pk), sent | {"answer": "liver"})
    page = Page(answer)
    assert answer.status_code == 422 and "It was better." in page.source and "Answer the question" in page.words
    assert client.post(address.format(edit=edit.pk), sent | {"answer": "heart"}).status_code == 303
    assert Proposal.objects.count() == 1


def test_a_reviewer_finds_what_they_know_about(asthma, contributor, reviewer_client):
    acne = factories.article("Acne", "About skin.\n\n[[Category:Skin]]\n")
    for article in (asthma, acne):
        factories.proposal(article, contributor, "A better lead.\n")

    # Their topics are chosen once, from what waits, and the queue opens with them.
    topics = follow(reviewer_client, "Choose my topics", Page(reviewer_client.get("/proposals/")))
    assert "Lungs (1 waits)" in topics.words and "Skin (1 waits)" in topics.words
    queue = send(reviewer_client, topics, "/proposals/topics", chosen="Skin")
    assert "Your topics are kept." in queue.words and "In your topics (Skin)" in queue.words
    assert [link.text for link in queue.links if "edit__title" in link.classes] == ["Acne"]


def test_two_people_propose_the_same_new_article(contributor_client, client, reviewer_client, editor_client):
    for browser, text in ((contributor_client, "Gout is a disease.\n"), (client, "Gout hurts.\n")):
        browser.post("/edit/Gout", {"text": text, "base": "0", "summary": "new"})
    first, second = (each.get_absolute_url() for each in Proposal.objects.order_by("pk"))

    # Where the article isn't yet, a reviewer reads that two wait; nobody else learns of what isn't theirs.
    missing = Page(reviewer_client.get("/wiki/Gout"))
    assert {first, second} <= {link.href for link in missing.links} and missing.faults() == []
    assert {first, second} <= {link.href for link in Page(reviewer_client.get("/edit/Gout")).links}
    assert not {first, second} & {link.href for link in Page(editor_client.get("/wiki/Gout")).links}
    assert second not in [link.href for link in Page(contributor_client.get(first)).links]

    # Each names the other, and is compared with it.
    shown = Page(reviewer_client.get(first))
    assert second in [link.href for link in shown.links]
    beside = follow(reviewer_client, f"compare with {second.rpartition('/')[2]}", shown)
    assert "What it says otherwise than" in beside.h1 + beside.words and "Gout hurts." in beside.words
    assert beside.faults() == [] and reviewer_client.get(f"{first}?beside=999").status_code == 404
    send(reviewer_client, shown, first, decision="accept")

    # The other is a change of the article now: what clashes is brought together, and its author sees where it stands.
    assert "published since" in Page(client.get(second)).words
    met = Page(reviewer_client.get(second))
    assert "An article of this title has been published since." in met.words and "Gout is a disease." in met.words
    clash = reviewer_client.post(second, met.fields(decision="accept"))
    assert clash.status_code == 409 and Page(clash).faults() == []
    send(reviewer_client, Page(clash), second, decision="accept", text="Gout is a disease, and hurts.\n")
    assert "Gout is a disease, and hurts." in Page(client.get("/wiki/Gout")).article


def test_the_author_of_the_second_is_told_and_goes_on_with_it(contributor_client, client, reviewer_client):
    for browser, text in ((client, "Gout hurts.\n"), (contributor_client, "Gout is a disease.\n")):
        browser.post("/edit/Gout", {"text": text, "base": "0", "summary": "new"})
    first = Proposal.objects.earliest("pk").get_absolute_url()
    send(reviewer_client, Page(reviewer_client.get(first)), first, decision="accept")

    told = follow(contributor_client, "Notifications (1)", Page(contributor_client.get("/")))
    assert "has published an article of the title that you proposed" in told.words
    form = follow(contributor_client, "Go on with it", follow(contributor_client, "Gout", told))
    clash = contributor_client.post(
        "/edit/Gout", form.fields(text="Gout is a disease of joints.\n", action="save", checked="")
    )
    assert clash.status_code == 409 and "Both texts are below." in Page(clash).words
    send(
        contributor_client, Page(clash), "/edit/Gout", text="Gout hurts; it is a disease.\n", action="save", checked=""
    )
    assert [each.state for each in Proposal.objects.order_by("pk")] == ["accepted", "withdrawn", "waiting"]


def test_a_moderator_makes_an_editor_of_whoever_proposes_well_and_takes_it_back(
    asthma, contributor, contributor_client, moderator_client, reviewer_client
):
    proposal = factories.proposal(asthma, contributor)
    make = f"Make {contributor.name} an editor"
    assert make not in Page(reviewer_client.get(proposal.get_absolute_url())).words
    page = follow(moderator_client, make, Page(moderator_client.get(proposal.get_absolute_url())))
    address = f"/accounts/role/{contributor.account_id}/"

    # Not without a reason.
    refused = moderator_client.post(address, page.fields(reason=""))
    assert refused.status_code == 422 and "Say why" in Page(refused).words and page.faults() == []
    contributions = send(moderator_client, page, address, reason="Careful with sources.")
    assert "is from now on: Editor." in contributions.words and make not in contributions.words

    # They are told why, and publish from now on; the log knows.
    told = follow(contributor_client, "Notifications (1)", Page(contributor_client.get("/")))
    assert "has given you another role: Editor." in told.words and "Careful with sources." in told.words
    assert "role" in follow(contributor_client, "Your account", told).words.lower()
    form = Page(contributor_client.get("/edit/Asthma?section=Causes"))
    send(contributor_client, form, "/edit/Asthma", text=BETTER, action="save", checked="")
    assert Article.objects.get(pk=asthma.pk).current_edit.author == contributor
    log = Page(moderator_client.get("/special/log")).words
    assert "changed a role" in log and "Careful with sources." in log

    # The same page takes it back; pressed twice, it changes nothing more.
    back = Page(moderator_client.get(address))
    for _press in range(2):
        send(moderator_client, back, address, reason="Too quick with doses.")
    assert LogEntry.objects.filter(what="account.role", why="Too quick with doses.").count() == 1
    assert make in Page(moderator_client.get(f"/contributions/{contributor.name.replace(' ', '_')}")).words


def test_somebody_climbs_the_ladder_of_trust(
    asthma, contributor, contributor_client, administrator_client, reviewer_client, moderator_client
):
    # An administrator finds it in *Set up*, sees a dry run, and switches it on.
    contributor_client.post("/edit/Asthma", {"text": BETTER, "base": str(asthma.current_edit_id), "section": "Causes"})
    page = follow(administrator_client, LADDER, Page(administrator_client.get("/setup/")))
    assert "Nobody by these figures." in page.words and page.faults() == []
    figures = {"editor-days": "0", "editor-number": "1", "editor-share": "50", "editor-why": "We are few."}
    kept = send(administrator_client, page, "/ladder", **figures, **{"editor-is_on": "on"})
    assert "Kept." in kept.words

    # The next acceptance is what was missing: the person is told, and publishes.
    first = Proposal.objects.get().get_absolute_url()
    send(reviewer_client, Page(reviewer_client.get(first)), first, decision="accept")
    told = follow(contributor_client, "Notifications (2)", Page(contributor_client.get("/")))
    assert "You have another role: Editor." in told.words and "1 of 1 proposals accepted (100 %)" in told.words
    log = Page(moderator_client.get("/special/log")).words
    assert "changed the ladder of trust" in log and "1 of 1 proposals accepted (100 %)" in log

    # A moderator thinks otherwise; from then on the ladder leaves them to people.
    address = f"/accounts/role/{contributor.account_id}/"
    send(moderator_client, Page(moderator_client.get(address)), address, reason="Too early.")
    ladder = Page(administrator_client.get("/ladder"))
    assert "only a person gives it back" in ladder.words
    assert "0 people are made editors." in Page(administrator_client.post("/ladder", {"run": "yes"}, follow=True)).words
