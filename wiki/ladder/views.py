"""The ladder: what its steps ask for, who would climb now, and what others miss. For administrators."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wiki.accounts import roles
from wiki.accounts.answers import for_people
from wiki.accounts.models import User
from wiki.ladder import climbing
from wiki.ladder.forms import StepForm
from wiki.ladder.models import Step


@for_people
def ladder(request: HttpRequest) -> HttpResponse:
    """GET shows the steps and a dry run of each; POST sets one, or lets those climb who have earned it."""
    who = cast("User", request.user)
    if not who.has_perm(climbing.PERMISSION):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request)
    if "run" in request.POST:
        climbed = len(climbing.run())
        messages.success(
            request, ngettext("%d person is made an editor.", "%d people are made editors.", climbed) % climbed
        )
        return HttpResponseRedirect(request.path, status=303)
    form = StepForm(request.POST, prefix=_prefix(request))
    if not form.is_valid():
        return _page(request, form)
    sent = form.cleaned_data
    climbing.change(sent["role"], who=who, why=sent["why"], values=sent)
    messages.success(request, _("Kept. Below is what it would do now."))
    return HttpResponseRedirect(request.path, status=303)


def _page(request: HttpRequest, sent: StepForm | None = None) -> HttpResponse:
    steps = [_shown(climbing.step(role), sent) for role in climbing.FROM]
    return TemplateResponse(request, "ladder/ladder.html", {"steps": steps, "form": sent}, status=422 if sent else 200)


def _shown(step: Step, sent: StepForm | None) -> dict[str, object]:
    """A step with its form (as it was sent, if that was it) and the people who stand below it."""
    initial = {name: getattr(step, name) for name in ("role", "is_on", "days", "number", "share", "quiet_days")}
    is_sent = sent is not None and sent.prefix == step.role
    looks = climbing.looks(step)
    return {
        "step": step,
        "from": roles.NAMES[climbing.FROM[step.role]],
        "to": roles.NAMES[step.role],
        "form": sent if is_sent else StepForm(initial=initial, prefix=step.role),
        "earned": [look for look in looks if not look.missing],
        "others": [look for look in looks if look.missing],
        "is_first": step.role == roles.EDITOR,
    }


def _prefix(request: HttpRequest) -> str:
    """The step whose form was sent; its fields bear its name, because two forms stand on the page."""
    return next((role for role in climbing.FROM if f"{role}-role" in request.POST), roles.EDITOR)
