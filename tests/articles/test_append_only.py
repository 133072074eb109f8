"""History is append-only, whoever writes to the database."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles import append_only, logbook
from articles.models import Article, Authorship, Edit, Erasure, LogEntry, TextBlob
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

ROWS = [Authorship, Edit, Erasure, LogEntry, TextBlob]
WHY = "somebody with access to the database"


@pytest.fixture
def history(article):
    logbook.record(who=None, what="test", target="x", personal={"name": "Ada"})
    with unlocked(WHY):
        Erasure.objects.create(key="0" * 32, ended=timezone.now())
    return article


def columns(model, *, free: bool) -> list[str]:
    """The columns of a table of history that may, or may not, change."""
    may_change = {
        Authorship: set(),
        Edit: {"hidden_text", "hidden_summary", "hidden_author"},
        Erasure: {"ended"},
        LogEntry: {"personal"},
        TextBlob: {"codec", "data", "base"},
    }[model]
    return [field.column for field in model._meta.concrete_fields if (field.name in may_change) == free]


def execute(sql: str) -> None:
    with unlocked(WHY), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    ("model", "column"),
    [(model, column) for model in ROWS for column in columns(model, free=False)],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_what_is_written_is_not_changed(history, model, column):
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f'UPDATE {model._meta.db_table} SET "{column}" = "{column}"')


@pytest.mark.parametrize("model", ROWS)
def test_what_is_written_is_not_deleted(history, model):
    there = model.objects.count()
    with pytest.raises(DatabaseError, match="append-only"):
        execute(f"DELETE FROM {model._meta.db_table}")
    assert model.objects.count() == there > 0


@pytest.mark.parametrize(
    ("model", "column"),
    [(model, column) for model in ROWS for column in columns(model, free=True)],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_hiding_repacking_and_erasing_may_be(history, model, column):
    execute(f'UPDATE {model._meta.db_table} SET "{column}" = "{column}"')


def test_while_an_erasure_is_open_in_its_transaction_history_may_be_cut_and_no_more(history):
    with unlocked(WHY), transaction.atomic():
        erasure = Erasure.objects.create(key="1" * 32)
        Edit.objects.filter(article=history).update(summary="[…]", erased=True)
        LogEntry.objects.update(why="[…]")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            Edit.objects.filter(article=history).update(size=0)
        Erasure.objects.filter(pk=erasure.pk).update(ended=timezone.now())
    with pytest.raises(DatabaseError, match="append-only"):
        execute("UPDATE articles_edit SET summary = 'x'")


@pytest.mark.parametrize("change", [{"codec": "zlib"}, {"data": b"x"}, {"codec": "zlib", "data": b"x"}], ids=str)
def test_a_text_that_was_erased_stays_so_while_others_are_repacked(history, change):
    with unlocked(WHY), transaction.atomic():
        other = TextBlob.objects.keep("Another.\n")
        TextBlob.objects.filter(pk=history.text_id).update(codec="erased", data=b"")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            TextBlob.objects.filter(pk=history.text_id).update(**change)
        assert TextBlob.objects.filter(pk=other.pk).update(codec="zstd") == 1


def test_a_version_is_hidden_and_shown_again(history):
    with unlocked(WHY):
        Edit.objects.filter(article=history).update(hidden_text=True, hidden_author=True)
        Edit.objects.filter(article=history).update(hidden_text=False)
    edit = Edit.objects.get(article=history)
    assert (edit.hidden_text, edit.hidden_author) == (False, True)


def test_an_edit_saved_again_with_all_its_fields_is_refused(history):
    with pytest.raises(DatabaseError, match="append-only"), unlocked(WHY), transaction.atomic():
        history.current_edit.save()


def test_an_article_that_has_a_history_is_not_deleted(history):
    with pytest.raises(DatabaseError), unlocked(WHY), transaction.atomic():
        execute(f"DELETE FROM articles_article WHERE id = {history.pk}")
        connection.check_constraints()
    assert Article.objects.filter(pk=history.pk).exists()


def test_all_guards_are_in_place():
    assert append_only.missing(connection) == []


def test_what_is_missing_is_named():
    append_only.release(connection)
    assert append_only.missing(connection) == [
        "articles_approval_no_delete",
        "articles_approval_no_update",
        "articles_authorship_no_delete",
        "articles_authorship_no_update",
        "articles_edit_by_law",
        "articles_edit_no_delete",
        "articles_edit_no_update",
        "articles_erasure_by_law",
        "articles_erasure_no_delete",
        "articles_erasure_no_update",
        "articles_logentry_by_law",
        "articles_logentry_no_delete",
        "articles_logentry_no_update",
        "articles_textblob_forever",
        "articles_textblob_no_delete",
        "articles_textblob_no_update",
    ]


def test_making_the_guards_again_is_harmless(history):
    append_only.guard(connection)
    append_only.guard(connection)
    assert append_only.missing(connection) == []
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM articles_edit")


@pytest.mark.django_db(transaction=True)
def test_the_command_that_migrates_makes_the_guards_again():
    append_only.release(connection)
    call_command("migrate", "articles", verbosity=0)
    assert append_only.missing(connection) == []


def test_without_the_tables_there_is_nothing_to_guard(monkeypatch):
    append_only.release(connection)
    monkeypatch.setattr(connection.introspection, "table_names", lambda *args: ["articles_article"])
    append_only.guard_after_migrate(using="default")
    assert append_only.missing(connection) != []
