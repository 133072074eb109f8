"""Moments: for people in the interface's language, for scripts in one that they read."""

from datetime import UTC, datetime, timedelta, timezone

from django.utils.translation import override

from articles.templatetags.times import moment, moments

NOON = datetime(2026, 3, 5, 12, 7, 9, tzinfo=UTC)


def test_a_moment_is_a_date_with_the_time_of_the_day():
    assert moment(NOON) == '<time datetime="2026-03-05T12:07:09+00:00" data-ago>5 March 2026, 12:07</time>'


def test_a_moment_of_another_zone_is_told_in_the_sites():
    assert moments(NOON.astimezone(timezone(timedelta(hours=5)))) == moments(NOON)


def test_a_month_has_its_name_in_the_language_that_is_spoken():
    with override("de"):
        assert moments(NOON)[1] == "5 März 2026, 12:07"
    assert moments(NOON)[1] == "5 March 2026, 12:07"


def test_where_nobody_knows_when_nothing_is_said():
    assert moment(None) == '<time datetime="" data-ago></time>'
