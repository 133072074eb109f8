"""The admin site: the same login page as everywhere else, and no form that is lost on the way to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from typing import Any, Final, NamedTuple, TypeVar, cast

from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import LogEntry
from articles.reviewing import waiting
from articles.views import leave_nothing_typed
from wiki.accounts import registration, second_factor
from wiki.cases import deciding
from wiki.wording import words

_ACTS_SHOWN: Final = 10
# Of what waits so many are counted: "500+" stands for more.
_MOST_COUNTED: Final = 500

_View = TypeVar("_View", bound=Callable[..., Any])


class Wait(NamedTuple):
    """Something that waits for a moderator, and where it is done."""

    label: str
    url: str


def waits_for(user: Any) -> list[Wait]:
    """Return what waits for this person; nothing that they may not do."""
    waits, most = [], _MOST_COUNTED + 1
    if user.has_perm("articles.review") and (number := waiting.count_waiting(most)):
        label = ngettext("%(number)s proposal waits", "%(number)s proposals wait", number)
        waits.append(Wait(label % {"number": _shown(number)}, reverse("articles:proposals")))
    if user.has_perm("articles.moderate") and (number := deciding.count_open(most)):
        label = ngettext("%(number)s report of readers waits", "%(number)s reports of readers wait", number)
        waits.append(Wait(label % {"number": _shown(number)}, reverse("cases:cases")))
    if registration.refusal_to_approve(user) is None and (number := registration.waiting()[:most].count()):
        label = ngettext("%(number)s account waits to be let in", "%(number)s accounts wait to be let in", number)
        url = f"{reverse('admin:accounts_user_changelist')}?waits_for_approval__exact=1"
        waits.append(Wait(label % {"number": _shown(number)}, url))
    return waits


def _shown(number: int) -> str:
    return f"{_MOST_COUNTED}+" if number > _MOST_COUNTED else str(number)


class Act(NamedTuple):
    """Something that this person did lately, of our log."""

    what: str
    about: str
    when: datetime
    url: str


def acts_of(user: Any) -> list[Act]:
    """Return this person's newest entries in the log."""
    rows = LogEntry.objects.filter(who=user).order_by("-number")[:_ACTS_SHOWN]
    return [
        Act(row.what, row.subject, row.when, reverse("admin:articles_logentry_change", args=[row.pk])) for row in rows
    ]


class SiteAdmin(admin.AdminSite):
    """Django's admin for moderators and administrators."""

    index_title = _("Administration")

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show what waits above what there is, and beside it what this person did, wherever they did it."""
        shown = {"waits": waits_for(request.user), "acts": acts_of(request.user)}
        shown["may_set_up"] = request.user.has_perm(words.PERMISSION)
        return super().index(request, {**(extra_context or {}), **shown})

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Name the site as it is called now."""
        name = words.value("name")
        return {**super().each_context(request), "site_header": name, "site_title": name}

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
