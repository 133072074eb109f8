"""Nightly backups: seven days and four weeks of them, and none removed before there is another."""

import errno
import os
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from wiki.backups import archive, keeping, taking


@pytest.fixture(autouse=True)
def folder(tmp_path, settings):
    settings.WIKI_BACKUPS = tmp_path / "backups"
    return settings.WIKI_BACKUPS


def nights(count, last=datetime(2026, 3, 15, 2, 30, tzinfo=UTC)):
    return [last - timedelta(days=day) for day in range(count)]


def test_seven_days_and_four_weeks_stay_of_many():
    kept = keeping.to_keep(nights(90))
    assert sorted(kept, reverse=True) == [*nights(7), nights(90)[7], nights(90)[14], nights(90)[21]]


def test_run_every_night_it_never_keeps_more_than_ten_or_less_than_a_month():
    there = set()
    for night in reversed(nights(120)):
        there = keeping.to_keep({*there, night})
    assert len(there) <= keeping.DAYS + keeping.WEEKS - 1
    assert max(there) - min(there) >= timedelta(days=21)


def test_of_several_in_a_day_the_last_stays():
    day = [datetime(2026, 3, 15, hour, tzinfo=UTC) for hour in (1, 5, 9)]
    assert keeping.to_keep(day) == {day[-1]}


def test_a_pause_takes_nothing_away():
    old = nights(5, datetime(2025, 6, 6, tzinfo=UTC))
    assert set(old) < keeping.to_keep([*old, *nights(1)])


def test_none_is_the_newest_of_no_folder():
    assert keeping.newest() is None and keeping.age() is None


@pytest.mark.django_db(transaction=True)
def test_it_takes_one_and_removes_what_has_had_its_time(article, folder):
    folder.mkdir()
    for night in nights(40):
        (folder / keeping.name_of(night)).touch()
    (folder / "of-my-own.zip").touch()

    kept = keeping.keep()

    assert archive.verify(kept.path).histories["edits"] == 1
    assert keeping.age() < timedelta(minutes=10)
    there = {path.name for path in folder.iterdir()}
    assert len(there) == 10 and "of-my-own.zip" in there
    assert not there & set(kept.removed)


@pytest.mark.django_db(transaction=True)
def test_one_that_fails_removes_nothing(article, folder, monkeypatch):
    folder.mkdir()
    for night in nights(40):
        (folder / keeping.name_of(night)).touch()

    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(taking.archive, "verify", full)
    with pytest.raises(OSError, match="No space"):
        keeping.keep()
    assert len(list(folder.iterdir())) == 40


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_one_left_is_removed_later(article, folder):
    folder.mkdir()
    left, being_written = (folder / f"{keeping.name_of(timezone.now())}.{name}.part" for name in ("a", "b"))
    left.touch()
    being_written.touch()
    os.utime(left, (time.time() - 200_000,) * 2)

    keeping.keep()

    assert not left.exists() and being_written.exists()


@pytest.mark.django_db(transaction=True)
def test_nobody_else_may_look_into_the_folder(article, folder):
    keeping.keep()
    assert folder.stat().st_mode & 0o077 == 0
