"""One's own account: what others see of it, its address, its password; the ways into a lost one, and into a new one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import access, limits
from wiki.accounts import forms, mail, making, passwords, registration, roles, second_factor
from wiki.accounts.answers import for_anybody, for_people, form_page
from wiki.accounts.models import User


@for_people
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """/accounts/: all that belongs to the account, each with the way to change it."""
    user = _person(request)
    context = {
        "person": user,
        "role": roles.NAMES[roles.role_of(user)],
        "has_second_factor": second_factor.is_set_up(user),
        "is_advised": second_factor.is_advised(user),
        "must_set_up": second_factor.is_missing(user),
        "may_make_links": user.has_perm("accounts.change_roles"),
        "waiting": len(registration.waiting()) if user.has_perm("accounts.make_editors") else 0,
    }
    return TemplateResponse(request, "account/account.html", context)


@for_people
def display_name(request: HttpRequest) -> HttpResponse:
    """What one is called beside one's name; histories keep the name that signed them."""
    user = _person(request)
    form = forms.DisplayNameForm(request.POST or None, user=user)
    if not form.is_valid():
        return form_page(request, "account/display_name.html", form)
    user.display_name = form.cleaned_data["display_name"]
    user.save(update_fields=["display_name"])
    return _done(request, _("Your displayed name is changed."))


@for_people
def email(request: HttpRequest) -> HttpResponse:
    """The e-mail address; the old one is told, because whoever reads the new one can reset the password."""
    user = _person(request)
    form = forms.EmailForm(request.POST or None, user=user, request=request)
    if not form.is_valid():
        return form_page(request, "account/email.html", form, mail=mail.is_set_up())
    before, user.email = user.email, User.objects.normalize_email(form.cleaned_data["email"])
    user.save(update_fields=["email"])
    if before and before != user.email:
        mail.tell(user, "email_changed", to=before, base=_base(request))
    return _done(request, _("Your e-mail address is changed."))


@for_people
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password; this browser stays logged in, all others are logged out."""
    user = _person(request)
    form = forms.ChangePasswordForm(request.POST or None, user=user, request=request)
    if not form.is_valid():
        return form_page(request, "account/password_change.html", form)
    passwords.change(user, form.cleaned_data["new"], base=_base(request))
    update_session_auth_hash(request, user)
    return _done(request, _("Your password is changed. Wherever else you were logged in, you are logged out."))


@for_anybody
def forgotten(request: HttpRequest) -> HttpResponse:
    """A link by mail where mail is sent, else whom to ask; never whether there is such an account."""
    if not mail.is_set_up():
        return TemplateResponse(request, "account/password_reset_ask.html", {"hours": passwords.hours_of_a_link()})
    form = forms.WhoForm(request.POST or None)
    if form.is_valid():
        try:
            place = limits.place_of(str(request.META.get("REMOTE_ADDR", "")))
            passwords.send_links(form.cleaned_data["who"], place=place, base=_base(request))
        except limits.TooOften as error:
            form.retry_after = error.retry_after  # type: ignore[attr-defined]
            form.add_error(None, forms.too_often(error.retry_after))
        else:
            return TemplateResponse(request, "account/password_reset_sent.html", {"hours": passwords.hours_of_a_link()})
    return form_page(request, "account/password_reset.html", form)


@for_anybody
def new_password(request: HttpRequest, number: int, token: str) -> HttpResponse:
    """What a one-time link leads to. It doesn't log in: where there is a second factor, it is still asked for."""
    user = passwords.account_of_link(number, token)
    if user is None:
        return _used_up(request)
    form = forms.NewPasswordForm(request.POST or None, user=user)
    if not form.is_valid():
        response = form_page(request, "account/password_reset_from_key.html", form, person=user)
        # The address is a secret until it is used: no other site is told. Nothing stricter would do, because under
        # "no-referrer" browsers send the form with `Origin: null`, which the check against forged forms refuses.
        response["Referrer-Policy"] = "same-origin"
        return response
    if not passwords.use_link(number, token, form.cleaned_data["new"], base=_base(request)):
        return _used_up(request)
    messages.success(request, _("Your password is changed. Log in with it now."))
    return HttpResponseRedirect(reverse("account_login"), status=303)


@for_people
def reset_link(request: HttpRequest) -> HttpResponse:
    """A one-time link for somebody who has lost their password, for an administrator to hand on; shown once."""
    by = _person(request)
    access.require(by.has_perm("accounts.change_roles"))
    form = forms.ResetLinkForm(request.POST or None, initial={"name": request.GET.get("name", "")})
    if form.is_valid():
        try:
            user = User.objects.get_by_natural_key(form.cleaned_data["name"])
            path = passwords.make_link(user, by=by, why=form.cleaned_data["why"])
        except User.DoesNotExist:
            form.add_error("name", _("There is no account of this name."))
        except roles.RoleRefused as refused:
            form.add_error("name", refused.message)
        else:
            if form.cleaned_data["without_second_factor"]:
                second_factor.remove(user, by=by, why=form.cleaned_data["why"])
            context = {"person": user, "link": f"{_base(request)}{path}", "hours": passwords.hours_of_a_link()}
            return TemplateResponse(request, "account/reset_link_made.html", context)
    return form_page(request, "account/reset_link.html", form, hours=passwords.hours_of_a_link())


@for_people
def new_account(request: HttpRequest) -> HttpResponse:
    """An account for somebody else; a one-time link, mailed or shown once, lets its owner choose the password."""
    by = _person(request)
    access.require(by.has_perm("accounts.change_roles"))
    form = forms.NewAccountForm(request.POST or None)
    if form.is_valid():
        user, why = form.prepared, form.cleaned_data["why"]
        try:
            making.make(user, form.cleaned_data["role"], by=by, why=why)
        except ValidationError as error:
            form.add_error("name", error.messages[0])
        else:
            link, is_mailed = making.invite(user, by=by, base=_base(request), why=why)
            context = {"person": user, "link": link, "is_mailed": is_mailed, "hours": passwords.hours_of_a_link()}
            return TemplateResponse(request, "account/new_account_made.html", context)
    return form_page(request, "account/new_account.html", form, mail=mail.is_set_up())


def _person(request: HttpRequest) -> User:
    return cast("User", request.user)


def _base(request: HttpRequest) -> str:
    """The site's own address, without a slash at its end."""
    return mail.address_of("") or request.build_absolute_uri("/").rstrip("/")


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return HttpResponseRedirect(reverse("account"), status=303)


def _used_up(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "account/password_reset_used_up.html", status=410)
