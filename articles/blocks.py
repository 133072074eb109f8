"""Whom a block keeps from what: asked before anything that somebody sends is kept.

Blocks are made and lifted in `moderation.blocking`. Whoever is blocked reads everything, and gets back what they sent.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from articles import access, limits
from articles.models import Article, Author, Block, Dependency
from articles.text import titles

if TYPE_CHECKING:
    from articles.access import Person, Place

# What a block may be of, from the least: who is kept from one is kept from those before it.
LEVELS: Final = ("edit", "propose", "write")
# The widest ranges that can be blocked: a typing error must not shut a country out.
WIDEST: Final = {4: 16, 6: 32}
# An address that a blocked person writes from is blocked for so long.
CAUGHT_FOR: Final = timedelta(hours=24)


class Blocked(PermissionDenied):
    """This person is kept from doing it; `block` says by whom, why and until when."""

    def __init__(self, block: Block) -> None:
        super().__init__(block.why)
        self.block = block


def holding(
    *, user: Person, author: Author | None = None, visitor_key: str = "", address: str = ""
) -> tuple[Block, ...]:
    """Return the blocks of this person that hold now, whatever they are of: by account, by cookie, by address.

    Editors and above are known by name: no block of an address holds for them.
    """
    whose = Q() if access.is_level_of(user, "editor") else Q(network__in=networks_of(address))
    if user.is_authenticated:
        whose |= Q(author__account=user.pk)
    elif author is not None:
        whose |= Q(author=author.pk)
    elif visitor_key:
        whose |= Q(author__visitor_key=visitor_key)
    rows = Block.objects.holding().filter(whose).select_related("by", "cause")
    return tuple(block for block in rows.order_by("pk") if block.author_id is not None or _reaches(block, user))


def against(found: Sequence[Block], act: str, place: Place = None) -> Block | None:
    """Return the block that keeps somebody from an act: one of LEVELS, or "register"; None when there is none.

    `place` is a page, or the full title of one that is still to be made.
    """
    return next((block for block in found if _is_of(block, act) and _is_there(block, place)), None)


def refuse(found: Sequence[Block], act: str, place: Place = None, *, address: str = "") -> None:
    """Raise Blocked when somebody is kept from an act; the address they tried it from may then be blocked as well."""
    block = against(found, act, place)
    if block is None:
        return
    if block.catches and address:
        catch(block, address)
    raise Blocked(block)


def catch(block: Block, address: str) -> None:
    """Block an address that a blocked person uses, for a day and no longer than they are blocked themselves."""
    network = network_of(limits.place_of(address))
    if network is None or Block.objects.holding().filter(network=str(network)).exists():
        return
    until = timezone.now() + CAUGHT_FOR
    Block.objects.create(
        network=str(network),
        level=block.level,
        no_accounts=True,
        accounts_too=True,
        why=block.why,
        by=block.by,
        until=until if block.until is None else min(until, block.until),
        cause=block,
    )


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """Return the address or range that somebody wrote, whatever bits stand behind its prefix; None when it is none.

    >>> str(network_of("192.0.2.7/24")), str(network_of("2001:DB8::1")), network_of("Visitor 7F3K")
    ('192.0.2.0/24', '2001:db8::1/128', None)
    """
    try:
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None
    mapped = network.network_address.ipv4_mapped if network.version == 6 else None
    if mapped is not None and network.prefixlen >= 96:
        return ipaddress.ip_network((mapped, network.prefixlen - 96), strict=False)
    return network


def networks_of(address: str) -> list[str]:
    """Return every range, as it would be stored, that an address is in; none of what is no address.

    >>> networks_of("192.0.2.7")[:2], len(networks_of("192.0.2.7")), networks_of("")
    (['192.0.2.0/16', '192.0.2.0/17'], 17, [])
    """
    network = network_of(address.partition("%")[0])
    if network is None:
        return []
    prefixes = range(WIDEST[network.version], network.prefixlen + 1)
    return [str(network.supernet(new_prefix=prefix)) for prefix in prefixes]


def _reaches(block: Block, user: Person) -> bool:
    return not user.is_authenticated or (block.accounts_too and not access.is_level_of(user, "editor"))


def _is_of(block: Block, act: str) -> bool:
    if act == "register":
        return block.no_accounts
    return block.level != "" and LEVELS.index(act) <= LEVELS.index(block.level)


def _is_there(block: Block, place: Place) -> bool:
    """Whether a block is of this page, of one of its categories, or of everything."""
    full_title = place.full_title if isinstance(place, Article) else place or ""
    if block.page:
        return block.page == full_title
    if not block.topic:
        return True
    if full_title == titles.full("category", block.topic):
        return True
    return isinstance(place, Article) and _is_in(place, block.topic)


def _is_in(article: Article, category: str) -> bool:
    kind = Dependency.Kind.CATEGORY
    return Dependency.objects.filter(article=article.pk, kind=kind, target=category).exists()
