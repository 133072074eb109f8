"""`manage.py serve`, as people and machines meet it: real processes on a free port, killed in every way."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import DatabaseError

from articles.moderation import register
from wiki import process
from wiki.accounts import leaving
from wiki.management.commands import serve

ROOT = Path(__file__).resolve().parents[4]
pytestmark = [pytest.mark.server, pytest.mark.alike]

# A site that needs no tables, so that only the server is asked about.
SITE = """
import os
from wiki.wsgi import door

def site(environ, start_response):
    body = environ["wsgi.input"].read()
    reply = b"%d bytes, process %d" % (len(body), os.getpid())
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(reply)))])
    return [reply]

application = door(site)
urlpatterns = []
"""
SETTINGS = """
from wiki.settings import *
WSGI_APPLICATION = "small_site.application"
ROOT_URLCONF = "small_site"
"""


class Running:
    """A server in a process of its own, and the one that asks it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        (folder / "small_site.py").write_text(SITE)
        (folder / "small_settings.py").write_text(SETTINGS)
        self.process: subprocess.Popen[str] | None = None

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")}
        environment |= {
            "DJANGO_SETTINGS_MODULE": "small_settings",
            # Nobody reads what it says until it has ended: a line for each request would fill the pipe.
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": f"{self.folder}{os.pathsep}{ROOT}",
            "PYTHONUNBUFFERED": "1",
            "STATICFILES_STORAGE": "wiki.assets.HashedFilesStorage",
            "WIKI_DATA": str(self.folder / "var"),
        }
        command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(self.port), "--workers", "2"]
        return subprocess.Popen(
            [*command, *arguments],
            env=environment,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def up(self) -> None:
        self.process = started = self.start()
        until(lambda: self.answers() or started.poll() is not None, 60)
        assert started.poll() is None, started.communicate()[0]

    def end(self) -> str:
        """End the server if it runs, and return what it said."""
        ended, self.process = self.process, None
        if ended is None:
            return ""
        with contextlib.suppress(ProcessLookupError):
            ended.kill()
        return ended.communicate()[0]

    def answers(self) -> bool:
        try:
            return self.ask("GET", "/").status == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> "Reply":
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def workers(self) -> set[int]:
        assert self.process is not None
        number = self.process.pid
        return set(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))

    def raw(self, *pieces: bytes) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        for piece in pieces:
            connection.sendall(piece)
        return connection


class Reply:
    def __init__(self, status: int, headers: http.client.HTTPMessage, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body


def until(happens: Callable[[], bool], seconds: float = 15) -> bool:
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if happens():
            return True
        time.sleep(0.05)
    return happens()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server that no test kills."""
    server = Running(tmp_path_factory.mktemp("server"), free_port())
    server.up()
    yield server
    server.end()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A server to be killed."""
    server = Running(tmp_path, free_port())
    server.up()
    yield server
    server.end()


POST = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"


# --- What it answers ---------------------------------------------------------------------------------------------
def test_head_has_the_length_and_not_one_byte_of_body(shared: Running):
    with shared.raw(b"HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n") as connection:
        received = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"content-length: " in head.lower() and body == b""


def test_a_body_in_chunks_comes_whole(shared: Running):
    chunks = b"4\r\n[1, \r\n", b"3\r\n22]\r\n", b"0\r\n\r\n"
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    with shared.raw(head, *chunks) as connection:
        assert b"7 bytes" in connection.recv(4096)


def test_a_body_that_is_cut_off_reaches_nobody(shared: Running):
    with shared.raw(POST + b"Content-Length: 50\r\n\r\ntext=half") as connection:
        connection.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in connection.recv(4096)


@pytest.mark.parametrize("size", [1, 500_000, 4_000_000])
def test_a_large_body_comes_whole(shared: Running, size: int):
    assert shared.ask("POST", "/", b"x" * size).body.startswith(b"%d bytes" % size)


def test_what_is_too_large_is_answered_with_a_page(shared: Running):
    reply = shared.ask("POST", "/", b"x" * (15 * 1024 * 1024))
    assert reply.status == 413 and b"still in your browser" in reply.body


@pytest.mark.parametrize("path", ["/%FF", "/%00", "/%ED%A0%80", "/?q=%00"])
def test_unreadable_addresses_are_refused_with_the_disclaimer(shared: Running, path: str):
    reply = shared.ask("GET", path)
    assert reply.status == 400 and b'id="medical-disclaimer"' in reply.body


def test_a_header_with_underscores_makes_up_no_identity(shared: Running):
    assert shared.ask("GET", "/", REMOTE_USER="admin").status == 200


def test_static_files_are_served_before_they_are_collected(shared: Running):
    assert shared.ask("GET", "/static/admin/css/base.css").headers["content-type"].startswith("text/css")


# --- Slow ones ---------------------------------------------------------------------------------------------------
def test_sixty_slow_bodies_hold_up_no_reader(shared: Running):
    slow = [shared.raw(POST + b"Content-Length: 5000\r\n\r\ntext=") for _ in range(60)]
    longest = 0.0
    give_up = time.monotonic() + 4
    while time.monotonic() < give_up:
        started = time.monotonic()
        assert shared.ask("GET", "/").status == 200
        longest = max(longest, time.monotonic() - started)
    answers = Counter(_first_bytes(connection) for connection in slow)
    for connection in slow:
        connection.close()
    assert longest < 2
    # Eight are still awaited, over both workers; each other was told to come again.
    assert answers == {b"HTTP/1.1 429": 52, b"": 8}
    assert until(lambda: shared.ask("POST", "/", b"x").status == 200)


def _first_bytes(connection: socket.socket) -> bytes:
    connection.setblocking(False)
    try:
        return connection.recv(12)
    except BlockingIOError:
        return b""


def test_sixty_slow_headers_hold_up_no_reader(shared: Running):
    slow = [shared.raw(b"GET / HTTP/1.1\r\nHost: loc") for _ in range(60)]
    started = time.monotonic()
    assert all(shared.ask("GET", "/").status == 200 for _ in range(20))
    assert time.monotonic() - started < 2
    for connection in slow:
        connection.close()


# --- Killed ------------------------------------------------------------------------------------------------------
def test_a_killed_worker_is_replaced_and_the_others_answer(server: Running):
    assert until(lambda: len(server.workers()) == 2)
    killed = set()
    for _ in range(3):
        worker = min(server.workers() - killed)
        killed.add(worker)
        os.kill(worker, signal.SIGKILL)
        assert until(server.answers)
    assert until(lambda: len(server.workers() - killed) == 2)
    assert server.process is not None and server.process.poll() is None


def test_after_a_killed_master_nobody_answers_and_a_new_one_takes_the_port_at_once(server: Running):
    workers = server.workers()
    server.end()
    assert until(lambda: not server.answers(), 2)
    assert until(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
    started = time.monotonic()
    server.up()
    assert time.monotonic() - started < 20
    assert not server.workers() & workers


def test_a_second_server_on_the_same_data_is_refused(shared: Running):
    second = shared.start("--port", str(free_port()))
    said = second.communicate(timeout=60)[0]
    assert second.returncode == 1 and "in use by another server" in said and "Traceback" not in said


def test_a_port_that_is_taken_is_refused(tmp_path: Path, shared: Running):
    other = Running(tmp_path, shared.port).start()
    said = other.communicate(timeout=60)[0]
    assert other.returncode == 1 and "can't be listened at" in said and "Traceback" not in said


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_server_says_where_it_is_and_ends_when_told(server: Running, how: signal.Signals):
    assert server.process is not None and server.process.stdout is not None
    said = [server.process.stdout.readline() for _ in range(2)]
    workers = server.workers()
    server.process.send_signal(how)
    assert server.process.wait(timeout=20) == 0
    assert f"is at http://127.0.0.1:{server.port}/" in said[0]
    assert "migrate" in said[1]  # This one has no tables; with them it would tell how to make an administrator.
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)


# --- Started anew ------------------------------------------------------------------------------------------------
# A worker is forked from the master that has loaded the site: this is what slows it down, or ends it, before it serves.
SLOW = """
import os, pathlib, time
def wait(master=os.getpid()):
    while not pathlib.Path("go").exists() and os.getppid() == master:
        time.sleep(0.02)
os.register_at_fork(after_in_child=wait)
"""
CRASHING = """
import os
def crash():
    with open(os.path.join(os.path.dirname(__file__), "crashed"), "a") as crashed:
        crashed.write("x")
    os._exit(3)
os.register_at_fork(after_in_child=crash)
"""


def reload(server: Running, program: str) -> None:
    (server.folder / "small_site.py").write_text(program)
    assert server.process is not None
    server.process.send_signal(signal.SIGHUP)


def answer_as_ever(server: Running, workers: set[int]) -> bool:
    """Whether only these answer, and have not been told to close their connections."""
    replies = [server.ask("GET", "/") for _ in range(10)]
    told = [reply.headers["Connection"] for reply in replies]
    return told == [None] * 10 and {int(reply.body.split()[-1]) for reply in replies} <= workers


def test_while_the_new_workers_load_the_old_ones_answer(server: Running):
    assert until(lambda: len(server.workers()) == 2)
    old = server.workers()
    reload(server, SITE + SLOW)
    assert until(lambda: len(server.workers()) == 4, 60)
    assert answer_as_ever(server, old) and old < server.workers()
    (server.folder / "go").touch()
    assert until(lambda: not old & server.workers(), 60) and server.answers()


def test_while_the_new_workers_crash_the_old_ones_answer_until_a_program_comes_that_does_not(server: Running):
    assert until(lambda: len(server.workers()) == 2)
    old, crashed = server.workers(), server.folder / "crashed"
    reload(server, SITE + CRASHING)
    assert until(lambda: crashed.exists() and len(crashed.read_text()) > 2, 60)
    assert answer_as_ever(server, old) and old <= server.workers()
    reload(server, SITE)
    assert until(lambda: not old & server.workers(), 60) and server.answers()
    assert len(server.workers()) == 2


def test_a_program_that_can_not_be_loaded_takes_nobodys_place(server: Running):
    assert until(lambda: len(server.workers()) == 2)
    old = server.workers()
    reload(server, SITE.replace("application = door(site)", "raise RuntimeError"))
    assert until(lambda: bool(server.workers() - old), 60)
    assert until(lambda: server.workers() == old, 60)
    assert answer_as_ever(server, old)
    assert "doesn't pass `serve --check`" in server.end()


@pytest.fixture
def reloading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], "serve._Hourly"]]:
    """Reload where the program on the disk is this text; returns what runs every hour."""
    hourly = serve._Hourly(["true"])
    server = SimpleNamespace(interrupt_signal=False, processes=list)

    def done(program: str) -> serve._Hourly:
        (tmp_path / "manage.py").write_text(program)
        monkeypatch.setattr(sys, "argv", [str(tmp_path / "manage.py")])
        with (tmp_path / "lock").open("w") as lock:
            hourly.start()
            serve._reload(server, lock, hourly, process.Predecessors([], patience=0))
        return hourly

    yield done
    hourly.stop()


def test_where_a_reload_fails_housekeeping_goes_on(reloading, monkeypatch, caplog):
    def refuse(*handed_on: object) -> None:
        raise OSError

    monkeypatch.setattr(process, "exec_anew", refuse)
    assert not reloading("")._stopped.is_set()
    assert "Not started anew" in caplog.text


def test_a_new_program_that_hangs_is_left_alone(reloading, monkeypatch, caplog):
    monkeypatch.setattr(serve, "_CHECK_SECONDS", 0.1)
    assert not reloading("import time; time.sleep(60)")._stopped.is_set()
    assert "timed out" in caplog.text


# --- Every hour --------------------------------------------------------------------------------------------------
def test_housekeeping_is_run_again_and_again_until_the_server_ends(tmp_path: Path):
    command = [sys.executable, "-c", f"open({str(tmp_path / 'log')!r}, 'a').write('x')"]
    hourly = serve._Hourly(command, first=0, every=0)
    hourly.start()
    assert until(lambda: (tmp_path / "log").exists() and (tmp_path / "log").read_text().startswith("xxx"))
    hourly.stop()
    assert until(lambda: all(thread.name != "housekeeping" for thread in threading.enumerate()))


def test_housekeeping_that_is_running_is_ended_with_the_server():
    hourly = serve._Hourly([sys.executable, "-c", "import time; time.sleep(60)"], first=0)
    hourly.start()
    assert until(lambda: hourly._running is not None)
    hourly.stop()
    assert until(lambda: all(thread.name != "housekeeping" for thread in threading.enumerate()))


def test_a_housekeeping_that_can_not_start_ends_nothing(caplog: pytest.LogCaptureFixture):
    hourly = serve._Hourly(["/nowhere/python"], first=0)
    hourly.start()
    assert until(lambda: "could not be started" in caplog.text)
    hourly.stop()


# --- What it says ------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_while_there_is_no_administrator_the_line_to_make_one_is_said():
    assert "make admin NAME=you" in serve.Command()._advice()


@pytest.mark.django_db
def test_with_an_administrator_there_is_nothing_to_say(administrator: object):
    assert serve.Command()._advice() == ""


@pytest.mark.django_db
def test_it_does_not_start_while_erasures_wait(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.WIKI_DATA = tmp_path
    monkeypatch.setattr(serve, "_close_connections", lambda: None)
    serve.Command()._refuse_what_is_to_be_erased()
    register.add({"key": "0" * 32})
    with pytest.raises(CommandError, match="apply_erasures first"):
        serve.Command()._refuse_what_is_to_be_erased()


@pytest.mark.django_db
def test_it_does_not_start_while_somebody_who_left_is_back(
    editor: Any, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.WIKI_DATA = tmp_path
    monkeypatch.setattr(serve, "_close_connections", lambda: None)
    register.add({**leaving._line_of(editor.account), "name": "Former member 7F3KQ2"})
    with pytest.raises(CommandError, match="1 accounts that left"):
        serve.Command()._refuse_what_is_to_be_erased()


def test_a_database_that_is_not_ready_is_left_to_the_line_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_tables() -> None:
        raise DatabaseError("no such table")

    monkeypatch.setattr(serve.erasing, "not_applied", no_tables)
    monkeypatch.setattr(serve, "_close_connections", lambda: None)
    serve.Command()._refuse_what_is_to_be_erased()
