"""Each version of a wording is a row, each picture of a logo another."""

from datetime import UTC, datetime

import pytest

from wiki.wording.models import Logo, Wording


def test_a_version_names_what_it_is_and_when():
    row = Wording(key="disclaimer", text="x", when=datetime(2026, 5, 3, tzinfo=UTC))
    assert str(row) == "Medical disclaimer (on every page), 2026-05-03"


def test_a_picture_is_named_by_what_it_holds():
    assert str(Logo(digest="0a1b")) == "0a1b"


@pytest.mark.parametrize("model", [Wording, Logo])
def test_nobody_gets_permissions_for_it_by_the_way(model):
    assert model._meta.default_permissions == ()
