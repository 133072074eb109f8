"""Reviewing: the proposals that wait, and one of them with its decision form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, editing, reviewing
from articles.forms import DecisionForm
from articles.text import comparing
from articles.views import author_of, number_or_none, tell, visitor_of

if TYPE_CHECKING:
    from articles.models import Author, Edit, Proposal


@never_cache
@require_safe
def proposals(request: HttpRequest) -> TemplateResponse:
    """The proposals that wait, oldest first, for reviewers; for everybody else their own."""
    may_review = access.may_review(request.user)
    waiting = reviewing.queue(after=number_or_none(request.GET, "after")) if may_review else []
    context = {
        "may_review": may_review,
        "waiting": waiting[: reviewing.PAGE_SIZE],
        "after": waiting[reviewing.PAGE_SIZE - 1].pk if len(waiting) > reviewing.PAGE_SIZE else None,
        "own": reviewing.proposals_of(author_of(request)),
    }
    return TemplateResponse(request, "articles/reviewing/proposals.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponseBase:
    """One proposal: what it would change, where it stands, and what this person may do with it."""
    key = request.GET.get("key", "")
    author = author_of(request)
    found = access.proposal_to_see(request.user, author, proposal_id, key)
    if request.method == "POST":
        return _decided(request, found, author)
    return _page(request, found, author, DecisionForm(initial={"base": _current_id(found)}))


def _decided(request: HttpRequest, found: Proposal, author: Author | None) -> HttpResponseBase:
    form = DecisionForm(request.POST)
    access.require(author is not None or access.holds_key(found, request.GET.get("key", "")))
    if not form.is_valid():
        return _page(request, found, author, form, status=422)
    try:
        outcome = _decide(request, found, author or found.author, form)
    except reviewing.AlreadyDecided:
        found.refresh_from_db()
        return _page(request, found, author, form, status=409, message=_("Somebody decided this a moment before you."))
    except reviewing.ReasonMissing as missing:
        return _page(request, found, author, form, status=422, message=str(missing))
    except reviewing.ArticleMovedOn:
        message = _("The article has changed since you opened this page. Look again, then decide.")
        return _page(request, found, author, _again(form, found), status=409, message=message)
    except editing.EditConflict as conflict:
        if conflict.clash.theirs is None:
            message = _(
                "The section is not in the article any more, so its change can't be published there. "
                "Decline it and say so, or add its text to the article yourself."
            )
        else:
            message = _("The section has changed since. The proposal can't be published as it stands.")
        return _page(request, found, author, _again(form, found), status=409, message=message, clash=conflict.clash)
    except editing.TextRefused as refused:
        return _page(request, found, author, form, status=refused.status, message=refused.message)
    return HttpResponseRedirect(outcome, status=303)


def _again(form: DecisionForm, found: Proposal) -> DecisionForm:
    """The form for a decision on what is shown now: on the old base the next try would be refused as well."""
    return DecisionForm(initial={**form.cleaned_data, "base": _current_id(found)})


def _decide(request: HttpRequest, found: Proposal, author: Author, form: DecisionForm) -> str:
    """Do what was decided; return where to go on."""
    decision = form.cleaned_data["decision"]
    access.require(decision == "withdraw" or _may_decide(request, author, found))
    if decision == "accept":
        edit: Edit = reviewing.accept(proposal=found, user=request.user, author=author, base=form.cleaned_data["base"])
        tell(request, "accepted", edit, edit.section_id)
        return editing.address_of_edit(edit)
    if decision == "decline":
        reviewing.decline(proposal=found, user=request.user, author=author, reason=form.cleaned_data["reason"])
    key = request.GET.get("key", "")
    if decision == "withdraw":
        # Whoever holds the private link is its author, whatever cookie their browser has by now.
        reviewing.withdraw(proposal=found, author=found.author if access.holds_key(found, key) else author)
    return found.get_absolute_url() + (f"?key={key}" if key else "")


def _may_decide(request: HttpRequest, author: Author | None, found: Proposal) -> bool:
    """Whether this person may decide here; nor may who proposed it from this browser before logging in."""
    return access.may_decide(request.user, author, found) and not access.is_own(visitor_of(request), found)


def _page(
    request: HttpRequest,
    found: Proposal,
    author: Author | None,
    form: DecisionForm,
    *,
    status: int = 200,
    **more: object,
) -> TemplateResponse:
    is_own = access.is_own(author, found, request.GET.get("key", ""))
    before = reviewing.text_before(found)
    context = {
        "proposal": found,
        "full_title": reviewing.title_of(found),
        "form": form,
        "comparison": comparing.compare_sections(before, found.blob.text),
        "findings": reviewing.findings_in(found) if found.state == found.State.WAITING else (),
        "is_own": is_own,
        "key": request.GET.get("key", "") if is_own else "",
        "may_decide": _may_decide(request, author, found),
        **_just_made(request, found, is_own=is_own),
        **more,
    }
    return TemplateResponse(request, "articles/reviewing/proposal.html", context, status=status)


def _just_made(request: HttpRequest, found: Proposal, *, is_own: bool) -> dict[str, object]:
    """What is said once, after it was made: thanks, and to somebody without an account the link that leads back."""
    made = is_own and reviewing.JUST_MADE in [message.extra_tags for message in messages.get_messages(request)]
    return {"just_made": made, "private_key": access.key_of(found) if made and found.author.is_visitor else ""}


def _current_id(found: Proposal) -> int:
    return reviewing.current_id_of(found)
