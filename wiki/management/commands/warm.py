"""`manage.py warm`: read every page once, so that the first readers after a start don't wait for it to be made."""

from __future__ import annotations

import http.client
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from articles import lists

_SECONDS: Final = 60
_PAGES: Final = 20_000


class Command(BaseCommand):
    """Asks a running site for its pages, on several connections, which reach several of its processes."""

    help = "Read the pages of a running site once, those changed last first, so that it keeps them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument(
            "url", nargs="?", default="http://127.0.0.1:8000", help="The server (default: %(default)s)."
        )
        parser.add_argument("--pages", type=int, default=_PAGES, help="How many at the most (default: %(default)s).")
        parser.add_argument("--connections", type=int, default=8, help="Each reads all of them (default: %(default)s).")

    def handle(self, *, url: str, pages: int, connections: int, **options: Any) -> None:
        """Read, and say how many answers there were."""
        if not urlsplit(url).hostname:
            raise CommandError(f"{url} is no address such as http://127.0.0.1:8000")
        addresses = [f"/wiki/{quote(title.replace(' ', '_'))}" for title in lists.changed_last(pages)]
        try:
            with ThreadPoolExecutor(connections) as pool:
                good = sum(pool.map(lambda _number: _read(url, addresses), range(connections)))
        except OSError as failure:
            raise CommandError(f"{url} doesn't answer: {failure}") from failure
        self.stdout.write(f"{good} of {connections} times {len(addresses)} pages were read.")


def _read(url: str, addresses: Sequence[str]) -> int:
    return sum(status == http.HTTPStatus.OK for status in _statuses(url, addresses))


def _statuses(url: str, addresses: Sequence[str]) -> Iterator[int]:
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    # The name by which readers call it: a page is kept for one name.
    host = urlsplit(settings.SITE_URL).netloc or parts.netloc
    connection = kind(parts.hostname or "", parts.port, timeout=_SECONDS)
    for address in addresses:
        connection.request("GET", address, headers={"Host": host, "Accept-Encoding": "br"})
        answer = connection.getresponse()
        answer.read()
        yield answer.status
    connection.close()
