"""`manage.py backup`."""

import errno
import os
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from wiki.backups import archive

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def a_folder_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


def backup(what):
    out = StringIO()
    call_command("backup", what, stdout=out, verbosity=0)
    return out.getvalue()


def test_it_says_what_is_in_it(article, tmp_path):
    said = backup(tmp_path / "it.zip")
    assert "1 edits" in said and "verified" in said and "the last one's hash is" in said


def test_in_a_folder_it_gets_a_name_by_its_moment(article, tmp_path):
    backup(tmp_path)
    (made,) = tmp_path.glob("medwiki-*Z.zip")
    assert archive.verify(made).histories["edits"] == 1


def test_a_full_disk_leaves_nothing_and_is_told(article, tmp_path, monkeypatch):
    def full(*args):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CommandError, match=r"There is no backup: .*No space left"):
        backup(tmp_path / "it.zip")
    assert not list(tmp_path.glob("it*"))


def test_a_file_that_is_there_stays(article, tmp_path):
    (tmp_path / "it.zip").write_text("mine")
    with pytest.raises(CommandError, match="is there already"):
        backup(tmp_path / "it.zip")
    assert (tmp_path / "it.zip").read_text() == "mine"


def test_those_of_every_night_go_into_their_folder(article, tmp_path, settings):
    settings.WIKI_BACKUPS = tmp_path / "nightly"
    (tmp_path / "nightly").mkdir()
    (tmp_path / "nightly" / "medwiki-20010101T000000Z.zip").touch()
    for day in range(1, 12):
        (tmp_path / "nightly" / f"medwiki-200201{day:02}T000000Z.zip").touch()

    said = backup("--keep")

    assert "Removed, having had their time: medwiki-20020101T000000Z.zip" in said
    assert len(list((tmp_path / "nightly").glob("medwiki-2*.zip"))) > 7
