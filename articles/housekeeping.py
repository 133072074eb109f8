"""What is forgotten after its time, or was left undone: called every hour by the running server, or by
`manage.py housekeeping`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from articles import limits, stamps
from articles.models import Address, Block, Draft, LogEntry, Submission

# What is in no article, drafts and what was sent in vain: shown to its person so long, and then gone.
TEXTS_KEPT: Final = timedelta(days=90)
VISITORS_TEXTS_KEPT: Final = timedelta(hours=24)
# Submissions that found their place, and addresses: no longer than this.
_PLACED_KEPT: Final = timedelta(days=30)
_ADDRESSES_KEPT: Final = timedelta(days=90)


def forget_submissions() -> int:
    """Delete submissions that led to an edit or a proposal long ago, and those that nobody is shown any more.

    Return how many.
    """
    placed = Q(edit__isnull=False) | Q(proposal__isnull=False)
    led_somewhere = placed & Q(received__lt=timezone.now() - _PLACED_KEPT)
    return Submission.objects.filter(led_somewhere | (~placed & _too_old("received"))).delete()[0]


def forget_drafts() -> int:
    """Delete old drafts; a visitor's soon: nothing typed outlives its person on a shared computer. Return how many."""
    return Draft.objects.filter(_too_old("changed")).delete()[0]


def _too_old(when: str) -> Q:
    """Return which drafts or submissions nobody is shown any more; `when` names the field with their time."""
    now = timezone.now()
    of_visitors = Q(author__is_visitor=True, **{f"{when}__lt": now - VISITORS_TEXTS_KEPT})
    return of_visitors | Q(**{f"{when}__lt": now - TEXTS_KEPT})


def forget_addresses() -> int:
    """Delete network addresses that have been kept long enough. Return how many."""
    return Address.objects.filter(seen__lt=timezone.now() - _ADDRESSES_KEPT).delete()[0]


def forget_blocked_addresses() -> int:
    """Forget the addresses of blocks that ended long ago, and those that were looked up. Return how many."""
    long_ago = timezone.now() - _ADDRESSES_KEPT
    ended = Block.objects.exclude(network="").filter(Q(lifted__lt=long_ago) | Q(until__lt=long_ago)).update(network="")
    looked_up = LogEntry.objects.filter(what="address.look_up", target="address", when__lt=long_ago)
    return ended + looked_up.filter(personal__isnull=False).update(personal=None)


# What is said to be forgotten by its day, whoever has switched saving off.
PROMISED: Final[list[Callable[[], int]]] = [forget_addresses, forget_blocked_addresses]
# The site's features add theirs when they are ready, to both where it is of people.
TASKS: Final[list[Callable[[], int]]] = [
    forget_submissions,
    forget_drafts,
    forget_addresses,
    forget_blocked_addresses,
    limits.prune,
    stamps.look_again,
]
