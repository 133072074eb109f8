"""`manage.py serve`: the server, its workers, and what happens every hour beside them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from articles.moderation import erasing
from wiki import metrics, process
from wiki.accounts import leaving, roles

if TYPE_CHECKING:
    from wiki.wsgi import Door

logger = logging.getLogger(__name__)

# More than `wiki.bodies` may keep busy: however slowly bodies come, threads are left for readers. They are made as they
# are needed, and those that wait cost next to nothing.
_THREADS: Final = 256
# Granian counts open connections, idle ones too, not requests: few would let idle browsers shut others out.
_CONNECTIONS: Final = 1024
_HEADER_SECONDS: Final = 15
_STOP_SECONDS: Final = 10
# So long a start waits for a server that is just ending.
_PATIENCE: Final = 5.0
# A worker that didn't live as long never served; the next one is started after the pause.
_SHORT_LIFE: Final = 0.5
_PAUSE: Final = 2.0
# A new program that takes longer to say whether it can be loaded is left alone.
_CHECK_SECONDS: Final = 60.0
_FIRST_HOUSEKEEPING: Final = 300.0
_HOUSEKEEPING: Final = 3600.0


class Server(MPServer):
    """Granian, but a worker that ends is started again however often; Granian gives up at the second time in 5 s."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turns: Counter[int] = Counter()

    def _spawn_worker(self, idx: int, target: Any, callback_loader: Callable[..., Any]) -> Any:  # type: ignore[override]  # As MPServer's.
        # A row for itself, and another one for whoever comes after it: for a moment there may be both.
        self._turns[idx] += 1
        row = idx * 2 + self._turns[idx] % 2
        return super()._spawn_worker(idx, target, partial(callback_loader, row))

    def processes(self) -> list[int]:
        """Return the numbers of the worker processes."""
        return [worker.inner.pid for worker in self.wrks]

    def _reload(self, *args: Any, **options: Any) -> None:
        # Granian would fork new workers from this process, whose program is the old one.
        self.reload_signal = False
        self.main_loop_interrupt.clear()
        for hook in self.hooks_reload:
            hook()

    def _respawn_workers(self, workers: list[int], *args: Any, **options: Any) -> None:
        youngest = min(time.monotonic() - self.wrks[index].birth for index in workers)
        if youngest < _SHORT_LIFE:
            # Something ends it before it can serve: trying more slowly leaves the machine to what else is on it.
            self.main_loop_interrupt.wait(_PAUSE)
        super()._respawn_workers(workers, *args, **options)
        # What Granian counts to give up.
        self.respawned_wrks.clear()


class Command(BaseCommand):
    """Serves the site until it is told to end (Ctrl-C, SIGTERM)."""

    help = "Serve the site."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("--host", default="127.0.0.1", help="Address to listen at (default: this machine only).")
        parser.add_argument("--port", type=int, default=8000)
        cores = min(os.cpu_count() or 1, 4)
        # Two at least: while one is started again, the other answers.
        parser.add_argument(
            "--workers", type=int, default=max(cores, 2), help="Worker processes (default: %(default)s)."
        )
        parser.add_argument("--check", action="store_true", help="Only see whether the site can be loaded.")

    def handle(self, *, host: str, port: int, workers: int, check: bool, **options: Any) -> None:
        """Serve, or say why not and exit with 1."""
        if check:
            import_string(settings.WSGI_APPLICATION)
            return
        # Workers inherit the lock: it is free when the last process that could still write has ended.
        handed_over = process.handed_over()
        lock, before = handed_over or (self._lock(), [])
        if not handed_over:
            self._refuse_what_is_to_be_erased()
        address = self._address(host, port, is_ours=bool(handed_over))
        # An error in the site ends the start here, and not in each worker again and again.
        import_string(settings.WSGI_APPLICATION)
        if sys.platform == "linux":
            # Forked workers share the memory they count in; newer Pythons would start them afresh.
            multiprocessing.set_start_method("fork", force=True)
        advice = self._advice()
        server = _server(address, port, workers)
        housekeeping = _Hourly([sys.executable, sys.argv[0], "housekeeping"])
        server.on_startup(housekeeping.start)
        server.on_shutdown(housekeeping.stop)
        predecessors = process.Predecessors(before, patience=_STOP_SECONDS)
        server.on_reload(partial(_reload, server, lock, housekeeping, predecessors))
        if before:
            end_them = partial(predecessors.end_after, server.processes, wanted=workers)
            server.on_startup(partial(_in_background, end_them))
            server.on_shutdown(predecessors.end)
        announce = threading.Thread(target=self._announce, args=(address, port, advice), daemon=True)
        server.on_startup(announce.start)
        server.serve(target_loader=partial(_loaded, os.getpid()), wrap_loader=False)
        lock.close()

    def _lock(self) -> Any:
        try:
            return process.hold_folder(Path(settings.WIKI_DATA), patience=_PATIENCE)
        except process.FolderInUse as in_use:
            raise CommandError(str(in_use)) from in_use

    def _address(self, host: str, port: int, *, is_ours: bool) -> str:
        """Return the host's address in numbers, at which nobody listens yet, but workers of ours."""
        try:
            address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
            if not is_ours:
                process.check_port(address, port, patience=_PATIENCE)
        except (process.PortInUse, OSError) as failure:
            raise CommandError(str(failure)) from failure
        return address

    def _advice(self) -> str:
        """Return what whoever starts the server should do next, or nothing; leaves no database connection behind."""
        try:
            return "" if roles.there_is_an_administrator() else "There is no administrator yet: make admin NAME=you"
        except DatabaseError:
            return "The database isn't ready: python manage.py migrate"
        finally:
            _close_connections()

    def _refuse_what_is_to_be_erased(self) -> None:
        """Let nobody read an older database in which text is back that was erased for law, or somebody who left."""
        try:
            waiting, left = len(erasing.not_applied()), len(leaving.not_closed())
        except DatabaseError:
            return  # Of a database that isn't ready, `_advice` tells.
        finally:
            _close_connections()
        if waiting:
            raise CommandError(f"{waiting} erasures for law are not applied: run manage.py apply_erasures first.")
        if left:
            raise CommandError(f"{left} accounts that left are open again: run manage.py apply_erasures first.")

    def _announce(self, address: str, port: int, advice: str) -> None:
        shown = f"[{address}]" if ":" in address else address
        while not _answers(address, port):
            time.sleep(0.05)
        self.stdout.write(f"{settings.WIKI_NAME} is at http://{shown}:{port}/ (Ctrl-C ends it)")
        if advice:
            self.stdout.write(advice)
        self.stdout.flush()


def _close_connections() -> None:
    # Workers are forked from this process, and a connection must not be shared by two: each would read what the other
    # asked. A pool outlives the connections that were lent from it.
    connections.close_all()
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "postgresql":
            connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone.


class _Hourly:
    """Runs a command of ours every hour in a process of its own; one at a time, and none after `stop`."""

    def __init__(self, command: list[str], *, first: float = _FIRST_HOUSEKEEPING, every: float = _HOUSEKEEPING) -> None:
        self._command = command
        self._first = first
        self._every = every
        # One for each start: who waits by an old one never begins again.
        self._stopped = threading.Event()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to wait for the first time."""
        self._stopped = threading.Event()
        threading.Thread(target=self._run, args=(self._stopped,), name="housekeeping", daemon=True).start()

    def stop(self) -> None:
        """Run no more until the next `start`; what is running is asked to end."""
        self._stopped.set()
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def _run(self, stopped: threading.Event) -> None:
        pause = self._first
        while not stopped.wait(pause):
            pause = self._every
            try:
                self._running = subprocess.Popen(self._command)  # noqa: S603  # Our own command line.
                if self._running.wait() and not stopped.is_set():
                    logger.error("Housekeeping ended with %s.", self._running.returncode)
            except OSError:
                logger.exception("Housekeeping could not be started.")


def _reload(server: Server, lock: IO[str], housekeeping: _Hourly, predecessors: process.Predecessors) -> None:
    """Put the program as it is on the disk now in this one's place; where it can't start, this one goes on."""
    if not _passes_its_check() or server.interrupt_signal:
        return
    housekeeping.stop()
    try:
        # Where the workers of this program never came to answer, those of the one before still do.
        process.exec_anew(lock, [*server.processes(), *predecessors.left()])
    except OSError:
        logger.exception("Not started anew.")
        housekeeping.start()


def _passes_its_check() -> bool:
    """Whether the program on the disk passes its system checks and can be loaded; says so where it can't."""
    # In a process of its own, because this one has the old program loaded.
    command = [sys.executable, sys.argv[0], "serve", "--check"]
    try:
        subprocess.run(command, check=True, timeout=_CHECK_SECONDS)  # noqa: S603  # Our own command line.
    except (subprocess.SubprocessError, OSError) as failure:
        logger.error("Not started anew: the program that is there now doesn't pass `serve --check`: %s", failure)
        return False
    return True


def _in_background(act: Callable[[], None]) -> None:
    threading.Thread(target=act, name="reload", daemon=True).start()


def _server(address: str, port: int, workers: int) -> Server:
    server = Server(
        target=settings.WSGI_APPLICATION,
        address=address,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADER_SECONDS * 1000),
        websockets=False,
        workers=workers,
        blocking_threads=_THREADS,
        backlog=_CONNECTIONS,
        backpressure=_CONNECTIONS,
        respawn_failed_workers=True,
        respawn_interval=1.0,
        workers_kill_timeout=_STOP_SECONDS,
        log_level=LogLevels.warning,
        # Its lines go where ours go, written alike.
        log_dictconfig={"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}},
    )
    logging.getLogger("_granian").addFilter(_is_news)
    return server


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of Granian's log tells something: that there are more threads than cores is on purpose."""
    return "Python threads" not in record.getMessage() and "CPU cores" not in record.getMessage()


def _loaded(master: int, row: int) -> Door:
    """Return the site in a worker that ends with its master."""
    parent = multiprocessing.parent_process()
    process.end_with_parent(parent.pid if parent is not None and parent.pid else master)
    metrics.take_row(row)
    site: Door = import_string(settings.WSGI_APPLICATION)
    # Said by the master when another worker has taken this one's place.
    signal.signal(signal.SIGUSR1, lambda *_: site.close_connections())
    return site


def _answers(address: str, port: int) -> bool:
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # Told apart, not listened at.
    try:
        socket.create_connection((wildcard.get(address, address), port), timeout=1).close()
    except OSError:
        return False
    return True
