"""`manage.py send_mail`."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests import factories
from wiki.notifications import telling

pytestmark = pytest.mark.django_db


def said() -> str:
    out = StringIO()
    call_command("send_mail", stdout=out)
    return out.getvalue()


def test_what_is_due_is_sent_once(article, contributor, reviewer, settings, mailoutbox):
    settings.SITE_URL = "https://wiki.example.org"
    account = contributor.account
    account.email = account.confirmed_email = "cora@example.org"
    account.save()
    telling.tell_about(factories.proposal(article, contributor), what="declined", by=reviewer)
    assert (said(), said(), len(mailoutbox)) == ("1 sent.\n", "0 sent.\n", 1)


def test_it_says_why_nothing_is_sent():
    assert "EMAIL_URL and SITE_URL" in said()
