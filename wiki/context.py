"""What every template may say of the site."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_bidi


def site(request: HttpRequest) -> dict[str, object]:
    """Return the site's names, licence and direction of writing."""
    return {
        "wiki_name": settings.WIKI_NAME,
        "wiki_tagline": settings.WIKI_TAGLINE.replace("{name}", settings.WIKI_NAME),
        "wiki_licence": settings.WIKI_LICENCE,
        "wiki_licence_url": settings.WIKI_LICENCE_URL,
        "language_code": settings.WIKI_LANGUAGE,
        "language_direction": "rtl" if get_language_bidi() else "ltr",
    }
