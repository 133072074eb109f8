"""Views, one file per use, strangers to each other: load with permission, check the form, call the domain, answer.

What they share is here: who the person is, which spelling of a title is the right one, numbers in a query,
how often a text is looked at, what somebody is kept from.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import access, asking, blocks, limits
from articles import drafts as texts  # `drafts` is a module of views here.
from articles.reviewing import proposed

if TYPE_CHECKING:
    from datetime import datetime

    from django.template.response import TemplateResponse

    from articles.access import Place
    from articles.models import Article, Author, Block, Edit, Proposal

VISITOR_COOKIE = access.VISITOR_COOKIE
# What is written without an account ends with it, and it ends with the browser's session.
VISIT_COOKIE = "visit"
# A school may share an address; a flood may not make rows without end.
_VISITORS_AN_HOUR = 60
# A script keeps one at most every five seconds; a person may have some tabs open.
_DRAFTS_A_MINUTE = 90
_DRAFTS_OF_A_PLACE_A_MINUTE = 120
_LOOKS_A_MINUTE = 120
_VISITOR_KEPT_SECONDS = 90 * 24 * 3600


def too_often_message() -> str:
    """Return what somebody reads who has sent more than a limit allows."""
    return _("That was too often in a short time. Wait a little, then send it again.")


def with_retry_after(response: TemplateResponse, refused: limits.TooOften) -> TemplateResponse:
    """Return the answer to what came too often, with the seconds after which it may come again."""
    response.headers["Retry-After"] = str(refused.retry_after)
    return response


def author_of(request: HttpRequest) -> Author | None:
    """Return the author the person already is: of the account, asked for once, or of the visitor's cookie."""
    if request.user.is_authenticated:
        known: Author | None = getattr(request, "author", None)
        if known is None or known.account_id != request.user.pk:
            known = request.author = access.author_of(request.user)  # type: ignore[attr-defined]  # Kept, as said.
        return known
    cookie = request.COOKIES.get(VISITOR_COOKIE)
    return access.author_of_visitor(cookie) if cookie else None


def waiting_of(request: HttpRequest, full_title: str) -> list[Proposal]:
    """Return what the person has proposed for a title and nobody has decided yet."""
    if request.user.is_authenticated:
        return proposed.waiting_of_account(request.user.pk, full_title)
    return proposed.waiting_of(author_of(request), full_title)


def becoming_author(request: HttpRequest) -> Author:
    """Return the author the person is, making a visitor's pseudonym for somebody new. Raises limits.TooOften."""
    there = author_of(request)
    if there is not None:
        return there
    place = limits.place_of(request.META.get("REMOTE_ADDR", ""))
    limits.take(f"visitor:{place}", times=_VISITORS_AN_HOUR, seconds=3600)
    return access.new_visitor(visitor_key_of(request))


def visitor_of(request: HttpRequest) -> Author | None:
    """Return the visitor this browser was, whoever has logged in since."""
    return access.author_of_visitor(request.COOKIES.get(VISITOR_COOKIE, ""))


def visitor_key_of(request: HttpRequest) -> str:
    """Return the key of the visitor's cookie, a new one for somebody new; the same throughout the request."""
    key: str = getattr(request, "visitor_key", "") or access.visitor_key_in(request.COOKIES.get(VISITOR_COOKIE, ""))
    request.visitor_key = key or access.new_visitor_key()  # type: ignore[attr-defined]  # Kept for the cookie.
    return request.visitor_key  # type: ignore[attr-defined,no-any-return]


def visit_of(request: HttpRequest) -> str:
    """Return the visit that this browser is on, a new one for somebody new; empty for whoever is logged in."""
    if request.user.is_authenticated:
        return ""
    visit: str = getattr(request, "visit", "") or texts.visit_in(request.COOKIES.get(VISIT_COOKIE, ""))
    request.visit = visit or texts.new_visit()  # type: ignore[attr-defined]  # Kept for the cookie.
    return request.visit  # type: ignore[attr-defined,no-any-return]


def writer_of(request: HttpRequest) -> texts.Writer:
    """Return whose drafts this browser may see: the account's, and those it wrote without one in this visit."""
    return texts.Writer(
        account_id=request.user.pk if request.user.is_authenticated else None,
        visitor_key=access.visitor_key_in(request.COOKIES.get(VISITOR_COOKIE, "")),
        visit=texts.visit_in(request.COOKIES.get(VISIT_COOKIE, "")),
    )


def form_key_of(request: HttpRequest) -> str:
    """Return the key of the opened form that was sent, or a new one; the same throughout the request."""
    visit = visit_of(request)
    key: str = getattr(request, "form_key", "") or texts.form_key_of(request.POST.get("form_key", ""), visit)
    request.form_key = key or texts.new_form_key(visit)  # type: ignore[attr-defined]  # Kept, as the visit is.
    return request.form_key  # type: ignore[attr-defined,no-any-return]


def keep_as_draft(request: HttpRequest, title: str, fields: Mapping[str, Any]) -> None:
    """Keep what a form holds as a draft of this person. Raises limits.TooOften and what drafts.keep raises."""
    author = becoming_author(request)
    if author.is_visitor:
        place = limits.place_of(request.META.get("REMOTE_ADDR", ""))
        limits.take(f"draft:{place}", times=_DRAFTS_OF_A_PLACE_A_MINUTE, seconds=60)
    else:
        limits.take(f"draft:{author.pk}", times=_DRAFTS_A_MINUTE, seconds=60)
    kept = {name: fields.get(name) or "" for name in ("text", "summary", "base", "section", "proposal", "continues")}
    texts.keep(
        writer=writer_of(request),
        author=author,
        form_key=form_key_of(request),
        title=title,
        minor=bool(fields.get("minor")),
        **kept,
    )


def blocks_of(request: HttpRequest) -> tuple[Block, ...]:
    """Return the blocks of this person that hold now: by account, or by cookie, and by address."""
    key = access.visitor_key_in(request.COOKIES.get(VISITOR_COOKIE, ""))
    return blocks.holding(user=request.user, visitor_key=key, address=request.META.get("REMOTE_ADDR", ""))


def held_off(request: HttpRequest, mode: str, place: Article | str) -> tuple[str, Block | None]:
    """Return what a form does for this person, and the block that keeps them from more: told before they write."""
    found = blocks_of(request)
    block = blocks.against(found, "edit", place)
    return ("propose" if block is not None else mode), blocks.against(found, "propose", place) or block


def refuse_blocked(request: HttpRequest, act: str, place: Place = None) -> None:
    """Raise blocks.Blocked when this person is kept from an act, one of blocks.LEVELS."""
    blocks.refuse(blocks_of(request), act, place, address=request.META.get("REMOTE_ADDR", ""))


def take_a_look(request: HttpRequest) -> None:
    """Count a look at what would come of a text: each costs the renderer what a save does. Raises limits.TooOften."""
    place = limits.place_of(request.META.get("REMOTE_ADDR", ""))
    limits.take(f"preview:{place}", times=_LOOKS_A_MINUTE, seconds=60)


def refuse_machines(request: HttpRequest) -> None:
    """Refuse what a machine sends without an account. Raises asking.NotAnswered."""
    asking.refuse_machines(request.user, answer=request.POST.get("answer", ""), unseen=request.POST.get("website", ""))


def refusal_of_another(request: HttpRequest, account: str) -> str:
    """Return what to say when a form was opened by another account than the one that sends it; empty when by the same.

    Who was logged out while writing would sign as a visitor, in public.
    """
    if account in ("", request.user.get_username()):
        return ""
    return _("You are not logged in as you were when you began. Log in again in another tab, or send it as you are.")


def remember_visitor(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let somebody without an account be known again, by a signed cookie: from the form on, so that a double click
    of somebody new comes from one person, and later to see what became of their change.
    """
    if not request.user.is_authenticated:
        response.set_cookie(
            VISITOR_COOKIE,
            access.visitor_cookie(visitor_key_of(request)),
            max_age=_VISITOR_KEPT_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        response.set_cookie(
            VISIT_COOKIE,
            texts.visit_cookie(visit_of(request)),
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


def leave_nothing_typed(response: HttpResponseBase) -> None:
    """Let the browser forget the copies that it keeps of texts, and the visit whose drafts it could still reach."""
    response.headers["Clear-Site-Data"] = '"storage"'
    response.delete_cookie(VISIT_COOKIE)


def right_spelling(request: HttpRequest, view_name: str, full_title: str, sent: str) -> str:
    """Return where to go, query kept, when another spelling of the title was sent; empty when it is right."""
    if full_title.replace(" ", "_") == sent:
        return ""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return reverse(view_name, args=[full_title]) + query


def tell(request: HttpRequest, what: str, edit: Edit, section: int | None) -> None:
    """Let the next page say once what became of a save: `what` is one of the words of includes/messages.html.

    It stands at the section where the person arrives, if there is one: above the page they would not see it.
    """
    messages.success(request, str(edit.pk), extra_tags=f"{what} at-{section}" if section is not None else what)


def told_at(request: HttpRequest) -> int | None:
    """Return the id of the section at which the messages for this page stand; None for the head of the page."""
    places = [
        tag.removeprefix("at-")
        for message in messages.get_messages(request)
        for tag in message.tags.split()
        if tag.startswith("at-")
    ]
    return int(places[-1]) if places else None


def may_be_listed(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let search engines list the page that this view shows, in the one form without a query; all others stay out."""

    @functools.wraps(view)
    def listing(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if not request.GET:
            list_page(response)
        return response

    return listing


def list_page(response: HttpResponseBase) -> None:
    """Let search engines list this answer, once the owner lets them in: RobotsMiddleware asks for it."""
    response.may_be_listed = True  # type: ignore[attr-defined]  # Ours, as `stub_topic` is.


def keep_page(response: HttpResponseBase, *, until: datetime | None = None, of: Iterable[str] = ()) -> None:
    """Let the door keep this answer for everybody whom it doesn't know, until one of the page's stamps is raised.

    Only for a page of which all that it shows raises its stamp, or the site's, in the transaction that changes it; of
    what changes with the clock, `until` is the first moment. `of` names the pages (full titles) whose stamps these are,
    where the address doesn't.
    """
    response.may_be_kept = True  # type: ignore[attr-defined]  # Ours; wiki/wsgi.py asks for all three.
    response.kept_of = tuple(of)  # type: ignore[attr-defined]
    response.kept_until = until.timestamp() if until is not None else math.inf  # type: ignore[attr-defined]


def number_in(query: QueryDict, name: str) -> int:
    """Return a whole number of the query; 404 when it is none that could name a row."""
    value = query.get(name, "")
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise Http404(_("The address is not right: behind “%s=” stands a number.") % name)
    return int(value)


def number_or_none(query: QueryDict, name: str) -> int | None:
    """Return a whole number of the query, None when it isn't there; 404 when it is none."""
    return number_in(query, name) if query.get(name) else None
