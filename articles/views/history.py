"""History: edits of an article, two versions compared, an old one brought back, everybody's changes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import access, drugs, editing, judging, limits, places, reading, withholding
from articles import history as past
from articles import patrol as looks
from articles import recent as changes
from articles.forms.history import PatrolForm, RecentForm, RevertForm
from articles.moderation import protecting
from articles.renderer import RenderError
from articles.reviewing import proposed, proposing
from articles.views import author_of, keep_page, number_or_none, right_spelling, tell, too_often_message

if TYPE_CHECKING:
    from articles.models import Article, Edit

# How a comparison is shown, the usual way first.
VIEWS: Final = ("side", "inline", "rendered")


@require_safe
def history(request: HttpRequest, title: str) -> HttpResponseBase:
    """The edits of an article, newest first; `?section=` only those of one section."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:history", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_list(request.user, full_title)
    section = number_or_none(request.GET, "section")
    before, after = number_or_none(request.GET, "before"), number_or_none(request.GET, "after")
    may_review = access.may_review(request.user)
    if section is None:
        edits = past.edits_of(article, before=before, after=after, with_looks=may_review)
    else:
        edits = past.edits_of_section(article, section, before=before, after=after, with_looks=may_review)
    context = {
        "article": article,
        "full_title": full_title,
        "edits": edits,
        "section": section,
        "section_title": _title_of_section(article, section),
        "looked_at": past.MOST_LOOKED_AT,
        "mode": access.mode_of(request.user, article),
        "may_moderate": access.may_moderate(request.user),
        "may_review": may_review,
        "may_revert": access.may_revert(request.user, article),
        "may_undo": request.user.is_authenticated and access.may_edit(request.user, article),
    }
    response = TemplateResponse(request, "articles/history/history.html", context)
    if not request.META["QUERY_STRING"]:
        keep_page(response, until=protecting.first_end_of(protecting.holding(article)))
    return response


@require_safe
def chosen(request: HttpRequest) -> HttpResponseBase:
    """The radio pair of the history leads to the comparison of the two."""
    old, new = number_or_none(request.GET, "old"), number_or_none(request.GET, "new")
    if old is None or new is None:
        raise Http404(_("Choose two versions to compare."))
    pair = sorted((old, new))
    section = number_or_none(request.GET, "section")
    query = f"?section={section}" if section is not None else ""
    return HttpResponseRedirect(reverse("articles:compare", args=pair) + query)


@require_safe
def compare(request: HttpRequest, old: str, new: str) -> TemplateResponse:
    """What changed between two versions; `previous` and `current` name neighbours; `?view=` how it is shown."""
    old_edit, new_edit = _pair(request, old, new)
    section = number_or_none(request.GET, "section")
    view, may_review = request.GET.get("view", VIEWS[0]), access.may_review(request.user)
    if view not in VIEWS:
        raise Http404(_("A comparison is shown as “side”, “inline” or “rendered”."))
    if section is None and old_edit is not None and old_edit.article_id == new_edit.article_id:
        comparison, changed_sections = past.compared(old_edit, new_edit)
    else:
        comparison, changed_sections = past.comparison_of(old_edit, new_edit, section), []
    context: dict[str, object] = {
        "article": new_edit.article,
        "full_title": new_edit.article.full_title,
        "old": old_edit,
        "new": new_edit,
        "comparison": comparison,
        "is_moved": section is not None and comparison.equal and past.is_moved(old_edit, new_edit, section),
        "view": view,
        "views": VIEWS,
        "changed_sections": changed_sections,
        "section": section,
        "section_title": _title_of_section(new_edit.article, section),
        "may_look": may_review and looks.may_look(request.user, author_of(request), new_edit),
        "between": past.edits_between(old_edit, new_edit) if old_edit is not None else 0,
        **_changes_beside(old_edit, new_edit, section),
        "mode": access.mode_of(request.user, new_edit.article),
        "may_moderate": access.may_moderate(request.user),
        "may_review": may_review,
        "may_revert": access.may_revert(request.user, new_edit.article),
        "may_undo": request.user.is_authenticated and access.may_edit(request.user, new_edit.article),
    }
    shown = _as_readers_see(old_edit, new_edit, section) if view == "rendered" else {}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if "message" in shown else HTTPStatus.OK
    response = TemplateResponse(request, "articles/history/compare.html", context | shown, status=status)
    if not request.META["QUERY_STRING"] and not any(name.startswith("0") for name in (old, new)):
        articles = {edit.article.full_title: edit.article for edit in (old_edit, new_edit) if edit is not None}
        ends = [protecting.first_end_of(protecting.holding(article)) for article in articles.values()]
        # Which names are those of drugs is known from other pages than these.
        until = min([timezone.now() + drugs.KEPT, *(end for end in ends if end is not None)])
        keep_page(response, until=until, of=articles)
    return response


def _as_readers_see(old: Edit | None, new: Edit, section: int | None) -> dict[str, object]:
    """The sections that changed, rendered, or why they can't be."""
    try:
        return {"shown": reading.changes_shown(old, new, section)}
    except RenderError as refused:
        return {"message": refused.message}


def _changes_beside(old: Edit | None, new: Edit, section: int | None) -> dict[str, int | None]:
    """The versions that lead to the change before and to the one after: of the whole text, or of the section."""
    if section is None:
        earlier, later = past.versions_beside(old, new)
        return {"earlier": earlier, "later": later}
    before, after = past.change_before(old, section) if old is not None else None, past.change_after(new, section)
    return {"earlier": before.pk if before is not None else None, "later": after.pk if after is not None else None}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revert(request: HttpRequest, edit_id: int) -> HttpResponseBase:
    """GET shows what bringing a version back would change; POST does it, as a new edit."""
    edit = access.edit_to_revert(request.user, edit_id)
    form = RevertForm(request.POST or None, initial={"base": edit.article.current_edit_id})
    message, status, headers = "", 200, {}
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        author = author_of(request)
        assert author is not None
        try:
            address = request.META.get("REMOTE_ADDR", "")
            done = proposing.revert(user=request.user, author=author, edit=edit, address=address, **form.cleaned_data)
            if proposed.is_proposal(done):
                messages.info(request, str(done.pk), extra_tags=proposing.JUST_MADE)
                return HttpResponseRedirect(done.get_absolute_url(), status=303)
            is_new = editing.is_made_by(author, done, base=form.cleaned_data["base"])
            tell(request, "saved" if is_new else "unchanged", done, None)
            return HttpResponseRedirect(places.address_of_edit(done), status=303)
        except editing.EditConflict:
            message = _("The article has changed since you opened this page. Look again at what would happen.")
            form, status = RevertForm(initial={**form.cleaned_data, "base": edit.article.current_edit_id}), 409
        except editing.TextRefused as refused:
            message, status = refused.message, refused.status
        except limits.TooOften as too_often:
            message, status = too_often_message(), 429
            headers = {"Retry-After": str(too_often.retry_after)}
    current = access.edit_to_read(request.user, edit.article.current_edit_id or 0)
    comparison = past.comparison_of(current, edit)
    context = {
        "article": edit.article,
        "full_title": edit.article.full_title,
        "edit": edit,
        "form": form,
        "message": message,
        "comparison": comparison,
        "would_wait": judging.foreseen_as_past(
            request.user, author_of(request), current, withholding.text_of(edit), comparison.risks
        ),
        "mode": "publish",
    }
    return TemplateResponse(request, "articles/history/revert.html", context, status=status, headers=headers)


@require_safe
def blame(request: HttpRequest, title: str) -> HttpResponseBase:
    """Who wrote each paragraph, when and why; of the present version or of `?version=`, of all or of `?section=`."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:blame", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_read(request.user, full_title)
    version = number_or_none(request.GET, "version")
    edit = access.edit_to_read(request.user, version or article.current_edit_id or 0, full_title)
    if edit.article_id != article.pk:
        raise access.NothingThere(_("This version is one of another article."), full_title)
    section = number_or_none(request.GET, "section")
    written = past.written(edit, section)
    context = {
        "article": article,
        "full_title": full_title,
        "edit": edit,
        "written": written,
        "section": section,
        "section_title": _title_of_section(article, section),
        "is_cut": len(written) == past.MOST_PASSAGES,
        "mode": access.mode_of(request.user, article),
    }
    return TemplateResponse(request, "articles/history/blame.html", context)


@require_safe
def recent(request: HttpRequest) -> TemplateResponse:
    """What was changed lately, by everybody, or only what somebody wants to see of it."""
    may_moderate, may_review = access.may_moderate(request.user), access.may_review(request.user)
    form = RecentForm(request.GET, may_review=may_review)
    if not form.is_valid():
        raise Http404(_("There is no such list of recent changes."))
    wanted = changes.Wanted(**form.cleaned_data)
    before, after = number_or_none(request.GET, "before"), number_or_none(request.GET, "after")
    chosen = {name: "on" if value is True else value for name, value in form.cleaned_data.items() if value}
    context = {
        "edits": past.recent_changes(wanted, before=before, after=after, hidden_too=may_moderate),
        "form": form,
        "kept": urlencode(chosen),
        "is_first": before is None and after is None,
        "seen": changes.seen_by(request.user.pk) if request.user.is_authenticated else None,
        "may_moderate": may_moderate,
        "may_review": may_review,
        "author": author_of(request) if may_review else None,
    }
    return TemplateResponse(request, "articles/history/recent.html", context)


@require_POST
def patrol(request: HttpRequest) -> HttpResponseBase:
    """A reviewer has looked at these edits, or takes that back; 303 to where they were."""
    author = author_of(request)
    access.require(author is not None and access.may_review(request.user))
    form = PatrolForm(request.POST)
    if not form.is_valid():
        return TemplateResponse(request, "articles/history/patrol.html", {"form": form}, status=422)
    assert author is not None
    deed = looks.look if form.cleaned_data["deed"] == "look" else looks.look_away
    number = deed(numbers=form.cleaned_data["edit"], user=request.user, author=author)
    messages.success(request, ngettext("%d edit is marked.", "%d edits are marked.", number) % number)
    back = form.cleaned_data["next"]
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return HttpResponseRedirect(back if is_ours and back.startswith("/") else reverse("articles:recent"), status=303)


def _title_of_section(article: Article, section: int | None) -> str | None:
    """The title of the one section that is shown; None when all are. 404 when the article never had it."""
    if section is None:
        return None
    row = past.section_of(article, section)
    if row is None:
        raise access.NothingThere(_("This article has no such section."), article.full_title)
    if row.position is None:
        return _("a section taken out since")  # Its title may have been hidden with the text that had it.
    if past.is_nameless(article, section):
        return _("a section under medical review")
    return row.title or _("Introduction")


def _pair(request: HttpRequest, old: str, new: str) -> tuple[Edit | None, Edit]:
    """Return the two versions that the address names; the first edit has none before it."""
    if _is_number(old) and _is_number(new):
        both = access.edits_to_read(request.user, _number(old), _number(new))
        if both is not None:
            return both
    if new == "current":
        article = access.edit_to_read(request.user, _number(old)).article
        new_edit = access.edit_to_read(request.user, article.current_edit_id or 0)
    else:
        new_edit = _newer(request, old, new)
    if old == "previous":
        return past.version_before(new_edit), new_edit
    return access.edit_to_read(request.user, _number(old), new_edit.article.full_title), new_edit


def _newer(request: HttpRequest, old: str, new: str) -> Edit:
    """Load the newer version; where there is none, the older one's article is where to look."""
    try:
        return access.edit_to_read(request.user, _number(new))
    except access.NothingThere as missing:
        if old == "previous":
            raise
        older = access.edit_to_read(request.user, _number(old))
        raise access.NothingThere(str(missing), older.article.full_title) from missing


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 18


def _number(value: str) -> int:
    if not _is_number(value):
        raise access.NothingThere(_("A version is named by its number, such as 12."))
    return int(value)
