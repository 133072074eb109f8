"""An account made for somebody."""

import pytest
from django.core import mail as outbox
from django.core.exceptions import ValidationError

from articles.models import LogEntry, PageStamp
from tests import factories
from wiki.accounts import mail, making, passwords, roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

BASE = "https://wiki.example.org"


@pytest.fixture
def root() -> User:
    return factories.user("administrator", "Root")


def test_it_has_its_role_and_no_password_and_is_logged(root: User):
    making.make(making.prepared("ada_lovelace", email="ada@EXAMPLE.org"), roles.EDITOR, by=root, why="A nurse")
    ada = User.objects.get(username="Ada lovelace")
    assert (roles.role_of(ada), ada.email, ada.has_usable_password()) == ("editor", "ada@example.org", False)
    entry = LogEntry.objects.get(what="account.make")
    assert (entry.who, entry.target, entry.why, entry.after) == (
        root,
        f"account:{ada.pk}",
        "A nurse",
        {"role": "editor"},
    )


@pytest.mark.parametrize("role", ["contributor", "moderator"])
def test_only_administrators_make_one(role: str):
    with pytest.raises(roles.RoleRefused):
        making.make(making.prepared("Ada"), roles.CONTRIBUTOR, by=factories.user(role))
    assert not User.objects.filter(username="Ada").exists()


@pytest.mark.parametrize("name", ["", "a<b", "Visitor 7", "ROOT", "10.0.0.1"])
def test_a_name_that_can_not_be_is_refused(root: User, name: str):
    with pytest.raises(ValidationError):
        making.prepared(name)


def test_a_name_taken_a_moment_ago_is_refused_and_nothing_of_it_stays(root: User):
    late = making.prepared("Ada")
    making.make(making.prepared("Ada"), roles.EDITOR)
    with pytest.raises(ValidationError, match="taken"):
        making.make(late, roles.EDITOR)
    assert LogEntry.objects.filter(what="account.make").count() == 1


def test_a_role_that_there_is_none_of_makes_nothing(root: User):
    with pytest.raises(roles.RoleRefused):
        making.make(making.prepared("Ada"), "emperor", by=root)
    assert not User.objects.filter(username="Ada").exists()


@pytest.mark.parametrize(("email", "is_mailed"), [("ada@example.org", True), ("", False)])
def test_its_owner_is_invited_by_mail_where_there_is_an_address(root: User, email: str, is_mailed: bool):
    ada = making.prepared("Ada", email=email)
    making.make(ada, roles.EDITOR, by=root)
    link, was_mailed = making.invite(ada, by=root, base=BASE)
    mail.wait_until_sent()
    assert was_mailed == is_mailed and [link in message.body for message in outbox.outbox] == [True] * is_mailed
    number, token = link.removeprefix(f"{BASE}/accounts/password/reset/").strip("/").split("/")
    assert passwords.account_of_link(int(number), token) == ada


def test_the_former_address_is_told_and_the_hashed_part_of_the_log_names_no_address(root: User, mailoutbox):
    ada = User.objects.create_user("Ada", email="old@example.org")
    making.change_details(ada, display_name="", email="new@example.org", by=root, why="Asked")
    mail.wait_until_sent()
    entry = LogEntry.objects.latest("number")
    assert [sent.to for sent in mailoutbox] == [["old@example.org"]]
    assert (entry.after, entry.personal["before"]["email"]) == (["email"], "old@example.org")
    assert "example.org" not in f"{entry.target}{entry.why}{entry.before}{entry.after}"


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_only_administrators_change_the_details_of_others(role: str):
    ada, by = User.objects.create_user("Ada"), factories.user(role)
    with pytest.raises(roles.RoleRefused):
        making.change_details(ada, display_name="X", email="", by=by)
    assert User.objects.get(pk=ada.pk).display_name == ""


def test_a_displayed_name_is_new_below_what_the_person_wrote():
    ada = factories.author("editor", "Ada")
    factories.article("Asthma", author=ada)
    before = PageStamp.objects.get(path="/wiki/Asthma").stamp
    making.change_display_name(ada.account, "Countess")
    assert User.objects.get(pk=ada.account_id).display_name == "Countess"
    assert PageStamp.objects.get(path="/wiki/Asthma").stamp > before
