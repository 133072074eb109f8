"""The inbox: all that waits for a moderator, of every kind, in one list; what can be done with it from there.

A kind is a row of KINDS; a feature of the site adds its own with `add`, when it is made ready. Each kind finds its
items with a bounded query or two; what stands beside an item is loaded for the one that is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import access, editing, history, judging, logbook, patrol
from articles.models import Article, Edit, FilterHit, LogEntry, Proposal, ProtectedTitle, Settled
from articles.moderation import ChangedMeanwhile, Refused, filtering
from articles.reviewing import deciding, proposed
from articles.text import titles
from articles.text.sections import named_in

if TYPE_CHECKING:
    from articles.access import Person
    from articles.models import Author
    from articles.text.comparing import Comparison

# So many of a kind are found; whoever has more is told that there are more.
MOST: Final = 50
MOST_COUNTED: Final = 99
# A count above every page may be so old; whoever decides on something has it counted anew.
_KEPT_SECONDS: Final = 60
# Hot is what two or more people edited so often within a day, or what was taken back so often.
_HOT_HOURS: Final = 24
_HOT_EDITS: Final = 6
_HOT_REVERTS: Final = 2
# Of a storm of edits, so many of the newest are looked at.
_HOT_LOOKED_AT: Final = 5_000
_ENDS_WITHIN: Final = timedelta(days=3)
_NOT_THERE: Final = gettext_lazy("This can’t be done with it, or it is not in the inbox any more.")


class Denied(Refused):
    """This moderator may not decide on this one."""

    status = 403


class NotThere(ChangedMeanwhile):
    """What was to be decided is not in the inbox any more, or never was."""


@dataclass(frozen=True)
class Item:
    """Something that waits: what it is about, since when and why, and where its own page is.

    `kind` is the name of its kind, and `number` names it there. `base` is what the moderator sees of it, sent along
    with a decision: whatever came later is not decided. `run` are the first and the last of the edits it is about.
    """

    kind: str
    number: int
    title: str
    since: datetime
    why: str
    url: str
    who: str = ""
    base: str = ""
    is_urgent: bool = False
    run: tuple[int, int] | None = None
    links: tuple[tuple[str | Promise, str], ...] = ()

    @property
    def key(self) -> str:
        """What names it in the inbox: "proposal-12"."""
        return f"{self.kind}-{self.number}"

    @property
    def label(self) -> str | Promise:
        """What its kind is called."""
        return kind_of(self).label


@dataclass(frozen=True)
class Beside:
    """What stands beside an open item: what was changed, or words; and what the log says of the page."""

    comparison: Comparison | None = None
    excerpt: str = ""
    base: str = ""
    log: tuple[LogEntry, ...] = ()


@dataclass(frozen=True)
class Sent:
    """A decision on one item, and whose it is; `visitor` is who this browser was before somebody logged in."""

    number: int
    user: Person
    author: Author
    visitor: Author | None = None
    base: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Deed:
    """What can be done with an item of a kind. It raises Refused when it can't be done, and says `done` when it is.

    `key` is the key that does it. Deeds of one name are done with ticked items of several kinds at once, where they
    allow it.
    """

    name: str
    label: str | Promise
    key: str
    do: Callable[[Sent], object]
    done: str | Promise
    for_several: bool = True
    needs_reason: bool = False
    is_primary: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of what waits. `waiting` returns the oldest MOST + 1 items at most, however many there are."""

    name: str
    label: str | Promise
    waiting: Callable[[Person], list[Item]]
    beside: Callable[[Item, Person], Beside]
    deeds: tuple[Deed, ...]
    is_on: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class Counted:
    """A kind, and how many of it wait; at most MOST are counted."""

    kind: Kind
    number: int

    @property
    def is_more(self) -> bool:
        """Whether counting stopped before the end."""
        return self.number > MOST


def add(kind: Kind) -> None:
    """Let a feature's items wait in the inbox; called once, when its app is made ready."""
    if all(kind.name != each.name for each in KINDS):
        KINDS.append(kind)


def waiting(user: Person) -> list[Item]:
    """Return all that waits for this moderator: what is urgent first, then the oldest."""
    access.require(access.may_moderate(user))
    found = [item for kind in kinds() for item in kind.waiting(user)]
    return sorted(found, key=lambda item: (not item.is_urgent, item.since, item.kind, item.number))


def kinds() -> list[Kind]:
    """Return the kinds that are switched on."""
    return [kind for kind in KINDS if kind.is_on()]


def kind_of(item: Item) -> Kind:
    """Return what an item is one of."""
    return next(kind for kind in KINDS if kind.name == item.kind)


def counted(items: Sequence[Item]) -> list[Counted]:
    """Return the kinds of which something waits, each with how many."""
    counts = [Counted(kind, sum(item.kind == kind.name for item in items)) for kind in KINDS]
    return [each for each in counts if each.number]


def count(user: Person) -> int:
    """Return how much waits for this person, for the menu of their account; kept for a minute."""
    if not access.may_moderate(user):
        return 0
    kept: int | None = cache.get(_kept_as(user))
    if kept is None:
        kept = len(waiting(user))
        cache.set(_kept_as(user), kept, _KEPT_SECONDS)
    return kept


def beside(item: Item, user: Person) -> Beside:
    """Return what stands beside an item while it is open."""
    return kind_of(item).beside(item, user)


def decide(*, key: str, deed: str, sent: Sent) -> str:
    """Do with an item what was decided; return what to say. Raises Refused."""
    access.require(access.may_moderate(sent.user))
    name, _hyphen, number = key.rpartition("-")
    kind = next((each for each in kinds() if each.name == name), None)
    found = next((each for each in kind.deeds if each.name == deed), None) if kind is not None else None
    if found is None or not (number.isascii() and number.isdigit()) or len(number) > 18:
        raise NotThere(str(_NOT_THERE))
    if found.needs_reason and not sent.reason.strip():
        raise Refused(_("Say why: others read it."))
    try:
        found.do(replace(sent, number=int(number)))
    except access.NothingThere as gone:
        raise NotThere(str(_NOT_THERE)) from gone
    except PermissionDenied as denied:
        raise Denied(_("You may not decide on this one: it is your own, or the page is protected.")) from denied
    cache.delete(_kept_as(sent.user))
    return str(found.done)


def deeds_for_several() -> list[Deed]:
    """Return what can be done with ticked items, each name once."""
    deeds = {deed.name: deed for kind in kinds() for deed in kind.deeds if deed.for_several}
    return list(deeds.values())


def settle(kind: str, sent: Sent, *, upto: int = 0, until: datetime | None = None) -> None:
    """Keep that a moderator has looked at something and let it be."""
    Settled.objects.create(kind=kind, number=sent.number, upto=upto, until=until, by=sent.author)


def _kept_as(user: Person) -> str:
    return f"inbox:{user.pk}"


# --- Proposals ---------------------------------------------------------------------------------------------------


def _proposals(user: Person) -> list[Item]:
    rows = Proposal.objects.waiting().exclude(author__account=user.pk).select_related("author").defer("reason")
    return [
        Item(
            kind="proposal",
            number=row.pk,
            title=f"{row.full_title}: {row.section_title}" if row.section_title else row.full_title,
            since=row.made,
            who=row.author.name,
            why=named_in(row.summary)[1],
            url=row.get_absolute_url(),
            is_urgent=row.is_grave,
        )
        for row in rows[: MOST + 1]
    ]


def _beside_proposal(item: Item, user: Person) -> Beside:
    found = access.proposal_to_see(user, None, item.number)
    base = f"{proposed.current_id_of(found)}.{proposed.seen_of(found)}"
    return Beside(comparison=proposed.comparison_of(found), base=base)


def _accept(sent: Sent) -> None:
    base, _dot, seen = sent.base.partition(".")
    try:
        outcome = deciding.accept(**_on_proposal(sent), base=base, seen=seen, reason=sent.reason)
    except editing.AlreadyDecided as decided:
        raise ChangedMeanwhile(_("Somebody decided this a moment before you.")) from decided
    except editing.ArticleMovedOn as moved:
        message = _("The article or the proposal has changed since you opened this page. Look again, then decide.")
        raise ChangedMeanwhile(message) from moved
    except editing.EditConflict as conflict:
        message = _("The section has changed since. Open the proposal’s own page to bring both texts together.")
        raise ChangedMeanwhile(message) from conflict
    except editing.TextRefused as refused:
        raise Refused(refused.message) from refused
    if proposed.is_proposal(outcome):
        raise ChangedMeanwhile(_("Your approval is kept. It is published when the others are there, too."))


def _decline(sent: Sent) -> None:
    try:
        deciding.decline(**_on_proposal(sent), reason=sent.reason)
    except editing.AlreadyDecided as decided:
        raise ChangedMeanwhile(_("Somebody decided this a moment before you.")) from decided


def _on_proposal(sent: Sent) -> dict[str, Any]:
    found = access.proposal_to_see(sent.user, sent.author, sent.number)
    access.require(not access.is_own(sent.visitor, found))  # From this browser, before logging in.
    return {"proposal": found, "user": sent.user, "author": sent.author}


# --- Edits to look at --------------------------------------------------------------------------------------------


def _first_edits(user: Person) -> list[Item]:
    return [_edit_item("people", edit, user) for edit in patrol.unseen_of_new_people(MOST + 1)]


def _risky_edits(user: Person) -> list[Item]:
    rows = judging.unseen(user=user)[: MOST + 1]
    return [replace(_edit_item("risky", edit, user), is_urgent=True) for edit in rows]


def _edit_item(kind: str, edit: Edit, user: Person) -> Item:
    full_title = edit.article.full_title
    way_back: tuple[tuple[str | Promise, str], ...] = ()
    if access.may_delete(user, edit.article):
        # Before the edit that made a page there is nothing to go back to.
        undo, delete = _address("undo", edit.pk), _address("delete", full_title)
        way_back = ((gettext_lazy("Undo"), undo) if edit.parent_id else (gettext_lazy("Delete"), delete),)
    return Item(
        kind=kind,
        number=edit.pk,
        title=full_title,
        since=edit.time,
        who=_("(name hidden)") if edit.hidden_author else (edit.approver or edit.author).name,
        why="" if edit.hidden_summary else edit.remark,
        url=_address("compare", "previous", edit.pk),
        run=(edit.pk, edit.pk),
        links=way_back,
    )


def _beside_edit(item: Item, user: Person) -> Beside:
    return Beside(_comparison_of(item, user))


def _look(sent: Sent) -> None:
    if not patrol.look(numbers=[sent.number], user=sent.user, author=sent.author):
        raise ChangedMeanwhile(_("Somebody has looked at it a moment before you, or it is your own."))


# --- Hot articles ------------------------------------------------------------------------------------------------


def _hot(_user: Person) -> list[Item]:
    lately = Edit.objects.filter(time__gte=timezone.now() - timedelta(hours=_HOT_HOURS)).order_by("-time")
    # By number: PostgreSQL would read all edits to find these among them.
    newest = list(lately.values_list("pk", flat=True)[:_HOT_LOOKED_AT])
    settled = Settled.objects.filter(kind="hot", number=OuterRef("article"), upto__gte=OuterRef("pk"))
    rows = (
        Edit.objects.visible()
        # What was accepted, a reviewer has weighed: many accepted proposals are no quarrel.
        .filter(~Exists(settled), approver=None, pk__in=newest)
        .values("article", "article__namespace", "article__title")
        .annotate(
            edits=Count("pk"),
            people=Count("author", distinct=True),
            reverts=Count("pk", filter=Q(kind__in=(Edit.Kind.UNDO, Edit.Kind.REVERT, Edit.Kind.ROLLBACK))),
            first=Min("pk"),
            last=Max("pk"),
            since=Max("time"),
        )
        .filter(Q(edits__gte=_HOT_EDITS, people__gte=2) | Q(reverts__gte=_HOT_REVERTS))
        .order_by("since")
    )
    return [_hot_item(dict(row)) for row in rows[: MOST + 1]]


def _hot_item(row: dict[str, Any]) -> Item:
    full_title = titles.full(row["article__namespace"], row["article__title"])
    edits = ngettext("%d edit", "%d edits", row["edits"]) % row["edits"]
    reverts = ngettext("%d of them takes another back", "%d of them take others back", row["reverts"]) % row["reverts"]
    return Item(
        kind="hot",
        number=row["article"],
        title=full_title,
        since=row["since"],
        why=f"{edits}, {reverts}" if row["reverts"] else edits,
        url=_address("history", full_title),
        base=str(row["last"]),
        run=(row["first"], row["last"]),
        links=((gettext_lazy("Protect"), _address("protect", full_title)),),
    )


def _beside_hot(item: Item, user: Person) -> Beside:
    return Beside(_comparison_of(item, user), base=item.base, log=tuple(logbook.about(item.title)))


def _comparison_of(item: Item, user: Person) -> Comparison:
    """Compare the version before the first of an item's edits with that after the last."""
    assert item.run is not None
    first, last = (access.edit_to_read(user, number) for number in item.run)
    return history.comparison_of(history.version_before(first), last)


def _settle_hot(sent: Sent) -> None:
    settle("hot", sent, upto=_number(sent.base))


# --- Protections that end soon -----------------------------------------------------------------------------------


def _endings(_user: Person) -> list[Item]:
    first, *others = (_ending(act) for act in access.ACTS)
    items: dict[tuple[int, datetime], Item] = {}
    for row in first.union(*others, all=True).order_by("until")[: MOST + 1]:
        full_title, until = titles.full(row["namespace"], row["title"]), row["until"]
        words = str(_PROTECTED[row["act"]])
        found = items.get((row["pk"], until))
        items[row["pk"], until] = Item(
            kind="protection",
            number=row["pk"],
            title=full_title,
            since=until - _ENDS_WITHIN,
            why=f"{found.why}, {words}" if found else _("Ends %s: ") % date_format(until, "j F, H:i") + words,
            url=_address("protect", full_title),
            base=until.isoformat(),
        )
    return list(items.values())


def _ending(act: str) -> Any:  # Rows of the same four columns, to be joined.
    until, now = f"{act}_protected_until", timezone.now()
    let_be = Settled.objects.filter(kind="protection", number=OuterRef("pk"), until=OuterRef(until))
    soon = {f"{until}__gt": now, f"{until}__lte": now + _ENDS_WITHIN}
    rows = Article.objects.published().filter(~Exists(let_be), **soon)
    return rows.values("pk", "namespace", "title", until=F(until), act=Value(act))


def _beside_ending(item: Item, _user: Person) -> Beside:
    return Beside(base=item.base, log=tuple(logbook.about(item.title)))


def _let_end(sent: Sent, kind: str = "protection") -> None:
    try:
        # Near the ends of the calendar a moment may be none in UTC.
        until = datetime.fromisoformat(sent.base).astimezone(UTC)
        is_naive = datetime.fromisoformat(sent.base).tzinfo is None
    except (ValueError, OverflowError) as unreadable:
        raise NotThere(_("Look again: the end of this protection has changed.")) from unreadable
    if is_naive:
        raise NotThere(_("Look again: the end of this protection has changed."))
    settle(kind, sent, until=until)


def _let_title_end(sent: Sent) -> None:
    _let_end(sent, "title")


def _titles(_user: Person) -> list[Item]:
    now = timezone.now()
    let_be = Settled.objects.filter(kind="title", number=OuterRef("pk"), until=OuterRef("until"))
    there = Article.objects.published().filter(namespace=OuterRef("namespace"), title=OuterRef("title"))
    rows = ProtectedTitle.objects.filter(~Exists(let_be), ~Exists(there), until__gt=now, until__lte=now + _ENDS_WITHIN)
    return [_title_item(row) for row in rows.order_by("until", "pk")[: MOST + 1]]


def _title_item(row: ProtectedTitle) -> Item:
    full_title, until = titles.full(row.namespace, row.title), row.until
    assert until is not None  # As of all that end.
    return Item(
        kind="title",
        number=row.pk,
        title=full_title,
        since=until - _ENDS_WITHIN,
        why=_("Ends %s: ") % date_format(until, "j F, H:i") + _("protection against being written"),
        url=_address("protect", full_title),
        base=until.isoformat(),
    )


# --- What filters found ------------------------------------------------------------------------------------------


def _hits(_user: Person) -> list[Item]:
    found: dict[tuple[int, int], list[FilterHit]] = {}
    for row in filtering.unseen_hits():
        found.setdefault((row.filter_id, row.author_id), []).append(row)
    return [_hit_item(rows) for rows in list(found.values())[: MOST + 1]]


def _hit_item(rows: Sequence[FilterHit]) -> Item:
    """One item of all that a filter found of one person: what happens often is one thing to decide."""
    last = rows[-1]
    often = ngettext("once", "%d times, here the last", len(rows))
    return Item(
        kind="hit",
        number=last.pk,
        title=last.title,
        since=rows[0].time,
        who=last.author.name,
        why=f"{last.filter.name}: {often % len(rows) if len(rows) > 1 else often}",
        url=_address("filter_hit", last.pk),
        links=((gettext_lazy("Block"), _address("block") + "?" + urlencode({"who": last.author.name})),),
    )


def _beside_hit(item: Item, _user: Person) -> Beside:
    row = filtering.hit(item.number)
    return Beside(filtering.comparison_of(row) if row is not None else None)


def _look_at_hit(sent: Sent) -> None:
    if not filtering.look_at(sent.number, by=sent.author):
        raise ChangedMeanwhile(_("Somebody has looked at it a moment before you."))


# --- All of them -------------------------------------------------------------------------------------------------

_PROTECTED: Final = {
    "edit": gettext_lazy("protection against edits"),
    "move": gettext_lazy("protection against moves"),
    "propose": gettext_lazy("protection against proposals"),
}


def _address(name: str, *arguments: object) -> str:
    return reverse(f"articles:{name}", args=arguments)


def _number(sent: str) -> int:
    if not (sent.isascii() and sent.isdigit()) or len(sent) > 18:
        raise NotThere(_("Look again: this has changed since you opened it."))
    return int(sent)


def looked_at(do: Callable[[Sent], object], label: str | Promise = "") -> Deed:
    """Return the deed of whoever has looked at something and lets it be."""
    return Deed("done", label or gettext_lazy("Looked at"), "l", do, gettext_lazy("Looked at."), is_primary=True)


KINDS: Final[list[Kind]] = [
    Kind(
        "proposal",
        gettext_lazy("Proposals"),
        _proposals,
        _beside_proposal,
        (
            Deed("decline", gettext_lazy("Decline"), "d", _decline, gettext_lazy("Declined."), needs_reason=True),
            Deed(
                "accept",
                gettext_lazy("Accept and publish"),
                "a",
                _accept,
                gettext_lazy("Accepted and published."),
                for_several=False,  # Nobody lets through what they have not looked at.
                is_primary=True,
            ),
        ),
    ),
    Kind("risky", gettext_lazy("Risky changes by one person"), _risky_edits, _beside_edit, (looked_at(_look),)),
    Kind("people", gettext_lazy("First edits of new people"), _first_edits, _beside_edit, (looked_at(_look),)),
    Kind("hot", gettext_lazy("Hot articles"), _hot, _beside_hot, (looked_at(_settle_hot),)),
    Kind(
        "protection",
        gettext_lazy("Protections that end soon"),
        _endings,
        _beside_ending,
        (looked_at(_let_end, gettext_lazy("Let it end")),),
    ),
    Kind(
        "title",
        gettext_lazy("Protections of titles without a page that end soon"),
        _titles,
        _beside_ending,
        (looked_at(_let_title_end, gettext_lazy("Let it end")),),
    ),
    Kind("hit", gettext_lazy("What filters found"), _hits, _beside_hit, (looked_at(_look_at_hit),)),
]
