"""History: edits of an article, two versions compared, an old one brought back, everybody's changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from articles import access, editing
from articles import history as past
from articles.forms import RevertForm
from articles.views import author_of, number_or_none, right_spelling, tell

if TYPE_CHECKING:
    from articles.models import Article, Edit


@require_safe
def history(request: HttpRequest, title: str) -> HttpResponseBase:
    """The edits of an article, newest first; `?section=` only those of one section."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:history", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_read(request.user, full_title)
    section = number_or_none(request.GET, "section")
    before, after = number_or_none(request.GET, "before"), number_or_none(request.GET, "after")
    if section is None:
        edits = past.edits_of(article, before=before, after=after)
    else:
        edits = past.edits_of_section(article, section, before=before, after=after)
    context = {
        "article": article,
        "full_title": full_title,
        "edits": edits,
        "section": section,
        "section_title": _title_of_section(article, section),
        "looked_at": past.MOST_LOOKED_AT,
        "mode": access.mode_of(request.user, article),
        "may_revert": access.may_revert(request.user, article),
    }
    return TemplateResponse(request, "articles/history/history.html", context)


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
    """What changed between two versions; `previous` and `current` name neighbours."""
    old_edit, new_edit = _pair(request, old, new)
    section = number_or_none(request.GET, "section")
    context = {
        "article": new_edit.article,
        "full_title": new_edit.article.full_title,
        "old": old_edit,
        "new": new_edit,
        "comparison": past.comparison_of(old_edit, new_edit, section),
        "section": section,
        "section_title": _title_of_section(new_edit.article, section),
        "between": past.edits_between(old_edit, new_edit) if old_edit is not None else 0,
        "earlier": past.version_before(old_edit) if old_edit is not None else None,
        "later": past.version_after(new_edit),
        "mode": access.mode_of(request.user, new_edit.article),
        "may_revert": access.may_revert(request.user, new_edit.article),
    }
    return TemplateResponse(request, "articles/history/compare.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def revert(request: HttpRequest, edit_id: int) -> HttpResponseBase:
    """GET shows what bringing a version back would change; POST does it, as a new edit."""
    edit = access.edit_to_read(request.user, edit_id)
    access.require(access.may_revert(request.user, edit.article))
    form = RevertForm(request.POST or None, initial={"base": edit.article.current_edit_id})
    message, status = "", 200
    if request.method == "POST" and not form.is_valid():
        status = 422
    elif request.method == "POST":
        author = author_of(request)
        assert author is not None
        try:
            done = editing.revert(edit=edit, author=author, **form.cleaned_data)
            is_new = editing.is_made_by(author, done, base=form.cleaned_data["base"])
            tell(request, "saved" if is_new else "unchanged", done, None)
            return HttpResponseRedirect(editing.address_of_edit(done), status=303)
        except editing.EditConflict:
            message = _("The article has changed since you opened this page. Look again at what would happen.")
            form, status = RevertForm(initial={**form.cleaned_data, "base": edit.article.current_edit_id}), 409
        except editing.TextRefused as refused:
            message, status = refused.message, refused.status
    current = access.edit_to_read(request.user, edit.article.current_edit_id or 0)
    context = {
        "article": edit.article,
        "full_title": edit.article.full_title,
        "edit": edit,
        "form": form,
        "message": message,
        "comparison": past.comparison_of(current, edit),
        "mode": "publish",
    }
    return TemplateResponse(request, "articles/history/revert.html", context, status=status)


@require_safe
def recent(request: HttpRequest) -> TemplateResponse:
    """What was changed lately, by everybody."""
    changes = past.recent_changes(
        before=number_or_none(request.GET, "before"), after=number_or_none(request.GET, "after")
    )
    return TemplateResponse(request, "articles/history/recent.html", {"edits": changes})


def _title_of_section(article: Article, section: int | None) -> str | None:
    """The title of the one section that is shown; None when all are. 404 when the article never had it."""
    if section is None:
        return None
    row = past.section_of(article, section)
    if row is None:
        raise access.NothingThere(_("This article has no such section."), article.full_title)
    if row.position is None:
        return _("a section taken out since")  # Its title may have been hidden with the text that had it.
    return row.title or _("Introduction")


def _pair(request: HttpRequest, old: str, new: str) -> tuple[Edit | None, Edit]:
    """Return the two versions that the address names; the first edit has none before it."""
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


def _number(value: str) -> int:
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise access.NothingThere(_("A version is named by its number, such as 12."))
    return int(value)
