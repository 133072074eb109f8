"""What search engines and browsers ask for by themselves: the sitemap, robots.txt, how to search here."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import indexing


@require_safe
def sitemap(request: HttpRequest) -> TemplateResponse:
    """The sitemap's pages; there is none while search engines may list nothing."""
    _require_indexing()
    context = {"pages": indexing.sitemap_pages()}
    return _for_machines(request, "articles/indexing/sitemap.xml", "application/xml", context)


@require_safe
def sitemap_page(request: HttpRequest, number: int) -> TemplateResponse:
    """A page of the sitemap: articles, and when each was changed last."""
    _require_indexing()
    if number not in indexing.sitemap_pages():
        raise Http404(_("The sitemap has no such page."))
    context = {"listed": indexing.sitemap_page(number)}
    return _for_machines(request, "articles/indexing/sitemap_page.xml", "application/xml", context)


@require_safe
def robots(request: HttpRequest) -> TemplateResponse:
    """What robots are asked to leave alone: everything, or all that isn't there to be read."""
    context = {"is_allowed": indexing.is_allowed()}
    return _for_machines(request, "articles/indexing/robots.txt", "text/plain", context)


@require_safe
def opensearch(request: HttpRequest) -> TemplateResponse:
    """How a browser searches this wiki, and asks for suggestions."""
    return _for_machines(request, "articles/indexing/opensearch.xml", "application/opensearchdescription+xml", {})


def _require_indexing() -> None:
    if not indexing.is_allowed():
        raise Http404(_("There is no sitemap: search engines are asked to list nothing of this site."))


def _for_machines(request: HttpRequest, template: str, kind: str, context: Mapping[str, object]) -> TemplateResponse:
    return TemplateResponse(
        request,
        template,
        dict(context),
        content_type=f"{kind}; charset=utf-8",
        # A page that was deleted is on no list from then on, on the way neither.
        headers={"Cache-Control": "no-cache"},
    )
