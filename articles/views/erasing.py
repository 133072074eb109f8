"""Erasing for law: where a passage stands is shown first; then it goes, after two confirmations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from articles import access, limits, logbook
from articles.forms.erasing import EraseForm, PassageForm
from articles.moderation import Refused, erasing
from articles.views import too_often_message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# Passwords are not to be guessed here either.
_TRIES, _SECONDS = 5, 300


@never_cache
@sensitive_post_parameters("passage", "password")
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponseBase:
    """GET asks for a passage; POST shows all places where it stands, and once they are confirmed erases it there."""
    access.require(access.may_erase(request.user))
    asked = PassageForm(request.POST if request.method == "POST" else None)
    if erasing.is_too_large():
        return _page(request, "erase", {"form": asked, "by_command": True}, 422 if asked.is_bound else 200)
    if not asked.is_valid():
        return _page(request, "erase", {"form": asked}, 422 if asked.is_bound else 200)
    if "count" in request.POST:
        return _confirmed(request, asked.cleaned_data["passage"])
    return _places(
        request, asked.cleaned_data["passage"], EraseForm(_administrator(request), initial=asked.cleaned_data)
    )


def _confirmed(request: HttpRequest, passage: str) -> HttpResponseBase:
    """Erase it; whatever keeps it from being done shows the places again, with what was written."""
    user = _administrator(request)
    form = EraseForm(user, request.POST)
    try:
        limits.take(f"erase:{user.pk}", times=_TRIES, seconds=_SECONDS)
        if not form.is_valid():
            return _places(request, passage, form, status=422)
        count, why = form.cleaned_data["count"], form.cleaned_data["reason"]
        erasing.erase(passage=passage, count=count, by=user, author=access.author_of(user), why=why)
    except limits.TooOften:
        message = too_often_message()
        return _places(request, passage, form, status=429, message=message)
    except Refused as refused:
        return _places(request, passage, form, status=refused.status, message=refused.message)
    if erasing.leave_no_remains():
        messages.success(request, _("Erased. Its bytes are gone from the database."))
    else:
        messages.warning(
            request, _("Erased. Somebody was reading: run “manage.py apply_erasures --clean”, so that its bytes go.")
        )
    return HttpResponseRedirect(f"{reverse('articles:log')}?{urlencode({'what': logbook.ERASED})}", status=303)


def _places(
    request: HttpRequest, passage: str, form: EraseForm, *, status: int = 200, message: str = ""
) -> TemplateResponse:
    context = {"passage": passage, "places": erasing.places_of(passage), "form": form, "message": message}
    return _page(request, "erase_confirm", context, status)


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int) -> TemplateResponse:
    return TemplateResponse(request, f"articles/moderation/{name}.html", context, status=status)


def _administrator(request: HttpRequest) -> AbstractUser:
    assert request.user.is_authenticated  # As everybody who may.
    return request.user
