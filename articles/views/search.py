"""Search: results with the section each hit is in, and suggestions as one types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles import access
from articles import search as finding
from articles.forms.search import SearchForm


@require_safe
def search(request: HttpRequest) -> HttpResponseBase:
    """Ranked results; an exact title goes there at once, unless `?full=1` asks for the results."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"] if form.is_valid() else request.GET.get("q", "")[:300]
    page = (form.cleaned_data.get("page") if form.is_valid() else 1) or 1
    results = finding.find(query, page=page) if query.strip() else None
    if results is not None and results.exact and not request.GET.get("full"):
        return HttpResponseRedirect(reverse("articles:read", args=[results.exact]))
    context = {
        "query": query,
        "results": results,
        "page": page,
        "near": finding.suggest(query, limit=6) if results is not None and not results.hits else [],
        "may_create": access.possible_title(query) if results is not None and not results.exact else "",
        "mode": access.mode_of(request.user, None),
    }
    return TemplateResponse(request, "articles/search/results.html", context)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions in OpenSearch's form: the words typed, titles, descriptions, addresses."""
    query = request.GET.get("q", "")[:300]
    found = finding.suggest(query, limit=10) if query.strip() else []
    titles = [suggestion.full_title for suggestion in found]
    descriptions = [suggestion.description for suggestion in found]
    urls = [request.build_absolute_uri(reverse("articles:read", args=[title])) for title in titles]
    return JsonResponse([query, titles, descriptions, urls], safe=False)
