"""What an administrator may choose while the wiki runs: the core asks here, the site may answer.

Without a site around it (`WIKI_CHOICES` empty) the settings answer.
"""

from collections.abc import Callable
from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string


def is_read_only() -> bool:
    """Whether nothing may be saved just now: the environment says so, or an administrator."""
    return bool(settings.WIKI_READ_ONLY == "on" or value("WIKI_READ_ONLY") == "on")


def value(name: str) -> str:
    """Return the choice of this name, such as "WIKI_ANONYMOUS_EDITS", as it holds now."""
    if settings.WIKI_CHOICES:
        return cast("Callable[[str], str]", import_string(settings.WIKI_CHOICES))(name)
    return str(getattr(settings, name))
