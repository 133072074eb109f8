"""Pages kept at the door: the final bytes of what everybody may read, answered before Django is asked.

A page is kept under its whole address, scheme and host included, and with the stamps that held before it was made. They
are compared at every hit (freshness.py), so a kept page is never older than the last save that was acknowledged, on
whichever process it was. The bytes of pages that memory has no room for stand on a shelf (shelf.py). What may be kept
is said by the view (`articles.views.keep_page`), and looked at here again: no cookie, no form with a secret, no nonce,
nothing of a person. The address of an article tells its stamps; that of a comparison tells none: its view names them,
and it is kept from the second reading on, so that whoever reads all of them once takes nobody's room.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import unquote_plus, urlsplit

from wiki import encodings, purging

if TYPE_CHECKING:
    from wiki.freshness import Held, Stamps
    from wiki.peers import Environ
    from wiki.shelf import Place, Shelf

logger = logging.getLogger(__name__)

Headers = list[tuple[str, str]]
_Shared = tuple[tuple[str, str], ...]

_READ: Final = "/wiki/"
_HISTORY: Final = "/history/"
_COMPARE: Final = "/compare/"
_PRINTABLE: Final = "printable=yes"
_FROM: Final = "from="
_NEVER: Final = frozenset({"HTTP_AUTHORIZATION", "HTTP_TRANSFER_ENCODING"})
# A title has 255 characters, each of up to four bytes; a longer address names no page.
_LONGEST_PATH: Final = 1_200
# Addresses that tell no stamps, and whose view has named them; no more pages of that kind are kept: any two versions
# can be compared, and there is no end to them.
_MOST_NAMED: Final = 1_000
# What a page weighs in memory besides its bytes: key, stamps, ETag, the objects that hold them.
_OVERHEAD: Final = 1_500
# Of memory, for those whose bytes stand aside: the others are answered sooner.
_SHARE_OF_ASIDE: Final = 0.5
# What an answer of 304 repeats none of.
_OF_A_BODY: Final = frozenset({"content-type", "content-length", "content-encoding", "content-language"})


class Key(NamedTuple):
    """What a page is kept under: all of the request that its bytes may depend on."""

    path: str
    query: str
    host: str
    scheme: str


class Asked(NamedTuple):
    """A page that is asked for and not kept: its key, the paths of its stamps, and those that hold now.

    There are none where its view has yet to name them.
    """

    key: Key
    paths: tuple[str, ...]
    held: Held


@dataclass
class Counts:
    """What became of requests for pages that may be kept, in this process.

    `fetched` are the hits whose bytes stood aside. `pages` are there now, those aside among them; `bytes` of memory.
    """

    hits: int = 0
    misses: int = 0
    stale: int = 0
    evicted: int = 0
    fetched: int = 0
    pages: int = 0
    bytes: int = 0


# Added to without a lock: a number lost now and then is no matter.
_counts: Final = Counts()


def counts() -> dict[str, int]:
    """Return what this process has counted so far: hits, misses, stale, evicted, fetched; and what is there now."""
    return asdict(_counts)


class _Encoded(NamedTuple):
    """A page's bytes in one encoding, with the headers that are of these bytes alone."""

    body: bytes
    etag: str
    own: _Shared
    own_of_none: _Shared


class Page:
    """A page that is kept; its headers are shared with all pages that have the same."""

    __slots__ = ("aside", "bare", "digest", "encoded", "headers", "held", "paths", "until")

    def __init__(
        self, paths: tuple[str, ...], held: Held, headers: _Shared, bare: _Shared, until: float, digest: str
    ) -> None:
        self.paths = paths
        self.held = held
        self.headers = headers
        self.bare = bare
        self.until = until
        self.digest = digest
        self.encoded: dict[str, _Encoded] = {}
        # Where its bytes stand on the shelf, and in which encoding, from the first time on that memory had no room.
        self.aside: tuple[Place, str] | None = None

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return _OVERHEAD + sum(len(each.body) for each in self.encoded.values())

    def put(self, encoding: str, body: bytes) -> _Encoded:
        """Hold the bytes in an encoding, too; empty for as they are."""
        etag = f'"{self.digest}{"-" + encoding if encoding else ""}"'
        tag = ("ETag", etag)
        own = (tag, ("Content-Length", str(len(body))), *((("Content-Encoding", encoding),) if encoding else ()))
        there = self.encoded[encoding] = _Encoded(body, etag, own, (tag,))
        return there

    def left_on(self, shelf: Shelf) -> Page | None:
        """Return this page without its bytes, which the shelf has in one encoding; None where it has no room for them.

        This one keeps its bytes, for whoever is answering from it.
        """
        aside = self.aside
        if aside is None or not shelf.holds(aside[0]):
            encoding, there = next(iter(self.encoded.items()))
            place = shelf.put(there.body)
            if place is None:
                return None
            aside = (place, encoding)
        return self._copy(aside)

    def fetched_from(self, shelf: Shelf) -> Page | None:
        """Return this page with its bytes; None where they stand on the shelf no more."""
        if self.aside is None:
            return None
        place, encoding = self.aside
        body = shelf.get(place)
        if body is None:
            return None
        page = self._copy(self.aside)
        page.put(encoding, body)
        return page

    def _copy(self, aside: tuple[Place, str]) -> Page:
        page = Page(self.paths, self.held, self.headers, self.bare, self.until, self.digest)
        page.aside = aside
        return page


def hosts_of(site_url: str, allowed: Iterable[str]) -> frozenset[str]:
    """Return the spellings of Host that pages are kept for: the site's address, and the names allowed in full.

    Django takes a name for the same in capitals, with a dot at its end and with any port; where a whole domain is
    allowed, it takes any name under it. There is no end to either: whoever asks so is answered, and nothing is kept.
    """
    names = {urlsplit(site_url).netloc, urlsplit(site_url).hostname or "", *allowed}
    return frozenset(name.lower() for name in names if name and "*" not in name and not name.startswith("."))


def is_ours(host: str, port: str | None, hosts: Collection[str]) -> bool:
    """Whether a Host is one of these spellings, or a name of ours with the port that this process is asked at."""
    if host in hosts:
        return True
    name, _colon, asked_at = host.rpartition(":")
    return name in hosts and asked_at == port


class Pages:
    """The pages that one process keeps: at most so many bytes, those that were asked for last. For all threads.

    The bytes of the others stand on the `shelf`, where there is one, until it has no room for them.
    `known_by` are the cookies by any of which somebody is known, or is told something: they are answered by Django.
    `hosts` are the site's names (see `hosts_of`): pages are kept for these, and no other spelling takes their room.
    """

    def __init__(
        self,
        stamps: Stamps,
        *,
        most_bytes: int,
        known_by: Sequence[str],
        hosts: Collection[str],
        shelf: Shelf | None = None,
    ) -> None:
        self._stamps = stamps
        self._most_bytes = most_bytes
        self._known_by = tuple(known_by)
        self._shelf = shelf
        # Those asked for last at the end, in both: pages with their bytes, and pages whose bytes stand on the shelf.
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._aside: OrderedDict[Key, Page] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        self._hosts = frozenset(hosts)
        self._headers: dict[_Shared, _Shared] = {}
        # The paths of the stamps that views have named.
        self._named: dict[Key, tuple[str, ...]] = {}

    def key_of(self, request: Environ, scheme: str) -> Key | None:
        """Return what the page is kept under that somebody unknown asks to read; None for every other request.

        The request may be as it came from the network: nothing is read of it that only a proxy may say.
        """
        path = request["PATH_INFO"]
        if not path.startswith((_READ, _HISTORY, _COMPARE)) or request["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        query = request.get("QUERY_STRING", "")
        if query and not (path.startswith(_READ) and (query == _PRINTABLE or query.startswith(_FROM))):
            return None
        cookies = request.get("HTTP_COOKIE")
        # Looked for anywhere in the header: once too often is no harm.
        if cookies and any(name in cookies for name in self._known_by):
            return None
        host = request.get("HTTP_HOST")
        if not host or not is_ours(host, request.get("SERVER_PORT"), self._hosts):
            return None
        if request.get("CONTENT_LENGTH", "") not in ("", "0") or not _NEVER.isdisjoint(request):
            return None
        return Key(path, query, host, scheme)

    def find(self, key: Key) -> Page | Asked | None:
        """Return the page that holds now; else what to keep one with once it is made; None where none may be kept."""
        page = self._pages.get(key) or self._aside.get(key)
        paths = page.paths if page is not None else self._paths_of(key)
        if paths is None:
            return None
        if not paths:
            _counts.misses += 1
            return Asked(key, (), ())
        try:
            held = self._stamps.of(paths)
        except Exception:  # Of two databases, each with errors of its own. Django asks again, and answers for it.
            logger.warning("The stamps of a page can't be read.", exc_info=True)
            return None
        if held is None:
            return None
        if page is not None:
            if page.held != held or time.time() >= page.until:
                self._forget(key, page, everything=page.held[0] != held[0])
            elif (there := self._at_hand(key, page)) is not None:
                _counts.hits += 1
                return there
        _counts.misses += 1
        return Asked(key, paths, held)

    def keep(
        self,
        asked: Asked,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        until: float,
        request: Environ,
        *,
        of: Sequence[str] = (),
    ) -> tuple[int, Headers, bytes] | None:
        """Keep a page that was made after the stamps were read, and return its answer for this request.

        None, and nothing is kept, where it isn't everybody's, or where other stamps were read than those of the pages
        that it is `of` (full titles, where its address tells none): these are read the next time. `until`: seconds
        since 1970 when something changes in it by itself.
        """
        if not _is_everybodys(headers, body):
            return None
        paths = ("", *(_READ + full_title for full_title in of)) if of else asked.paths
        if paths != asked.paths or not paths:
            self._note(asked.key, paths)
            return None
        common, bare = (self._shared(each) for each in _common(headers))
        page = Page(asked.paths, asked.held, common, bare, until, hashlib.blake2b(body, digest_size=12).hexdigest())
        plain = page.put("", body)
        answer = self.answer(page, asked.key, request)
        # In the encoding that was asked for: whoever asks for another gets it made of this one.
        page.encoded = {name: each for name, each in page.encoded.items() if each is not plain} or page.encoded
        with self._lock:
            self._drop(asked.key)
            self._put(asked.key, page)
        return answer

    def answer(self, page: Page, key: Key, request: Environ) -> tuple[int, Headers, bytes]:
        """Return status, headers and body of a kept page for this request: in its encoding, or that nothing is new."""
        encoding = encodings.chosen(request.get("HTTP_ACCEPT_ENCODING", ""))
        there = page.encoded.get(encoding) or self._encoded(page, key, encoding)
        known = request.get("HTTP_IF_NONE_MATCH")
        if known and (known == there.etag or encodings.is_known(there.etag, known)):
            return HTTPStatus.NOT_MODIFIED, [*page.bare, *there.own_of_none], b""
        return HTTPStatus.OK, [*page.headers, *there.own], there.body

    def clear(self) -> None:
        """Keep nothing any more."""
        with self._lock:
            self._pages.clear()
            self._aside.clear()
            self._bytes = 0
            self._count()

    def _paths_of(self, key: Key) -> tuple[str, ...] | None:
        return self._named.get(key, ()) if key.path.startswith(_COMPARE) else _paths_of(key)

    def _note(self, key: Key, paths: tuple[str, ...]) -> None:
        with self._lock:
            self._named[key] = paths
            if len(self._named) > _MOST_NAMED:
                oldest = next(iter(self._named))
                del self._named[oldest]
                self._drop(oldest)
                self._count()

    def _at_hand(self, key: Key, page: Page) -> Page | None:
        """Return the page with its bytes, as the one asked for last; None where they are lost."""
        if page.encoded:
            with suppress(KeyError):  # Where it was evicted at this moment.
                self._pages.move_to_end(key)
            return page
        there = page.fetched_from(self._shelf) if self._shelf is not None else None
        with self._lock:
            # Two may fetch it at once.
            if self._aside.get(key) is page:
                self._drop(key)
                if there is not None:
                    self._put(key, there)
        if there is not None:
            _counts.fetched += 1
        return there

    def _encoded(self, page: Page, key: Key, encoding: str) -> _Encoded:
        """Return the bytes in an encoding that nobody has asked for yet, made of those in another."""
        other, there = next(iter(page.encoded.items()))
        plain = encodings.decoded(there.body, other) if other else there.body
        body = encodings.encoded(plain, encoding) if encoding else plain
        with self._lock:
            is_kept = self._pages.get(key) is page
            before = page.size
            made = page.put(encoding, body)
            if is_kept:
                self._bytes += page.size - before
                self._evict()
        return made

    def _shared(self, headers: _Shared) -> _Shared:
        if len(self._headers) > 200:
            self._headers.clear()
        return self._headers.setdefault(headers, headers)

    def _forget(self, key: Key, page: Page, *, everything: bool) -> None:
        _counts.stale += 1
        if everything:
            self.clear()
            return
        with self._lock:
            if page in (self._pages.get(key), self._aside.get(key)):
                self._drop(key)
                self._count()

    def _put(self, key: Key, page: Page) -> None:
        self._pages[key] = page
        self._bytes += page.size
        self._evict()

    def _drop(self, key: Key) -> None:
        for pages in (self._pages, self._aside):
            gone = pages.pop(key, None)
            if gone is not None:
                self._bytes -= gone.size

    def _evict(self) -> None:
        while self._bytes > self._most_bytes and self._pages:
            key, gone = self._pages.popitem(last=False)
            self._bytes -= gone.size
            aside = gone.left_on(self._shelf) if self._shelf is not None else None
            if aside is not None:
                self._aside[key] = aside
                self._bytes += aside.size
            else:
                _counts.evicted += 1
        while len(self._aside) * _OVERHEAD > self._most_bytes * _SHARE_OF_ASIDE:
            _key, gone = self._aside.popitem(last=False)
            self._bytes -= gone.size
            _counts.evicted += 1
        self._count()

    def _count(self) -> None:
        _counts.pages, _counts.bytes = len(self._pages) + len(self._aside), self._bytes


def _paths_of(key: Key) -> tuple[str, ...] | None:
    """Return the paths of the stamps that a page depends on: the site's, its own, and the redirect's that led to it."""
    try:
        path = key.path.encode("latin-1").decode()
    except UnicodeError:
        return None
    # All that a history shows raises its page's stamp.
    page = _READ + path.removeprefix(_HISTORY) if path.startswith(_HISTORY) else path
    paths: tuple[str, ...] = ("", page.replace("_", " "))
    if key.query.startswith(_FROM):
        if "&" in key.query:
            return None
        paths = (*paths, _READ + unquote_plus(key.query.removeprefix(_FROM), errors="replace"))
    return paths if all(len(each) < _LONGEST_PATH and "\0" not in each for each in paths) else None


def _is_everybodys(headers: Sequence[tuple[str, str]], body: bytes) -> bool:
    said = {name.lower(): value for name, value in headers}
    return (
        "set-cookie" not in said
        and said.get("cache-control") in ("no-cache", purging.SHARED)
        and "nonce-" not in said.get("content-security-policy", "")
        and b"csrfmiddlewaretoken" not in body
        and encodings.is_compressible(said.get("content-type", ""))
    )


def _common(headers: Sequence[tuple[str, str]]) -> tuple[_Shared, _Shared]:
    """Return the headers of the page whatever its encoding, and those of an answer that nothing is new.

    It varies by the encoding alone: who is known isn't answered from here, and nobody may keep it without asking. Where
    a proxy in front may, it has to tell by the cookie whose page it is.
    """
    is_shared = any(name.lower() == "cache-control" and value == purging.SHARED for name, value in headers)
    kept = tuple(each for each in headers if each[0].lower() not in ("vary", "etag", "content-length"))
    kept = (*kept, ("Vary", "Accept-Encoding, Cookie" if is_shared else "Accept-Encoding"))
    return kept, tuple(each for each in kept if each[0].lower() not in _OF_A_BODY)
