"""Proposals in the Django admin: each says where it belongs."""

import pytest
from django.test import Client

from articles import access, editing
from articles.models import LogEntry, Proposal
from articles.reviewing import deciding, proposed, proposing
from tests import desk, factories
from tests.doors import unlocked
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "section", "shown"),
    [("Asthma", "0", "the lead"), ("Asthma", "", "the whole article"), ("Help:Asthma", "0", "Help:Asthma")],
)
def test_a_proposal_says_where_it_belongs(moderator_client: Client, visitor, title: str, section: str, shown: str):
    article = factories.article(title)
    made = proposing.propose(editing.Change(title, article.current_edit_id, section, "Mine.\n", visitor))
    for path in ("", f"{made.pk}/change/"):
        assert shown in Page(moderator_client.get(f"/admin/articles/proposal/{path}")).words


# --- What is decided on them -------------------------------------------------------------------------------------
LIST = "/admin/articles/proposal/"


@pytest.fixture
def three(article, contributor) -> list[int]:
    """Proposals for three sections."""
    texts = {"0": "My lead.\n", "Symptoms": "## Symptoms\n\nCough.\n", "Causes": "## Causes\n\nPollen.\n"}
    return [factories.proposal(article, contributor, text, section=section).pk for section, text in texts.items()]


def states() -> list[str]:
    return list(Proposal.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_let_through_is_looked_at_one_after_another(moderator_client: Client, article, three):
    _newest, middle, oldest = reversed(three)
    asked = desk.choose(moderator_client, LIST, "accept", three)
    page = Page(asked)
    assert "2 more after this one" in page.words and "Pollen." in page.words and "Cough." not in page.words
    answer = desk.send(moderator_client, asked, reason="Right")
    assert states() == ["waiting", "waiting", "accepted"]
    following = Page(moderator_client.get(answer["Location"]))
    assert "Cough." in following.words and answer["Location"].endswith(f"?row={middle}&row={oldest}")
    last = moderator_client.get(following.link("Leave this one, go on to the next"))
    desk.send(moderator_client, last, reason="Right, too")
    assert states() == ["accepted", "waiting", "accepted"]
    entries = LogEntry.objects.filter(what="proposal.accept").order_by("number")
    assert list(entries.values_list("why", flat=True)) == ["Right", "Right, too"]


def test_nobody_accepts_several_at_once(moderator_client: Client, three):
    sent = {"row": three, "reason": "All", **{f"seen-{each}": "waiting 1" for each in three}}
    moderator_client.post(f"{LIST}act/accept/", sent)
    assert states().count("accepted") <= 1


def test_several_are_declined_and_their_authors_told_why(moderator_client: Client, three):
    answer = desk.do(moderator_client, LIST, "decline", three, reason="No source")
    assert "Done: 3 of 3" in Page(answer).words and states() == ["declined"] * 3
    assert set(Proposal.objects.values_list("reason", flat=True)) == {"No source"}


def test_one_is_given_back_to_its_author(moderator_client: Client, three):
    path = f"{LIST}{three[0]}/change/"
    desk.do_from_the_row(moderator_client, path, "Ask for changes", reason="Name a source")
    assert states()[0] == "returned"
    asked = moderator_client.get(f"{LIST}act/changes/", {"row": three[0]})
    assert "It waits for its author already." in Page(asked).words


def test_what_somebody_decided_a_moment_before_is_told_so(moderator_client: Client, three, reviewer):
    asked = desk.choose(moderator_client, LIST, "decline", three[:1])
    deciding.decline(proposal=Proposal.objects.get(pk=three[0]), user=reviewer.account, author=reviewer, reason="No")
    answer = desk.send(moderator_client, asked, reason="No source")
    assert answer.status_code == 409 and "It is decided: Declined." in Page(answer).words
    assert Proposal.objects.get(pk=three[0]).reason == "No"


def test_an_article_that_moved_on_is_looked_at_again(moderator_client: Client, article, three):
    asked = desk.choose(moderator_client, LIST, "accept", three[:1])
    factories.edit(article, "## Causes\n\nMites.\n", section="Causes")
    answer = desk.send(moderator_client, asked, reason="Right")
    assert answer.status_code == 409 and states()[0] == "waiting"
    assert desk.send(moderator_client, answer).status_code == 303 and states()[0] == "accepted"


def test_a_text_that_another_has_changed_since_is_looked_at_again(
    moderator_client: Client, contributor, reviewer, settings
):
    settings.WIKI_RISK_APPROVERS = "2"
    proposal = factories.proposal(factories.article("Aspirin", "Take 5 mg.\n"), contributor, "Take 6 mg.\n")
    asked = desk.choose(moderator_client, LIST, "accept", [proposal.pk])
    decision = {"proposal": proposal, "user": reviewer.account, "author": reviewer, "text": "Take 60 mg.\n"}
    deciding.accept(**decision, base=str(proposed.current_id_of(proposal)))
    answer = desk.send(moderator_client, asked, reason="Right")
    assert answer.status_code == 409 and Proposal.objects.get().is_undecided


def test_what_clashes_is_brought_together_on_its_own_page(moderator_client: Client, article, three):
    factories.edit(article, "Another lead.\n", section="0")
    answer = desk.do(moderator_client, LIST, "accept", three[:1], reason="Right")
    assert answer.status_code == 409 and "bring both together" in Page(answer).words and states()[0] == "waiting"


@pytest.mark.parametrize("act", ["accept", "decline"])
def test_nobody_decides_on_their_own(moderator_client: Client, moderator, article, act: str):
    with unlocked("a moderator publishes what a contributor had proposed before"):
        own = factories.proposal(article, factories.author("contributor"))
        Proposal.objects.filter(pk=own.pk).update(author=moderator)
    asked = desk.choose(moderator_client, LIST, act, [own.pk])
    assert "It is your own" in Page(asked).words and not Page(asked).with_class("act-form")
    seen = f"waiting {proposed.seen_of(own)} {article.current_edit_id}"
    sent = {"row": own.pk, f"seen-{own.pk}": seen, "reason": "Mine"}
    assert moderator_client.post(f"{LIST}act/{act}/", sent).status_code == 403 and states() == ["waiting"]


def test_nor_on_what_they_proposed_from_this_browser_before_they_logged_in(moderator_client: Client, visitor, article):
    own = factories.proposal(article, visitor)
    moderator_client.cookies[access.VISITOR_COOKIE] = access.visitor_cookie(visitor.visitor_key)
    assert "It is your own" in Page(desk.choose(moderator_client, LIST, "accept", [own.pk])).words
