"""What is forgotten after its time: called every hour by the running server, or by `manage.py housekeeping`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from articles import limits
from articles.models import Address, Draft, Submission

# Submissions that found their place, drafts, those of people without an account, and addresses: no longer than this.
_SUBMISSIONS_KEPT: Final = timedelta(days=30)
_DRAFTS_KEPT: Final = timedelta(days=90)
_VISITORS_DRAFTS_KEPT: Final = timedelta(hours=24)
_ADDRESSES_KEPT: Final = timedelta(days=90)


def forget_submissions() -> int:
    """Delete submissions that led to an edit or a proposal long ago; what found no place stays. Return how many."""
    placed = Q(edit__isnull=False) | Q(proposal__isnull=False)
    return Submission.objects.filter(placed, received__lt=timezone.now() - _SUBMISSIONS_KEPT).delete()[0]


def forget_drafts() -> int:
    """Delete old drafts; a visitor's soon: nothing typed outlives its person on a shared computer. Return how many."""
    now = timezone.now()
    of_visitors = Q(author__is_visitor=True, changed__lt=now - _VISITORS_DRAFTS_KEPT)
    return Draft.objects.filter(of_visitors | Q(changed__lt=now - _DRAFTS_KEPT)).delete()[0]


def forget_addresses() -> int:
    """Delete network addresses that have been kept long enough. Return how many."""
    return Address.objects.filter(seen__lt=timezone.now() - _ADDRESSES_KEPT).delete()[0]


TASKS: Final[tuple[Callable[[], int], ...]] = (forget_submissions, forget_drafts, forget_addresses, limits.prune)
