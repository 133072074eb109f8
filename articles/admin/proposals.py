"""Proposals, where each stands, and what is decided on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access
from articles.admin.acting import Act, Acting, ActingAdmin, Sent
from articles.admin.by_author import ByAuthor, ByAuthorAdmin
from articles.admin.lists import Deed, Way
from articles.models import Proposal
from articles.reviewing import deciding, proposed
from articles.text.sections import named_in


class _Decision(Act):
    """What is decided on a proposal that nobody has decided yet, and that isn't one's own."""

    template = "admin/_change.html"

    def loaded(self, rows: QuerySet[Proposal]) -> QuerySet[Proposal]:
        """With all that is asked of whoever may decide."""
        return rows.select_related("article__current_edit", "base__blob", "blob", "author").defer(
            "article__current_edit__outline"
        )

    def refusal(self, row: Proposal, by: Acting) -> str:
        """Nobody decides on their own, nor on what is decided."""
        if not row.is_undecided:
            return _("It is decided: %s.") % row.get_state_display()
        if access.is_own(by.author, row) or access.is_own(by.visitor, row):
            return _("It is your own: somebody else decides on it.")
        return "" if access.may_decide(by.user, by.author, row) else _("Its page is protected against you, too.")

    def seen(self, row: Proposal) -> str:
        """The state it is in, the text and where it goes, and the edit it would be put onto."""
        return f"{row.state} {proposed.seen_of(row)} {proposed.current_id_of(row)}"

    def plans(self, rows: Sequence[Proposal], by: Acting) -> Mapping[Any, str]:
        """Say what each would change, and who proposed it."""
        return {
            row.pk: " · ".join(filter(None, [_place_of(row), row.author.name, named_in(row.summary)[1]]))
            for row in rows
        }

    def close_up(self, row: Proposal, by: Acting) -> dict[str, Any]:
        """Show what it would change."""
        return {"comparison": proposed.comparison_of(row)}


class Accept(_Decision):
    """A proposal is published."""

    name = "accept"
    label = gettext_lazy("Accept")
    meaning = gettext_lazy("It is published as its author’s, accepted by you. Its author reads what you write.")
    # What is let through has been looked at.
    is_one_by_one = True

    def do(self, row: Proposal, sent: Sent) -> str:
        """Publish it."""
        who: dict[str, Any] = {"user": sent.by.user, "author": sent.by.author}
        base, seen = str(proposed.current_id_of(row)), proposed.seen_of(row)
        outcome = deciding.accept(proposal=row, base=base, seen=seen, reason=sent.why, **who)
        if proposed.is_proposal(outcome):
            return _("Approved. It changes what readers may act on, so somebody else approves it as well.")
        return _("Accepted, and published.")


class Decline(_Decision):
    """Proposals are turned down."""

    name = "decline"
    label = gettext_lazy("Decline")
    meaning = gettext_lazy("Nothing of it is published. Its author keeps the text, and reads the reason.")

    def do(self, row: Proposal, sent: Sent) -> str:
        """Turn one down."""
        deciding.decline(proposal=row, user=sent.by.user, author=sent.by.author, reason=sent.why)
        return _("Declined.")


class AskForChanges(_Decision):
    """Proposals are given back to their authors."""

    name = "changes"
    label = gettext_lazy("Ask for changes")
    meaning = gettext_lazy("It is given back to its author, who reads what is still to be done and sends it again.")

    def refusal(self, row: Proposal, by: Acting) -> str:
        """What waits for a reviewer."""
        is_back = row.state == Proposal.State.RETURNED
        return _("It waits for its author already.") if is_back else super().refusal(row, by)

    def do(self, row: Proposal, sent: Sent) -> str:
        """Give one back."""
        deciding.ask_for_changes(proposal=row, user=sent.by.user, author=sent.by.author, text=sent.why)
        return _("Given back to its author.")


@admin.register(Proposal)
class ProposalAdmin(ActingAdmin, ByAuthorAdmin):
    """Proposals: where each stands; what needs more than yes or no is decided on its own page."""

    acts = (Accept(), Decline(), AskForChanges())

    list_display = ("title_in_full", "place", "author", "made", "state", "decided_by", "decided", "summary")
    list_filter = ("state", "minor", ("author", ByAuthor))
    list_select_related = ("author", "decided_by")
    search_fields = ("title__icontains", "author__name__istartswith", "summary__icontains")
    date_hierarchy = "made"
    ordering = ("-id",)
    fields = (
        "title_in_full",
        "article",
        "place",
        "base",
        "author",
        "summary",
        "minor",
        "licence",
        "made",
        "changed",
        "state",
        "decided",
        "decided_by",
        "reason",
        "edit",
    )

    @admin.display(description=gettext_lazy("Title"), ordering="title")
    def title_in_full(self, proposal: Proposal) -> str:
        """Return the title with its namespace."""
        return proposal.full_title

    @admin.display(description=gettext_lazy("Section"), ordering="section_title")
    def place(self, proposal: Proposal) -> str:
        """Return what it changes, in words: the lead has no title, and others may have lost theirs."""
        return _place_of(proposal)

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Lead to the queue."""
        return [Way(_("Decide on those that wait"), reverse("articles:proposals"))]

    def ways(self, obj: Proposal, user: Any) -> list[Way]:
        """Lead to where it is decided."""
        label = _("Decide") if obj.is_undecided else _("See the decision")
        return [Way(label, obj.get_absolute_url())]

    def deeds(self, obj: Proposal) -> list[Deed]:
        """Return who proposed and who decided."""
        made = Deed(obj.made, obj.author.name, _("proposed"), obj.get_absolute_url())
        if obj.decided is None:
            return [made]
        who = obj.decided_by.name if obj.decided_by is not None else ""
        return [Deed(obj.decided, who, obj.get_state_display(), obj.edit.get_absolute_url() if obj.edit else ""), made]


def _place_of(proposal: Proposal) -> str:
    places = {"": _("the whole article"), "0": _("the lead"), "new": _("a new section")}
    return proposal.section_title or places.get(proposal.section, proposal.section)
