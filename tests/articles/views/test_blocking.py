import pytest
from django.test import Client

from articles.models import Address, Block
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


def test_a_block_begins_at_a_name_in_a_history(moderator_client: Client, contributor):
    article = factories.article("Asthma", author=contributor)
    link = Page(moderator_client.get(f"/history/{article.full_title}")).link("block")
    page = Page(moderator_client.get(link))
    assert page.fields()["who"] == contributor.name
    answer = moderator_client.post("/special/block", page.fields(reason="Vandalism."))
    assert answer.status_code == 303 and Block.objects.get().author == contributor


def test_contributions_say_that_somebody_is_blocked(moderator_client: Client, contributor, client: Client):
    factories.article("Asthma", author=contributor)
    block = factories.block(contributor.name, why="Once too often.")
    for path in (f"/contributions/{contributor.name}", f"/user/{contributor.name}"):
        page = Page(moderator_client.get(path, follow=True))
        assert "Once too often." in page.words and page.link("Change or lift it") == block.get_absolute_url()
        assert "Once too often." not in Page(client.get(path, follow=True)).words


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"who": "Nobody here"}, 422, "Nobody here is called that"),
        ({"who": "192.0.0.0/16"}, 422, "65,536 addresses"),
        ({"who": "192.0.0.0/8"}, 422, "too wide"),
        ({"reason": ""}, 422, "Say why"),
        ({"ends": "date"}, 422, "Choose the day"),
        ({"ends": "date", "date": "2020-01-01"}, 422, "has begun already"),
        ({"level": "", "no_accounts": ""}, 422, "Choose what they are kept from"),
    ],
)
def test_what_can_not_be_is_said_with_all_that_was_typed(moderator_client: Client, visitor, fields, status, said):
    page = Page(moderator_client.get(f"/special/block?who={visitor.name}"))
    sent = {name: value for name, value in page.fields(**{"reason": "Spam."} | fields).items() if value}
    answer = moderator_client.post("/special/block", sent)
    assert answer.status_code == status and said in Page(answer).words
    assert Page(answer).fields()["who"] == sent["who"] and not Block.objects.exists()


def test_a_wide_range_is_blocked_when_it_is_said_to_be_meant(moderator_client: Client):
    sent = {"who": "192.0.0.0/16", "level": "write", "ends": "day", "reason": "Spam."}
    page = Page(moderator_client.post("/special/block", sent))
    assert "sure" in page.fields(sure="on")
    assert moderator_client.post("/special/block", sent | {"sure": "on"}).status_code == 303


def test_who_is_blocked_already_is_led_to_that_block(moderator_client: Client, visitor):
    block = factories.block(visitor.name)
    sent = {"who": visitor.name, "level": "write", "ends": "day", "reason": "Spam."}
    page = Page(moderator_client.post("/special/block", sent))
    assert page.link("To the block that there is") == block.get_absolute_url()


def test_a_block_is_changed_and_lifted_on_its_page(moderator_client: Client, visitor):
    block = factories.block(visitor.name)
    page = Page(moderator_client.get(block.get_absolute_url()))
    sent = page.fields(level="edit", no_accounts="", ends="day", reason="Milder.", act="change")
    moderator_client.post(block.get_absolute_url(), {name: value for name, value in sent.items() if value})
    block.refresh_from_db()
    assert (block.level, block.until is not None) == ("edit", True)

    page = Page(moderator_client.get(block.get_absolute_url()))
    assert page.fields()["ends"] == "as it is"
    sent = page.fields(reason="Enough.", act="lift")
    answer = moderator_client.post(block.get_absolute_url(), sent, follow=True)
    assert "It was lifted on" in Page(answer).words
    assert moderator_client.post(block.get_absolute_url(), sent).status_code == 409


def test_the_list_says_of_a_caught_address_only_whose_it_was(moderator_client: Client, contributor):
    factories.proposal(factories.article("Asthma"), contributor, address="192.0.2.7")
    factories.block(contributor.name, catches=True)
    words = Page(moderator_client.get("/special/blocks")).words
    assert f"an address used by {contributor.name}" in words and "192.0.2.7" not in words
    (caught,) = Block.objects.filter(cause__isnull=False)
    assert "192.0.2.7" not in moderator_client.get(caught.get_absolute_url()).content.decode()


@pytest.mark.parametrize("query", ["?who=192.0.2.9", "?kind=addresses", "?state=all", "?after=999999"])
def test_the_list_answers_what_it_is_asked(moderator_client: Client, query: str):
    factories.block("192.0.2.0/24")
    assert "192.0.2.0/24" in Page(moderator_client.get(f"/special/blocks{query}")).words


def test_the_list_can_not_be_asked_for_a_kind_that_there_is_not(moderator_client: Client):
    assert moderator_client.get("/special/blocks?kind=animals").status_code == 422
    assert moderator_client.get("/special/blocks/999").status_code == 404


def test_addresses_are_shown_after_a_reason_only(moderator_client: Client, visitor):
    factories.proposal(factories.article("Asthma"), visitor, address="192.0.2.7")
    page = Page(moderator_client.get(f"/special/look-up?who={visitor.name}"))
    refused = moderator_client.post("/special/look-up", page.fields())
    assert refused.status_code == 422 and "192.0.2.7" not in refused.content.decode()
    shown = Page(moderator_client.post("/special/look-up", page.fields(reason="A sock?")))
    assert "192.0.2.7" in shown.words and "Asthma" in shown.words
    assert shown.link("Block this address") == "/special/block?who=192.0.2.7"
    assert Address.objects.count() == 1


def test_a_look_at_somebody_above_is_refused(moderator_client: Client, administrator):
    answer = moderator_client.post("/special/look-up", {"who": administrator.name, "reason": "Curious."})
    assert answer.status_code == 422 and "Administrators" in Page(answer).words


def test_of_who_sent_nothing_it_says_so(moderator_client: Client, visitor):
    answer = moderator_client.post("/special/look-up", {"who": visitor.name, "reason": "A sock?"})
    assert "No address of" in Page(answer).words
