"""What somebody was told, the way from each line to what it is about, and what of it is mailed."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from articles.access import may_review
from wiki.accounts.answers import for_anybody, for_people, form_page
from wiki.accounts.models import User
from wiki.notifications import forms, mailing, telling, wishes


@for_people
def notifications(request: HttpRequest) -> HttpResponse:
    """What somebody was told, newest first; a POST says that they have seen all of it."""
    account = request.user.pk or 0  # Somebody is logged in.
    if request.method == "POST":
        telling.see_all(account)
        return HttpResponseRedirect(request.path, status=303)
    told = telling.told(account, before=_number(request.GET.get("before", "")))
    shown = told[: telling.PAGE_SIZE]
    context = {
        "told": shown,
        "before": shown[-1].pk if len(told) > telling.PAGE_SIZE else None,
        "unseen": telling.count_unseen(account),
    }
    return TemplateResponse(request, "notifications/notifications.html", context)


@for_people
@require_safe
def notification(request: HttpRequest, number: int) -> HttpResponse:
    """303 to what a line is about, which is seen from now on."""
    return HttpResponseRedirect(telling.open_one(request.user.pk or 0, number).get_absolute_url(), status=303)


@for_people
def mail(request: HttpRequest) -> HttpResponse:
    """What somebody wishes to get by mail."""
    account = cast("User", request.user)
    sent = request.POST if request.method == "POST" else None  # With no box ticked, nothing is sent of the form.
    form = forms.MailForm(sent, wish=wishes.of(account.pk), may_have_a_digest=may_review(account))
    if not form.is_valid():
        context = {"person": account, "is_possible": mailing.is_possible()}
        return form_page(request, "notifications/mail.html", form, **context)
    wishes.choose(account.pk, wanted=form.cleaned_data["kinds"], digest=form.cleaned_data.get("digest"))
    messages.success(request, _("What you chose is kept."))
    return HttpResponseRedirect(request.path, status=303)


@csrf_exempt
@for_anybody
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """The link in each mail: a GET asks, a POST stops mails of that kind (RFC 8058: without login, cookie or form)."""
    meant = wishes.meant_by(token)
    status = 200 if meant is not None else 410
    if meant is not None and request.method == "POST":
        wishes.stop(*meant)
    context = {"kind": wishes.name_of(meant[1]) if meant else "", "is_stopped": request.method == "POST"}
    response = TemplateResponse(request, "notifications/stop.html", context, status=status)
    response["Referrer-Policy"] = "same-origin"
    return response


def _number(sent: str) -> int | None:
    if not sent:
        return None
    if not (sent.isascii() and sent.isdigit()) or len(sent) > 18:
        raise Http404(_("The address is not right: behind “%s=” stands a number.") % "before")
    return int(sent)
