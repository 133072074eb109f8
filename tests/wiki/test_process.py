"""One server a data folder, and no worker without its master."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from wiki import process

ROOT = Path(__file__).resolve().parents[2]

# A parent that starts a child which ends with it; both write their number.
FAMILY = """
import multiprocessing, os, sys, time
from wiki.process import end_with_parent
def child(parent):
    end_with_parent(parent)
    print(os.getpid(), flush=True)
    time.sleep(60)
if __name__ == "__main__":
    multiprocessing.get_context("fork").Process(target=child, args=(os.getpid(),)).start()
    time.sleep(60)
"""


def until(happens: Callable[[], bool], seconds: float = 10) -> bool:
    give_up = time.monotonic() + seconds
    while not happens() and time.monotonic() < give_up:
        time.sleep(0.02)
    return happens()


def is_gone(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_folder_has_one_server(tmp_path: Path):
    with process.hold_folder(tmp_path / "var", patience=0):
        with pytest.raises(
            process.FolderInUse, match=f"in use by another server \\(process {os.getpid()}\\)"
        ) as caught:
            process.hold_folder(tmp_path / "var", patience=0)
        assert caught.value.holder == str(os.getpid())


def test_a_folder_that_was_let_go_is_taken_by_who_waits(tmp_path: Path):
    first = process.hold_folder(tmp_path, patience=0)
    threading.Timer(0.2, first.close).start()
    process.hold_folder(tmp_path, patience=5).close()


def test_a_port_at_which_somebody_listens_is_refused():
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        pytest.raises(process.PortInUse, match="can't be listened at"),
    ):
        process.check_port("127.0.0.1", server.getsockname()[1], patience=0)


def test_a_port_shared_by_workers_of_another_server_is_refused():
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", 0))
        server.listen()
        with pytest.raises(process.PortInUse):
            process.check_port("127.0.0.1", server.getsockname()[1], patience=0)


def test_a_free_port_is_left_free():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    process.check_port("127.0.0.1", port, patience=0)
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path):
    (tmp_path / "family.py").write_text(FAMILY)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, tmp_path / "family.py"], stdout=subprocess.PIPE, env=environment)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not is_gone(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert until(lambda: is_gone(child))


def test_a_child_whose_parent_ended_before_it_looked_ends_too():
    orphan = "import sys; sys.path.insert(0, sys.argv[1])\nfrom wiki.process import end_with_parent\n"
    orphan += "end_with_parent(1 << 30)\nimport time; time.sleep(60)"
    ended = subprocess.run([sys.executable, "-c", orphan, str(ROOT)], timeout=30, check=False)
    assert ended.returncode == -signal.SIGKILL


# A program that is started anew in its own process, and says what it was left.
ANEW = """
import os, subprocess, sys, pathlib
from wiki import process
left = process.handed_over()
if left is None:
    lock = process.hold_folder(pathlib.Path(sys.argv[1]), patience=0)
    child = subprocess.Popen(["sleep", "60"])
    print(os.getpid(), child.pid, flush=True)
    process.exec_anew(lock, [child.pid])
lock, workers = left
try:
    process.hold_folder(pathlib.Path(sys.argv[1]), patience=0)
except process.FolderInUse as in_use:
    holder = in_use.holder
predecessors = process.Predecessors(workers, patience=5)
predecessors.end_after(lambda: [], wanted=0)
print(os.getpid(), *workers, holder, process.handed_over(), pathlib.Path(f"/proc/{workers[0]}").exists(), flush=True)
"""


def test_a_program_started_anew_keeps_its_number_the_lock_and_its_workers_until_it_lets_them_go(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", ANEW, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    first, second = done.stdout.splitlines()
    number, worker = first.split()
    assert second.split() == [number, worker, number, "None", "False"]


# In a process of its own, for other tests may have left something that listens in this one.
LISTENING = """
import os, socket
from wiki import process
before = process.listens(os.getpid())
listening = socket.create_server(("127.0.0.1", 0))
meanwhile = process.listens(os.getpid())
talking = socket.create_connection(listening.getsockname())
listening.close()
print(before, meanwhile, process.listens(os.getpid()), process.listens(2**22 + 1))
"""


def test_who_listens_is_told_from_who_only_talks():
    done = subprocess.run([sys.executable, "-c", LISTENING], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True", "False", "False"]


@pytest.fixture
def old() -> Iterator[subprocess.Popen[bytes]]:
    """A worker of the program before."""
    worker = subprocess.Popen(["sleep", "60"])
    yield worker
    worker.kill()
    worker.wait()


class Started:
    """The workers of the new program, as somebody looks at them: each look sees the next state, the last for ever."""

    def __init__(self, old: int, *states: list[int]) -> None:
        self.old = old
        self.states = list(states)
        self.seen: list[bool] = []

    def __call__(self) -> list[int]:
        self.seen.append(is_gone(self.old))
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]


def test_the_old_workers_answer_until_as_many_new_ones_as_are_wanted_listen(old, monkeypatch):
    monkeypatch.setattr(process, "_CLOSING_SECONDS", 0)
    monkeypatch.setattr(process, "listens", lambda worker: worker != 3)
    started = Started(old.pid, [], [1], [1, 3], [1], [1, 2])
    process.Predecessors([old.pid], patience=5).end_after(started, wanted=2)
    assert started.seen == [False] * 5 and is_gone(old.pid)


def test_old_workers_whose_successors_do_not_come_in_time_stay_and_it_is_said_once(old, monkeypatch, caplog):
    monkeypatch.setattr(process, "_CLOSING_SECONDS", 0)
    monkeypatch.setattr(process, "_START_SECONDS", 0)
    monkeypatch.setattr(process, "_LOOKS_SECONDS", 0.06)
    monkeypatch.setattr(process, "listens", lambda worker: True)
    started = Started(old.pid, [], [], [], [1])
    predecessors = process.Predecessors([old.pid], patience=5)
    predecessors.end_after(started, wanted=1)
    assert started.seen == [False] * 4 and predecessors.left() == []
    assert [record.levelname for record in caplog.records] == ["ERROR"] and "go on answering" in caplog.text


def test_a_program_that_can_not_be_started_anew_leaves_all_as_it_was(tmp_path: Path, monkeypatch):
    def refuse(*command: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "execv", refuse)
    before = signal.getsignal(signal.SIGHUP)
    with process.hold_folder(tmp_path, patience=0) as lock:
        with pytest.raises(OSError):
            process.exec_anew(lock, [1])
        assert not os.get_inheritable(lock.fileno())
    assert signal.getsignal(signal.SIGHUP) == before and process.handed_over() is None


def test_who_does_not_end_when_asked_is_ended():
    stubborn = subprocess.Popen(
        [sys.executable, "-c", "import signal, time; signal.signal(15, 1); print(1, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None and stubborn.stdout.readline()
    process.Predecessors([stubborn.pid], patience=0.1).end()
    assert until(lambda: stubborn.poll() is not None)
