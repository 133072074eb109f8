"""Somebody leaves for good: their edits stay, signed by a pseudonym, and what else was kept of them goes.

Called by the site's accounts, inside the transaction that closes the account.
"""

from __future__ import annotations

import secrets
from ipaddress import ip_network
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import limits, logbook, stamps
from articles.models import Address, ApproverGroup, Author, ChosenTopics, Draft, Proposal, Submission, Visit
from articles.moderation import looking_up

PSEUDONYM: Final = "Former member"
# None that are taken for one another.
_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_pseudonym() -> str:
    """Return a name that nobody has signed with yet, such as "Former member 7F3KQ2"."""
    while True:
        name = f"{PSEUDONYM} {''.join(secrets.choice(_LETTERS) for _each in range(6))}"
        if not Author.objects.filter(name=name).exists():
            return name


def wait_for_saves(account_id: int) -> None:
    """Wait for what this account is just saving, before anything else of it is locked: a save holds what was sent, and
    asks for the rows of its author and account then; or each would wait for the other. Drafts first, as they are let
    go of after a save."""
    for model in (Draft, Submission):
        rows = model._default_manager.select_for_update(of=("self",)).filter(author__account=account_id)
        list(rows.order_by("pk").values_list("pk"))


def part(*, account_id: int, pseudonym: str) -> None:
    """Sign all that an account wrote with the pseudonym; delete its drafts, submissions, topics and network addresses.

    Its proposals stay as contributions do; those that were returned to it are withdrawn, because nobody will go on
    with them. The log names the pseudonym in the part outside its hashes. Every page is made anew.
    """
    with transaction.atomic():
        _leave_no_bytes()
        logbook.rename_subject(f"account:{account_id}", pseudonym)
        Visit.objects.filter(account=account_id).delete()
        author = Author.objects.select_for_update().filter(account=account_id).first()
        if author is not None:
            _sign_by(pseudonym, author)
        # Names stand below articles, in lists and feeds, beside those who approved as well, in the reason why a page
        # is deleted or protected: all pages, rather than one forgotten.
        stamps.raise_site_stamp()


def leave_no_remains() -> None:
    """Empty the journal in which SQLite still has what was there before; nothing to do on PostgreSQL."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _leave_no_bytes() -> None:
    """From now on this connection overwrites what it deletes; SQLite would leave it in the file until reused."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def _sign_by(pseudonym: str, author: Author) -> None:
    """Sign what an author wrote with the pseudonym, and delete what else is kept of them."""
    Author.objects.filter(pk=author.pk).update(name=pseudonym, visitor_key=None)
    Draft.objects.filter(author=author).delete()
    Submission.objects.filter(author=author).delete()
    _forget_addresses(author)
    ChosenTopics.objects.filter(author=author).delete()
    for group in ApproverGroup.objects.filter(members=author):
        group.members.remove(author)
    Proposal.objects.filter(author=author, state=Proposal.State.RETURNED).update(
        state=Proposal.State.WITHDRAWN, decided=timezone.now(), decided_by=author, reason=_("Its author has left.")
    )


def _forget_addresses(author: Author) -> None:
    """Delete where they wrote from, also where the log says that somebody looked one of these addresses up."""
    rows = Address.objects.filter(author=author)
    known = set(rows.values_list("address", flat=True))
    # As a moderator may have typed them, and as the network that they are.
    spelled = {*known, *map(limits.place_of, known), *(str(ip_network(address)) for address in known)}
    logbook.forget_names("address", looking_up.LOGGED_AS, spelled)
    rows.delete()
