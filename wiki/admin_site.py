"""The admin site: the same login page as everywhere else, and no form that is lost on the way to it."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, NamedTuple, TypeVar, cast

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles import reviewing
from articles.views import leave_nothing_typed
from wiki.accounts import registration, second_factor
from wiki.wording import words

_View = TypeVar("_View", bound=Callable[..., Any])


class Wait(NamedTuple):
    """Something that waits for a moderator, and where it is done."""

    label: str
    url: str


def waits_for(user: Any) -> list[Wait]:
    """Return what waits for this person; nothing that they may not do."""
    waits = []
    if user.has_perm("articles.review") and (number := reviewing.count_waiting()):
        label = ngettext("%(number)d proposal waits", "%(number)d proposals wait", number)
        waits.append(Wait(label % {"number": number}, reverse("articles:proposals")))
    if registration.refusal_to_approve(user) is None and (number := registration.waiting().count()):
        label = ngettext("%(number)d account waits to be let in", "%(number)d accounts wait to be let in", number)
        url = f"{reverse('admin:accounts_user_changelist')}?waits_for_approval__exact=1"
        waits.append(Wait(label % {"number": number}, url))
    return waits


class SiteAdmin(admin.AdminSite):
    """Django's admin for moderators and administrators."""

    index_title = _("Administration")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what waits above what there is."""
        return super().index(request, {**(extra_context or {}), "waits": waits_for(request.user)})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the site as it is called now."""
        name = words.value("name")
        return {**super().each_context(request), "site_header": name, "site_title": name}

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Call Django's groups what they are here: roles."""
        apps = super().get_app_list(request, app_label)
        for model in (model for app in apps for model in app["models"] if model["object_name"] == "Group"):
            model["name"] = _("Roles")
        return apps

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send people to the site's login page, and back."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        back_to = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index", current_app=self.name)
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index", current_app=self.name))
        return self._ask_for_login(request, back_to)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Send people to the site's own page, which counts wrong passwords and tells the owner of a new one."""
        return HttpResponseRedirect(reverse("account_change_password"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Log out as everywhere else: nothing typed stays in the browser."""
        response = super().logout(request, extra_context)
        leave_nothing_typed(response)
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        """Moderators and administrators; not before they have the second factor that the site asks of them."""
        return super().has_permission(request) and not second_factor.is_missing(request.user)

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
