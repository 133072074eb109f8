"""The site behind a door that keeps pages, asked as a server asks it, within a test's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings

from articles.models import PageStamp
from wiki import freshness
from wiki.assets import StaticFiles
from wiki.bodies import Bodies, Limits
from wiki.pagecache import Page, Pages
from wiki.peers import TrustedProxies
from wiki.rolepages import RolePages
from wiki.wsgi import Door

COOKIES = ("sessionid", "visitor", "visit", "messages")


class StampsOfTheTest(freshness.SqliteStamps):
    """Asked over the test's connection: another one would not see what is not committed."""

    def of(self, paths: Sequence[str]) -> freshness.Held:
        rows = dict(PageStamp.objects.filter(path__in=paths).values_list("path", "stamp"))
        return tuple(rows.get(path) for path in paths)


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class KeptSite:
    """Asked by nobody in particular, or with the cookie of somebody who is logged in; `fresh` asks Django anew."""

    def __init__(self, folder: Any) -> None:
        self.pages = Pages(StampsOfTheTest(), most_bytes=10_000_000, known_by=COOKIES, hosts={"testserver"})
        parts: dict[str, Any] = {
            "proxies": TrustedProxies([]),
            "bodies": Bodies(folder / "bodies.lock", Limits(largest=1_000)),
            "static": StaticFiles(folder / "static"),
        }
        site, self.role_pages = _with_role_pages()
        self._door = Door(site, **parts, pages=self.pages)
        self._without = Door(WSGIHandler(), **parts)

    def get(self, address: str, **variables: str) -> Answer:
        return _asked(self._door, address, variables)

    def get_kept(self, address: str, **variables: str) -> Answer:
        """Ask until it is kept: what a comparison depends on is known from the second time on."""
        self.get(address, **variables)
        return self.get(address, **variables)

    def fresh(self, address: str, **variables: str) -> Answer:
        return _asked(self._without, address, variables)

    def keeps(self, address: str) -> bool:
        """Whether a page would be answered without asking Django."""
        key = self.pages.key_of(_environ(address, {}), "http")
        return key is not None and isinstance(self.pages.find(key), Page)


def _with_role_pages() -> tuple[WSGIHandler, RolePages]:
    """The site's own application, and what it keeps for roles."""
    stamps = patch("wiki.freshness.of_this_process", StampsOfTheTest)
    with stamps, override_settings(MIDDLEWARE=[*settings.MIDDLEWARE, "wiki.rolepages.RolePagesMiddleware"]):
        site = WSGIHandler()
    return site, site._view_middleware[-1].__self__.pages  # type: ignore[attr-defined]  # Of the innermost one.


def _environ(address: str, variables: dict[str, str]) -> dict[str, Any]:
    parts = urlsplit(address)
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "REMOTE_ADDR": "192.0.2.1",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "HTTP_HOST": "testserver",
        "wsgi.input": BytesIO(b""),
        "wsgi.url_scheme": "http",
        **variables,
    }


def _asked(door: Door, address: str, variables: dict[str, str]) -> Answer:
    # As Django's own client does: the test's connection stays open, whatever the end of a request closes.
    started: list[Any] = []
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        chunks = door(_environ(address, variables), lambda status, headers: started.extend((status, headers)))
        body = b"".join(chunks)
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    return Answer(int(started[0][:3]), {name.lower(): value for name, value in started[1]}, body)
