"""`manage.py adduser`."""

import pytest
from django.core.management import CommandError, call_command

from wiki.accounts import roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def password(monkeypatch) -> None:
    monkeypatch.setenv("WIKI_PASSWORD", PASSWORD)


@pytest.mark.parametrize("role", roles.ROLES)
def test_it_makes_an_account_with_a_role(role: str):
    call_command("adduser", "ada_lovelace", role=role, email="ada@example.org")
    ada = User.objects.get()
    assert (ada.username, ada.email, roles.role_of(ada)) == ("Ada lovelace", "ada@example.org", role)
    assert ada.check_password(PASSWORD)


def test_it_says_who_may_what_and_where_to_log_in(capsys, settings):
    settings.SITE_URL = "https://wiki.example"
    call_command("adduser", "Ada", role="editor")
    assert "Ada is Editor. Log in at https://wiki.example/accounts/login/" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"name": "a<b"}, "can't contain"),
        ({"name": "Taken"}, "^This name is taken[^\n]*\nWith --existing"),
        ({"name": "TAKEN"}, "--existing"),
        ({"name": "Ada", "email": "no address"}, "valid email"),
        ({"name": "Ada", "role": "emperor"}, "invalid choice"),
        ({"name": "Nobody", "existing": True}, "no account Nobody"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_is_made(arguments: dict[str, object], said: str):
    User.objects.create_user("Taken")
    options = {key: value for key, value in arguments.items() if key not in ("name", "role")}
    with pytest.raises(CommandError, match=said):
        call_command("adduser", arguments["name"], f"--role={arguments.get('role', 'editor')}", **options)
    assert User.objects.count() == 1


@pytest.mark.parametrize("weak", ["short", "password1234", "0123456789", "adalovelace"])
def test_a_weak_password_is_refused(monkeypatch, weak: str):
    monkeypatch.setenv("WIKI_PASSWORD", weak)
    with pytest.raises(CommandError, match="password"):
        call_command("adduser", "Ada Lovelace")
    assert not User.objects.exists()


def test_without_the_variable_the_password_is_asked_for_twice(monkeypatch):
    monkeypatch.delenv("WIKI_PASSWORD")
    answers = iter([PASSWORD, PASSWORD, PASSWORD, "another"])
    monkeypatch.setattr("wiki.accounts.management.commands.adduser.getpass", lambda prompt: next(answers))
    call_command("adduser", "Ada")
    with pytest.raises(CommandError, match="differ"):
        call_command("adduser", "Bob")
    assert User.objects.get().check_password(PASSWORD)


def test_without_a_terminal_it_says_what_to_set(monkeypatch):
    def no_terminal(prompt: str) -> str:
        raise EOFError

    monkeypatch.delenv("WIKI_PASSWORD")
    monkeypatch.setattr("wiki.accounts.management.commands.adduser.getpass", no_terminal)
    with pytest.raises(CommandError, match="WIKI_PASSWORD"):
        call_command("adduser", "Ada")


def test_an_account_that_is_there_gets_the_role_and_keeps_its_password():
    User.objects.create_user("Ada", password="its own password")
    call_command("adduser", "ada", role="administrator", existing=True)
    ada = User.objects.get()
    assert (roles.role_of(ada), ada.check_password("its own password")) == ("administrator", True)


def test_the_last_administrator_is_not_demoted_from_here_either():
    call_command("adduser", "Ada", role="administrator")
    with pytest.raises(CommandError, match="last administrator"):
        call_command("adduser", "Ada", role="editor", existing=True)
