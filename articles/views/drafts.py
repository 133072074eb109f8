"""Drafts: the list of one's own, each against the present text; kept while typing, taken up again, thrown away."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access, editing, limits
from articles import drafts as texts
from articles.forms.editing import DraftForm
from articles.text import cleaning, comparing
from articles.views import keep_as_draft, leave_nothing_typed, remember_visitor, writer_of


@never_cache
@require_safe
def drafts(request: HttpRequest) -> TemplateResponse:
    """One's own drafts, newest first, and what one has sent that was not saved."""
    writer = writer_of(request)
    before = request.GET.get("before", "")
    rows, older = texts.drafts_of(writer, before=before)
    context = {"drafts": rows, "older": older, "before": before, "sent": [] if before else texts.sent_of(writer)}
    return TemplateResponse(request, "articles/drafts/drafts.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft(request: HttpRequest, draft_id: int) -> HttpResponseBase:
    """A draft against the present text; a POST throws it away."""
    return _kept(request, texts.one(writer_of(request), draft_id))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sent_text(request: HttpRequest, submission_id: int) -> HttpResponseBase:
    """What was sent and not saved, against the present text; a POST throws it away."""
    return _kept(request, texts.one(writer_of(request), submission_id, is_sent=True))


def _kept(request: HttpRequest, kept: texts.Kept) -> HttpResponseBase:
    if request.method == "POST":
        texts.throw_away(writer_of(request), kept)
        messages.success(request, _("Thrown away."))
        return HttpResponseRedirect(reverse("articles:drafts"), status=303)
    context = {
        "draft": kept,
        "comparison": comparing.compare_sections(texts.present_text(kept), cleaning.clean(kept.text)),
    }
    return TemplateResponse(request, "articles/drafts/draft.html", context)


@never_cache
@require_POST
def keep_draft(request: HttpRequest, title: str) -> HttpResponseBase:
    """Keep what the edit form holds, sent by its script; the answer says when, and who else is writing here."""
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _not_kept("form", HTTPStatus.UNPROCESSABLE_ENTITY)
    if form.cleaned_data["account"] not in ("", request.user.get_username()):
        return _not_kept("account", HTTPStatus.FORBIDDEN)
    if not (request.user.is_authenticated or access.may_edit(request.user)):
        return _not_kept("closed", HTTPStatus.FORBIDDEN)
    try:
        title = access.title_now(title, form.cleaned_data["base"])
        keep_as_draft(request, title, form.cleaned_data)
    except limits.TooOften as too_often:
        return _not_kept("often", HTTPStatus.TOO_MANY_REQUESTS, retry_after=too_often.retry_after)
    except editing.TextRefused as refused:
        return _not_kept("size" if refused.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else "form", refused.status)
    others = texts.others_at_work(writer_of(request), title=title, section=form.cleaned_data["section"])
    response = JsonResponse({"kept": timezone.now().isoformat(), "others": str(others)})
    remember_visitor(request, response)
    return response


def _not_kept(why: str, status: int, *, retry_after: int = 0) -> JsonResponse:
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return JsonResponse({"why": why}, status=status, headers=headers)


@never_cache
@require_POST
def forget_drafts(request: HttpRequest) -> HttpResponseBase:
    """Forget all that was typed without an account in this visit, here and in the browser."""
    texts.forget_visit(writer_of(request))
    messages.success(request, _("What you had typed here and not handed in is gone from this computer."))
    response = HttpResponseRedirect(reverse("articles:drafts"), status=303)
    leave_nothing_typed(response)
    return response
