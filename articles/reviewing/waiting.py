"""The queue: what waits for reviewers, narrowed and in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.db.models.functions import Abs
from django.utils import timezone

from articles import approving, recent
from articles.models import Approval, Author, Dependency, Proposal
from articles.reviewing import proposed

if TYPE_CHECKING:
    from django.db.models import QuerySet


PAGE_SIZE = 50
# So many that wait are looked at for one page of those that are wanted.
WINDOW = 2_000
# A proposal that brings or takes at most so many bytes is a small one.
SMALL = 200


@dataclass(frozen=True)
class Wanted:
    """Which proposals a reviewer wants to see, and in which order; `after` is where the page before ended."""

    state: str = Proposal.State.WAITING
    author: str = ""
    topic: str = ""
    # Any of these; what is to become a new article is in no category yet, and belongs to everybody's topics.
    topics: tuple[str, ...] = ()
    # Since so many days at least.
    age: int | None = None
    # "small" or "large", by the bytes that come or go; "risky" or "calm".
    size: str = ""
    risk: str = ""
    order: str = "oldest"
    after: int | None = None

    @property
    def is_narrowed(self) -> bool:
        """Whether some of those of its state are not wanted."""
        return self.age is not None or any((self.author, self.topic, self.topics, self.size, self.risk))


@dataclass(frozen=True)
class Page:
    """A page of the queue; `after` is where the next one goes on, None at the end."""

    rows: list[Proposal]
    after: int | None


def page(wanted: Wanted = Wanted()) -> Page:
    """Return a page of the undecided proposals, the oldest first if nothing else is wanted.

    Where few are wanted it ends after WINDOW were looked at: it may be short, even empty, and still go on.
    """
    rows, end = _wanted(wanted), None
    if wanted.is_narrowed:
        looked_at = _looked_at(wanted)
        rows = rows.filter(pk__in=looked_at)
        end = looked_at[-1] if len(looked_at) == WINDOW else None
    found = list(_in_order(rows, wanted)[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    for proposal in shown:
        if proposal.risks is None:
            _look_for_risks(proposal)
    return Page(shown, shown[-1].pk if len(found) > PAGE_SIZE else end)


def queue(wanted: Wanted = Wanted()) -> list[Proposal]:
    """Return the proposals of a page of the queue."""
    return page(wanted).rows


def _looked_at(wanted: Wanted) -> list[int]:
    """Return the numbers of the next undecided proposals, as an index gives them in their order: of thousands that
    wait, the database would otherwise read all to find that none is wanted."""
    rows = _in_order(Proposal.objects.filter(state=wanted.state), wanted)
    return list(rows.values_list("pk", flat=True)[:WINDOW])


def _in_order(rows: QuerySet[Proposal], wanted: Wanted) -> QuerySet[Proposal]:
    """The proposals as they are wanted, from where the page before ended."""
    if wanted.order == "largest":
        rows = rows.alias(bytes=Abs("size_change"))
        last = Proposal.objects.filter(pk=wanted.after or 0).first()
        if last is not None:
            size = abs(last.size_change)
            rows = rows.filter(bytes__lte=size).exclude(bytes=size, pk__lte=last.pk)
        return rows.order_by("-bytes", "pk")
    if wanted.after is not None:
        rows = rows.filter(pk__lt=wanted.after) if wanted.order == "newest" else rows.filter(pk__gt=wanted.after)
    return rows.order_by("-pk" if wanted.order == "newest" else "pk")


class Queued(NamedTuple):
    """A proposal in the queue, with how many approvals of its present text are kept, and of how many it takes; None
    where only its own page tells, and where nobody has approved it."""

    proposal: Proposal
    approved: int
    needed: int | None


def with_approvals(page: Sequence[Proposal]) -> list[Queued]:
    """Return the proposals of a page with their approvals, in as many queries for all as for one; whether each still
    counts, their own pages say."""
    rows = Approval.objects.filter(proposal__in=[each.pk for each in page], taken_back=None)
    kept = list(rows.select_related("proposal__blob").defer("proposal__blob__data"))
    given = Counter(
        row.proposal_id for row in kept if row.text_hash == approving.hash_of(approving.present_name_of(row.proposal))
    )
    needed = approving.numbers_needed([each for each in page if given[each.pk]])
    return [Queued(each, given[each.pk], needed.get(each.pk)) for each in page]


def _wanted(wanted: Wanted) -> QuerySet[Proposal]:
    """The proposals that are wanted, in no order, from the first to the last."""
    rows = Proposal.objects.filter(state=wanted.state).select_related("author", "article")
    if wanted.author:
        rows = rows.filter(author__name__istartswith=wanted.author)
    if wanted.topic:
        rows = rows.filter(recent.in_topic(Dependency.objects.filter(target__iexact=wanted.topic)))
    if wanted.topics:
        rows = rows.filter(Q(article=None) | Q(recent.in_topic(Dependency.objects.filter(target__in=wanted.topics))))
    if wanted.age is not None:
        rows = rows.filter(made__lte=timezone.now() - timedelta(days=wanted.age))
    if wanted.size:
        is_small = Q(size_change__range=(-SMALL, SMALL))
        rows = rows.filter(is_small if wanted.size == "small" else ~is_small)
    if wanted.risk:
        # Of those that nobody has asked about yet some may be risky.
        is_calm = Q(risks=[])
        rows = rows.filter(is_calm if wanted.risk == "calm" else Q(risks__isnull=True) | ~is_calm)
    return rows


@dataclass(frozen=True)
class Waits:
    """What waits for a reviewer: how many, the oldest, and the oldest of the risky (a page of them at most).

    `is_more` where more waits than was looked at.
    """

    count: int = 0
    oldest: Proposal | None = None
    risky: tuple[Proposal, ...] = ()
    is_more: bool = False


def what_waits(*, topics: Iterable[str] = (), for_author: Author) -> Waits:
    """Return what waits for somebody: of these topics if there are any, and none of their own, which others decide."""
    wanted = Wanted(topics=tuple(topics))
    looked_at = _looked_at(wanted)
    rows = _wanted(wanted).filter(pk__in=looked_at).exclude(author=for_author)
    found = list(rows.order_by("pk").values_list("pk", flat=True))
    oldest = Proposal.objects.select_related("author", "article").get(pk=found[0]) if found else None
    risky = [each for each in queue(replace(wanted, risk="risky")) if each.found_risks]
    theirs = tuple(each for each in risky if each.author_id != for_author.pk)
    return Waits(len(found), oldest, theirs, len(looked_at) == WINDOW)


def count_waiting(most: int | None = None) -> int:
    """Return how many proposals wait; with `most`, counting stops there."""
    return Proposal.objects.waiting()[:most].count()


def proposals_of(author: Author | None) -> list[Proposal]:
    """Return what an author has proposed, newest first."""
    if author is None:
        return []
    return list(Proposal.objects.filter(author=author).select_related("edit").order_by("-id")[:PAGE_SIZE])


def _look_for_risks(proposal: Proposal) -> None:
    """Keep what may harm a reader in a proposal in which nobody has looked for it since it was made, or has met an
    article: the queue reads no other text."""
    proposal.risks = proposed.risks_in(proposed.text_there(proposal), proposal.blob.text, proposal.namespace)
    proposal.save(update_fields=["risks"])
