"""Whose approval a proposal needs before it is published, and who has given theirs. Called by reviewing.

One reviewer is enough for most. A risky change takes two while there are people enough; rules of an administrator may
ask for more, or for certain people. Whoever approves what isn't enough yet is kept, shown, and may take it back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import access, blocks, choices, renderer
from articles.models import Approval, ApproverGroup, ApproverRule, Article, Author, Dependency, Edit, Proposal
from articles.text import titles

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# Two approvals of a risky change are asked for while so many others may give one.
ENOUGH_PEOPLE: Final = 3
# Whoever signed in or did something in that time is active.
ACTIVE: Final = timedelta(days=30)
# So many are asked whether they may decide, the last to sign in first: a busy wiki has its three among them.
_MOST_ASKED: Final = 20
# Roles that a rule can ask for; whoever is of a higher one counts as well.
ROLES: Final[dict[str, _StrPromise]] = {
    "reviewer": gettext_lazy("reviewers"),
    "moderator": gettext_lazy("moderators"),
    "administrator": gettext_lazy("administrators"),
}


@dataclass(frozen=True)
class Need:
    """So many approvals, of people of some kinds, and why: a sentence, empty where nothing has to be explained.

    `names` are those of the kinds, for people. With `one_of_each`, each kind must be among those who approve. With
    `of_others`, whoever has changed the proposed text doesn't count, as they wouldn't for a save of their own.
    """

    number: int
    why: str = ""
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    one_of_each: bool = False
    of_others: bool = False

    def missing(self, given: Collection[frozenset[str]]) -> int:
        """How many approvals are still missing; `given` are the kinds that each of those who approve is of.

        >>> nurse, physician = frozenset(["group:1"]), frozenset(["group:2"])
        >>> need = Need(2, kinds=("group:1", "group:2"), one_of_each=True)
        >>> need.missing([nurse]), need.missing([nurse, nurse]), need.missing([nurse, physician])
        (1, 1, 0)
        """
        counted = [kinds for kinds in given if not self.kinds or kinds & {*self.kinds}]
        absent = {*self.kinds} - {kind for kinds in counted for kind in kinds} if self.one_of_each else ()
        return max(self.number - len(counted), len(absent), 0)


@dataclass(frozen=True)
class Kept:
    """An approval that is kept, and whether it is of another text than the present one, and so counts no longer."""

    approval: Approval
    is_void: bool


@dataclass(frozen=True)
class Standing:
    """What a proposal needs and has: each need with how many approvals are missing, and all approvals kept.

    `people` are those whose approvals count, `is_last` whether one more of the person asked about would publish it.
    """

    needs: tuple[tuple[Need, int], ...]
    kept: tuple[Kept, ...]
    people: frozenset[int]
    is_last: bool

    @property
    def is_worth_telling(self) -> bool:
        """Whether there is more to say than that one reviewer is enough."""
        return bool(self.kept) or any(need.why for need, _missing in self.needs)


class NotEnough(Exception):
    """One more approval doesn't publish it yet."""


def name_of(text_hash: str, base: str | int, section: str) -> str:
    """Return what names a text and its place: the same text somewhere else is another change."""
    return f"{text_hash}.{base}.{section}"


def present_name_of(proposal: Proposal) -> str:
    """Return what names the text that is proposed now, and its place."""
    return name_of(proposal.blob.sha256, proposal.base_id or 0, proposal.section)


def hash_of(name: str, accepted: Collection[int] | None = None) -> str:
    """Return under which hash approvals count together: of the text and its place, and of the parts of it that are
    approved."""
    return hashlib.sha256((name if accepted is None else f"{name} {sorted(accepted)}").encode()).hexdigest()


def standing(
    proposal: Proposal,
    *,
    is_risky: bool,
    author: Author | None = None,
    approved: str = "",
    new_text: str = "",
    writer: int | None = None,
) -> Standing:
    """Return what a proposal needs and has, and whether the approval of this author would be the last.

    `approved` is the hash of what is to be published, if not the whole text as it is. `new_text` is that of a page
    still to be made, whose topics are not stored yet. `writer` is the number of the author, if any, who has just
    changed the text.
    """
    needs = needs_of(proposal, is_risky=is_risky, new_text=new_text)
    wanted = {kind for need in needs for kind in need.kinds}
    rows = proposal.approvals.filter(taken_back=None).select_related("author__account")
    kept = [each for each in rows if _may_still(each, proposal)]
    wanted_hash = approved or hash_of(present_name_of(proposal))
    counting = {each.author_id: each.author for each in kept if each.text_hash == wanted_hash}
    given = {number: _kinds_of(person, wanted) for number, person in counting.items()}
    with_author = given | {author.pk: _kinds_of(author, wanted)} if author is not None else given
    writers = {proposal.amended_by_id, writer}

    def missing(need: Need, given: dict[int, frozenset[str]]) -> int:
        return need.missing([kinds for number, kinds in given.items() if not (need.of_others and number in writers)])

    return Standing(
        needs=tuple((need, missing(need, given)) for need in needs),
        kept=tuple(Kept(each, each.text_hash != _present_hash(proposal, each)) for each in kept),
        people=frozenset(counting),
        is_last=not any(missing(need, with_author) for need in needs),
    )


def _present_hash(proposal: Proposal, approval: Approval) -> str:
    """Return the hash that an approval of the same parts of the present text has."""
    parts = [number - 1 for number in approval.accepted_parts] if approval.parts else None
    return hash_of(present_name_of(proposal), parts)


def needs_of(proposal: Proposal, *, is_risky: bool, new_text: str = "") -> list[Need]:
    """Return what has to be met before a proposal is published."""
    needs = [_for_risk(proposal) if is_risky else Need(1)]
    rules = rules_for(proposal.article, titles.full(proposal.namespace, proposal.title), new_text)
    names = names_of_kinds() if rules else {}
    return needs + [need_of(rule, names) for rule in rules]


def numbers_needed(proposals: Sequence[Proposal]) -> dict[int, int]:
    """Return how many approvals each of these takes, by its id: the queries don't grow with the proposals.

    What is to become a new page is left out: its topics stand in its text, so only its own page tells.
    """
    found = [each for each in proposals if each.article is not None]
    if not found:
        return {}
    rules = list(ApproverRule.objects.all())
    topics = _topics_of_many(found) if any(rule.category for rule in rules) else {}
    people = _active_people() if any(each.is_grave for each in found) and _asks_people() else []
    needed = {}
    for each in found:
        needs = [_for_risk(each, people) if each.is_grave else Need(1)]
        holding = _holding(rules, access.protection_of(each.article), topics.get(each.article_id or 0, set()))
        needs += [need_of(rule, {}) for rule in holding]
        needed[each.pk] = max(need.missing(()) for need in needs)
    return needed


def need_of(rule: ApproverRule, names: dict[str, str]) -> Need:
    """Return a rule as a need; `names` as names_of_kinds tells them."""
    kinds = tuple(rule.kinds)
    shown = tuple(names.get(kind, _("nobody any more")) for kind in kinds)
    return Need(rule.number, _words_of(rule, shown), kinds, shown, rule.one_of_each, of_others=True)


def rules_for(article: Article | None, full_title: str, new_text: str = "") -> list[ApproverRule]:
    """Return the rules that hold for a page; without any rule this is one query."""
    rules = list(ApproverRule.objects.all())
    if not rules:
        return []
    level = access.protection_of(article) if article is not None else access.protection_of_title(full_title)
    topics = _topics_of(article, new_text) if any(rule.category for rule in rules) else set()
    return _holding(rules, level, topics)


def there_are_rules() -> bool:
    """Whether an administrator has made any rule: without, nothing else is asked."""
    return ApproverRule.objects.exists()


def names_of_kinds() -> dict[str, str]:
    """Return the kinds of people whom rules can ask for, with their names: roles and groups."""
    groups = {f"group:{group.pk}": group.name for group in ApproverGroup.objects.all()}
    return {role: str(name) for role, name in ROLES.items()} | groups


def active_others(proposal: Proposal, people: Sequence[Any] | None = None) -> int:
    """Return how many other active people may approve a proposal; ENOUGH_PEOPLE when there are more.

    `people` are the active ones, where they are known.
    """
    active = _active_people() if people is None else people
    others = [person for person in active if person.pk != proposal.author.account_id]
    number = 0
    for person in others[:_MOST_ASKED]:
        number += access.may_decide(person, None, proposal)
        if number == ENOUGH_PEOPLE:
            break
    return number


def _active_people() -> list[Any]:
    """Return who has been active and may review, the last to sign in first: one more than are asked."""
    since = timezone.now() - ACTIVE
    edits = Edit.objects.filter(author__account=OuterRef("pk"), time__gte=since)
    decided = Proposal.objects.filter(decided_by__account=OuterRef("pk"), decided__gte=since)
    reviewing = Group.objects.filter(permissions__codename="review", permissions__content_type__app_label="articles")
    people: Any = get_user_model()._default_manager.filter(is_active=True)
    people = people.filter(Q(groups__in=reviewing) | Q(is_superuser=True))
    people = people.filter(Q(last_login__gte=since) | Exists(edits) | Exists(decided))
    return list(people.order_by("-last_login", "pk").distinct()[: _MOST_ASKED + 1])


def keep(*, proposal: Proposal, author: Author, text_hash: str, parts: Sequence[str] = ()) -> bool:
    """Keep an approval, within the caller's transaction; False when this person has given it already."""
    _row, is_new = Approval.objects.get_or_create(
        proposal=proposal, author=author, text_hash=text_hash, taken_back=None, defaults={"parts": list(parts)}
    )
    return is_new


def take_back(*, proposal: Proposal, author: Author) -> int:
    """Take one's approvals of a proposal back; return how many there were."""
    rows = Approval.objects.filter(proposal=proposal, author=author, taken_back=None)
    return rows.update(taken_back=timezone.now())


def _asks_people() -> bool:
    """Whether the approvals of a risky change depend on who is there."""
    return choices.value("WIKI_RISK_APPROVERS") not in ("1", "2")


def _for_risk(proposal: Proposal, people: Sequence[Any] | None = None) -> Need:
    chosen = choices.value("WIKI_RISK_APPROVERS")
    if chosen == "2":
        return Need(2, _("It changes what readers may act on, and this site asks for two approvals of such a change."))
    if chosen == "1":
        return Need(1, _("One approval is enough here: this site is set so."))
    if active_others(proposal, people) < ENOUGH_PEOPLE:
        why = _(
            "One approval is enough while fewer than three other people who may approve have been active in the last "
            "30 days."
        )
        return Need(1, why)
    why = _(
        "It changes what readers may act on, so two approvals are needed while at least three other people who may "
        "approve have been active in the last 30 days."
    )
    return Need(2, why)


def _words_of(rule: ApproverRule, names: Iterable[str]) -> str:
    place = _("the topic “%s”") % rule.category if rule.category else _("pages protected for “%s”") % rule.level
    said = {"place": place, "number": rule.number, "who": (_(" and ") if rule.one_of_each else _(" or ")).join(names)}
    if not rule.kinds:
        words = ngettext(
            "The rule for %(place)s asks for %(number)d approval.",
            "The rule for %(place)s asks for %(number)d approvals.",
            rule.number,
        )
    elif rule.one_of_each:
        words = ngettext(
            "The rule for %(place)s asks for %(number)d approval, by %(who)s.",
            "The rule for %(place)s asks for %(number)d approvals, by %(who)s, one of each at the least.",
            rule.number,
        )
    else:
        words = ngettext(
            "The rule for %(place)s asks for %(number)d approval by %(who)s.",
            "The rule for %(place)s asks for %(number)d approvals by %(who)s.",
            rule.number,
        )
    return words % said


def _holding(rules: Iterable[ApproverRule], level: str, topics: Collection[str]) -> list[ApproverRule]:
    return [
        rule
        for rule in rules
        if (rule.category and rule.category.casefold() in topics) or (rule.level and rule.level == level)
    ]


def _topics_of_many(proposals: Sequence[Proposal]) -> dict[int, set[str]]:
    """Return the topics of the pages that the proposals are for."""
    articles = {each.article_id for each in proposals}
    rows = Dependency.objects.filter(article__in=articles, kind=Dependency.Kind.CATEGORY)
    found: dict[int, set[str]] = {}
    for article, name in rows.values_list("article", "target"):
        found.setdefault(article, set()).add(name.casefold())
    return found


def _topics_of(article: Article | None, new_text: str) -> set[str]:
    if article is not None:
        rows = Dependency.objects.filter(article=article, kind=Dependency.Kind.CATEGORY)
        return {name.casefold() for name in rows.values_list("target", flat=True)}
    try:
        return {name.casefold() for name, _sort_key in renderer.render(new_text).categories}
    except renderer.RenderError:
        return set()  # It is refused anyway.


def _may_still(approval: Approval, proposal: Proposal) -> bool:
    """Whether who approved may still decide: the approval of somebody blocked meanwhile publishes nothing."""
    account = approval.author.account
    if account is None or not access.may_decide(account, approval.author, proposal):
        return False
    place = proposal.article or titles.full(proposal.namespace, proposal.title)
    return blocks.against(blocks.holding(user=account), "edit", place) is None


def _kinds_of(author: Author, wanted: Collection[str]) -> frozenset[str]:
    account = author.account
    roles = {kind for kind in wanted if kind in ROLES and account is not None and access.is_level_of(account, kind)}
    if all(kind in ROLES for kind in wanted):
        return frozenset(roles)
    groups = ApproverGroup.objects.filter(members=author).values_list("pk", flat=True)
    return frozenset(roles | {f"group:{pk}" for pk in groups})
