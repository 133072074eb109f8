"""Order: what moderators do with pages and versions. Each act has a reason, and a line in the log.

inbox             all that waits for a moderator, of every kind, and what is decided on it
measuring         the figures of the dashboard: how long what waits has waited, edits, reverts, what was looked at
protecting        who may edit, move and propose to a page, and who may write a title; until when
moving            a page gets another title; a redirect is left behind, and what waits for the page follows
deleting          pages taken away from readers, the bin that keeps them, and back
hiding            text, summary or author of a version, from everybody below moderator
blocking          people, addresses and ranges kept from writing
filtering         filters made, tried out on past edits, switched on; domains that nothing may link to
looking_up        where somebody wrote from, each look logged
ruling            who has to approve changes of a topic, or of protected pages
parting           somebody leaves for good: their edits stay, signed by a pseudonym
stubbing          the stub topic of a page
quarantining      a section kept from readers while it is under medical review, and released
erasing           a passage destroyed for law, wherever it stands; and again, when an older backup comes back
passages          where a passage stands in all that is stored, and cutting it out
register          the file outside the database that says what was erased, without saying it
taking_back       one person's edits taken back, wherever they are
sample_articles   the sample articles make room for one's own
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from articles import logbook
from articles.models import LogEntry
from articles.signals import article_moderated

if TYPE_CHECKING:
    from articles.models import Article


class Refused(Exception):
    """An act can't be done; `message` says why and what to do instead."""

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class ChangedMeanwhile(Refused):
    """Somebody else was faster: the person must look again."""

    status = 409


def record(*, article: Article | None, **act: Any) -> LogEntry:
    """Write an act into the log, in the transaction of the act, and announce it once that has committed.

    `act` is what `logbook.record` takes; `article` is the page it is about, None where it is about no single one.
    """
    entry = logbook.record(**act)
    # A listener that breaks can't take back what is committed, nor may it make that look as if it had failed.
    transaction.on_commit(lambda: article_moderated.send(sender=LogEntry, entry=entry, article=article), robust=True)
    return entry
