"""A new password, by a one-time link."""

import pytest
from django.core import mail as outbox

from articles import limits
from articles.models import LogEntry
from tests import factories
from wiki.accounts import mail, passwords, roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

NEW = "blue whale sings low"


@pytest.fixture
def ada() -> User:
    return factories.user(name="Ada", email="ada@example.org")


def parts(path: str) -> tuple[int, str]:
    _, _, _, _, number, token, _ = path.split("/")
    return int(number), token


def ask(who: str) -> list[str]:
    passwords.send_links(who, place="192.0.2.1", base="http://testserver")
    mail.wait_until_sent()
    return [address for message in outbox.outbox for address in message.to]


def test_a_link_sets_the_password_once(ada: User):
    link = parts(passwords.make_link(ada))
    assert passwords.use_link(*link, NEW)
    assert not passwords.use_link(*link, "another password")
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_link_is_good_for_some_hours_only(ada: User, settings):
    link = parts(passwords.make_link(ada))
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert passwords.account_of_link(*link) is None


def test_a_link_of_one_account_opens_no_other(ada: User):
    _number, token = parts(passwords.make_link(ada))
    assert passwords.account_of_link(factories.user().pk, token) is None


def test_a_closed_account_gets_no_link_and_an_older_one_is_void(ada: User):
    link = parts(passwords.make_link(ada))
    roles.close(ada)
    assert passwords.account_of_link(*link) is None
    with pytest.raises(roles.RoleRefused):
        passwords.make_link(ada)


def test_that_it_was_made_is_logged_without_the_secret(ada: User):
    administrator = factories.user("administrator")
    _number, token = parts(passwords.make_link(ada, by=administrator, why="She called"))
    entry = LogEntry.objects.get(what="account.reset_link")
    assert (entry.who, entry.why, entry.target) == (administrator, "She called", f"account:{ada.pk}")
    assert token not in str([entry.before, entry.after, entry.why, entry.personal])


def test_a_moderator_may_not_make_one(ada: User):
    with pytest.raises(roles.RoleRefused):
        passwords.make_link(ada, by=factories.user("moderator"))


@pytest.mark.parametrize("who", ["Ada", "ada", "ada@example.org", "ADA@EXAMPLE.ORG"])
def test_a_mail_goes_to_the_account_of_this_name_or_address(ada: User, who: str):
    assert ask(who) == ["ada@example.org"]
    link = next(line for line in outbox.outbox[0].body.splitlines() if line.startswith("http"))
    assert passwords.account_of_link(*parts(link.removeprefix("http://testserver"))) == ada


@pytest.mark.parametrize("who", ["Nobody", "nobody@example.org", "#", "\x00", "a" * 254])
def test_nobody_is_written_to_when_nobody_is_found(ada: User, who: str):
    assert ask(who) == []


def test_a_closed_account_is_not_written_to(ada: User):
    roles.close(ada)
    assert ask("Ada") == []


def test_nobody_can_be_flooded_with_mail_and_nobody_is_told(ada: User):
    for _ in range(5):
        sent = ask("Ada")
    assert len(sent) == passwords.LINKS_OF_AN_ACCOUNT


def test_a_place_that_asks_too_often_waits(ada: User):
    for _ in range(passwords.LINKS_OF_A_PLACE):
        ask("Nobody")
    with pytest.raises(limits.TooOften):
        ask("Nobody")


def test_the_owner_is_told_of_a_new_password(ada: User):
    passwords.change(ada, NEW)
    mail.wait_until_sent()
    assert "was changed" in outbox.outbox[0].subject


def test_a_link_used_tells_the_owner(ada: User):
    passwords.use_link(*parts(passwords.make_link(ada)), NEW)
    mail.wait_until_sent()
    assert "one-time link" in outbox.outbox[0].body
