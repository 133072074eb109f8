import pytest

from articles import access
from articles.models import LogEntry
from articles.moderation import Refused, looking_up
from articles.reviewing import proposing
from tests import factories

pytestmark = pytest.mark.django_db


def look_up(by, who: str):
    return looking_up.look_up(who=who, by=by.account, why="Two accounts write the same.")


@pytest.fixture
def lungs():
    return factories.article("Lungs")


def test_a_look_shows_what_was_sent_from_where_and_who_else_did(moderator, contributor, visitor, lungs):
    proposal = factories.proposal(lungs, contributor, address="192.0.2.7")
    factories.proposal(lungs, visitor, "Other.\n", address="192.0.2.7")
    factories.proposal(lungs, factories.author(), "Elsewhere.\n", address="198.51.100.1")
    (place,) = look_up(moderator, contributor.name)
    assert (place.place, place.times, place.others) == ("192.0.2.7", 1, (visitor,))
    assert [(sent.title, sent.proposal) for sent in place.latest] == [("Lungs", proposal)]


def test_each_look_stands_in_the_log_with_its_reason(moderator, contributor):
    look_up(moderator, contributor.name)
    look_up(moderator, "192.0.2.7")
    of_address, of_person = LogEntry.objects.filter(what="address.look_up").order_by("-number")
    assert of_person.target == f"account:{contributor.account_id}" and "same" in of_person.why
    assert (of_address.target, of_address.personal) == ("address", {"name": "192.0.2.7/32"})


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("192.0.2.7", ["192.0.2.7"]),
        ("192.0.2.0/24", ["192.0.2.7"]),
        ("2001:db8:1:2::/64", ["2001:db8:1:2::/64"]),
        ("198.51.100.0/24", []),
    ],
)
def test_an_address_or_a_range_shows_who_wrote_from_there(moderator, contributor, lungs, who, found):
    factories.proposal(lungs, contributor, address="192.0.2.7")
    factories.proposal(lungs, contributor, "Again.\n", address="2001:db8:1:2::3")
    places = look_up(moderator, who)
    assert [place.place for place in places] == found
    assert [place.others for place in places] == [(contributor,)] * len(found)


def test_who_writes_from_the_same_long_network_is_one_house(moderator, contributor, visitor, lungs):
    factories.proposal(lungs, contributor, address="2001:db8:1:2::3")
    factories.proposal(lungs, visitor, "Other.\n", address="2001:db8:1:2:9::4")
    (place,) = look_up(moderator, contributor.name)
    assert place.others == (visitor,)


def test_nobody_looks_up_themselves_or_somebody_above_them(moderator, administrator):
    for who in (moderator, administrator):
        with pytest.raises(Refused):
            look_up(moderator, who.name)
    assert not LogEntry.objects.filter(what="address.look_up").exists()


def test_staff_is_not_shown_among_the_others_but_to_administrators(moderator, administrator, visitor, lungs):
    other = factories.author("moderator")
    factories.proposal(lungs, visitor, address="192.0.2.7")
    proposing.submit(
        user=other.account, author=other, title="Heart", base="0", section="", text="x\n", address="192.0.2.7"
    )
    assert look_up(moderator, visitor.name)[0].others == ()
    assert look_up(administrator, visitor.name)[0].others == (other,)


@pytest.mark.parametrize("who", ["192.0.2.9", "192.0.2.0/24"])
def test_what_staff_sent_from_an_address_is_shown_to_administrators_only(
    moderator, administrator, visitor, lungs, who: str
):
    proposal = factories.proposal(lungs, visitor, address="192.0.2.9")
    proposing.submit(
        user=administrator.account,
        author=administrator,
        title="Heart",
        base="0",
        section="",
        text="x\n",
        address="192.0.2.9",
    )
    other = factories.author("administrator")
    assert [sent.proposal for sent in look_up(moderator, who)[0].latest] == [proposal]
    assert look_up(moderator, who)[0].others == (visitor,)
    assert len(look_up(other, who)[0].latest) == 2


def test_of_who_wrote_nothing_nothing_is_known(moderator):
    assert look_up(moderator, access.new_visitor().name) == []
    assert look_up(moderator, "203.0.113.9") == []


def test_the_log_about_a_person_is_found(moderator, contributor):
    look_up(moderator, contributor.name)
    assert [entry.what for entry in looking_up.log_about(contributor)] == ["address.look_up"]
