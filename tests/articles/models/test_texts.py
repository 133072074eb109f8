"""Texts, each stored once under its hash."""

import hashlib

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from articles.models import Rendering, TextBlob
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

TEXTS = ["", "Asthma.\n", "5 µg \U0001f9d1\u200d\u2695\ufe0f\n", "x" * 100_000, "\x00"]


def keep(text) -> TextBlob:
    with unlocked("the write door keeps texts"), transaction.atomic():
        return TextBlob.objects.keep(text)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_a_text_comes_back_as_it_was_kept(text):
    kept = TextBlob.objects.get(pk=keep(text).pk)
    assert (kept.text, kept.size) == (text, len(text.encode()))
    assert kept.sha256 == hashlib.sha256(text.encode()).hexdigest() == TextBlob.hash_of(text)


def test_a_text_is_unpacked_once_and_again_when_it_is_packed_otherwise(monkeypatch):
    unpacked, raw = [], TextBlob._raw
    monkeypatch.setattr(TextBlob, "_raw", lambda blob: unpacked.append(blob) or raw(blob))
    kept = TextBlob.objects.get(pk=keep("Asthma.\n").pk)
    assert (kept.text, kept.text, len(unpacked)) == ("Asthma.\n", "Asthma.\n", 1)

    kept.data, kept.codec = TextBlob.holding("Asthma.\n").data, TextBlob.Codec.ZLIB

    assert (kept.text, len(unpacked)) == ("Asthma.\n", 2)


def test_nothing_is_left_of_a_text_that_was_read_before_it_was_erased():
    kept = TextBlob.objects.get(pk=keep("Asthma.\n").pk)
    assert kept.text == "Asthma.\n"

    kept.codec, kept.data = TextBlob.Codec.ERASED, b""

    assert kept.text == ""


def test_equal_texts_are_one_row():
    assert keep("Asthma.\n") == keep("Asthma.\n") != keep("Asthma. \n")
    assert TextBlob.objects.count() == 2


def test_a_text_of_one_hash_is_there_once():
    keep("Asthma.\n")
    with pytest.raises(IntegrityError), unlocked("the door looks first"), transaction.atomic():
        TextBlob.holding("Asthma.\n").save(force_insert=True)


def test_a_text_is_named_by_its_hash_in_any_database():
    kept = keep("Asthma.\n")
    assert TextBlob.objects.get_by_natural_key(*kept.natural_key()) == kept
    assert str(kept) == kept.sha256[:12]


def test_a_long_text_is_stored_smaller():
    assert len(keep("wheeze " * 1_000).data) < 1_000


def test_the_text_of_an_article_can_not_be_deleted(article):
    with pytest.raises(ProtectedError), unlocked("no door deletes a text"):
        article.text.delete()


def test_a_text_has_one_rendering_of_a_renderer(article):
    stored = Rendering.objects.get()
    with pytest.raises(IntegrityError), unlocked("the door replaces it"), transaction.atomic():
        Rendering.objects.create(blob=stored.blob, renderer=stored.renderer, data=b"")
    assert str(stored) == f"{stored.blob_id} ({stored.renderer})"
