"""Filtering: the filters, what they found, what they would have found; the domains that nothing may link to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, logbook
from articles.forms.filtering import DomainsForm, FilterForm, SwitchForm
from articles.moderation import Refused
from articles.moderation import filtering as order
from articles.views import number_or_none

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from articles.models import DryRun, Filter

_USUAL: dict[str, Any] = {
    "below": "reviewer",
    "within": 10,
    "action": "log",
    "times": 3,
    "per_minutes": 60,
    "hours": 24,
}
# So long until the page of a dry run is asked for again, in seconds.
_LOOK_AGAIN = "2"


@never_cache
@require_safe
def filters(request: HttpRequest) -> HttpResponseBase:
    """All filters, those that are on first."""
    access.require(access.may_moderate(request.user))
    return TemplateResponse(request, "articles/filtering/filters.html", {"filters": order.all_filters()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_filter(request: HttpRequest) -> HttpResponseBase:
    """GET asks what a filter looks for; POST makes it, switched off."""
    by = _moderator(request)
    form = FilterForm(request.POST or None, initial=_USUAL)
    message, status = "", 422 if form.is_bound else 200
    if form.is_valid():
        try:
            made = order.make(rule=form.rule(), by=by, why=form.cleaned_data["reason"], **form.chosen())
            messages.success(request, _("The filter is made. It is off: try it out first."))
            return HttpResponseRedirect(made.get_absolute_url(), status=303)
        except Refused as refused:
            message, status = refused.message, refused.status
    context = {"form": form, "message": message, "filter": None}
    return TemplateResponse(request, "articles/filtering/filter.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def filter(request: HttpRequest, filter_id: int) -> HttpResponseBase:  # noqa: A001  # Named as its address.
    """GET shows a filter; POST changes it, switches it on or off, or tries it out."""
    by = _moderator(request)
    row = order.one(filter_id)
    if row is None:
        raise access.NothingThere(_("There is no filter of the number %s.") % filter_id)
    act = request.POST.get("act", "")
    form = FilterForm(request.POST if act == "change" else None, initial=_initial_of(row))
    posted = request.POST if act not in ("", "change") else None
    switch = SwitchForm(posted, initial={"version": row.version}, auto_id="switch-%s")
    sent = form if act == "change" else switch
    message, status = "", 422 if request.method == "POST" else 200
    if request.method == "POST" and sent.is_valid():
        try:
            return HttpResponseRedirect(_done(request, row, act, sent, by), status=303)
        except Refused as refused:
            message, status = refused.message, refused.status
    context = {
        "filter": row,
        "form": form,
        "switch": switch,
        "message": message,
        "is_tried": order.is_tried(row),
        "runs": row.runs.order_by("-pk")[:5],
        "log": logbook.about(order.target_of(row), most=20),
    }
    return TemplateResponse(request, "articles/filtering/filter.html", context, status=status)


def _initial_of(row: Filter) -> dict[str, Any]:
    kept = {name: getattr(row, name) for name in ("name", "action", "tag", "message", "times", "hours", "version")}
    return {**row.rule, **kept, "per_minutes": row.minutes}


def _done(request: HttpRequest, row: Filter, act: str, form: Any, by: AbstractUser) -> str:
    """Do what the button says; return where to go. Raises Refused."""
    why, version = form.cleaned_data["reason"], form.cleaned_data["version"] or 0
    if act == "try":
        run = order.begin(row)
        order.start(run)
        return run.get_absolute_url()
    if act == "change":
        changed = order.change(filter_id=row.pk, version=version, rule=form.rule(), by=by, why=why, **form.chosen())
        messages.success(request, _("Changed, and off: try it out first.") if changed else _("Nothing was changed."))
    else:
        order.switch(filter_id=row.pk, version=version, on=act == "on", by=by, why=why)
        messages.success(request, _("The filter is on.") if act == "on" else _("The filter is off."))
    return row.get_absolute_url()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """GET shows how far a dry run has come, and what it found; POST takes up one that has died."""
    access.require(access.may_moderate(request.user))
    run = order.run_of(run_id)
    if run is None:
        raise access.NothingThere(_("There is no dry run of the number %s.") % run_id)
    if request.method == "POST":
        if order.is_silent(run):
            order.start(run)
        return HttpResponseRedirect(run.get_absolute_url(), status=303)
    edits, following = order.found_by(run, number_or_none(request.GET, "after") or 0)
    context = {"run": run, "is_silent": order.is_silent(run), "edits": edits, "following": following}
    response = TemplateResponse(request, "articles/filtering/dry_run.html", {**context, "may_moderate": True})
    if _goes_on(run):
        response.headers["Refresh"] = _LOOK_AGAIN
    return response


def _goes_on(run: DryRun) -> bool:
    return run.ended is None and not order.is_silent(run)


@never_cache
@require_safe
def filter_hits(request: HttpRequest) -> HttpResponseBase:
    """What filters found, the latest first; of one, or of all."""
    access.require(access.may_moderate(request.user))
    number = number_or_none(request.GET, "filter")
    context = {
        "filter": order.one(number) if number is not None else None,
        "listing": order.hits(filter_id=number, after=number_or_none(request.GET, "after")),
    }
    return TemplateResponse(request, "articles/filtering/hits.html", context)


@never_cache
@require_safe
def filter_hit(request: HttpRequest, hit_id: int) -> HttpResponseBase:
    """One change that a filter found, with what it would have changed."""
    access.require(access.may_moderate(request.user))
    row = order.hit(hit_id)
    if row is None:
        raise access.NothingThere(_("There is nothing of the number %s that a filter found.") % hit_id)
    context = {"hit": row, "comparison": order.comparison_of(row)}
    return TemplateResponse(request, "articles/filtering/hit.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def domains(request: HttpRequest) -> HttpResponseBase:
    """GET shows the domains that nothing may link to; POST makes the list what was sent."""
    by = _moderator(request)
    lines = order.as_lines(order.blocked_domains())
    form = DomainsForm(request.POST or None, initial={"lines": lines, "seen": lines})
    message, status = "", 422 if form.is_bound else 200
    if form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("lines", "seen")}
        try:
            come, gone = order.keep_domains(**sent, by=by, why=form.cleaned_data["reason"])
            messages.success(request, _("Saved: %(come)d came, %(gone)d went.") % {"come": come, "gone": gone})
            return HttpResponseRedirect(reverse("articles:domains"), status=303)
        except Refused as refused:
            message, status = refused.message, refused.status
    context = {"form": form, "message": message, "theirs": lines, "log": logbook.about("domains")}
    return TemplateResponse(request, "articles/filtering/domains.html", context, status=status)


def _moderator(request: HttpRequest) -> AbstractUser:
    access.require(access.may_moderate(request.user))
    assert request.user.is_authenticated  # As everybody who may.
    return request.user
