"""The role of somebody else: moderators make contributors editors, and back, with a reason."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from wiki.accounts import forms, roles
from wiki.accounts.answers import for_people
from wiki.accounts.models import User


@for_people
def role(request: HttpRequest, number: int) -> HttpResponse:
    """What somebody's role is, and the button that makes a contributor an editor, or an editor a contributor again."""
    by = cast("User", request.user)
    if not by.has_perm("accounts.make_editors"):
        raise PermissionDenied
    user = User.objects.filter(pk=number).first()
    if user is None:
        raise Http404(_("There is no account of the number %s.") % number)
    now = roles.role_of(user)
    form = forms.RoleForm(request.POST or None, initial={"role": roles.offered(user, by=by)})
    if form.is_valid():
        try:
            roles.give(user, form.cleaned_data["role"], by=by, why=form.cleaned_data["reason"])
            said = _("%(name)s is from now on: %(role)s.")
            messages.success(request, said % {"name": user.username, "role": roles.NAMES[roles.role_of(user)]})
            return HttpResponseRedirect(reverse("articles:contributions", args=[user.username]), status=303)
        except roles.RoleRefused as refused:
            form.add_error(None, refused.message)
    context = {"form": form, "person": user, "role": roles.NAMES[now], "offered": form["role"].value()}
    return TemplateResponse(request, "account/role.html", context, status=422 if form.errors else 200)
