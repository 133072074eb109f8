"""All that is kept of one person, as JSON, for nobody but them.

One object with a list for each kind of row, written row by row, so that the longest life of edits needs no more memory
than one of them. What others wrote is left out, but for what they did about this person's account. Of edits the file
has what the history shows of them; their texts are the articles', at the addresses it names.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.admin.models import LogEntry as AdminLine
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import access
from articles.models import (
    Address,
    Approval,
    ApproverGroup,
    Author,
    Block,
    ChosenTopics,
    Draft,
    Edit,
    FilterHit,
    LogEntry,
    Patrol,
    Proposal,
    Remark,
    Settled,
    Submission,
    Visit,
    walks,
)
from articles.reviewing import proposed
from wiki.accounts import mail, roles
from wiki.accounts.models import User
from wiki.notifications import wishes
from wiki.notifications.models import Notification

VERSION: Final = 1

Row = dict[str, Any]


def as_json(user: User) -> Iterator[str]:
    """Yield the file piece by piece."""
    head = {
        "format": "own-data",
        "version": VERSION,
        "site": mail.site_name(),
        "address": settings.SITE_URL,
        "made": timezone.now(),
        "account": _account(user),
    }
    yield _written(head)[:-1]
    author = access.author_of(user)
    for name, rows in LISTS.items():
        yield f",\n{json.dumps(name)}: ["
        for number, row in enumerate(rows(user, author)):
            yield f"{',' if number else ''}\n{_written(row)}"
        yield "]"
    yield "}\n"


def _written(row: object) -> str:
    return json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)


def _account(user: User) -> Row:
    wish = wishes.of(user.pk)
    return {
        "number": user.pk,
        "name": user.username,
        "displayed_name": user.display_name,
        "email": user.email,
        "email_is_confirmed": user.has_confirmed_email,
        "role": roles.role_of(user),
        "registered": user.date_joined,
        "last_login": user.last_login,
        "mails_not_wanted": wish.unwanted,
        "daily_digest": wish.digest,
        "recent_changes_seen": Visit.objects.filter(account=user.pk).values_list("when", flat=True).first(),
    }


def _edits(user: User, author: Author) -> Iterator[Row]:
    for edit in _all(Edit.objects.filter(author=author).defer("outline")):
        yield {
            "number": edit.pk,
            "page": edit.title,
            "number_within_the_page": edit.number,
            "time": edit.time,
            "kind": edit.kind,
            "section": edit.section_title,
            # What a moderator hid is hidden from its author, too.
            "summary": None if edit.hidden_summary else edit.summary,
            "minor": edit.minor,
            "bytes": edit.size,
            "bytes_more": edit.size_change,
            "tags": edit.tags,
            "licence": edit.licence,
            "address": mail.address_of(edit.get_absolute_url()),
        }


def _approvals(user: User, author: Author) -> Iterator[Row]:
    for edit in _all(Edit.objects.filter(approver=author).only("title", "time")):
        yield {"number": edit.pk, "page": edit.title, "time": edit.time}


def _proposals(user: User, author: Author) -> Iterator[Row]:
    for proposal in _all(Proposal.objects.filter(author=author).select_related("blob", "sent_blob")):
        hidden = proposed.hidden_of(user, proposal)
        yield {
            "number": proposal.pk,
            "page": proposal.full_title,
            "section": proposal.section_title,
            "made": proposal.made,
            "changed": proposal.changed,
            "summary": None if "summary" in hidden else proposal.summary,
            "minor": proposal.minor,
            "licence": proposal.licence,
            "state": proposal.state,
            "decided": proposal.decided,
            "reason": proposal.reason,
            # Where a reviewer amended it, what was sent: the other text is the reviewer's.
            "text": None if "text" in hidden else (proposal.sent_blob or proposal.blob).text,
            "address": mail.address_of(proposal.get_absolute_url()),
        }


def _decisions(user: User, author: Author) -> Iterator[Row]:
    theirs = Proposal.objects.filter(Q(decided_by=author) | Q(looked_at_by=author)).exclude(author=author)
    for proposal in _all(theirs):
        is_theirs = proposal.decided_by_id == author.pk
        yield {
            "proposal": proposal.pk,
            "page": proposal.full_title,
            "decided": proposal.decided if is_theirs else None,
            "state": proposal.state if is_theirs else None,
            "reason": proposal.reason if is_theirs else None,
            "looked_at": proposal.looked_at if proposal.looked_at_by_id == author.pk else None,
        }


def _remarks(user: User, author: Author) -> Iterator[Row]:
    for remark in _all(Remark.objects.filter(author=author)):
        yield {
            "proposal": remark.proposal_id,
            "made": remark.made,
            "line": remark.line,
            "asks_for_changes": remark.asks,
            "text": remark.text,
        }


def _settled_remarks(user: User, author: Author) -> Iterator[Row]:
    for remark in _all(Remark.objects.filter(settled_by=author)):
        yield {"proposal": remark.proposal_id, "settled": remark.settled}


def _approvals_of_proposals(user: User, author: Author) -> Iterator[Row]:
    for approval in _all(Approval.objects.filter(author=author)):
        yield {"proposal": approval.proposal_id, "made": approval.made, "taken_back": approval.taken_back}


def _amendments(user: User, author: Author) -> Iterator[Row]:
    for proposal in _all(Proposal.objects.filter(amended_by=author)):
        yield {"proposal": proposal.pk, "page": proposal.full_title}


def _groups(user: User, author: Author) -> Iterator[Row]:
    for group in _all(ApproverGroup.objects.filter(members=author)):
        yield {"name": group.name}


def _looks(user: User, author: Author) -> Iterator[Row]:
    for look in _all(Patrol.objects.filter(by=author)):
        yield {"edit": look.edit_id, "looked_at": look.when}


def _settled(user: User, author: Author) -> Iterator[Row]:
    for settled in _all(Settled.objects.filter(by=author)):
        yield {"kind": settled.kind, "number": settled.number, "when": settled.when}
    for hit in _all(FilterHit.objects.filter(looked_at_by=author)):
        yield {"kind": "hit", "number": hit.pk, "when": hit.looked_at}


def _drafts(user: User, author: Author) -> Iterator[Row]:
    for draft in _all(Draft.objects.filter(author=author)):
        yield {
            "page": draft.title,
            "namespace": draft.namespace,
            "section": draft.section,
            "changed": draft.changed,
            "summary": draft.summary,
            "minor": draft.minor,
            "text": draft.text,
        }


def _submissions(user: User, author: Author) -> Iterator[Row]:
    for sent in _all(Submission.objects.filter(author=author)):
        # What it became may have been hidden since.
        became = sent.edit_id or sent.proposal_id
        yield {
            "page": sent.title,
            "section": sent.section,
            "received": sent.received,
            "became_edit": sent.edit_id,
            "became_proposal": sent.proposal_id,
            "summary": None if became else sent.summary,
            "text": None if became else sent.text,
        }


def _filter_hits(user: User, author: Author) -> Iterator[Row]:
    for hit in _all(FilterHit.objects.filter(author=author)):
        # What the filter is called and looks for is the moderators'.
        yield {
            "page": hit.title,
            "section": hit.section,
            "time": hit.time,
            "what_it_did": hit.action,
            "became_edit": hit.edit_id,
            "became_proposal": hit.proposal_id,
        }


def _notifications(user: User, author: Author) -> Iterator[Row]:
    for line in _all(Notification.objects.filter(account=user).select_related("by", "letter", "quarantine")):
        yield {
            "kind": line.kind,
            "proposal": line.proposal_id,
            "section": line.quarantine.section_id if line.quarantine is not None else None,
            "block": line.block_id,
            "role": line.role,
            "why": line.why,
            "by": line.by.name if line.by is not None else "",
            "made": line.made,
            "seen": line.seen,
            "waits_to_be_mailed": hasattr(line, "letter"),
        }


def _blocks(user: User, author: Author) -> Iterator[Row]:
    for block in _all(Block.objects.filter(author=author)):
        yield {
            "made": block.made,
            "why": block.why,
            "level": block.level,
            "page": block.page,
            "topic": block.topic,
            "no_accounts": block.no_accounts,
            "until": block.until,
            "lifted": block.lifted,
        }


def _topics(user: User, author: Author) -> Iterator[Row]:
    for chosen in ChosenTopics.objects.filter(author=author):
        yield {"categories": chosen.names, "opens_queue": chosen.opens_queue}


def _addresses(user: User, author: Author) -> Iterator[Row]:
    for row in _all(Address.objects.filter(author=author)):
        yield {"address": row.address, "of": row.what, "seen": row.seen}


def _second_factors(user: User, author: Author) -> Iterator[Row]:
    for factor in _all(Authenticator.objects.filter(user=user)):
        # Secrets stay where they are: whoever gets hold of the file must not log in with it.
        yield {"kind": factor.type, "made": factor.created_at, "last_used": factor.last_used_at}


def _sessions(user: User, author: Author) -> Iterator[Row]:
    for session in _all(Session.objects.all()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            yield {"ends": session.expire_date}


def _log(user: User, author: Author) -> Iterator[Row]:
    for entry in walks.in_order(LogEntry.objects.filter(Q(who=user) | Q(target=f"account:{user.pk}")), by="number"):
        is_own = entry.target == f"account:{user.pk}"
        yield {
            "number": entry.number,
            "what": entry.what,
            "target": entry.target,
            "when": entry.when,
            "why": entry.why,
            "before": entry.before,
            "after": entry.after,
            "by_me": entry.who_id == user.pk,
            "of_me": entry.personal if is_own else None,
        }


def _administration(user: User, author: Author) -> Iterator[Row]:
    for line in _all(AdminLine.objects.filter(user=user).select_related("content_type")):
        yield {"when": line.action_time, "of": str(line.content_type), "row": line.object_id}


# Each list of the file, in its order.
LISTS: Final[dict[str, Callable[[User, Author], Iterator[Row]]]] = {
    "edits": _edits,
    "edits_let_through": _approvals,
    "proposals": _proposals,
    "proposals_decided_or_looked_at": _decisions,
    "remarks": _remarks,
    "remarks_settled": _settled_remarks,
    "approvals": _approvals_of_proposals,
    "proposals_amended": _amendments,
    "approver_groups": _groups,
    "edits_looked_at": _looks,
    "settled_in_the_inbox": _settled,
    "drafts": _drafts,
    "sent_texts": _submissions,
    "filter_hits": _filter_hits,
    "notifications": _notifications,
    "topics": _topics,
    "blocks": _blocks,
    "network_addresses": _addresses,
    "second_factors": _second_factors,
    "sessions": _sessions,
    "log": _log,
    "administration": _administration,
}


def _all(rows: QuerySet[Any]) -> Iterator[Any]:
    """Each row, the oldest first, a few in memory at a time."""
    return walks.in_order(rows)
