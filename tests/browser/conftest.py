"""One Chromium and one real server for the whole run, and a page for a person of each role."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, Response, expect, sync_playwright

from tests.browser.stage import PASSWORD, PEOPLE, ROOT

# Chromium phones home when it starts, and its sandbox wants rights that a container doesn't have.
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
# The first is Chromium without a window to draw: the same engine for half of the work.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
WIDE: Final = {"width": 1280, "height": 900}
NARROW: Final = {"width": 360, "height": 740}
PATIENCE: Final = 45_000  # milliseconds; only what fails takes so long, and a busy machine may pause a page

# Notes what only the page itself can see; not subject to its Content-Security-Policy.
LISTENER: Final = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`Content-Security-Policy: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""

_addresses = itertools.count(1)
_databases = itertools.count(1)


# --- The server --------------------------------------------------------------------------------------------------
@dataclass
class Site:
    """The running site: where it is, and what is in it."""

    url: str
    facts: dict[str, Any]
    _spare: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._spare = iter(self.facts["spare"])

    def address(self, path: str) -> str:
        """The whole address; `{names}` in it are numbers that the stage told."""
        return self.url + path.format(**self.facts)

    def spare_page(self) -> str:
        """The title of an article that no other test reads or changes."""
        return next(self._spare)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real server, with its door, its headers and its static files, over an encyclopedia of its own."""
    with served(tmp_path_factory.mktemp("site"), ["-m", "tests.browser.stage"]) as (url, said):
        yield Site(url, json.loads(said.splitlines()[-1]))


@contextlib.contextmanager
def served(folder: Path, *steps: list[str], **variables: str) -> Iterator[tuple[str, str]]:
    """Serve what Python made of an empty data folder in these steps; yield the address and what the last step said."""
    with _database() as database:
        environment = _environment(folder) | database | variables
        said = ""
        for step in steps:
            made = subprocess.run(
                [sys.executable, *step], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            assert made.returncode == 0, made.stderr
            said = made.stdout
        port = _free_port()
        log = folder / "log"
        with log.open("w") as output:
            command = [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port), "--workers", "2"]
            server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, server, log)
            yield url, said
        finally:
            server.terminate()
            server.wait(20)
        faults = [line for line in log.read_text().splitlines() if " ERROR " in line or " CRITICAL " in line]
        assert not faults, "The server noted errors:\n" + log.read_text()


def _environment(folder: Path) -> dict[str, str]:
    """The environment of a site as people run it: nothing of the settings for tests."""
    dropped = ("SECRET_KEY", "WIKI_TEST_RUN", "WIKI_DATA", "DATABASE_URL", "DJANGO_ALLOW_ASYNC_UNSAFE")
    return {name: value for name, value in os.environ.items() if name not in dropped} | {
        "DJANGO_SETTINGS_MODULE": "wiki.settings",
        "STATICFILES_STORAGE": "wiki.assets.HashedFilesStorage",
        "WIKI_DATA": str(folder / "var"),
        "LOG_LEVEL": "WARNING",
        # A driven browser fills in the registration form faster than people do.
        "WIKI_REGISTRATION_SECONDS": "0",
        "WIKI_DASHBOARD": "on",
        # So that each page of a test can come from an address of its own, with limits of its own.
        "TRUSTED_PROXIES": "127.0.0.1",
    }


@contextlib.contextmanager
def _database() -> Iterator[dict[str, str]]:
    """A file in the data folder; on PostgreSQL a database of this run's own."""
    given = os.environ.get("DATABASE_URL", "sqlite:")
    if given.startswith("sqlite"):
        yield {}
        return
    import psycopg

    name = f"medwiki_browser_{os.getpid()}_{next(_databases)}"
    with psycopg.connect(given, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield {"DATABASE_URL": urlunsplit(urlsplit(given)._replace(path=f"/{name}"))}
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        assert server.poll() is None and time.monotonic() < until, log.read_text()
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=10):
            return
        time.sleep(0.05)


# --- The browser -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's headless Chromium, or whatever of its kind is here."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


class Watch:
    """What goes wrong in a page while somebody uses it."""

    def __init__(self, page: Page) -> None:
        self.status = 0
        self._said: list[tuple[str, str]] = []
        self._refused_pages: set[str] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._said.append((f"exception: {error}", "")))
        page.on("response", self._response)

    @property
    def faults(self) -> list[str]:
        """Errors in the console, exceptions, breaches of the Content-Security-Policy, files that aren't there."""
        # That a page itself is answered 404 or 409 is no fault; that a file in it is would be one.
        return [said for said, where in self._said if where not in self._refused_pages]

    def forget(self) -> None:
        """A test that provokes faults says that it has seen them."""
        self._said.clear()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location["url"] if message.text.startswith("Failed to load resource") else ""
            self._said.append((f"{message.type}: {message.text} {where}", where))

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
        elif not (response.status == HTTPStatus.CONFLICT and "/preview/" in response.url):
            # A live preview says for itself that somebody else has saved meanwhile; a slow machine makes one in time.
            return
        if response.status >= 400:
            self._refused_pages.add(response.url)


@pytest.fixture(scope="session")
def sessions(browser: Browser, site: Site) -> Callable[[str], Any]:
    """The cookies of a person of a role, who logged in through the form once."""
    kept: dict[str, Any] = {"": None}

    def session_of(role: str) -> Any:
        if role not in kept:
            context = browser.new_context(base_url=site.url)
            page = context.new_page()
            page.goto("/accounts/login/")
            page.locator("#id_login").fill(PEOPLE[role])
            page.locator("#id_password").fill(PASSWORD)
            page.get_by_role("main").get_by_role("button", name="Log in").click()
            expect(page.get_by_role("button", name="Log out")).to_be_visible()
            kept[role] = context.storage_state()
            context.close()
        return kept[role]

    return session_of


@pytest.fixture(scope="session")
def new_page(browser: Browser, site: Site, sessions: Callable[[str], Any]) -> Callable[..., Page]:
    """Make a page of a fresh browser for a person of a role ("" is nobody); the caller closes its context."""

    def make(role: str = "", *, size: dict[str, int] = WIDE, **options: Any) -> Page:
        number = next(_addresses)
        context: BrowserContext = browser.new_context(
            base_url=site.url,
            storage_state=sessions(role),
            viewport=size,
            extra_http_headers={"X-Forwarded-For": f"198.51.{number // 250}.{number % 250 + 1}"},
            **options,
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(LISTENER)
        page = context.new_page()
        page.watch = Watch(page)
        return page

    return make


@pytest.fixture
def open_page(new_page: Callable[..., Page], site: Site) -> Iterator[Callable[..., Page]]:
    """Open an address as a person of a role; at the end nothing may have gone wrong in any of the pages."""
    opened: list[Page] = []

    def open_one(path: str, role: str = "", **options: Any) -> Page:
        page = new_page(role, **options)
        opened.append(page)
        page.goto(site.address(path))
        return page

    yield open_one
    faults = [fault for page in opened for fault in page.watch.faults]
    for page in opened:
        with contextlib.suppress(Error):
            page.context.close()
    assert not faults


@pytest.fixture
def spare(site: Site) -> str:
    """The path, below /wiki/ or /edit/, of an article that this test may change."""
    return quote(site.spare_page().replace(" ", "_"))
