"""The full disclaimer, its versions, and the form by which an administrator changes the wording."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access
from wiki.wording import words
from wiki.wording.forms import WordingForm
from wiki.wording.models import Wording

_PERMISSION = "wording.change_wording_text"


@require_safe
def disclaimer(request: HttpRequest) -> TemplateResponse:
    """The full disclaimer as it holds; `?version=` an earlier one."""
    number = request.GET.get("version", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404(_("No such version."))
    full = words.version("full_disclaimer", int(number)) if number else words.current("full_disclaimer")
    if full is None:
        raise Http404(_("No such version."))
    context = {
        "full": full,
        "is_old": bool(number) and full.number != words.current("full_disclaimer").number,
        "versions": words.versions("full_disclaimer"),
        "may_change": request.user.has_perm(_PERMISSION),
    }
    return TemplateResponse(request, "wording/disclaimer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponseBase:
    """The wording's form, for administrators; `?key=` names which."""
    access.require(request.user.has_perm(_PERMISSION))
    assert request.user.is_authenticated
    key = request.POST.get("key") or request.GET.get("key") or Wording.Key.DISCLAIMER
    if key not in Wording.Key.values:
        raise Http404(_("No such wording."))
    form = WordingForm(request.POST or None, initial={"key": key, "text": words.current(key).text})
    if form.is_valid():
        try:
            words.change(who=request.user, **form.cleaned_data)
            return HttpResponseRedirect(reverse("wording:disclaimer"), status=303)
        except words.WordingEmpty as empty:
            form.add_error("text", str(empty))
    context = {"form": form, "key": key, "versions": words.versions(key), "keys": Wording.Key.choices}
    return TemplateResponse(request, "wording/change.html", context, status=422 if form.is_bound else 200)
