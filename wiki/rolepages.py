"""Pages kept for a role: an article as all who are logged in with that role see it, and places for what is only theirs.

Most of an article's page is the same for all people of a role. It is made for `Anyone` of them, by a request that knows
nothing but the address, so nothing of a person can come into it; what is of one person (their menu, what they proposed)
stands in places that are filled for whoever asks. A page is kept with the stamps that held before it was made, which
are compared at every hit (freshness.py), just as pages for everybody are at the door (pagecache.py).
"""

from __future__ import annotations

import logging
import math
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import MiddlewareNotUsed
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirectBase
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import get_language

from articles.views import waiting_of
from wiki import freshness, metrics, pagecache, routing
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
_MOST_ROLES: Final = 100
# What our middleware further out reads of an answer of the view.
_MARKS: Final = ("stub_topic", "stub_title", "may_be_listed")
# All that the request for a role has of the one that came, beside its path.
_ADDRESS: Final[tuple[str, ...]] = ("REQUEST_METHOD", "QUERY_STRING", "SERVER_NAME", "SERVER_PORT", "HTTP_HOST")
# Places in a page: pieces that are of one person, by their templates, and what is put in further out.
_MENU: Final = "includes/account.html"
_WAITING: Final = "articles/reviewing/_waiting.html"
_DISCLAIMER: Final = "disclaimer"
_STUB_NOTICE: Final = "stub notice"
# What marks them is a secret of this process that never leaves it: no text can know it.
_SECRET: Final = secrets.token_hex(16)
_PLACE: Final = re.compile(f"{_SECRET}:([^:]+):")

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., HttpResponseBase]


class Role(NamedTuple):
    """All by which the page of one person differs from that of another but for what is personal."""

    permissions: frozenset[str]
    is_staff: bool


class OfOnePerson(Exception):
    """What was asked of anyone of a role is of one person."""


class Anyone:
    """Somebody of a role, and nobody in particular.

    Whoever asks for more raises OfOnePerson, which templates don't pass over in silence as they do other errors.
    """

    is_authenticated: Final = True
    is_anonymous: Final = False
    is_active: Final = True

    def __init__(self, role: Role) -> None:
        self._permissions = role.permissions
        self.is_staff = role.is_staff

    def has_perm(self, permission: str, _of: object = None) -> bool:
        """Whether the role may do this."""
        return permission in self._permissions

    def __getattr__(self, name: str) -> object:
        raise OfOnePerson(name)

    def __str__(self) -> str:
        raise OfOnePerson


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
    pieces: tuple[bytes, ...]
    places: tuple[str, ...]
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, object] = field(default_factory=dict)
    until: float = math.inf
    may_be_kept: bool = True

    @property
    def size(self) -> int:
        """Bytes in memory."""
        return _OVERHEAD + sum(map(len, self.pieces))

    def answer(self, request: HttpRequest, full_title: str) -> HttpResponse:
        """Return the page as the person who asks sees it."""
        parts = [self.pieces[0]]
        for place, piece in zip(self.places, self.pieces[1:], strict=True):
            parts += [_FILLED[place](request, full_title).encode(), piece]
        response = HttpResponse(b"".join(parts), status=self.status, headers=self.headers)
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
        """Keep a page, and let go of those asked for longest ago that there is no room for. One for which there is none
        at all is not kept."""
        with self._lock:
            self._drop(key)
            if page.size > self._most_bytes:
                return
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
        self._hosts = pagecache.hosts_of(settings.SITE_URL, settings.ALLOWED_HOSTS)
        self._roles: dict[Role, Role] = {}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as ever: whose page it is, and which, is known when the view is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponseBase | None:
        """Return the page of the person's role; None, where none may be kept, lets the view answer."""
        key = self._key_of(request, kwargs)
        if key is None:
            return None
        held = self._held(key)
        page = self.pages.find(key, held) if held is not None else None
        if page is not None:
            metrics.count("role_pages", "kept")
            return page.answer(request, key.full_title)
        made = _made(request, view, kwargs, key.role, held) if held is not None else None
        metrics.count("role_pages", "made" if made is not None else "own")
        if not isinstance(made, RolePage):
            return made
        if made.may_be_kept:
            self.pages.keep(key, made)
        return made.answer(request, key.full_title)

    def _held(self, key: Key) -> Held | None:
        try:
            return self.pages.stamps.of(("", f"/wiki/{key.full_title}"))
        except Exception:  # Of two databases, each with errors of its own. The view asks again, and answers for it.
            logger.warning("The stamps of a page can't be read.", exc_info=True)
            return None

    def _key_of(self, request: HttpRequest, kwargs: Mapping[str, Any]) -> Key | None:
        """Return what the page is kept under; None where it isn't the plain page of an article for somebody logged in.

        Nor while the primary database is away: what a replica knows may be old, and says so.
        """
        match = request.resolver_match
        if (
            match is None
            or match.view_name != _KEPT_VIEW
            or request.method not in ("GET", "HEAD")
            or request.META.get("QUERY_STRING")
            # So that nobody is asked for who can't be logged in.
            or settings.SESSION_COOKIE_NAME not in request.COOKIES
            or routing.newest_may_be_missing()
        ):
            return None
        user: Any = request.user
        title, host = str(kwargs["title"]), request.get_host()
        if (
            not user.is_authenticated
            or user.is_superuser
            # What became of a save is told on this page, once.
            or len(messages.get_messages(request))
            # Another spelling is led to the right one.
            or " " in title
            or not pagecache.is_ours(host, request.META["SERVER_PORT"], self._hosts)
        ):
            return None
        role = self._role(Role(frozenset(user.get_all_permissions()), user.is_staff))
        return Key(title.replace("_", " "), host, str(request.scheme), get_language() or "", role)

    def _role(self, role: Role) -> Role:
        """Return the one object for all who have the same: a set of permissions is larger than many a text."""
        if len(self._roles) > _MOST_ROLES:
            self._roles.clear()
        return self._roles.setdefault(role, role)


# --- Making one --------------------------------------------------------------------------------------------------
def _made(
    request: HttpRequest, view: View, kwargs: Mapping[str, Any], role: Role, held: Held
) -> RolePage | HttpResponseBase | None:
    """Return the page as anyone of the role sees it, or the answer that leads elsewhere; None where the person has to
    ask by themselves. Raises what the view raises."""
    try:
        response = view(_request_of(request, role), **kwargs)
        if response.cookies:
            return None
        if not isinstance(response, TemplateResponse):
            return response if isinstance(response, HttpResponseRedirectBase) else None
        content = response.render().content.decode()
    except OfOnePerson as asked:
        logger.debug("A page asks for what is of one person: %s", asked)
        return None
    # Every other one of the parts is the name of a place.
    parts = _PLACE.split(content)
    return RolePage(
        held,
        tuple(each.encode() for each in parts[::2]),
        tuple(parts[1::2]),
        status=response.status_code,
        headers=dict(response.items()),
        marks={name: getattr(response, name) for name in _MARKS if hasattr(response, name)},
        until=getattr(response, "kept_until", math.inf),
        may_be_kept=_may_be_kept(response, content),
    )


def _request_of(request: HttpRequest, role: Role) -> HttpRequest:
    """Return the same request of anyone of the role: its address, and no cookie, session, token, nonce or network
    address of whoever sent it."""
    of_all = {name: request.META[name] for name in _ADDRESS if name in request.META}
    # As a server says them: bytes in disguise.
    paths = {name: request.META[name].encode().decode("latin-1") for name in ("SCRIPT_NAME", "PATH_INFO")}
    made: Any = WSGIRequest({**of_all, **paths, "wsgi.url_scheme": request.scheme, "wsgi.input": BytesIO()})
    made.resolver_match = request.resolver_match
    made.user = Anyone(role)
    made.personal_place = _mark
    made.disclaimer_place, made.stub_notice_place = _mark(_DISCLAIMER), _mark(_STUB_NOTICE)
    return cast("HttpRequest", made)


def _mark(place: str) -> str:
    """Return what stands in the page for a place."""
    if place not in _FILLED:
        raise OfOnePerson(place)
    return f"{_SECRET}:{place}:"


def _may_be_kept(response: TemplateResponse, content: str) -> bool:
    """Whether the view lets the page be kept, and nothing in it is another one for the next who asks."""
    article = (response.context_data or {}).get("article")
    return (
        response.status_code == HTTPStatus.OK
        and getattr(response, "may_be_kept", False)
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
