"""Who has to approve changes of a topic, or of pages protected at a level: the rules, and the groups that they name.

An administrator makes them; each change has a reason and a line in the log. Until there is one, nobody meets a rule.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext as _

from articles import access, approving
from articles.approving import Need
from articles.models import ApproverGroup, ApproverRule
from articles.moderation import Refused, record

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from articles.access import Person

LOGGED_AS = "approvers.change"


@dataclass(frozen=True)
class Ruling:
    """A rule and what it says in words."""

    number: int
    need: Need


def rulings() -> list[Ruling]:
    """Return all rules, the oldest first."""
    names = approving.names_of_kinds()
    return [Ruling(rule.pk, approving.need_of(rule, names)) for rule in ApproverRule.objects.all()]


def groups() -> list[ApproverGroup]:
    """Return all groups with their members."""
    return list(ApproverGroup.objects.prefetch_related("members"))


def make_rule(
    *, category: str, level: str, number: int, kinds: Collection[str], one_of_each: bool, user: Person, why: str
) -> ApproverRule:
    """Ask for approvals from now on. Raises PermissionDenied, Refused."""
    access.require(access.may_set_rules(user))
    if bool(category.strip()) == bool(level):
        raise Refused(_("Name either a topic or a protection: a rule is for one of them."))
    if not set(kinds) <= approving.names_of_kinds().keys():
        raise Refused(_("One of these groups is not there any more. Look again."))
    if one_of_each and number < len(kinds):
        raise Refused(_("One of each takes at least as many approvals as there are kinds of people chosen."))
    with transaction.atomic():
        fields: dict[str, Any] = {"category": category.strip(), "level": level, "number": number}
        rule = ApproverRule.objects.create(**fields, kinds=sorted(kinds), one_of_each=one_of_each)
        _record(user, _target_of(rule), why, after=_as_logged(rule))
    return rule


def drop_rule(*, number: int, user: Person, why: str) -> None:
    """Ask for these approvals no longer. Raises PermissionDenied, Refused."""
    access.require(access.may_set_rules(user))
    with transaction.atomic():
        rule = ApproverRule.objects.select_for_update().filter(pk=number).first()
        if rule is None:
            raise Refused(_("This rule is not there any more."))
        _record(user, _target_of(rule), why, before=_as_logged(rule))
        rule.delete()


def set_group(*, name: str, members: Sequence[str], user: Person, why: str) -> ApproverGroup:
    """Let a group be made of these accounts, by name; one without members asks for nobody. Raises Refused."""
    access.require(access.may_set_rules(user))
    wanted = dict.fromkeys(name.strip() for name in members if name.strip())
    field = get_user_model().USERNAME_FIELD
    accounts = [_account(field, each) for each in wanted]
    missing = [each for each, account in zip(wanted, accounts, strict=True) if account is None]
    if missing:
        raise Refused(_("There is no account of the name %s.") % ", ".join(f"“{each}”" for each in missing))
    with transaction.atomic():
        group, _is_new = ApproverGroup.objects.get_or_create(name=name.strip())
        before = sorted(group.members.values_list("name", flat=True))
        group.members.set([access.author_of(account) for account in accounts if account is not None])
        after = sorted(group.members.values_list("name", flat=True))
        _record(user, group.name, why, before={"members": len(before)}, after={"members": len(after)})
    return group


def _account(field: str, name: str) -> AbstractUser | None:
    found: AbstractUser | None = get_user_model()._default_manager.filter(**{f"{field}__iexact": name}).first()
    return found


def _record(user: Person, target: str, why: str, **change: Any) -> None:
    record(article=None, who=user, what=LOGGED_AS, target=target, why=why, **change)


def _target_of(rule: ApproverRule) -> str:
    return f"Category:{rule.category}" if rule.category else rule.level


def _as_logged(rule: ApproverRule) -> dict[str, Any]:
    kinds = ", ".join(rule.kinds)
    return {"number": rule.number, "kinds": kinds, "one_of_each": rule.one_of_each}
