"""Blocks in the Django admin: found, lifted, made of people ticked in a list; no address that a block has caught."""

import pytest
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.test import Client

from articles import access
from articles.models import Block, LogEntry
from articles.moderation import blocking
from tests import desk, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

LIST, AUTHORS, ACCOUNTS = "/admin/articles/block/", "/admin/articles/author/", "/admin/accounts/user/"


def test_people_ticked_in_the_list_of_authors_are_blocked_with_one_reason(moderator_client: Client, visitor):
    vera = factories.author("contributor", "Vera")
    imported = access.imported_author("Old wiki")
    asked = desk.choose(moderator_client, AUTHORS, "block", [visitor.pk, vera.pk, imported.pk])
    assert "It is a name from another wiki" in Page(asked).words
    answer = desk.send(moderator_client, asked, level="propose", ends="day", reason="Spam")
    assert "Done: 2 of 2" in Page(answer).words
    held = Block.objects.holding().order_by("author")
    assert {row.author for row in held} == {visitor, vera}
    assert {(row.level, row.why) for row in held} == {("propose", "Spam")}
    assert LogEntry.objects.filter(what="block.make", why="Spam").count() == 2


def test_an_account_that_wrote_nothing_is_blocked_by_the_button_on_its_page(moderator_client: Client):
    account = factories.user("contributor", "Vera")
    desk.do_from_the_row(moderator_client, f"{ACCOUNTS}{account.pk}/change/", "Block", reason="Spam")
    assert Block.objects.get().author.account == account
    assert DjangosLogEntry.objects.get().object_repr == f"account {account.pk}"


@pytest.mark.parametrize(("role", "said"), [("administrator", "Administrators can’t be blocked"), ("moderator", "")])
def test_nobody_above_oneself_is_blocked(moderator_client: Client, role: str, said: str):
    account = factories.user(role)
    page = Page(desk.choose(moderator_client, ACCOUNTS, "block", [account.pk]))
    assert said in page.words and bool(page.with_class("act-form")) == (not said)


def test_nobody_blocks_themselves(moderator_client: Client, moderator):
    assert "That is you." in Page(desk.choose(moderator_client, AUTHORS, "block", [moderator.pk])).words


def test_who_is_blocked_already_is_told_so(moderator_client: Client, visitor):
    factories.block(visitor.name)
    answer = desk.do(moderator_client, AUTHORS, "block", [visitor.pk], ends="day", reason="Spam")
    assert answer.status_code == 422 and "There is a block of the same already" in Page(answer).words


def test_several_are_lifted_and_both_logs_have_it_without_the_address(moderator_client: Client, visitor):
    rows = [factories.block(who).pk for who in ("192.0.2.7", visitor.name)]
    answer = desk.do(moderator_client, LIST, "lift", rows, reason="A school")
    assert "Done: 2 of 2" in Page(answer).words and not Block.objects.holding().exists()
    assert LogEntry.objects.filter(what="block.lift", why="A school").count() == 2
    assert {row.object_repr for row in DjangosLogEntry.objects.all()} == {f"block {row}" for row in rows}
    assert "It has ended." in Page(desk.choose(moderator_client, LIST, "lift", rows)).words


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?state=holding", True),
        ("?state=ended", False),
        ("?q=192.0", True),
        ("?whom=networks", True),
        ("?whom=people", False),
        ("?whom=x", True),
    ],
)
def test_blocks_are_found(moderator_client: Client, query: str, shown: bool):
    factories.block("192.0.2.7")
    assert bool(Page(moderator_client.get(f"{LIST}{query}")).with_class("field-whom")) == shown


def test_an_address_that_a_block_has_caught_is_shown_nowhere(moderator_client: Client, visitor):
    cause = factories.block(visitor.name)
    blocking.blocks.catch(cause, "198.51.100.9")
    caught = Block.objects.get(cause=cause)
    for path in ("", "?q=198.51", f"{caught.pk}/change/", f"{caught.pk}/history/", f"act/lift/?row={caught.pk}"):
        assert "198.51.100.9" not in moderator_client.get(f"{LIST}{path}", follow=True).content.decode()
