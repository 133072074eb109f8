"""What a proposal would change, who sees it, and whom it meets."""

import pytest
from django.test import Client

from articles import access, places
from articles.editing import BaseMissing
from articles.models import Article, Proposal
from articles.reviewing import deciding, proposed, proposing, waiting
from articles.signals import proposal_changed
from tests import factories
from tests.articles.reviewing.proposals import accept, amend, decline, person_of, submit, text_of
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


# --- Looking -----------------------------------------------------------------------------------------------------
def test_the_author_is_told_on_the_article_what_waits(article, contributor, proposal, visitor, reviewer):
    assert proposed.waiting_of(contributor, article.title) == [proposal]
    assert proposed.waiting_of(visitor, article.title) == proposed.waiting_of(None, article.title) == []
    assert proposed.waiting_of_account(contributor.account_id, article.title) == [proposal]
    assert proposed.waiting_of_account(contributor.account_id, "Another title") == []
    assert proposed.waiting_of_account(reviewer.account_id, article.title) == []
    decline(proposal, reviewer)
    assert proposed.waiting_of(contributor, article.title) == []
    assert proposed.waiting_of_account(contributor.account_id, article.title) == []


def test_what_is_sent_back_still_waits(article, contributor, proposal, reviewer):
    deciding.ask_for_changes(proposal=proposal, user=reviewer.account, author=reviewer, text="Says who?")
    (waiting,) = proposed.waiting_of_account(contributor.account_id, article.title)
    assert (waiting.pk, waiting.state, waiting.made) == (proposal.pk, "returned", proposal.made)


def test_ones_own_waiting_proposal_is_found_by_its_number(article, contributor, visitor, proposal):
    assert proposed.own_waiting(contributor, proposal.pk, article.title) == proposal
    assert proposed.own_waiting(visitor, proposal.pk, article.title) is None
    assert proposed.own_waiting(visitor, proposal.pk, article.title, access.key_of(proposal)) == proposal
    assert proposed.own_waiting(contributor, proposal.pk, "Another title") is None


@pytest.mark.parametrize(
    ("section", "before"),
    [
        ("", factories.TEXT),
        ("0", "A lead about the lungs.\n\n"),
        ("Indoors", "### Indoors\n\nMites.\n\n"),
        ("new", ""),
    ],
)
def test_a_proposal_is_compared_with_its_section_in_its_base(article, contributor, section, before):
    proposal = submit(article, contributor, "## Something else\n", section=section)
    factories.edit(article, "All is new.\n")
    assert proposed.text_before(proposal) == before


def test_a_proposal_of_several_sections_is_compared_with_them(article, contributor):
    start = places.starting_point(
        article, "+".join(str(row.pk) for row in article.sections.filter(position__in=(1, 3)))
    )
    proposal = submit(article, contributor, "## Symptoms\n\nCough.\n", section=start.section)
    assert proposed.text_before(proposal) == start.text == "## Symptoms\n\nWheeze.\n\n### Indoors\n\nMites.\n\n"


def test_a_proposed_article_is_compared_with_nothing(contributor):
    sent = {"title": "Not there yet", "base": "0", "section": "", "text": "New.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    assert (proposed.text_before(proposal), proposed.current_id_of(proposal)) == ("", 0)


# --- Who sees it -------------------------------------------------------------------------------------------------
def address_of(proposal, key="") -> str:
    return proposal.get_absolute_url() + (f"?key={key}" if key else "")


@pytest.mark.parametrize("role", ["visitor", "editor"])
def test_to_a_stranger_a_proposal_is_not_there(proposal, role, request):
    client = request.getfixturevalue(f"{role}_client")
    assert client.get(address_of(proposal)).status_code == 404
    assert client.post(address_of(proposal), {"decision": "accept"}).status_code == 404
    assert b"Proposed." not in client.get(address_of(proposal)).content


@pytest.mark.parametrize("key", ["x", "\u00e4", "0" * 43])
def test_a_wrong_key_opens_nothing(proposal, client, key):
    assert client.get(address_of(proposal), {"key": key}).status_code == 404


def test_a_key_opens_one_proposal_only(article, visitor, client):
    one, other = submit(article, visitor, "1.\n"), submit(article, visitor, "2.\n")
    assert client.get(address_of(one, access.key_of(one))).status_code == 200
    assert client.get(address_of(other, access.key_of(one))).status_code == 404


@pytest.mark.parametrize("role", ["contributor", "reviewer", "moderator"])
def test_its_author_and_those_who_decide_see_a_proposal(proposal, role, request):
    answer = request.getfixturevalue(f"{role}_client").get(address_of(proposal))
    assert answer.status_code == 200 and b"Proposed." in answer.content


def test_a_visitor_is_known_again_by_a_cookie_and_shown_the_private_link_once(article, client):
    sent = {"text": "Proposed.", "base": article.current_edit_id, "section": "0", "action": "save"}
    answer = client.post(f"/edit/{article.title}", sent)
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, address_of(proposal))
    link = f"?key={access.key_of(proposal)}"
    assert link in client.get(answer["Location"]).content.decode()
    assert link not in client.get(answer["Location"]).content.decode()
    assert Client().get(answer["Location"]).status_code == 404


def test_a_second_change_of_a_visitor_is_by_the_same_pseudonym(article, client):
    sent = {"base": article.current_edit_id, "section": "0", "action": "save"}
    answers = [client.post(f"/edit/{article.title}", sent | {"text": f"{number}."}) for number in (1, 2)]
    first, second = Proposal.objects.order_by("id")
    assert answers[1].status_code == 303 and first.author == second.author and first.author.is_visitor


@pytest.mark.parametrize("forged", ["1", "1:x", "", "\u00e4"])
def test_a_forged_cookie_is_nobodys(article, proposal, client, forged):
    client.cookies["visitor"] = forged.encode().decode("latin-1")
    assert client.get(address_of(proposal)).status_code == 404


def test_who_holds_the_private_link_may_withdraw_whatever_cookie_they_have_now(article, visitor, client):
    proposal = submit(article, visitor)
    client.cookies["visitor"] = access.visitor_cookie(factories.visitor().visitor_key)
    answer = client.post(address_of(proposal, access.key_of(proposal)), {"decision": "withdraw"})
    assert answer.status_code == 303 and Proposal.objects.get().state == "withdrawn"


def test_who_holds_the_private_link_decides_nothing(article, visitor, client):
    proposal = submit(article, visitor)
    sent = {"decision": "accept", "base": article.current_edit_id}
    assert client.post(address_of(proposal, access.key_of(proposal)), sent).status_code == 403
    assert Proposal.objects.get().state == "waiting"


def test_a_reviewer_accepts_over_the_screen(article, proposal, reviewer_client):
    sent = {"decision": "accept", "base": article.current_edit_id}
    answer = reviewer_client.post(address_of(proposal), sent)
    assert (answer.status_code, answer["Location"]) == (303, article.get_absolute_url())
    assert text_of(article).startswith("Proposed.\n")


def test_a_stale_acceptance_over_the_screen_is_a_409_with_the_proposal(article, proposal, reviewer_client):
    factories.edit(article, "Theirs.\n", section="0")
    answer = reviewer_client.post(address_of(proposal), {"decision": "accept", "base": article.current_edit_id})
    assert answer.status_code == 409 and b"Proposed." in answer.content


@pytest.mark.parametrize(
    ("section", "text", "redirect"),
    [
        ("0", "#REDIRECT [[Nowhere]]", ("Nowhere", True)),
        ("", "#redirect [[Category:Lungs]]", ("Category:Lungs", False)),
        ("Causes", "#REDIRECT [[Nowhere]]", None),
        ("0", "A lead on [[Nowhere]].", None),
    ],
)
def test_a_proposal_knows_where_the_page_would_only_lead(article, contributor, section, text, redirect):
    assert proposed.redirect_in(submit(article, contributor, text, section=section)) == redirect


# --- Marks of risk -----------------------------------------------------------------------------------------------
@pytest.fixture
def aspirin(editor) -> Article:
    return factories.article("Aspirin", "Lead.\n\n## Dose\n\nTake 5 mg.\n", author=editor)


def test_a_proposal_that_changes_a_dose_knows_it_without_a_text_being_read(aspirin, contributor, at_most_queries):
    submit(aspirin, contributor, "## Dose\n\nTake 50 mg.\n", section="Dose")
    with at_most_queries(1):
        [found] = waiting.queue()
        [risk] = found.found_risks
    assert (risk.kind, risk.lost, risk.gained, found.is_grave) == ("dose", ("5 mg",), ("50 mg",), True)


@pytest.mark.parametrize(
    ("section", "text"), [("Dose", "## Dose\n\nTake 5mg.\n"), ("new", "## Children\n\nTake 2 mg.\n")]
)
def test_a_proposal_that_changes_no_dose_is_not_marked(aspirin, contributor, section: str, text: str):
    assert not submit(aspirin, contributor, text, section=section).is_grave


def test_a_proposal_of_an_earlier_release_is_looked_at_once(aspirin, contributor, at_most_queries):
    proposal = submit(aspirin, contributor, "## Dose\n\nTake 50 mg.\n", section="Dose")
    with unlocked("an earlier release kept no risks"):
        Proposal.objects.filter(pk=proposal.pk).update(risks=None)
    assert waiting.queue()[0].is_grave
    with at_most_queries(1):
        assert waiting.queue()[0].is_grave


def test_the_comparison_of_a_proposal_is_marked(aspirin, contributor):
    proposal = submit(aspirin, contributor, "## Dose\n\nTake 50 mg.\n", section="Dose")
    assert [risk.gained for risk in proposed.comparison_of(proposal).risks] == [("50 mg",)]


# --- Several for one new title -----------------------------------------------------------------------------------
def propose_gout(author, text: str) -> Proposal:
    outcome = proposing.submit(
        user=person_of(author), author=author, title="Gout", base="0", section="", text=text, summary="new"
    )
    assert isinstance(outcome, Proposal)
    return outcome


@pytest.fixture
def two(contributor, visitor) -> tuple[Proposal, Proposal]:
    return propose_gout(contributor, "A disease of joints.\n"), propose_gout(visitor, "It hurts.\n")


def test_proposals_for_one_new_title_are_named_beside_each_other_to_reviewers_alone(
    two, article, contributor, reviewer, editor
):
    assert proposed.others_proposed(reviewer.account, two[0]) == [two[1]]
    assert proposed.proposed_anew(reviewer.account, "Gout") == [*two]
    assert proposed.others_proposed(contributor.account, two[0]) == proposed.proposed_anew(editor.account, "Gout") == []
    assert proposed.others_proposed(reviewer.account, submit(article, contributor)) == []


def test_they_are_compared_with_each_other(two):
    rows = [row for row in proposed.compared_with(*two).rows if row.kind != "same"]
    assert any("".join(span.text for span in row.new).strip() == "A disease of joints." for row in rows)


def test_accepting_one_makes_the_other_a_change_whose_author_is_told(two, reviewer, django_capture_on_commit_callbacks):
    heard = []
    receiver = lambda proposal, what, by, **kwargs: heard.append((proposal.pk, what, by))  # noqa: E731
    proposal_changed.connect(receiver)
    with django_capture_on_commit_callbacks(execute=True):
        edit = accept(two[0], reviewer)
    proposal_changed.disconnect(receiver)
    met = Proposal.objects.get(pk=two[1].pk)
    assert (two[1].pk, "met", reviewer) in heard and (met.article, met.state) == (edit.article, "waiting")
    assert proposed.has_met(met) and not proposed.has_met(Proposal.objects.get(pk=two[0].pk))
    assert [row.kind for row in proposed.comparison_of(met).rows if row.kind != "same"] != []


def test_what_then_clashes_is_brought_together_by_the_reviewer_under_its_authors_name(two, visitor, reviewer):
    accept(two[0], reviewer)
    met = Proposal.objects.get(pk=two[1].pk)
    with pytest.raises(BaseMissing) as clash:
        accept(met, reviewer)
    assert clash.value.clash.theirs == "A disease of joints.\n"
    edit = amend(met, reviewer, "A disease of joints. It hurts.\n", onto=clash.value.section)
    assert (edit.blob.text, edit.number, edit.author) == ("A disease of joints. It hurts.\n", 2, visitor)


def test_an_article_that_an_editor_writes_meets_what_was_proposed(two, editor):
    edit = proposing.submit(
        user=editor.account, author=editor, title="Gout", base="0", section="", text="Of an editor.\n"
    )
    assert {each.article_id for each in Proposal.objects.all()} == {edit.article_id}
    assert proposed.has_met(Proposal.objects.get(pk=two[0].pk))


def test_what_meets_an_article_is_marked_beside_it(visitor, editor):
    propose_gout(visitor, "Take 50 mg.\n")
    assert not waiting.queue()[0].is_grave
    proposing.submit(user=editor.account, author=editor, title="Gout", base="0", section="", text="Take 5 mg.\n")
    [met] = waiting.queue()
    assert met.is_grave and met.found_risks[0].gained == ("50 mg",)


def test_naming_the_others_makes_one_query(two, reviewer, contributor, at_most_queries):
    for number in range(5):
        propose_gout(contributor, f"Again {number}.\n")
    account = reviewer.account
    account.has_perm("articles.review")
    with at_most_queries(1):
        assert len([each.author.name for each in proposed.others_proposed(account, two[0])]) == 6
