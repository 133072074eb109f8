"""An empty database filled from an archive: the same wiki again, or nothing."""

import json

import pytest
from django.db import DatabaseError, connection

from articles import access, append_only, editing, logbook, search
from articles.models import Article, Edit, PageStamp, Rendering, TextBlob
from articles.moderation import erasing, register
from tests import factories
from wiki.accounts import leaving
from wiki.backups import archive, histories, restoring, rows, taking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def backup(lived_in, tmp_path):
    path = tmp_path / "backup.zip"
    taking.take(path)
    return path


def test_every_edit_says_what_it_said(backup, emptied):
    before = list(histories.facts())
    emptied()

    restoring.restore(backup)

    assert before and list(histories.facts()) == before
    assert all(TextBlob.hash_of(blob.text) == blob.sha256 for blob in TextBlob.objects.all())


def test_pages_are_read_found_and_edited_again(backup, emptied, client):
    emptied()
    restoring.restore(backup)

    assert "Räuspern" in client.get("/wiki/Asthma").content.decode()
    assert search.find("Räuspern").hits[0].full_title == "Asthma"
    assert search.suggest("Whee")[0].via == "Wheeze"
    factories.edit(Article.objects.get(title="Asthma"), "Newer.\n", section="0")
    assert Edit.objects.filter(article__title="Asthma").count() == 3


def test_people_log_in_as_before_with_their_roles(lived_in, tmp_path, emptied, client):
    factories.user("moderator", "Ada")
    taking.take(tmp_path / "it.zip")
    emptied()
    restoring.restore(tmp_path / "it.zip")

    assert client.login(username="Ada", password=factories.PASSWORD)
    assert client.get("/moderation/").status_code == 200


def test_the_log_holds_and_goes_on(backup, emptied, data):
    newest = logbook.newest()
    emptied()
    restoring.restore(backup)

    assert logbook.newest() == newest
    assert json.loads((data / "log-head.json").read_text())["hash"] == newest[1]
    logbook.record(who=None, what="test", target="Page")
    assert logbook.verify() is None


def test_history_is_guarded_again(backup, emptied):
    emptied()
    append_only.release(connection)
    restoring.restore(backup)
    assert append_only.missing(connection) == []


def test_the_backup_can_be_backed_up(backup, emptied, tmp_path):
    first = archive.verify(backup)
    emptied()
    restoring.restore(backup)
    second = taking.take(tmp_path / "again.zip")

    changed = {name for name, member in first.members.items() if second.members[name] != member}
    # The stamp of the site is new, so that no cache shows what was before.
    assert changed <= {"tables/articles.pagestamp.jsonl", "files/erasures.jsonl"}
    assert second.histories == first.histories


def test_no_cache_shows_what_was_before(backup, emptied):
    emptied()
    restoring.restore(backup)
    assert PageStamp.objects.filter(path="").exists()


def test_what_was_erased_after_the_backup_is_erased_again(lived_in, tmp_path, emptied):
    factories.edit(lived_in, "Ada lives in Tower Street.\n", section="0")
    factories.edit(lived_in, "She does not.\n", section="0")
    taking.take(tmp_path / "it.zip")
    places = erasing.places_of("lives in Tower Street")
    administrator = factories.author("administrator")
    erasing.erase(
        passage="lives in Tower Street", count=places.total, by=administrator.account, author=administrator, why="law"
    )
    emptied()

    restoring.restore(tmp_path / "it.zip")

    assert erasing.places_of("lives in Tower Street").total == 0
    assert Edit.objects.filter(erased=True).count() == 1
    assert erasing.not_applied() == [] and logbook.verify() is None


def test_who_left_after_the_backup_does_not_come_back_with_it(lived_in, tmp_path, emptied):
    ada = factories.user("editor", "Ada", email="ada@example.org")
    factories.edit(lived_in, "By Ada.\n", section="0", author=access.author_of(ada))
    taking.take(tmp_path / "it.zip")
    pseudonym = leaving.leave(ada, by=ada)
    emptied()

    restoring.restore(tmp_path / "it.zip")

    ada.refresh_from_db()
    assert (ada.username, ada.email, ada.is_active) == (pseudonym, "", False)
    assert Edit.objects.last().author.name == pseudonym
    assert leaving.not_closed() == [] and logbook.verify() is None


def test_the_register_here_keeps_what_the_backup_does_not_know(lived_in, tmp_path, emptied):
    register.add(
        {"key": "older", "texts": [], "places": [], "why": "", "fingerprint": register.fingerprint_of("x" * 9)}
    )
    taking.take(tmp_path / "it.zip")
    register.path().unlink()
    register.add(
        {"key": "newer", "texts": [], "places": [], "why": "", "fingerprint": register.fingerprint_of("y" * 9)}
    )
    emptied()
    restoring.restore(tmp_path / "it.zip")
    assert {line["key"] for line in register.lines()} == {"older", "newer"}


def test_the_secret_key_comes_back(lived_in, tmp_path, emptied, data):
    (data / "secret-key").write_text("of old")
    taking.take(tmp_path / "it.zip")
    (data / "secret-key").write_text("new")
    emptied()
    restoring.restore(tmp_path / "it.zip")
    assert (data / "secret-key").read_text() == "of old"


# --- Refused, with nothing changed -------------------------------------------------------------------------------
def test_a_database_with_anything_in_it_is_left_alone(backup):
    before = histories.digest()
    with pytest.raises(restoring.RestoreRefused, match="not empty"):
        restoring.restore(backup)
    assert histories.digest() == before


def test_a_backup_of_a_newer_version_is_refused(backup, emptied, rewritten):
    rewritten(backup, migrations=[*taking.migrations(), "articles.9999_later"])
    emptied()
    with pytest.raises(restoring.RestoreRefused, match="newer version"):
        restoring.restore(backup)
    assert rows.first_filled() == ""


def test_a_backup_of_an_older_version_is_refused(backup, emptied, rewritten):
    rewritten(backup, migrations=taking.migrations()[:-1])
    emptied()
    with pytest.raises(restoring.RestoreRefused, match="older version"):
        restoring.restore(backup)


def test_a_cut_off_archive_changes_nothing(backup, emptied):
    backup.write_bytes(backup.read_bytes()[:-100])
    emptied()
    with pytest.raises(archive.ArchiveRefused):
        restoring.restore(backup)
    assert rows.first_filled() == "" and access.there_is_an_article() is False


@pytest.mark.parametrize(
    "said", [{"histories": {"edits": 1, "sha256": ""}}, {"log": {"number": 0, "hash": ""}}], ids=str
)
def test_histories_or_a_log_other_than_it_says_change_nothing(backup, emptied, rewritten, said):
    rewritten(backup, **said)
    emptied()
    with pytest.raises(restoring.RestoreRefused, match="Nothing was restored"):
        restoring.restore(backup)
    assert rows.first_filled() == "" and not Rendering.objects.exists()
    restoring.restore(_honest(backup, rewritten))


def _honest(backup, rewritten):
    """The archive as it would be had nobody touched what it says."""
    edits = list(archive.rows_of(backup, "tables/articles.edit.jsonl"))
    log = list(archive.rows_of(backup, "tables/articles.logentry.jsonl"))
    assert edits and log
    rewritten(backup, log={"number": log[-1]["number"], "hash": log[-1]["hash"]}, histories=_digest_of(backup))
    return backup


def _digest_of(backup):
    import hashlib

    authors = {row["id"]: row["name"] for row in archive.rows_of(backup, "tables/articles.author.jsonl")}
    texts = {row["id"]: row["sha256"] for row in archive.rows_of(backup, "tables/articles.textblob.jsonl")}
    lines = [
        [
            row["title"],
            row["id"],
            row["number"],
            authors[row["author_id"]],
            row["time"],
            row["summary"],
            texts[row["blob_id"]],
        ]
        for row in archive.rows_of(backup, "tables/articles.edit.jsonl")
    ]
    said = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return {"edits": len(lines), "sha256": hashlib.sha256(said).hexdigest()}


@pytest.mark.parametrize(
    "name",
    [
        *("../outside", "medwiki.sqlite3", "static/js/reader.js", "lock", "locale", "locale/../lock", "/outside"),
        *("locale//x.mo", "./secret-key", "secret-key/x"),
    ],
)
def test_a_file_that_no_backup_has_is_not_written(backup, emptied, data, name, with_file):
    with_file(backup, name, b"x")
    emptied()
    before = sorted(data.rglob("*"))
    with pytest.raises(archive.ArchiveRefused, match="no backup has"):
        restoring.restore(backup)
    assert sorted(data.rglob("*")) == before and rows.first_filled() == ""


def test_nothing_is_written_through_a_link(backup, emptied, data, tmp_path, with_file):
    with_file(backup, "locale/de.mo", b"x")
    (tmp_path / "elsewhere").mkdir()
    (data / "locale").symlink_to(tmp_path / "elsewhere")
    emptied()
    with pytest.raises(archive.ArchiveRefused, match="through a link"):
        restoring.restore(backup)
    assert not list((tmp_path / "elsewhere").iterdir()) and rows.first_filled() == ""


def test_a_key_that_lies_there_open_is_closed(backup, emptied, data, tmp_path, with_file):
    with_file(backup, "secret-key", b"of old")
    (tmp_path / "elsewhere").write_text("new")
    (tmp_path / "elsewhere").chmod(0o644)
    (data / "secret-key").symlink_to(tmp_path / "elsewhere")
    emptied()
    restoring.restore(backup)
    assert (data / "secret-key").read_text() == "of old" and (tmp_path / "elsewhere").read_text() == "new"
    assert (data / "secret-key").lstat().st_mode & 0o777 == 0o600
    assert not list(data.glob("*.restored"))


def test_the_key_here_stays_when_the_rows_do_not_come(backup, emptied, data, monkeypatch, with_file):
    with_file(backup, "secret-key", b"of old")
    (data / "secret-key").write_text("new")
    emptied()

    def fail(*args):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(erasing, "apply_again", fail)
    with pytest.raises(restoring.RestoreRefused, match="disk is full"):
        restoring.restore(backup)
    assert (data / "secret-key").read_text() == "new" and not list(data.glob("*.restored"))


# --- Restored, with something left to do -------------------------------------------------------------------------
PASSAGE = "Ada lives in Tower Street"


@pytest.fixture
def backup_with_passage(lived_in, tmp_path):
    """A backup that has what was erased since: the register here is all that knows of it."""
    article = factories.article("Dust", f"A lead. {PASSAGE}.\n")
    taking.take(tmp_path / "passage.zip")
    line = {"key": "0" * 32, "why": "law", "texts": [article.text.sha256], "places": []}
    register.add(line | {"fingerprint": register.fingerprint_of(PASSAGE)})
    return tmp_path / "passage.zip"


def test_what_is_to_be_erased_is_so_before_anybody_can_see_a_row(backup_with_passage, emptied, monkeypatch):
    emptied()
    within = []
    apply_again = erasing.apply_again

    def apply(say):
        within.append(connection.in_atomic_block)
        return apply_again(say)

    monkeypatch.setattr(erasing, "apply_again", apply)
    restoring.restore(backup_with_passage)
    assert within == [True] and erasing.not_applied() == []
    assert erasing.places_of(PASSAGE).total == 0


def test_a_cache_that_is_away_leaves_nothing_to_be_read(backup_with_passage, emptied, monkeypatch):
    emptied()

    def away():
        raise RuntimeError("no Redis")

    with monkeypatch.context() as patched:
        patched.setattr(restoring.cache, "clear", away)
        with pytest.raises(restoring.NotDone, match="cache could not be emptied"):
            restoring.restore(backup_with_passage)
    assert erasing.not_applied() == [] and erasing.places_of(PASSAGE).total == 0


def test_what_can_not_be_erased_is_told(backup_with_passage, emptied, monkeypatch):
    emptied()

    def refuse(change):
        raise editing.TextRefused("Not so.")

    with monkeypatch.context() as patched:
        patched.setattr(editing, "save", refuse)
        with pytest.raises(restoring.NotDone, match="run apply_erasures, before anybody reads"):
            restoring.restore(backup_with_passage)
    assert len(erasing.not_applied()) == 1
    assert erasing.apply_again() == 1
