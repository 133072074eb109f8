"""What every answer gets on its way out: disclaimer, stub notice, headers, a word to robots; pages for refusals.

And the one thing that is asked on the way in: whether somebody may send anything at all.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from articles import access, choices, eyes, indexing
from articles.views import VISITOR_COOKIE, refuse_blocked
from wiki import disclaimer, errors
from wiki.wording import words
from wiki.wording.site import Site

# What somebody may send who is kept from all writing: what is only theirs, and what looks at a text. The forms of an
# edit and of undoing refuse by themselves, and give back what was sent.
_FOR_THE_BLOCKED = {
    *(f"articles:{name}" for name in ("edit", "outline", "undo", "preview")),
    *(f"articles:{name}" for name in ("keep_draft", "draft", "sent_text", "forget_drafts")),
    # A reader who has found something dangerous is heard, whoever else writes from their address.
    *("cases:report", "cases:told"),
}
# Of an account's rooms, what others see or what is done with others.
_NOT_FOR_THE_BLOCKED = {
    *("account_display_name", "account_new", "account_reset_link"),
    *("account_role", "account_leave_for"),
}
_ROOMS_FOR_THE_BLOCKED = ("account_", "mfa_", "notifications:", "admin:log", "admin:password")
# What only reads, however it is asked; what may be sent while nothing is saved; the lines of Set up about that.
_READS = ("GET", "HEAD", "OPTIONS", "TRACE")
_OPEN_WHILE_READ_ONLY = {
    *("account_login", "account_logout", "account_reauthenticate", "mfa_authenticate", "mfa_login_webauthn"),
    *("admin:login", "admin:logout", "articles:preview"),
}
_WORDS_ABOUT_READ_ONLY = ("read_only", "announcement")
GetResponse = Callable[[HttpRequest], HttpResponseBase]
logger = logging.getLogger(__name__)


class MedicalDisclaimerMiddleware:
    """Puts the medical disclaimer into every HTML answer, exactly once, errors of every status included.

    It can't be a view's business: it must be there when a view, or any other middleware, has failed. So it stands
    outermost. The place in the page is a comment that holds a fresh secret of this request, which no text can know.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the disclaimer in its place."""
        with words.one_request():
            response = self._answer(request)
            if words.have_failed():
                # What it says of the site is out of date: it may be shown once, and never again.
                response.may_be_kept = False  # type: ignore[attr-defined]
            return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        place = request.disclaimer_place = secrets.token_hex(16)  # type: ignore[attr-defined]  # Templates print it.
        response = self.get_response(request)
        if not _is_html(response):
            return response
        try:
            wording = words.value("disclaimer")
            return _with_content(response, disclaimer.placed(_content(response), wording, _comment(place)))
        except Exception:
            # Better a page that says nothing but the disclaimer than one without it.
            logger.exception("The disclaimer could not be put into a page.")
            page = disclaimer.refusal_page(
                500, "Something went wrong", "Nothing you sent was changed. Please try again."
            )
            return HttpResponse(page, status=500)


class StubNoticeMiddleware:
    """Puts the stub notice into the page of an article that earns one: the view names topic and title."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the notice in its place, where the page earns one."""
        place = request.stub_notice_place = secrets.token_hex(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        topic = getattr(response, "stub_topic", "")
        if not _is_html(response):
            return response
        notice = ""
        if topic:
            stub = Site(words.values()).stub_notice(topic)
            context = {"stub": stub, "title": getattr(response, "stub_title", "")}
            notice = render_to_string("includes/stub_notice.html", context, request)
        content = _content(response).replace(_comment(place), notice.encode(), 1)
        return _with_content(response, content)


class EyesMiddleware:
    """Lets a person read with their own eyes: reviewers see what is withheld from readers.

    It can't be a view's business: one that forgot it would show what it may not; so without it all see as readers do.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as this person may see it. Who they are is asked only where something is withheld."""
        with eyes.of(lambda: access.may_see_all(request.user)):
            return self.get_response(request)


class ErrorPageMiddleware:
    """Gives a refusal without a body, such as Django's 405, a page that a person can go on from."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with a page where there was none."""
        response = self.get_response(request)
        has_a_body = response.streaming or bool(getattr(response, "content", b""))
        # For HEAD too: its length is that of the page, which the door leaves out.
        if response.status_code < 400 or has_a_body:
            return response
        page = errors.page(request, response.status_code)
        for name, value in response.items():
            if name not in ("Content-Type", "Content-Length"):
                page.headers[name] = value
        return page


class HeadersMiddleware:
    """Sets the headers that Django doesn't: what browsers may do in our pages, and who may keep them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the headers."""
        response = self.get_response(request)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        of_a_person = {settings.SESSION_COOKIE_NAME, VISITOR_COOKIE} & request.COOKIES.keys()
        if of_a_person or "Set-Cookie" in response.headers or response.cookies:
            # A page of a person is nobody else's.
            response.headers.setdefault("Cache-Control", "private, no-store")
        elif _is_html(response):
            response.headers.setdefault("Cache-Control", "no-cache")
        return response


class RobotsMiddleware:
    """Keeps search engines off every answer but the pages whose view lets them in, and off all until the owner does.

    It can't be a view's business: an error, a download or a page that is new must not be listed for want of a word.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with `X-Robots-Tag: noindex`, unless the page may be listed or only leads to another."""
        response = self.get_response(request)
        is_listed = response.status_code == 200 and getattr(response, "may_be_listed", False)
        if not 300 <= response.status_code < 400 and not (is_listed and indexing.is_allowed()):
            response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class ReadOnlyMiddleware:
    """Refuses what would be saved while the site is read-only: edits, decisions, moderators' acts, the admin's too.

    It can't be a view's business: a form that is new must not be forgotten. Logging in and out stays possible, and so
    does changing the two lines of Set up that are about this.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as ever: what is refused is known when the view is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> HttpResponse | None:
        """Answer 503 with what was sent, or let the view answer."""
        if request.method in _READS:
            return None
        name = request.resolver_match.view_name if request.resolver_match is not None else ""
        is_about_this = name == "wording:change" and kwargs.get("key") in _WORDS_ABOUT_READ_ONLY
        if name in _OPEN_WHILE_READ_ONLY or is_about_this or not choices.is_read_only():
            return None
        return errors.read_only(request)


class BlocksMiddleware:
    """Refuses what somebody sends who is kept from all writing: decisions, remarks, a moderator's acts.

    It can't be a view's business: a form that is new must not be forgotten.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer as ever: what is refused is known when the view is."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        """Raise blocks.Blocked, which is answered 403 with who, why and until when."""
        name = request.resolver_match.view_name if request.resolver_match is not None else ""
        is_open = name in _FOR_THE_BLOCKED or name.startswith(_ROOMS_FOR_THE_BLOCKED)
        if request.method == "POST" and (not is_open or name in _NOT_FOR_THE_BLOCKED):
            refuse_blocked(request, "write")


def _comment(place: str) -> bytes:
    return f"<!-- {place} -->".encode()


def _is_html(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() in (
        "text/html",
        "application/xhtml+xml",
    ) and response.status_code not in (204, 304)


def _content(response: HttpResponseBase) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]


def _with_content(response: HttpResponseBase, content: bytes) -> HttpResponseBase:
    if response.streaming:
        whole = HttpResponse(content, status=response.status_code, headers=dict(response.items()))
        whole.cookies = response.cookies
        return whole
    response.content = content  # type: ignore[attr-defined]
    if response.has_header("Content-Length"):
        response.headers["Content-Length"] = str(len(content))
    return response
