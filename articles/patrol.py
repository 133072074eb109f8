"""Patrol: which edits a reviewer should still look at, and who has looked at one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from django.utils import timezone

from articles import access
from articles.models import Author, Edit, Patrol

if TYPE_CHECKING:
    from articles.access import Person

# So many edits of somebody's are their first ones.
_FIRST_EDITS: Final = 10
_MOST: Final = 100


def ask_for(edit: Edit) -> None:
    """Let an edit that was just saved wait for a reviewer's look, in the caller's transaction.

    What a reviewer accepted has been looked at; what one saves needs nobody's look, and what was imported is an
    administrator's act. What may harm waits for another.
    """
    if edit.kind == Edit.Kind.IMPORT:
        return
    author, approver, is_risky = edit.author, edit.approver, Edit.RISKY in edit.tags
    if not is_risky and approver is None and author.account is not None and access.may_review(author.account):
        return
    edits = Edit.objects.filter(author=author).order_by()[: _FIRST_EDITS + 1].count()
    row = Patrol(edit=edit, by_somebody_new=edits <= _FIRST_EDITS, is_risky=is_risky)
    if approver is not None and not is_risky:
        row.by, row.when = approver, edit.time
    row.save(force_insert=True)


def may_look(user: Person, author: Author | None, edit: Edit) -> bool:
    """Whether this person says of an edit that they have looked at it: reviewers, and nobody of their own
    or of what they let through."""
    return access.may_review(user) and author is not None and author.pk not in (edit.author_id, edit.approver_id)


def look(*, numbers: Iterable[int], user: Person, author: Author) -> int:
    """Say of these edits that a reviewer has looked at them; return of how many. Who was first stays.

    Raises PermissionDenied for whoever may not; one's own are left.
    """
    access.require(access.may_review(user))
    waiting = Patrol.objects.filter(edit__in=list(numbers)[:_MOST], by__isnull=True)
    # By number: not every database updates through a join.
    found = [row.pk for row in waiting.select_related("edit") if may_look(user, author, row.edit)]
    return Patrol.objects.filter(pk__in=found, by__isnull=True).update(by=author, when=timezone.now())


def look_away(*, numbers: Iterable[int], user: Person, author: Author) -> int:
    """Take back that one has looked at these edits: they wait again; return how many. Nobody takes back another's."""
    access.require(access.may_review(user))
    return Patrol.objects.filter(pk__in=list(numbers)[:_MOST], by=author).update(by=None, when=None)


def unseen_of_new_people(most: int) -> list[Edit]:
    """Return the oldest edits of new people that nobody has looked at."""
    rows = Edit.objects.visible().filter(patrol__by__isnull=True, patrol__by_somebody_new=True)
    return list(rows.select_related("article", "author", "approver").defer("outline").order_by("patrol")[:most])
