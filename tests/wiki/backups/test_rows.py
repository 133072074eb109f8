"""Rows as JSON, and back: nothing rounded, nothing made up."""

import json
import zlib

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from articles import repacking
from articles.models import Article, Attempts, Authorship, Block, Edit, LogEntry, Submission, TextBlob, walks
from tests import factories
from tests.doors import unlocked
from wiki.backups import rows

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_table_is_kept_but_sessions_and_counters():
    left_out = {model._meta.label for model in apps.get_models() if not model._meta.proxy} - {
        model._meta.label for model in rows.tables().values()
    }
    assert left_out == {"sessions.Session", "articles.Attempts"}


def test_tables_of_relations_are_kept():
    assert {"accounts.user_groups", "articles.approvergroup_members"} <= rows.tables().keys()


def test_nobody_counts_attempts_in_a_backup():
    assert Attempts._meta.label_lower not in rows.tables()


@pytest.mark.parametrize("model", [Article, Authorship, Block, Edit, LogEntry, Submission, TextBlob])
def test_a_row_comes_back_as_it_was(lived_in, emptied, model):
    before = list(model._base_manager.order_by("pk").values())
    said = {name: json.dumps(list(rows.rows_in(each))) for name, each in rows.tables().items()}
    emptied()

    with transaction.atomic():
        rows.empty_what_migrate_made()
        for name, each in rows.tables().items():
            for _written in rows.put(each, iter(json.loads(said[name]))):
                pass

    assert before and _plain(model._base_manager.order_by("pk").values()) == _plain(before)


def _plain(values):
    return [
        {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
        for row in values
    ]


def test_more_rows_than_are_read_at_once_come_each_once(transactional_db, monkeypatch):
    monkeypatch.setattr(walks, "_ROWS_AT_ONCE", 3)
    said = [row["id"] for row in rows.rows_in(rows.tables()["auth.permission"])]
    assert len(said) > 3 and said == sorted(set(said))


def test_a_moment_is_said_to_the_microsecond(lived_in):
    moment = timezone.now().replace(microsecond=123_456)
    with unlocked("a moment that shows whether it is cut"):
        Article.objects.update(created=moment)
    assert next(rows.rows_in(Article))["created"].endswith(".123456+00:00")


def test_a_text_is_said_as_such_and_an_erased_one_as_erased(lived_in):
    with unlocked("an erasure of one text alone"):
        TextBlob.objects.filter(pk=lived_in.text_id).update(codec=TextBlob.Codec.ERASED, data=b"")
    said = list(rows.rows_in(TextBlob))
    assert said[0] == {"id": said[0]["id"], "sha256": said[0]["sha256"], "size": said[0]["size"], "erased": True}
    assert said[1]["text"].startswith("Räuspern — “wheeze”.")


def test_a_text_that_is_told_from_another_is_said_as_such(lived_in):
    factories.edit(lived_in, "Another lead.\n", section="0")
    before = [row["text"] for row in rows.rows_in(TextBlob)]
    assert len(list(repacking.repack())) == 2
    assert [row["text"] for row in rows.rows_in(TextBlob)] == before


def test_a_text_that_is_not_what_its_hash_says_is_not_backed_up(lived_in):
    with unlocked("damage"):
        TextBlob.objects.filter(pk=lived_in.text_id).update(data=zlib.compress(b"Another."))
    with pytest.raises(rows.DamagedText, match="not what its hash says"):
        list(rows.rows_in(TextBlob))


def test_a_text_that_can_not_be_read_is_told_by_its_hash(lived_in):
    with unlocked("damage"):
        TextBlob.objects.filter(pk=lived_in.text_id).update(data=b"no zlib")
    with pytest.raises(rows.DamagedText, match=lived_in.text.sha256):
        list(rows.rows_in(TextBlob))


def test_a_text_that_is_not_what_its_hash_says_is_not_restored(transactional_db):
    row = {"id": 1, "sha256": "0" * 64, "size": 4, "text": "Text"}
    with pytest.raises(rows.DamagedText):
        list(rows.put(TextBlob, iter([row])))


def test_a_new_database_has_nothing_of_its_own(transactional_db, emptied):
    emptied()
    assert rows.first_filled() == ""


def test_one_with_an_article_has(lived_in):
    assert rows.first_filled() != ""
