"""Log in, register, log out: django-allauth's views, answering with the status a refusal should have."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth_views
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.response import TemplateResponse

from articles import blocks, limits
from articles.views import blocks_of, leave_nothing_typed
from wiki.accounts import forms, registration


class _Answering(allauth_views.FormView):
    """What both forms answer: 422 when something typed can't be, 429 when it was tried too often."""

    http_method_names = ["get", "head", "post", "options"]

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with all that was typed but the passwords."""
        retry_after = getattr(form, "retry_after", None)
        response: HttpResponse = self.render_to_response(
            self.get_context_data(form=form), status=429 if retry_after else 422
        )
        if retry_after:
            response["Retry-After"] = str(retry_after)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The view's own, but for a `site` that would stand before ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context.pop("site", None)
        return {**context, "registration": registration.mode()}


class LoginView(_Answering, allauth_views.LoginView):
    """/accounts/login/"""

    form_class = forms.LoginForm


class SignupView(_Answering, allauth_views.SignupView):
    """/accounts/register/"""

    form_class = forms.SignupForm

    def closed(self) -> HttpResponse:
        """Say that nobody can register, and whom to ask."""
        return TemplateResponse(self.request, "account/signup_closed.html", status=403)

    def form_valid(self, form: Any) -> HttpResponse:
        """Make the account and log its owner in; 403 from where a block lets nobody make one."""
        block = blocks.against(blocks_of(self.request), "register")
        if block is not None:
            refusal: HttpResponse = self.render_to_response(self.get_context_data(form=form, blocked=block), status=403)
            return refusal
        try:
            response: HttpResponse = super().form_valid(form)
        except ValidationError as error:
            form.add_error(None, error)
        except limits.TooOften as error:
            form.retry_after = error.retry_after
            form.add_error(None, forms.too_often(error.retry_after))
        else:
            return response
        return self.form_invalid(form)


class LogoutView(allauth_views.LogoutView):
    """/accounts/logout/: a GET asks, only a POST logs out."""

    http_method_names = ["get", "head", "post", "options"]

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log out, and leave nothing typed in a browser that others may use next."""
        response: HttpResponse = super().post(*args, **kwargs)
        leave_nothing_typed(response)
        return response


login = LoginView.as_view()
register = SignupView.as_view()
logout = LogoutView.as_view()
