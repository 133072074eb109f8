"""The queue: what waits, narrowed and in order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import ApproverRule, Article, Proposal
from articles.reviewing import proposing, waiting
from articles.reviewing.waiting import Wanted
from tests import factories
from tests.articles.reviewing.proposals import accept, decline, submit
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


# --- What waits --------------------------------------------------------------------------------------------------
def test_the_queue_is_what_waits_the_oldest_first(article, contributor, visitor, reviewer, proposal):
    second, third = submit(article, visitor, "2.\n"), submit(article, contributor, "3.\n")
    decline(second, reviewer)
    assert waiting.queue() == [proposal, third]
    assert waiting.queue(Wanted(after=proposal.pk)) == [third]


def test_the_queue_pages_by_key(article, contributor, monkeypatch):
    monkeypatch.setattr(waiting, "PAGE_SIZE", 2)
    made = [submit(article, contributor, f"{number}.\n") for number in range(5)]
    assert waiting.page() == waiting.Page(made[:2], made[1].pk)
    assert waiting.page(Wanted(after=made[1].pk)) == waiting.Page(made[2:4], made[3].pk)
    assert waiting.page(Wanted(after=made[3].pk)) == waiting.Page(made[4:], None)


@pytest.mark.parametrize("order", ["oldest", "newest", "largest"])
def test_a_page_of_what_is_rare_ends_after_so_many_looked_at_and_goes_on(
    article, contributor, visitor, monkeypatch, order
):
    monkeypatch.setattr(waiting, "WINDOW", 2)
    rare = submit(article, visitor, "Of a visitor.\n")
    for number in range(4):
        submit(article, contributor, f"{number}. Words.\n")
    if order == "newest":
        rare = submit(article, visitor, "Of a visitor, the last one.\n")
    wanted, found, pages = Wanted(author=rare.author.name, order=order), [], 0
    while True:
        page = waiting.page(wanted)
        found, pages = [*found, *page.rows], pages + 1
        if page.after is None:
            break
        wanted = replace(wanted, after=page.after)
    assert rare in found and len(found) == len({each.pk for each in found}) and pages == 3 + (order == "newest")


def test_counting_stops_where_it_is_told_to(article, contributor):
    for number in range(3):
        submit(article, contributor, f"{number}.\n")
    assert (waiting.count_waiting(), waiting.count_waiting(2)) == (3, 2)


def test_ones_own_proposals_are_listed_the_newest_first(article, contributor, visitor, proposal):
    later = submit(article, contributor, "Later.\n")
    assert waiting.proposals_of(contributor) == [later, proposal]
    assert waiting.proposals_of(visitor) == waiting.proposals_of(None) == []


# --- Narrowed ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wanted", [{"author": "contr"}, {"topic": "lungs"}, {"order": "newest"}, {"author": "Contr", "topic": "Lungs"}]
)
def test_a_queue_shows_what_is_wanted(proposal, contributor, wanted):
    assert waiting.queue(Wanted(**wanted)) == [proposal]


@pytest.mark.parametrize(
    "wanted",
    [
        {"topics": ("Heart", "Lungs")},
        {"size": "small"},
        {"risk": "calm"},
        {"age": 0},
        {"topics": ("Lungs",), "size": "small", "risk": "calm", "order": "newest"},
    ],
)
def test_a_queue_is_narrowed_by_topics_size_risk_and_age(proposal, wanted):
    assert waiting.queue(Wanted(**wanted)) == [proposal]


@pytest.mark.parametrize("wanted", [{"topics": ("Heart",)}, {"size": "large"}, {"risk": "risky"}, {"age": 1}])
def test_and_by_what_it_is_not(proposal, wanted):
    assert waiting.queue(Wanted(**wanted)) == []


def test_a_large_one_and_a_risky_one_are_found(contributor):
    drug = factories.article("Aspirin", "Take 5 mg.\n")
    risky = submit(drug, contributor, "Take 50 mg.\n")
    large = submit(drug, contributor, "Take 5 mg.\n\n" + "Words. " * 40)
    assert (waiting.queue(Wanted(risk="risky")), waiting.queue(Wanted(size="large"))) == ([risky], [large])


def test_what_has_waited_for_a_week_is_found(proposal):
    with unlocked("a proposal of last week"):
        Proposal.objects.filter(pk=proposal.pk).update(made=timezone.now() - timedelta(days=7, minutes=1))
    assert (waiting.queue(Wanted(age=7)), waiting.queue(Wanted(age=30))) == ([proposal], [])


def test_a_new_article_belongs_to_the_topics_of_every_reviewer(contributor):
    new = proposing.submit(
        user=contributor.account, author=contributor, title="Gout", base="0", section="", text="A lead.\n"
    )
    assert waiting.queue(Wanted(topics=("Heart",))) == [new]


@pytest.mark.parametrize("wanted", [{"author": "Nobody"}, {"topic": "Heart"}, {"state": "returned"}])
def test_and_nothing_else(proposal, wanted):
    assert waiting.queue(Wanted(**wanted)) == []


def test_the_newest_come_first_where_that_is_wanted_and_go_on(article, proposal, visitor):
    second = submit(article, visitor, "Of a visitor.\n")
    assert waiting.queue(Wanted(order="newest")) == [second, proposal]
    assert waiting.queue(Wanted(order="newest", after=second.pk)) == [proposal]


def test_the_largest_changes_come_first_where_that_is_wanted_and_go_on(article, contributor, monkeypatch):
    monkeypatch.setattr(waiting, "PAGE_SIZE", 2)
    small, large, same = (
        submit(article, contributor, text) for text in ("A lead.\n", "A longer lead. " * 50, "No brief lead. " * 50)
    )
    assert waiting.queue(Wanted(order="largest"))[:2] == [large, same]
    assert waiting.queue(Wanted(order="largest", after=same.pk)) == [small]


@pytest.fixture
def approved(contributor, reviewer, moderator, settings) -> list[Proposal]:
    """Two risky proposals that a reviewer has approved, on pages of a topic and of none, and one that nobody has."""
    settings.WIKI_RISK_APPROVERS = "2"
    texts = {"Aspirin": "Take 5 mg.\n\n[[Category:Drugs]]\n", "Ibuprofen": "Take 5 mg.\n"}
    pages = [factories.article(title, text, author=moderator) for title, text in texts.items()]
    made = [submit(page, contributor, page.text.text.replace("5", "50"), section="") for page in pages]
    for each in made:
        accept(each, reviewer)
    return [*made, submit(pages[0], contributor, "Take 500 mg.\n\n[[Category:Drugs]]\n", section="")]


def test_a_page_of_the_queue_knows_of_its_approvals_in_three_queries(approved, at_most_queries):
    first, second, third = approved
    page = waiting.queue()
    with at_most_queries(3):
        assert waiting.with_approvals(page) == [(first, 1, 2), (second, 1, 2), (third, 0, None)]


def test_the_queue_tells_of_how_many_approvals_the_rules_of_a_topic_and_of_a_protection_ask_for(
    approved, at_most_queries
):
    with unlocked("the page of the rules has its own tests"):
        ApproverRule.objects.create(category="drugs", number=3, kinds=["moderator"])
        ApproverRule.objects.create(level="moderator", number=4)
        Article.objects.filter(title="Ibuprofen").update(edit_protection="moderator")
    page = waiting.queue()
    with at_most_queries(4):
        assert [needed for _proposal, _given, needed in waiting.with_approvals(page)] == [3, 4, None]


def test_by_itself_the_queue_says_two_while_three_others_are_active(approved, settings, django_assert_max_num_queries):
    settings.WIKI_RISK_APPROVERS = "auto"
    page = waiting.queue()
    assert [each.needed for each in waiting.with_approvals(page)] == [1, 1, None]
    for account in [factories.user("reviewer") for _number in range(3)]:
        account.last_login = timezone.now()
        account.save(update_fields=["last_login"])
    with django_assert_max_num_queries(4 + 2 * 4):  # Of each of these people their permissions.
        assert [each.needed for each in waiting.with_approvals(page)] == [2, 2, None]


# --- For somebody ------------------------------------------------------------------------------------------------
def test_what_waits_for_somebody_is_none_of_their_own(article, contributor, reviewer):
    ada = factories.author()
    mine, other = factories.proposal(article, ada), factories.proposal(article, contributor)
    waits = waiting.what_waits(for_author=ada)
    assert (waits.count, waits.oldest, waits.risky) == (1, other, ())
    assert waiting.what_waits(for_author=contributor).oldest == mine
    assert waiting.what_waits(for_author=reviewer, topics=["Kidneys"]) == waiting.Waits()
