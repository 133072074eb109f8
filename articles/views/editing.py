"""Editing: the form of a section, of the lead or of the whole; preview, changes, save."""

from __future__ import annotations

import contextlib
import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from articles import (
    access,
    basing,
    blocks,
    checks,
    drafts,
    editing,
    history,
    judging,
    limits,
    outages,
    outlines,
    places,
    reading,
    withholding,
)
from articles.forms.editing import EditForm, ResolutionForm
from articles.moderation import protecting
from articles.renderer import RenderError
from articles.reviewing import proposed, proposing
from articles.text import comparing
from articles.text.titles import TitleError
from articles.views import (
    author_of,
    becoming_author,
    form_key_of,
    held_off,
    keep_as_draft,
    number_in,
    refusal_of_another,
    refuse_machines,
    remember_visitor,
    right_spelling,
    take_a_look,
    tell,
    too_often_message,
    visit_of,
    waiting_of,
    writer_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from articles.models import Article, Edit, Proposal
    from articles.text.checking import Finding

logger = logging.getLogger(__name__)
# Keys of findings that a form carries along: more than a page shows.
_MOST_SEEN = 100


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, title: str) -> HttpResponseBase:
    """The edit form and what it sends. A title in another spelling is put right inside: a POST is never redirected."""
    response = _sent(request, title) if request.method == "POST" else _opened(request, title)
    remember_visitor(request, response)
    return response


def _opened(request: HttpRequest, title: str) -> HttpResponseBase:
    elsewhere = right_spelling(request, "articles:edit", access.full_title_of(title), title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_edit(request.user, title, anew=True)
    kept = _taken_up(request, title)
    if kept is not None:
        return _draft_opened(request, title, article, kept)
    if "version" in request.GET:
        return _version_opened(request, title, article)
    beginning = outlines.text_of(request.GET.get("outline", ""), access.full_title_of(title))
    start = places.starting_point(article, _named_in_the_address(request), beginning=beginning)
    if start is None:
        raise Http404(_("The section is not in the article any more."))
    initial: dict[str, Any] = {
        "text": start.text,
        "base": start.base,
        "section": start.section,
        "summary": start.summary,
    }
    initial |= {"account": request.user.get_username(), "form_key": drafts.new_form_key(visit_of(request))}
    earlier = _earlier(request, title)
    if earlier is None and "proposal" in request.GET:
        raise Http404(_("This proposal is not yours, or somebody has decided on it."))
    if earlier is not None:
        key = request.GET.get("key", "")
        initial |= {"text": earlier.blob.text, "summary": earlier.summary}
        initial["proposal"] = f"{earlier.pk}-{key}" if key else earlier.pk
        initial |= {"base": earlier.base_id or 0, "section": earlier.section}
    section_title = earlier.section_title if earlier is not None else start.section_title
    form = EditForm(initial=initial)
    left = drafts.left_behind(writer_of(request), title=title, section=initial["section"], text=initial["text"])
    return _form_page(request, title, article, form, section_title=section_title, left=left)


def _taken_up(request: HttpRequest, title: str) -> drafts.Kept | None:
    """Return the draft of this person that the address names; 404 when it is none of theirs for this page."""
    for name, is_sent in (("draft", False), ("sent", True)):
        if name in request.GET:
            kept = drafts.one(writer_of(request), number_in(request.GET, name), is_sent=is_sent)
            if kept.full_title != access.full_title_of(title):
                raise drafts.NoSuchDraft(_("This draft is of another page."))
            return kept
    return None


def _draft_opened(request: HttpRequest, title: str, article: Article | None, kept: drafts.Kept) -> HttpResponseBase:
    """The form with a draft in it, on the base it was begun on: what others changed since is merged or shown."""
    initial = {
        "text": kept.text,
        "summary": kept.summary,
        "minor": kept.minor,
        "base": kept.base,
        "section": kept.section,
        "proposal": kept.proposal_id or "",
        "account": request.user.get_username(),
        "form_key": drafts.new_form_key(visit_of(request)),
        "continues": kept.continued,
    }
    return _form_page(
        request, title, article, EditForm(initial=initial), section_title=kept.section_title, taken_up=kept
    )


def _version_opened(request: HttpRequest, title: str, article: Article | None) -> HttpResponseBase:
    """The form with the text of an old version in it, to be sent against the newest: who may not revert proposes it."""
    full_title = access.full_title_of(title)
    old = access.edit_to_go_on_from(request.user, number_in(request.GET, "version"), full_title)
    if old.article.full_title != full_title:
        address = reverse("articles:edit", args=[old.article.full_title])
        return HttpResponsePermanentRedirect(f"{address}?version={old.pk}")
    is_old = old.pk != old.article.current_edit_id
    initial = {
        "text": withholding.text_of(old),
        "base": old.article.current_edit_id,
        "summary": _("As in version %s") % old.number if is_old else "",
        "account": request.user.get_username(),
        "form_key": drafts.new_form_key(visit_of(request)),
    }
    return _form_page(request, title, article, EditForm(initial=initial), old=old if is_old else None)


def _sent(request: HttpRequest, title: str) -> HttpResponseBase:
    form, base = _sent_form(request), request.POST.get("base", "")
    article = access.article_as_begun(request.user, title, base)
    title = article.full_title if article is not None else access.title_now(title, base)
    try:
        article = article or access.article_to_edit(request.user, title, anew=base == "0")
    except access.BadTitle as bad:
        return form_again(request, title, bad.reason, HTTPStatus.UNPROCESSABLE_ENTITY)
    except access.ArticleDeleted:
        message = _("This article was deleted while you were writing. Copy your text; a moderator can tell you why.")
        return form_again(request, title, message, HTTPStatus.GONE)
    except access.NoSuchArticle:
        return form_again(
            request, title, _("Talk, user and file pages can't be written here yet."), HTTPStatus.NOT_FOUND
        )
    if not form.is_valid():
        return form_again(request, title, "", HTTPStatus.UNPROCESSABLE_ENTITY)
    if "started" in request.POST:
        return _decided(request, title, article, form)
    return _dealt_with(request, title, article, form)


def _dealt_with(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> HttpResponseBase:
    """What is sent is looked at, or saved, as the button says."""
    action = request.POST.get("action", "save")
    if action in ("preview", "changes"):
        return _looked_at(request, title, article, form, action)
    if action.startswith("fix:"):
        return _put_right(request, title, article, form, action.removeprefix("fix:"))
    refusal = refusal_of_another(request, form.cleaned_data["account"])
    if refusal:
        _keep(request, title, form)
        return form_again(request, title, refusal, HTTPStatus.FORBIDDEN)
    return _save(request, title, article, form)


def _decided(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> HttpResponseBase:
    """The pieces of a conflict are decided on: from here it is a change of the edit that it was with."""
    change = _change_of(request)
    try:
        undecided = _choices_sent(request, title, form)
        if undecided is not None:
            conflict, choices = undecided
            if not choices.is_valid():
                return _conflict_page(request, title, article, form, conflict, choices)
            start = basing.resolved(conflict, choices.texts())
            change = {"text": start.text, "base": str(start.base), "section": start.section}
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    sent = request.POST.copy()
    del sent["started"]
    for name, value in change.items():
        sent[name] = value
    request.POST = sent  # type: ignore[assignment]  # A copy that may be changed is as good.
    form = _sent_form(request)
    form.is_valid()
    return _dealt_with(request, title, article, form)


def _change_of(request: HttpRequest) -> dict[str, str]:
    """Return what a change with undecided pieces was begun on: the fields of its form name what it is put onto."""
    return {"base": request.POST.get("started", ""), "section": request.POST.get("changed", "")}


def _choices_sent(
    request: HttpRequest, title: str, form: EditForm
) -> tuple[editing.EditConflict, ResolutionForm] | None:
    """Return the conflict that was decided on, and how; None where there is none. Raises as basing.conflict_with."""
    text, onto = form.cleaned_data["text"], form.cleaned_data["base"]
    full_title = access.full_title_of(title)
    conflict = basing.conflict_with(title=full_title, text=text, onto=onto, **_change_of(request))
    if conflict is None or conflict.merge is None:
        return None
    return conflict, ResolutionForm(conflict.merge.clashes, request.POST)


def _undecided(request: HttpRequest, title: str, form: EditForm) -> tuple[editing.EditConflict, ResolutionForm] | None:
    """Return the conflict of a form that is refused, to be shown again; None where that can't be worked out."""
    with contextlib.suppress(editing.TextRefused):
        return _choices_sent(request, title, form)
    return None


def _save(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> HttpResponseBase:
    """303 to what the save led to; whatever keeps it from being saved gives the text back."""
    try:
        outcome = _submit(request, title, article, form)
    except editing.EditConflict as conflict:
        return _conflict(request, title, article, form, conflict)
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    except limits.TooOften as too_often:
        return _too_often(request, title, too_often)
    except checks.WorthALook as worth:
        again = _showing(request, form, worth.findings)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _form_page(request, title, article, again, status=status, stopped=True, findings=worth.findings)
    except blocks.Blocked as blocked:
        return form_again(request, title, "", HTTPStatus.FORBIDDEN, blocked=blocked.block)
    except proposing.NotAllowed:
        return form_again(request, title, _("You may not change this page. Your text is below."), HTTPStatus.FORBIDDEN)
    except Exception as failure:
        if outages.is_of_the_site(failure):
            raise  # Answered for the whole site, with what was sent.
        logger.exception("What was sent for %r could not be dealt with.", title)
        return _failed(request, title)
    return _saved(request, form, outcome)


def _too_often(request: HttpRequest, title: str, too_often: limits.TooOften) -> TemplateResponse:
    message = too_often_message()
    response = form_again(request, title, message, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(too_often.retry_after)
    return response


def _failed(request: HttpRequest, title: str) -> TemplateResponse:
    """500: something broke that nobody thought of. Nothing is half saved then, and the text must not go with it."""
    message = _("Something broke on our side, so nothing was saved. Please try again in a moment.")
    return form_again(request, title, message, HTTPStatus.INTERNAL_SERVER_ERROR)


def _submit(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> Edit | Proposal:
    refuse_machines(request)
    return proposing.submit(
        user=request.user,
        author=becoming_author(request),
        title=access.full_title_of(title),
        base=form.cleaned_data["base"],
        section=form.cleaned_data["section"],
        text=form.cleaned_data["text"],
        summary=form.cleaned_data["summary"],
        minor=form.cleaned_data["minor"],
        address=request.META.get("REMOTE_ADDR", ""),
        form_key=form_key_of(request),
        instead_of=_earlier(request, title),
        # Who sends no such field was shown no form, and would not see the page that asks.
        seen=form.cleaned_data["checked"].split() if "checked" in request.POST else None,
        article=article,
    )


def _keep(request: HttpRequest, title: str, form: EditForm) -> None:
    """Keep a draft of what is not saved now, for browsers that run no scripts; the answer holds the text anyway."""
    with contextlib.suppress(limits.TooOften, editing.TextRefused):
        keep_as_draft(request, title, form.cleaned_data)


def _saved(request: HttpRequest, form: EditForm, outcome: Edit | Proposal) -> HttpResponse:
    """303 to the saved section, which says that it is saved, or to the proposal that waits."""
    key, is_proposal = form_key_of(request), proposed.is_proposal(outcome)
    settled: dict[str, Any] = {"proposal" if is_proposal else "edit": outcome}
    continues = form.cleaned_data["continues"]
    drafts.settle(writer=writer_of(request), form_key=key, continues=continues, **settled)
    if proposed.is_proposal(outcome):
        messages.info(request, str(outcome.pk), extra_tags=proposing.JUST_MADE)
        url = outcome.get_absolute_url()
    elif editing.is_made_by(becoming_author(request), outcome, base=form.cleaned_data["base"]):
        tell(request, "made" if form.cleaned_data["base"] == "0" else "saved", outcome, outcome.section_id)
        url = places.address_of_edit(outcome)
    else:
        section = places.number_of_section(outcome, form.cleaned_data["section"])
        tell(request, "unchanged", outcome, section)
        url = places.address_of_section(outcome, section)
    return HttpResponseRedirect(url, status=303)


def _looked_at(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, action: str
) -> HttpResponseBase:
    """The form again, with a preview or with the changes so far above it."""
    if request.user.is_authenticated:
        _keep(request, title, form)
    try:
        take_a_look(request)
        merged = _merged(title, form)
        if action == "preview":
            shown: dict[str, Any] = {"preview": reading.preview_of(merged.text, merged.first_line, merged.end_line)}
        else:
            changes = history.changes_of(merged.parts.namespace, basing.text_before(merged), merged.text)
            shown = {"changes": changes, "would_wait": judging.foreseen(request.user, author_of(request), merged)}
    except editing.EditConflict as conflict:
        return _conflict(request, title, article, form, conflict)
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    except limits.TooOften as too_often:
        return _too_often(request, title, too_often)
    except RenderError as refused:
        return form_again(request, title, refused.message, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Exception as failure:
        if outages.is_of_the_site(failure):
            raise
        logger.exception("What was sent for %r could not be dealt with.", title)
        return _failed(request, title)
    found = checks.findings_of(_sent_of(title, form))
    return _form_page(request, title, article, _showing(request, form, found), findings=found, **shown)


def _put_right(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, code: str
) -> HttpResponseBase:
    """The form again, with what checks of this code point out changed in its text; nothing is saved."""
    try:
        take_a_look(request)
        text = checks.put_right(code, _sent_of(title, form))
    except limits.TooOften as too_often:
        return _too_often(request, title, too_often)
    except Exception as failure:
        if outages.is_of_the_site(failure):
            raise
        logger.exception("What was sent for %r could not be dealt with.", title)
        return _failed(request, title)
    changed = _sent_form(request, text=text)
    if not changed.is_valid():
        return form_again(request, title, "", HTTPStatus.UNPROCESSABLE_ENTITY)
    found = checks.findings_of(_sent_of(title, changed))
    again = _showing(request, changed, found)
    return _form_page(request, title, article, again, findings=found, put_right=text != form.cleaned_data["text"])


def _showing(request: HttpRequest, form: EditForm, findings: Sequence[Finding]) -> EditForm:
    """The form that stands below these findings: it says what its author has seen, so that nobody is stopped twice."""
    seen = [*form.cleaned_data["checked"].split(), *checks.keys_of(findings)]
    checked = " ".join([*dict.fromkeys(seen)][-_MOST_SEEN:])
    again = _sent_form(request, text=form.cleaned_data["text"], checked=checked)
    again.is_valid()
    return again


def _sent_of(title: str, form: EditForm) -> checks.Sent:
    return checks.Sent(access.full_title_of(title), *(form.cleaned_data[name] for name in ("base", "section", "text")))


@never_cache
@require_POST
def preview(request: HttpRequest, title: str) -> HttpResponseBase:
    """What the text would look like, and what is worth a look in it; made as a save would, and nothing is stored."""
    form = _sent_form(request)
    if not form.is_valid():
        return TemplateResponse(request, "articles/editing/preview.html", {"form": form}, status=422)
    context: dict[str, object] = {"title": title}
    status = HTTPStatus.OK
    try:
        access.article_to_edit(request.user, title)
        take_a_look(request)
        merged = _merged(title, form)
        context["page"] = reading.preview_of(merged.text, merged.first_line, merged.end_line)
        context["findings"] = checks.findings_of(_sent_of(title, form))
    except editing.EditConflict:
        context["message"] = _("Somebody else changed this section meanwhile: saving will show you both texts.")
        status = HTTPStatus.CONFLICT
    except editing.TextRefused as refused:
        context["message"], status = refused.message, HTTPStatus(refused.status)
    except RenderError as refused:
        context["message"], status = refused.message, HTTPStatus.UNPROCESSABLE_ENTITY
    except limits.TooOften as too_often:
        return HttpResponse(status=429, headers={"Retry-After": str(too_often.retry_after)})
    return TemplateResponse(request, "articles/editing/preview.html", context, status=status)


def form_again(request: HttpRequest, title: str, message: str, status: int, **shown: Any) -> TemplateResponse:
    """The form as it was sent, with what went wrong above it: nothing typed is lost, whatever was refused."""
    is_of_a_conflict = "started" in request.POST
    if is_of_a_conflict:
        title = access.title_now(title, request.POST.get("base", ""))
    try:
        article = access.article_to_edit(request.user, title)
    except Http404:
        article = None
    form = _sent_form(request, account=request.user.get_username())  # Who sends it again has read as whom.
    if is_of_a_conflict and form.is_valid():
        undecided = _undecided(request, title, form) if article is not None else None
        if undecided is not None:
            return _conflict_page(request, title, article, form, *undecided, status=status, message=message)
    if is_of_a_conflict:
        # It holds the text of somebody who has not seen what stands in the edit that its base names.
        form = _sent_form(request, account=request.user.get_username(), **_change_of(request))
        boxes = [name for name in request.POST if name.startswith("own-")]
        shown["own_texts"] = [text for name in boxes for text in request.POST.getlist(name) if text.strip()]
    form.is_valid()
    return _form_page(request, title, article, form, status=status, message=message, **shown)


def _named_in_the_address(request: HttpRequest) -> str:
    """Return the section that the address names, or several: the screen of the sections sends each that is ticked."""
    return "+".join(request.GET.getlist("section"))


def _sent_form(request: HttpRequest, **instead: str) -> EditForm:
    """The form as it was sent; the section may stand in the address instead."""
    sent = request.POST.copy()
    if not sent.get("section"):
        sent["section"] = _named_in_the_address(request)
    sent["form_key"] = form_key_of(request)
    for name, value in instead.items():
        sent[name] = value
    return EditForm(sent)


def _form_page(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, *, status: int = 200, **shown: Any
) -> TemplateResponse:
    try:
        full_title = access.full_title_of(title)
    except access.BadTitle:
        full_title = title
    mode = access.mode_of(request.user, article or full_title)
    if status == HTTPStatus.OK and mode != "view":
        mode, shown["blocked"] = held_off(request, mode, article or full_title)
    guards, reason = protecting.explained(article, full_title) if article is not None or mode == "view" else ({}, None)
    # Whose draft it is must get at it, though the page has been protected since.
    template = "source" if mode == "view" and not form.is_bound and "taken_up" not in shown else "edit"
    section = form["section"].value() or ""
    context = {
        "full_title": full_title,
        "article": article,
        "form": form,
        "mode": mode,
        "waits_when_risky": judging.waits_when_risky(request.user, mode),
        "guards": guards,
        "reason": reason,
        "section": section,
        "section_title": places.title_of_section(article, section),
        "section_number": _section_number(article, section),
        "others": _others(request, title, section) if mode != "view" else None,
        "waiting": waiting_of(request, title) if status == HTTPStatus.OK else [],
        "proposed": proposed.proposed_anew(request.user, title) if article is None and status == HTTPStatus.OK else (),
        "outlines": outlines.offered_for(full_title) if article is None and not form.is_bound else (),
        "chosen_outline": request.GET.get("outline", ""),
        **shown,
    }
    return TemplateResponse(request, f"articles/editing/{template}.html", context, status=status)


def _section_number(article: Article | None, section: str) -> int | None:
    """The id of the section that the form is for, where its history can be looked at."""
    if article is None or article.current_edit is None:
        return None
    return places.number_of_section(article.current_edit, section)


def _others(request: HttpRequest, title: str, section: str) -> drafts.Others | None:
    try:
        return drafts.others_at_work(writer_of(request), title=title, section=section)
    except TitleError:
        return None


def _conflict(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, conflict: editing.EditConflict
) -> TemplateResponse:
    """409: the pieces to decide on, and both texts, the form holding the person's own, ready to be saved."""
    choices = None
    if conflict.merge is not None:
        initial = {"started": form.cleaned_data["base"], "changed": form.cleaned_data["section"]}
        choices = ResolutionForm(conflict.merge.clashes, initial=initial)
    return _conflict_page(request, title, article, form, conflict, choices)


def _conflict_page(
    request: HttpRequest,
    title: str,
    article: Article | None,
    form: EditForm,
    conflict: editing.EditConflict,
    choices: ResolutionForm | None,
    *,
    status: int = HTTPStatus.CONFLICT,
    message: str = "",
) -> TemplateResponse:
    """The pieces and both texts; `message` says what else kept it from being saved."""
    current = conflict.current
    again = {name: form.cleaned_data[name] for name in ("text", "summary", "minor", "proposal", "checked", "continues")}
    again |= {"base": current.pk if current is not None else 0, "section": conflict.section}
    again |= {"account": request.user.get_username(), "form_key": form_key_of(request)}
    context = {
        "full_title": access.full_title_of(title),
        "article": article,
        "form": EditForm(initial=again),
        "sent": EditForm(initial=again, auto_id="sent-%s"),
        "choices": choices,
        "message": message,
        "clash": conflict.clash,
        "gone": conflict.clash.theirs is None and current is not None,
        "base_missing": isinstance(conflict, editing.BaseMissing),
        "made_meanwhile": form.cleaned_data["base"] == "0",
        "comparison": comparing.compare_sections(conflict.clash.theirs or "", conflict.clash.mine),
        "mode": (mode := access.mode_of(request.user, article)),
        "waits_when_risky": judging.waits_when_risky(request.user, mode),
    }
    return TemplateResponse(request, "articles/editing/conflict.html", context, status=status)


def _merged(title: str, form: EditForm) -> editing.Merged:
    sent = {name: form.cleaned_data[name] for name in ("base", "section", "text")}
    return basing.merged_with(title=access.full_title_of(title), **sent)


def _earlier(request: HttpRequest, title: str) -> Proposal | None:
    """Return the waiting proposal of this person (by account, cookie or private link) that the form goes on with."""
    number, _dash, key = (request.POST.get("proposal") or request.GET.get("proposal") or "").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None  # No 404: it would lose the text that came with it.
    return proposed.own_waiting(author_of(request), int(number), title, key or request.GET.get("key", ""))
