"""The screen of an article's sections: they are moved, joined, parted, or chosen to be edited together."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from articles import (
    access,
    arranging,
    basing,
    blocks,
    editing,
    history,
    judging,
    limits,
    outages,
    places,
    withholding,
)
from articles.forms.editing import DeedForm
from articles.reviewing import proposed, proposing
from articles.views import (
    author_of,
    becoming_author,
    held_off,
    refusal_of_another,
    refuse_machines,
    remember_visitor,
    right_spelling,
    take_a_look,
    too_often_message,
    waiting_of,
)

if TYPE_CHECKING:
    from articles.models import Article, Edit, Proposal

logger = logging.getLogger(__name__)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: HttpRequest, title: str) -> HttpResponseBase:
    """The sections of an article, of a chosen one what can be done with it; and the deed that is sent."""
    response = _sent(request, title) if request.method == "POST" else _opened(request, title)
    remember_visitor(request, response)
    return response


def _opened(request: HttpRequest, title: str) -> HttpResponseBase:
    elsewhere = right_spelling(request, "articles:outline", access.full_title_of(title), title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_edit(request.user, title)
    if article is None or article.current_edit is None:
        raise access.NoSuchArticle(access.parts_of(title))
    access.require(access.may_edit(request.user, article))
    section = request.GET.get("section", "")
    chosen = arranging.chosen(article, section) if section else None
    if section and chosen is None:
        raise Http404(_("The section is not in the article any more."))
    initial = {"base": str(article.current_edit_id), "account": request.user.get_username()}
    if chosen is not None:
        initial |= {"section": chosen.row.name, "summary": arranging.beginning_of(chosen.row.title)}
    return _page(request, article.full_title, article, DeedForm(initial=initial), chosen=chosen)


def _sent(request: HttpRequest, title: str) -> HttpResponseBase:
    form = DeedForm(request.POST)
    title = access.title_now(title, request.POST.get("base", ""))
    try:
        article = access.article_to_edit(request.user, title)
    except access.BadTitle as bad:
        return form_again(request, title, bad.reason, HTTPStatus.UNPROCESSABLE_ENTITY)
    except access.ArticleDeleted:
        return form_again(request, title, _("This article has been deleted."), HTTPStatus.GONE)
    except access.NoSuchArticle:
        article = None
    if article is None or article.current_edit is None:
        return form_again(request, title, _("There is no such page."), HTTPStatus.NOT_FOUND)
    if not form.is_valid():
        return form_again(request, title, "", HTTPStatus.UNPROCESSABLE_ENTITY)
    refusal = refusal_of_another(request, form.cleaned_data["account"])
    if refusal:
        return form_again(request, title, refusal, HTTPStatus.FORBIDDEN)
    return _dealt_with(request, title, article, form)


def _dealt_with(request: HttpRequest, title: str, article: Article, form: DeedForm) -> HttpResponseBase:
    """303 to what the deed led to; whatever keeps it from being done gives back what was sent."""
    try:
        return _done(request, article, form)
    except editing.BaseMissing:
        message = _(
            "We can’t tell which version your change started from, so nothing was saved. Below are the sections as "
            "they are now, with what you chose: look, then save again."
        )
        return form_again(request, title, message, HTTPStatus.CONFLICT)
    except editing.EditConflict:
        message = _(
            "Someone else changed these sections meanwhile, so nothing was saved. Below are the sections as they are "
            "now, with what you chose: look, then save again."
        )
        return form_again(request, title, message, HTTPStatus.CONFLICT)
    except editing.TextRefused as refused:
        return form_again(request, title, refused.message, refused.status)
    except blocks.Blocked as blocked:
        return form_again(request, title, "", HTTPStatus.FORBIDDEN, blocked=blocked.block)
    except proposing.NotAllowed:
        return form_again(
            request, title, _("You may not change this page. What you chose is below."), HTTPStatus.FORBIDDEN
        )
    except limits.TooOften as too_often:
        message = too_often_message()
        response = form_again(request, title, message, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(too_often.retry_after)
        return response
    except Exception as failure:
        if outages.is_of_the_site(failure):
            raise  # Answered for the whole site, with what was sent.
        logger.exception("What was sent for the sections of %r could not be dealt with.", title)
        message = _("Something broke on our side, so nothing was saved. Please try again in a moment.")
        return form_again(request, title, message, HTTPStatus.INTERNAL_SERVER_ERROR)


def _done(request: HttpRequest, article: Article, form: DeedForm) -> HttpResponseBase:
    """303 to what the deed led to; with "Show changes", what it would change. Raises as editing.save does."""
    sent = form.cleaned_data
    deed = arranging.Deed(**{name: sent[name] for name in ("deed", "section", "behind", "at", "heading", "text")})
    # It is rendered to see what it would make, before it counts as a save.
    take_a_look(request)
    done = arranging.done(article, sent["base"], deed)
    if request.POST.get("action") == "changes":
        return _looked_at(request, article, form, done)
    refuse_machines(request)
    outcome = proposing.submit(
        user=request.user,
        author=becoming_author(request),
        title=article.full_title,
        base=sent["base"],
        section="",
        text=done.text,
        summary=arranging.summary_of(done, sent["summary"]),
        minor=sent["minor"],
        address=request.META.get("REMOTE_ADDR", ""),
    )
    return _led_on(request, outcome, sent["section"], done)


def _led_on(request: HttpRequest, outcome: Edit | Proposal, section: str, done: arranging.Done) -> HttpResponseBase:
    """303 to the sections as they are now, or to the proposal that waits."""
    if proposed.is_proposal(outcome):
        messages.info(request, str(outcome.pk), extra_tags=proposing.JUST_MADE)
        return HttpResponseRedirect(outcome.get_absolute_url(), status=303)
    messages.success(request, _("Saved: %s.") % done.summary)
    address = reverse("articles:outline", args=[outcome.title])
    is_there = places.section_named(section, withholding.version_of(outcome).outline) is not None
    # To the top of the page: what was saved is said there, and the new order seen.
    return HttpResponseRedirect(f"{address}?section={section}" if is_there else address, status=303)


def _looked_at(request: HttpRequest, article: Article, form: DeedForm, done: arranging.Done) -> TemplateResponse:
    merged = basing.merged_with(title=article.full_title, base=form.cleaned_data["base"], section="", text=done.text)
    changes = history.changes_of(merged.parts.namespace, basing.text_before(merged), merged.text)
    chosen = arranging.chosen(article, form.cleaned_data["section"], form.cleaned_data["base"])
    summary = arranging.summary_of(done, form.cleaned_data["summary"])
    waits = judging.foreseen(request.user, author_of(request), merged)
    return _page(
        request, article.full_title, article, form, chosen=chosen, changes=changes, summary=summary, would_wait=waits
    )


def form_again(request: HttpRequest, title: str, message: str, status: int, **shown: Any) -> TemplateResponse:
    """The sections as they are now and the form as it was sent, with what went wrong above both."""
    article = _article_or_none(request, title)
    sent = request.POST.copy()
    sent["account"] = request.user.get_username()  # Who sends it again has read as whom.
    if status == HTTPStatus.CONFLICT and article is not None:
        # What is chosen now is done to what is shown now; lines of the older text name nothing in it.
        sent["base"] = str(article.current_edit_id)
        sent.pop("at", None)
    form = DeedForm(sent)
    form.is_valid()
    section, base = sent.get("section", ""), sent.get("base", "")
    chosen = arranging.chosen(article, section, base) if article is not None else None
    full_title = article.full_title if article is not None else title
    return _page(request, full_title, article, form, chosen=chosen, message=message, status=status, **shown)


def _article_or_none(request: HttpRequest, title: str) -> Article | None:
    try:
        article = access.article_to_edit(request.user, title)
    except Http404:
        return None  # A page that says only so would lose what came along.
    return article if article is not None and article.current_edit_id is not None else None


def _page(
    request: HttpRequest, full_title: str, article: Article | None, form: DeedForm, *, status: int = 200, **shown: Any
) -> TemplateResponse:
    mode = access.mode_of(request.user, article)
    if status == HTTPStatus.OK:
        mode, shown["blocked"] = held_off(request, mode, article or full_title)
    context = {
        "full_title": full_title,
        "article": article,
        "form": form,
        "rows": arranging.rows_of(article, form["base"].value() or "") if article is not None else [],
        "mode": mode,
        "waits_when_risky": judging.waits_when_risky(request.user, mode),
        "waiting": waiting_of(request, full_title) if status == HTTPStatus.OK else [],
        **shown,
    }
    return TemplateResponse(request, "articles/arranging/outline.html", context, status=status)
