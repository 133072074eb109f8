from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles.models import Author, Block, LogEntry
from articles.moderation import ChangedMeanwhile, Refused, blocking
from articles.moderation.blocking import Terms
from tests import factories

pytestmark = pytest.mark.django_db


def block(moderator, who: str, why: str = "Vandalism.", *, sure: bool = False, **terms):
    return blocking.block(who=who, terms=Terms(**{"level": "write"} | terms), by=moderator.account, why=why, sure=sure)


def names(listing) -> list[str]:
    return [row.author.name if row.author else row.network for row in listing.rows]


def test_a_block_is_written_into_the_log_by_number_with_the_name_outside_the_hash(moderator, contributor):
    made = block(moderator, contributor.name)
    entry = LogEntry.objects.get(what="block.make")
    assert (entry.who, entry.why, entry.target) == (
        moderator.account,
        "Vandalism.",
        f"account:{contributor.account_id}",
    )
    assert entry.personal == {"name": contributor.name} and entry.after["block"] == made.pk
    assert contributor.name not in str((entry.target, entry.before, entry.after))


def test_an_address_stands_in_no_row_of_the_log(moderator):
    made = block(moderator, "192.0.2.7")
    entry = LogEntry.objects.get(what="block.make")
    assert "192.0" not in str((entry.target, entry.after, entry.personal)) and entry.target == f"block:{made.pk}"


def test_a_visitor_is_blocked_by_their_pseudonym_and_an_account_in_any_spelling(moderator, visitor):
    assert block(moderator, visitor.name).author == visitor
    account = factories.author(name="Ada Lovelace")
    assert block(moderator, "ada_lovelace").author == account


@pytest.mark.parametrize("who", ["Nobody here", "300.1.1.1", "192.0.2.0/33", ""])
def test_who_is_not_there_is_refused(moderator, who):
    with pytest.raises(Refused, match="Nobody here is called that"):
        block(moderator, who)


def test_nobody_blocks_themselves_or_somebody_above_them(moderator, administrator):
    for by, who, said in (
        (moderator, moderator, "That is you"),
        (moderator, administrator, "Administrators can’t be blocked"),
        (administrator, factories.author("administrator"), "Administrators can’t be blocked"),
    ):
        with pytest.raises(Refused, match=said):
            block(by, who.name)
    assert not Block.objects.exists()


def test_moderators_may_be_blocked_by_each_other_and_by_administrators(moderator, administrator):
    assert block(administrator, moderator.name).holds
    assert block(moderator, factories.author("moderator").name).holds


@pytest.mark.parametrize("who", ["0.0.0.0/0", "192.0.0.0/15", "2001::/31", "::/0"])
def test_no_range_is_wider_than_the_widest(moderator, who):
    with pytest.raises(Refused, match="too wide"):
        block(moderator, who, sure=True)


@pytest.mark.parametrize(
    ("who", "said"), [("192.0.0.0/16", "65,536 addresses"), ("2001:db8::/32", "4,294,967,296 networks")]
)
def test_a_wide_range_is_asked_about(moderator, who, said):
    with pytest.raises(blocking.TooWide, match=said):
        block(moderator, who)
    assert block(moderator, who, sure=True).network == who


def test_a_second_block_of_the_same_leads_to_the_first(moderator, contributor):
    first = block(moderator, contributor.name)
    with pytest.raises(blocking.BlockedAlready) as refused:
        block(moderator, contributor.name, level="edit")
    assert refused.value.block == first
    assert block(moderator, contributor.name, level="propose", page="Asthma").page == "Asthma"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"level": ""}, "Choose what"),
        ({"level": "propose", "page": "A", "topic": "B"}, "not both"),
        ({"level": "write", "page": "A"}, "publishing and proposing only"),
        ({"level": "edit", "topic": "A", "no_accounts": True}, "publishing and proposing only"),
        ({"level": "edit", "page": "A[b]"}, "title"),
        ({"level": "edit", "topic": "A|b"}, "title"),
    ],
)
def test_terms_that_make_no_sense_are_refused(moderator, contributor, terms, said):
    with pytest.raises(Refused, match=said):
        block(moderator, contributor.name, **terms)


def test_titles_are_kept_in_their_one_spelling(moderator, contributor):
    assert block(moderator, contributor.name, level="edit", page="help:x_y").page == "Help:X y"
    assert block(moderator, contributor.name, level="edit", topic="category:lungs").topic == "Lungs"


def test_the_addresses_of_the_last_day_are_blocked_along_and_let_go_with_the_block(moderator, contributor):
    factories.article("Asthma")
    factories.proposal(factories.article("Lungs"), contributor, address="192.0.2.7")
    made = block(moderator, contributor.name, catches=True)
    (caught,) = Block.objects.filter(cause=made)
    assert (caught.network, caught.accounts_too, caught.no_accounts) == ("192.0.2.7/32", True, True)

    blocking.lift(block=made, by=moderator.account, why="A mistake.")
    assert not Block.objects.holding().exists()


def test_a_changed_block_has_both_states_in_the_log(moderator, contributor):
    made = block(moderator, contributor.name)
    until = timezone.now() + timedelta(days=1)
    assert blocking.change(block=made, terms=Terms("edit", until=until), by=moderator.account, why="Milder.")
    entry = LogEntry.objects.get(what="block.change")
    assert (entry.before["level"], entry.after["level"], entry.before["until"]) == ("write", "edit", "")
    assert not blocking.change(block=made, terms=Terms("edit", until=until), by=moderator.account, why="Milder.")


def test_nobody_lifts_or_changes_their_own_block(moderator, administrator):
    made = block(administrator, moderator.name, level="edit")
    with pytest.raises(PermissionDenied):
        blocking.lift(block=made, by=moderator.account, why="I want to.")
    with pytest.raises(PermissionDenied):
        blocking.change(block=made, terms=Terms("edit"), by=moderator.account, why="I want to.")


def test_of_two_who_lift_it_the_second_is_told(moderator, contributor):
    made = block(moderator, contributor.name)
    blocking.lift(block=made, by=moderator.account, why="Enough.")
    with pytest.raises(ChangedMeanwhile):
        blocking.lift(block=made, by=moderator.account, why="Enough.")


def test_blocks_are_found_by_name_by_address_and_by_kind(moderator, contributor):
    block(moderator, contributor.name)
    block(moderator, "192.0.2.0/24")
    gone = block(moderator, "198.51.100.7")
    blocking.lift(block=gone, by=moderator.account, why="Enough.")
    assert names(blocking.page()) == ["192.0.2.0/24", contributor.name]
    assert names(blocking.page(who=contributor.name[:8].lower())) == [contributor.name]
    assert names(blocking.page(who="192.0.2.77")) == ["192.0.2.0/24"]
    assert names(blocking.page(kind="people")) == [contributor.name]
    assert names(blocking.page(kind="addresses", state="all")) == ["198.51.100.7/32", "192.0.2.0/24"]
    assert names(blocking.page(state="ended")) == ["198.51.100.7/32"]


def test_a_caught_address_is_found_by_no_address(moderator, contributor):
    factories.proposal(factories.article("Lungs"), contributor, address="192.0.2.7")
    block(moderator, contributor.name, catches=True)
    assert blocking.page(who="192.0.2.7").rows == [] and len(blocking.page(kind="caught").rows) == 1


def test_a_page_of_blocks_takes_as_many_queries_as_one(moderator, at_most_queries, monkeypatch):
    monkeypatch.setattr(blocking, "PAGE_SIZE", 5)
    for number in range(6):
        block(moderator, f"192.0.2.{number}")
    with at_most_queries(1):
        listing = blocking.page()
        assert [row.by.username for row in listing.rows] == [moderator.name] * 5
    assert names(blocking.page(after=int(listing.next))) == ["192.0.2.0/32"]


def test_who_never_wrote_can_be_blocked(moderator):
    user = factories.user(name="Never wrote")
    assert block(moderator, "Never wrote").author == Author.objects.get(account=user)
