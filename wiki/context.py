"""What every template may say of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from wiki import routing
from wiki.wording import words
from wiki.wording.site import Site


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's words as `wiki` and `site`, its names and licence, and languages with their directions.

    Pages of django-allauth have a `site` of their own: what stands on every page says `wiki`.
    """
    wiki = Site(words.values())
    return {
        "wiki": wiki,
        "site": wiki,
        "wiki_name": wiki.name,
        "wiki_tagline": wiki.tagline,
        "wiki_licence": wiki.licence,
        "wiki_licence_url": wiki.licence_url,
        "newest_may_be_missing": routing.newest_may_be_missing(),
        **_languages(),
    }


def _languages() -> dict[str, object]:
    """Return the articles' language and direction, and the interface's where they are others."""
    code, spoken = settings.WIKI_LANGUAGE, get_language() or "en"
    said = {"language_code": code, "language_direction": _direction(code)}
    if code.partition("-")[0] == spoken.partition("-")[0]:
        return said
    return {**said, "interface_language": spoken, "interface_direction": _direction(spoken)}


def _direction(language: str) -> str:
    return "rtl" if language.partition("-")[0] in settings.LANGUAGES_BIDI else "ltr"
