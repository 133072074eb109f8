"""Topics that a reviewer has chosen: the categories whose proposals they want to see; kept until they choose others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Exists, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Author, ChosenTopics, Dependency, Proposal
from articles.text import titles

# Of one reviewer, and of those that are offered.
MOST: Final = 50
_OFFERED: Final = 20
# So many of the proposals that wait are looked at, the oldest.
WINDOW: Final = 2_000


class TopicRefused(ValueError):
    """What was chosen can't be categories, or is too much; the message says which."""


@dataclass(frozen=True)
class Chosen:
    """The names of somebody's topics, and whether the queue opens with them alone."""

    names: tuple[str, ...] = ()
    opens_queue: bool = False


@dataclass(frozen=True)
class Waiting:
    """A category, and how many proposals wait for its articles; `is_more` where not all that wait were looked at."""

    name: str
    count: int
    is_more: bool = False

    @property
    def words(self) -> str:
        """Both, in words."""
        if self.is_more:
            return _("%(name)s (at least %(count)d wait)") % {"name": self.name, "count": self.count}
        words = ngettext("%(name)s (%(count)d waits)", "%(name)s (%(count)d wait)", self.count)
        return words % {"name": self.name, "count": self.count}


def chosen_by(author: Author | None) -> Chosen:
    """Return the topics that somebody has chosen; one query."""
    row = ChosenTopics.objects.filter(author=author).first() if author is not None else None
    return Chosen(tuple(row.names), row.opens_queue) if row is not None else Chosen()


def choose(*, author: Author, names: Iterable[str], opens_queue: bool = True) -> Chosen:
    """Keep the topics that somebody wants from now on, in the alphabet; none is a choice, too. Raises TopicRefused."""
    spelled = sorted({_spelled(name) for name in names if name.strip()})
    if len(spelled) > MOST:
        raise TopicRefused(_("These are too many: at most %d.") % MOST)
    kept = {"names": spelled, "opens_queue": opens_queue}
    ChosenTopics.objects.update_or_create(author=author, defaults=kept)
    return Chosen(tuple(spelled), opens_queue)


def waiting_in(names: Sequence[str]) -> list[Waiting]:
    """Return how many proposals wait in each of these categories, in their order; one query."""
    found = {each.name: each for each in _counted(Q(article__dependencies__target__in=names))} if names else {}
    return [found.get(name, Waiting(name, 0)) for name in names]


def offered(besides: Sequence[str] = ()) -> list[Waiting]:
    """Return other categories in which proposals wait, the fullest first; one query."""
    return [each for each in _counted(Q()) if each.name not in besides][:_OFFERED]


def _counted(wanted: Q) -> list[Waiting]:
    waiting = Proposal.objects.waiting().order_by("pk").values("pk")
    there = Proposal.objects.filter(
        wanted, pk__in=waiting[:WINDOW], article__dependencies__kind=Dependency.Kind.CATEGORY
    )
    counted = there.values_list("article__dependencies__target").annotate(
        count=Count("pk"), is_more=Exists(waiting[WINDOW : WINDOW + 1])
    )
    rows = counted.order_by("-count", "article__dependencies__target")[: MOST + _OFFERED]
    return [Waiting(*row) for row in rows]


def _spelled(name: str) -> str:
    try:
        namespace, title = titles.parse(name)  # Somebody may have copied it with its namespace.
        return title if namespace == "category" else titles.normalise(name)
    except titles.TitleError as error:
        raise TopicRefused(f"“{name.strip()}”: {error.message}") from error
