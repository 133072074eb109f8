"""The name and the disclaimer that the door says when it refuses."""

import pytest
from django.db import DatabaseError

from articles.models import PageStamp
from wiki.wording import words
from wiki.wording.kept import Keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper() -> Keeper:
    return Keeper()


@pytest.fixture
def admin(administrator):
    return administrator.account


def away(*args: object, **kwargs: object) -> None:
    raise DatabaseError("the database is away")


def test_the_built_in_words_are_said_while_nobody_has_changed_any(keeper: Keeper, at_most_queries):
    with at_most_queries(1):
        assert keeper.now().disclaimer.startswith("MedWiki is not a substitute")


def test_a_change_is_said_at_once_by_every_process(admin, keeper: Keeper):
    other = Keeper()
    for text in ("One, {name}.", "Two, {name}."):
        words.change(key="disclaimer", text=text, who=admin)
        assert keeper.now().disclaimer == other.now().disclaimer == text.replace("{name}", "MedWiki")
    words.change(key="name", text="Heal", who=admin)
    assert (keeper.now().name, keeper.now().disclaimer) == ("Heal", "Two, Heal.")


def test_what_is_kept_costs_one_look_at_the_stamp(admin, keeper: Keeper, at_most_queries):
    words.change(key="disclaimer", text="Ours.", who=admin)
    keeper.now()
    with at_most_queries(1):
        assert keeper.now().disclaimer == "Ours."


def test_a_database_that_is_away_is_left_alone_and_the_last_words_are_said(admin, keeper: Keeper, monkeypatch):
    words.change(key="disclaimer", text="Ours.", who=admin)
    keeper.now()
    asked = []
    monkeypatch.setattr(PageStamp.objects, "filter", lambda **by: asked.append(by) or away())
    assert [keeper.now().disclaimer for _ in range(5)] == ["Ours."] * 5 and len(asked) == 1


def test_without_any_words_known_the_built_in_ones_are_said(keeper: Keeper, monkeypatch):
    monkeypatch.setattr(PageStamp.objects, "filter", away)
    assert keeper.now().disclaimer.startswith("MedWiki is not a substitute")


def test_it_is_asked_again_after_a_while(admin, keeper: Keeper, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(PageStamp.objects, "filter", away)
        keeper.now()
    words.change(key="disclaimer", text="Ours.", who=admin)
    monkeypatch.setattr("wiki.wording.kept._LEFT_ALONE", 0.0)
    assert keeper.now().disclaimer == "Ours."
