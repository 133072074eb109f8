"""What every template may say of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi

from wiki.wording import words
from wiki.wording.site import Site


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's words as `wiki` and `site`, its names and licence, and the direction of writing.

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
        "language_code": settings.WIKI_LANGUAGE,
        "language_direction": "rtl" if get_language_bidi() else "ltr",
    }
