"""The WSGI door: every request comes in here, every answer goes out here; Django stands behind it.

On the way in: who asks, a clean address, the whole body. On the way out: encoding, ETag, lengths, no body where none
belongs. Static files, and what must be refused before Django, are answered here; no database is touched but for the
disclaimer's words on a refusal (wiki/wording/kept.py).
"""

from __future__ import annotations

import hashlib
import logging
import math
import os
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.client import responses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from csp.utils import build_policy
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from wiki import disclaimer, encodings, health, logs, metrics
from wiki.assets import StaticFiles
from wiki.bodies import Bodies, BodyRefused, Limits, Lingering
from wiki.pagecache import Asked, Pages, hosts_of
from wiki.peers import Environ, TrustedProxies, cleaned
from wiki.shelf import Shelf

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

    from wiki.wording.kept import Kept

logger = logging.getLogger(__name__)

_MB: Final = 1024 * 1024
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SURROGATE: Final = re.compile(rb"\xed[\xa0-\xbf]")
# What an answer of 304 repeats of the one it stands for; the security headers go with it.
_OF_A_BODY: Final = frozenset({"content-type", "content-length", "content-encoding", "content-language"})

_STATUS_LINES: Final = {status: f"{status} {words}" for status, words in responses.items()}

Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Answer:
    """An answer on its way out: its whole body, or a stream that the server sends bit by bit and closes."""

    status: int
    headers: Headers
    body: bytes = b""
    stream: Iterable[bytes] | None = None
    # Of Django's, as its view says: whether the door may keep it, until when at the latest (seconds since 1970), and
    # of which pages it is (full titles), where its address doesn't tell.
    may_be_kept: bool = False
    kept_until: float = math.inf
    kept_of: tuple[str, ...] = ()
    # Of a kept page: all that belongs to it stands in its headers, its length too.
    is_whole: bool = False

    def header(self, name: str) -> str:
        """Return a header's value, several joined, or nothing."""
        return ", ".join(value for key, value in self.headers if key.lower() == name.lower())

    def put(self, name: str, value: str) -> None:
        """Set a header, instead of any that is there."""
        self.drop(name)
        self.headers.append((name, value))

    def drop(self, *names: str) -> None:
        """Take headers away."""
        gone = {name.lower() for name in names}
        self.headers = [header for header in self.headers if header[0].lower() not in gone]


class Refused(Exception):
    """What the door itself answers: a status, what a person reads, and headers besides."""

    def __init__(self, status: int, heading: str, sentence: str, *headers: tuple[str, str]) -> None:
        super().__init__(heading)
        self.status = status
        self.heading = heading
        self.sentence = sentence
        self.headers = headers


class Door:
    """A WSGI application around the site's own."""

    def __init__(
        self,
        site: WSGIApplication,
        *,
        proxies: TrustedProxies,
        bodies: Bodies,
        static: StaticFiles,
        words: Callable[[], Kept] | None = None,
        pages: Pages | None = None,
    ) -> None:
        self._site = site
        self._pages = pages
        self._words = words
        self._proxies = proxies
        self._bodies = bodies
        self._static = static
        self._static_url = settings.STATIC_URL or "/static/"
        self._security = _security_headers()
        self._is_closing = False

    def close_connections(self) -> None:
        """Keep no connection from now on: each is closed with its next answer, and comes back to another process."""
        self._is_closing = True

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, and write its line in the log."""
        began = time.perf_counter()
        number = logs.number_for(self._proxies.number_of(environ))
        path = environ["PATH_INFO"].encode("latin-1", "replace")
        with logs.asked(number, environ["REQUEST_METHOD"], path):
            answer, asked = self._kept_answer(environ)
            if answer is None:
                request = cleaned(environ, self._proxies)
                request["HTTP_X_REQUEST_ID"] = number
                answer = self._answer_of_any_kind(request, asked)
                answer.drop("X-Request-ID")
            answer.headers.append(("X-Request-ID", number))
            if self._is_closing:
                answer.put("Connection", "close")
            sent = _sent(environ, answer, start_response)
            seconds = time.perf_counter() - began
            logs.answered(answer.status, seconds)
            led_to = answer.header("Location") if environ["REQUEST_METHOD"] == "POST" else ""
            metrics.answered(environ["REQUEST_METHOD"], environ["PATH_INFO"], answer.status, seconds, led_to)
        return sent

    def _kept_answer(self, environ: Environ) -> tuple[Answer | None, Asked | None]:
        """Return the answer of a page that is kept; else with what one may be kept that is made now, if at all."""
        if self._pages is None:
            return None, None
        try:
            key = self._pages.key_of(environ, self._proxies.scheme_of(environ))
            if key is None:
                return None, None
            found = self._pages.find(key)
            if found is None or isinstance(found, Asked):
                return None, found
            return Answer(*self._pages.answer(found, key, environ), is_whole=True), None
        except Exception:  # What is kept only makes it quicker: Django answers as ever.
            logger.exception("The kept pages failed.")
            return None, None

    def _answer_of_any_kind(self, request: Environ, asked: Asked | None) -> Answer:
        try:
            answer = self._answer(request, asked)
        except Refused as refused:
            answer = self._refusal(refused)
        except BodyRefused as refused:
            answer = self._refusal(_of_the_body(refused))
            if refused.over is not None:
                answer.put("Content-Length", str(len(answer.body)))
                answer.stream = Lingering(answer.body, refused.over)
        except Exception:
            # Django answers for its own exceptions; this is for those outside of it, and must need nothing.
            logger.exception("A request failed outside of Django.")
            sentence = f"It is our fault, and it has been noted. Tell us this number: {logs.request_number()}"
            answer = self._refusal(Refused(500, "Something went wrong", sentence))
        if settings.SECURE_HSTS_SECONDS and request.get("wsgi.url_scheme") == "https":
            _add_strict_transport_security(answer)
        return answer

    def _answer(self, request: Environ, asked: Asked | None) -> Answer:
        _check_method(request)
        _check_address(request)
        request["CONTENT_TYPE"] = _without_charset(request.get("CONTENT_TYPE") or "")
        if "\\000" in request.get("HTTP_COOKIE", ""):
            # NUL in a cookie's quotes: none of ours has it, and PostgreSQL can't even be asked for such a session.
            del request["HTTP_COOKIE"]
        path = request["PATH_INFO"]
        if path.startswith(self._static_url):
            return self._static_answer(request, path.removeprefix(self._static_url))
        if path in health.PATHS:
            # A probe calls the machine by whatever it knows it by; the answer holds no address, so none can be forged.
            request["HTTP_HOST"] = health.host_of_ours()
        return self._site_answer(request, asked)

    def _site_answer(self, request: Environ, asked: Asked | None) -> Answer:
        with self._bodies.whole(request) as (body, length):
            request["wsgi.input"] = body
            request["CONTENT_LENGTH"] = str(length)
            request.pop("HTTP_TRANSFER_ENCODING", None)
            answer = _called(self._site, request)
        if self._pages is not None and asked is not None and answer.may_be_kept:
            kept = self._pages.keep(asked, answer.headers, answer.body, answer.kept_until, request, of=answer.kept_of)
            if kept is not None:
                return Answer(*kept, is_whole=True)
        if answer.stream is None and answer.status not in (204, 304):
            _finish(request, answer)
        return answer

    def _static_answer(self, request: Environ, name: str) -> Answer:
        if request["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise Refused(405, "This address is only read", "Nothing can be sent to a file.", ("Allow", "GET, HEAD"))
        # A name is Unicode, a WSGI path is bytes in disguise.
        file = self._static.find(name.encode("latin-1").decode())
        if file is None:
            raise Refused(404, "There is no such file", "It may have a new name: go back and load the page again.")
        answer = Answer(
            200,
            [
                ("Content-Type", file.content_type),
                ("Cache-Control", "public, max-age=31536000, immutable" if file.immutable else "no-cache"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cross-Origin-Resource-Policy", "same-origin"),
            ],
            file.content,
        )
        encoding = encodings.chosen(request.get("HTTP_ACCEPT_ENCODING", "")) if file.encoded else ""
        if file.encoded:
            answer.put("Vary", "Accept-Encoding")
        if encoding in file.encoded:
            answer.body = file.encoded[encoding]
            answer.put("Content-Encoding", encoding)
        _put_etag(answer, file.digest)
        _shorten_if_known(request, answer)
        return answer

    def _refusal(self, refused: Refused) -> Answer:
        kept = self._words() if self._words is not None else None
        said = {"name": kept.name, "text": kept.disclaimer} if kept is not None else {}
        page = disclaimer.refusal_page(refused.status, refused.heading, refused.sentence, **said)
        headers = [("Content-Type", "text/html; charset=utf-8"), *self._security, *refused.headers]
        return Answer(refused.status, headers, page)


def _check_method(request: Environ) -> None:
    # TRACE would echo cookies, CONNECT is a proxy's; anything else nobody here understands.
    if request["REQUEST_METHOD"] not in _METHODS:
        raise Refused(
            405, "This can't be done here", "The request's method is unknown.", ("Allow", ", ".join(_METHODS))
        )


def _check_address(request: Environ) -> None:
    """Refuse an address with bytes that no title, no file and not every database can hold."""
    path = request["PATH_INFO"].encode("latin-1", "replace")
    query = unquote_to_bytes(request.get("QUERY_STRING", "").encode("latin-1", "replace"))
    try:
        path.decode()
    except UnicodeDecodeError:
        readable = False
    else:
        # An old link may hold a query in another encoding: Django reads it with question marks.
        readable = path.startswith(b"/") and b"\0" not in path + query and not _SURROGATE.search(query)
    if not readable:
        raise Refused(400, "This address can't be read", "It holds characters that no address here has.")


def _without_charset(content_type: str) -> str:
    """Return a Content-Type without its character set, by which Django would read the address too: here all is UTF-8.

    Python knows sets that are none (zip) and sets that make lone surrogates and NUL of plain letters (unicode_escape).
    """
    parts = content_type.split(";")
    return ";".join(part for part in parts if not part.strip().lower().startswith("charset"))


def _of_the_body(refused: BodyRefused) -> Refused:
    # What is left of the body on the connection would be read as the next request.
    headers = [("Connection", "close")]
    if refused.retry_after is not None:
        headers.append(("Retry-After", str(refused.retry_after)))
    return Refused(refused.status, refused.heading, refused.sentence, *headers)


def _called(site: WSGIApplication, request: Environ) -> Answer:
    """Return the site's answer: whole, but for a stream of Django's."""
    answer = Answer(500, [])
    written: list[bytes] = []

    def start_response(status: str, headers: Headers, exc_info: Any = None, /) -> Callable[[bytes], object]:
        answer.status = int(status.split(" ", 1)[0])
        answer.headers = list(headers)
        return written.append

    chunks = site(dict(request), start_response)
    if getattr(chunks, "streaming", False):
        answer.stream = chunks
        return answer
    if answer.status == HTTPStatus.OK and getattr(chunks, "may_be_kept", False):
        answer.may_be_kept, answer.kept_until = True, getattr(chunks, "kept_until", math.inf)
        answer.kept_of = getattr(chunks, "kept_of", ())
    try:
        written.extend(chunks)
    finally:
        # Django frees its database connection here.
        if hasattr(chunks, "close"):
            chunks.close()
    answer.body = b"".join(written)
    return answer


def _finish(request: Environ, answer: Answer) -> None:
    """Give a whole answer its encoding and ETag, and leave out what the browser has."""
    encoding = ""
    if (
        len(answer.body) > encodings.SMALLEST
        and encodings.is_compressible(answer.header("Content-Type"))
        and not answer.header("Content-Encoding")
        and not _holds_a_secret(request, answer)
    ):
        _vary_by_encoding(answer)
        encoding = encodings.chosen(request.get("HTTP_ACCEPT_ENCODING", ""))
    if encoding:
        answer.put("Content-Encoding", encoding)
    if _may_be_kept(request, answer):
        _put_etag(answer, hashlib.blake2b(answer.body, digest_size=12).hexdigest())
        _shorten_if_known(request, answer)
    if encoding and answer.status != HTTPStatus.NOT_MODIFIED:
        answer.body = encodings.encoded(answer.body, encoding)


def _holds_a_secret(request: Environ, answer: Answer) -> bool:
    """Return whether the answer is one of a person known to us.

    The length of encoded text tells what a secret in it has in common with what the sender put there (BREACH).
    """
    cookies = request.get("HTTP_COOKIE", "").split(";")
    names = {cookie.partition("=")[0].strip() for cookie in cookies}
    return settings.SESSION_COOKIE_NAME in names or bool(answer.header("Set-Cookie"))


def _may_be_kept(request: Environ, answer: Answer) -> bool:
    return (
        answer.status == HTTPStatus.OK
        and request["REQUEST_METHOD"] in ("GET", "HEAD")
        and not answer.header("Set-Cookie")
        and "no-store" not in answer.header("Cache-Control").lower()
    )


def _vary_by_encoding(answer: Answer) -> None:
    names = [name.strip() for name in answer.header("Vary").split(",") if name.strip()]
    if "*" not in names and "accept-encoding" not in {name.lower() for name in names}:
        answer.put("Vary", ", ".join([*names, "Accept-Encoding"]))


def _put_etag(answer: Answer, digest: str) -> None:
    """Set the ETag of this encoding's bytes; one that the view has set keeps its own words."""
    own = answer.header("ETag")
    words = own.removeprefix("W/").strip('"') or digest
    encoding = answer.header("Content-Encoding")
    answer.put("ETag", ("W/" if own.startswith("W/") else "") + f'"{words}{"-" + encoding if encoding else ""}"')


def _shorten_if_known(request: Environ, answer: Answer) -> None:
    """Turn the answer into a 304 when the browser names its ETag."""
    if encodings.is_known(answer.header("ETag"), request.get("HTTP_IF_NONE_MATCH", "")):
        answer.status = HTTPStatus.NOT_MODIFIED
        answer.body = b""


def _add_strict_transport_security(answer: Answer) -> None:
    if not answer.header("Strict-Transport-Security"):
        value = f"max-age={settings.SECURE_HSTS_SECONDS}"
        value += "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        value += "; preload" if settings.SECURE_HSTS_PRELOAD else ""
        answer.put("Strict-Transport-Security", value)


def _sent(request: Environ, answer: Answer, start_response: StartResponse) -> Iterable[bytes]:
    """Start the answer and return what the server sends of it."""
    is_head = request["REQUEST_METHOD"] == "HEAD"
    if answer.is_whole:
        pass
    elif answer.status in (204, 304):
        answer.body = b""
        answer.drop(*_OF_A_BODY)
    elif answer.stream is None:
        answer.put("Content-Length", str(len(answer.body)))
    start_response(_STATUS_LINES.get(answer.status) or f"{int(answer.status)} Unknown", answer.headers)
    if answer.stream is None:
        return [b"" if is_head else answer.body]
    if is_head or answer.status in (204, 304):
        if hasattr(answer.stream, "close"):
            answer.stream.close()
        return [b""]
    return answer.stream


def _security_headers() -> Headers:
    """Return the headers that Django's answers get from its middleware, for those made here."""
    return [
        ("Content-Security-Policy", build_policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        ("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY),
        ("Cache-Control", "no-store"),
    ]


def door(site: WSGIApplication) -> Door:
    """Return the door around a site, as the settings want it."""
    # Here, because models can't be imported before the site is made.
    from wiki.wording.kept import Keeper

    return Door(
        site,
        proxies=TrustedProxies(settings.TRUSTED_PROXIES),
        bodies=Bodies(Path(settings.WIKI_DATA) / "bodies.lock", Limits(largest=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)),
        static=StaticFiles(Path(settings.STATIC_ROOT)),
        words=Keeper().now,
        pages=_pages(),
    )


def _pages() -> Pages | None:
    """Return the pages that this process keeps; None where the settings leave no room for any."""
    from django.contrib.messages.storage.cookie import CookieStorage

    from articles.views import VISIT_COOKIE, VISITOR_COOKIE
    from wiki import freshness, rolepages

    if not settings.WIKI_PAGE_CACHE_MB:
        return None
    known_by = (settings.SESSION_COOKIE_NAME, VISITOR_COOKIE, VISIT_COOKIE, CookieStorage.cookie_name)
    shelf = Shelf(Path(settings.WIKI_DATA), most_bytes=settings.WIKI_PAGE_SHELF_MB * _MB)
    return Pages(
        freshness.of_this_process(),
        most_bytes=int(settings.WIKI_PAGE_CACHE_MB * _MB * (1 - rolepages.SHARE)),
        known_by=known_by,
        hosts=hosts_of(settings.SITE_URL, settings.ALLOWED_HOSTS),
        shelf=shelf,
    )


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wiki.settings")
application = door(get_wsgi_application())
