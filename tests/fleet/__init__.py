"""A fleet on one machine: databases, caches, poolers and proxies that the tests start, stop, freeze and kill.

Each runs at a port of its own, in a folder of its own, as `nobody` where the tests run as root (PostgreSQL and
pgbouncer refuse to be root). What isn't installed skips the tests that need it, with the reason.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.server import Site, free_port, until

_FOLDERS = ("/usr/lib/postgresql", "/usr/local/sbin", "/usr/sbin", "/sbin")


def program(name: str) -> str:
    """Where a program is; the test is skipped when it isn't there."""
    newest = sorted(Path(_FOLDERS[0]).glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(newest[-1]) if newest else shutil.which(name, path=os.pathsep.join([os.environ["PATH"], *_FOLDERS[1:]]))
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


def _nobody() -> dict[str, object]:
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}


def done(*command: str, user: Mapping[str, object] | None = None) -> str:
    """Run a command to its end as nobody, see it succeed, return what it said."""
    who = _nobody() if user is None else user
    # A daemon that it leaves behind keeps the outputs open: so these are files, not pipes.
    with tempfile.TemporaryFile("w+") as said:
        ended = subprocess.run(command, stdout=said, stderr=said, cwd="/", check=False, timeout=120, **who)  # type: ignore[call-overload]
        said.seek(0)
        text = said.read()
    assert ended.returncode == 0, f"{command}: {text}"
    return text


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A folder that nobody, too, can write to, as long as the block lasts."""
    made = Path(tempfile.mkdtemp(prefix="medwiki-fleet-"))
    made.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(made, "nobody")
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


class Daemon:
    """A program that runs in the foreground until it is stopped; may be frozen, thawed, killed, started again."""

    def __init__(self, *command: str, port: int, as_root: bool = False) -> None:
        self.command = command
        self.port = port
        self._who = {} if as_root else _nobody()
        self._process: subprocess.Popen[bytes] | None = None
        self._said = tempfile.TemporaryFile("w+")  # noqa: SIM115  # As long as the daemon is.

    def start(self) -> None:
        from socket import create_connection

        def listens() -> bool:
            with contextlib.suppress(OSError), create_connection(("127.0.0.1", self.port), 1):
                return True
            return False

        started = self._process = subprocess.Popen(
            self.command, stdout=self._said, stderr=self._said, cwd="/", start_new_session=True, **self._who
        )  # type: ignore[call-overload]
        until(lambda: listens() or started.poll() is not None)
        assert started.poll() is None and listens(), self.said()

    def said(self) -> str:
        self._said.seek(0)
        return self._said.read()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the program and its children (SIGSTOP: it hangs; SIGCONT: it goes on)."""
        assert self._process is not None
        os.killpg(self._process.pid, number)

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        if self._process is not None and self.is_running():
            self.signal(signal.SIGKILL)
            self._process.wait()


class Cluster:
    """A PostgreSQL server with its data."""

    def __init__(self, place: Path, port: int = 0) -> None:
        self.place = place
        self.port = port or free_port()
        self._pg_ctl = program("pg_ctl")

    @classmethod
    def made(cls, place: Path) -> Cluster:
        """A new one, empty, not started."""
        cluster = cls(place)
        done(program("initdb"), "-D", str(place), "-U", "medwiki", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        return cluster

    def url(self, name: str = "medwiki") -> str:
        return f"postgres://medwiki@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.place.parent}"
        done(self._pg_ctl, "-D", str(self.place), "-l", f"{self.place}.log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """End it at once, as a crash would (nothing is written that hadn't been)."""
        done(self._pg_ctl, "-D", str(self.place), "-m", "immediate", "-w", "stop")

    def restart(self) -> None:
        self.stop()
        self.start()

    def promote(self) -> None:
        """Make a primary of a standby."""
        done(self._pg_ctl, "-D", str(self.place), "-w", "promote")

    def ask(self, sql: str, name: str = "medwiki") -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(sql)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def copied(self, place: Path) -> Cluster:
        """Another one with the same data; this one must not run."""
        done("cp", "-a", str(self.place), str(place))
        return Cluster(place)

    def standby(self, place: Path) -> Cluster:
        """A hot standby of this one, not started; it follows as soon as it is."""
        source = f"host=127.0.0.1 port={self.port} user=medwiki"
        done(program("pg_basebackup"), "-D", str(place), "-d", source, "-R", "-X", "stream", "-c", "fast")
        return Cluster(place)

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        self.start()
        try:
            yield self
        finally:
            with contextlib.suppress(AssertionError):  # The test may have stopped it.
                self.stop()


class FleetSite(Site):
    """A site with further settings, each a name of the environment."""

    def __init__(self, place: Path, database: str, **more: str) -> None:
        super().__init__(place, database)
        self.more = more

    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in super().environment().items() if name != "CACHE_URL"}
        return ours | self.more

    def lines(self, pattern: str) -> list[str]:
        """The lines of the server's log in which something is found."""
        return [line for line in self.said.read_text().splitlines() if re.search(pattern, line)]

    @contextlib.contextmanager
    def running(self) -> Iterator[FleetSite]:
        self.start()
        try:
            yield self
        finally:
            self.kill()
