"""`manage.py housekeeping`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from articles import editing
from articles.models import Address
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("housekeeping", stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def old_address(visitor):
    editing.receive(title="A", base="0", section="", text="x", author=visitor, address="192.0.2.1")
    with unlocked("no door makes a row of last year"):
        Address.objects.update(seen=timezone.now() - timedelta(days=100))


def test_what_has_had_its_time_is_forgotten(old_address):
    assert run() == ""
    assert not Address.objects.exists()


def test_it_says_what_it_did_when_asked(old_address):
    assert "articles.housekeeping.forget_addresses: 1\n" in run(verbosity=2)


def test_running_it_again_does_no_harm(old_address):
    run()
    assert "forget_addresses: 0\n" in run(verbosity=2)


def test_sessions_that_ended_are_forgotten():
    Session.objects.create(session_key="old", expire_date=timezone.now() - timedelta(days=1))
    Session.objects.create(session_key="new", expire_date=timezone.now() + timedelta(days=1))
    run()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
