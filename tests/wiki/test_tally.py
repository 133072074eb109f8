"""Numbers that forked processes count together."""

import os
from concurrent.futures import ThreadPoolExecutor

from wiki.tally import Tally


def counted_in_a_fork(tally: Tally, row: int, times: int) -> None:
    child = os.fork()
    if child == 0:
        tally.take_row(row)
        for _ in range(times):
            tally.add((1, 1.0))
        os._exit(0)
    os.waitpid(child, 0)


def test_nothing_was_counted_at_first():
    assert Tally(3, rows=2).totals() == [0, 0, 0]


def test_what_forked_processes_count_is_seen_by_all_and_stays_when_they_end():
    tally = Tally(2, rows=4)
    tally.add((0, 0.25), (0, 0.25))
    for row in (1, 2, 3):
        counted_in_a_fork(tally, row, 100)
    assert tally.totals() == [0.5, 300]


def test_who_comes_after_a_worker_counts_on_from_its_numbers():
    tally = Tally(2, rows=2)
    counted_in_a_fork(tally, 1, 5)
    counted_in_a_fork(tally, 1, 5)
    assert tally.totals() == [0, 10]


def test_a_row_too_many_shares_one():
    tally = Tally(2, rows=2)
    counted_in_a_fork(tally, 7, 5)
    assert tally.totals() == [0, 5]


def test_threads_lose_nothing():
    tally = Tally(1, rows=1)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: [tally.add((0, 1.0)) for _ in range(1_000)], range(8)))
    assert tally.totals() == [8_000]
