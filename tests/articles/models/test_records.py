"""What the house keeps beside the texts."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from articles import logbook
from articles.models import Address, Attempts, Dependency, LogEntry, PageStamp
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (LogEntry(number=3, what="hide", target="Asthma"), "3 hide Asthma"),
        (Dependency(article_id=3, kind="link", target="Dust"), "3 link Dust"),
        (PageStamp(path="/wiki/Asthma", stamp=7), "/wiki/Asthma 7"),
        (Attempts(key="login:x"), "login:x"),
    ],
)
def test_a_row_is_called_by_what_it_says(row, name):
    assert str(row) == name


def test_an_address_is_not_in_the_name_of_its_row():
    row = Address(author_id=3, address="192.0.2.1", seen=datetime(2026, 5, 3, tzinfo=UTC))
    assert str(row) == "3 2026-05-03"


def test_a_dependency_of_a_kind_is_there_once(article):
    row = {"article": article, "kind": "link", "target": "Dust"}
    with pytest.raises(IntegrityError), unlocked("the door compares first"), transaction.atomic():
        Dependency.objects.create(**row)
        Dependency.objects.create(**row)


@pytest.mark.parametrize("copied", ["number", "hash"])
def test_no_two_log_entries_have_one_number_or_one_hash(copied):
    entry = logbook.record(who=None, what="test", target="x")
    fields = {"number": 2, "hash": "x", "what": "test", "target": "x", "when": entry.when}
    with pytest.raises(IntegrityError), unlocked("no door copies a row"), transaction.atomic():
        LogEntry.objects.create(**fields | {copied: getattr(entry, copied)})
