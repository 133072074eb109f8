"""Proposals: changes that wait until a trusted person lets them through."""

from __future__ import annotations

import contextlib
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, checks, choices, editing, logbook, outlines
from articles.editing import AlreadyDecided, Change
from articles.models import Article, Author, Edit, Proposal, Submission, TextBlob
from articles.signals import proposal_changed
from articles.text import titles

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from articles.access import Person
    from articles.text.checking import Finding

__all__ = ["AlreadyDecided"]  # Raised by the write door, when an acceptance comes too late.

PAGE_SIZE = 50
# Saves or proposals in so many seconds: for a visitor's address or a contributor, and from editor up.
LIMIT = (8, 60)
LIMIT_OF_EDITORS = (90, 60)
# The word by which the page of a proposal knows that its author has just made it.
JUST_MADE = "just-made"


class NotAllowed(PermissionDenied):
    """This person may neither save nor propose here."""


class ArticleMovedOn(Exception):
    """The article has changed since the reviewer looked at what the proposal would make of it."""


class ReasonMissing(ValueError):
    """A proposal is declined with a reason, so that its author knows what to do."""


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
) -> Edit | Proposal:
    """Save the change when its author may publish here, else keep it as a proposal; the same body leads to the same.

    `instead_of` is an earlier proposal of the same person that this one replaces (see own_waiting).
    `seen` are the keys of what edit checks have shown to the author; None when nobody is there to look.
    Raises NotAllowed, limits.TooOften, checks.WorthALook, and what editing.save raises.
    """
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
    article = _article_named(title)
    if base == "0" and (refusal := outlines.refusal(text, title)):
        raise editing.TextRefused(refusal)
    may_publish = access.may_publish(user, article)
    if not (may_publish or access.may_propose(user, article)):
        raise NotAllowed
    if seen is not None:
        found = checks.findings_of(checks.Sent(title, base, section, text))
        try:
            checks.stop_once(found, seen)
        except checks.WorthALook:
            # A clash is told first: its author will write again. What would be refused may be what a check puts right,
            # such as a new section that begins with `== Causes ==`.
            with contextlib.suppress(editing.TextRefused):
                editing.merged(change)
            raise
        change = replace(change, tags=checks.tags_of(found))
    return editing.save(change) if may_publish else propose(change, instead_of=instead_of)


def propose(change: Change, *, instead_of: Proposal | None = None) -> Proposal | Edit:
    """Keep a change until a reviewer decides; nothing is published. The current edit when it would change nothing.

    Refused now for whatever would refuse it then: raises what editing.save raises.
    """
    merged = editing.merged(change)
    parts, current = merged.parts, merged.current
    if current is not None and current.blob.text == merged.text:
        return current
    editing.check(merged.text)
    with transaction.atomic():
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
            blob=TextBlob.objects.keep(editing.clean(change.text)),
            author=change.author,
            summary=change.summary,
            minor=change.minor,
            licence=change.licence,
        )
        if change.submission is not None:
            Submission.objects.filter(pk=change.submission.pk).update(proposal=proposal)
        if instead_of is not None:
            with contextlib.suppress(AlreadyDecided):
                _decide(instead_of, Proposal.State.WITHDRAWN, instead_of.author, "")
        _announce(proposal)
    return proposal


def change_of(proposal: Proposal) -> Change:
    """Return the change that accepting the proposal makes."""
    return Change(
        title=titles.full(proposal.namespace, proposal.title),
        base=proposal.base_id or 0,
        section=proposal.section,
        text=proposal.blob.text,
        author=proposal.author,
        summary=proposal.summary,
        minor=proposal.minor,
        kind=Edit.Kind.ACCEPT,
        licence=proposal.licence,
        proposal=proposal,
    )


def accept(*, proposal: Proposal, user: Person, author: Author, base: str) -> Edit:
    """Publish a proposal: its text, by its author, merged with what came since.

    `base` is the edit the reviewer saw the proposal against. Raises AlreadyDecided, PermissionDenied, EditConflict, and
    ArticleMovedOn when the article has changed while the reviewer was looking.
    """
    access.require(access.may_decide(user, author, proposal))
    if proposal.state != Proposal.State.WAITING:
        raise AlreadyDecided
    article = _article_named(titles.full(proposal.namespace, proposal.title))
    current = article.current_edit if article is not None else None
    if base != str(current.pk if current is not None else 0):
        raise ArticleMovedOn
    tags = checks.tags_of(findings_in(proposal))
    edit = editing.save(replace(change_of(proposal), approver=author, tags=tags))
    proposal.refresh_from_db()
    _announce(proposal)
    return edit


def decline(*, proposal: Proposal, user: Person, author: Author, reason: str) -> Proposal:
    """Turn a proposal down with a reason; its text stays with its author. Raises AlreadyDecided, ReasonMissing."""
    access.require(access.may_decide(user, author, proposal))
    if not reason.strip():
        raise ReasonMissing(_("Say why, so that the author knows what to do."))
    with transaction.atomic():
        _decide(proposal, Proposal.State.DECLINED, author, reason)
        logbook.record(
            who=author.account,
            what="proposal.decline",
            target=titles.full(proposal.namespace, proposal.title),
            why=reason,
            after={"proposal": proposal.pk},
        )
    return proposal


def withdraw(*, proposal: Proposal, author: Author) -> Proposal:
    """Take one's own proposal back; the text stays readable to its author. Raises AlreadyDecided."""
    access.require(proposal.author_id == author.pk)
    with transaction.atomic():
        _decide(proposal, Proposal.State.WITHDRAWN, author, "")
    return proposal


def waiting_of(author: Author | None, raw_title: str) -> list[Proposal]:
    """Return this author's proposals for a title that nobody has decided yet."""
    if author is None:
        return []
    parts = access.parts_of(raw_title)
    rows = Proposal.objects.waiting().filter(author=author, namespace=parts.namespace, title=parts.title)
    return list(rows.defer("reason")[:5])


def queue(*, after: int | None = None) -> list[Proposal]:
    """Return a page of the proposals that wait, oldest first: by id above `after`."""
    rows = Proposal.objects.waiting().filter(Q(id__gt=after or 0)).select_related("author", "article", "blob")
    return list(rows.defer("blob__data")[: PAGE_SIZE + 1])


def count_waiting() -> int:
    """Return how many proposals wait."""
    return Proposal.objects.waiting().count()


def proposals_of(author: Author | None) -> list[Proposal]:
    """Return what an author has proposed, newest first."""
    if author is None:
        return []
    return list(Proposal.objects.filter(author=author).select_related("edit").order_by("-id")[:PAGE_SIZE])


def own_waiting(author: Author | None, proposal_id: int, raw_title: str, key: str = "") -> Proposal | None:
    """Return the waiting proposal of that number for that title, when it is this author's or the key is its own."""
    parts = access.parts_of(raw_title)
    rows = Proposal.objects.waiting().filter(pk=proposal_id, namespace=parts.namespace, title=parts.title)
    proposal = rows.select_related("author", "blob").first()
    return proposal if proposal is not None and access.is_own(author, proposal, key) else None


def is_proposal(outcome: Edit | Proposal) -> TypeIs[Proposal]:
    """Whether what a submission led to waits for a decision."""
    return isinstance(outcome, Proposal)


def title_of(proposal: Proposal) -> str:
    """Return the full title of the article that the proposal is for."""
    return titles.full(proposal.namespace, proposal.title)


def current_id_of(proposal: Proposal) -> int:
    """Return the id of the edit that a decision is made against: the article's current one, 0 while there is none."""
    article = proposal.article or _article_named(title_of(proposal))
    return (article.current_edit_id or 0) if article is not None else 0


def text_before(proposal: Proposal) -> str:
    """Return the text that the proposal changes: of its sections in its base, empty for something new."""
    if proposal.base is None or proposal.section == "new":
        return ""
    if proposal.base.hidden_text:
        return ""
    return editing.text_named(editing.version_of(proposal.base), proposal.section)


def findings_in(proposal: Proposal) -> tuple[Finding, ...]:
    """Return what edit checks point out in a proposal; its author has seen it and proposed in spite of it."""
    if proposal.base is not None and proposal.base.hidden_text:
        return ()
    change = change_of(proposal)
    return checks.findings_of(checks.Sent(change.title, change.base, change.section, change.text))


def _limit_of(user: Person) -> tuple[int, int]:
    return LIMIT_OF_EDITORS if user.is_authenticated and user.has_perm("articles.publish") else LIMIT


def _article_named(title: str) -> Article | None:
    try:
        parts = titles.parse(title)
    except titles.TitleError:
        return None  # The door refuses the title, and gives the text back.
    return Article.objects.named(*parts).select_related("current_edit").first()


def _earlier_of(submission: Submission | None) -> Proposal | None:
    if submission is None:
        return None
    # No join: PostgreSQL would show who waited here the locked row as it is now, and the joined one as it was before.
    return Submission.objects.select_for_update().get(pk=submission.pk).proposal


def _decide(proposal: Proposal, state: str, author: Author, reason: str) -> None:
    now = timezone.now()
    changes = {"state": state, "decided": now, "changed": now, "decided_by": author, "reason": reason}
    if not Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.WAITING).update(**changes):
        raise AlreadyDecided
    proposal.refresh_from_db(fields=[*changes])
    _announce(proposal)


def _announce(proposal: Proposal) -> None:
    # A listener that breaks can't take back what is committed, nor may it make that look as if it had failed.
    transaction.on_commit(lambda: proposal_changed.send(sender=Proposal, proposal=proposal), robust=True)
