"""`manage.py serve`: the server, its workers, and what happens every hour beside them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import socket
import subprocess
import sys
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils.module_loading import import_string
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from wiki import process
from wiki.accounts import roles

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

logger = logging.getLogger(__name__)

# Twice what `wiki.bodies` may keep busy: however slowly bodies come, as many threads are left for readers.
_THREADS: Final = 96
# Granian counts open connections, idle ones too, not requests: few would let idle browsers shut others out.
_CONNECTIONS: Final = 1024
_HEADER_SECONDS: Final = 15
_STOP_SECONDS: Final = 10
# So long a start waits for a server that is just ending.
_PATIENCE: Final = 5.0
# A worker that didn't live as long never served; the next one is started after the pause.
_SHORT_LIFE: Final = 0.5
_PAUSE: Final = 2.0
_FIRST_HOUSEKEEPING: Final = 300.0
_HOUSEKEEPING: Final = 3600.0


class Server(MPServer):
    """Granian, but a worker that ends is started again however often; Granian gives up at the second time in 5 s."""

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

    def handle(self, *, host: str, port: int, workers: int, **options: Any) -> None:
        """Serve, or say why not and exit with 1."""
        # Workers inherit the lock: it is free when the last process that could still write has ended.
        lock = self._lock()
        address = self._address(host, port)
        # An error in the site ends the start here, and not in each worker again and again.
        import_string(settings.WSGI_APPLICATION)
        advice = self._advice()
        server = _server(address, port, workers)
        housekeeping = _Hourly([sys.executable, sys.argv[0], "housekeeping"])
        server.on_startup(housekeeping.start)
        server.on_shutdown(housekeeping.stop)
        announce = threading.Thread(target=self._announce, args=(address, port, advice), daemon=True)
        server.on_startup(announce.start)
        server.serve(target_loader=partial(_loaded, os.getpid()), wrap_loader=False)
        lock.close()

    def _lock(self) -> Any:
        try:
            return process.hold_folder(Path(settings.WIKI_DATA), patience=_PATIENCE)
        except process.FolderInUse as in_use:
            raise CommandError(str(in_use)) from in_use

    def _address(self, host: str, port: int) -> str:
        """Return the host's address in numbers, at which nobody listens yet."""
        try:
            address = str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
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
            # Workers are forked from this process, and a connection must not be shared by two: each would read what
            # the other asked. A pool outlives the connections that were lent from it.
            connections.close_all()
            for connection in connections.all(initialized_only=True):
                if connection.vendor == "postgresql":
                    connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's alone.

    def _announce(self, address: str, port: int, advice: str) -> None:
        shown = f"[{address}]" if ":" in address else address
        while not _answers(address, port):
            time.sleep(0.05)
        self.stdout.write(f"{settings.WIKI_NAME} is at http://{shown}:{port}/ (Ctrl-C ends it)")
        if advice:
            self.stdout.write(advice)
        self.stdout.flush()


class _Hourly:
    """Runs a command of ours every hour in a process of its own; one at a time, and none after `stop`."""

    def __init__(self, command: list[str], *, first: float = _FIRST_HOUSEKEEPING, every: float = _HOUSEKEEPING) -> None:
        self._command = command
        self._first = first
        self._every = every
        self._stopped = threading.Event()
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin to wait for the first time."""
        threading.Thread(target=self._run, name="housekeeping", daemon=True).start()

    def stop(self) -> None:
        """Run no more; what is running is asked to end."""
        self._stopped.set()
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def _run(self) -> None:
        pause = self._first
        while not self._stopped.wait(pause):
            pause = self._every
            try:
                self._running = subprocess.Popen(self._command)  # noqa: S603  # Our own command line.
                if self._running.wait() and not self._stopped.is_set():
                    logger.error("Housekeeping ended with %s.", self._running.returncode)
            except OSError:
                logger.exception("Housekeeping could not be started.")


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


def _loaded(master: int) -> Callable[..., WSGIApplication]:
    """Return the site in a worker that ends with its master."""
    parent = multiprocessing.parent_process()
    process.end_with_parent(parent.pid if parent is not None and parent.pid else master)
    site: Callable[..., WSGIApplication] = import_string(settings.WSGI_APPLICATION)
    return site


def _answers(address: str, port: int) -> bool:
    wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # Told apart, not listened at.
    try:
        socket.create_connection((wildcard.get(address, address), port), timeout=1).close()
    except OSError:
        return False
    return True
