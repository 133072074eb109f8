"""Recent changes: which of everybody's edits somebody wants to see, and which came since they last looked.

History and feeds ask here, so that a page and its feed show the same. However rare what is wanted is, a page looks at
so many edits at most: it may be short, even empty, and still have older ones.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles import choices, unwritable
from articles.models import Author, Dependency, Edit, Patrol, Tagged, Visit
from articles.models.edits import EditQuerySet

# So many edits that may be wanted are looked at for one page.
WINDOW = 2_000
_NAMESAKES: Final = 20
# Whoever comes back after so long sees what came since they left; until then it is one visit.
_A_VISIT: Final = timedelta(minutes=30)
_A_WHILE: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Wanted:
    """Which changes somebody wants to see; what is empty is not asked.

    `topic` is a category, `by` a person's name, `minor` is "no" or "only"; `new` are edits of new people, `unseen`
    those that no reviewer has looked at.
    """

    topic: str = ""
    namespace: str = ""
    by: str = ""
    tag: str = ""
    minor: str = ""
    new: bool = False
    unseen: bool = False

    def __bool__(self) -> bool:
        return any(astuple(self))


ALL: Final = Wanted()


@dataclass(frozen=True)
class Found:
    """The edits that are wanted among those looked at; `end` is the last of these where there are more to look at."""

    rows: EditQuerySet
    end: int | None = None


def find(wanted: Wanted, *, before: int | None = None, after: int | None = None, hidden_too: bool = False) -> Found:
    """Return which edits are wanted of those below `before`, or just above `after`; `hidden_too` is for moderators."""
    rows = Edit.objects.of_pages_there() if hidden_too else Edit.objects.visible()
    if not wanted:
        return Found(rows)
    authors = _authors(wanted.by) if wanted.by else []
    looked_at = _looked_at(wanted, authors, before, after)
    rows = rows.filter(pk__in=looked_at)
    if wanted.by:
        rows = rows.filter(author__in=authors) if hidden_too else rows.filter(author__in=authors, hidden_author=False)
    return Found(_narrowed(rows, wanted), looked_at[-1] if len(looked_at) == WINDOW else None)


def seen_by(account_id: int) -> int:
    """Return the newest edit that was there when somebody was here last, and note that they are here now."""
    now = timezone.now()
    newest = Edit.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    if choices.is_read_only():
        return Visit.objects.filter(account_id=account_id).values_list("seen", flat=True).first() or newest
    visit = Visit.objects.filter(account_id=account_id).first()
    if visit is None:
        first = Visit(account_id=account_id, seen=newest, newest=newest, when=now)
        unwritable.note(lambda: Visit.objects.bulk_create([first], ignore_conflicts=True))
        return newest
    if now - visit.when < _A_WHILE:
        return visit.seen  # Asked again and again, a page writes nothing.
    seen = visit.newest if now - visit.when >= _A_VISIT else visit.seen
    rows = Visit.objects.filter(pk=account_id)
    unwritable.note(lambda: rows.update(seen=seen, newest=newest, when=now))
    return seen


def _authors(name: str) -> list[int]:
    return list(Author.objects.filter(name=name).order_by("pk").values_list("pk", flat=True)[:_NAMESAKES])


def _looked_at(wanted: Wanted, authors: list[int], before: int | None, after: int | None) -> list[int]:
    """Return the numbers of the next edits that may be wanted, as one index gives them in their order.

    The database would otherwise read all edits to find that there are no such ones, or sort all of a person's.
    """
    numbers: QuerySet[Any]
    key = "edit_id"
    if wanted.tag:
        numbers = Tagged.objects.filter(name=wanted.tag)
    elif wanted.unseen:
        numbers = Patrol.objects.filter(by__isnull=True)
    elif wanted.new:
        numbers = Patrol.objects.filter(by_somebody_new=True)
    else:
        key = "pk"
        numbers = Edit.objects.all()
    if wanted.by:
        key = "pk"
        # Of one name by its index; of several the database sorts what they wrote.
        numbers = (
            Edit.objects.filter(author=authors[0]) if len(authors) == 1 else Edit.objects.filter(author__in=authors)
        )
    if after is not None:
        numbers = numbers.filter(**{f"{key}__gt": after}).order_by(key)
    else:
        numbers = (numbers.filter(**{f"{key}__lt": before}) if before is not None else numbers).order_by(f"-{key}")
    return list(numbers.values_list(key, flat=True)[:WINDOW])


def _narrowed(rows: EditQuerySet, wanted: Wanted) -> EditQuerySet:
    if wanted.tag and wanted.by:  # Else all that are looked at have it.
        rows = rows.filter(Exists(Tagged.objects.filter(edit=OuterRef("pk"), name=wanted.tag)))
    if wanted.unseen:
        rows = rows.filter(Exists(Patrol.objects.filter(edit=OuterRef("pk"), by__isnull=True)))
    if wanted.new:
        rows = rows.filter(Exists(Patrol.objects.filter(edit=OuterRef("pk"), by_somebody_new=True)))
    if wanted.namespace:
        rows = rows.filter(article__namespace=wanted.namespace)
    if wanted.minor:
        rows = rows.filter(minor=wanted.minor == "only")
    if wanted.topic:
        rows = rows.filter(in_topic(Dependency.objects.filter(target__iexact=wanted.topic)))
    return rows


def in_topic(names: QuerySet[Dependency]) -> Coalesce:
    """Whether the article of a row is in one of these categories, asked of row by row.

    Within an expression: PostgreSQL would begin with all articles of a topic, and read all their edits.
    """
    there = names.filter(kind=Dependency.Kind.CATEGORY, article=OuterRef("article"))
    return Coalesce(Exists(there), Value(False))
