"""One server a data folder, and no worker without its master."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
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
