"""One's own account: what others see of it, its address, its password; the ways into a lost one, and into a new one."""

from __future__ import annotations

import contextlib
from typing import cast

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles import access, limits
from wiki.accounts import confirming, forms, leaving, mail, making, passwords, registration, roles, second_factor
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
        "mail": mail.is_set_up(),
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
    making.change_display_name(user, form.cleaned_data["display_name"])
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
    with contextlib.suppress(limits.TooOften):  # The account's page offers to send it later.
        if confirming.ask(user, base=_base(request)):
            messages.info(request, _("A link was mailed to %s: open it to confirm the address.") % user.email)
    return _done(request, _("Your e-mail address is changed."))


@for_people
@require_POST
def ask_to_confirm(request: HttpRequest) -> HttpResponse:
    """The link that confirms the address, mailed (again)."""
    user = _person(request)
    try:
        if not confirming.ask(user, base=_base(request)):
            return _done(request, _("There is nothing to confirm."))
    except limits.TooOften as error:
        messages.warning(request, forms.too_often(error.retry_after))
        return HttpResponseRedirect(reverse("account"), status=303)
    return _done(request, _("A link was mailed to %s: open it to confirm the address.") % user.email)


@for_anybody
def confirm_email(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link leads to: a button, because programs that look through mail follow links by themselves."""
    user = confirming.account_of(token)
    if user is not None and request.method == "POST" and confirming.confirm(user):
        return TemplateResponse(request, "account/email_confirmed.html", {"email": user.email})
    status = 200 if user is not None else 410
    response = TemplateResponse(request, "account/email_confirm.html", {"person": user}, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


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


@for_people
def leave(request: HttpRequest) -> HttpResponse:
    """Closing one's own account for good: what goes and what stays, and then it is done."""
    user = _person(request)
    refused = leaving.refusal(user, by=user)
    form = forms.LeaveForm(request.POST or None, user=user, request=request)
    if refused is None and form.is_valid():
        try:
            pseudonym = leaving.leave(user, by=user, base=_base(request))
        except roles.RoleRefused as error:  # The last administrator but one was faster.
            refused = error
        else:
            logout(request)
            return TemplateResponse(request, "account/left.html", {"pseudonym": pseudonym})
    if refused is not None:
        context = {"refused": refused.message, "form": form}
        return TemplateResponse(request, "account/leave.html", context, status=409 if form.is_bound else 200)
    return form_page(request, "account/leave.html", form, stays=leaving.what_stays(user))


@for_people
def leave_for(request: HttpRequest) -> HttpResponse:
    """Closing somebody's account for good, by an administrator whom they have asked."""
    by = _person(request)
    access.require(by.has_perm("accounts.change_roles"))
    form = forms.LeaveForForm(
        request.POST or None, user=by, request=request, initial={"name": request.GET.get("name", "")}
    )
    if form.is_valid():
        try:
            user = User.objects.get_by_natural_key(form.cleaned_data["name"])
            pseudonym = leaving.leave(user, by=by, why=form.cleaned_data["why"], base=_base(request))
        except User.DoesNotExist:
            form.add_error("name", _("There is no account of this name."))
        except roles.RoleRefused as refused:
            form.add_error("name", refused.message)
        else:
            done = _("The account is closed for good; what its owner wrote is signed “%s” from now on.")
            return _done(request, done % pseudonym)
    return form_page(request, "account/leave_for.html", form)


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
