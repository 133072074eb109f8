"""The site's words: the newest version holds, none is lost, all are read at once."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction

from articles import choices, logbook
from articles.models import LogEntry, PageStamp
from wiki import disclaimer
from wiki.wording import words
from wiki.wording.models import Wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(administrator):
    return administrator.account


def away(*args: object, **kwargs: object) -> None:
    raise DatabaseError("the database is away")


@pytest.mark.parametrize(
    ("key", "text"), [("disclaimer", disclaimer.DISCLAIMER_TEXT), ("full_disclaimer", disclaimer.FULL_TEXT)]
)
def test_the_built_in_wording_holds_until_it_is_changed(key: str, text: str):
    assert words.current(key) == words.version(key, 0) == words.built_in(key) == words.Words(text)


def test_a_change_holds_at_once_and_the_older_versions_stay(admin):
    rows = [words.change(key="disclaimer", text=text, who=admin) for text in ("One.", "Two.")]
    assert words.current("disclaimer").text == "Two."
    assert [row.pk for row in words.versions("disclaimer")] == [rows[1].pk, rows[0].pk]
    assert words.version("disclaimer", rows[0].pk).text == "One."


def test_the_name_of_the_site_is_filled_in_wherever_it_stands(admin):
    words.change(key="name", text="Heal", who=admin)
    words.change(key="disclaimer", text="{name} is no doctor. {other} stays.", who=admin)
    assert words.current("disclaimer").filled == words.value("disclaimer") == "Heal is no doctor. {other} stays."
    assert words.values()["tagline"] == "From Heal, the medical encyclopedia people can trust"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "-", "\u200b", "\u00a0", "123"])
def test_a_disclaimer_can_not_be_made_to_say_nothing(admin, text: str):
    with pytest.raises(words.WordingRefused):
        words.change(key="disclaimer", text=text, who=admin)
    assert not Wording.objects.exists()


@pytest.mark.parametrize("key", ["disclaimer", "full_disclaimer", "name"])
def test_not_even_the_database_takes_an_empty_one(key: str):
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(key=key, text="")


def test_a_motto_can_be_taken_away_again(admin, settings):
    settings.WIKI_MOTTO = "Of the environment."
    words.change(key="motto", text="", who=admin)
    assert words.value("motto") == ""


def test_what_was_set_is_dropped_for_what_the_environment_says_now_and_later(admin, settings, monkeypatch):
    monkeypatch.setenv("WIKI_MOTTO", "x")
    settings.WIKI_MOTTO = "Of the environment."
    ours = words.change(key="motto", text="Ours.", who=admin)
    row = words.put_back(key="motto", who=admin, why="a mistake", base=ours.pk)
    assert (words.value("motto"), words.source_of("motto")) == ("Of the environment.", "environment")
    settings.WIKI_MOTTO = "Another."
    assert words.value("motto") == "Another." and words.version("motto", row.pk).text == "Of the environment."
    entry = LogEntry.objects.get(what="wording.put_back")
    assert (entry.who, entry.why, entry.before, entry.after) == (
        admin,
        "a mistake",
        {"text": "Ours."},
        {"text": "Of the environment."},
    )


def test_what_was_put_back_can_be_changed_again_by_who_has_seen_it(admin):
    first = words.change(key="name", text="Heal", who=admin)
    back = words.put_back(key="name", who=admin, base=first.pk)
    assert (words.value("name"), words.source_of("name"), words.current("name").number) == (
        "MedWiki",
        "software",
        back.pk,
    )
    with pytest.raises(words.WordingChanged):
        words.put_back(key="name", who=admin, base=first.pk)
    words.change(key="name", text="Heal", who=admin, base=back.pk)
    assert words.source_of("name") == "here" and words.value("name") == "Heal"


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer", "moderator"])
def test_only_administrators_change_them(request, role: str):
    with pytest.raises(PermissionDenied):
        words.change(key="disclaimer", text="Mine.", who=request.getfixturevalue(role).account)
    with pytest.raises(PermissionDenied):
        words.put_back(key="disclaimer", who=request.getfixturevalue(role).account)


def test_a_change_is_logged_with_both_texts_and_marks_every_page(admin):
    words.change(key="disclaimer", text="Mine.", who=admin, why="lawyers")
    entry = LogEntry.objects.get(what="wording.change")
    assert (entry.who, entry.why, entry.after) == (admin, "lawyers", {"text": "Mine."})
    assert entry.before["text"] == disclaimer.DISCLAIMER_TEXT and logbook.verify() is None
    assert PageStamp.objects.filter(path="").exists()


def test_a_change_that_fails_leaves_nothing_behind(admin, monkeypatch):
    monkeypatch.setattr("articles.logbook.record", away)
    with pytest.raises(DatabaseError):
        words.change(key="motto", text="Half in.", who=admin)
    assert not Wording.objects.exists() and not PageStamp.objects.filter(path="").exists()


def test_nobody_overwrites_what_somebody_else_has_said_meanwhile(admin):
    seen = words.change(key="motto", text="Seen.", who=admin)
    words.change(key="motto", text="Theirs.", who=admin, base=seen.pk)
    with pytest.raises(words.WordingChanged):
        words.change(key="motto", text="Mine.", who=admin, base=seen.pk)
    assert words.value("motto") == "Theirs."


def test_a_version_that_is_none_is_none(admin):
    other = words.change(key="motto", text="Another word's.", who=admin)
    assert words.version("disclaimer", 999) is None and words.version("disclaimer", other.pk) is None


def test_the_newest_of_each_names_who_made_it(admin):
    words.change(key="motto", text="One.", who=admin)
    row = words.change(key="motto", text="Two.", who=admin)
    assert words.newest() == {"motto": row} and words.newest()["motto"].who == admin


# --- Where a value comes from ------------------------------------------------------------------------------------
def test_a_value_says_where_it_comes_from(admin, monkeypatch):
    assert words.source_of("motto") == "software"
    monkeypatch.setenv("WIKI_MOTTO", "Calm, quick, exact.")
    assert words.source_of("motto") == "environment"
    words.change(key="motto", text="Ours.", who=admin)
    assert words.source_of("motto") == "here"


def test_what_is_said_here_comes_before_the_environment(admin, settings):
    settings.WIKI_ANONYMOUS_EDITS = "publish"
    assert words.choice("WIKI_ANONYMOUS_EDITS") == "publish"
    words.change(key="anonymous_edits", text="off", who=admin)
    assert choices.value("WIKI_ANONYMOUS_EDITS") == "off"


def test_a_setting_that_nobody_changes_here_answers_for_itself(settings):
    settings.WIKI_STUB_WORDS = 7
    assert words.choice("WIKI_STUB_WORDS") == "7"


# --- Read once, and when it can't be read ------------------------------------------------------------------------
def test_a_request_reads_all_of_them_by_one_query(at_most_queries):
    with at_most_queries(1), words.one_request():
        words.value("disclaimer"), words.values(), words.choice("WIKI_ANONYMOUS_EDITS"), words.current("motto")


def test_the_next_request_reads_anew(admin):
    with words.one_request():
        assert words.value("motto") == ""
    words.change(key="motto", text="Ours.", who=admin)
    with words.one_request():
        assert words.value("motto") == "Ours."


def test_a_request_that_changes_a_word_says_the_new_one(admin):
    with words.one_request():
        words.value("motto")
        words.change(key="motto", text="Ours.", who=admin)
        assert words.value("motto") == "Ours."


def test_the_built_in_words_stand_in_for_what_can_not_be_read_and_are_not_asked_for_twice(admin):
    words.change(key="motto", text="Ours.", who=admin)
    asked = []

    def fail(execute, *args: object) -> None:
        asked.append(execute)
        raise DatabaseError

    with words.one_request(), connection.execute_wrapper(fail):
        assert (words.value("motto"), words.value("name")) == ("", "MedWiki")
    assert len(asked) == 1


def test_outside_of_a_request_they_stand_in_too(admin):
    words.change(key="name", text="Heal", who=admin)
    with connection.execute_wrapper(away):
        assert words.value("name") == "MedWiki"
    assert words.value("name") == "Heal"


def test_who_may_publish_is_not_guessed(admin):
    with connection.execute_wrapper(away), pytest.raises(DatabaseError):
        words.choice("WIKI_ANONYMOUS_EDITS")
