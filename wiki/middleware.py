"""What every answer gets on its way out: disclaimer, stub notice, headers, a word to robots; pages for refusals."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from articles import indexing
from articles.views import VISITOR_COOKIE
from wiki import disclaimer, errors
from wiki.wording import words
from wiki.wording.site import Site

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
            return self._answer(request)

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
