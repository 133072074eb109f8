"""Approver rules: who has to approve changes of a topic or of protected pages, set by an administrator."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import access
from articles.forms.moderation import ReasonForm
from articles.forms.ruling import ApproverGroupForm, ApproverRuleForm, DropRuleForm
from articles.moderation import Refused, ruling

# Three forms on one page, with fields of the same names.
_IDS: Final[dict[type[ReasonForm], str]] = {
    ApproverRuleForm: "rule-%s",
    ApproverGroupForm: "group-%s",
    DropRuleForm: "drop-%s",
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def approvers(request: HttpRequest) -> HttpResponseBase:
    """GET shows the rules and groups; POST makes a rule, drops one, or says who is in a group."""
    access.require(access.may_set_rules(request.user))
    if request.method != "POST":
        return _page(request)
    deed = request.POST.get("deed", "")
    forms: dict[str, type[ReasonForm]] = {"drop": DropRuleForm, "group": ApproverGroupForm}
    made_of = forms.get(deed, ApproverRuleForm)
    form = made_of(request.POST, auto_id=_IDS[made_of])
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        _do(deed, form, request)
    except Refused as refused:
        return _page(request, form, message=refused.message, status=refused.status)
    messages.success(request, _("It holds from now on."))
    return HttpResponseRedirect(reverse("articles:approvers"), status=303)


def _do(deed: str, form: ReasonForm, request: HttpRequest) -> None:
    sent: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if name not in ("base", "reason")}
    sent |= {"user": request.user, "why": form.cleaned_data["reason"]}
    if deed == "drop":
        ruling.drop_rule(**sent)
    elif deed == "group":
        ruling.set_group(**sent)
    else:
        ruling.make_rule(**sent)


def _form(made_of: type[ReasonForm], sent: ReasonForm | None) -> ReasonForm:
    """The form as it was sent, or else an empty one."""
    return sent if isinstance(sent, made_of) else made_of(auto_id=_IDS[made_of])


def _page(
    request: HttpRequest, form: ReasonForm | None = None, *, message: str = "", status: int = 200
) -> TemplateResponse:
    context = {
        "rulings": ruling.rulings(),
        "groups": ruling.groups(),
        "form": form,
        "rule_form": _form(ApproverRuleForm, form),
        "group_form": _form(ApproverGroupForm, form),
        "drop_form": _form(DropRuleForm, form),
        "message": message,
    }
    return TemplateResponse(request, "articles/ruling/approvers.html", context, status=status)
