"""A backup: of one moment, whole, without what nobody misses."""

import threading

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from articles import logbook
from articles.models import Edit
from articles.moderation import register
from tests import factories
from wiki.backups import archive, histories, taking

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_says_what_it_holds(lived_in, tmp_path):
    manifest = taking.take(tmp_path / "it.zip")

    assert manifest.histories == histories.digest()
    assert manifest.log == dict(zip(("number", "hash"), logbook.newest(), strict=True))
    assert manifest.database == connection.vendor and "articles.0001_initial" in manifest.migrations


def test_what_is_saved_meanwhile_is_in_it_wholly_or_not_at_all(lived_in, tmp_path):
    """A save falls between the tables that are read before and after it, and waits for nobody."""
    edits = Edit.objects.count()

    def save() -> None:
        factories.article("Saved meanwhile")
        connection.close()

    def between(name: str) -> None:
        if name == "articles.edit":
            writer = threading.Thread(target=save)
            writer.start()
            writer.join(30)
            assert not writer.is_alive()

    manifest = taking.take(tmp_path / "it.zip", progress=between)

    assert Edit.objects.count() == edits + 1
    assert manifest.histories["edits"] == edits == manifest.members["tables/articles.edit.jsonl"].rows
    assert "Saved meanwhile" not in str(list(archive.rows_of(tmp_path / "it.zip", "tables/articles.article.jsonl")))


def test_who_is_logged_in_is_not_in_it(lived_in, tmp_path):
    SessionStore().create()
    assert not [name for name in taking.take(tmp_path / "it.zip").members if "session" in name]


def test_the_register_the_key_and_catalogues_are_in_it_and_nothing_else_of_the_folder(lived_in, data, tmp_path):
    register.add({"key": "k", "texts": []})
    (data / "secret-key").write_text("secret")
    (data / "locale" / "ar").mkdir(parents=True)
    (data / "locale" / "ar" / "django.mo").write_text("words")
    (data / "mail").mkdir()
    (data / "mail" / "letter").write_text("Dear Ada")

    members = taking.take(tmp_path / "it.zip").members

    assert {name for name in members if name.startswith("files/")} == {
        "files/erasures.jsonl",
        "files/secret-key",
        "files/locale/ar/django.mo",
    }


def test_nothing_is_written_to_the_database(lived_in, tmp_path):
    taking.take(tmp_path / "it.zip")
    assert not connection.in_atomic_block
    factories.article("Saved afterwards")
