"""`manage.py resetlink`."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from articles.models import LogEntry
from tests import factories
from wiki.accounts import second_factor

pytestmark = pytest.mark.django_db

NEW = "blue whale sings low"


def printed(capsys, *arguments: str) -> str:
    call_command("resetlink", *arguments)
    return capsys.readouterr().out


def test_the_printed_link_sets_a_new_password(capsys):
    ada = factories.user(name="Ada")
    path = next(line for line in printed(capsys, "ada").splitlines() if line.startswith("/"))
    Client().post(path, {"new": NEW, "again": NEW})
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert LogEntry.objects.get(what="account.reset_link").who is None


def test_the_link_is_whole_where_the_site_knows_its_address(capsys, settings):
    settings.SITE_URL = "https://wiki.example.org"
    factories.user(name="Ada")
    assert "\nhttps://wiki.example.org/accounts/password/reset/" in printed(capsys, "Ada")


def test_a_lost_second_factor_is_taken_away_when_asked(capsys):
    ada = factories.user(name="Ada")
    factories.authenticator_app(ada)
    printed(capsys, "Ada")
    assert second_factor.is_set_up(ada)
    assert "taken away" in printed(capsys, "Ada", "--without-second-factor")
    assert not second_factor.is_set_up(ada)


@pytest.mark.parametrize("name", ["Nobody", "Closed"])
def test_for_whom_there_can_be_none_it_says_why(name: str):
    factories.user(name="Closed", is_active=False)
    with pytest.raises(CommandError, match=r"no account|closed"):
        call_command("resetlink", name)
