"""Reviewing: the proposals that wait, and one of them with what is decided and said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import access, blocks, editing, judging, limits, places, remarks
from articles import topics as own_topics  # `topics` is a view here.
from articles.forms.reviewing import DecisionForm, QueueForm, SeveralForm, TopicsForm
from articles.reviewing import deciding, proposed, proposing, waiting
from articles.views import author_of, number_or_none, tell, too_often_message, visitor_of

if TYPE_CHECKING:
    from articles.models import Author, Edit, Proposal

# So many changes that one person published alone are listed below the queue.
_SECOND_LOOKS: Final = 10
# What one person says about proposals.
_REMARKS_A_MINUTE: Final = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposals(request: HttpRequest) -> HttpResponseBase:
    """The proposals that wait, oldest first, for reviewers; for everybody else their own."""
    if request.method == "POST":
        return _several_declined(request)
    return _queue_page(request)


def _several_declined(request: HttpRequest) -> HttpResponseBase:
    """303 to what is left of the queue; a missing reason gives back what was ticked."""
    author = author_of(request)
    access.require(author is not None and access.may_review(request.user))
    form = SeveralForm(request.POST)
    if not form.is_valid():
        return _queue_page(request, several=form, status=422)
    assert author is not None
    sent = form.cleaned_data
    try:
        number, left = deciding.decline_all(
            numbers=sent["chosen"], user=request.user, author=author, reason=sent["reason"]
        )
    except deciding.ReasonMissing as missing:
        return _queue_page(request, several=form, status=422, message=str(missing))
    messages.success(request, ngettext("%d proposal is declined.", "%d proposals are declined.", number) % number)
    if left:
        titles = ", ".join(proposed.title_of(proposal) for proposal in left)
        messages.warning(request, _("Left as they are, decided meanwhile or not yours to decide: %s") % titles)
    return HttpResponseRedirect(request.get_full_path(), status=303)


def _queue_page(
    request: HttpRequest, *, several: SeveralForm | None = None, status: int = 200, message: str = ""
) -> TemplateResponse:
    author, may_review = author_of(request), access.may_review(request.user)
    form = QueueForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such page of the queue."))
    chosen = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    tick, mine = chosen.pop("tick", ""), own_topics.chosen_by(author) if may_review else own_topics.Chosen()
    topics = _topics_of_the_page(mine, chosen)
    wanted = {name: value for name, value in chosen.items() if name != "topics"}
    page = waiting.page(waiting.Wanted(**wanted, topics=topics)) if may_review else waiting.Page([], None)
    alone = judging.unseen(user=request.user) if may_review else []
    context = {
        "may_review": may_review,
        "waiting": waiting.with_approvals(page.rows),
        "after": page.after,
        "kept": urlencode({name: value for name, value in chosen.items() if name != "after"}),
        "form": form,
        "mine": mine,
        "topics": topics,
        "is_narrowed": bool(topics) or not wanted.keys() <= {"order", "after"},
        "several": several or SeveralForm(),
        "ticked": [str(each.pk) for each in page.rows] if tick else request.POST.getlist("chosen"),
        "message": message,
        "second_looks": alone[:_SECOND_LOOKS],
        "more_second_looks": len(alone) > _SECOND_LOOKS,
        "own": waiting.proposals_of(author),
    }
    return TemplateResponse(request, "articles/reviewing/proposals.html", context, status=status)


def _topics_of_the_page(mine: own_topics.Chosen, chosen: dict[str, Any]) -> tuple[str, ...]:
    """The topics that the page is about: the reviewer's own where they ask for them, or have their queue so."""
    if "topic" in chosen or chosen.get("topics") == "all":
        return ()
    return mine.names if "topics" in chosen or mine.opens_queue else ()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def topics(request: HttpRequest) -> HttpResponseBase:
    """A reviewer's own topics: the categories whose proposals they want to see."""
    access.require(access.may_review(request.user))
    author = author_of(request)
    assert author is not None  # Who reviews has an account.
    mine = own_topics.chosen_by(author)
    offered = [*own_topics.waiting_in(mine.names), *own_topics.offered(mine.names)]
    words = {name: name for name in request.POST.getlist("chosen")} | {each.name: each.words for each in offered}
    initial = {"chosen": mine.names, "opens_queue": mine.opens_queue or not mine.names}
    form = TopicsForm(words.items(), request.POST or None, initial=initial)
    if form.is_valid():
        try:
            own_topics.choose(author=author, names=form.all_names(), opens_queue=form.cleaned_data["opens_queue"])
            messages.success(request, _("Your topics are kept."))
            return HttpResponseRedirect(reverse("articles:proposals"), status=303)
        except own_topics.TopicRefused as refused:
            form.add_error("names", str(refused))
    return TemplateResponse(
        request, "articles/reviewing/topics.html", {"form": form}, status=422 if form.errors else 200
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponseBase:
    """One proposal: what it would change, what was said about it, and what this person may do with it."""
    author = author_of(request)
    found = access.proposal_to_see(request.user, author, proposal_id, request.GET.get("key", ""))
    if request.method == "POST":
        return _answered(request, found, author)
    looking = None
    if author is not None and request.method == "GET" and _may_decide(request, author, found):
        looking = deciding.look(found, author)
    initial = {"line": number_or_none(request.GET, "line"), "text": found.blob.text, **_now(found)}
    return _page(request, found, author, _form(found, initial=initial), looking=looking, **_beside(request, found))


def _beside(request: HttpRequest, found: Proposal) -> dict[str, Any]:
    """The other proposals for the same new title, and how this one differs from the one that the address names."""
    others = proposed.others_proposed(request.user, found)
    number = number_or_none(request.GET, "beside")
    if number is None:
        return {"others": others}
    other = next((each for each in others if each.pk == number), None)
    if other is None:
        raise Http404(_("No proposal of the number %s waits beside this one.") % number)
    return {"others": others, "other": other, "comparison": proposed.compared_with(found, other)}


def _answered(request: HttpRequest, found: Proposal, author: Author | None) -> HttpResponseBase:
    """303 to where it goes on; whatever keeps it from being done gives back what was written."""
    form = _form(found, request.POST)
    key = request.GET.get("key", "")
    access.require(author is not None or access.holds_key(found, key))
    if not form.is_valid():
        return _page(request, found, author, form, status=422)
    # Whoever holds the private link is its author, whatever cookie their browser has by now.
    voice = found.author if author is None or access.holds_key(found, key) else author
    again: dict[str, Any] = {}
    try:
        return HttpResponseRedirect(_done(request, found, voice, form), status=303)
    except editing.AlreadyDecided:
        found.refresh_from_db()
        again = {"status": 409, "message": _("Somebody decided this a moment before you.")}
    except (deciding.ReasonMissing, deciding.NoPartAccepted, remarks.CannotSay) as missing:
        again = {"status": 422, "message": str(missing)}
    except limits.TooOften:
        again = {"status": 429, "message": too_often_message()}
    except editing.ArticleMovedOn:
        found.refresh_from_db()
        form = _again(form, found)
        message = _("The article or the proposal has changed since you opened this page. Look again, then decide.")
        again = {"status": 409, "message": message, "has_own_text": form["text"].value() != found.blob.text}
    except editing.EditConflict as conflict:
        form = _again(form, found, onto=conflict.section)
        again = {"status": 409, "message": _what_clashes(conflict), "clash": conflict.clash}
    except editing.TextRefused as refused:
        again = {"status": refused.status, "message": refused.message}
    except blocks.Blocked as blocked:
        again = {"status": 403, "blocked": blocked.block, "has_own_text": True}
    return _page(request, found, author, form, **again)


def _what_clashes(conflict: editing.EditConflict) -> str:
    if isinstance(conflict, editing.BaseMissing):
        return _(
            "An article of this title has been published since. Bring the two together in the box below: accepting "
            "puts its text in the place of the whole article; or ask its author to."
        )
    if conflict.clash.theirs is None:
        return _(
            "The section is not in the article any more. Accepting now adds its text as a new section, as it stands in "
            "the box below; or decline it and say so."
        )
    return _(
        "The section has changed since, so the two texts don’t go together by themselves. Bring them together in the "
        "box below: accepting puts its text in the place of the section; or ask its author to."
    )


def _form(found: Proposal, *sent: Any, **options: Any) -> DecisionForm:
    return DecisionForm(*sent, parts=proposed.parts_of(found), **options)


def _again(form: DecisionForm, found: Proposal, **more: object) -> DecisionForm:
    """The form for a decision on what is shown now: on the old base the next try would be refused as well."""
    sent = {name: value for name, value in form.cleaned_data.items() if value is not None}
    if proposed.is_as_seen(sent.get("text", ""), sent["seen"]):
        sent.pop("text", None)  # Not written here: else the text of before would take the place of what is shown now.
    return _form(found, initial={"text": found.blob.text, **sent, **_now(found), **more})


def _now(found: Proposal) -> dict[str, object]:
    """What is looked at: a decision holds for nothing else."""
    return {"base": _current_id(found), "seen": proposed.seen_of(found)}


def _done(request: HttpRequest, found: Proposal, author: Author, form: DecisionForm) -> str:
    """Do what was decided or said; return where to go on."""
    sent = form.cleaned_data
    decision, words = sent["decision"], sent["reason"]
    who: dict[str, Any] = {"proposal": found, "user": request.user, "author": author}
    if decision == "withdraw":
        proposing.withdraw(proposal=found, author=author)
    elif decision == "unapprove":
        deciding.take_approval_back(**who)
    elif decision in ("comment", "settle"):
        limits.take(f"remark:{author.pk}", times=_REMARKS_A_MINUTE, seconds=60)
        if decision == "comment":
            deciding.say(**who, text=words, line=sent["line"])
        elif sent["remark"]:
            deciding.settle(**who, remark=sent["remark"])
    else:
        access.require(_may_decide(request, author, found))
        if decision == "decline":
            deciding.decline(**who, reason=words)
        elif decision == "changes":
            deciding.ask_for_changes(**who, text=words, line=sent["line"])
        else:
            return _published(request, who, form)
    key = request.GET.get("key", "")
    return found.get_absolute_url() + (f"?key={key}" if key else "")


def _published(request: HttpRequest, who: dict[str, Any], form: DecisionForm) -> str:
    """Let it through, whole or in parts; return where it is read."""
    sent = form.cleaned_data
    if sent["decision"] == "parts":
        outcome: Edit | Proposal = deciding.accept_parts(
            **who, base=sent["base"], seen=sent["seen"], decisions=form.decisions(), reason=sent["reason"]
        )
    else:
        names = ("base", "seen", "text", "onto", "reason")
        outcome = deciding.accept(**who, **{name: sent[name] for name in names})
    if proposed.is_proposal(outcome):
        messages.success(request, _("Your approval is kept. It is published when the others are there, too."))
        return outcome.get_absolute_url()
    tell(request, "accepted", outcome, outcome.section_id)
    return places.address_of_edit(outcome)


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
    key = request.GET.get("key", "")
    is_own = access.is_own(author, found, key)
    hidden = proposed.hidden_of(request.user, found)
    context = {
        "proposal": found,
        "full_title": proposed.title_of(found),
        "form": form,
        "hidden": hidden,
        "comparison": None if "text" in hidden else proposed.comparison_of(found),
        "findings": proposed.findings_in(found) if found.is_undecided else (),
        "approvals": (approvals := proposed.approvals_of(found, author) if found.is_undecided else None),
        "has_counted": approvals is not None and author is not None and author.pk in approvals.people,
        "own_approval": author is not None and proposed.has_approved(found, author),
        "reasons": judging.reasons(found.why_held) if found.is_undecided else (),
        "redirect": proposed.redirect_in(found) if found.is_undecided else None,
        "remarks": () if "text" in hidden else remarks.said_about(found),
        "later": proposed.later_of(found),
        "has_met": proposed.has_met(found),
        "is_own": is_own,
        "key": key if is_own else "",
        "may_decide": _may_decide(request, author, found),
        "may_talk": is_own or access.may_talk_about(request.user, author, found),
        **_just_made(request, found, is_own=is_own),
        **more,
    }
    return TemplateResponse(request, "articles/reviewing/proposal.html", context, status=status)


def _just_made(request: HttpRequest, found: Proposal, *, is_own: bool) -> dict[str, object]:
    """What is said once, after it was made: thanks, and to somebody without an account the link that leads back."""
    made = is_own and proposing.JUST_MADE in [message.extra_tags for message in messages.get_messages(request)]
    return {"just_made": made, "private_key": access.key_of(found) if made and found.author.is_visitor else ""}


def _current_id(found: Proposal) -> int:
    return proposed.current_id_of(found)
