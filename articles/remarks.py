"""What reviewers and its author say to each other about a proposal: about all of it, or about one of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Author, Proposal, Remark

if TYPE_CHECKING:
    from django.db.models import QuerySet

# On all texts of one proposal; whoever needs more talks somewhere else.
MOST: Final = 200
_LONGEST_QUOTE: Final = 500


class CannotSay(ValueError):
    """The remark says nothing, is about a line that isn't there, or is one too many; the message says which."""


def say(*, proposal: Proposal, author: Author, text: str, line: int | None = None, asks: bool = False) -> Remark:
    """Keep a remark on a proposal, or on a line (from 1) of its text; `asks`: it asks its author for changes.

    Raises CannotSay.
    """
    if not text.strip():
        raise CannotSay(_("Write what you want to say."))
    if _on(proposal).count() >= MOST:
        raise CannotSay(_("So much has been said about this proposal that no more is kept."))
    return Remark.objects.create(
        proposal=proposal,
        author=author,
        text=text.strip(),
        line=line,
        quote=_quote(proposal, line) if line is not None else "",
        asks=asks,
    )


def settle(*, proposal: Proposal, number: int, author: Author) -> None:
    """Say of a remark on a proposal, or on an earlier text of it, that nothing is left to do; of a settled one, that
    there is. One that isn't there is let be: two people may settle it at once."""
    remark = _on(proposal).filter(pk=number).first()
    if remark is None:
        return
    is_open = remark.settled is None
    settled = {"settled": timezone.now() if is_open else None, "settled_by": author if is_open else None}
    Remark.objects.filter(pk=remark.pk).update(**settled)


def said_about(proposal: Proposal) -> list[Remark]:
    """Return what has been said about a proposal and about the earlier texts of it, in the order it was said."""
    return list(_on(proposal).select_related("author__account", "settled_by")[:MOST])


def _on(proposal: Proposal) -> QuerySet[Remark]:
    first = proposal.first_id or proposal.pk
    return Remark.objects.filter(Q(proposal=first) | Q(proposal__first=first))


def _quote(proposal: Proposal, line: int) -> str:
    lines = proposal.blob.text.split("\n")
    if not 0 < line <= len(lines):
        raise CannotSay(_("The proposed text has no line %d.") % line)
    return lines[line - 1].strip()[:_LONGEST_QUOTE]
