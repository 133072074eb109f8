"""Where somebody wrote from: for moderators, with a reason, and each look stands in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Q

from articles import access, blocks, limits, logbook
from articles.models import Address, Author, Edit, Proposal, Submission
from articles.moderation import blocking, record

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

LOGGED_AS: Final = "address.look_up"
# So many of the newest are looked through, and so many others of one place are shown.
_MOST: Final = 500
_MOST_LOOKED_THROUGH: Final = 20_000
_MOST_OTHERS: Final = 50


@dataclass(frozen=True)
class Sent:
    """What came from a place: the number of what was sent, its page, and the edit or proposal it led to."""

    title: str
    seen: datetime
    edit: Edit | None = None
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Place:
    """A network address (of the longer ones the network of a house), and who wrote from there."""

    place: str
    first: datetime
    last: datetime
    times: int
    latest: tuple[Sent, ...]
    others: tuple[Author, ...] = ()


def look_up(*, who: str, by: AbstractUser, why: str) -> list[Place]:
    """Return the places that an account or a visitor wrote from, or who wrote from an address; logged with the reason.

    Addresses are forgotten after 90 days. Raises Refused for oneself and for whoever has a higher role; staff, and
    what it sent, is not shown for an address, nor among the others, but to administrators.
    """
    target = blocking.whom(who)
    rows = Address.objects.order_by("-seen")
    if isinstance(target, Author):
        blocking.refuse_those_above(target, by)
        seen = list(rows.filter(author=target)[:_MOST])
        named = {"target": blocking.target_of_author(target), "personal": {"name": target.name}}
        leave_out: list[int] = [target.pk]
    else:
        seen = _seen_in(target, by)
        named = {"target": "address", "personal": {"name": str(target)}}
        leave_out = []
    with transaction.atomic():
        record(article=None, who=by, what=LOGGED_AS, why=why, **named)
    return _places(seen, by, leave_out)


def log_about(author: Author) -> list[Any]:
    """Return the newest rows of the log about a person."""
    return logbook.about(blocking.target_of_author(author))


def _seen_in(network: IPv4Network | IPv6Network, by: AbstractUser) -> list[Address]:
    """The newest rows of a range. No database compares addresses as numbers in the same way, so it is done here."""
    rows = Address.objects.order_by("-seen")
    if not access.is_level_of(by, "administrator"):
        # By their edits staff is known as well as by name.
        rows = rows.exclude(author__account__is_staff=True)
    if network.prefixlen == network.max_prefixlen:
        return list(rows.filter(address=str(network.network_address))[:_MOST])
    newest = rows[:_MOST_LOOKED_THROUGH]
    return [row for row in newest if _is_in(row.address, network)][:_MOST]


def _is_in(address: str, network: IPv4Network | IPv6Network) -> bool:
    single = blocks.network_of(address)
    return single is not None and single.version == network.version and single.subnet_of(network)  # type: ignore[arg-type]


def _places(seen: Sequence[Address], by: AbstractUser, leave_out: Sequence[int]) -> list[Place]:
    by_place: dict[str, list[Address]] = {}
    for row in seen:
        by_place.setdefault(limits.place_of(row.address), []).append(row)
    others = _others({row.address for row in seen}, by, leave_out)
    sent = _sent([row for rows in by_place.values() for row in rows[:5]])
    return [
        Place(
            place=place,
            first=rows[-1].seen,
            last=rows[0].seen,
            times=len(rows),
            latest=tuple(sent[row.pk] for row in rows[:5] if row.pk in sent),
            others=tuple(others.get(place, ())),
        )
        for place, rows in by_place.items()
    ]


def _others(addresses: set[str], by: AbstractUser, leave_out: Sequence[int]) -> dict[str, list[Author]]:
    """Who else wrote from these addresses, by place."""
    of_short = Q(address__in=[address for address in addresses if ":" not in address])
    of_long = Q(address__contains=":") if any(":" in address for address in addresses) else Q()
    rows = Address.objects.filter(of_short | of_long).exclude(author__in=leave_out).select_related("author__account")
    places = {limits.place_of(address) for address in addresses}
    found: dict[str, dict[int, Author]] = {}
    for row in rows.order_by("-seen")[:_MOST_LOOKED_THROUGH]:
        account, place = row.author.account, limits.place_of(row.address)
        is_above = account is not None and account.is_staff and not access.is_level_of(by, "administrator")
        people = found.setdefault(place, {})
        if place in places and not is_above and len(people) < _MOST_OTHERS:
            people[row.author_id] = row.author
    return {place: list(people.values()) for place, people in found.items()}


def _sent(rows: Sequence[Address]) -> dict[int, Sent]:
    """What was sent, by the number of the address's row: of what led nowhere, the title only."""
    numbers = {row.pk: int(row.what.removeprefix("submission ")) for row in rows if row.what.startswith("submission ")}
    submissions = Submission.objects.select_related("edit", "proposal").defer("text")
    there = {submission.pk: submission for submission in submissions.filter(pk__in=numbers.values())}
    seen = {row.pk: row.seen for row in rows}
    return {
        pk: Sent(there[number].title, seen[pk], there[number].edit, there[number].proposal)
        for pk, number in numbers.items()
        if number in there
    }
