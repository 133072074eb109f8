"""Pages kept for a role: an article as all who are logged in with that role see it, and places for what is only theirs.

Most of an article's page is the same for all people of a role. It is made for `Anyone` of them, who may what the role
may and has neither name nor number, so nothing of a person can come into it; what is of one person (their menu, what
they proposed) stands in places that are filled for whoever asks. A page is kept with the stamps that held before it was
made, which are compared at every hit (freshness.py), just as pages for everybody are at the door (pagecache.py).
"""

from __future__ import annotations

import logging
import math
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import get_language

from articles.views import waiting_of
from wiki import freshness, metrics
from wiki.wording import words

if TYPE_CHECKING:
    from wiki.freshness import Held, Stamps

logger = logging.getLogger(__name__)

_MB: Final = 1024 * 1024
_KEPT_VIEW: Final = "articles:read"
# Of the memory for kept pages: many more people read than are logged in.
SHARE: Final = 1 / 8
# What a page weighs in memory besides its bytes.
_OVERHEAD: Final = 2_000
# What our middleware further out reads of an answer of the view.
_MARKS: Final = ("stub_topic", "stub_title", "may_be_listed")
# Places in a page: pieces that are of one person, by their templates, and what is put in further out.
_MENU: Final = "includes/account.html"
_WAITING: Final = "articles/reviewing/_waiting.html"
_DISCLAIMER: Final = "disclaimer"
_STUB_NOTICE: Final = "stub notice"

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


class Role(NamedTuple):
    """All by which the page of one person differs from that of another but for what is personal."""

    permissions: frozenset[str]
    is_staff: bool


class Anyone:
    """Somebody of a role, and nobody in particular: whoever asks for their name or number is refused."""

    is_authenticated: Final = True
    is_anonymous: Final = False
    is_active: Final = True

    def __init__(self, role: Role) -> None:
        self._permissions = role.permissions
        self.is_staff = role.is_staff

    def has_perm(self, permission: str, _of: object = None) -> bool:
        """Whether the role may do this."""
        return permission in self._permissions


class Key(NamedTuple):
    """What a page is kept under: all of the request that it may depend on."""

    full_title: str
    host: str
    scheme: str
    language: str
    role: Role


@dataclass(frozen=True, slots=True)
class RolePage:
    """A page of a role: `pieces` of it, and between each two of them one of the `places`."""

    held: Held
    until: float
    pieces: tuple[bytes, ...]
    places: tuple[str, ...]
    marks: dict[str, object]

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return _OVERHEAD + sum(map(len, self.pieces))

    def answer(self, request: HttpRequest, full_title: str) -> HttpResponse:
        """Return the page as the person who asks sees it."""
        parts = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            parts += [_FILLED[place](request, full_title).encode(), piece]
        response = HttpResponse(b"".join(parts))
        for name, value in self.marks.items():
            setattr(response, name, value)
        return response


class RolePages:
    """The pages of roles that one process keeps: at most so many bytes, those asked for last. For all threads."""

    def __init__(self, stamps: Stamps, *, most_bytes: int) -> None:
        self.stamps = stamps
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Key, RolePage] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def find(self, key: Key, held: Held) -> RolePage | None:
        """Return the page that is kept, if these stamps are its own."""
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.held != held or time.time() >= page.until:
                self._drop(key)
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, page: RolePage) -> None:
        """Keep a page, and let go of those asked for longest ago that there is no room for."""
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self._bytes += page.size
            while self._bytes > self._most_bytes:
                self._drop(next(iter(self._pages)))

    def _drop(self, key: Key) -> None:
        page = self._pages.pop(key, None)
        self._bytes -= page.size if page is not None else 0


class RolePagesMiddleware:
    """Answers an article for whoever is logged in from the page that is kept for their role; innermost, in the view's
    place, so that all that stands around a view stands around it.

    It can't be a view's business: the view makes the page for a role in the same way as for a person.
    """

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.WIKI_PAGE_CACHE_MB:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.pages = RolePages(freshness.of_this_process(), most_bytes=int(settings.WIKI_PAGE_CACHE_MB * _MB * SHARE))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as ever: whose page it is, and which, is known when the view is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Return the page of the person's role; None, where none may be kept, lets the view answer."""
        key = _key_of(request, kwargs)
        held = self._held(key) if key is not None else None
        if key is None or held is None:
            return None
        page = self.pages.find(key, held)
        outcome = "kept"
        if page is None:
            page = _made(request, view, kwargs, key.role, held)
            outcome = "own" if page is None else "made"
        metrics.count("role_pages", outcome)
        if page is None:
            return None
        if outcome == "made":
            self.pages.keep(key, page)
        return page.answer(request, key.full_title)

    def _held(self, key: Key) -> Held | None:
        try:
            return self.pages.stamps.of(("", f"/wiki/{key.full_title}"))
        except Exception:  # Of two databases, each with errors of its own. The view asks again, and answers for it.
            logger.warning("The stamps of a page can't be read.", exc_info=True)
            return None


def _key_of(request: HttpRequest, kwargs: Mapping[str, Any]) -> Key | None:
    """Return what the page is kept under; None where it isn't the plain page of an article for somebody logged in."""
    match = request.resolver_match
    if match is None or match.view_name != _KEPT_VIEW or request.META.get("QUERY_STRING"):
        return None
    user: Any = request.user
    if request.method not in ("GET", "HEAD") or not user.is_authenticated or user.is_superuser:
        return None
    if len(messages.get_messages(request)):
        return None  # What became of a save is told on this page, once.
    title = str(kwargs["title"])
    if " " in title:
        return None  # Another spelling: it is led to the right one.
    role = Role(frozenset(user.get_all_permissions()), user.is_staff)
    return Key(title.replace("_", " "), request.get_host(), str(request.scheme), get_language() or "", role)


# --- Making one --------------------------------------------------------------------------------------------------
class Places:
    """The places of a page in the making. What marks them is a fresh secret, which no text can know."""

    def __init__(self) -> None:
        self._secret = secrets.token_hex(16)

    def mark(self, template_name: str) -> str:
        """Return what stands for a piece of the page that is of one person."""
        return f"{self._secret}:{template_name}:"

    def pattern(self, *others: str) -> re.Pattern[str]:
        """Return what finds all places: these, and marks of others."""
        return re.compile("|".join([rf"{self._secret}:([^:]+):", *map(re.escape, others)]))


def _made(request: HttpRequest, view: View, kwargs: Mapping[str, Any], role: Role, held: Held) -> RolePage | None:
    """Return the page as anyone of the role sees it; None where it is none to keep, and the person gets their own."""
    with _as_anyone(request, role) as places:
        try:
            response = view(request, **kwargs)
            content = response.render().content.decode()  # type: ignore[attr-defined]  # Only what is a template's.
        except Exception:
            # Also what leads elsewhere, or refuses: the person's own answer says why.
            return None
    if not _may_be_kept(response, content):
        return None
    outer = {_FILLED[name](request, ""): name for name in (_DISCLAIMER, _STUB_NOTICE)}
    found: list[str] = []
    pieces: list[bytes] = []
    end = 0
    for place in places.pattern(*outer).finditer(content):
        found.append(place[1] or outer[place[0]])
        pieces.append(content[end : place.start()].encode())
        end = place.end()
    pieces.append(content[end:].encode())
    marks = {name: getattr(response, name) for name in _MARKS if hasattr(response, name)}
    return RolePage(held, getattr(response, "kept_until", math.inf), tuple(pieces), tuple(found), marks)


@contextmanager
def _as_anyone(request: HttpRequest, role: Role) -> Iterator[Places]:
    """Let a request be that of anyone of a role; what its templates show of a person are places."""
    person = request.user
    places = Places()
    request.user, request.personal_places = Anyone(role), places  # type: ignore[assignment, attr-defined]
    try:
        yield places
    finally:
        request.user = person
        del request.personal_places  # type: ignore[attr-defined]


def _may_be_kept(response: HttpResponseBase, content: str) -> bool:
    """Whether the view lets the page be kept, and it holds nothing that only one answer may."""
    article = (getattr(response, "context_data", None) or {}).get("article")
    return (
        response.status_code == HTTPStatus.OK
        and getattr(response, "may_be_kept", False)
        and not response.cookies
        and "csrfmiddlewaretoken" not in content
        and not words.have_failed()
        # What some see and others don't is looked up for each of them.
        and not getattr(article, "withheld", True)
    )


# --- Filling its places ------------------------------------------------------------------------------------------
def _menu(request: HttpRequest, full_title: str) -> str:
    return render_to_string(_MENU, request=request)


def _waiting(request: HttpRequest, full_title: str) -> str:
    waiting = waiting_of(request, full_title)
    return render_to_string(_WAITING, {"waiting": waiting, "full_title": full_title}, request) if waiting else ""


_FILLED: Final[Mapping[str, Callable[[HttpRequest, str], str]]] = {
    _MENU: _menu,
    _WAITING: _waiting,
    # Whose comments our middleware further out finds, once in each answer.
    _DISCLAIMER: lambda request, _title: request.disclaimer_place,  # type: ignore[attr-defined]
    _STUB_NOTICE: lambda request, _title: request.stub_notice_place,  # type: ignore[attr-defined]
}
