"""Bodies come whole, or are refused; those that don't come hold up nobody."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from wiki.bodies import Bodies, BodyRefused, Limits, Lingering, Places

ADDRESS = "192.0.2.1"


class Stuck:
    """A body of which nothing more comes until the test ends."""

    def __init__(self) -> None:
        self.over = threading.Event()

    def read(self, size: int) -> bytes:
        self.over.wait(20)
        return b""


@pytest.fixture
def stuck() -> Iterator[Stuck]:
    body = Stuck()
    yield body
    body.over.set()


def bodies_in(folder: Path, **limits: float) -> Bodies:
    return Bodies(folder / "bodies.lock", Limits(**{"patience": 0.2, **limits}))  # type: ignore[arg-type]


def read(bodies: Bodies, source: object, length: int | None, **environ: str) -> bytes:
    announced = {"CONTENT_LENGTH": str(length)} if length is not None else {"HTTP_TRANSFER_ENCODING": "chunked"}
    with bodies.whole({"REMOTE_ADDR": ADDRESS, "wsgi.input": source, **announced, **environ}) as (file, received):
        content = file.read()
    assert received == len(content)
    return content


def refusal(*arguments: object, **environ: str) -> BodyRefused:
    with pytest.raises(BodyRefused) as caught:
        read(*arguments, **environ)  # type: ignore[arg-type]
    return caught.value


def begin(bodies: Bodies, source: object) -> None:
    def run() -> None:
        with pytest.raises(BodyRefused):
            read(bodies, source, 10)

    threading.Thread(target=run, daemon=True).start()


@pytest.mark.parametrize("size", [0, 1, 16_384, 16_385, 3_000_000])
def test_a_body_is_given_whole(tmp_path: Path, size: int):
    content = b"x" * size
    assert read(bodies_in(tmp_path), BytesIO(content), size) == content


def test_nothing_is_read_beyond_the_announced_length(tmp_path: Path):
    source = BytesIO(b"first=1GET / HTTP/1.1")
    assert read(bodies_in(tmp_path), source, 7) == b"first=1"
    assert source.read(3) == b"GET"


def test_a_request_without_a_body_asks_for_no_place(tmp_path: Path):
    bodies = bodies_in(tmp_path, per_address=0)
    with bodies.whole({"REMOTE_ADDR": ADDRESS, "wsgi.input": None}) as (file, received):
        assert file.read() == b"" and received == 0


@pytest.mark.parametrize("said", ["-1", "x", "1.5", "9" * 30, "１"])
def test_a_length_that_is_none_is_refused(tmp_path: Path, said: str):
    assert (
        refusal(bodies_in(tmp_path), BytesIO(b"abc"), None, CONTENT_LENGTH=said, HTTP_TRANSFER_ENCODING="").status
        == 400
    )


def test_a_body_that_was_cut_off_is_never_taken_for_a_whole_one(tmp_path: Path):
    assert refusal(bodies_in(tmp_path), BytesIO(b"text=half"), 500).status == 400


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/json", b'{"text": "x"}'),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nx\r\n--b--\r\n"),
        ("application/x-www-form-urlencoded", b""),
    ],
)
def test_a_chunked_body_that_shows_its_end_is_taken(tmp_path: Path, content_type: str, content: bytes):
    assert read(bodies_in(tmp_path), BytesIO(content), None, CONTENT_TYPE=content_type) == content


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("application/x-www-form-urlencoded", b"text=perhaps+hal"),
        ("multipart/form-data; boundary=b", b"--b\r\n\r\nperhaps hal"),
    ],
)
def test_a_chunked_form_that_may_be_cut_off_is_asked_for_its_length(tmp_path: Path, content_type: str, content: bytes):
    assert refusal(bodies_in(tmp_path), BytesIO(content), None, CONTENT_TYPE=content_type).status == 411


@pytest.mark.parametrize("length", [2_000, None])
def test_a_large_body_is_read_to_its_end_and_refused(tmp_path: Path, length: int | None):
    source = BytesIO(b"x" * 2_000)
    assert refusal(bodies_in(tmp_path, largest=1_000), source, length, CONTENT_TYPE="application/json").status == 413
    assert source.read() == b""


def test_an_endless_body_is_refused_at_once(tmp_path: Path):
    source = BytesIO(b"x")
    assert refusal(bodies_in(tmp_path, thrown_away=1_000), source, 1_001).status == 413
    assert source.read() == b"x"


def test_a_body_that_does_not_come_is_refused_in_time(tmp_path: Path, stuck: Stuck):
    started = time.monotonic()
    assert refusal(bodies_in(tmp_path, grace=0.1), stuck, 10).status == 408
    assert time.monotonic() - started < 2


def test_one_more_body_than_an_address_may_have_waits_and_is_refused(tmp_path: Path, stuck: Stuck):
    bodies = bodies_in(tmp_path, per_address=2)
    begin(bodies, stuck)
    begin(bodies, stuck)
    time.sleep(0.1)
    refused = refusal(bodies, BytesIO(b"x"), 1)
    assert refused.status == 429 and refused.retry_after
    assert read(bodies, BytesIO(b"x"), 1, REMOTE_ADDR="198.51.100.7") == b"x"


def test_a_waiting_body_goes_on_as_soon_as_there_is_a_place(tmp_path: Path, stuck: Stuck):
    bodies = bodies_in(tmp_path, per_address=1, patience=10)
    begin(bodies, stuck)
    time.sleep(0.1)
    threading.Timer(0.2, stuck.over.set).start()
    assert read(bodies, BytesIO(b"x"), 1) == b"x"


def test_a_body_that_was_given_up_keeps_its_place_until_it_is_gone(tmp_path: Path, stuck: Stuck):
    bodies = bodies_in(tmp_path, per_address=1, grace=0.1)
    assert refusal(bodies, stuck, 10).status == 408
    assert refusal(bodies, BytesIO(b"x"), 1).status == 429
    stuck.over.set()
    bodies = bodies_in(tmp_path, per_address=1, patience=5)
    assert read(bodies, BytesIO(b"x"), 1) == b"x"


def test_the_answer_to_a_body_that_is_still_read_is_sent_at_once_and_ends_with_the_read(tmp_path: Path, stuck: Stuck):
    over = refusal(bodies_in(tmp_path, grace=0.1), stuck, 10).over
    assert over is not None and not over.is_set()
    answer = Lingering(b"told", over)
    chunks = iter(answer)
    assert next(chunks) == b"told" and not over.is_set()
    stuck.over.set()
    assert list(chunks) == [] and over.is_set()
    answer.close()


def test_an_answer_to_a_body_that_nobody_reads_any_more_waits_for_nothing(tmp_path: Path):
    assert refusal(bodies_in(tmp_path), BytesIO(b"x"), 10).over is None


def test_bodies_of_many_addresses_leave_threads_to_readers(tmp_path: Path, stuck: Stuck):
    bodies = bodies_in(tmp_path, unfinished=1)
    begin(bodies, stuck)
    time.sleep(0.1)
    refused = refusal(bodies, BytesIO(b"x"), 1, REMOTE_ADDR="198.51.100.7")
    assert refused.status == 503 and refused.retry_after


def test_only_so_many_wait_for_a_place(tmp_path: Path, stuck: Stuck):
    bodies = bodies_in(tmp_path, per_address=1, waiting=1, patience=5)
    begin(bodies, stuck)
    time.sleep(0.1)
    begin(bodies, stuck)
    time.sleep(0.1)
    started = time.monotonic()
    assert refusal(bodies, BytesIO(b"x"), 1).status == 429
    assert time.monotonic() - started < 1


def test_a_body_that_can_not_be_kept_is_refused(tmp_path: Path):
    class Full:
        def read(self, size: int) -> bytes:
            raise OSError("No space left on device")

    assert refusal(bodies_in(tmp_path), Full(), 10).status == 503


def _takes(file: Path, number: int, pipe: object) -> None:
    places = Places(file, 3)
    pipe.send([places.take(ADDRESS) is not None for _ in range(number)])  # type: ignore[attr-defined]
    time.sleep(60)


def test_places_are_counted_over_all_processes_and_a_dead_one_holds_none(tmp_path: Path):
    here, there = multiprocessing.Pipe()
    other = multiprocessing.get_context("spawn").Process(target=_takes, args=(tmp_path / "lock", 2, there), daemon=True)
    other.start()
    assert here.poll(60) and here.recv() == [True, True]
    places = Places(tmp_path / "lock", 3)
    assert [places.take(ADDRESS) is not None for _ in range(2)] == [True, False]
    other.kill()
    other.join()
    assert [places.take(ADDRESS) is not None for _ in range(3)] == [True, True, False]


def test_a_place_that_is_given_back_is_free(tmp_path: Path):
    places = Places(tmp_path / "lock", 1)
    place = places.take(ADDRESS)
    assert place is not None and places.take(ADDRESS) is None
    places.give_back(place)
    assert places.take(ADDRESS) is not None


def test_the_addresses_of_one_household_are_one(tmp_path: Path):
    places = Places(tmp_path / "lock", 1)
    assert places.take("2001:db8:1:2::a") is not None
    assert places.take("2001:db8:1:2::b") is None
    assert places.take("2001:db8:1:3::a") is not None
