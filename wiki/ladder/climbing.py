"""Who has earned the next role, by which figures, and what others still miss; and the one way up.

From contributor to editor the ladder promotes by itself, where that step is on. From editor to reviewer it only names
people to administrators. Nobody climbs whom a person has ever put down. Each list asks the same few queries, however
many people are on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import logbook
from articles.models import Author, Edit, LogEntry, Proposal
from articles.models.order import Block
from wiki.accounts import roles
from wiki.accounts.models import User
from wiki.ladder.models import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PERMISSION: Final = "accounts.change_roles"
# Each step by the role that it leads to: the role that it starts from, and what it asks for until somebody sets it.
FROM: Final = {roles.EDITOR: roles.CONTRIBUTOR, roles.REVIEWER: roles.EDITOR}
DEFAULTS: Final[dict[str, dict[str, int]]] = {
    roles.EDITOR: {"days": 30, "number": 10, "share": 90, "quiet_days": 30},
    roles.REVIEWER: {"days": 180, "number": 200, "share": 98, "quiet_days": 90},
}
# So many are shown at once, those who have done the most first; so many are looked at together in a run.
SHOWN: Final = 50
_TOGETHER: Final = 200
_FIELDS: Final = ("is_on", "days", "number", "share", "quiet_days")


@dataclass
class Figures:
    """What somebody has done: `done` of `decided` proposals were accepted; of an editor, of edits have stayed."""

    days: int = 0
    done: int = 0
    decided: int = 0
    last_taken_back: datetime | None = None
    last_blocked: datetime | None = None
    is_blocked: bool = False
    was_put_down: bool = False

    @property
    def share(self) -> int:
        """What was accepted, or has stayed, in whole percent."""
        return 100 * self.done // self.decided if self.decided else 0


@dataclass(frozen=True)
class Look:
    """Somebody, their figures, and what they still miss for a step; nothing: they have earned it."""

    user: User
    figures: Figures
    missing: tuple[str, ...] = field(default=())


def step(role: str) -> Step:
    """Return what the step to this role asks for; unsaved as long as nobody has set it."""
    return Step.objects.filter(role=role).first() or Step(role=role, **DEFAULTS[role])


def change(role: str, *, who: User, why: str, values: Mapping[str, Any]) -> Step:
    """Set what a step asks for, and whether it is on; logged. Raises PermissionDenied."""
    if not who.has_perm(PERMISSION):
        raise PermissionDenied
    with transaction.atomic():
        roles.one_change_at_a_time()
        before = step(role)
        after = Step(role=role, **{name: values[name] for name in _FIELDS})
        after.save()
        logbook.record(
            who=who, what="ladder.change", target=f"ladder:{role}", why=why, before=_row(before), after=_row(after)
        )
    return after


def looks(wanted: Step, *, most: int = SHOWN) -> list[Look]:
    """Return those who stand below a step and have done something, the most first, each with what they miss."""
    return _looked_at(wanted, list(_people(wanted.role, at_least=1)[:most]))


def run(*, only: Author | None = None) -> list[Look]:
    """Make editors of all who have earned it, or of one author alone; return whom. Nothing while the step is off."""
    wanted = step(roles.EDITOR)
    if not wanted.is_on:
        return []
    people = _people(wanted.role, at_least=wanted.number)
    if only is not None:
        people = people.filter(author=only)
    climbed, after = [], 0
    while together := list(people.filter(pk__gt=after).order_by("pk")[:_TOGETHER]):
        after = together[-1].pk
        climbed += [look for look in _looked_at(wanted, together) if not look.missing and _climb(look)]
    return climbed


def in_words(figures: Figures) -> str:
    """Return the figures of somebody whom the ladder makes an editor, as the log and they themselves read them."""
    said = _("The ladder of trust: %(days)d days, %(done)d of %(decided)d proposals accepted (%(share)d %%).")
    return said % {
        "days": figures.days,
        "done": figures.done,
        "decided": figures.decided,
        "share": figures.share,
    }


def _climb(look: Look) -> bool:
    """Give the role, unless somebody has given or taken one in this very moment."""
    with transaction.atomic():
        roles.one_change_at_a_time()
        user = User.objects.get(pk=look.user.pk)
        if roles.role_of(user) != roles.CONTRIBUTOR or not user.is_active or user.pk in _put_down([user.pk]):
            return False
        roles.give(user, roles.EDITOR, why=in_words(look.figures))
    return True


def _people(role: str, *, at_least: int) -> QuerySet[User]:
    """The people below a step who have done so much at least, the most first."""
    people = User.objects.filter(is_active=True, is_superuser=False, groups__name=FROM[role])
    if role == roles.EDITOR:
        accepted = Q(author__proposals__state=Proposal.State.ACCEPTED)
        counted = people.annotate(done=Count("author__proposals", filter=accepted, distinct=True))
    else:
        counted = people.annotate(done=Count("author__edits", distinct=True))
    return counted.filter(done__gte=at_least).order_by("-done", "pk")


def _looked_at(wanted: Step, people: Sequence[User]) -> list[Look]:
    figures = _figures(wanted.role, people)
    return [Look(user, figures[user.pk], tuple(_missing(figures[user.pk], wanted))) for user in people]


def _missing(figures: Figures, wanted: Step) -> Iterable[str]:
    quiet_since = timezone.now() - timedelta(days=wanted.quiet_days)
    if figures.days < wanted.days:
        left = wanted.days - figures.days
        yield ngettext("%d day more", "%d days more", left) % left
    if figures.done < wanted.number:
        left = wanted.number - figures.done
        if wanted.role == roles.EDITOR:
            yield ngettext("%d accepted proposal more", "%d accepted proposals more", left) % left
        else:
            yield ngettext("%d edit more", "%d edits more", left) % left
    if figures.share < wanted.share:
        yield _("a share of %(due)d %%, not %(is)d %%") % {"due": wanted.share, "is": figures.share}
    if figures.last_taken_back is not None and figures.last_taken_back > quiet_since:
        yield _("an edit of theirs was taken back lately")
    if figures.is_blocked:
        yield _("they are blocked")
    elif figures.last_blocked is not None and figures.last_blocked > quiet_since:
        yield _("they were blocked lately")
    if figures.was_put_down:
        yield _("a person has taken a role from them: only a person gives it back")


def _figures(role: str, people: Sequence[User]) -> dict[int, Figures]:
    """Return the figures of each of these people: six queries for all of them."""
    now = timezone.now()
    found = {user.pk: Figures(days=(now - user.date_joined).days) for user in people}
    accounts = dict(Author.objects.filter(account__in=found).values_list("pk", "account_id"))
    taken_back = _taken_back(list(accounts))
    done = _proposals(list(accounts)) if role == roles.EDITOR else _edits(list(accounts), taken_back)
    for author, account in accounts.items():
        figures = found[account]
        figures.done, figures.decided = done.get(author, (0, 0))
        figures.last_taken_back = taken_back.get(author, (0, None))[1]
    blocks = Block.objects.filter(author__in=accounts, lifted__isnull=True).values_list("author", "made", "until")
    for author, made, until in blocks:
        figures = found[accounts[author]]
        figures.is_blocked |= until is None or until > now
        figures.last_blocked = max(made, figures.last_blocked or made)
    for account in _put_down(list(found)):
        found[account].was_put_down = True
    return found


def _proposals(authors: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many of somebody's proposals were accepted, of how many that were decided."""
    decided = Proposal.objects.filter(author__in=authors, state__in=(Proposal.State.ACCEPTED, Proposal.State.DECLINED))
    accepted = Count("pk", filter=Q(state=Proposal.State.ACCEPTED))
    rows = decided.values("author").annotate(done=accepted, decided=Count("pk")).order_by()
    return {row["author"]: (row["done"], row["decided"]) for row in rows}


def _edits(authors: Sequence[int], taken_back: Mapping[int, tuple[int, Any]]) -> dict[int, tuple[int, int]]:
    """How many of somebody's edits have stayed, of how many they made."""
    rows = Edit.objects.filter(author__in=authors).values("author").annotate(number=Count("pk")).order_by()
    return {
        row["author"]: (max(row["number"] - taken_back.get(row["author"], (0, None))[0], 0), row["number"])
        for row in rows
    }


def _taken_back(authors: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """How often somebody else has taken an edit of theirs back, and when last: undone, or gone back behind."""
    found: dict[int, tuple[int, datetime | None]] = {}
    for whose, kinds in (("restores", [Edit.Kind.UNDO]), ("parent", [Edit.Kind.ROLLBACK, Edit.Kind.REVERT])):
        theirs = {f"{whose}__author__in": authors, "kind__in": kinds}
        rows = Edit.objects.filter(**theirs).exclude(author=F(f"{whose}__author"))
        counted = rows.values_list(f"{whose}__author").annotate(number=Count("pk"), last=Max("time")).order_by()
        for author, number, last in counted:
            before, when = found.get(author, (0, None))
            found[author] = (before + number, max(last, when or last))
    return found


def _put_down(accounts: Sequence[int]) -> set[int]:
    """Those from whom a person has once taken a role; the ladder takes none."""
    targets = {f"account:{account}": account for account in accounts}
    rows = LogEntry.objects.filter(target__in=targets, what="account.role").values_list("target", "before", "after")
    return {targets[target] for target, before, after in rows if _rank(after) < _rank(before)}


def _rank(role: object) -> int:
    return roles.ROLES.index(role) if isinstance(role, str) and role in roles.ROLES else -1


def _row(of: Step) -> dict[str, Any]:
    return {name: getattr(of, name) for name in _FIELDS}
