"""One proposal: what it would change, where it stands, and whom it meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import access, approving, checks, eyes, history, judging, places, reading, withholding
from articles.editing import AlreadyDecided, Change
from articles.models import Article, Author, Edit, Proposal, TextBlob
from articles.signals import proposal_changed
from articles.text import choosing, cleaning, comparing, parsing, risks, titles
from articles.text import withholding as withheld
from articles.text.choosing import Part

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from typing_extensions import TypeIs

    from articles.access import Person
    from articles.text.checking import Finding
    from articles.text.comparing import Comparison


# So many proposals for one new title are named beside each other; so many of their authors are told at once.
_MOST_TOGETHER: Final = 20
_MOST_TOLD: Final = 100


class Redirect(NamedTuple):
    """The full title that a page leads to, and whether there is nothing to read."""

    title: str
    is_missing: bool


def is_proposal(outcome: Edit | Proposal) -> TypeIs[Proposal]:
    """Whether what a submission led to waits for a decision."""
    return isinstance(outcome, Proposal)


def title_of(proposal: Proposal) -> str:
    """Return the full title of the article that the proposal is for."""
    return titles.full(proposal.namespace, proposal.title)


def current_id_of(proposal: Proposal) -> int:
    """Return the id of the edit that a decision is made against: the article's current one, 0 while there is none."""
    article = proposal.article or article_named(title_of(proposal))
    return (article.current_edit_id or 0) if article is not None else 0


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


def text_before(proposal: Proposal) -> str:
    """Return the text that the proposal changes: of its sections in its base, empty for something new."""
    if proposal.base is None or proposal.section == "new":
        return ""
    if proposal.base.hidden_text:
        return ""
    if not withheld.marks_in(proposal.blob.text):
        return places.text_named(withholding.version_of(proposal.base), proposal.section)
    # It was written by somebody who saw marks. With the whole beside it, each mark would be a change, and what is made
    # of both texts would bring its author what they may not see.
    with eyes.of(lambda: False):
        return places.text_named(withholding.version_of(proposal.base), proposal.section)


def text_there(proposal: Proposal) -> str:
    """Return what the proposal is compared with: the text that it changes, or the article that was made meanwhile."""
    met = _made_meanwhile(proposal)
    return withholding.text_of(met) if met is not None else text_before(proposal)


def comparison_of(proposal: Proposal) -> Comparison:
    """Return what the proposal would change, with what may harm a reader marked."""
    before, after = text_there(proposal), proposal.blob.text
    comparison = comparing.compare_sections(before, after)
    return history.with_risks(comparison, before, after, proposal.namespace) if before else comparison


def risks_in(before: str, after: str, namespace: str) -> list[list[object]]:
    """Return what in a change may harm a reader, as it is kept; what is all new changes nothing that was read."""
    return risks.as_rows(judging.risks_between(before, after, namespace)) if before else []


def findings_in(proposal: Proposal) -> tuple[Finding, ...]:
    """Return what edit checks point out in a proposal; its author has seen it and proposed in spite of it."""
    if proposal.base is not None and proposal.base.hidden_text:
        return ()
    change = change_of(proposal)
    return checks.findings_of(checks.Sent(change.title, change.base, change.section, change.text))


def redirect_in(proposal: Proposal) -> Redirect | None:
    """Return where the page would only lead if the proposal were published; None when it has a text of its own."""
    mark = parsing.redirect_of(proposal.blob.text) if proposal.section in ("", "0") else None
    if mark is None:
        return None
    namespace, title = mark.fields[:2]
    return Redirect(titles.full(namespace, title), not reading.is_something_to_read(namespace, title))


def parts_of(proposal: Proposal) -> tuple[Part, ...]:
    """Return the pieces of a proposal that can be decided on one by one; none when it is all of one piece."""
    found = choosing.parts(text_before(proposal), proposal.blob.text) if proposal.is_undecided else ()
    return found if len(found) > 1 else ()


def seen_of(proposal: Proposal) -> str:
    """Return what names the text that is proposed now, and its place: sent along with a decision, so that nobody lets
    through what another reviewer has made of it since they looked."""
    return approving.present_name_of(proposal)


def is_as_seen(text: str, seen: str) -> bool:
    """Whether a text that came back from the box is the one that was shown in it."""
    return TextBlob.hash_of(cleaning.clean(text)) == seen.partition(".")[0]


def approvals_of(proposal: Proposal, author: Author | None = None) -> approving.Standing:
    """Return what an undecided proposal needs and has, and whether this author's approval would be the last."""
    new_text = proposal.blob.text if proposal.article is None else ""
    return approving.standing(proposal, is_risky=proposal.is_grave, author=author, new_text=new_text)


def has_approved(proposal: Proposal, author: Author) -> bool:
    """Whether this person has approved it, and may take that back."""
    return proposal.is_undecided and proposal.approvals.filter(author=author, taken_back=None).exists()


def hidden_of(user: Person, proposal: Proposal) -> frozenset[str]:
    """Return what is hidden from this person of what was published of a proposal, or of a newer or older text of it:
    text, summary, author.
    """
    if proposal.is_undecided or access.may_moderate(user):
        return frozenset()  # What waits must be seen by who decides on it.
    first = proposal.first_id or proposal.pk
    edits = Edit.objects.filter(Q(proposal=first) | Q(proposal__first=first))
    rows = edits.values_list("hidden_text", "hidden_summary", "hidden_author")
    names = ("text", "summary", "author")
    return frozenset(name for flags in rows for name, is_hidden in zip(names, flags, strict=True) if is_hidden)


def later_of(proposal: Proposal) -> list[Proposal]:
    """Return the proposals that go on with this one, oldest first: a newer text, or what was held back of it."""
    rows = Proposal.objects.filter(first=proposal.first_id or proposal.pk, pk__gt=proposal.pk)
    return list(rows.order_by("pk")[:20])


def waiting_of(author: Author | None, raw_title: str) -> list[Proposal]:
    """Return this author's proposals for a title that nobody has decided yet: number, state and day, to be named."""
    if author is None:
        return []
    parts = access.parts_of(raw_title)
    rows = Proposal.objects.undecided().filter(author=author, namespace=parts.namespace, title=parts.title)
    return list(rows.only("state", "made")[:5])


def waiting_of_account(account_id: int, raw_title: str) -> list[Proposal]:
    """Return the same of whoever has this account.

    Asked for every article that somebody logged in reads, so always in the same words: Django takes longer to make a
    question than the database to answer it.
    """
    parts = access.parts_of(raw_title)
    theirs = Proposal.objects.raw(
        "SELECT proposal.id, proposal.state, proposal.made FROM articles_proposal AS proposal"
        " JOIN articles_author AS author ON author.id = proposal.author_id"
        " WHERE author.account_id = %s AND proposal.namespace = %s AND proposal.title = %s"
        " AND proposal.state IN (%s, %s) ORDER BY proposal.id LIMIT 5",
        [account_id, parts.namespace, parts.title, *Proposal.UNDECIDED],
    )
    return list(theirs)


def own_waiting(author: Author | None, proposal_id: int, raw_title: str, key: str = "") -> Proposal | None:
    """Return the waiting proposal of that number for that title, when it is this author's or the key is its own."""
    parts = access.parts_of(raw_title)
    rows = Proposal.objects.undecided().filter(pk=proposal_id, namespace=parts.namespace, title=parts.title)
    proposal = rows.select_related("author", "blob", "first").first()
    return proposal if proposal is not None and access.is_own(author, proposal, key) else None


def proposed_anew(user: Person, raw_title: str) -> list[Proposal]:
    """Return, for a reviewer, what others propose as an article of a title that has none; nobody else learns of it."""
    if not access.may_review(user):
        return []
    parts = access.parts_of(raw_title)
    rows = _proposed_anew(parts.namespace, parts.title).exclude(author__account=user.pk)
    return list(rows.select_related("author")[:_MOST_TOGETHER])


def others_proposed(user: Person, proposal: Proposal) -> list[Proposal]:
    """Return, for a reviewer, the other proposals that would make the same article, oldest first."""
    if proposal.base_id is not None or not access.may_review(user):
        return []
    rows = _proposed_anew(proposal.namespace, proposal.title).exclude(pk=proposal.pk)
    return list(rows.select_related("author", "blob")[:_MOST_TOGETHER])


def has_met(proposal: Proposal) -> bool:
    """Whether the article that an undecided proposal would have made has been made since, by somebody else."""
    return _made_meanwhile(proposal) is not None


def compared_with(proposal: Proposal, other: Proposal) -> Comparison:
    """Return what one proposal for a title says otherwise than another."""
    return comparing.compare_sections(other.blob.text, proposal.blob.text)


def _made_meanwhile(proposal: Proposal) -> Edit | None:
    """Return the current edit of the article that an undecided proposal would have made, where there is one now."""
    if proposal.base_id is not None or not proposal.is_undecided:
        return None
    article = proposal.article or article_named(title_of(proposal))
    return article.current_edit if article is not None and article.state == Article.State.PUBLISHED else None


def _proposed_anew(namespace: str, title: str) -> QuerySet[Proposal]:
    return Proposal.objects.undecided().filter(namespace=namespace, title=title, base=None)


def let_meet(edit: Edit, by: Author) -> None:
    """Let what else would have made an article be a change of the one that is there now; its authors are told.

    What may harm in it is looked for anew, beside that one.
    """
    article = edit.article
    others = list(_proposed_anew(article.namespace, article.title).select_related("author")[:_MOST_TOLD])
    Proposal.objects.filter(pk__in=[other.pk for other in others]).update(article=article, risks=None)
    for other in others:
        other.article = article
        announce(other, "met", by)


def article_named(title: str) -> Article | None:
    """Return the article of that title, deleted or not; None also for what is no title."""
    try:
        parts = titles.parse(title)
    except titles.TitleError:
        return None  # The door refuses the title, and gives the text back.
    return Article.objects.named(*parts).select_related("current_edit").first()


def close(proposal: Proposal, state: str, author: Author, reason: str) -> None:
    """Decide a proposal for good; raise AlreadyDecided where somebody was faster."""
    now = timezone.now()
    changes = {"state": state, "decided": now, "changed": now, "decided_by": author, "reason": reason}
    if not Proposal.objects.filter(pk=proposal.pk, state__in=Proposal.UNDECIDED).update(**changes):
        raise AlreadyDecided
    proposal.refresh_from_db(fields=[*changes])
    announce(proposal, state, author)


def announce(proposal: Proposal, what: str, by: Author) -> None:
    """Tell whoever listens what became of a proposal, once that is committed."""
    # A listener that breaks can't take back what is committed, nor may it make that look as if it had failed.
    transaction.on_commit(
        lambda: proposal_changed.send(sender=Proposal, proposal=proposal, what=what, by=by), robust=True
    )
