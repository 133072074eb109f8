"""Blocking: who is kept from writing, the forms that block, change and lift; where somebody wrote from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, logbook
from articles.forms.blocking import BlockForm, BlocksForm, LookUpForm
from articles.moderation import Refused, blocking, looking_up
from articles.views import number_or_none

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from articles.models import Block


@never_cache
@require_safe
def blocks(request: HttpRequest) -> HttpResponseBase:
    """Who is kept from writing, the latest first, for moderators."""
    access.require(access.may_moderate(request.user))
    form = BlocksForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    context = {
        "form": form,
        "listing": blocking.page(**asked, after=number_or_none(request.GET, "after")),
        "query": {name: value for name, value in asked.items() if value},
    }
    return TemplateResponse(request, "articles/blocking/blocks.html", context, status=200 if form.is_valid() else 422)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def block(request: HttpRequest) -> HttpResponseBase:
    """GET asks whom to keep from what; POST does it."""
    by = _moderator(request)
    initial = {"who": request.GET.get("who", "")[:200], "level": "write", "no_accounts": True, "ends": "week"}
    form = BlockForm(request.POST or None, initial=initial)
    shown: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    if form.is_valid():
        chosen = {name: form.cleaned_data[name] for name in ("who", "sure")}
        try:
            made = blocking.block(**chosen, terms=form.terms(), by=by, why=form.cleaned_data["reason"])
            messages.success(request, _("The block holds from now on."))
            return HttpResponseRedirect(made.get_absolute_url(), status=303)
        except Refused as refused:
            ask = isinstance(refused, blocking.TooWide)
            shown = {"status": refused.status, "message": refused.message, "ask": ask}
            shown["there"] = refused.block if isinstance(refused, blocking.BlockedAlready) else None
    status = shown.pop("status")
    return TemplateResponse(request, "articles/blocking/block.html", {"form": form, **shown}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change_block(request: HttpRequest, block_id: int) -> HttpResponseBase:
    """GET shows a block and what was done about it; POST changes or lifts it."""
    by = _moderator(request)
    row = blocking.one(block_id)
    if row is None:
        raise access.NothingThere(_("There is no block of the number %s.") % block_id)
    form = _form_of(row, request)
    message, status = "", 422 if form.is_bound else 200
    if form.is_valid():
        try:
            messages.success(request, _done(row, request.POST.get("act", ""), form, by))
            return HttpResponseRedirect(row.get_absolute_url(), status=303)
        except Refused as refused:
            message, status = refused.message, refused.status
    context = {"row": row, "form": form, "message": message, "log": logbook.about(blocking.target_of(row))}
    return TemplateResponse(request, "articles/blocking/change.html", context, status=status)


def _form_of(row: Block, request: HttpRequest) -> BlockForm:
    names = ("level", "no_accounts", "accounts_too", "catches", "page", "topic")
    initial = {name: getattr(row, name) for name in names}
    initial["ends"] = "as it is" if row.until is not None else "never"
    return BlockForm(request.POST or None, initial=initial, until=row.until, is_change=True)


def _done(row: Block, act: str, form: BlockForm, by: AbstractUser) -> str:
    """Do what the button says; return what to say of it. Raises Refused."""
    why = form.cleaned_data["reason"]
    if act == "lift":
        blocking.lift(block=row, by=by, why=why)
        return _("The block is lifted.")
    changed = blocking.change(block=row, terms=form.terms(), by=by, why=why)
    return _("The block is changed.") if changed else _("Nothing was changed.")


@never_cache
@sensitive_post_parameters("who")
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponseBase:
    """GET asks whose addresses are looked up, and why; POST writes that into the log and shows them."""
    by = _moderator(request)
    form = LookUpForm(request.POST or None, initial={"who": request.GET.get("who", "")[:200]})
    context: dict[str, Any] = {"form": form, "places": None}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        who = form.cleaned_data["who"]
        try:
            context |= {"who": who, "places": looking_up.look_up(who=who, by=by, why=form.cleaned_data["reason"])}
            status = 200
        except Refused as refused:
            context["message"], status = refused.message, refused.status
    return TemplateResponse(request, "articles/blocking/look_up.html", context, status=status)


def _moderator(request: HttpRequest) -> AbstractUser:
    access.require(access.may_moderate(request.user))
    assert request.user.is_authenticated  # As everybody who may.
    return request.user
