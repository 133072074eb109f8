"""`manage.py send_digests`."""

from io import StringIO

import pytest
from django.core.management import call_command

from tests import factories
from wiki.notifications import wishes

pytestmark = pytest.mark.django_db


def said() -> str:
    out = StringIO()
    call_command("send_digests", stdout=out)
    return out.getvalue()


def test_each_day_has_one(article, contributor, settings, mailoutbox):
    settings.SITE_URL = "https://wiki.example.org"
    rita = factories.user("reviewer", "Rita", email="rita@example.org", confirmed_email="rita@example.org")
    wishes.choose(rita.pk, wanted=[], digest=True)
    factories.proposal(article, contributor)
    assert (said(), said(), len(mailoutbox)) == ("1 sent.\n", "0 sent.\n", 1)


def test_it_says_why_nothing_is_sent():
    assert "EMAIL_URL and SITE_URL" in said()
