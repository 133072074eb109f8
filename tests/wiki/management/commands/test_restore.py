"""`manage.py restore`."""

import pytest
from django.core.management import CommandError, call_command

from wiki import process

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def data(tmp_path, settings):
    settings.WIKI_DATA = tmp_path / "data"
    return settings.WIKI_DATA


def test_a_file_that_is_no_backup_is_refused(tmp_path):
    (tmp_path / "it.zip").write_text("A letter.")
    with pytest.raises(CommandError, match="is no backup"):
        call_command("restore", tmp_path / "it.zip")


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        call_command("restore", tmp_path / "it.zip")


def test_a_wiki_that_is_served_is_left_alone(tmp_path, data):
    with process.hold_folder(data, patience=0), pytest.raises(CommandError, match="in use by another server"):
        call_command("restore", tmp_path / "it.zip")


def test_a_wiki_that_is_not_empty_is_left_alone(article, tmp_path):
    call_command("backup", tmp_path / "it.zip", verbosity=0)
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", tmp_path / "it.zip")
