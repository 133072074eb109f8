"""Moderation: who may do what with a page, in forms that ask for a reason; the sample articles go."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, history, limits, lists, logbook
from articles.forms.moderation import DeleteForm, HideForm, LogForm, MoveForm, ProtectForm, QuarantineForm
from articles.moderation import Refused, deleting, hiding, moving, protecting, quarantining, sample_articles
from articles.templatetags import deeds
from articles.views import author_of, number_or_none, refuse_blocked, right_spelling, too_often_message

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from articles.models import Article

_LINKS_SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET asks for another title of the page; POST moves it there."""
    full_title = access.full_title_of(title)
    if request.method != "POST" and (elsewhere := right_spelling(request, "articles:move", full_title, title)):
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_move(request.user, full_title)
    base = article.current_edit_id
    form = MoveForm(request.POST or None, initial={"title": full_title, "base": base})
    answer: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    if form.is_valid():
        refuse_blocked(request, "edit", article)
        author, by = author_of(request), _moderator(request)
        assert author is not None  # As of everybody with an account.
        fields = {name: form.cleaned_data[name] for name in ("title", "base")}
        try:
            moved = moving.move(article=article, by=by, author=author, why=form.cleaned_data["reason"], **fields)
            messages.success(request, _("Moved. “%s” leads here from now on.") % full_title)
            if moved.made_room:
                said = _("A deleted page had this title. It stays in the bin, as “%s”, with its history.")
                messages.info(request, said % moved.made_room)
            return HttpResponseRedirect(reverse("articles:read", args=[moved.full_title]), status=303)
        except (Refused, limits.TooOften) as refused:
            answer = _refusal(refused)
            form = MoveForm(initial={**form.cleaned_data, "base": base})
    context = {
        "article": article,
        "full_title": full_title,
        "form": form,
        "log": logbook.about(full_title),
        "mode": access.mode_of(request.user, article),
    }
    return _form_page(request, "move", context, **answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def protect(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET shows who may do what with a page, or write one of this title; POST changes it."""
    full_title = access.full_title_of(title)
    if request.method != "POST" and (elsewhere := right_spelling(request, "articles:protect", full_title, title)):
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.page_to_moderate(request.user, full_title)
    guards = protecting.guards_of(article, full_title)
    access.require(access.may_protect(request.user, article, full_title))
    form = ProtectForm(guards, access.levels_of(request.user), request.POST or None)
    if form.is_valid():
        changed = protecting.protect(
            article=article,
            full_title=full_title,
            guards=form.chosen(),
            by=_moderator(request),
            why=form.cleaned_data["reason"],
        )
        messages.success(request, _("The protection is changed.") if changed else _("Nothing was changed."))
        return HttpResponseRedirect(reverse("articles:protect", args=[full_title]), status=303)
    context = {
        "article": article,
        "full_title": full_title,
        "form": form,
        "log": logbook.about(full_title),
        "mode": access.mode_of(request.user, article or full_title),
    }
    return _form_page(request, "protect", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET shows what would go and what would be left without it; POST takes the page away."""
    full_title = access.full_title_of(title)
    if request.method != "POST" and (elsewhere := right_spelling(request, "articles:delete", full_title, title)):
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.page_to_moderate(request.user, full_title)
    if article is None or article.deleted is not None:
        return _not_there(request, full_title, article)
    access.require(access.may_delete(request.user, article))
    form = DeleteForm(request.POST or None, initial={"base": article.current_edit_id, "redirects": True})
    answer: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    if form.is_valid():
        why, with_redirects = form.cleaned_data["reason"], form.cleaned_data["redirects"]
        base, by = form.cleaned_data["base"], _moderator(request)
        try:
            deleting.delete_page(article=article, base=base, with_redirects=with_redirects, by=by, why=why)
            return HttpResponseRedirect(article.get_absolute_url(), status=303)
        except Refused as refused:
            answer = _refusal(refused)
            form = DeleteForm(initial={**form.cleaned_data, "base": article.current_edit_id})
    context = {
        "article": article,
        "full_title": full_title,
        "form": form,
        "facts": lists.facts_of(article),
        "naming": [page for page in lists.links_to(full_title).rows if not page.is_redirect][:_LINKS_SHOWN],
        "redirects": deleting.redirects_to(article, article.state),
        "proposals": deleting.proposals_for(article),
        "log": logbook.about(full_title),
        "mode": access.mode_of(request.user, article),
    }
    return _form_page(request, "delete", context, **answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def restore(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET shows what was deleted; POST brings it back."""
    full_title = access.full_title_of(title)
    if request.method != "POST" and (elsewhere := right_spelling(request, "articles:restore", full_title, title)):
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.page_to_moderate(request.user, full_title)
    if article is None or article.deleted is None:
        return _not_there(request, full_title, article)
    access.require(access.may_delete(request.user, article))
    form = DeleteForm(request.POST or None, initial={"redirects": True})
    answer: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    if form.is_valid():
        why, with_redirects = form.cleaned_data["reason"], form.cleaned_data["redirects"]
        try:
            deleting.restore(article=article, with_redirects=with_redirects, by=_moderator(request), why=why)
            messages.success(request, _("Restored, with its history."))
            return HttpResponseRedirect(article.get_absolute_url(), status=303)
        except Refused as refused:
            answer = _refusal(refused)
    context = {
        "article": article,
        "full_title": full_title,
        "form": form,
        "edits": history.edits_of(
            article, before=number_or_none(request.GET, "before"), after=number_or_none(request.GET, "after")
        ),
        "redirects": deleting.redirects_to(article, article.state),
        "log": logbook.about(full_title),
        "may_moderate": True,
    }
    return _form_page(request, "restore", context, **answer)


def _not_there(request: HttpRequest, full_title: str, article: Article | None) -> HttpResponseBase:
    """Say that there is nothing to delete, or to restore: it is gone, it is there, or it never was."""
    if article is None:
        raise access.NoSuchArticle(access.parts_of(full_title))
    status = 409 if request.method == "POST" else 404
    return _form_page(request, "not_there", {"article": article, "full_title": full_title}, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hide(request: HttpRequest, edit_id: int) -> HttpResponseBase:
    """GET shows what of a version is hidden; POST hides it, or shows it again."""
    edit = access.edit_to_hide(request.user, edit_id)
    article = edit.article
    start = {name: getattr(edit, f"hidden_{name}") for name in ("text", "summary", "author")}
    form = HideForm(request.POST or None, initial=start | {"upto": edit.number})
    answer: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    if form.is_valid():
        what = {name: form.cleaned_data[name] for name in ("text", "summary", "author", "upto")}
        try:
            changed = hiding.hide(edit=edit, by=_moderator(request), why=form.cleaned_data["reason"], **what)
            messages.success(request, _("%d versions changed.") % changed if changed else _("Nothing was changed."))
            view = "articles:restore" if article.deleted is not None else "articles:history"
            return HttpResponseRedirect(reverse(view, args=[article.full_title]), status=303)
        except Refused as refused:
            answer = _refusal(refused)
    context = {
        "article": article,
        "full_title": article.full_title,
        "edit": edit,
        "form": form,
        "same": hiding.with_the_same_text(edit),
        "may_moderate": True,
        "mode": access.mode_of(request.user, article),
    }
    return _form_page(request, "hide", context, **answer)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def quarantine(request: HttpRequest, title: str) -> HttpResponseBase:
    """GET shows the sections, and of `?section=` what readers would miss; POST keeps it from them, or releases it."""
    full_title = access.full_title_of(title)
    if request.method != "POST" and (elsewhere := right_spelling(request, "articles:quarantine", full_title, title)):
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_quarantine(request.user, full_title)
    chosen = number_or_none(request.GET, "section") if request.method != "POST" else None
    form = QuarantineForm(request.POST or None, initial={"section": chosen})
    answer: dict[str, Any] = {"status": 422 if form.is_bound else 200}
    is_valid = form.is_valid()
    if form.is_bound:
        chosen = form.cleaned_data.get("section")
    if is_valid:
        by, why = _moderator(request), form.cleaned_data["reason"]
        try:
            if form.cleaned_data["release"] is not None:
                held = quarantining.held(article, form.cleaned_data["release"])
                quarantining.release(quarantine=held, by=by, why=why)
                messages.success(request, _("Released: readers see the section again."))
            else:
                quarantining.quarantine(article=article, section=form.cleaned_data["section"], by=by, why=why)
                messages.success(request, _("Under review: no reader sees the section any more."))
            return HttpResponseRedirect(article.get_absolute_url(), status=303)
        except Refused as refused:
            answer = _refusal(refused)
            article = access.article_to_quarantine(request.user, full_title)
    choices = quarantining.choices_of(article)
    context = {
        "article": article,
        "full_title": full_title,
        "form": form,
        "choices": choices,
        "chosen": next((each for each in choices if each.id == chosen), None),
        "text": quarantining.text_of(article, chosen) if chosen is not None else "",
        "log": logbook.about(full_title),
        "mode": access.mode_of(request.user, article),
    }
    return _form_page(request, "quarantine", context, **answer)


@never_cache
@require_safe
def deleted(request: HttpRequest) -> HttpResponseBase:
    """The bin: what was deleted, the latest first, for moderators."""
    access.require(access.may_moderate(request.user))
    context = {"listing": deleting.in_bin(number_or_none(request.GET, "after"))}
    return TemplateResponse(request, "articles/moderation/deleted.html", context)


@never_cache
@require_safe
def log(request: HttpRequest) -> HttpResponseBase:
    """The log of privileged acts, newest first, for moderators; by who, what, which page and when.

    `?as=csv` or `as=jsonl` is all that was asked for as a file, row by row, the oldest first.
    """
    access.require(access.may_moderate(request.user))
    form = LogForm(sorted(deeds.DEEDS.items(), key=lambda each: str(each[1])), request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    named = {name: asked.get(name) or "" for name in ("who", "what")}
    page = access.possible_title(asked.get("page", "")) or asked.get("page", "")
    wanted = logbook.Wanted(**named, target=page, since=asked.get("since"), until=asked.get("until"))
    if form.is_valid() and (kind := request.GET.get("as")) in _FILES:
        return _exported(kind, wanted, with_personal=access.may_erase(request.user))
    kept = urlencode({name: value for name, value in asked.items() if value})
    found = logbook.page(
        wanted, before=number_or_none(request.GET, "before"), after=number_or_none(request.GET, "after")
    )
    context = {"form": form, "page": found, "kept": kept}
    return TemplateResponse(request, "articles/moderation/log.html", context, status=200 if form.is_valid() else 422)


def _exported(kind: str, wanted: logbook.Wanted, *, with_personal: bool) -> StreamingHttpResponse:
    """The log as a file. What is outside the hash, names of accounts, goes along for administrators only."""
    written, content_type = _FILES[kind]
    lines = written(logbook.each(wanted), with_personal=with_personal)
    name = f"log-{timezone.now():%Y-%m-%d}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment"}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)


_FILES: Final = {
    "csv": (deeds.as_csv, "text/csv; charset=utf-8"),
    "jsonl": (deeds.as_json_lines, "application/x-ndjson; charset=utf-8"),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def remove_sample(request: HttpRequest) -> HttpResponseBase:
    """GET shows which sample articles would go and which stay; POST deletes them and shows what is left."""
    access.require(access.may_remove_sample(request.user))
    if request.method == "POST":
        by = _moderator(request)
        sample_articles.remove_sample(by=by, why=_("The sample articles were taken away."))
        return HttpResponseRedirect(reverse("articles:remove_sample"), status=303)
    context = {"sample": sample_articles.sample()}
    return TemplateResponse(request, "articles/moderation/remove_sample.html", context)


def _form_page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int, retry_after: int = 0, **more: Any
) -> TemplateResponse:
    response = TemplateResponse(request, f"articles/moderation/{name}.html", {**context, **more}, status=status)
    if retry_after:
        response.headers["Retry-After"] = str(retry_after)
    return response


def _refusal(refused: Refused | limits.TooOften) -> dict[str, Any]:
    """What the form says when the act was refused, and with which status."""
    if isinstance(refused, limits.TooOften):
        message = too_often_message()
        return {"message": message, "status": HTTPStatus.TOO_MANY_REQUESTS, "retry_after": refused.retry_after}
    return {"message": refused.message, "status": refused.status, "existing": getattr(refused, "existing", "")}


def _moderator(request: HttpRequest) -> AbstractUser:
    assert request.user.is_authenticated  # As everybody who may.
    return request.user
