"""Moderation: the sample articles make room for one's own."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import access, moderation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_sample(request: HttpRequest) -> HttpResponseBase:
    """GET shows which sample articles would go and which stay; POST deletes them and shows what is left."""
    access.require(access.may_remove_sample(request.user))
    if request.method == "POST":
        assert request.user.is_authenticated  # As everybody who may.
        moderation.remove_sample(by=request.user, why=_("The sample articles were taken away."))
        return HttpResponseRedirect(reverse("articles:remove_sample"), status=303)
    context = {"sample": moderation.sample()}
    return TemplateResponse(request, "articles/moderation/remove_sample.html", context)
