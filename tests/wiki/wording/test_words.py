"""The site's words: the newest version holds, none is lost, none is empty."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from articles import logbook
from articles.models import LogEntry, PageStamp
from wiki import disclaimer
from wiki.wording import words
from wiki.wording.models import Wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(administrator):
    return administrator.account


@pytest.mark.parametrize(
    ("key", "text"), [("disclaimer", disclaimer.DISCLAIMER_TEXT), ("full_disclaimer", disclaimer.FULL_TEXT)]
)
def test_the_built_in_wording_holds_until_it_is_changed(key: str, text: str):
    assert words.current(key) == words.version(key, 0) == words.Words(text)


def test_a_change_holds_at_once_and_the_older_versions_stay(admin):
    rows = [words.change(key="disclaimer", text=text, who=admin) for text in ("One.", "Two.")]
    assert words.current("disclaimer").text == "Two."
    assert [row.pk for row in words.versions("disclaimer")] == [rows[1].pk, rows[0].pk]
    assert words.version("disclaimer", rows[0].pk).text == "One."


def test_the_name_of_the_site_is_filled_in(admin, settings):
    settings.WIKI_NAME = "Heal"
    words.change(key="disclaimer", text="{name} is no doctor. {other} stays.", who=admin)
    assert words.current("disclaimer").filled == "Heal is no doctor. {other} stays."


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "-", "\u200b", "\u00a0", "123"])
def test_it_can_not_be_made_to_say_nothing(admin, text: str):
    with pytest.raises(words.WordingEmpty):
        words.change(key="disclaimer", text=text, who=admin)
    assert not Wording.objects.exists()


def test_not_even_the_database_takes_an_empty_one():
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(key="disclaimer", text="")


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "moderator"])
def test_only_administrators_change_it(request, role: str):
    with pytest.raises(PermissionDenied):
        words.change(key="disclaimer", text="Mine.", who=request.getfixturevalue(role).account)


def test_a_change_is_logged_with_both_texts_and_marks_every_page(admin):
    words.change(key="disclaimer", text="Mine.", who=admin, why="lawyers")
    entry = LogEntry.objects.get(what="wording.change")
    assert (entry.who, entry.why, entry.after) == (admin, "lawyers", {"text": "Mine."})
    assert entry.before["text"] == disclaimer.DISCLAIMER_TEXT and logbook.verify() is None
    assert PageStamp.objects.filter(path="").exists()


def test_a_version_that_is_none_is_none(db):
    assert words.version("disclaimer", 999) is None
