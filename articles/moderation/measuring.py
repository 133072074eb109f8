"""Measuring: how the wiki's order is kept, in figures, for the moderators' dashboard. Off until it is switched on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, choices
from articles.models import Edit, Proposal
from articles.moderation import inbox

if TYPE_CHECKING:
    from articles.access import Person

DAYS: Final = 90
# The last days are counted anew after so long, all of them after a day: a busy wiki has hundreds of thousands of edits
# in them, and of past days only what somebody looks at late can change.
_LAST_KEPT: Final = timedelta(minutes=10)
_ALL_KEPT: Final = timedelta(days=1)
_KEPT_AS: Final = "measured-days"
_TAKES_BACK: Final = (Edit.Kind.UNDO, Edit.Kind.REVERT, Edit.Kind.ROLLBACK)
# How long something has waited, in days: each is at most so many, the last one more.
_AGES: Final[tuple[tuple[int, str | Promise], ...]] = (
    (1, gettext_lazy("up to a day")),
    (3, gettext_lazy("up to 3 days")),
    (7, gettext_lazy("up to a week")),
    (30, gettext_lazy("up to 30 days")),
)
# Of so many of the proposals that wait, the oldest, it is told how long they have.
MOST_COUNTED: Final = 10_000
# When all days were counted, when the last ones were, and the figures of each day that has any.
_Kept = tuple[datetime, datetime, dict[date, tuple[int, int, int, int]]]
_OLDER: Final = gettext_lazy("longer")


@dataclass(frozen=True)
class Day:
    """A day in UTC: its edits (imports apart), how many of them take others back, and what reviewers saw of them.

    `to_see` are those that another person had to look at, `seen` are those of them that somebody has looked at.
    """

    date: date
    edits: int = 0
    reverts: int = 0
    to_see: int = 0
    seen: int = 0

    @property
    def share(self) -> int | None:
        """How much of what had to be looked at somebody has looked at, in percent; None where there was nothing."""
        return 100 * self.seen // self.to_see if self.to_see else None


@dataclass(frozen=True)
class Queue:
    """The proposals that wait: by how long they have waited, and the moment when the oldest was made.

    Of more than MOST_COUNTED these are the oldest.
    """

    ages: tuple[tuple[str | Promise, int], ...]
    oldest: datetime | None

    @property
    def total(self) -> int:
        """How many wait."""
        return sum(number for _age, number in self.ages)

    @property
    def is_more(self) -> bool:
        """Whether counting stopped before the end."""
        return self.total >= MOST_COUNTED


@dataclass(frozen=True)
class Waiting:
    """What waits of one kind of the inbox, and since when the oldest does."""

    counted: inbox.Counted
    oldest: datetime


def is_on() -> bool:
    """Whether an administrator has switched the dashboard on."""
    return choices.value("WIKI_DASHBOARD") == "on"


def require(user: Person) -> None:
    """Raise PermissionDenied for anybody below moderator, NothingThere while the dashboard is off."""
    access.require(access.may_moderate(user))
    if not is_on():
        raise access.NothingThere(_("The dashboard is off. An administrator can switch it on in “Set up”."))


def days() -> list[Day]:
    """Return the last DAYS days, the first first, this one last.

    Today and yesterday are as they were at most ten minutes ago. What is told of the days before is kept for a day: no
    edit comes to them any more, so all that may be missing is what somebody has looked at since.
    """
    now = timezone.now()
    today = now.astimezone(UTC).date()
    kept: _Kept | None = cache.get(_KEPT_AS)
    if kept is None or not _is_younger(kept[0], now, _ALL_KEPT):
        kept = now, now, _counted_since(today - timedelta(days=DAYS - 1))
        cache.set(_KEPT_AS, kept, _ALL_KEPT.total_seconds())
    elif not _is_younger(kept[1], now, _LAST_KEPT) or kept[1].astimezone(UTC).date() != today:
        last = _counted_since(kept[0].astimezone(UTC).date() - timedelta(days=1))
        kept = kept[0], now, kept[2] | last
        cache.set(_KEPT_AS, kept, _ALL_KEPT.total_seconds())
    each = (today - timedelta(days=number) for number in reversed(range(DAYS)))
    return [Day(day, *kept[2].get(day, ())) for day in each]


def share_of(found: Iterable[Day]) -> int | None:
    """Return how much of what had to be looked at on these days somebody has looked at, in percent."""
    rows = list(found)
    return Day(date.min, to_see=sum(day.to_see for day in rows), seen=sum(day.seen for day in rows)).share


def queue() -> Queue:
    """Return how long the proposals have waited that wait for a reviewer now."""
    now = timezone.now()
    counts: dict[str, Any] = {"oldest": Min("made")}
    newer = Q()
    for number, (most, _words) in enumerate(_AGES):
        within = Q(made__gt=now - timedelta(days=most))
        counts[f"age{number}"] = Count("pk", filter=within & ~newer if number else within)
        newer = within
    counts[f"age{len(_AGES)}"] = Count("pk", filter=~newer)
    found = Proposal.objects.waiting().order_by("pk")[:MOST_COUNTED].aggregate(**counts)
    words = [*(each for _most, each in _AGES), _OLDER]
    return Queue(tuple((each, found[f"age{number}"]) for number, each in enumerate(words)), found["oldest"])


def waiting(user: Person) -> list[Waiting]:
    """Return what waits in this moderator's inbox, kind by kind."""
    items: Sequence[inbox.Item] = inbox.waiting(user)
    return [
        Waiting(counted, min(item.since for item in items if item.kind == counted.kind.name))
        for counted in inbox.counted(items)
    ]


def _is_younger(counted: datetime, now: datetime, age: timedelta) -> bool:
    return timedelta() <= now - counted < age


def _counted_since(day: date) -> dict[date, tuple[int, int, int, int]]:
    first = datetime.combine(day, time.min, UTC)
    rows = (
        Edit.objects.filter(time__gte=first)
        .exclude(kind=Edit.Kind.IMPORT)
        .values(day=TruncDate("time", tzinfo=UTC))
        .annotate(
            edits=Count("pk"),
            reverts=Count("pk", filter=Q(kind__in=_TAKES_BACK)),
            to_see=Count("patrol"),
            seen=Count("patrol", filter=Q(patrol__by__isnull=False)),
        )
        .order_by("day")
    )
    return {row["day"]: (row["edits"], row["reverts"], row["to_see"], row["seen"]) for row in rows}
