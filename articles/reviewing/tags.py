"""What an edit's tags are called: what checks and filters had found, and how it was let through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy

from articles import checks, filters
from articles.models import Edit

if TYPE_CHECKING:
    pass


# Tags of an edit: the reviewer changed the text, or let only parts of it through.
AMENDED = "accepted:amended"
IN_PART = "accepted:in-part"
_TAG_NAMES: Final = {
    AMENDED: gettext_lazy("changed by the reviewer"),
    Edit.TOGETHER: gettext_lazy("approved by several"),
    IN_PART: gettext_lazy("accepted in part"),
    Edit.RISKY: gettext_lazy("risky"),
}


def names_of(tags: Iterable[str]) -> list[str]:
    """Return the words for an edit's tags: what checks had pointed out, and how it was let through."""
    tags = list(tags)
    own = [str(_TAG_NAMES[tag]) for tag in tags if tag in _TAG_NAMES]
    return [*checks.tag_names(tags), *filters.tag_names(tags), *own]


def offered() -> list[tuple[str, str]]:
    """Return all tags that an edit can have, with their words, by these."""
    named = [(tag, name) for tag in (*_TAG_NAMES, *checks.tags()) for name in names_of([tag])]
    return sorted(named, key=lambda each: each[1])
