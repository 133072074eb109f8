"""What keeps the server's processes tidy: one server a data folder, no worker without its master, and a new program
in an old one's place while people go on reading."""

from __future__ import annotations

import ctypes
import fcntl
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

logger = logging.getLogger(__name__)

_PR_SET_PDEATHSIG: Final = 1
_LOOKS_SECONDS: Final = 0.5
# Said to the new program: the lock's descriptor and the old workers' numbers.
_HANDED_OVER: Final = "WIKI_HANDED_OVER"
# As the kernel writes the state of a socket.
_LISTENING: Final = "0A"
# A start that takes longer is told; the old workers answer until it succeeds.
_START_SECONDS: Final = 60.0
_CLOSING_SECONDS: Final = 3.0


class FolderInUse(Exception):
    """Another server runs on the same data folder; `holder` is its process id, as far as it is known."""

    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(
            f"The data folder {folder} is in use by another server{f' (process {holder})' * bool(holder)}."
        )
        self.folder = folder
        self.holder = holder


class PortInUse(Exception):
    """Something listens at the address already."""


def hold_folder(folder: Path, *, patience: float) -> IO[str]:
    """Return the lock of a data folder, held until it is closed and every child that inherited it has ended.

    Waits `patience` seconds for a server that is just ending. Raises FolderInUse.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = (folder / "lock").open("a+")
    give_up = time.monotonic() + patience
    while not _locked(lock):
        if time.monotonic() > give_up:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise FolderInUse(folder, holder)
        time.sleep(0.1)
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def exec_anew(lock: IO[str], workers: Iterable[int]) -> None:
    """Start this program afresh in this process: it keeps its number, the lock, and its workers, which go on answering.

    Returns only by raising OSError, and then all is as before. Until the new program listens for signals, SIGHUP is
    ignored.
    """
    os.set_inheritable(lock.fileno(), True)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.environ[_HANDED_OVER] = " ".join(map(str, [lock.fileno(), *workers]))
    try:
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  # Our own command line.
    except OSError:
        del os.environ[_HANDED_OVER]
        signal.signal(signal.SIGHUP, before)
        os.set_inheritable(lock.fileno(), False)
        raise


def handed_over() -> tuple[IO[str], list[int]] | None:
    """Return the lock and the workers that the program before left in this process; None where there was none."""
    said = os.environ.pop(_HANDED_OVER, "")
    if not said:
        return None
    lock, *workers = map(int, said.split())
    os.set_inheritable(lock, False)
    return os.fdopen(lock, "a+"), workers


def listens(process: int) -> bool:
    """Whether a process of ours listens at a port; told by Linux, elsewhere never."""
    try:
        tables = [Path(f"/proc/{process}/net/{name}").read_text() for name in ("tcp", "tcp6")]
        files = {_leads_to(file) for file in Path(f"/proc/{process}/fd").iterdir()}
    except OSError:
        return False
    rows = [line.split() for table in tables for line in table.splitlines()[1:]]
    return any(f"socket:[{row[9]}]" in files for row in rows if row[3] == _LISTENING)


def _have_started(workers: Collection[int], wanted: int) -> bool:
    return len(workers) == wanted and all(listens(worker) for worker in workers)


def _leads_to(file: Path) -> str:
    with suppress(OSError):  # Closed meanwhile.
        return str(file.readlink())
    return ""


class Predecessors:
    """The workers of the program before: they answer until others do, and then end, each when it has answered."""

    def __init__(self, workers: Iterable[int], *, patience: float) -> None:
        self._left = set(workers)
        self._patience = patience
        self._is_over = threading.Event()

    def left(self) -> list[int]:
        """Return the numbers of those that still answer."""
        return sorted(self._still_there())

    def end_after(self, successors: Callable[[], Collection[int]], *, wanted: int) -> None:
        """Wait until as many successors as are wanted listen, however long that takes, then let the old ones go.

        There are none yet when this is called, and there may be fewer while one is started again.
        """
        is_late = time.monotonic() + _START_SECONDS
        pause = 0.05
        while not _have_started(successors(), wanted):
            if self._is_over.wait(pause):
                return
            if time.monotonic() > is_late and pause < _LOOKS_SECONDS:
                if sys.platform != "linux":
                    break  # Who listens can't be told there: time has to do.
                logger.error("The new workers don't listen after %d s: the old ones go on answering.", _START_SECONDS)
                pause = _LOOKS_SECONDS
        # Connections that browsers and proxies keep are closed with an answer first, and then at rest.
        self._tell(signal.SIGUSR1)
        self._is_over.wait(_CLOSING_SECONDS)
        self.end()

    def end(self) -> None:
        """Ask them to end, and see that they do."""
        self._is_over.set()
        self._tell(signal.SIGTERM)
        give_up = time.monotonic() + self._patience
        while self._still_there() and time.monotonic() < give_up:
            time.sleep(0.05)
        self._tell(signal.SIGKILL)

    def _tell(self, what: signal.Signals) -> None:
        for worker in self._still_there():
            with suppress(ProcessLookupError):
                os.kill(worker, what)

    def _still_there(self) -> set[int]:
        for worker in list(self._left):
            with suppress(ChildProcessError):
                if os.waitpid(worker, os.WNOHANG) == (0, 0):
                    continue
            self._left.discard(worker)
        return self._left


def check_port(host: str, port: int, *, patience: float) -> None:
    """Raise PortInUse when something listens there for longer than `patience` seconds, OSError for a bad address.

    Workers share a port, and so could, unnoticed, the workers of two servers.
    """
    give_up = time.monotonic() + patience
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                probe.listen(1)
            except OSError as failure:
                if time.monotonic() > give_up:
                    raise PortInUse(f"{host}:{port} can't be listened at: {failure.strerror}.") from failure
            else:
                return
        time.sleep(0.1)


def end_with_parent(parent: int) -> None:
    """See to it that this process ends when the process `parent`, which started it, does, however that ends."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # For systems without that call; and the parent may have ended before it.
    threading.Thread(target=_watch, args=(parent,), name="parent", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOKS_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
