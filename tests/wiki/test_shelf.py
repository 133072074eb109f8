"""A file without a name for bytes that memory has no room for."""

from __future__ import annotations

import errno
import logging
import os
import threading

import pytest

from wiki import shelf as module
from wiki.shelf import Shelf


@pytest.fixture
def shelf(tmp_path) -> Shelf:
    return Shelf(tmp_path, most_bytes=1_000)


def test_what_is_put_there_is_found_there(shelf):
    places = [shelf.put(letter * 100) for letter in (b"a", b"b")]
    assert [shelf.get(place) for place in places] == [b"a" * 100, b"b" * 100]


def test_nothing_of_it_can_be_found_in_the_folder(shelf, tmp_path):
    shelf.put(b"x" * 100)
    assert list(tmp_path.iterdir()) == []


def test_the_first_ones_make_room_for_the_last(shelf):
    places = [shelf.put(bytes([number]) * 100) for number in range(15)]
    assert [shelf.get(place) for place in places] == [None] * 5 + [bytes([n]) * 100 for n in range(5, 15)]


def test_it_grows_no_larger_than_it_may(shelf):
    for number in range(100):
        shelf.put(bytes([number]) * 110)
    assert os.fstat(shelf._file).st_size <= 1_000


def test_nothing_is_cut_at_the_end_of_the_file(shelf):
    lengths = (90, 120, 70, 110, 100, 125, 60)
    for round_ in range(40):
        length = lengths[round_ % len(lengths)]
        assert shelf.get(shelf.put(bytes([round_]) * length)) == bytes([round_]) * length


@pytest.mark.parametrize("content", [b"", b"x" * 126])
def test_nothing_and_too_much_find_no_room(shelf, content):
    assert shelf.put(content) is None


def test_a_shelf_without_room_takes_nothing(tmp_path):
    assert Shelf(tmp_path, most_bytes=0).put(b"x") is None


def test_bytes_that_the_disk_gives_back_otherwise_are_none(shelf):
    place = shelf.put(b"Take 5 mg.")
    os.pwrite(shelf._file, b"Take 50 mg", place.at)
    assert shelf.get(place) is None


def test_what_is_written_over_while_it_is_read_is_none(shelf, monkeypatch):
    place = shelf.put(b"a" * 100)
    read = os.pread

    def meanwhile(*given):
        content = read(*given)
        for _each in range(10):
            shelf.put(b"b" * 100)
        return content

    monkeypatch.setattr(module.os, "pread", meanwhile)
    assert shelf.get(place) is None


def test_a_full_disk_is_told_once_and_left_alone_for_a_while(shelf, monkeypatch, caplog):
    tried = []

    def full(*given):
        tried.append(given)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.os, "pwrite", full)
    with caplog.at_level(logging.WARNING, "wiki.shelf"):
        assert [shelf.put(b"x"), shelf.put(b"x")] == [None, None]
    assert len(tried) == 1 and [record.getMessage() for record in caplog.records] == [
        "Nothing can be put aside: [Errno 28] No space left on device"
    ]
    monkeypatch.undo()
    monkeypatch.setattr(module, "_AFTER_A_FAILURE", 0.0)
    shelf._waits_until = 0.0
    assert shelf.get(shelf.put(b"x")) == b"x"


def test_a_folder_that_is_not_there_is_no_matter(tmp_path):
    assert Shelf(tmp_path / "none", most_bytes=1_000).put(b"x") is None


def test_what_a_closed_shelf_had_is_gone(shelf):
    place = shelf.put(b"x")
    shelf.close()
    assert shelf.get(place) is None
    assert shelf.get(shelf.put(b"y")) == b"y" and shelf.get(place) is None


def test_many_threads_get_their_own_bytes_or_none(tmp_path):
    shelf, wrong = Shelf(tmp_path, most_bytes=20_000), []

    def work(letter: int) -> None:
        for number in range(300):
            content = bytes([letter]) * (100 + number)
            place = shelf.put(content)
            found = shelf.get(place) if place is not None else None
            if found not in (content, None):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in b"abcd"]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert wrong == []
