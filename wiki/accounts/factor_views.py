"""The second factor: set up, used while logging in, taken away; django-allauth's views in our clothes."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any, cast

import qrcode
from allauth.account.internal import flows as account_flows
from allauth.account.internal.flows import reauthentication
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as base_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as codes_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, clear_totp_secret
from allauth.mfa.webauthn import views as passkey_views
from allauth.mfa.webauthn.internal import auth as passkeys
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_safe
from qrcode.image.svg import SvgPathImage

from articles import limits
from wiki.accounts import forms, second_factor
from wiki.accounts.answers import for_people, form_page, while_logging_in
from wiki.accounts.models import User

PASSKEY_LOGINS_OF_A_PLACE = 20
PASSKEY_LOGIN_SECONDS = 300


class _Answering:
    """What these pages answer: a form that was refused with its status, and our own `site` in templates."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again, saying what is wrong."""
        retry_after = getattr(form, "retry_after", None)
        context = self.get_context_data(form=form)
        response: HttpResponse = self.render_to_response(context, status=429 if retry_after else 422)  # type: ignore[attr-defined]
        if retry_after:
            response["Retry-After"] = str(retry_after)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The view's own, but for a `site` that would stand before ours."""
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        context.pop("site", None)
        return context


class AuthenticateView(_Answering, base_views.AuthenticateView):
    """/accounts/2fa/login/: the code, or the passkey, that comes after the password."""

    form_class = forms.CodeForm
    webauthn_form_class = forms.PasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what a browser asks a passkey; only who has one is offered it."""
        user = self.stage.login.user
        has_passkey = Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists()
        has_codes = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        context = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form") if isinstance(kwargs.get("form"), forms.CodeForm) else self.auth_form
        options = json.dumps(context["js_data"]["request_options"]) if has_passkey else ""
        return {**context, "has_codes": has_codes, "passkey_options": options, "passkey_form": self.webauthn_form}


class SetUpAppView(_Answering, totp_views.ActivateTOTPView):
    """/accounts/2fa/app/: set up an authenticator app."""

    form_class = forms.SetUpAppForm

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Switch it on; or forget the key, when the person has thought better of it."""
        if "cancel" in request.POST:
            clear_totp_secret(request)
            return HttpResponseRedirect(reverse("mfa_index"), status=303)
        answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the key in groups that can be typed."""
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        return {**context, "key": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}


class RemoveAppView(_Answering, totp_views.DeactivateTOTPView):
    """/accounts/2fa/app/remove/"""


class CodesView(_Answering, codes_views.ViewRecoveryCodesView):
    """/accounts/2fa/codes/: the recovery codes that are left."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether they can be read: codes of a lost key would let nobody in."""
        context = super().get_context_data(**kwargs)
        return {**context, "can_be_read": second_factor.has_readable_codes(cast("User", self.request.user))}


class NewCodesView(_Answering, codes_views.GenerateRecoveryCodesView):
    """/accounts/2fa/codes/new/: new ones, the old ones void."""


class AddPasskeyView(_Answering, passkey_views.AddWebAuthnView):
    """/accounts/2fa/passkeys/add/: a passkey that opens the account by itself, and so asks who holds it."""

    form_class = forms.AddPasskeyForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask for a key that the browser can find without a name, and that asks for a finger or a PIN."""
        context = super().get_context_data(**kwargs)
        options = passkeys.begin_registration(self.request.user, passwordless=True)
        context.setdefault("form", kwargs.get("form") or self.get_form())
        return {**context, "passkey_options": json.dumps(options)}


class RemovePasskeyView(_Answering, passkey_views.RemoveWebAuthnView):
    """/accounts/2fa/passkeys/<pk>/remove/"""

    success_url = reverse_lazy("mfa_index")


class PasskeyLoginView(passkey_views.LoginWebAuthnView):
    """/accounts/2fa/passkeys/login/: a GET gives a script what to ask the passkey, a POST is its answer."""

    form_class = forms.PasskeyLoginForm

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Return the options as JSON."""
        return JsonResponse({"options": passkeys.begin_authentication(user=None)})

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Log in; too many wrong answers from a place wait."""
        place = limits.place_of(str(request.META.get("REMOTE_ADDR", "")))
        key = f"passkey-login:{place}"
        try:
            moment = limits.take(key, times=PASSKEY_LOGINS_OF_A_PLACE, seconds=PASSKEY_LOGIN_SECONDS)
        except limits.TooOften as error:
            response = TemplateResponse(request, "429.html", {"retry_after": error.retry_after}, status=429)
            response["Retry-After"] = str(error.retry_after)
            return response
        self.has_worked = False
        answer: HttpResponse = super().post(request, *args, **kwargs)
        if self.has_worked:
            limits.give_back(key, moment)
        return answer

    def form_valid(self, form: Any) -> HttpResponse:
        """Log in."""
        self.has_worked = True
        answer: HttpResponse = super().form_valid(form)
        return answer

    def form_invalid(self, form: Any) -> HttpResponse:
        """Say that it was not right; the password is still there to try."""
        return TemplateResponse(self.request, "mfa/passkey_refused.html", status=422)


@for_people
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """/accounts/2fa/: which second factors there are, each with the way to add or take away."""
    there = list(Authenticator.objects.filter(user=request.user).order_by("created_at"))
    codes = next((each.wrap() for each in there if each.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "app": next((each for each in there if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in there if each.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.get_unused_codes()) if codes else 0,
        "must_set_up": second_factor.is_missing(request.user),
    }
    return TemplateResponse(request, "mfa/index.html", context)


@for_people
@require_safe
def app_picture(request: HttpRequest) -> HttpResponse:
    """The key of the app being set up, as a picture for its camera; pages may load pictures from here only."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret or reauthentication.is_reauthentication_required(request, app="allauth.mfa"):
        raise Http404
    picture = BytesIO()
    address = get_adapter().build_totp_url(request.user, secret)
    qrcode.make(address, image_factory=SvgPathImage).save(picture)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


@for_people
def reauthenticate(request: HttpRequest) -> Any:
    """/accounts/reauthenticate/: the password again, before what whoever finds an open browser must not do."""
    form = forms.PasswordForm(request.POST or None, user=cast("User", request.user), request=request)
    if not form.is_valid():
        return form_page(request, "account/reauthenticate.html", form, next=request.GET.get("next", ""))
    account_flows.reauthentication.reauthenticate_by_password(request)
    return reauthentication.resume_request(request) or HttpResponse(
        status=303, headers={"Location": reverse("account")}
    )


authenticate = while_logging_in(AuthenticateView.as_view())
set_up_app = for_people(SetUpAppView.as_view())
remove_app = for_people(RemoveAppView.as_view())
codes = for_people(CodesView.as_view())
new_codes = for_people(NewCodesView.as_view())
add_passkey = for_people(AddPasskeyView.as_view())
remove_passkey = for_people(RemovePasskeyView.as_view())
passkey_login = while_logging_in(PasskeyLoginView.as_view())
