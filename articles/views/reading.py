"""Reading: the article, an old version, its raw text, categories, the index, the main page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from articles import access, indexing, lists, notices, outlines, reading, search
from articles import history as past
from articles.moderation import deleting, protecting
from articles.renderer import RenderError
from articles.reviewing import proposed
from articles.views import keep_page, list_page, may_be_listed, number_in, right_spelling, told_at, waiting_of

_MEMBERS_A_PAGE = 200
_SHOWN_ON_MAIN = 8
# What people put behind a title out of MediaWiki's habit: `/wiki/Asthma?action=history`.
_MEDIAWIKI = {"action", "veaction", "oldid", "diff"}


@may_be_listed
@require_safe
def main(request: HttpRequest) -> TemplateResponse:
    """The main page: search, index, what is new, what is wanted, how to help."""
    counted, count = lists.article_count()
    context = {
        "changed": reading.newly_changed(_SHOWN_ON_MAIN),
        "made": lists.new_pages(size=_SHOWN_ON_MAIN).rows,
        "stubs": lists.stubs(notices.DEFAULT_STUB_TOPIC, size=_SHOWN_ON_MAIN).rows,
        "wanted": lists.wanted(size=_SHOWN_ON_MAIN).rows,
        "letters": lists.letters(),
        "count": count,
        "counted": counted,
        "mode": access.mode_of(request.user, None),
    }
    return TemplateResponse(request, "articles/reading/main.html", context)


@require_safe
def read(request: HttpRequest, title: str) -> HttpResponseBase:
    """An article; `?version=` an old one, `?redirect=no` a redirect itself, `?from=` where one came from."""
    full_title = access.full_title_of(title)
    elsewhere = _canonical(request, full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    if "version" in request.GET:
        return _version(request, full_title)
    try:
        article = access.article_to_read(request.user, full_title)
    except access.NoSuchArticle as missing:
        return _missing(request, missing)
    # One step only: redirects in a circle would never end. One that leads nowhere is shown itself.
    is_followed = article.is_redirect and request.GET.get("redirect") != "no" and "from" not in request.GET
    if is_followed and reading.leads_somewhere(article):
        return _redirect(article.redirect_to, article.full_title)
    try:
        page = reading.page_of(article)
    except RenderError:
        return TemplateResponse(request, "articles/reading/unrendered.html", {"article": article}, status=503)
    guards = protecting.holding(article)
    redirected_from = access.redirect_to(article, request.GET.get("from", ""))
    context = {
        "article": article,
        "full_title": full_title,
        "page": page,
        "edit": article.current_edit,
        "notices": notices.notices_of(article),
        "stub_category": notices.stub_category_of(article),
        "contributors": reading.contributors_of(article),
        "mode": access.mode_of(request.user, article),
        "guards": guards,
        "may_move": access.may_move(request.user, article) and not article.is_redirect,
        "may_moderate": access.may_moderate(request.user),
        "waiting": lambda: waiting_of(request, full_title),  # Of this person alone: asked where it is shown.
        "redirected_from": redirected_from,
        "printable": request.GET.get("printable") == "yes",
        "told_at": _told_at(request, page),
    }
    response = TemplateResponse(request, "articles/reading/article.html", context)
    response.stub_topic = notices.stub_topic_of(article)  # type: ignore[attr-defined]  # StubNoticeMiddleware reads both.
    response.stub_title = article.full_title  # type: ignore[attr-defined]
    if request.META["QUERY_STRING"] in _kept_queries(redirected_from):
        keep_page(response, until=protecting.first_end_of(guards))
    # Where a redirect led is the same page, and says so by its canonical address; printed and other forms stay out.
    if indexing.is_indexable(article) and not request.GET.keys() - {"from"}:
        list_page(response)
    return response


def _kept_queries(redirected_from: str) -> set[str]:
    """The forms of a page that are kept, each spelled in one way: made-up ones would drive others out."""
    return {"", "printable=yes", *([urlencode({"from": redirected_from})] if redirected_from else [])}


def _told_at(request: HttpRequest, page: reading.Page) -> int | None:
    """The section at which this page says what became of a save; None for its head."""
    section = told_at(request)
    return section if section in {headed.id for headed in page.headed} else None


def _version(request: HttpRequest, full_title: str) -> HttpResponseBase:
    """An old version, under a banner that says so."""
    edit = access.edit_to_read(request.user, number_in(request.GET, "version"), full_title)
    if edit.article.full_title != full_title:
        return HttpResponsePermanentRedirect(f"{edit.article.get_absolute_url()}?version={edit.pk}")
    try:
        page = reading.page_of_version(edit)
    except RenderError:
        page = None  # Written before a limit of today; its Markdown can still be read.
    context = {
        "article": edit.article,
        "full_title": full_title,
        "page": page,
        "edit": edit,
        "notices": notices.notices_of(edit.article),
        "is_current": edit.pk == edit.article.current_edit_id,
        "earlier": past.version_before(edit),
        "later": past.version_after(edit),
        "may_moderate": access.may_moderate(request.user),
        "mode": access.mode_of(request.user, edit.article),
        "may_revert": access.may_revert(request.user, edit.article),
    }
    return TemplateResponse(request, "articles/reading/version.html", context)


def _missing(request: HttpRequest, missing: access.NoSuchArticle) -> HttpResponseBase:
    """404 with "create it" and near titles; 410 for a deleted article; a person has a page that nobody writes."""
    if missing.parts.namespace == "user":
        return HttpResponseRedirect(reverse("articles:user", args=[missing.parts.title]))
    deleted = isinstance(missing, access.ArticleDeleted)
    full_title = str(missing)
    about_the_site = access.title_by_the_sites_name(full_title)
    if about_the_site and not deleted:
        return HttpResponseRedirect(reverse("articles:read", args=[about_the_site]))
    is_open = missing.parts.namespace in access.OPEN_NAMESPACES
    mode = access.mode_of(request.user, full_title)
    guards, reason = protecting.explained(None, full_title) if mode == "view" else ({}, None)
    context = {
        # First: while the page is made for all of a role, it is found here that it can't be.
        "waiting": waiting_of(request, full_title),
        "full_title": full_title,
        "deleted": deleted,
        "is_open": is_open,
        "deletion": deleting.reason_of(full_title) if deleted else None,
        "near": search.suggest(missing.parts.title, limit=6),
        "outlines": outlines.offered_for(full_title),
        "may_create": is_open and mode != "view",
        "mode": mode,
        "guards": guards,
        "reason": reason,
        "may_moderate": is_open and access.may_moderate(request.user),
        "proposed": proposed.proposed_anew(request.user, full_title),
    }
    return TemplateResponse(request, "articles/reading/missing.html", context, status=410 if deleted else 404)


@require_safe
def section(request: HttpRequest, section_id: int) -> HttpResponse:
    """The permanent address of a section leads to where it is now."""
    return HttpResponseRedirect(access.section_to_read(request.user, section_id), status=303)


@require_safe
def raw(request: HttpRequest, title: str) -> HttpResponseBase:
    """The Markdown of an article, or of an old version."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:raw", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    if "version" in request.GET:
        edit = access.edit_to_read(request.user, number_in(request.GET, "version"), full_title)
        if edit.article.full_title != full_title:
            return HttpResponsePermanentRedirect(
                f"{reverse('articles:raw', args=[edit.article.full_title])}?version={edit.pk}"
            )
        text = access.text_of(edit)
    else:
        text = access.text_to_read(request.user, full_title)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@may_be_listed
@require_safe
def category(request: HttpRequest, name: str) -> HttpResponseBase:
    """The articles of a category in alphabetical order, and what its own page says."""
    full_title = access.full_title_of(f"Category:{name}")
    title = full_title.partition(":")[2]
    elsewhere = right_spelling(request, "articles:category", title, name)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    members = reading.members_of(title, request.GET.get("after", "")[:300], _MEMBERS_A_PAGE + 1)
    about = reading.about_category(title)
    stubs = lists.stubs_in(title, after=request.GET.get("stubs", "")[:40])
    # A stub stands in its category already, whether somebody wrote it there or not.
    shown = [row for row in members[:_MEMBERS_A_PAGE] if notices.stub_category_of(row.article) != title]
    context: dict[str, Any] = {
        "title": title,
        "full_title": full_title,
        "subcategories": [row for row in shown if row.article.namespace == "category"],
        "members": [row for row in shown if row.article.namespace != "category"],
        "stubs": stubs,
        "after": reading.key_of_member(members[_MEMBERS_A_PAGE - 1]) if len(members) > _MEMBERS_A_PAGE else "",
        "about": about,
        "may_edit": access.may_edit(request.user),
        "mode": access.mode_of(request.user, None),
    }
    status = 200 if members or stubs.rows or about is not None else 404
    return TemplateResponse(request, "articles/reading/category.html", context, status=status)


@require_safe
def index(request: HttpRequest, letter: str = "A") -> TemplateResponse:
    """Titles from A to Z, from a letter (or any beginning) on."""
    letter = letter.replace("_", " ")[:255]
    titles = reading.titles_from(letter)
    context = {"letter": letter, "titles": titles.rows, "next": titles.next, "letters": lists.letters()}
    return TemplateResponse(request, "articles/reading/index.html", context)


def _canonical(request: HttpRequest, full_title: str, title: str) -> str:
    """Return the address to go to when this spelling, or MediaWiki's query, isn't the one; empty when it is."""
    if _MEDIAWIKI & request.GET.keys():
        return f"{reverse('articles:mediawiki', args=[full_title])}?{request.GET.urlencode()}"
    namespace, name = access.parts_of(full_title)
    if namespace == "category" and "version" not in request.GET:
        return reverse("articles:category", args=[name])
    return right_spelling(request, "articles:read", full_title, title)


def _redirect(target: str, from_title: str) -> HttpResponse:
    title, _hash, anchor = target.partition("#")
    url = f"{reverse('articles:read', args=[title])}?{urlencode({'from': from_title})}"
    response = HttpResponsePermanentRedirect(url + (f"#{anchor.replace(' ', '_')}" if anchor else ""))
    response.headers["Cache-Control"] = "no-cache"
    return response
