"""Citing: how a version of an article is named in a paper, ready to be copied or downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from articles import access, choices, citing
from articles import history as past
from articles.templatetags.pages import absolute
from articles.views import number_in, right_spelling

if TYPE_CHECKING:
    from articles.models import Edit


@require_safe
def cite(request: HttpRequest, title: str) -> HttpResponseBase:
    """How to cite the article as it is now, or `?version=` an old one; `?style=bibtex` or `ris` is a file."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:cite", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    edit = _version(request, full_title)
    if edit.article.full_title != full_title:
        address = reverse("articles:cite", args=[edit.article.full_title])
        return HttpResponsePermanentRedirect(f"{address}?version={edit.pk}")
    cited = _citable(request, edit)
    style = request.GET.get("style", "")
    if style in citing.ENTRIES:
        return _file(cited, citing.ENTRIES[style])
    context = {
        "article": edit.article,
        "full_title": full_title,
        "edit": edit,
        "is_current": edit.pk == edit.article.current_edit_id,
        "address": cited.address,
        "styles": [("APA", citing.apa(cited)), ("AMA", citing.ama(cited)), ("Vancouver", citing.vancouver(cited))],
        "entries": [("BibTeX", "bibtex", citing.bibtex(cited)), ("RIS", "ris", citing.ris(cited))],
        "mode": access.mode_of(request.user, edit.article),
    }
    return TemplateResponse(request, "articles/citing/cite.html", context)


def _version(request: HttpRequest, full_title: str) -> Edit:
    """Return the version asked for, else the current one."""
    if "version" in request.GET:
        return access.edit_to_read(request.user, number_in(request.GET, "version"), full_title)
    article = access.article_to_read(request.user, full_title)
    return access.edit_to_read(request.user, article.current_edit_id or 0)


def _citable(request: HttpRequest, edit: Edit) -> citing.Citable:
    return citing.Citable(
        title=edit.title,
        site=choices.value("WIKI_NAME"),
        authors=tuple(past.writers_of(edit)),
        edit=edit.pk,
        changed=edit.time.date(),
        read=timezone.now().date(),
        address=absolute(request, edit.get_absolute_url()),
    )


def _file(cited: citing.Citable, entry: citing.Entry) -> HttpResponse:
    """Answer with a file; as plain text, because browsers open what they know and this is nothing to look at."""
    name = f"{citing.file_name(cited)}.{entry.ending}"
    return HttpResponse(
        entry.of(cited),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(True, name) or "attachment"},
    )
