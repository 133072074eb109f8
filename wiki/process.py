"""What keeps the server's processes tidy: one server a data folder, and no worker without its master."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

_PR_SET_PDEATHSIG: Final = 1
_LOOKS_SECONDS: Final = 0.5


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
