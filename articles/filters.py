"""What the filters that are on, and the list of blocked domains, say to a change that somebody sends.

Asked by `reviewing`, before a change is saved or proposed; filters are made and tried out in `moderation.filtering`.
Whoever brings back what stood in the article before, and what is imported, is not asked about.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, basing, blocks, limits, logbook, places
from articles.editing import Change, TextRefused
from articles.models import (
    Article,
    Author,
    Block,
    BlockedDomain,
    Dependency,
    Edit,
    Filter,
    FilterHit,
    LogEntry,
    Proposal,
)
from articles.signals import article_moderated
from articles.text import cleaning, filtering, titles
from articles.text.filtering import Facts, Rule, Standing

if TYPE_CHECKING:
    from articles.access import Person

logger = logging.getLogger(__name__)
# What an edit is marked with, and why a proposal waits, begins so.
TAG: Final = "filter:"
# Whoever sends the same page again within this time has read the warning.
_WARNED_FOR: Final = timedelta(hours=1)
# From the mildest to the strictest: of several filters that find a change, the strictest decides.
STRICTNESS: Final = ("log", "tag", "warn", "hold", "throttle", "refuse", "block")


class Stopped(TextRefused):
    """A filter lets the change through only when it is sent once more."""


class Refused(TextRefused):
    """A filter, or the list of blocked domains, lets the change not through."""

    status = 403


@dataclass(frozen=True)
class Verdict:
    """What filters say to a change that is not stopped: its marks, the filters by which it waits, the hits."""

    tags: tuple[str, ...] = ()
    held_by: tuple[str, ...] = ()
    hits: tuple[int, ...] = ()


def look(change: Change, *, user: Person, article: Article | None, address: str = "") -> Verdict:
    """Hold a change against the list of domains and the filters that are on; what is found is written down.

    Raises Refused, Stopped (a warning, once), limits.TooOften and blocks.Blocked.
    """
    before = _before(change, article)
    if before is None:
        return Verdict()  # It will be refused, or shown as a conflict, for the base it names.
    after = cleaning.clean(change.text)
    refuse_domains(before, after)
    there = list(Filter.objects.filter(is_on=True).order_by("pk"))
    if not there:
        return Verdict()
    facts = _facts(change, before, after, user, article)
    found = [each for each in there if _finds(each, facts)]
    if not found:
        return Verdict()
    return _dealt_with(found, change, user, address)


def refuse_domains(before: str, after: str) -> None:
    """Raise Refused where a text links to a blocked domain that it did not link to before, or not as often."""
    added = set(filtering.hosts_added(before, after))
    if not added:
        return
    parents = {".".join(parts[at:]) for host in added for parts in [host.split(".")] for at in range(len(parts))}
    blocked = BlockedDomain.objects.filter(domain__in=parents).order_by("domain").first()
    if blocked is None:
        return
    message = _("Nothing may link to %(domain)s here: take the link out, then save again.")
    if blocked.why:
        message = _("Nothing may link to %(domain)s here (%(why)s): take the link out, then save again.")
    raise Refused(message % {"domain": blocked.domain, "why": blocked.why})


def led_to(verdict: Verdict, outcome: Edit | Proposal) -> None:
    """Write down what a change that filters found has led to."""
    if verdict.hits:
        name = "edit" if isinstance(outcome, Edit) else "proposal"
        FilterHit.objects.filter(pk__in=verdict.hits).update(**{name: outcome})


def tag_names(tags: Iterable[str]) -> list[str]:
    """Return the words for an edit's tags, those that come from filters."""
    return [tag.removeprefix(TAG) for tag in tags if tag.startswith(TAG)]


def role_number(user: Person) -> int:
    """Return the number of a role, as rules compare them: 0 without an account."""
    return max((at for at, role in enumerate(filtering.ROLES, 1) if access.is_level_of(user, role)), default=0)


def _before(change: Change, article: Article | None) -> str | None:
    """Return the text that the change replaces; None when it names a base that there is not."""
    if article is None or article.current_edit is None or article.state == Article.State.DELETED:
        return "" if str(change.base) == "0" else None
    base = basing.version_at(article, change.base)
    if base is None:
        return None
    return "" if change.section == "new" else places.text_named(base, change.section)


def _facts(change: Change, before: str, after: str, user: Person, article: Article | None) -> Facts:
    try:
        namespace = titles.parse(change.title).namespace
    except titles.TitleError:
        namespace = ""
    author = change.author

    @cache
    def standing() -> Standing:
        joined = getattr(user, "date_joined", None)
        days = (timezone.now() - joined).total_seconds() / 86_400 if joined is not None else 0
        return Standing(days, Edit.objects.filter(author=author).count(), role_number(user))

    def saves_within(minutes: int) -> int:
        since = timezone.now() - timedelta(minutes=minutes)
        saved = Edit.objects.filter(author=author, time__gte=since).exclude(kind=Edit.Kind.ACCEPT).count()
        return saved + Proposal.objects.filter(author=author, made__gte=since).count() + 1

    def is_in(topic: str) -> bool:
        if article is None:
            return False
        kind = Dependency.Kind.CATEGORY
        return Dependency.objects.filter(article=article.pk, kind=kind, target=topic).exists()

    return Facts(before, after, change.summary, namespace, standing, saves_within, is_in)


def _finds(each: Filter, facts: Facts) -> bool:
    try:
        return filtering.holds(Rule.from_json(each.rule), facts)
    except filtering.TooSlow:
        # Nobody's change is stopped by an expression that never ends; moderators see on its page that it was cut off.
        logger.warning("Filter %s was cut off: its expressions take too long.", each.pk)
        Filter.objects.filter(pk=each.pk).update(cut_off=F("cut_off") + 1)
        return False


def _dealt_with(found: Sequence[Filter], change: Change, user: Person, address: str) -> Verdict:
    """Write down what was found, and let the strictest of the filters decide. Raises as `look` does."""
    strictest = max(found, key=lambda each: STRICTNESS.index(each.action))
    was_warned = _was_warned(strictest, change)
    hits = FilterHit.objects.bulk_create(_hit(each, change) for each in found)
    if strictest.action == Filter.Action.WARN and not was_warned:
        raise Stopped(_said(strictest) + " " + _("If you are sure, send it once more."))
    if strictest.action == Filter.Action.THROTTLE:
        limits.take(
            f"filter:{strictest.pk}:{_counted(change.author, address)}",
            times=strictest.times,
            seconds=strictest.minutes * 60,
        )
    if strictest.action == Filter.Action.REFUSE or (
        strictest.action == Filter.Action.BLOCK and access.is_level_of(user, "moderator")
    ):
        raise Refused(_said(strictest))
    if strictest.action == Filter.Action.BLOCK:
        raise blocks.Blocked(_block(strictest, change.author))
    return Verdict(
        tags=tuple(dict.fromkeys(TAG + each.tag for each in found if each.tag)),
        held_by=tuple(TAG + each.name for each in found if each.action == Filter.Action.HOLD),
        hits=tuple(hit.pk for hit in hits),
    )


def _hit(each: Filter, change: Change) -> FilterHit:
    return FilterHit(
        filter=each,
        version=each.version,
        action=each.action,
        author=change.author,
        title=cleaning.storable(change.title)[:600],
        base=str(change.base)[:40],
        section=change.section[:400],
        submission=change.submission,
    )


def _was_warned(each: Filter, change: Change) -> bool:
    since = timezone.now() - _WARNED_FOR
    there = FilterHit.objects.filter(filter=each, version=each.version, author=change.author, time__gte=since)
    return there.filter(title=cleaning.storable(change.title)[:600]).exists()


def _said(each: Filter) -> str:
    return each.message or _("A rule of this site speaks against this change.")


def _counted(author: Author, address: str) -> str:
    return limits.place_of(address) if address and author.is_visitor else str(author.pk)


def _block(each: Filter, author: Author) -> Block:
    """Block an author for the time that the filter says, and announce it: in the log, the server did it."""
    account = author.account_id
    with transaction.atomic():
        block = Block.objects.create(
            author=author,
            level=Block.Level.WRITE,
            no_accounts=True,
            why=_said(each),
            until=timezone.now() + timedelta(hours=each.hours),
        )
        entry = logbook.record(
            who=None,
            what="block.make",
            target=f"account:{account}" if account is not None else f"author:{author.pk}",
            why=_("Filter: %s") % each.name,
            after={
                "block": block.pk,
                "level": block.level,
                "until": block.until.isoformat() if block.until else "",
            },
            personal={"name": author.name},
        )
        # As of what a moderator does: whoever listens can't take the block back.
        transaction.on_commit(lambda: article_moderated.send(sender=LogEntry, entry=entry, article=None), robust=True)
    return block
