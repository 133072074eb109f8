"""What the site writes to people."""

import re

import pytest
from django.core import mail as outbox

from tests import factories
from wiki.accounts import mail

pytestmark = pytest.mark.django_db

_LINK = {"link": "https://wiki.example.org/a-link", "hours": 12}
FACTS = {"reset": _LINK, "account_made": _LINK, "confirm": _LINK, "left": {"pseudonym": "Former member 7F3K"}}


@pytest.fixture
def ada(settings):
    settings.SITE_URL = "https://wiki.example.org"
    return factories.user(name="Ada", email="ada@example.org")


@pytest.mark.parametrize("kind", sorted(mail._MAILS))
def test_each_mail_names_site_and_person_and_leaves_nothing_unfilled(ada, kind: str):
    assert mail.tell(ada, kind, **FACTS.get(kind, {}))
    mail.wait_until_sent()
    (message,) = outbox.outbox
    assert message.to == ["ada@example.org"]
    assert message.subject.startswith("MedWiki: ") and "\n" not in message.subject
    assert message.body.startswith("Hello Ada,\n\n") and message.body.endswith("MedWiki\nhttps://wiki.example.org\n")
    assert not re.search(r"%\(|&amp;|<|testserver", message.subject + message.body)


@pytest.mark.parametrize("kind", sorted(set(mail._MAILS) - mail._EXPECTED))
def test_what_somebody_else_may_have_done_comes_with_what_to_do(ada, kind: str):
    mail.tell(ada, kind)
    mail.wait_until_sent()
    assert "If this was not you" in outbox.outbox[0].body
    assert "https://wiki.example.org/accounts/" in outbox.outbox[0].body


@pytest.mark.parametrize("kind", sorted(kind for kind in FACTS if "link" in FACTS[kind]))
def test_the_link_stands_alone_on_its_line(ada, kind: str):
    mail.tell(ada, kind, **FACTS[kind])
    mail.wait_until_sent()
    assert FACTS[kind]["link"] in outbox.outbox[0].body.splitlines()


@pytest.mark.parametrize("name", ["filebased", "console", "dummy"])
def test_nothing_is_written_where_no_mail_leaves(ada, settings, name: str):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{name}.EmailBackend"
    assert not mail.is_set_up()
    assert not mail.tell(ada, "approved")


def test_who_has_no_address_gets_no_mail(db):
    assert not mail.tell(factories.user(), "approved")


def test_a_mail_server_that_is_away_is_logged_and_hurts_nobody(ada, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert mail.tell(ada, "approved")
    mail.wait_until_sent()
    assert "could not be sent" in caplog.text


def test_a_name_with_signs_is_written_as_it_is(settings):
    settings.WIKI_NAME = "Heart & Lungs"
    mail.tell(factories.user(name="Ada", email="ada@example.org"), "approved")
    mail.wait_until_sent()
    assert outbox.outbox[0].subject.startswith("Heart & Lungs: ")
