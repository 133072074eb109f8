"""What a caching proxy in front may keep, for a second, and how it is told that a page has changed before it is over.

A page says for how long (`s-maxage=1`) and under which keys (`Surrogate-Key`). Whatever becomes of a purge, no proxy
shows a page that is more than two seconds old; the purge lets the one who saved, and all who follow the link, see it at
once. It is sent again two seconds later: a fetch that was under way brings the old page back.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from articles.signals import pages_changed

logger = logging.getLogger(__name__)

# For a second, and by proxies only. nginx counts whole seconds, so that one may be nearly two.
SHARED: Final = "public, max-age=0, must-revalidate, s-maxage=1"
# All keys of a page that lists others are this one, purged with every change.
_LISTS: Final = "lists"
_SITE: Final = "site"
# More pages than that are purged with all others.
_MOST: Final = 100
# Seconds: so long a save waits for a proxy; after it, so long nobody waits for that one.
_PATIENCE: Final = 0.25
_LEFT_ALONE: Final = 5.0
_AGAIN_AFTER: Final = 2.0
# In what a proxy of nginx's kind keeps a page; see docs/deploy/nginx-cache.conf.
_ENCODINGS: Final = ("br", "gzip", "plain")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
Titles = tuple[str, ...] | None


class SharedCacheMiddleware:
    """Tells the proxies in front which pages they may keep: those of nobody in particular.

    It can't be a view's business: what a page really is shows when all others have put their headers on it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.WIKI_PURGE_URLS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the keys and the time, where it may be kept."""
        response = self.get_response(request)
        if _is_for_everybody(request, response):
            response.headers["Cache-Control"] = SHARED
            response.headers["Surrogate-Key"] = " ".join(_keys_of(request))
        return response


def _is_for_everybody(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        # What any view or middleware has said otherwise stands.
        and response.headers.get("Cache-Control") == "no-cache"
        # Whoever is known has been answered otherwise; whoever gets a cookie, or a form's token, is somebody, too.
        and not response.cookies
        and "Set-Cookie" not in response.headers
        and "Authorization" not in request.headers
        and "'nonce-" not in response.headers.get("Content-Security-Policy", "")
        and b"csrfmiddlewaretoken" not in getattr(response, "content", b"")
    )


def _keys_of(request: HttpRequest) -> Iterator[str]:
    match = request.resolver_match
    is_page = match is not None and match.view_name == "articles:read" and "version" not in request.GET
    yield _SITE
    yield key_of(str(match.kwargs["title"]).replace("_", " ")) if is_page and match is not None else _LISTS


def key_of(full_title: str) -> str:
    """Return the key of a page: titles hold spaces and letters that no header can.

    >>> key_of("Heart attack") != key_of("Heart failure")
    True
    """
    return hashlib.blake2b(full_title.encode(errors="surrogatepass"), digest_size=8).hexdigest()


# --- The proxies -------------------------------------------------------------------------------------------------
class Speaker(Protocol):
    """How a kind of proxy is told: yields method, target and headers of each request."""

    def __call__(self, full_titles: Titles) -> Iterator[tuple[str, str, dict[str, str]]]:
        """Yield what is to be sent."""


def _to_varnish(full_titles: Titles) -> Iterator[tuple[str, str, dict[str, str]]]:
    keys = [_SITE] if full_titles is None else [_LISTS, *map(key_of, full_titles)]
    yield "PURGE", "/", {"xkey-purge": " ".join(keys)}


def _to_nginx(full_titles: Titles) -> Iterator[tuple[str, str, dict[str, str]]]:
    # It knows addresses only: lists, and every page at once, are over with their second.
    for full_title in full_titles or ():
        for encoding in _ENCODINGS:
            # As our own links spell it; another spelling is over with its second.
            yield "GET", f"/{encoding}{reverse('articles:read', kwargs={'title': full_title})}", {}


_SPEAKERS: Final[dict[str, Speaker]] = {"varnish": _to_varnish, "nginx": _to_nginx}


@dataclass
class Proxy:
    """A proxy that is told of changes; one that doesn't listen is left alone for a while, and logged."""

    host: str
    port: int
    speaker: Speaker
    site: str
    _again: float = field(default=0.0, init=False)

    @classmethod
    def at(cls, url: str) -> Proxy:
        """Return the proxy of an address such as varnish+http://127.0.0.1:6081; raises ImproperlyConfigured."""
        parts = urlsplit(url)
        kind, _plus, scheme = parts.scheme.partition("+")
        if kind not in _SPEAKERS or scheme != "http" or not parts.hostname:
            raise ImproperlyConfigured(f"WIKI_PURGE_URLS: {url!r} is no varnish+http:// or nginx+http:// address.")
        site = urlsplit(settings.SITE_URL).hostname or "localhost"
        return cls(parts.hostname, parts.port or 80, _SPEAKERS[kind], site)

    def purge(self, full_titles: Titles) -> None:
        """Tell it; never raises, and takes a quarter of a second at most, but for the last request's own wait."""
        if time.monotonic() < self._again:
            return
        give_up = time.monotonic() + _PATIENCE
        connection = http.client.HTTPConnection(self.host, self.port, timeout=_PATIENCE)
        try:
            with contextlib.closing(connection):
                for method, target, headers in self.speaker(full_titles):
                    connection.request(method, target, headers={"Host": self.site, **headers})
                    connection.getresponse().read()
                    if time.monotonic() > give_up:
                        break  # The rest is over with its second.
        except (OSError, http.client.HTTPException) as failure:
            self._again = time.monotonic() + _LEFT_ALONE
            logger.warning("The proxy at %s:%s was not told of a change: %s", self.host, self.port, failure)


class Purger:
    """Tells all proxies at once, and again two seconds later from a thread beside the answer."""

    def __init__(self, proxies: Sequence[Proxy]) -> None:
        self._proxies = proxies
        self._waiting: deque[tuple[float, Titles]] = deque()
        self._is_something_new = threading.Condition()
        self._thread: threading.Thread | None = None

    def tell(self, full_titles: Titles) -> None:
        """Purge these pages, or all; called when their change is committed, before whoever made it is answered."""
        if full_titles is not None and len(full_titles) > _MOST:
            full_titles = None
        self._purge(full_titles)
        with self._is_something_new:
            if len(self._waiting) >= _MOST:
                # Too many to be told one by one.
                self._waiting.clear()
                full_titles = None
            self._waiting.append((time.monotonic() + _AGAIN_AFTER, full_titles))
            if self._thread is None:
                # In the worker that needs it first: a thread doesn't live on in a process's children.
                self._thread = threading.Thread(target=self._tell_again, name="purging", daemon=True)
                self._thread.start()
            self._is_something_new.notify()

    def _purge(self, full_titles: Titles) -> None:
        for proxy in self._proxies:
            proxy.purge(full_titles)

    def _tell_again(self) -> None:
        while True:
            with self._is_something_new:
                self._is_something_new.wait_for(lambda: self._waiting)
                due, full_titles = self._waiting.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            self._purge(full_titles)


def listen() -> None:
    """Listen for changes where there are proxies to tell; called once, when the app is ready."""
    if not settings.WIKI_PURGE_URLS:
        return
    purger = Purger([Proxy.at(url) for url in settings.WIKI_PURGE_URLS])

    def tell(full_titles: Titles, **kwargs: Any) -> None:
        purger.tell(full_titles)

    pages_changed.connect(tell, weak=False, dispatch_uid="wiki.purging")
