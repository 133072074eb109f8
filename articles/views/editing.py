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
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from articles import access, checks, drafts, editing, limits, outlines, reading, reviewing
from articles.forms import EditForm, ResolutionForm
from articles.renderer import RenderError
from articles.text import comparing
from articles.text.titles import TitleError
from articles.views import (
    author_of,
    becoming_author,
    form_key_of,
    keep_as_draft,
    number_in,
    remember_visitor,
    right_spelling,
    tell,
    visit_of,
    writer_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from articles.models import Article, Edit, Proposal
    from articles.text.checking import Finding

logger = logging.getLogger(__name__)
_PREVIEWS_A_MINUTE = 120
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
    beginning = outlines.text_of(request.GET.get("outline", ""), access.full_title_of(title))
    start = editing.starting_point(article, _named_in_the_address(request), beginning=beginning)
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
        "form_key": drafts.form_key_of(kept.form_key, visit_of(request)) or drafts.new_form_key(visit_of(request)),
    }
    return _form_page(
        request, title, article, EditForm(initial=initial), section_title=kept.section_title, taken_up=kept
    )


def _sent(request: HttpRequest, title: str) -> HttpResponseBase:
    form = _sent_form(request)
    try:
        article = access.article_to_edit(request.user, title, anew=request.POST.get("base") == "0")
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
    if form.cleaned_data["account"] not in ("", request.user.get_username()):
        _keep(request, title, form)
        message = _(
            "You are not logged in as you were when you began. Log in again in another tab, or send it as you are."
        )
        return form_again(request, title, message, HTTPStatus.FORBIDDEN)
    return _save(request, title, article, form)


def _decided(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> HttpResponseBase:
    """The pieces of a conflict are decided on: from here it is a change of the edit that it was with."""
    sent = request.POST.copy()
    change = {"base": sent.pop("started")[-1], "section": sent.pop("changed", [""])[-1]}
    try:
        conflict = editing.conflict_with(
            title=access.full_title_of(title), text=form.cleaned_data["text"], onto=form.cleaned_data["base"], **change
        )
        if conflict is not None and conflict.merge is not None:
            choices = ResolutionForm(conflict.merge.clashes, request.POST)
            if not choices.is_valid():
                return _conflict_page(request, title, article, form, conflict, choices)
            start = editing.resolved(conflict, choices.texts())
            change = {"text": start.text, "base": str(start.base), "section": start.section}
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    for name, value in change.items():
        sent[name] = value
    request.POST = sent  # type: ignore[assignment]  # A copy that may be changed is as good.
    form = _sent_form(request)
    form.is_valid()
    return _dealt_with(request, title, article, form)


def _save(request: HttpRequest, title: str, article: Article | None, form: EditForm) -> HttpResponseBase:
    """303 to what the save led to; whatever keeps it from being saved gives the text back."""
    try:
        outcome = _submit(request, title, form)
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
    except reviewing.NotAllowed:
        return form_again(request, title, _("You may not change this page. Your text is below."), HTTPStatus.FORBIDDEN)
    except Exception:
        logger.exception("What was sent for %r could not be dealt with.", title)
        return _failed(request, title)
    return _saved(request, form, outcome)


def _too_often(request: HttpRequest, title: str, too_often: limits.TooOften) -> TemplateResponse:
    message = _("That was too often in a short time. Wait a little, then send it again.")
    response = form_again(request, title, message, HTTPStatus.TOO_MANY_REQUESTS)
    response.headers["Retry-After"] = str(too_often.retry_after)
    return response


def _take_a_preview(request: HttpRequest) -> None:
    """Count a look at one's text: each costs the renderer what a save does. Raises limits.TooOften."""
    place = limits.place_of(request.META.get("REMOTE_ADDR", ""))
    limits.take(f"preview:{place}", times=_PREVIEWS_A_MINUTE, seconds=60)


def _failed(request: HttpRequest, title: str) -> TemplateResponse:
    """500: something broke that nobody thought of. Nothing is half saved then, and the text must not go with it."""
    message = _("Something broke on our side, so nothing was saved. Please try again in a moment.")
    return form_again(request, title, message, HTTPStatus.INTERNAL_SERVER_ERROR)


def _submit(request: HttpRequest, title: str, form: EditForm) -> Edit | Proposal:
    return reviewing.submit(
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
    )


def _keep(request: HttpRequest, title: str, form: EditForm) -> None:
    """Keep a draft of what is not saved now, for browsers that run no scripts; the answer holds the text anyway."""
    with contextlib.suppress(limits.TooOften, editing.TextRefused):
        keep_as_draft(request, title, form.cleaned_data)


def _saved(request: HttpRequest, form: EditForm, outcome: Edit | Proposal) -> HttpResponse:
    """303 to the saved section, which says that it is saved, or to the proposal that waits."""
    key, is_proposal = form_key_of(request), reviewing.is_proposal(outcome)
    settled: dict[str, Any] = {"proposal" if is_proposal else "edit": outcome}
    drafts.settle(writer=writer_of(request), form_key=key, **settled)
    if reviewing.is_proposal(outcome):
        messages.info(request, str(outcome.pk), extra_tags=reviewing.JUST_MADE)
        url = outcome.get_absolute_url()
    elif editing.is_made_by(becoming_author(request), outcome, base=form.cleaned_data["base"]):
        tell(request, "made" if form.cleaned_data["base"] == "0" else "saved", outcome, outcome.section_id)
        url = editing.address_of_edit(outcome)
    else:
        section = editing.number_of_section(outcome, form.cleaned_data["section"])
        tell(request, "unchanged", outcome, section)
        url = editing.address_of_section(outcome, section)
    return HttpResponseRedirect(url, status=303)


def _looked_at(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, action: str
) -> HttpResponseBase:
    """The form again, with a preview or with the changes so far above it."""
    if request.user.is_authenticated:
        _keep(request, title, form)
    try:
        _take_a_preview(request)
        merged = _merged(title, form)
        if action == "preview":
            shown: dict[str, Any] = {"preview": reading.preview_of(merged.text, merged.first_line, merged.end_line)}
        else:
            shown = {"changes": comparing.compare(editing.text_before(merged), merged.text)}
    except editing.EditConflict as conflict:
        return _conflict(request, title, article, form, conflict)
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    except limits.TooOften as too_often:
        return _too_often(request, title, too_often)
    except RenderError as refused:
        return form_again(request, title, refused.message, HTTPStatus.UNPROCESSABLE_ENTITY)
    except Exception:
        logger.exception("What was sent for %r could not be dealt with.", title)
        return _failed(request, title)
    found = checks.findings_of(_sent_of(title, form))
    return _form_page(request, title, article, _showing(request, form, found), findings=found, **shown)


def _put_right(
    request: HttpRequest, title: str, article: Article | None, form: EditForm, code: str
) -> HttpResponseBase:
    """The form again, with what checks of this code point out changed in its text; nothing is saved."""
    try:
        _take_a_preview(request)
        text = checks.put_right(code, _sent_of(title, form))
    except limits.TooOften as too_often:
        return _too_often(request, title, too_often)
    except Exception:
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
    """What the text would look like, made by the server's own renderer; nothing is stored."""
    form = _sent_form(request)
    if not form.is_valid():
        return TemplateResponse(request, "articles/editing/preview.html", {"form": form}, status=422)
    context: dict[str, object] = {"title": title}
    status = HTTPStatus.OK
    try:
        access.article_to_edit(request.user, title)
        _take_a_preview(request)
        merged = _merged(title, form)
        context["page"] = reading.preview_of(merged.text, merged.first_line, merged.end_line)
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


def form_again(request: HttpRequest, title: str, message: str, status: int) -> TemplateResponse:
    """The form as it was sent, with what went wrong above it: nothing typed is lost, whatever was refused."""
    try:
        article = access.article_to_edit(request.user, title)
    except Http404:
        article = None
    form = _sent_form(request, account=request.user.get_username())  # Who sends it again has read as whom.
    form.is_valid()
    return _form_page(request, title, article, form, status=status, message=message)


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
    mode = access.mode_of(request.user, article)
    try:
        full_title = access.full_title_of(title)
    except access.BadTitle:
        full_title = title
    # Whose draft it is must get at it, though the page has been protected since.
    template = "source" if mode == "view" and not form.is_bound and "taken_up" not in shown else "edit"
    section = form["section"].value() or ""
    context = {
        "full_title": full_title,
        "article": article,
        "form": form,
        "mode": mode,
        "section": section,
        "section_title": editing.title_of_section(article, section),
        "section_number": _section_number(article, section),
        "others": _others(request, title, section) if mode != "view" else None,
        "waiting": reviewing.waiting_of(author_of(request), title) if status == HTTPStatus.OK else [],
        "outlines": outlines.offered_for(full_title) if article is None and not form.is_bound else (),
        "chosen_outline": request.GET.get("outline", ""),
        **shown,
    }
    return TemplateResponse(request, f"articles/editing/{template}.html", context, status=status)


def _section_number(article: Article | None, section: str) -> int | None:
    """The id of the section that the form is for, where its history can be looked at."""
    if article is None or article.current_edit is None:
        return None
    return editing.number_of_section(article.current_edit, section)


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
) -> TemplateResponse:
    current = conflict.current
    again = {name: form.cleaned_data[name] for name in ("text", "summary", "minor", "proposal", "checked")}
    again |= {"base": current.pk if current is not None else 0, "section": conflict.section}
    again |= {"account": request.user.get_username(), "form_key": form_key_of(request)}
    context = {
        "full_title": access.full_title_of(title),
        "article": article,
        "form": EditForm(initial=again),
        "sent": EditForm(initial=again, auto_id="sent-%s"),
        "choices": choices,
        "clash": conflict.clash,
        "gone": conflict.clash.theirs is None and current is not None,
        "base_missing": isinstance(conflict, editing.BaseMissing),
        "comparison": comparing.compare_sections(conflict.clash.theirs or "", conflict.clash.mine),
        "mode": access.mode_of(request.user, article),
    }
    return TemplateResponse(request, "articles/editing/conflict.html", context, status=HTTPStatus.CONFLICT)


def _merged(title: str, form: EditForm) -> editing.Merged:
    sent = {name: form.cleaned_data[name] for name in ("base", "section", "text")}
    return editing.merged_with(title=access.full_title_of(title), **sent)


def _earlier(request: HttpRequest, title: str) -> Proposal | None:
    """Return the waiting proposal of this person (by account, cookie or private link) that the form goes on with."""
    number, _dash, key = (request.POST.get("proposal") or request.GET.get("proposal") or "").partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None  # No 404: it would lose the text that came with it.
    return reviewing.own_waiting(author_of(request), int(number), title, key or request.GET.get("key", ""))
