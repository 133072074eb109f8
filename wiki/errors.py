"""Pages for what went wrong: what happened, that nothing was lost, and where to go on."""

from __future__ import annotations

import re
import sys
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from articles import access, blocks, outages, unwritable
from articles.views import arranging, editing
from wiki import logs
from wiki.accounts import second_factor
from wiki.wording import words

# The fields of our forms that hold somebody's words: never what is secret, and not what a machine wrote into them.
_WORDS = {
    *("text", "summary", "reason", "words", "contact", "why", "message", "heading", "passage"),
    *("lines", "added_words", "added_domains", "names", "members"),
}
_OWN_PIECE = re.compile(r"own-[0-9]{1,4}")  # A text of one's own in a conflict.
# The views whose forms come back with all that was in them.
_FORMS_AGAIN = {"articles:edit": editing.form_again, "articles:outline": arranging.form_again}
# Seconds after which a machine may send again what could not be saved: no disk is emptied sooner.
_RETRY_AFTER_MAINTENANCE = 300
_TEMPLATES = {400, 403, 404, 405, 413, 429, 500}


def page(request: HttpRequest, status: int, message: str = "", **context: object) -> HttpResponse:
    """Return the page of a status; it needs no database of its own."""
    template = f"{status if status in _TEMPLATES else 400}.html"
    try:
        content = render_to_string(template, {"status": status, "message": message, **context}, request)
    except TemplateDoesNotExist:
        raise
    except Exception:  # The database is away: a page that asks nothing of it.
        content = render_to_string("500.html", {"status": status, **_of_the_failure(request)})
    return HttpResponse(content, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 when the form was larger than any we take."""
    if isinstance(exception, RequestDataTooBig):
        return page(request, 413)
    # A forged Host may not be asked for anything: the page that stands alone.
    return HttpResponse(render_to_string("400.html", {"status": 400}), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, with the way to log in."""
    back_to = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    user = getattr(request, "user", None)  # A middleware may have refused before anybody was looked up.
    needs = user is not None and second_factor.is_missing(user)
    if isinstance(exception, blocks.Blocked):
        return page(request, 403, blocked=exception.block, **_given_back(request))
    return page(request, 403, next=back_to, needs_second_factor=needs, **_given_back(request))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, saying what was asked for where that helps."""
    message = ""
    context = _given_back(request)
    if isinstance(exception, access.BadTitle):
        message = exception.reason
    elif isinstance(exception, access.NoSuchArticle):
        message = _("There is no page called “%s”.") % exception
        context["full_title"] = str(exception)
    elif isinstance(exception, access.NothingThere):
        message = str(exception)
        context |= {"history_of": exception.full_title, "section": exception.section}
        context["is_proposal"] = isinstance(exception, access.NoSuchProposal)
    elif isinstance(exception, Http404) and not isinstance(exception, Resolver404):
        message = str(exception)
    status = 410 if isinstance(exception, (access.ArticleDeleted, access.Erased)) else 404
    answer = page(request, 404, message, **context)
    answer.status_code = status
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that asks nothing of database, session or settings; what was being written is on it.

    503 where it is the database that is away: nothing is broken, and in a minute it may be there again.
    """
    # Django calls this while it handles the exception, and doesn't hand it on.
    if unwritable.takes_no_changes(sys.exception()):
        return not_saved(request, _("Its database takes no changes just now: the disk may be full."))
    status = 503 if outages.is_away(sys.exception()) else 500
    answer = HttpResponse(render_to_string(f"{status}.html", _of_the_failure(request)), status=status)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(outages.RETRY_AFTER)
    return answer


def read_only(request: HttpRequest) -> HttpResponse:
    """503: the site is in read-only mode."""
    return not_saved(request, _("The site is being worked on, and is read-only until that is done."))


def not_saved(request: HttpRequest, why: str) -> HttpResponse:
    """503 for what would have been saved: the form comes back as it was sent, or a page with what was in it."""
    message = (
        why + " " + _("Nothing you sent was saved, and nothing is lost that was. All pages can be read meanwhile.")
    )
    answer: HttpResponse
    try:
        match = resolve(request.path_info)
        if request.method == "POST" and match.view_name in _FORMS_AGAIN:
            answer = _FORMS_AGAIN[match.view_name](request, match.kwargs["title"], message, 503).render()
        elif match.view_name == "articles:keep_draft":
            # Its script keeps the text in the browser, and asks again.
            answer = JsonResponse({"why": "failed"}, status=503)
        else:
            shown = {"status": 503, "message": message, **_given_back(request)}
            answer = HttpResponse(render_to_string("read_only.html", shown, request), status=503)
    except Exception:  # Not even that can be read: the page that asks nothing.
        answer = HttpResponse(render_to_string("503.html", _of_the_failure(request)), status=503)
    answer.headers["Retry-After"] = str(_RETRY_AFTER_MAINTENANCE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403; a form of an article's text comes back with its text and a fresh token, ready to be sent again."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        match = None
    form_again = _FORMS_AGAIN.get(match.view_name) if match is not None else None
    if match is not None and form_again is not None:
        message = _("This form had been open for long, so we ask again. Nothing was lost: please save once more.")
        return form_again(request, match.kwargs["title"], message, 403).render()
    if match is not None and match.view_name == "articles:keep_draft":
        # Whoever logged in again in another tab has another token: the script goes on with it. No other site reads it.
        return JsonResponse({"why": "token", "token": get_token(request)}, status=403)
    message = _("This form had been open for long, or cookies are switched off. Please send it again.")
    return page(request, 403, message, **_given_back(request))


def _of_the_failure(request: HttpRequest) -> dict[str, Any]:
    """What the page of a failure shows: the texts that were sent, and the number by which the log knows it."""
    return {**_given_back(request), "request_number": logs.request_number()}


def _given_back(request: HttpRequest) -> dict[str, Any]:
    """What the page of a refusal gives back: the texts that were sent, and whom to call where it may be urgent."""
    return {"sent": _sent(request), "emergency": _emergency(request)}


def _sent(request: HttpRequest) -> list[str]:
    """Return the texts that came in a form; none when there are none, or the body itself is what failed."""
    try:
        names = [name for name in request.POST if name in _WORDS or _OWN_PIECE.fullmatch(name)]
        return [text for name in names for text in request.POST.getlist(name) if text.strip()]
    except Exception:
        return []


def _emergency(request: HttpRequest) -> str:
    """Return whom to call, for a report that did not arrive: it may be of a dangerous passage. Else nothing."""
    try:
        is_report = request.method == "POST" and resolve(request.path_info).view_name == "cases:report"
        return words.value("emergency") if is_report else ""
    except Exception:
        return ""
