import pytest
from django.contrib.auth.models import AnonymousUser

from articles import access, blocks
from articles.models import Block
from tests import factories

pytestmark = pytest.mark.django_db

NOBODY = AnonymousUser()


def test_somebody_with_an_account_is_known_by_it(contributor):
    block = factories.block(contributor.name)
    assert blocks.holding(user=contributor.account) == (block,)
    assert blocks.holding(user=factories.user()) == ()


def test_a_visitor_is_known_by_their_cookie(visitor):
    block = factories.block(visitor.name)
    assert blocks.holding(user=NOBODY, visitor_key=visitor.visitor_key) == (block,)
    assert blocks.holding(user=NOBODY, author=visitor) == (block,)
    assert blocks.holding(user=NOBODY, visitor_key=access.new_visitor().visitor_key) == ()


@pytest.mark.parametrize(
    ("network", "address", "is_in"),
    [
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("192.0.2.0/24", "192.0.2.255", True),
        ("192.0.2.0/24", "192.0.3.0", False),
        ("192.0.0.0/16", "::ffff:192.0.2.7", True),
        ("2001:db8:1::/48", "2001:DB8:1:2::3", True),
        ("2001:db8:1::/48", "2001:db8:2::3", False),
        ("2001:db8:1:2::/64", "2001:db8:1:2:3:4:5:6%eth0", True),
        ("192.0.2.0/24", "", False),
        ("192.0.2.0/24", "no address", False),
    ],
)
def test_an_address_is_in_the_ranges_around_it(network, address, is_in):
    block = factories.block(network)
    assert blocks.holding(user=NOBODY, address=address) == ((block,) if is_in else ())


@pytest.mark.parametrize(
    ("role", "accounts_too", "is_held"),
    [("contributor", False, False), ("contributor", True, True), ("editor", True, False), ("moderator", True, False)],
)
def test_of_an_address_accounts_are_held_off_only_when_it_says_so_and_never_editors(role, accounts_too, is_held):
    factories.block("192.0.2.0/24", accounts_too=accounts_too)
    assert bool(blocks.holding(user=factories.user(role), address="192.0.2.7")) is is_held


@pytest.mark.parametrize(
    ("level", "refused"),
    [("edit", ["edit"]), ("propose", ["edit", "propose"]), ("write", ["edit", "propose", "write"])],
)
def test_who_is_kept_from_one_is_kept_from_what_is_less(contributor, level, refused):
    factories.block(contributor.name, level=level)
    found = blocks.holding(user=contributor.account)
    assert [act for act in (*blocks.LEVELS, "register") if blocks.against(found, act)] == refused


def test_one_that_is_of_new_accounts_is_of_nothing_else():
    factories.block("192.0.2.7", level="", no_accounts=True)
    found = blocks.holding(user=NOBODY, address="192.0.2.7")
    assert [act for act in (*blocks.LEVELS, "register") if blocks.against(found, act)] == ["register"]


def test_one_of_a_page_or_of_a_topic_is_of_no_other(contributor):
    lungs, heart = factories.article("Lungs", "x\n\n[[Category:Organs]]\n"), factories.article("Heart", "x\n")
    factories.block(contributor.name, level="propose", page="Heart")
    found = blocks.holding(user=contributor.account)
    assert blocks.against(found, "propose", heart) and not blocks.against(found, "propose", lungs)
    assert not blocks.against(found, "propose", "Hearts") and not blocks.against(found, "propose")

    factories.block(contributor.name, level="propose", topic="Organs")
    found = blocks.holding(user=contributor.account)
    assert blocks.against(found, "propose", lungs) and blocks.against(found, "propose", "Category:Organs")
    assert not blocks.against(found, "propose", "Spleen")


def test_the_address_that_a_blocked_person_tries_it_from_is_blocked_for_a_day(contributor):
    block = factories.block(contributor.name, catches=True)
    for _attempt in range(2):
        with pytest.raises(blocks.Blocked) as refused:
            blocks.refuse(blocks.holding(user=contributor.account), "edit", address="2001:db8:1:2::3")
    assert refused.value.block == block
    caught = Block.objects.get(cause=block)
    assert caught.network == "2001:db8:1:2::/64" and caught.until - caught.made <= blocks.CAUGHT_FOR
    assert blocks.against(blocks.holding(user=NOBODY, address="2001:db8:1:2::99"), "register") == caught


def test_one_that_does_not_say_so_catches_no_address(contributor):
    factories.block(contributor.name)
    with pytest.raises(blocks.Blocked):
        blocks.refuse(blocks.holding(user=contributor.account), "edit", address="192.0.2.7")
    assert Block.objects.count() == 1


def test_asking_takes_one_query(contributor, at_most_queries):
    factories.block("192.0.2.0/24")
    with at_most_queries(1):
        blocks.holding(user=NOBODY, visitor_key="x" * 32, address="192.0.2.7")
