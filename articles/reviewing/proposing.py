"""A change is sent: published where its author may, else kept as a proposal; the author's own deeds with it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from articles import (
    access,
    basing,
    blocks,
    checks,
    choices,
    editing,
    filters,
    judging,
    limits,
    outlines,
    places,
    refusals,
    undoing,
    writing,
)
from articles.editing import AlreadyDecided, Change
from articles.models import Article, Author, Block, Edit, Proposal, Submission
from articles.reviewing import proposed
from articles.text import cleaning, risks

if TYPE_CHECKING:
    from articles.access import Person


# Saves or proposals in so many seconds: for a visitor's address or a contributor, and from editor up.
LIMIT = (8, 60)
LIMIT_OF_EDITORS = (90, 60)
# The word by which the page of a proposal knows that its author has just made it.
JUST_MADE = "just-made"


class NotAllowed(PermissionDenied):
    """This person may neither save nor propose here."""


def submit(
    *,
    user: Person,
    author: Author,
    title: str,
    base: str,
    section: str,
    text: str,
    summary: str = "",
    minor: bool = False,
    address: str = "",
    form_key: str = "",
    instead_of: Proposal | None = None,
    seen: Collection[str] | None = None,
    article: Article | None = None,
) -> Edit | Proposal:
    """Save the change when its author may publish it here, else keep it as a proposal; the same body leads to the same.

    What nobody publishes alone (see judging) waits, too, and knows why.
    `instead_of` is an earlier proposal of the same person that this one replaces (see own_waiting).
    `seen` are the keys of what edit checks have shown to the author; None when nobody is there to look. `article` is
    the page, where the caller has just loaded it.
    Raises blocks.Blocked, NotAllowed, limits.TooOften, checks.WorthALook, what filters.look and editing.save raise.
    """
    refusals.refuse_too_large(text)
    article = article or proposed.article_named(title)
    place = article if article is not None else title
    held_off = refuse_blocked("propose", place, user=user, author=author, address=address)
    submission = editing.receive(
        title=title,
        base=base,
        section=section,
        text=text,
        summary=summary,
        minor=minor,
        author=author,
        address=address,
        form_key=form_key,
        limit=_limit_of(user),
    )
    if submission.edit is not None:
        return submission.edit
    if submission.proposal is not None and submission.proposal.state != Proposal.State.WITHDRAWN:
        return submission.proposal
    change = Change(
        title=title,
        base=base,
        section=section,
        text=text,
        author=author,
        summary=summary,
        minor=minor,
        submission=submission,
        licence=choices.value("WIKI_LICENCE"),
    )
    if base == "0" and (refusal := outlines.refusal(text, title)):
        raise editing.TextRefused(refusal)
    may_publish = access.may_publish(user, place) and blocks.against(held_off, "edit", place) is None
    if not (may_publish or access.may_propose(user, place)):
        raise NotAllowed
    if seen is not None:
        change = _checked(change, seen)
    verdict = filters.look(change, user=user, article=article, address=address)
    change = replace(change, tags=(*change.tags, *verdict.tags))
    outcome = _published(change, user, verdict, instead_of) if may_publish else propose(change, instead_of=instead_of)
    filters.led_to(verdict, outcome)
    return outcome


def _published(change: Change, user: Person, verdict: filters.Verdict, instead_of: Proposal | None) -> Edit | Proposal:
    """Save a change, or let it wait where a filter or the judge says so."""
    try:
        if verdict.held_by:
            raise judging.Held(verdict.held_by, change.text)
        edit = editing.save(change, judge=judging.judge_of(user))
    except judging.Held as held:
        return propose(change, instead_of=instead_of, held=held)
    if instead_of is not None:
        _withdraw_for_a_newer_text(instead_of)
    if str(change.base) == "0":
        proposed.let_meet(edit, change.author)
    return edit


def refuse_blocked(
    act: str, place: Article | str, *, user: Person, author: Author, address: str = ""
) -> tuple[Block, ...]:
    """Return the blocks that hold for a person; raise blocks.Blocked when one is of this act here."""
    held_off = blocks.holding(user=user, author=author, address=address)
    blocks.refuse(held_off, act, place, address=address)
    return held_off


def _checked(change: Change, seen: Collection[str]) -> Change:
    """Return the change marked with what edit checks have shown. Raises checks.WorthALook for what is new in it."""
    found = checks.findings_of(checks.Sent(change.title, str(change.base), change.section, change.text))
    try:
        checks.stop_once(found, seen)
    except checks.WorthALook:
        # A clash is told first: its author will write again. What would be refused may be what a check puts right,
        # such as a new section that begins with `== Causes ==`.
        with contextlib.suppress(editing.TextRefused):
            basing.merged(change)
        raise
    return replace(change, tags=checks.tags_of(found))


def undo(
    *, user: Person, author: Author, edit: Edit, base: str, summary: str = "", address: str = ""
) -> Edit | Proposal:
    """Undo an edit when this person may publish that there, else propose the text without it.

    Raises blocks.Blocked, NotAllowed, limits.TooOften, and what undoing.undo raises.
    """
    held_off = refuse_blocked("propose", edit.article, user=user, author=author, address=address)
    if access.may_publish(user, edit.article) and blocks.against(held_off, "edit", edit.article) is None:
        _count(user, author, address)
        try:
            return undoing.undo(edit=edit, base=base, author=author, summary=summary, judge=judging.judge_of(user))
        except judging.Held as held:
            return keep(held, edit.article, base=base, author=author, summary=summary, address=address)
    plan = undoing.undoing([edit])
    if plan.conflict is not None:
        raise plan.conflict
    title = edit.article.full_title
    return submit(
        user=user, author=author, title=title, base=base, section="", text=plan.text, summary=summary, address=address
    )


def revert(
    *,
    user: Person,
    author: Author,
    edit: Edit,
    base: str,
    summary: str = "",
    minor: bool = False,
    address: str = "",
    logged: str = "",
) -> Edit | Proposal:
    """Bring an old version back, or propose to where it changes a dose or a rule asks for others.

    `logged`: done as a privileged act, under this name. Raises limits.TooOften, and what editing.revert raises.
    """
    access.require(access.may_revert(user, edit.article))
    refuse_blocked("edit", edit.article, user=user, author=author, address=address)
    _count(user, author, address)
    judge = judging.judge_of(user)
    try:
        return editing.revert(
            edit=edit, base=base, author=author, summary=summary, minor=minor, logged=logged, judge=judge
        )
    except judging.Held as held:
        return keep(held, edit.article, base=base, author=author, summary=summary, minor=minor, address=address)


def roll_back(
    *, user: Person, author: Author, article: Article, base: str, summary: str = "", address: str = ""
) -> Edit | Proposal:
    """Take the newest run of edits back, or propose to where it changes a dose.

    Raises limits.TooOften, and what undoing.roll_back raises.
    """
    access.require(access.may_revert(user, article))
    refuse_blocked("edit", article, user=user, author=author, address=address)
    _count(user, author, address)
    try:
        return undoing.roll_back(
            article=article, base=base, author=author, summary=summary, judge=judging.judge_of(user)
        )
    except judging.Held as held:
        return keep(held, article, base=base, author=author, summary=summary, address=address)


def keep(
    held: judging.Held,
    article: Article,
    *,
    base: str,
    author: Author,
    summary: str,
    minor: bool = False,
    address: str = "",
) -> Proposal | Edit:
    """Let a text of the past wait as a proposal of the whole article; a second click leads to the same."""
    sent: dict[str, Any] = {"base": base, "section": "", "text": held.text, "author": author, "summary": summary}
    sent |= {"title": article.full_title, "minor": minor}
    submission = editing.receive(**sent, address=address)
    if submission.proposal is not None and submission.proposal.state != Proposal.State.WITHDRAWN:
        return submission.proposal
    licence = choices.value("WIKI_LICENCE")
    return propose(Change(**sent, submission=submission, licence=licence), held=held)


def propose(change: Change, *, instead_of: Proposal | None = None, held: judging.Held | None = None) -> Proposal | Edit:
    """Keep a change until a reviewer decides; nothing is published. The current edit when it would change nothing.

    `held` tells why it waits though its author may publish. Refused now for whatever would refuse it then: raises what
    editing.save raises.
    """
    merged = basing.merged(change)
    parts, current = merged.parts, merged.current
    if current is not None and basing.text_before(merged) == merged.text:
        return current
    editing.check(merged.text)
    base = basing.version_at(current.article, change.base) if current is not None else None
    before = places.text_named(base, change.section) if base is not None else ""
    found = proposed.risks_in(before, cleaning.clean(change.text), parts.namespace)
    if held is not None and not risks.are_grave(risks.from_rows(found)):
        found = risks.as_rows(held.found)  # What is harmless by itself may not be beside the rest.
    with transaction.atomic():
        # Before what was sent and the former proposal, as an acceptance and a move do: or each would wait for the other
        # at the end, when the database asks for the page that the new proposal names.
        there = writing.lock(parts)
        if current is not None and (there is None or there.pk != current.article_id):
            return propose(change, instead_of=instead_of, held=held)  # The page was moved just now, and is followed.
        earlier = _earlier_of(change.submission)
        if earlier is not None and earlier.state != Proposal.State.WITHDRAWN:
            return earlier
        proposal = Proposal.objects.create(
            namespace=parts.namespace,
            title=parts.title,
            article=current.article if current is not None else None,
            base_id=int(change.base) or None,
            section=change.section[:400],
            section_title=merged.section.title[:300] if merged.section is not None else "",
            blob=editing.kept(cleaning.clean(change.text)),
            author=change.author,
            summary=change.summary,
            minor=change.minor,
            licence=change.licence,
            first=(instead_of.first or instead_of) if instead_of is not None else None,
            size_change=len(merged.text.encode()) - (current.size if current is not None else 0),
            risks=found,
            why_held=list(held.why) if held is not None else [],
        )
        if change.submission is not None:
            Submission.objects.filter(pk=change.submission.pk).update(proposal=proposal)
        if instead_of is not None:
            _withdraw_for_a_newer_text(instead_of)
        proposed.announce(proposal, "made", change.author)
    return proposal


def withdraw(*, proposal: Proposal, author: Author) -> Proposal:
    """Take one's own proposal back; the text stays readable to its author. Raises AlreadyDecided."""
    access.require(proposal.author_id == author.pk)
    with transaction.atomic():
        proposed.close(proposal, Proposal.State.WITHDRAWN, author, "")
    return proposal


def _withdraw_for_a_newer_text(earlier: Proposal) -> None:
    with contextlib.suppress(AlreadyDecided), transaction.atomic():
        proposed.close(earlier, Proposal.State.WITHDRAWN, earlier.author, "")


def _earlier_of(submission: Submission | None) -> Proposal | None:
    if submission is None:
        return None
    # No join: PostgreSQL would show who waited here the locked row as it is now, and the joined one as it was before.
    return Submission.objects.select_for_update().get(pk=submission.pk).proposal


def _count(user: Person, author: Author, address: str) -> None:
    """Count a save that brings a text of the past back, as every other save is. Raises limits.TooOften."""
    times, seconds = _limit_of(user)
    limits.take(f"edit:{editing.counted_as(author, address)}", times=times, seconds=seconds)


def _limit_of(user: Person) -> tuple[int, int]:
    return LIMIT_OF_EDITORS if user.is_authenticated and user.has_perm("articles.publish") else LIMIT
