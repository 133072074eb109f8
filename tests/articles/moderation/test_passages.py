"""Where a passage is looked for, and how it is cut out."""

import pytest
from django.apps import apps
from django.db import models

from articles import append_only
from articles.moderation import passages
from tests import factories

pytestmark = pytest.mark.django_db


def test_every_column_for_words_of_the_encyclopedia_is_looked_through_or_left_for_a_reason():
    looked_through = {str(place) for place in passages.places()}
    columns = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_app_config("articles").get_models()
        for field in model._meta.concrete_fields
        if not field.unique  # A name, of which a part can't be cut.
        and (
            isinstance(field, (models.TextField, models.JSONField))
            or (isinstance(field, models.CharField) and not field.choices and (field.max_length or 0) > 64)
        )
    }
    of_the_program = {name for name in columns if name.rpartition(".")[2] in passages._OF_THE_PROGRAM}
    assert columns - looked_through - of_the_program - passages._NAMES == set()


def test_what_is_looked_through_in_an_append_only_table_may_be_cut_by_law():
    may_be_cut = {
        f"{model._meta.label_lower}.{name}"
        for each in (append_only._MAY_CHANGE, append_only._BY_LAW)
        for model, names in each.items()
        for name in names
    }
    guarded = {str(place) for place in passages.places() if place.model in append_only._MAY_CHANGE}
    assert guarded <= may_be_cut


def test_no_mark_is_longer_than_the_shortest_passage():
    from articles.moderation import erasing

    assert len(passages.MARK) < erasing.SHORTEST


def test_a_passage_is_found_in_texts_and_rows_and_nowhere_else(contributor):
    article = factories.article("Asthma", "Here: Ada lives there.\n", summary="Ada lives there")
    factories.article("Other", "Here: ada lives there.\n", summary="ADA LIVES THERE")
    found = passages.find("Ada lives there")
    assert found.texts == {article.text_id}
    assert {str(place): len(keys) for place, keys in found.rows.items()} == {
        "articles.article.description": 1,
        "articles.edit.summary": 1,
        "reversion.revision.comment": 1,
    }
    assert found.total == 4


def test_percents_and_backslashes_are_letters_like_others():
    factories.article("Asthma", "Text.\n", summary='100% of C:\\notes _ "here" é')
    assert passages.find('100% of C:\\notes _ "here" é').total == 2
    assert passages.find("100_ of C:\\notes _").total == 0


def test_how_far_it_is_is_told(monkeypatch):
    monkeypatch.setattr(passages, "_TEXTS_AT_ONCE", 2)
    for number in range(5):
        factories.article(f"Article {number}", f"Text {number}.\n")
    heard: list[int] = []
    passages.find("Nothing of the kind", progress=heard.append)
    assert heard == [2, 4]


@pytest.mark.parametrize(
    ("value", "without"),
    [
        ("It is Ada lives there.", "It is […]."),
        ({"a": ["Ada lives there", 1, None]}, {"a": ["[…]", 1, None]}),
        ({"Ada lives there": True}, {"[…]": True}),
        ("Ada_lives_there", "[…]"),
        (12, 12),
    ],
)
def test_it_is_cut_out_of_whatever_a_row_holds(value: object, without: object):
    assert passages.without(value, passages.variants_of("Ada lives there")) == without
