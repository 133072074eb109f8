"""Lists: of pages, of what is missing, of who did what; facts of a page; the map of all special pages."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from articles import access, history, lists, notices
from articles.moderation import blocking, measuring, protecting
from articles.views import number_or_none, right_spelling

# What is shown on the map: words, the address's name, MediaWiki's name of it. A feature that isn't there isn't shown.
_MAP: Final = (
    (
        _("Lists of pages"),
        (
            (_("All articles from A to Z"), "articles:index", ""),
            (_("All pages"), "articles:all_pages", "AllPages"),
            (_("Categories"), "articles:categories", "Categories"),
            (_("New articles"), "articles:new_pages", "NewPages"),
            (_("Long articles"), "articles:long_pages", "LongPages"),
            (_("Short articles"), "articles:short_pages", "ShortPages"),
            (_("A random article"), "articles:random", "Random"),
        ),
    ),
    (
        _("What is wanted"),
        (
            (_("Stubs that want to grow"), "articles:stubs", ""),
            (_("Wanted articles"), "articles:wanted_pages", "WantedPages"),
            (_("Orphaned articles"), "articles:orphaned_pages", "LonelyPages"),
        ),
    ),
    (
        _("Changes"),
        (
            (_("Recent changes"), "articles:recent", "RecentChanges"),
            (_("Proposals"), "articles:proposals", "PendingChanges"),
            (_("Feed of recent changes"), "articles:recent_feed", ""),
            (_("Feed of new articles"), "articles:new_feed", ""),
        ),
    ),
    (
        _("Finding and knowing"),
        (
            (_("Search"), "articles:search", "Search"),
            (_("Statistics"), "articles:statistics", "Statistics"),
            (_("Medical disclaimer"), "wording:disclaimer", "Project:General disclaimer"),
        ),
    ),
)
_WITHOUT_AN_ACCOUNT: Final = (
    (_("Log in"), "account_login", "UserLogin"),
    (_("Register"), "account_signup", "CreateAccount"),
    (_("Your drafts"), "articles:drafts", ""),
)
_OF_AN_ACCOUNT: Final = (
    (_("Your drafts"), "articles:drafts", ""),
    (_("Your account"), "account", "Preferences"),
    (_("Change your password"), "account_change_password", "ChangePassword"),
    (_("Log out"), "account_logout", "UserLogout"),
)
_OF_MODERATORS: Final = (
    (_("Inbox: all that waits for a moderator"), "articles:inbox", ""),
    (_("Blocks"), "articles:blocks", "BlockList"),
    (_("Filters"), "articles:filters", "AbuseFilter"),
    (_("Domains that nothing may link to"), "articles:domains", "BlockedExternalDomains"),
    (_("Look up addresses"), "articles:look_up", "CheckUser"),
    (_("Deleted pages"), "articles:deleted", "Undelete"),
    (_("Log of moderators’ and administrators’ acts"), "articles:log", "Log"),
)
_WITH_A_DASHBOARD: Final = ((_("Dashboard: what waits, edits and reverts by day"), "articles:dashboard", ""),)
_OF_ADMINISTRATORS: Final = (
    (_("Who approves: rules for topics and protected pages"), "articles:approvers", ""),
    (_("Erase for law"), "articles:erase", ""),
)

# Browsers press them with Alt, Alt+Shift or Ctrl+Option: MediaWiki's letters, where there is such a thing here.
_KEYS: Final = (
    (
        _("On every page"),
        (
            ("f", _("Search")),
            ("z", _("Main page")),
            ("r", _("Recent changes")),
            ("x", _("A random article")),
            ("q", _("Special pages")),
            ("o", _("Log in")),
            (".", _("Your page")),
            ("y", _("Your contributions")),
        ),
    ),
    (
        _("On an article"),
        (
            ("c", _("Read")),
            ("e", _("Edit, or view the source")),
            ("h", _("History")),
            ("j", _("What links here")),
            ("p", _("Printable version")),
        ),
    ),
    (
        _("While editing"),
        (
            ("s", _("Save")),
            ("p", _("Preview")),
            ("v", _("Show changes")),
            ("b", _("Summary")),
            ("i", _("A small change")),
        ),
    ),
    (pgettext_lazy("where", "In a history"), (("v", _("Compare the chosen versions")),)),
    (_("On a proposal"), (("s", _("Accept and publish")),)),
)


@require_safe
def special(request: HttpRequest) -> TemplateResponse:
    """The map of all pages that nobody wrote."""
    account = _OF_AN_ACCOUNT if request.user.is_authenticated else _WITHOUT_AN_ACCOUNT
    moderators = _OF_MODERATORS if access.may_moderate(request.user) else ()
    dashboard = _WITH_A_DASHBOARD if moderators and measuring.is_on() else ()
    administrators = _OF_ADMINISTRATORS if access.may_set_rules(request.user) else ()
    groups = [
        (heading, [(words, address, name) for words, view, name in rows if (address := _address_of(view))])
        for heading, rows in (
            *_MAP,
            (_("Moderation"), (*moderators, *dashboard, *administrators)),
            (_("Your account"), account),
        )
    ]
    context = {"groups": groups, "keys": _KEYS, "titled": _TITLED}
    return TemplateResponse(request, "articles/lists/special.html", context)


# Of one page each, reached from its foot; of one person or two versions, reached from any history.
_TITLED: Final = (
    (_("What links here"), "WhatLinksHere"),
    (_("Page information"), "PageInfo"),
    (_("Permanent link"), "PermanentLink"),
    (_("Cite this page"), "CiteThisPage"),
    (_("Contributions"), "Contributions"),
    (_("Compare"), "Diff"),
)


@require_safe
def all_pages(request: HttpRequest) -> TemplateResponse:
    """Every page of a kind, redirects too, from a beginning on."""
    namespace = request.GET.get("namespace", "article")
    namespace = namespace if namespace in access.OPEN_NAMESPACES else "article"
    beginning = request.GET.get("from", "")[:255].replace("_", " ")
    context = {
        "namespace": namespace,
        "namespaces": _NAMESPACES,
        "beginning": beginning,
        "listing": lists.all_pages(namespace, beginning),
    }
    return TemplateResponse(request, "articles/lists/all_pages.html", context)


_NAMESPACES: Final = (
    ("article", _("Articles")),
    ("project", _("Pages about the project")),
    ("help", _("Help")),
    ("category", _("Categories that say something")),
    ("template", _("Templates")),
)


@require_safe
def new_pages(request: HttpRequest) -> TemplateResponse:
    """The articles made last."""
    listing = lists.new_pages(before=number_or_none(request.GET, "after"))
    return TemplateResponse(request, "articles/lists/new_pages.html", {"listing": listing})


@require_safe
def long_pages(request: HttpRequest) -> TemplateResponse:
    """The articles with the most words."""
    context = {"listing": lists.long_pages(_after(request)), "are_long": True}
    return TemplateResponse(request, "articles/lists/by_length.html", context)


@require_safe
def short_pages(request: HttpRequest) -> TemplateResponse:
    """The articles with the fewest words."""
    context = {"listing": lists.short_pages(_after(request)), "are_long": False}
    return TemplateResponse(request, "articles/lists/by_length.html", context)


@require_safe
def wanted_pages(request: HttpRequest) -> TemplateResponse:
    """What articles link to and nobody has written."""
    context = {"listing": lists.wanted(_after(request)), "mode": access.mode_of(request.user, None)}
    return TemplateResponse(request, "articles/lists/wanted_pages.html", context)


@require_safe
def orphaned_pages(request: HttpRequest) -> TemplateResponse:
    """Articles that no other page links to."""
    context = {"listing": lists.orphaned_pages(_after(request)), "after": _after(request)}
    return TemplateResponse(request, "articles/lists/orphaned_pages.html", context)


@require_safe
def stubs(request: HttpRequest) -> TemplateResponse:
    """The queue of all stubs, or of a topic's: the shortest, or those that most pages link to, first."""
    topic = request.GET.get("topic", "")[:60]
    by_links = request.GET.get("order") == "links"
    queue = lists.most_linked_stubs if by_links else lists.stubs
    context = {
        "topic": topic,
        "topics": lists.stub_topics(),
        "category": notices.stub_category(topic) if topic else "",
        "by_links": by_links,
        "listing": queue(topic, after=_after(request)),
        "mode": access.mode_of(request.user, None),
        "ranked": lists.RANKED,
    }
    return TemplateResponse(request, "articles/lists/stubs.html", context)


@require_safe
def categories(request: HttpRequest) -> TemplateResponse:
    """The names of all categories, and how many pages are in each."""
    beginning = request.GET.get("from", "")[:255].replace("_", " ")
    context = {"listing": lists.categories(beginning), "beginning": beginning}
    return TemplateResponse(request, "articles/lists/categories.html", context)


@require_safe
def statistics(request: HttpRequest) -> TemplateResponse:
    """How much there is."""
    return TemplateResponse(request, "articles/lists/statistics.html", {"numbers": lists.numbers()})


@never_cache
@require_safe
def random(request: HttpRequest) -> HttpResponseRedirect:
    """Any article; the main page while there is none."""
    article = lists.random_article()
    return HttpResponseRedirect(article.get_absolute_url() if article is not None else reverse("articles:main"))


@require_safe
def links(request: HttpRequest, title: str) -> HttpResponseBase:
    """The pages that link to a page, whether it is written or not."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:links", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    try:
        article = access.article_to_read(request.user, full_title)
    except access.NoSuchArticle:
        article = None  # What is wanted is linked to before it is there.
    context = {
        "full_title": full_title,
        "article": article,
        "listing": lists.links_to(full_title, number_or_none(request.GET, "after")),
        "mode": access.mode_of(request.user, article),
    }
    return TemplateResponse(request, "articles/lists/links.html", context)


@require_safe
def info(request: HttpRequest, title: str) -> HttpResponseBase:
    """What is known of a page beside its text."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:info", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_read(request.user, full_title)
    context = {
        "article": article,
        "full_title": full_title,
        "edit": article.current_edit,
        "facts": lists.facts_of(article),
        "guards": protecting.guards_of(article, full_title),
        "mode": access.mode_of(request.user, article),
    }
    return TemplateResponse(request, "articles/lists/info.html", context)


@require_safe
def user(request: HttpRequest, name: str) -> HttpResponseBase:
    """Who signs with this name."""
    person = lists.person(name, is_imported="imported" in request.GET)
    elsewhere = right_spelling(request, "articles:user", person.name, name) if person.kind == "account" else ""
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    latest = history.contributions_of(person.author_ids)
    may_moderate = access.may_moderate(request.user)
    context = {
        "person": person,
        "latest": latest.rows[:5],
        "may_moderate": may_moderate,
        "blocks": blocking.of_author(person.author_ids) if may_moderate else [],
    }
    return TemplateResponse(request, "articles/lists/user.html", context)


@require_safe
def contributions(request: HttpRequest, name: str) -> HttpResponseBase:
    """The edits of an author, newest first."""
    person = lists.person(name, is_imported="imported" in request.GET)
    elsewhere = right_spelling(request, "articles:contributions", person.name, name) if person.kind == "account" else ""
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    may_moderate = access.may_moderate(request.user)
    edits = history.contributions_of(
        person.author_ids,
        before=number_or_none(request.GET, "before"),
        after=number_or_none(request.GET, "after"),
        hidden_too=may_moderate,
    )
    context = {
        "person": person,
        "edits": edits,
        "is_imported": person.kind == "imported",
        "may_moderate": may_moderate,
        "blocks": blocking.of_author(person.author_ids) if may_moderate else [],
        "may_review": access.may_review(request.user),
    }
    return TemplateResponse(request, "articles/lists/contributions.html", context)


def _after(request: HttpRequest) -> str:
    return request.GET.get("after", "")[:300]


def _address_of(view: str) -> str:
    try:
        return reverse(view)
    except NoReverseMatch:
        return ""
