"""Pages for what went wrong: what happened, that nothing was lost, and where to go on."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from articles import access
from articles.views import arranging, editing
from wiki import logs
from wiki.accounts import second_factor

# The fields of our forms that hold somebody's words.
_WORDS = ("text", "reason", "summary")
# The views whose forms come back with all that was in them.
_FORMS_AGAIN = {"articles:edit": editing.form_again, "articles:outline": arranging.form_again}
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
    return page(request, 403, next=back_to, needs_second_factor=needs)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, saying what was asked for where that helps."""
    message = ""
    context: dict[str, object] = {}
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
    status = 410 if isinstance(exception, access.ArticleDeleted) else 404
    answer = page(request, 404, message, **context)
    answer.status_code = status
    return answer


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a page that asks nothing of database, session or settings; what was being written is on it."""
    return HttpResponse(render_to_string("500.html", _of_the_failure(request)), status=500)


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
    return page(request, 403, message, text=_text_sent(request))


def _of_the_failure(request: HttpRequest) -> dict[str, object]:
    """What the page of a failure shows: the text that was sent, and the number by which the log knows it."""
    return {"text": _text_sent(request), "request_number": logs.request_number()}


def _text_sent(request: HttpRequest) -> str:
    """Return the text that came in a form; empty when there is none, or the body itself is what failed."""
    try:
        return next((request.POST[name] for name in _WORDS if request.POST.get(name)), "")
    except Exception:
        return ""
