"""How often something may be done."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from articles import limits
from articles.models import Attempts
from tests.doors import unlocked


@pytest.fixture
def clock(monkeypatch):
    """A clock that tests set: `clock.now = 1000.0`."""

    class Clock:
        now = 1_000_000.0

    monkeypatch.setattr(limits.time, "time", lambda: Clock.now)
    return Clock


@pytest.mark.django_db
def test_the_attempt_after_the_last_is_refused(clock):
    for _ in range(3):
        limits.take("x", times=3, seconds=60)
    with pytest.raises(limits.TooOften):
        limits.take("x", times=3, seconds=60)


@pytest.mark.django_db
def test_who_waits_as_long_as_was_asked_may_go_on(clock):
    limits.take("x", times=2, seconds=60)
    clock.now += 10.5
    limits.take("x", times=2, seconds=60)
    with pytest.raises(limits.TooOften) as refused:
        limits.take("x", times=2, seconds=60)
    assert refused.value.retry_after == 50
    clock.now += refused.value.retry_after
    limits.take("x", times=2, seconds=60)


@pytest.mark.django_db
def test_the_window_slides_so_that_no_border_lets_twice_as_many_through(clock):
    limits.take("x", times=2, seconds=60)
    clock.now += 59
    limits.take("x", times=2, seconds=60)
    clock.now += 2
    limits.take("x", times=2, seconds=60)
    with pytest.raises(limits.TooOften):
        limits.take("x", times=2, seconds=60)


@pytest.mark.django_db
def test_refused_attempts_do_not_make_the_wait_longer(clock):
    limits.take("x", times=1, seconds=60)
    for _ in range(5):
        with pytest.raises(limits.TooOften):
            limits.take("x", times=1, seconds=60)
    clock.now += 60
    limits.take("x", times=1, seconds=60)


@pytest.mark.django_db
def test_keys_do_not_disturb_each_other(clock):
    limits.take("x", times=1, seconds=60)
    limits.take("y", times=1, seconds=60)


@pytest.mark.django_db
def test_a_limit_of_nothing_refuses_the_first(clock):
    with pytest.raises(limits.TooOften) as refused:
        limits.take("x", times=0, seconds=60)
    assert refused.value.retry_after == 60


@pytest.mark.django_db
def test_a_clock_set_back_opens_nothing(clock):
    limits.take("x", times=2, seconds=60)
    clock.now -= 3600
    limits.take("x", times=2, seconds=60)
    with pytest.raises(limits.TooOften):
        limits.take("x", times=2, seconds=60)


@pytest.mark.django_db
def test_an_attempt_given_back_does_not_count(clock):
    moment = limits.take("x", times=1, seconds=60)
    limits.give_back("x", moment)
    limits.take("x", times=1, seconds=60)


@pytest.mark.django_db
def test_giving_back_what_is_not_there_is_harmless():
    limits.give_back("never counted", 1.0)


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["k" * 500, "nul \0", "lone \ud800", "ключ", ""])
def test_any_key_can_be_counted(key: str):
    limits.take(key, times=1, seconds=60)
    with pytest.raises(limits.TooOften):
        limits.take(key, times=1, seconds=60)


@pytest.mark.django_db
def test_a_refusal_writes_nothing(at_most_queries):
    limits.take("x", times=1, seconds=60)
    with at_most_queries(1), pytest.raises(limits.TooOften):
        limits.take("x", times=1, seconds=60)


@pytest.mark.django_db
def test_a_database_that_cannot_count_lets_nobody_through(monkeypatch):
    def broken(key, seconds):
        raise DatabaseError("disk full")

    monkeypatch.setattr(limits, "_locked_moments", broken)
    with pytest.raises(DatabaseError):
        limits.take("x", times=1, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_inside_a_transaction_nothing_is_counted_because_it_could_be_undone():
    with pytest.raises(RuntimeError), transaction.atomic():
        limits.take("x", times=1, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_get_more():
    start = threading.Barrier(12)

    def attempt(number: int) -> bool:
        start.wait()
        with closing(connection), suppress(limits.TooOften):
            return bool(limits.take("x", times=5, seconds=60))
        return False

    with ThreadPoolExecutor(12) as people:
        passed = list(people.map(attempt, range(12)))

    assert sum(passed) == 5


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["edit:192.0.2.7", "edit:2001:db8:1:2::/64"])
def test_no_network_address_is_kept(key: str):
    limits.take(key, times=1, seconds=60)
    kept = Attempts.objects.get().key
    assert kept.startswith("edit:") and key.partition(":")[2] not in kept and len(kept) < 80


@pytest.mark.django_db
def test_pruning_takes_only_what_counts_no_longer():
    limits.take("old", times=1, seconds=60)
    limits.take("new", times=1, seconds=60)
    with unlocked("time passes for one of them"):
        Attempts.objects.filter(key="old").update(forget_after=timezone.now() - timedelta(seconds=1))
    assert limits.prune() == 1
    with pytest.raises(limits.TooOften):
        limits.take("new", times=1, seconds=60)


@pytest.mark.django_db
def test_a_row_is_kept_as_long_as_its_last_attempt_counts():
    limits.take("x", times=5, seconds=60)
    first = Attempts.objects.get(key="x").forget_after
    time.sleep(0.01)
    limits.take("x", times=5, seconds=60)
    assert Attempts.objects.get(key="x").forget_after > first


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("unix:", "unix:"),
    ],
)
def test_the_addresses_of_one_household_count_as_one(address: str, place: str):
    assert limits.place_of(address) == place
