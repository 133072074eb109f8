"""The real server, asked over HTTP as anybody on the network could: these tests know addresses, fields and ids only.

`Site` is a running `manage.py serve` over a database of its own, `Browser` somebody who asks it, `Reader` somebody who
reads on and on meanwhile.
"""

from __future__ import annotations

import contextlib
import html
import http.client
import os
import random
import re
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote_plus, urlencode

ROOT = Path(__file__).resolve().parents[2]
POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")
PASSWORD = "correct horse battery staple"
EDITORS = tuple(f"Writer {letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWX")
DISCLAIMER = b'id="medical-disclaimer"'

# What each server begins with: accounts, an article to read, one to edit.
BEGINNING = f"""
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("createcachetable")
from tests import factories
for role in ("contributor", "reviewer", "moderator", "administrator"):
    factories.user(role, f"The {{role}}")
for name in {EDITORS!r}:
    factories.user("editor", name)
editor = factories.author("editor", "The editor")
factories.article("Lungs", author=editor)
factories.article("Asthma", author=editor)
# A revision's id is not its edit's: where one save is killed between the two, PostgreSQL counts on from different ids.
from django.db import connection
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + 7 WHERE name = 'reversion_revision'")
    else:
        cursor.execute("SELECT setval(pg_get_serial_sequence('reversion_revision', 'id'), 1000)")
"""

_addresses = (f"127.{a}.{b}.{c}" for a in range(1, 255) for b in range(1, 255) for c in range(1, 255))


def until(happens: Callable[[], Any], seconds: float = 30) -> bool:
    """Whether it happens within so many seconds."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up:
        if happens():
            return True
        time.sleep(0.05)
    return bool(happens())


def free_port() -> int:
    """A port below those that connections are given, so that none takes it while a killed server is started again."""
    while True:
        port = random.randint(20_000, 32_000)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


# --- The server --------------------------------------------------------------------------------------------------
class Site:
    """A data folder, a port, and a program's server over them; may be killed and started again."""

    def __init__(self, folder: Path, database: str, *, program: Path = ROOT) -> None:
        self.folder = folder
        self.program = program
        self.database = database
        self.port = free_port()
        self.said = folder / "said.txt"
        self._process: subprocess.Popen[bytes] | None = None

    def environment(self) -> dict[str, str]:
        ours = ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "REPLICA_URLS", "SITE_URL", "TRUSTED_PROXIES", "WIKI_TEST_RUN")
        return {
            **{name: value for name, value in os.environ.items() if name not in ours},
            "DATABASE_URL": self.database,
            "DJANGO_SETTINGS_MODULE": "wiki.settings",
            "PYTHONPATH": str(self.program),
            "PYTHONUNBUFFERED": "1",
            "STATICFILES_STORAGE": "wiki.assets.HashedFilesStorage",
            "WIKI_DATA": str(self.folder),
        }

    def run(self, *command: str) -> None:
        """Run a command over this data, and see it succeed."""
        done = subprocess.run(
            [sys.executable, *command],
            env=self.environment(),
            cwd=self.program,
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        with self.said.open("ab") as said:
            self._process = started = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port), "--workers", "2"],
                env=self.environment(),
                cwd=self.program,
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        until(lambda: self.answers() or started.poll() is not None, 90)
        assert started.poll() is None and self.answers(), self.said.read_text()[-5000:]

    def kill(self) -> None:
        """End the master at once, as a power cut would; its workers see it for themselves."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def answers(self) -> bool:
        try:
            return Browser(self).get("/wiki/Lungs").status == 200
        except (OSError, http.client.HTTPException):
            return False

    @property
    def master(self) -> int:
        assert self._process is not None and self._process.poll() is None
        return self._process.pid

    def workers(self) -> set[int]:
        number = self.master
        return set(map(int, Path(f"/proc/{number}/task/{number}/children").read_text().split()))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database answers, asked beside the server."""
        if self.database.startswith("sqlite"):
            with contextlib.closing(
                sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=20)
            ) as connection:
                return connection.execute(sql).fetchall()
        import psycopg

        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(sql).fetchall()  # type: ignore[call-overload]


# --- Somebody who asks -------------------------------------------------------------------------------------------
class Answer:
    """What came back, and after how long."""

    def __init__(self, response: http.client.HTTPResponse, body: bytes, seconds: float) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = body
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"<{self.status} {self.headers.get('Location', '')} {len(self.body)} bytes, {self.seconds:.2f} s>"

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def given_back(self) -> str | None:
        """The text in the form of the answer, as its writer would see it."""
        found = re.search(r'<textarea name="text"[^>]*>\r?\n(.*?)</textarea>', self.text, re.DOTALL)
        return html.unescape(found[1]) if found else None

    def field(self, name: str) -> str:
        found = re.search(rf'<input type="hidden" name="{name}"(?: value="([^"]*)")?', self.text)
        return html.unescape(found[1] or "") if found else ""

    @property
    def is_a_page(self) -> bool:
        return self.headers.get_content_type() == "text/html" and self.body.count(DISCLAIMER) == 1


class Browser:
    """Keeps cookies, and comes from one address; a stranger comes from an address that nobody had before."""

    def __init__(self, site: Site, address: str = "127.0.0.1") -> None:
        self.site = site
        self.address = address
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, 60, source_address=(self.address, 0))
        with contextlib.closing(connection):
            connection.request(method, target, body, sent)
            response = connection.getresponse()
            answer = Answer(response, response.read(), time.monotonic() - started)
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update((name, cookie.value) for name, cookie in SimpleCookie(line).items())
        return answer

    def get(self, target: str, **headers: str) -> Answer:
        return self.ask("GET", target, **headers)

    def post(self, target: str, fields: Mapping[str, object] | bytes, **headers: str) -> Answer:
        """Send a form with its token, as the page would; bytes are sent as they are, behind it."""
        if "csrftoken" not in self.cookies:
            self.get("/accounts/login/")
        body = fields if isinstance(fields, bytes) else urlencode(fields, errors="surrogatepass").encode()
        token = f"csrfmiddlewaretoken={quote_plus(self.cookies['csrftoken'])}&".encode()
        return self.ask("POST", target, token + body, Content_Type="application/x-www-form-urlencoded", **headers)

    def log_in(self, name: str) -> Browser:
        answer = self.post("/accounts/login/", {"login": name, "password": PASSWORD})
        assert answer.status == 302 and "sessionid" in self.cookies, answer
        return self

    def form(self, title: str, section: str = "") -> dict[str, str]:
        """What the edit form of a section would send back."""
        page = self.get(f"/edit/{title}" + (f"?section={section}" if section else ""))
        assert page.status == 200, page
        names = ("base", "section", "proposal", "form_key")
        return {"text": page.given_back or "", "summary": "", **{name: page.field(name) for name in names}}

    def save(self, title: str, **fields: object) -> Answer:
        return self.post(f"/edit/{title}", {"base": "0", "summary": "of a test", **fields})

    def raw(self, title: str) -> str:
        return self.get(f"/raw/{title}").text


def stranger(site: Site) -> Browser:
    """Somebody without an account, at an address whose limits nobody has touched."""
    return Browser(site, next(_addresses))


def spoken(site: Site, request: bytes, *, seconds: float = 20) -> bytes:
    """What the server sends for these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", site.port), timeout=seconds) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65536), b""))


class Reader:
    """Reads an article on and on in a thread of its own, from an address of its own."""

    PAUSE = 0.02

    def __init__(self, site: Site, target: str = "/wiki/Lungs") -> None:
        self.statuses: Counter[int | str] = Counter()
        self.longest = 0.0
        self._browser = stranger(site)
        self._target = target
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join(60)

    def _read(self) -> None:
        # Once at least, however soon it is over.
        while not (self.statuses and self._done.wait(self.PAUSE)):
            try:
                answer = self._browser.get(self._target)
            except (OSError, http.client.HTTPException) as error:
                self.statuses[type(error).__name__] += 1
            else:
                self.statuses[answer.status] += 1
                self.longest = max(self.longest, answer.seconds)


# --- Databases ---------------------------------------------------------------------------------------------------
_numbers = count(1)


def administered(sql: str) -> None:
    """Ask PostgreSQL's own database, for the making of others."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]


@contextlib.contextmanager
def scratch_database(copy_of: str = "") -> Iterator[str]:
    """The URL of a PostgreSQL database that lives as long as the block, a copy of another one of ours."""
    name = f"medwiki_server_{os.getpid()}_{next(_numbers)}"
    template = copy_of.rpartition("/")[2] or "template1"
    administered(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    finally:
        administered(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
