"""An account closed for good: what says who it was goes, what was published stays, and nobody else gets the name."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as AdminLine
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core import mail as outbox
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client

from articles import access, drafts, editing, logbook, writing
from articles.models import Author, Edit, LogEntry, Submission
from articles.moderation import register
from tests import factories, locks
from tests.doors import unlocked
from wiki.accounts import leaving, mail, making, roles
from wiki.accounts.models import FormerName, User
from wiki.accounts.signals import account_left

pytestmark = pytest.mark.django_db


@pytest.fixture
def root() -> User:
    return factories.user("administrator", "Root")


@pytest.fixture
def ada(root: User) -> User:
    user = factories.user("moderator", "Ada", email="ada@example.org", confirmed_email="ada@example.org")
    user.display_name = "Countess"
    user.save()
    return user


def test_the_account_keeps_nothing_that_says_who_it_was(ada: User):
    factories.authenticator_app(ada)
    pseudonym = leaving.leave(ada, by=ada)
    ada.refresh_from_db()
    said = (ada.username, ada.display_name, ada.email, ada.confirmed_email, ada.last_login)
    assert said == (pseudonym, "", "", "", None)
    assert not (ada.is_active or ada.is_staff or ada.has_usable_password())
    assert roles.role_of(ada) == roles.CONTRIBUTOR and not Authenticator.objects.filter(user=ada).exists()


def test_its_sessions_end_and_no_others(ada: User, root: User):
    for user in (ada, root):
        Client().force_login(user)
    leaving.leave(ada, by=ada)
    assert [session.get_decoded()["_auth_user_id"] for session in Session.objects.all()] == [str(root.pk)]


@pytest.mark.django_db(transaction=True)
def test_its_sessions_are_read_before_anybody_has_to_wait_for_it(ada: User, root: User, monkeypatch):
    read, was_locked = leaving._sessions_of, []
    monkeypatch.setattr(
        leaving, "_sessions_of", lambda user: was_locked.append(connection.in_atomic_block) or read(user)
    )
    Client().force_login(ada)
    leaving.leave(ada, by=root)
    assert was_locked == [False] and not Session.objects.exists()


def test_it_is_logged_without_the_name_and_the_log_verifies(ada: User, root: User):
    roles.give(ada, roles.EDITOR, by=root, why="as she asked")
    pseudonym = leaving.leave(ada, by=root, why="Asked by letter")
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.target, entry.who, entry.why) == (
        "account.leave",
        f"account:{ada.pk}",
        root,
        "Asked by letter",
    )
    assert {row.personal["name"] for row in LogEntry.objects.filter(target=entry.target)} == {pseudonym}
    assert logbook.verify() is None


def test_djangos_own_lines_keep_no_name(ada: User, root: User):
    of_users = ContentType.objects.get_for_model(User)
    AdminLine.objects.create(user=root, content_type=of_users, object_id=ada.pk, object_repr="Ada", action_flag=CHANGE)
    pseudonym = leaving.leave(ada, by=ada)
    assert AdminLine.objects.get().object_repr == pseudonym


def test_the_former_address_is_told_by_the_former_name(ada: User):
    pseudonym = leaving.leave(ada, by=ada)
    mail.wait_until_sent()
    (message,) = outbox.outbox
    assert message.to == ["ada@example.org"] and message.body.startswith("Hello Ada,") and pseudonym in message.body


@pytest.mark.parametrize("name", ["Ada", "ada", "ADA", "Аda", "Countess"])
def test_nobody_else_gets_the_name_nor_one_like_it(ada: User, client: Client, name: str):
    leaving.leave(ada, by=ada)
    with pytest.raises(ValidationError):
        making.prepared(name)
    fields = {"username": name, "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    assert client.post("/accounts/register/", fields).status_code == 422


def test_nobody_is_called_like_somebody_who_left(ada: User, client: Client):
    leaving.leave(ada, by=ada)
    client.force_login(factories.user())
    for name in ("Ada", "Former member 7F3KQ2"):
        assert client.post("/accounts/name/", {"display_name": name}).status_code == 422


def test_the_reserved_name_holds_when_the_servers_key_is_changed(ada: User, settings):
    leaving.leave(ada, by=ada)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert FormerName.is_of_somebody("ada") and not FormerName.is_of_somebody("Grace")
    assert "ada" not in str(FormerName.objects.first()).lower()


def test_the_last_administrator_stays(root: User):
    with pytest.raises(roles.RoleRefused) as refused:
        leaving.leave(root, by=root)
    assert refused.value.code == "last_administrator" and User.objects.get(pk=root.pk).is_active


@pytest.mark.parametrize("role", ["contributor", "moderator"])
def test_nobody_below_administrator_closes_anothers(ada: User, role: str):
    with pytest.raises(roles.RoleRefused) as refused:
        leaving.leave(ada, by=factories.user(role))
    assert refused.value.code == "forbidden"


def test_it_is_for_good(ada: User, root: User):
    leaving.leave(ada, by=ada)
    ada.refresh_from_db()
    for act in (
        lambda: roles.reopen(ada, by=root),
        lambda: roles.give(ada, roles.EDITOR, by=root),
        lambda: leaving.leave(ada, by=root),
    ):
        with pytest.raises(roles.RoleRefused) as refused:
            act()
        assert refused.value.code == "left"


def test_a_room_that_cannot_let_go_undoes_all_of_it(ada: User):
    def broken(**kwargs):
        raise RuntimeError

    account_left.connect(broken)
    try:
        with pytest.raises(RuntimeError):
            leaving.leave(ada, by=ada)
    finally:
        account_left.disconnect(broken)
    assert User.objects.get(pk=ada.pk).username == "Ada" and not FormerName.objects.exists()


def test_what_stays_is_counted(ada: User):
    factories.article("Asthma", author=access.author_of(ada))
    assert leaving.what_stays(ada) == (1, 0)


# --- A backup from before ----------------------------------------------------------------------------------------
@pytest.fixture
def a_register_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


def brought_back(user: User) -> User:
    """Let the row of an account be as it was, as in a restored backup."""
    user.save()
    with unlocked("the state of a backup"):
        Author.objects.filter(account=user).update(name=user.username)
    return user


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_the_register_says_of_who_left_a_number_and_a_pseudonym_and_nothing_else(ada: User):
    pseudonym = leaving.leave(ada, by=ada, why="Ada asked")
    written = register.path().read_text()
    assert [(line["account"], line["name"]) for line in register.departures()] == [(ada.pk, pseudonym)]
    assert not any(each in written for each in ("Ada", "Countess", "ada@example.org", "asked"))
    assert register.erasures() == [] and leaving.not_closed() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_who_left_after_a_backup_leaves_again_when_it_is_back(ada: User, monkeypatch):
    factories.article("Asthma", author=access.author_of(ada))
    pseudonym = leaving.leave(ada, by=ada)
    monkeypatch.setattr(mail, "tell", None)  # Nobody is told again.
    brought_back(ada)
    assert [(user.pk, name) for user, name in leaving.not_closed()] == [(ada.pk, pseudonym)]

    assert leaving.close_again() == 1

    ada.refresh_from_db()
    assert (ada.username, ada.email, ada.display_name, ada.is_active) == (pseudonym, "", "", False)
    assert access.author_of(ada).name == pseudonym and FormerName.is_of_somebody("Ada")
    assert (leaving.not_closed(), leaving.close_again()) == ([], 0)
    assert logbook.verify() is None


@pytest.fixture
def leaving_after(monkeypatch) -> Callable[..., Callable[[], str]]:
    """`leaving_after(module, name, account)` lets the account leave after that function's call, or its nth one, as far
    as it comes at that moment; what is returned waits until it has left, and gives its pseudonym."""

    def let_leave(module: Any, name: str, account: int, nth: int = 1) -> Callable[[], str]:
        pseudonyms: list[str] = []

        def leave() -> None:
            pseudonyms.append(leaving.leave(User.objects.get(pk=account), by=None))
            connection.close()

        def left() -> str:
            leaves.join(20)
            return pseudonyms[0]

        def work_and_leave(*args: Any) -> Any:
            answer = work(*args)
            if next(calls) == nth:
                leaves.start()
                while leaves.is_alive() and not locks.somebody_waits():
                    leaves.join(0.02)
            return answer

        leaves, calls = threading.Thread(target=leave, daemon=True), itertools.count(1)
        work = getattr(module, name)
        monkeypatch.setattr(module, name, work_and_leave)
        return left

    return let_leave


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_whoever_leaves_while_a_save_of_theirs_is_under_way_waits_for_it(leaving_after):
    article, author = factories.article(), factories.author("editor")
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    submission = editing.receive(author=author, **sent)
    left = leaving_after(writing, "_led_to", author.account_id)  # What was sent is locked then.
    edit = editing.save(editing.Change(**sent, author=author, submission=submission))
    assert left() == Edit.objects.get(pk=edit.pk).author.name
    assert not Submission.objects.filter(pk=submission.pk).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_whoever_leaves_while_a_draft_of_theirs_is_let_go_of_waits_for_that(leaving_after, caplog):
    article, author = factories.article(), factories.author("editor")
    draft = factories.draft(article, author)
    sent = {"title": article.title, "base": str(article.current_edit_id), "section": "0", "text": "Mine.\n"}
    editing.receive(author=author, **sent, form_key=draft.form_key)
    left = leaving_after(drafts, "_continued", author.account_id, nth=2)
    drafts.settle(writer=factories.writer(author), form_key=draft.form_key, edit=article.current_edit)
    assert left() and "could not be put away" not in caplog.text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_another_account_that_has_the_number_since_stays(ada: User):
    leaving.leave(ada, by=ada)
    ada.date_joined += timedelta(microseconds=1)
    brought_back(ada)
    assert leaving.close_again() == 0 and User.objects.get(pk=ada.pk).username == "Ada"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_whom_the_backup_knows_as_the_last_administrator_leaves_again_too(root: User):
    other = factories.user("administrator", "Other")
    leaving.leave(root, by=root)
    brought_back(root)
    roles.give(root, roles.ADMINISTRATOR, why="as in the backup")
    roles.close(other, why="not in the backup")
    assert leaving.close_again() == 1 and not User.objects.get(pk=root.pk).is_active


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("a_register_of_its_own")
def test_a_register_that_was_lost_is_filled_up_from_the_database(ada: User):
    leaving.leave(ada, by=ada)
    lines = register.departures()
    register.path().unlink()
    assert leaving.close_again() == 0 and register.departures() == lines != []
