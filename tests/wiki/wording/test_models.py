"""Each version of a wording is a row."""

from datetime import UTC, datetime

from wiki.wording.models import Wording


def test_a_version_names_what_it_is_and_when():
    row = Wording(key="disclaimer", text="x", when=datetime(2026, 5, 3, tzinfo=UTC))
    assert str(row) == "Medical disclaimer (on every page), 2026-05-03"


def test_nobody_gets_permissions_for_it_by_the_way():
    assert Wording._meta.default_permissions == ()
