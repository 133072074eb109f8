"""MediaWiki's addresses, which people know by heart and old links hold: each leads to the address that it has here.

Permanently, so that search engines follow; kept by no cache, because what they lead to changes with the articles.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import access, reading
from articles import history as past

# `action=` -> the page that does it here. What isn't here, such as `watch`, is answered 404.
_ACTIONS: Final = {
    "view": "articles:read",
    "purge": "articles:read",
    "render": "articles:read",
    "edit": "articles:edit",
    "submit": "articles:edit",
    "history": "articles:history",
    "raw": "articles:raw",
    "info": "articles:info",
    "credits": "articles:info",
    "protect": "articles:protect",
    "unprotect": "articles:protect",
    "delete": "articles:delete",
}


class _Special(NamedTuple):
    """Where a special page is here, and what its argument, `Special:Name/argument`, is.

    "title" and "user" are part of the address and must be there; "beginning" may be; "me" is who asks; of others, the
    name in the query.
    """

    view: str
    argument: str = ""


# By the name without blanks and case; MediaWiki's own other names for a page are names here, too.
_SPECIALS: Final = {
    "allpages": _Special("articles:all_pages", "from"),
    "categories": _Special("articles:categories", "from"),
    "changeemail": _Special("account_email"),
    "changepassword": _Special("account_change_password"),
    "citethispage": _Special("articles:cite", "title"),
    "contribs": _Special("articles:contributions", "user"),
    "contributions": _Special("articles:contributions", "user"),
    "deletepage": _Special("articles:delete", "title"),
    "createaccount": _Special("account_signup"),
    "editpage": _Special("articles:edit", "title"),
    "history": _Special("articles:history", "title"),
    "log": _Special("articles:log", "page"),
    "login": _Special("account_login"),
    "logout": _Special("account_logout"),
    "movepage": _Special("articles:move", "title"),
    "lonelypages": _Special("articles:orphaned_pages"),
    "longpages": _Special("articles:long_pages"),
    "mycontribs": _Special("articles:contributions", "me"),
    "mycontributions": _Special("articles:contributions", "me"),
    "mypage": _Special("articles:user", "me"),
    "newpages": _Special("articles:new_pages"),
    "orphanedpages": _Special("articles:orphaned_pages"),
    "pageinfo": _Special("articles:info", "title"),
    "passwordreset": _Special("account_reset_password"),
    "pendingchanges": _Special("articles:proposals"),
    "preferences": _Special("account"),
    "prefixindex": _Special("articles:index", "beginning"),
    "protectpage": _Special("articles:protect", "title"),
    "purge": _Special("articles:read", "title"),
    "random": _Special("articles:random"),
    "randompage": _Special("articles:random"),
    "recentchanges": _Special("articles:recent"),
    "search": _Special("articles:search", "q"),
    "shortpages": _Special("articles:short_pages"),
    "specialpages": _Special("articles:special"),
    "statistics": _Special("articles:statistics"),
    "undelete": _Special("articles:deleted"),
    "userlogin": _Special("account_login"),
    "userlogout": _Special("account_logout"),
    "wantedpages": _Special("articles:wanted_pages"),
    "whatlinkshere": _Special("articles:links", "title"),
}
# Where MediaWiki's forms put the argument instead of into the address.
_ARGUMENTS: Final = ("target", "page", "user", "search", "prefix", "from")


@require_safe
def mediawiki(request: HttpRequest, title: str = "") -> HttpResponseBase:
    """`index.php`, the title in its path or in its query."""
    title = (title or request.GET.get("title", "")).partition("#")[0]
    prefix, colon, name = title.partition(":")
    if colon and prefix.strip(" _").casefold() == "special":
        return _special(request, name)
    if "diff" in request.GET:
        return _moved(_comparison(request, title))
    return _moved(_page(request, title) if title.strip(" _") else _without_title(request))


@require_safe
def mediawiki_special(request: HttpRequest, name: str) -> HttpResponseBase:
    """`Special:Name` and `Special:Name/argument`."""
    return _special(request, name)


def _moved(address: str) -> HttpResponsePermanentRedirect:
    response = HttpResponsePermanentRedirect(address)
    response.headers["Cache-Control"] = "no-cache"
    return response


# --- Articles ----------------------------------------------------------------------------------------------------
def _page(request: HttpRequest, title: str) -> str:
    """Return the address of what `action=` does with a title."""
    query = request.GET
    full_title = access.full_title_of(title)
    action = "edit" if "veaction" in query else query.get("action", "view")
    if action in ("edit", "submit"):
        return _form(request, full_title)
    if action not in _ACTIONS:
        raise _nothing(_("Nothing here is done by the action “%s”.") % action[:60], full_title)
    kept = {"version": _number(query["oldid"])} if query.get("oldid") and action in ("view", "raw") else {}
    if action == "view":
        kept |= {name: value for name, value in (("redirect", "no"), ("printable", "yes")) if query.get(name) == value}
    return _with_query(reverse(_ACTIONS[action], args=[full_title]), kept)


def _form(request: HttpRequest, full_title: str) -> str:
    """Return the address of the edit form; to undo an edit, one looks at it first."""
    query = request.GET
    if query.get("undo"):
        return reverse("articles:compare", args=["previous", _number(query["undo"])])
    if query.get("oldid"):
        return _with_query(reverse("articles:edit", args=[full_title]), {"version": _number(query["oldid"])})
    asked = {}
    if query.get("section"):
        asked["section"] = _section(request, full_title, query["section"])
    if query.get("veaction") == "edit":
        asked["editor"] = "visual"
    return _with_query(reverse("articles:edit", args=[full_title]), asked)


def _section(request: HttpRequest, full_title: str, number: str) -> str:
    """Return what our form calls MediaWiki's nth section, counted in the article as it is now; 0 is the lead."""
    if number in ("0", "new"):
        return number
    article = access.article_to_read(request.user, full_title)
    is_number = number.isascii() and number.isdigit() and len(number) < 6
    found = reading.section_numbered(article, int(number)) if is_number else None
    if found is None:
        raise _nothing(
            _("“%(title)s” has no section %(number)s.") % {"title": full_title, "number": number[:20]}, full_title
        )
    return str(found)


def _comparison(request: HttpRequest, title: str) -> str:
    """Return the address of a comparison: `diff=` the newer or `prev`, `next`, `cur`, and `oldid=` the older one."""
    return _comparison_of(request, request.GET["diff"], request.GET.get("oldid", ""), title)


def _comparison_of(request: HttpRequest, new: str, old: str, title: str) -> str:
    if new in ("", "0", "cur", "next", "prev") and not old:
        article = access.article_to_read(request.user, title)
        new = str(article.current_edit_id)
    if new == "next":
        later = past.version_after(access.edit_to_read(request.user, int(_number(old))))
        new = str(later.pk) if later is not None else "cur"
    if not old or new == "prev":
        return reverse("articles:compare", args=["previous", _number(old or new)])
    return reverse("articles:compare", args=[_number(old), "current" if new in ("", "0", "cur") else _number(new)])


def _without_title(request: HttpRequest) -> str:
    """Return the address of a version by its number alone, of a search, or of the main page."""
    query = request.GET
    if query.get("oldid"):
        return access.edit_to_read(request.user, int(_number(query["oldid"]))).get_absolute_url()
    if "curid" in query:
        return access.article_numbered(request.user, int(_number(query["curid"]))).get_absolute_url()
    return _search(request, query["search"]) if query.get("search") else reverse("articles:main")


# --- Special pages -----------------------------------------------------------------------------------------------
def _special(request: HttpRequest, name: str) -> HttpResponseBase:
    name, _slash, argument = name.strip(" _").partition("/")
    argument = argument or next((request.GET[each] for each in _ARGUMENTS if request.GET.get(each)), "")
    folded = "".join(name.split()).replace("_", "").casefold()
    if folded == "diff":
        old, _slash, new = argument.strip("/").partition("/")
        return _moved(_comparison_of(request, new, old, "") if new else _comparison_of(request, old, "", ""))
    if folded == "redirect":
        return _moved(_numbered(request, argument))
    if folded in ("permanentlink", "permalink"):
        return _moved(access.edit_to_read(request.user, int(_number(argument))).get_absolute_url())
    try:
        return _moved(_special_address(request, _SPECIALS[folded], argument[:600]))
    except (KeyError, NoReverseMatch):  # It is nowhere, or of a feature that this site leaves out.
        return TemplateResponse(request, "articles/mediawiki/unknown.html", {"name": name[:100]}, status=404)


def _numbered(request: HttpRequest, argument: str) -> str:
    """Return where `Special:Redirect/page/12`, or `/revision/12`, leads; of other kinds nothing has a number here."""
    kind, _slash, number = argument.partition("/")
    if kind.casefold() == "page":
        return access.article_numbered(request.user, int(_number(number))).get_absolute_url()
    return access.edit_to_read(
        request.user, int(_number(number if kind.casefold() == "revision" else ""))
    ).get_absolute_url()


def _special_address(request: HttpRequest, special: _Special, argument: str) -> str:
    if special.argument == "me":
        if request.user.is_authenticated:
            return reverse(special.view, args=[request.user.get_username()])
        return _with_query(reverse("account_login"), {"next": request.get_full_path()})
    if not argument or not special.argument:
        is_about_something = special.argument in ("title", "user")
        return reverse("articles:special" if is_about_something else special.view)
    if special.argument == "title":
        return reverse(special.view, args=[access.full_title_of(argument)])
    if special.argument == "user":
        return reverse(special.view, args=[_name_of(argument)])
    if special.argument == "beginning":
        return reverse(special.view, args=[argument[:255]])
    if special.argument == "q":
        return _search(request, argument)
    return _with_query(reverse(special.view), {special.argument: argument[:255]})


def _name_of(argument: str) -> str:
    """Return the name of a person, written with or without `User:`."""
    parts = access.parts_of(argument)
    return parts.title if parts.namespace == "user" else access.parts_of(f"User:{argument}").title


def _nothing(message: str, full_title: str) -> access.NothingThere:
    """404 that leads on to the article, where there is one."""
    return access.NothingThere(message, full_title if access.is_there(full_title) else "")


# --- Addresses ---------------------------------------------------------------------------------------------------
def _search(request: HttpRequest, words: str) -> str:
    full = {"full": "1"} if "fulltext" in request.GET else {}
    return _with_query(reverse("articles:search"), {"q": words[:300], **full})


def _with_query(address: str, query: dict[str, str]) -> str:
    return f"{address}?{urlencode(query)}" if query else address


def _number(value: str) -> str:
    """Return a version's number as it was sent; 404 when it is none."""
    if not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise access.NothingThere(_("A version is named by its number, such as 12."))
    return value
