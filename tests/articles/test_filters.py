"""What filters and the list of domains say to a change that somebody sends."""

import pytest
from django.contrib.auth.models import AnonymousUser

from articles import blocks, editing, filters, limits, logbook
from articles.models import Block, BlockedDomain, Edit, Filter, FilterHit, LogEntry, Proposal
from articles.reviewing import deciding, proposing, tags
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

SPAM = "Buy cheap pills.\n"


def send(author, article, text: str = SPAM, **fields):
    article.refresh_from_db()
    sent = {"title": article.full_title, "base": str(article.current_edit_id), "section": "0", "text": text} | fields
    return proposing.submit(user=author.account or AnonymousUser(), author=author, **sent)


def outcome_of(author, article, text: str = SPAM, **fields) -> str:
    try:
        return type(send(author, article, text, **fields)).__name__
    except (filters.Refused, filters.Stopped, limits.TooOften, blocks.Blocked) as refused:
        return type(refused).__name__


def test_without_filters_a_save_costs_what_it_began_with_and_one_question(article, editor, at_most_queries):
    change = editing.Change(article.full_title, article.current_edit_id, "0", "x\n", editor)
    with at_most_queries(3):
        filters.look(change, user=editor.account, article=article)


@pytest.mark.parametrize(
    ("action", "outcomes"),
    [
        ("log", ["Edit", "Edit"]),
        ("tag", ["Edit", "Edit"]),
        ("warn", ["Stopped", "Edit"]),
        ("hold", ["Proposal", "Proposal"]),
        ("throttle", ["Edit", "TooOften"]),
        ("refuse", ["Refused", "Refused"]),
        ("block", ["Blocked", "Blocked"]),
    ],
)
def test_what_happens_is_what_the_filter_says(article, editor, action, outcomes):
    factories.filter_on(action=action, added_words="buy", tag="spam", times=1)
    other = factories.article("Lungs")
    # Warned is warned, once, of one page; all the rest is of every change.
    targets = (article, article if action == "warn" else other)
    assert [outcome_of(editor, target) for target in targets] == outcomes
    assert outcome_of(editor, factories.article("Heart"), "Harmless.\n") == ("Blocked" if action == "block" else "Edit")


@pytest.mark.parametrize(("role", "below", "is_found"), [("reviewer", "reviewer", False), ("reviewer", "", True)])
def test_reviewers_are_asked_about_only_where_the_filter_says_so(article, request, role, below, is_found):
    factories.filter_on(action="refuse", added_words="buy", below=below)
    assert outcome_of(request.getfixturevalue(role), article) == ("Refused" if is_found else "Edit")


def test_a_filter_that_is_off_finds_nothing(article, editor):
    factories.filter_of(action="refuse", added_words="buy")
    assert outcome_of(editor, article) == "Edit"


def test_what_is_found_is_written_down_with_what_came_of_it(article, editor, contributor):
    factories.filter_on(action="tag", added_words="buy", tag="spam")
    edit, proposal = send(editor, article), send(contributor, factories.article("Lungs"))
    first, second = FilterHit.objects.order_by("pk")
    assert (first.edit, first.author, first.action) == (edit, editor, "tag") and second.proposal == proposal
    assert edit.tags == ["filter:spam"] and tags.names_of(edit.tags) == ["spam"]


def test_what_is_held_says_so_and_is_published_by_a_reviewer(article, editor, reviewer):
    held = factories.filter_on(action="hold", added_words="buy")
    proposal = send(editor, article)
    assert proposal.why_held == [f"filter:{held.name}"]
    edit = deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=str(article.current_edit_id))
    assert edit.blob.text.startswith("Buy")


def test_of_several_filters_the_strictest_decides_and_all_are_written_down(article, editor):
    factories.filter_on(action="log", added_words="buy")
    factories.filter_on(action="refuse", added_words="cheap", message="No shop.")
    with pytest.raises(filters.Refused, match="No shop"):
        send(editor, article)
    assert FilterHit.objects.count() == 2


def test_a_refused_text_is_kept_for_its_author_and_for_moderators(article, editor):
    factories.filter_on(action="refuse", added_words="buy")
    assert outcome_of(editor, article) == "Refused"
    assert FilterHit.objects.get().submission.text == SPAM


def test_whoever_is_blocked_by_a_filter_is_blocked_by_the_server_for_its_time(article, editor):
    factories.filter_on(action="block", added_words="buy", hours=5, message="No shop.")
    assert outcome_of(editor, article) == "Blocked"
    block = Block.objects.get()
    assert (block.author, block.by, block.why) == (editor, None, "No shop.")
    assert 4 < (block.until - block.made).total_seconds() / 3600 <= 5
    entry = LogEntry.objects.get(what="block.make")
    assert entry.who is None and logbook.verify() is None


def test_no_filter_blocks_a_moderator(article, moderator):
    factories.filter_on(action="block", added_words="buy", below="")
    assert outcome_of(moderator, article) == "Refused" and not Block.objects.exists()


def test_what_was_there_before_is_brought_back_without_a_question(article, editor):
    factories.edit(article, SPAM, section="0")
    last = factories.edit(article, "Harmless.\n", section="0")
    factories.filter_on(action="refuse", added_words="buy")
    undone = proposing.undo(user=editor.account, author=editor, edit=last, base=str(last.pk))
    assert isinstance(undone, Edit) and undone.blob.text.startswith("Buy")


def test_a_visitor_is_new_and_has_no_edits(article, visitor):
    factories.filter_on(action="refuse", below="contributor", younger_than=1, fewer_edits=1)
    assert outcome_of(visitor, article, "Anything.\n") == "Refused"
    assert outcome_of(factories.author(), article, "Anything.\n") == "Proposal"


def test_the_rate_counts_edits_and_proposals_and_this_one(editor):
    factories.filter_on(action="refuse", saves=2, below="")
    pages = [factories.article(f"Page {number}") for number in range(3)]
    assert [outcome_of(editor, page, "x\n") for page in pages] == ["Edit", "Edit", "Refused"]


def test_a_topic_is_that_of_the_article_as_it_is(editor):
    factories.filter_on(action="refuse", topic="Lungs", added_words="buy")
    of_it, of_another = factories.article("A"), factories.article("B", "x\n")
    assert [outcome_of(editor, page) for page in (of_it, of_another)] == ["Refused", "Edit"]


def test_a_pathological_expression_stops_nobody_and_is_counted(article, editor):
    with_it = factories.filter_on(action="refuse", text_matches="(a+)+$")
    assert outcome_of(editor, article, "a" * 20_000 + "b\n") == "Edit"
    with_it.refresh_from_db()
    assert with_it.cut_off == 1


def test_a_wrong_base_is_no_business_of_filters(article, editor):
    factories.filter_on(action="refuse", added_words="buy")
    with pytest.raises(editing.BaseMissing):
        send(editor, article, base="999999")
    assert not FilterHit.objects.exists()


def test_imports_are_not_asked_about():
    factories.filter_on(action="refuse", added_words="buy", below="")
    assert factories.brought_in("Shop", SPAM).full_title == "Shop"


# --- Domains -----------------------------------------------------------------------------------------------------
@pytest.fixture
def evil() -> None:
    with unlocked("the page that does it has tests of its own"):
        BlockedDomain.objects.create(domain="evil.test", why="spam")


@pytest.mark.parametrize("role", ["contributor", "editor", "administrator"])
def test_a_link_to_a_blocked_domain_is_refused_whoever_adds_it(article, request, evil, role):
    with pytest.raises(filters.Refused, match=r"evil\.test here \(spam\)"):
        send(request.getfixturevalue(role), article, "See <https://www.evil.test/x>.\n")
    assert not Proposal.objects.exists()


def test_links_that_stand_there_stop_nobody(article, editor):
    factories.edit(article, "See <https://evil.test/>.\n", section="0")
    with unlocked("the page that does it has tests of its own"):
        BlockedDomain.objects.create(domain="evil.test")
    assert outcome_of(editor, article, "See <https://evil.test/>, and more.\n") == "Edit"
    assert outcome_of(editor, article, "<https://evil.test/> <https://evil.test/b>\n") == "Refused"


def test_a_new_article_is_asked_about_too(editor, evil):
    with pytest.raises(filters.Refused):
        proposing.submit(
            user=editor.account, author=editor, title="New", base="0", section="", text="<https://evil.test>\n"
        )
    assert not Filter.objects.exists()
