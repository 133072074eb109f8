"""Measuring: the moderators' dashboard, in pictures and in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles.moderation import measuring

if TYPE_CHECKING:
    from django.http import HttpRequest


@never_cache
@require_safe
def dashboard(request: HttpRequest) -> TemplateResponse:
    """How long what waits has waited; edits, reverts and how much of them was looked at, day by day."""
    measuring.require(request.user)
    days = measuring.days()
    context = {
        "days": days,
        "newest_first": days[::-1],
        "edits": sum(day.edits for day in days),
        "reverts": sum(day.reverts for day in days),
        "share": measuring.share_of(days),
        "queue": measuring.queue(),
        "waiting": measuring.waiting(request.user),
    }
    return TemplateResponse(request, "articles/measuring/dashboard.html", context)
