"""When what a moderator sets shall end."""

from datetime import UTC, date, datetime

from articles.forms.ends import ENDS, HOURS, beginning_of


def test_a_day_begins_at_midnight_in_utc():
    assert beginning_of(date(2031, 2, 3)) == datetime(2031, 2, 3, tzinfo=UTC)


def test_each_end_but_never_and_a_day_has_its_hours():
    assert ENDS.keys() - HOURS.keys() == {"never", "date"}
