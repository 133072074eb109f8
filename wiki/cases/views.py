"""A reader reports a passage and sees what became of it; moderators see the cases and decide."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, asking, choices, limits, logbook
from articles.moderation import Refused
from articles.views import number_or_none, refuse_machines
from wiki.cases import deciding, reporting
from wiki.cases.forms import DecisionForm, ReportForm

if TYPE_CHECKING:
    from wiki.accounts.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, section_id: int) -> HttpResponse:
    """GET quotes a section and asks what is wrong with it; POST opens a case and leads to its private address."""
    if choices.value("WIKI_REPORTS") != "on":
        raise access.NothingThere(_("No reports are taken here."))
    sent = request.POST if request.method == "POST" else None
    version = number_or_none(sent if sent is not None else request.GET, "edit")
    passage = reporting.passage(request.user, section_id, version)
    form = ReportForm(sent, initial={"edit": passage.edit.pk})
    context: dict[str, object] = {"passage": passage, "form": form, "emergency": choices.value("WIKI_EMERGENCY_LINE")}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    # What was typed while somebody put the section under review is heard all the same.
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("category", "words", "contact")}
        try:
            refuse_machines(request)
            made = reporting.report(passage=passage, address=request.META.get("REMOTE_ADDR", ""), **fields)
            return HttpResponseRedirect(reverse("cases:told", args=[made.pk, reporting.key_of(made)]), status=303)
        except asking.NotAnswered as refused:
            context["message"] = refused.message
        except limits.TooOften as too_often:
            context["message"] = _("That was too often in a short time. Wait a little, then send it again.")
            response = TemplateResponse(request, "cases/report.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(too_often.retry_after)
            return response
    return TemplateResponse(request, "cases/report.html", context, status=status)


@never_cache
@require_safe
def told(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """What became of a report, for whoever holds its private address."""
    found = reporting.told(number, key)
    context = {"case": found, "emergency": choices.value("WIKI_EMERGENCY_LINE")}
    return TemplateResponse(request, "cases/told.html", context, headers={"Referrer-Policy": "no-referrer"})


@never_cache
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that wait, by their clock; `?closed=yes` those that are closed."""
    closed = request.GET.get("closed") == "yes"
    found = deciding.cases(request.user, closed=closed, after=number_or_none(request.GET, "after"))
    shown = found[: deciding.PAGE_SIZE]
    after = shown[-1].pk if len(found) > deciding.PAGE_SIZE else None
    return TemplateResponse(request, "cases/cases.html", {"cases": shown, "closed": closed, "after": after})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """One case for moderators: what was said of which passage, and what to do; POST does it."""
    found = deciding.case_to_see(request.user, number)
    form = DecisionForm(request.POST or None)
    message, status = "", HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_valid():
        by, why = cast("User", request.user), form.cleaned_data["reason"]
        try:
            if form.cleaned_data["deed"] == "take":
                deciding.take(case=found, by=by)
            elif form.cleaned_data["deed"] == "withhold":
                deciding.withhold(case=found, by=by, why=why)
                messages.success(request, _("Under review: no reader sees the section any more."))
            elif form.cleaned_data["deed"] == "close":
                deciding.close(case=found, outcome=form.cleaned_data["outcome"], answer=why, by=by)
            else:
                deciding.reopen(case=found, why=why, by=by)
            return HttpResponseRedirect(found.get_absolute_url(), status=303)
        except Refused as refused:
            message, status = refused.message, HTTPStatus(refused.status)
            found = deciding.case_to_see(request.user, number)
    is_withheld = access.is_withheld(found.article, found.section_id)
    context = {"case": found, "form": form, "message": message, "is_withheld": is_withheld}
    return TemplateResponse(request, "cases/case.html", context | {"log": logbook.about(found.target)}, status=status)
