"""The admin site: the same login page as everywhere else, and no form that is lost on the way to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

_View = TypeVar("_View", bound=Callable[..., Any])


class SiteAdmin(admin.AdminSite):
    """Django's admin for moderators and administrators."""

    site_header = settings.WIKI_NAME
    site_title = settings.WIKI_NAME
    index_title = _("Administration")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the site's login page, and back."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        back_to = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        return self._ask_for_login(request, back_to)

    def admin_view(self, view: _View, cacheable: bool = False) -> _View:
        """Refuse whoever may not, before Django would redirect a POST to the login page and lose what it holds."""
        guarded = super().admin_view(view, cacheable)

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            is_logout = request.path == reverse("admin:logout", current_app=self.name)
            if self.has_permission(request) or is_logout:
                return cast("HttpResponse", guarded(request, *args, **kwargs))
            return self._ask_for_login(request, request.get_full_path())

        # Django marks the guarded view (as csrf protected, never cached); the marks go with it.
        return cast("_View", update_wrapper(inner, guarded))

    def _ask_for_login(self, request: HttpRequest, back_to: str) -> HttpResponse:
        # Somebody who is logged in would be sent straight back here, for ever.
        if request.user.is_authenticated or request.method not in ("GET", "HEAD"):
            raise PermissionDenied
        return redirect_to_login(back_to, reverse("account_login"))
