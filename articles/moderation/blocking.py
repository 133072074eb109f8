"""People, addresses and ranges kept from writing: here, or on one page or topic; until when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, blocks, limits
from articles.lists import Listing
from articles.models import Address, Author, Block
from articles.moderation import ChangedMeanwhile, Refused, record
from articles.text import titles

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

PAGE_SIZE: Final = 50
# Of a range wider than this we ask once more: it holds more than 256 addresses, or more than one house's.
_WIDE: Final = {4: 24, 6: 48}
# So many of the addresses that somebody wrote from lately are blocked along with them.
_MOST_CAUGHT: Final = 5
_TERMS: Final = ("level", "no_accounts", "accounts_too", "catches", "page", "topic", "until")


class TooWide(Refused):
    """The range holds so many addresses that the moderator is asked whether it is meant."""


class BlockedAlready(Refused):
    """There is a block of the same already; it can be changed."""

    def __init__(self, message: str, block: Block) -> None:
        super().__init__(message)
        self.block = block


@dataclass(frozen=True)
class Terms:
    """What somebody is kept from, where, and until when (None: for good). See Block for each."""

    level: str = ""
    no_accounts: bool = False
    accounts_too: bool = False
    catches: bool = False
    page: str = ""
    topic: str = ""
    until: datetime | None = None


def whom(text: str) -> Author | IPv4Network | IPv6Network:
    """Return the account, the visitor or the range that somebody wrote; raise Refused where there is none such."""
    network = blocks.network_of(text)
    if network is not None:
        return network
    users = get_user_model()._default_manager
    try:
        return access.author_of(users.get_by_natural_key(text))
    except get_user_model().DoesNotExist:
        pass
    visitor = Author.objects.filter(name=text.strip().replace("_", " "), is_visitor=True).order_by("-pk").first()
    if visitor is None:
        raise Refused(_("Nobody here is called that, and it is no address, such as 192.0.2.7 or 192.0.2.0/24."))
    return visitor


def block(*, who: str, terms: Terms, by: AbstractUser, why: str, sure: bool = False) -> Block:
    """Keep an account, a visitor, an address or a range from writing. `sure`: a wide range is meant.

    Raises Refused for oneself, somebody of a higher role and administrators, TooWide, BlockedAlready.
    """
    target = whom(who)
    terms = _checked(terms, target)
    if isinstance(target, Author):
        refuse_those_above(target, by)
        same = Q(author=target)
    else:
        _refuse_wide(target, sure=sure)
        same = Q(network=str(target), cause__isnull=True)
    with transaction.atomic():
        there = Block.objects.holding().filter(same, page=terms.page, topic=terms.topic).first()
        if there is not None:
            raise BlockedAlready(_("There is a block of the same already. You can change or lift it."), there)
        made = Block.objects.create(
            author=target if isinstance(target, Author) else None,
            network="" if isinstance(target, Author) else str(target),
            by_id=by.pk,
            why=why,
            **_fields(terms),
        )
        record(article=None, who=by, what="block.make", why=why, after=_as_logged(made), **_named(made))
        if made.catches:
            _catch_lately(made)
    return made


def change(*, block: Block, terms: Terms, by: AbstractUser, why: str) -> bool:
    """Give a block other terms, and the reason for them; whether anything was changed. Raises as `block` does."""
    with transaction.atomic():
        row = _locked(block, by)
        terms = _checked(terms, row.author or row.network)
        before = _as_logged(row)
        for name, value in _fields(terms).items():
            setattr(row, name, value)
        after = _as_logged(row)
        if before == after and row.why == why:
            return False
        row.why = why
        row.save(update_fields=[*_TERMS, "why"])
        _let_go(row)
        record(article=None, who=by, what="block.change", why=why, before=before, after=after, **_named(row))
        if row.catches:
            _catch_lately(row)
    return True


def lift(*, block: Block, by: AbstractUser, why: str) -> None:
    """Let somebody write again, and the addresses that were blocked along with them. Raises ChangedMeanwhile."""
    with transaction.atomic():
        row = _locked(block, by)
        before = _as_logged(row)
        row.lifted = timezone.now()
        row.save(update_fields=["lifted"])
        _let_go(row)
        record(article=None, who=by, what="block.lift", why=why, before=before, **_named(row))


def page(*, who: str = "", state: str = "", kind: str = "", after: int | None = None) -> Listing[Block]:
    """Return blocks, the latest first: of somebody (a name, or what an address is in), `state` "ended" or those that
    hold, `kind` "people", "addresses" or "caught".
    """
    rows = Block.objects.all() if state == "all" else Block.objects.holding()
    if state == "ended":
        rows = Block.objects.filter(Q(lifted__isnull=False) | Q(until__lte=timezone.now()))
    if kind:
        rows = rows.filter(**_KINDS[kind])
    if who:
        rows = rows.filter(_of(who))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.select_related("author", "by", "cause__author").order_by("-pk")[: PAGE_SIZE + 1])
    return Listing(found[:PAGE_SIZE], str(found[PAGE_SIZE - 1].pk) if len(found) > PAGE_SIZE else "")


def of_author(author_ids: Sequence[int]) -> list[Block]:
    """Return the blocks of these authors that hold now."""
    return list(Block.objects.holding().filter(author__in=author_ids).select_related("by"))


def one(number: int) -> Block | None:
    """Return a block by its number."""
    return Block.objects.select_related("author__account", "by", "cause__author").filter(pk=number).first()


def target_of(row: Block) -> str:
    """Return how the log names whom a block is of: by a number, for the name is personal."""
    if row.author is None:
        return f"block:{row.pk}"
    return target_of_author(row.author)


def target_of_author(author: Author) -> str:
    """Return how the log names a person."""
    return f"account:{author.account_id}" if author.account_id is not None else f"author:{author.pk}"


def refuse_those_above(author: Author, by: AbstractUser) -> None:
    """Raise Refused for oneself, for whoever has a higher role, and for administrators."""
    account = author.account
    if account is None:
        return
    if account.pk == by.pk:
        raise Refused(_("That is you. Nobody can block themselves, or look up their own addresses."))
    if access.is_level_of(account, "administrator"):
        raise Refused(_("Administrators can’t be blocked: another administrator gives them another role first."))
    if len(access.levels_of(account)) > len(access.levels_of(by)):
        raise Refused(_("Their role is above yours: ask an administrator."))


_KINDS: Final[dict[str, dict[str, Any]]] = {
    "people": {"author__isnull": False},
    "addresses": {"author__isnull": True, "cause__isnull": True},
    "caught": {"cause__isnull": False},
}


def _of(who: str) -> Q:
    """Those of a name, or that an address or range lies in; never what moderators are not shown: caught addresses."""
    network = blocks.network_of(who)
    if network is None:
        return Q(author__name__icontains=who.strip().replace("_", " "))
    around = [str(network), *blocks.networks_of(str(network.network_address))]
    return Q(network__in=around, cause__isnull=True)


def _locked(row: Block, by: AbstractUser) -> Block:
    locked = Block.objects.select_for_update(of=("self",)).select_related("author__account").get(pk=row.pk)
    if not locked.holds:
        raise ChangedMeanwhile(_("This block has ended, or somebody has lifted it."))
    if locked.author is not None and locked.author.account_id == by.pk:
        raise PermissionDenied
    return locked


def _checked(terms: Terms, target: Author | IPv4Network | IPv6Network | str) -> Terms:
    """Return the terms without what means nothing for this target; raise Refused for what makes no sense."""
    if not terms.level and not terms.no_accounts:
        raise Refused(_("Choose what they are kept from."))
    if terms.page and terms.topic:
        raise Refused(_("Name a page or a category, not both: make two blocks."))
    if (terms.page or terms.topic) and (terms.level not in ("edit", "propose") or terms.no_accounts):
        raise Refused(_("On one page or topic somebody can be kept from publishing and proposing only."))
    is_person = isinstance(target, Author)
    return Terms(
        level=terms.level,
        no_accounts=terms.no_accounts,
        accounts_too=terms.accounts_too and not is_person,
        catches=terms.catches and is_person and not (terms.page or terms.topic),
        page=_title(terms.page),
        topic=_category(terms.topic),
        until=terms.until,
    )


def _title(text: str) -> str:
    if not text:
        return ""
    try:
        return titles.full(*titles.parse(text))
    except titles.TitleError as error:
        raise Refused(error.message) from error


def _category(text: str) -> str:
    if not text:
        return ""
    prefix, colon, name = text.partition(":")
    try:
        return titles.normalise(name if colon and prefix.strip().casefold() == "category" else text)
    except titles.TitleError as error:
        raise Refused(error.message) from error


def _refuse_wide(network: IPv4Network | IPv6Network, *, sure: bool) -> None:
    if network.prefixlen < blocks.WIDEST[network.version]:
        message = _("The range is too wide. The widest are /%(four)d, and /%(six)d of the longer addresses.")
        raise Refused(message % {"four": blocks.WIDEST[4], "six": blocks.WIDEST[6]})
    if network.prefixlen < _WIDE[network.version] and not sure:
        if network.version == 4:
            message = _("The range %(range)s holds %(number)s addresses, of many people. Say below that it is meant.")
            raise TooWide(message % {"range": network, "number": f"{network.num_addresses:,}"})
        message = _("The range %(range)s holds %(number)s networks, of many people. Say below that it is meant.")
        raise TooWide(message % {"range": network, "number": f"{2 ** (64 - network.prefixlen):,}"})


def _catch_lately(row: Block) -> None:
    """Block the addresses that somebody wrote from in the last hours."""
    since = timezone.now() - blocks.CAUGHT_FOR
    seen = Address.objects.filter(author=row.author_id, seen__gte=since).order_by("-seen")
    for place in list(dict.fromkeys(limits.place_of(address) for address in seen.values_list("address", flat=True)))[
        :_MOST_CAUGHT
    ]:
        blocks.catch(row, place)


def _let_go(row: Block) -> None:
    Block.objects.filter(cause=row, lifted__isnull=True).update(lifted=timezone.now())


def _fields(terms: Terms) -> dict[str, Any]:
    return {name: getattr(terms, name) for name in _TERMS}


def _as_logged(row: Block) -> dict[str, Any]:
    """What a block is, without the address: that is forgotten after its time, and the log is not."""
    return {
        "block": row.pk,
        "level": row.level,
        "no_accounts": row.no_accounts,
        "accounts_too": row.accounts_too,
        "catches": row.catches,
        "page": row.page,
        "topic": row.topic,
        "until": row.until.isoformat() if row.until else "",
    }


def _named(row: Block) -> dict[str, Any]:
    """Whom a row of the log is about."""
    return {"target": target_of(row), "personal": {"name": row.author.name} if row.author is not None else None}
