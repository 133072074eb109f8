"""What the pages of accounts have in common: who may come, and with which status a form is shown again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


def for_anybody(view: _View) -> _View:
    """A page with a form that may hold secrets."""
    return sensitive_post_parameters()(never_cache(require_http_methods(["GET", "HEAD", "POST"])(view)))


def for_people(view: _View) -> _View:
    """The same, for whoever is logged in; a form sent without is refused, not led away from what it holds."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            raise PermissionDenied
        return redirect_to_login(request.get_full_path(), reverse("account_login"))

    return for_anybody(cast("_View", asked))


def while_logging_in(view: _View) -> _View:
    """A step of logging in: who comes without the step before is led there, but a form never is."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = view(request, *args, **kwargs)
        if request.method == "POST" and answer.headers.get("Location", "").startswith(reverse("account_login")):
            raise PermissionDenied
        return answer

    return for_anybody(cast("_View", asked))


def form_page(request: HttpRequest, template: str, form: Any, **context: object) -> HttpResponse:
    """Show a form: 422 when something typed can't be, 429 when it was tried too often."""
    retry_after = getattr(form, "retry_after", None)
    status = 429 if retry_after else 422 if form.is_bound else 200
    response = TemplateResponse(request, template, {"form": form, **context}, status=status)
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response
