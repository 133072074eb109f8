"""What reviewers do with a proposal: accept it, whole, in parts or changed; give it back, decline it, talk about it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, approving, basing, checks, editing, eyes, judging, logbook, places, remarks
from articles.editing import AlreadyDecided, ArticleMovedOn, Change, Merged
from articles.models import Author, Edit, Proposal, Remark, TextBlob
from articles.reviewing import proposed, proposing, tags
from articles.text import choosing, cleaning, risks, titles

if TYPE_CHECKING:
    from articles.access import Person


_PARTS: Final = (("accept",), ("accept", "hold"))
# So long after a reviewer opened a proposal they are taken to be looking at it.
_LOOKING: Final = timedelta(minutes=15)


class ReasonMissing(ValueError):
    """A proposal is declined with a reason, so that its author knows what to do."""


class NoPartAccepted(ValueError):
    """Of the parts of a proposal none is let through: then it is declined, or given back, as a whole."""


@dataclass(frozen=True)
class Looking:
    """Who has a proposal open, and since when."""

    name: str
    since: datetime


def accept(
    *,
    proposal: Proposal,
    user: Person,
    author: Author,
    base: str,
    seen: str = "",
    text: str | None = None,
    onto: str | None = None,
    reason: str = "",
) -> Edit | Proposal:
    """Publish a proposal: its text, by its author, merged with what came since. Where that takes more approvals than
    there are, this one is kept, and the proposal returned.

    `text` is the proposed one as the reviewer has changed it; the edit then says so. `base` is the edit the reviewer
    saw the proposal against, `seen` names what they saw of it (see seen_of); who doesn't say has seen what its author
    sent. `onto` names a section of that edit (see EditConflict.section): what clashed is then put
    in its place, as the reviewer has brought both together. Raises AlreadyDecided, PermissionDenied, EditConflict,
    blocks.Blocked, and ArticleMovedOn when the article or the proposal has changed while the reviewer was looking.
    """
    _refuse_unless_decidable(proposal, user, author, base, seen)
    change = replace(proposed.change_of(proposal), approver=author, tags=checks.tags_of(proposed.findings_in(proposal)))
    amended = text is not None and cleaning.clean(text) != proposal.blob.text
    if text is not None and amended:
        change = replace(
            change, text=text, tags=(*change.tags, tags.AMENDED, *_risky_in(proposal, cleaning.clean(text)))
        )
    elif proposal.amended_by_id is not None:
        change = replace(change, tags=(*change.tags, tags.AMENDED))
    if onto is not None:
        change = replace(change, base=base, section=onto)
    name = approving.name_of(TextBlob.hash_of(cleaning.clean(change.text)), change.base, change.section)
    # The same text in another place is another change, too: nobody has approved that one.
    amended = name != approving.present_name_of(proposal)
    return _let_through(change, proposal, author, approving.hash_of(name), reason=reason, amended=amended)


def _let_through(
    change: Change,
    proposal: Proposal,
    author: Author,
    approved: str,
    *,
    reason: str,
    parts: Sequence[str] = (),
    amended: bool = False,
) -> Edit | Proposal:
    """Publish what is approved under this hash, or keep the approval where it isn't the last. Raises as `accept`."""

    def judge(change: Change, merged: Merged) -> tuple[str, ...]:
        is_risky = risks.are_grave(judging.risks_in(merged))
        options: dict[str, Any] = {"is_risky": is_risky, "approved": approved, "new_text": merged.text}
        options["writer"] = author.pk if amended else None
        now = approving.standing(proposal, author=author, **options)
        change.counted.clear()
        change.counted.update(now.people)
        if not now.is_last:
            raise approving.NotEnough
        return (Edit.TOGETHER,) if now.people - {author.pk} else ()

    change = replace(change, approved=approved, why=reason)
    try:
        edit = editing.save(change, judge=judge)
    except approving.NotEnough:
        _keep_approval(change, proposal, author, approved, parts=parts, reason=reason, amended=amended)
        try:
            # Of two who approve at the same moment, neither may have seen the other; by now the second does.
            edit = editing.save(change, judge=judge)
        except approving.NotEnough:
            return proposal
    if change.held is not None:
        _start_from_the_current(change.held)
        proposed.announce(change.held, "made", author)
    proposal.refresh_from_db()
    _tell(proposal, author, reason)
    proposed.announce(proposal, "accepted", author)
    if proposal.base_id is None:
        proposed.let_meet(edit, author)
    return edit


def _keep_approval(
    change: Change,
    proposal: Proposal,
    author: Author,
    approved: str,
    *,
    parts: Sequence[str],
    reason: str,
    amended: bool,
) -> None:
    """Keep an approval that isn't the last; the text as its reviewer has changed it becomes the proposed one."""
    with transaction.atomic():
        # One after the other: of two at once, the second counts the first.
        rows = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk, state__in=Proposal.UNDECIDED)
        there = rows.first()
        if there is None:
            raise AlreadyDecided
        if proposed.seen_of(there) != proposed.seen_of(proposal):
            raise ArticleMovedOn
        if amended:
            _amend(proposal, change, author)
        if not approving.keep(proposal=proposal, author=author, text_hash=approved, parts=parts):
            return
        _tell(proposal, author, reason)
        logbook.record(
            who=author.account,
            what="proposal.approve",
            target=proposed.title_of(proposal),
            why=reason,
            after={"proposal": proposal.pk},
        )
        proposed.announce(proposal, "approved", author)


def _amend(proposal: Proposal, change: Change, author: Author) -> None:
    """Let the proposed text be the one that a reviewer has changed; what its author sent is kept beside it."""
    _refuse_what_its_author_may_not_see(proposal, change)
    proposal.sent_blob = proposal.sent_blob or proposal.blob
    proposal.blob, proposal.amended_by = editing.kept(cleaning.clean(change.text)), author
    if change.section != proposal.section:
        proposal.section_title = places.title_of_section(proposal.article, change.section)[:300]
    proposal.base_id, proposal.section = int(change.base) or None, change.section
    proposal.risks = proposed.risks_in(proposed.text_before(proposal), proposal.blob.text, proposal.namespace)
    proposal.changed = timezone.now()
    names = ["sent_blob", "blob", "amended_by", "base", "section", "section_title", "risks", "changed"]
    proposal.save(update_fields=names)


def _refuse_what_its_author_may_not_see(proposal: Proposal, change: Change) -> None:
    """Raise TextRefused where the text, which the author of the proposal reads while it waits, is one that only
    somebody who sees what is withheld could have written."""
    article = proposed.article_named(proposed.title_of(proposal))
    if article is None or not article.withheld:
        return
    try:
        with eyes.of(lambda: False):
            basing.merged(change)
    except (editing.TextRefused, editing.EditConflict) as refused:
        raise editing.TextRefused(
            _(
                "A section of this article is under medical review, and the author of the proposal, who may not see "
                "it, would read it in your text while that waits for another approval. Leave the heading of that "
                "section, and the line {{under review}} below it, as its author has them; or wait until it is released."
            )
        ) from refused


def take_approval_back(*, proposal: Proposal, user: Person, author: Author) -> None:
    """Take one's own approval back, as long as the proposal isn't published. Raises AlreadyDecided."""
    access.require(access.may_review(user))
    with transaction.atomic():
        there = Proposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk, state__in=Proposal.UNDECIDED)
        if not there.exists():
            raise AlreadyDecided
        if approving.take_back(proposal=proposal, author=author):
            after = {"proposal": proposal.pk}
            logbook.record(
                who=author.account, what="proposal.unapprove", target=proposed.title_of(proposal), after=after
            )


def _risky_in(proposal: Proposal, amended: str) -> tuple[str, ...]:
    """Return the tag of what only the reviewer who changed a proposal has seen, where it may harm a reader."""
    found = judging.risks_between(proposal.blob.text, amended, proposal.namespace)
    return (Edit.RISKY,) if risks.are_grave(found) else ()


def accept_parts(
    *,
    proposal: Proposal,
    user: Person,
    author: Author,
    base: str,
    decisions: Sequence[str],
    seen: str = "",
    reason: str = "",
) -> Edit | Proposal:
    """Publish some pieces of a proposal: for each of `parts_of`, in order, "accept", "hold" or "decline".

    What is held waits on, as a proposal of its own that goes on with this one; what is declined needs a reason. Raises
    as `accept` does, ReasonMissing, and NoPartAccepted.
    """
    _refuse_unless_decidable(proposal, user, author, base, seen)
    before, after = proposed.text_before(proposal), proposal.blob.text
    if len(decisions) != len(proposed.parts_of(proposal)) or "accept" not in decisions:
        raise NoPartAccepted(_("Accept a part at least; or decline the proposal, or ask for changes, as a whole."))
    if "decline" in decisions and not reason.strip():
        raise ReasonMissing(_("Say why, so that the author knows what to do."))
    if set(decisions) == {"accept"}:
        return accept(proposal=proposal, user=user, author=author, base=base, seen=seen, reason=reason)
    accepted, kept = ({at for at, each in enumerate(decisions) if each in wanted} for wanted in _PARTS)
    change = replace(
        proposed.change_of(proposal),
        approver=author,
        tags=(*checks.tags_of(proposed.findings_in(proposal)), tags.IN_PART),
    )
    if proposal.amended_by_id is not None:
        change = replace(change, tags=(*change.tags, tags.AMENDED))
    held = _held_back(proposal, choosing.chosen(before, after, kept)) if kept != accepted else None
    change = replace(change, text=choosing.chosen(before, after, accepted), held=held)
    approved = approving.hash_of(approving.present_name_of(proposal), accepted)
    return _let_through(change, proposal, author, approved, reason=reason, parts=decisions)


def _held_back(proposal: Proposal, text: str) -> Proposal:
    """Return the row, not written yet, of what waits on. Against the old base it has what is accepted, too: merged,
    the same change made twice is made once."""
    held = Proposal(first=proposal.first or proposal, blob=TextBlob.holding(text))
    for name in ("namespace", "title", "article", "base", "section", "section_title", "author", "summary", "minor"):
        setattr(held, name, getattr(proposal, name))
    held.licence, held.made, held.why_held = proposal.licence, proposal.made, proposal.why_held
    # What waits on may hold the words of the reviewer who changed it: it stays theirs.
    held.amended_by, held.sent_blob = proposal.amended_by, proposal.sent_blob
    return held


def _start_from_the_current(held: Proposal) -> None:
    """Let what waits on start from the edit with the accepted parts, so that it shows no more than what is left."""
    as_it_is = Proposal.objects.filter(pk=held.pk, blob=held.blob_id, state__in=Proposal.UNDECIDED)
    try:
        with eyes.of(lambda: False):  # Its author will read it, whoever has decided.
            start = basing.carried_on(proposed.change_of(held))
        with transaction.atomic():
            blob = editing.kept(start.text)
            as_it_is.update(base_id=start.base, section=start.section, blob=blob, size_change=0)
    except (editing.TextRefused, editing.EditConflict):
        return  # Somebody was faster; it is right as it is.
    held.refresh_from_db()


def _refuse_unless_decidable(proposal: Proposal, user: Person, author: Author, base: str, seen: str) -> None:
    access.require(access.may_decide(user, author, proposal))
    if not proposal.is_undecided:
        raise AlreadyDecided
    article = proposed.article_named(titles.full(proposal.namespace, proposal.title))
    # Who is kept from publishing publishes nothing: not by letting it through, nor their own words as a change of it.
    proposing.refuse_blocked(
        "edit", article if article is not None else proposed.title_of(proposal), user=user, author=author
    )
    current = article.current_edit if article is not None else None
    if base != str(current.pk if current is not None else 0):
        raise ArticleMovedOn
    if seen != proposed.seen_of(proposal) and (seen or proposal.amended_by_id is not None):
        raise ArticleMovedOn


def decline(*, proposal: Proposal, user: Person, author: Author, reason: str) -> Proposal:
    """Turn a proposal down with a reason; its text stays with its author. Raises AlreadyDecided, ReasonMissing."""
    access.require(access.may_decide(user, author, proposal))
    if not reason.strip():
        raise ReasonMissing(_("Say why, so that the author knows what to do."))
    with transaction.atomic():
        proposed.close(proposal, Proposal.State.DECLINED, author, reason)
        logbook.record(
            who=author.account,
            what="proposal.decline",
            target=titles.full(proposal.namespace, proposal.title),
            why=reason,
            after={"proposal": proposal.pk},
        )
    return proposal


def decline_all(*, numbers: Collection[int], user: Person, author: Author, reason: str) -> tuple[int, list[Proposal]]:
    """Turn several proposals down with one reason; return how many, and those that it could not be done with: decided
    by somebody else meanwhile, one's own, or protected. Raises ReasonMissing.

    Accepting has no such deed: nobody lets through what they have not looked at.
    """
    if not reason.strip():
        raise ReasonMissing(_("Say why, so that the authors know what to do."))
    declined, left = 0, []
    for proposal in Proposal.objects.filter(pk__in=numbers).select_related("author", "article").order_by("pk"):
        try:
            decline(proposal=proposal, user=user, author=author, reason=reason)
            declined += 1
        except (AlreadyDecided, PermissionDenied):
            left.append(proposal)
    return declined, left


def ask_for_changes(*, proposal: Proposal, user: Person, author: Author, text: str, line: int | None = None) -> Remark:
    """Give a proposal back to its author, who is told what is still to be done. Raises AlreadyDecided, CannotSay."""
    access.require(access.may_decide(user, author, proposal))
    with transaction.atomic():
        remark = remarks.say(proposal=proposal, author=author, text=text, line=line, asks=True)
        _move(proposal, Proposal.State.RETURNED)
        logbook.record(
            who=author.account,
            what="proposal.changes",
            target=proposed.title_of(proposal),
            why=text,
            after={"proposal": proposal.pk},
        )
        proposed.announce(proposal, "returned", author)
    return remark


def say(*, proposal: Proposal, user: Person, author: Author, text: str, line: int | None = None) -> Remark:
    """Say something about a proposal, as a reviewer or as its author. Raises CannotSay.

    What its author answers when it was given back puts it into the queue again.
    """
    access.require(access.may_talk_about(user, author, proposal))
    with transaction.atomic():
        remark = remarks.say(proposal=proposal, author=author, text=text, line=line)
        if proposal.state == Proposal.State.RETURNED and author.pk == proposal.author_id:
            _move(proposal, Proposal.State.WAITING)
        proposed.announce(proposal, "said", author)
    return remark


def settle(*, proposal: Proposal, user: Person, author: Author, remark: int) -> None:
    """Say that nothing is left to do about a remark, or that there is."""
    access.require(access.may_talk_about(user, author, proposal))
    remarks.settle(proposal=proposal, number=remark, author=author)


def look(proposal: Proposal, author: Author) -> Looking | None:
    """Remember that a reviewer looks at a proposal; return who else does, where somebody has in the last minutes."""
    now = timezone.now()
    if proposal.looked_at is not None and now - proposal.looked_at < _LOOKING:
        if proposal.looked_at_by_id != author.pk and proposal.looked_at_by is not None:
            return Looking(proposal.looked_at_by.name, proposal.looked_at)
        if now - proposal.looked_at < timedelta(minutes=1):
            return None  # Asked again and again, a page writes nothing.
    if proposal.is_undecided:
        Proposal.objects.filter(pk=proposal.pk).update(looked_at=now, looked_at_by=author)
    return None


def _move(proposal: Proposal, state: str) -> None:
    """Put an undecided proposal where it waits now: for a reviewer, or for its author."""
    changes = {"state": state, "changed": timezone.now()}
    if not Proposal.objects.filter(pk=proposal.pk, state__in=Proposal.UNDECIDED).update(**changes):
        raise AlreadyDecided
    proposal.refresh_from_db(fields=[*changes])


def _tell(proposal: Proposal, author: Author, reason: str) -> None:
    """Keep what a reviewer says beside an acceptance. What can't be kept undoes no acceptance."""
    if reason.strip():
        with contextlib.suppress(remarks.CannotSay):
            remarks.say(proposal=proposal, author=author, text=reason)
