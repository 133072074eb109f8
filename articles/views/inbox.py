"""The inbox: all that waits for a moderator, one item of it open, and what is decided on it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import access
from articles.forms.moderation import InboxForm
from articles.moderation import Refused, measuring
from articles.moderation import inbox as waiting
from articles.views import author_of, visitor_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from articles.moderation.inbox import Item


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def inbox(request: HttpRequest) -> HttpResponseBase:
    """All that waits for a moderator, the most urgent first; one item is open, with what it is about beside it."""
    access.require(access.may_moderate(request.user))
    if request.method != "POST":
        return _page(request)
    form = InboxForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    keys = form.cleaned_data["item"]
    return _several_decided(request, form) if len(keys) > 1 or "several" in request.POST else _decided(request, form)


def _decided(request: HttpRequest, form: InboxForm) -> HttpResponseBase:
    """303 to the next item; what could not be done says why, and gives back what was written."""
    key = form.cleaned_data["item"][0]
    next_key = _next_to(_items(request), key)
    try:
        messages.success(request, _do(request, form, key))
    except Refused as refused:
        return _page(request, form, message=refused.message, status=refused.status)
    return HttpResponseRedirect(_address(request, next_key), status=303)


def _several_decided(request: HttpRequest, form: InboxForm) -> HttpResponseBase:
    """303 to what is left; each that could not be decided says why."""
    done, left = 0, list[tuple[str, Refused]]()
    for key in form.cleaned_data["item"]:
        try:
            _do(request, form, key)
            done += 1
        except Refused as refused:
            left.append((key, refused))
    if left and not done:
        return _page(request, form, message=left[0][1].message, status=left[0][1].status)
    messages.success(request, ngettext("%d item is done.", "%d items are done.", done) % done)
    titles = {item.key: item.title for item in _items(request)} if left else {}
    for key, refusal in left:
        messages.warning(request, f"{titles.get(key, key)}: {refusal.message}")
    return HttpResponseRedirect(_address(request, ""), status=303)


def _do(request: HttpRequest, form: InboxForm, key: str) -> str:
    author = author_of(request)
    assert author is not None  # As of everybody with an account.
    words = {name: form.cleaned_data[name] for name in ("base", "reason")}
    sent = waiting.Sent(number=0, user=request.user, author=author, visitor=visitor_of(request), **words)
    return waiting.decide(key=key, deed=form.cleaned_data["deed"], sent=sent)


def _page(
    request: HttpRequest, form: InboxForm | None = None, *, message: str = "", status: int = 200
) -> TemplateResponse:
    all_of_them = waiting.waiting(request.user)
    items = _of_kind(request, all_of_them)
    opened = _opened(request, items)
    number = items.index(opened) if opened is not None else 0
    context = {
        "items": items[: waiting.MOST],
        "counted": waiting.counted(all_of_them),
        "kind": _kind(request),
        "all": len(all_of_them),
        "more": max(len(items) - waiting.MOST, 0),
        "opened": opened,
        **(_of(opened) if opened is not None else {}),
        "beside": waiting.beside(opened, request.user) if opened is not None else None,
        "earlier": items[number - 1] if number else None,
        "later": items[number + 1] if len(items) > number + 1 else None,
        "for_several": waiting.deeds_for_several(),
        "form": form or InboxForm(),
        "ticked": request.POST.getlist("item") if "several" in request.POST else [],
        "message": message,
        "has_dashboard": measuring.is_on(),
    }
    return TemplateResponse(request, "articles/moderation/inbox.html", context, status=status)


def _of(opened: Item) -> dict[str, object]:
    """What can be done with the open item."""
    kind = waiting.kind_of(opened)
    return {"item_kind": kind, "deeds": kind.deeds, "needs_reason": any(deed.needs_reason for deed in kind.deeds)}


def _items(request: HttpRequest) -> list[Item]:
    return _of_kind(request, waiting.waiting(request.user))


def _of_kind(request: HttpRequest, items: list[Item]) -> list[Item]:
    kind = _kind(request)
    return [item for item in items if item.kind == kind] if kind else items


def _kind(request: HttpRequest) -> str:
    """The one kind that somebody wants to see; empty for all."""
    kind = request.GET.get("kind", "")
    return kind if any(kind == each.name for each in waiting.kinds()) else ""


def _opened(request: HttpRequest, items: Sequence[Item]) -> Item | None:
    """The item that was asked for, or else the first."""
    wanted = request.GET.get("open", "")
    return next((item for item in items if item.key == wanted), items[0] if items else None)


def _next_to(items: Sequence[Item], key: str) -> str:
    """The key of the item after this one, or of the one before the last; empty when it is the only one."""
    keys = [item.key for item in items]
    place = keys.index(key) if key in keys else -1
    beside = [*keys[place + 1 : place + 2], *keys[max(place - 1, 0) : place]]
    return beside[0] if beside else ""


def _address(request: HttpRequest, key: str) -> str:
    query = urlencode({name: value for name, value in (("kind", _kind(request)), ("open", key)) if value})
    return reverse("articles:inbox") + (f"?{query}" if query else "")
