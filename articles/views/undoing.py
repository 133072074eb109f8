"""Undoing: one edit wherever it is, somebody's run at the top, many of somebody's edits. GET shows, POST does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, editing, history, judging, limits, lists, places, withholding
from articles import undoing as edits_undone
from articles.forms.editing import EditForm, ResolutionForm
from articles.forms.history import TakeBackForm, UndoForm
from articles.moderation import taking_back
from articles.reviewing import proposed, proposing
from articles.views import (
    author_of,
    becoming_author,
    form_key_of,
    number_or_none,
    refuse_machines,
    remember_visitor,
    right_spelling,
    tell,
    too_often_message,
    with_retry_after,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from articles.models import Article, Edit, Proposal


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, edit_id: int) -> HttpResponseBase:
    """GET shows what undoing an edit would change; POST does it, or proposes it; a clash is 409, with its pieces."""
    edit = access.edit_to_read(request.user, edit_id)
    access.require(access.may_edit(request.user, edit.article))
    if request.method != "POST":
        initial = {"base": edit.article.current_edit_id, "summary": edits_undone.summary_of_undo(edit)}
        return _undo_page(request, edit, UndoForm(initial=initial))
    form = UndoForm(request.POST)
    if not form.is_valid():
        return _undo_page(request, edit, form, status=422)
    try:
        refuse_machines(request)
        author, address = becoming_author(request), request.META.get("REMOTE_ADDR", "")
        done = proposing.undo(user=request.user, author=author, edit=edit, address=address, **form.cleaned_data)
    except editing.EditConflict as conflict:
        message = "" if conflict.merge is not None else _moved_on()
        return _undo_page(request, edit, _again(form, edit.article), status=409, message=message)
    except editing.TextRefused as refused:
        return _undo_page(request, edit, form, status=refused.status, message=refused.message)
    except limits.TooOften as too_often:
        return with_retry_after(_undo_page(request, edit, form, status=429, message=too_often_message()), too_often)
    return _led_on(request, done, form.cleaned_data["base"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rollback(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET shows what taking the last person's edits at the top back would change; POST does it, as a new edit."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:rollback", full_title, title)
    if elsewhere and request.method != "POST":
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_read(request.user, full_title)
    access.require(access.may_revert(request.user, article))
    form = UndoForm(request.POST or None)
    if request.method != "POST":
        return _rollback_page(request, article, None)
    if not form.is_valid():
        return _rollback_page(request, article, form, status=422)
    author = author_of(request)
    assert author is not None  # As of everybody who may.
    try:
        address = request.META.get("REMOTE_ADDR", "")
        done = proposing.roll_back(
            user=request.user, author=author, article=article, address=address, **form.cleaned_data
        )
    except editing.EditConflict:
        return _rollback_page(request, article, _again(form, article), status=409, message=_moved_on())
    except editing.TextRefused as refused:
        return _rollback_page(request, article, form, status=refused.status, message=refused.message)
    except limits.TooOften as too_often:
        page = _rollback_page(request, article, form, status=429, message=too_often_message())
        return with_retry_after(page, too_often)
    return _led_on(request, done, form.cleaned_data["base"])


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, name: str) -> HttpResponseBase:
    """GET shows what would become of each article without somebody's chosen edits; POST takes them back."""
    access.require(access.may_moderate(request.user))
    person = lists.person(name, is_imported="imported" in request.GET)
    chosen = _numbers((request.POST if request.method == "POST" else request.GET).getlist("edit"))
    hours = number_or_none(request.GET, "hours") if request.method != "POST" else None
    edits = taking_back.edits_to_take_back(person.author_ids, chosen=chosen, hours=hours)
    form = TakeBackForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _take_back_page(request, person, edits, form)
    author = author_of(request)
    assert author is not None  # As of everybody who may.
    entry = taking_back.take_back(
        edits=edits, user=request.user, author=author, name=person.name, why=form.cleaned_data["why"]
    )
    return HttpResponseRedirect(reverse("articles:taken_back", args=[entry.number]), status=303)


@never_cache
@require_safe
def taken_back(request: HttpRequest, number: int) -> TemplateResponse:
    """What became of each article when somebody's edits were taken back."""
    access.require(access.may_moderate(request.user))
    found = taking_back.taken_back_in(number)
    if found is None:
        raise Http404(_("No edits were taken back under this number of the log."))
    entry, takings = found
    return TemplateResponse(request, "articles/undoing/taken_back.html", {"entry": entry, "takings": takings})


def _take_back_page(
    request: HttpRequest, person: lists.Person, edits: Sequence[Edit], form: TakeBackForm
) -> TemplateResponse:
    context = {
        "person": person,
        "edits": edits,
        "takings": taking_back.takings_of(edits, user=request.user),
        "most": taking_back.MOST_TAKEN_BACK,
        "is_imported": person.kind == "imported",
        "form": form,
    }
    return TemplateResponse(request, "articles/undoing/take_back.html", context, status=422 if form.is_bound else 200)


def _numbers(sent: Sequence[str]) -> list[int]:
    """The ids that were ticked; 404 when one is none that could name an edit."""
    if not all(each.isascii() and each.isdigit() and len(each) <= 18 for each in sent):
        raise Http404(_("An edit is named by its number, such as 12."))
    return [int(each) for each in sent]


def _led_on(request: HttpRequest, done: Edit | Proposal, base: str) -> HttpResponseBase:
    """303 to the article, or to the proposal that waits."""
    if proposed.is_proposal(done):
        messages.info(request, str(done.pk), extra_tags=proposing.JUST_MADE)
        response = HttpResponseRedirect(done.get_absolute_url(), status=303)
        remember_visitor(request, response)
        return response
    author = author_of(request)
    is_new = author is not None and editing.is_made_by(author, done, base=base)
    tell(request, "saved" if is_new else "unchanged", done, None)
    return HttpResponseRedirect(places.address_of_edit(done), status=303)


def _undo_page(
    request: HttpRequest, edit: Edit, form: UndoForm, *, status: int = 200, message: str = ""
) -> TemplateResponse:
    context = {
        "article": edit.article,
        "full_title": edit.article.full_title,
        "edit": edit,
        "form": form,
        "message": message,
        "mode": access.mode_of(request.user, edit.article),
    }
    try:
        plan = edits_undone.undoing([edit])
    except editing.TextRefused as refused:
        context |= {"message": refused.message, "is_impossible": True}
        return TemplateResponse(request, "articles/undoing/undo.html", context, status=refused.status)
    if plan.conflict is not None:
        context |= _pieces(request, edit, plan.conflict, form)
    else:
        before, namespace = withholding.text_of(plan.current), edit.article.namespace
        comparison = history.changes_of(namespace, before, plan.text)
        context |= {"plan": plan, "comparison": comparison}
        if context["mode"] == "publish":
            context["would_wait"] = judging.foreseen_as_past(
                request.user, author_of(request), plan.current, plan.text, comparison.risks
            )
    return TemplateResponse(request, "articles/undoing/undo.html", context, status=status)


def _pieces(request: HttpRequest, edit: Edit, conflict: editing.EditConflict, form: UndoForm) -> dict[str, object]:
    """The pieces that clash, to be decided one by one: what is chosen is sent to the edit form, as in any conflict."""
    assert conflict.merge is not None
    assert conflict.current is not None
    sent = {
        "text": conflict.clash.mine,
        "summary": form["summary"].value(),
        "base": conflict.current.pk,
        "section": "",
        "account": request.user.get_username(),
        "form_key": form_key_of(request),
    }
    choices = ResolutionForm(conflict.merge.clashes, initial={"started": edit.pk, "changed": ""})
    return {"choices": choices, "sent": EditForm(initial=sent, auto_id="sent-%s"), "clash": conflict.clash}


def _rollback_page(
    request: HttpRequest, article: Article, form: UndoForm | None, *, status: int = 200, message: str = ""
) -> TemplateResponse:
    context = {
        "article": article,
        "full_title": article.full_title,
        "message": message,
        "mode": access.mode_of(request.user, article),
    }
    try:
        run = edits_undone.run_at_top(article)
    except editing.TextRefused as refused:
        context |= {"message": refused.message, "is_impossible": True}
        return TemplateResponse(request, "articles/undoing/rollback.html", context, status=refused.status)
    initial = {"base": run.current.pk, "summary": edits_undone.summary_of_rollback(run)}
    comparison = history.changes_of(
        article.namespace, withholding.text_of(run.current), withholding.text_of(run.before)
    )
    context |= {
        "run": run,
        "form": form or UndoForm(initial=initial),
        "comparison": comparison,
        "would_wait": judging.foreseen_as_past(
            request.user, author_of(request), run.current, withholding.text_of(run.before), comparison.risks
        ),
    }
    return TemplateResponse(request, "articles/undoing/rollback.html", context, status=status)


def _again(form: UndoForm, article: Article) -> UndoForm:
    """The form for what is shown now: on the old base the next try would be refused as well."""
    now = access.current_edit_id_of(article)
    return UndoForm(initial={**form.cleaned_data, "base": now})


def _moved_on() -> str:
    return _("The article has changed since you opened this page. Look again at what would happen.")
