"""Edits, newest first, and what a moderator does with them: bring back, undo, hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access
from articles.admin.acting import Act, Acting, ActingAdmin, Outcome, Sent
from articles.admin.by_author import ByAuthor, ByAuthorAdmin
from articles.admin.lists import Deed, Way, deeds_of, way_to_edit
from articles.forms.moderation import ReasonForm
from articles.models import Edit
from articles.moderation import hiding, taking_back
from articles.moderation.taking_back import Taking
from articles.reviewing import proposing

_PARTS = {
    "text": gettext_lazy("The text"),
    "summary": gettext_lazy("The summary, and the name of the section"),
    "author": gettext_lazy("The author’s name"),
}


class HideSeveralForm(ReasonForm):
    """What of versions only moderators see from now on; what isn't chosen stays as it is on each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, label in _PARTS.items():
            choices = [("", _("as it is")), ("hide", _("hide it")), ("show", _("show it again"))]
            self.fields[part] = forms.ChoiceField(label=label, choices=choices, required=False)
        self.order_fields([*_PARTS, "reason", "base"])

    def clean(self) -> dict[str, Any]:
        """Refuse to change nothing."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(part) for part in _PARTS):
            self.add_error(None, _("Choose what shall be hidden, or shown again."))
        return cleaned

    def chosen_for(self, edit: Edit) -> dict[str, bool]:
        """Return what of this edit is hidden from now on."""
        wanted = {"hide": True, "show": False}
        return {part: wanted.get(self.cleaned_data[part], getattr(edit, f"hidden_{part}")) for part in _PARTS}


class _OfAnArticle(Act):
    """What depends on how the article is now."""

    def loaded(self, rows: QuerySet[Edit]) -> QuerySet[Edit]:
        """With its article, and who wrote it."""
        return rows.select_related("article", "author", "blob").defer("outline", "tags")

    def seen(self, row: Edit) -> str:
        """The article's current edit."""
        return str(row.article.current_edit_id)

    def refusal(self, row: Edit, by: Acting) -> str:
        """Articles that are there, where one may publish."""
        if row.article.deleted is not None:
            return _("Its page is deleted.")
        return "" if access.may_publish(by.user, row.article) else _("Its page is protected against you, too.")


class Revert(_OfAnArticle):
    """A version becomes the current one again."""

    name = "revert"
    label = gettext_lazy("Revert to this version")
    meaning = gettext_lazy("Its text is brought back as a new edit, signed by you. Of each page one version at a time.")

    def refusal(self, row: Edit, by: Acting) -> str:
        """What is shown, and isn't the current version."""
        if row.hidden_text:
            return _("Its text is hidden: show it again first.")
        if row.pk == row.article.current_edit_id:
            return _("It is the current version.")
        return super().refusal(row, by)

    def plans(self, rows: Sequence[Edit], by: Acting) -> Mapping[Any, str]:
        """Say which version comes back."""
        words = _("Version %(number)d of “%(title)s” becomes the current one again.")
        return {row.pk: words % {"number": row.number, "title": row.article.full_title} for row in rows}

    def do(self, row: Edit, sent: Sent) -> str:
        """Bring one version back."""
        who: dict[str, Any] = {"user": sent.by.user, "author": sent.by.author}
        outcome = proposing.revert(edit=row, base=sent.seen[row.pk], summary=sent.why, logged="article.revert", **who)
        if isinstance(outcome, Edit):
            return _("Brought back, as version %d.") % outcome.number
        return _("It waits as proposal %d: a rule of this site says who has to approve it.") % outcome.pk


class Undo(_OfAnArticle):
    """Edits are taken out of the text; those of one page all at once."""

    name = "undo"
    label = gettext_lazy("Undo")
    meaning = gettext_lazy("What these edits changed is taken out; what others changed since stays.")

    def plans(self, rows: Sequence[Edit], by: Acting) -> Mapping[Any, str]:
        """Say what comes of it on each page."""
        open_rows = [row for row in rows if not self.refusal(row, by)]
        takings = {taking.title: taking for taking in taking_back.takings_of(open_rows, user=by.user)}
        return {row.pk: _plan_of(row, takings[row.article.full_title]) for row in open_rows}

    def done(self, rows: Sequence[Edit], sent: Sent) -> list[Outcome]:
        """Undo the edits of each page as one."""
        ordered = sorted(rows, key=lambda row: (row.article_id, -row.number))
        pages = [list(group) for _article, group in groupby(ordered, key=lambda row: row.article_id)]
        found = {outcome.row.pk: outcome for page in pages for outcome in self._undone(page, sent)}
        return [found[row.pk] for row in rows]

    def _undone(self, page: Sequence[Edit], sent: Sent) -> list[Outcome]:
        done: list[Taking] = []

        def deed() -> str:
            who: dict[str, Any] = {"user": sent.by.user, "author": sent.by.author, "why": sent.why}
            done.append(taking_back.take_back_here(edits=page, base=self.seen(page[0]), **who))
            if done[0].what == "waits":
                return _("It waits as proposal %d: a rule of this site says who has to approve it.") % done[0].proposal
            return _("The page is without it already.") if done[0].what == "nothing" else _("Undone.")

        outcomes = self._tried(page, sent, deed)
        left = done[0].left if done else ()
        return [Outcome(each.row, done[0].reason, 409) if each.row.number in left else each for each in outcomes]


class Hide(Act):
    """Text, summary or author of versions, hidden from everybody below moderator, or shown again."""

    name = "hide"
    label = gettext_lazy("Hide or show")
    meaning = gettext_lazy("Below moderator nobody sees what is hidden. The text that readers see now can’t be.")

    def loaded(self, rows: QuerySet[Edit]) -> QuerySet[Edit]:
        """With its article."""
        return rows.select_related("article").defer("outline", "tags")

    def form(self, rows: Sequence[Edit], by: Acting, *sent: Any) -> ReasonForm:
        """Ask what shall be hidden."""
        return HideSeveralForm(*sent)

    def seen(self, row: Edit) -> str:
        """What is hidden."""
        return ",".join(part for part in _PARTS if getattr(row, f"hidden_{part}"))

    def plans(self, rows: Sequence[Edit], by: Acting) -> Mapping[Any, str]:
        """Say what is hidden now."""
        return {row.pk: _("Hidden now: %s") % (self.seen(row) or _("nothing")) for row in rows}

    def do(self, row: Edit, sent: Sent) -> str:
        """Hide of one version what was chosen."""
        assert isinstance(sent.form, HideSeveralForm)
        changed = hiding.hide(edit=row, by=sent.by.user, why=sent.why, **sent.form.chosen_for(row))
        return _("Changed.") if changed else _("Nothing was changed.")


def _plan_of(row: Edit, taking: Taking) -> str:
    if row.number in taking.left:
        return _("Nothing can be done: %s") % taking.reason
    if taking.what == "rollback":
        return _("The page goes back to version %s.") % taking.version
    return (
        _("Nothing: the page is without it already.") if taking.what == "nothing" else _("It is taken out of the text.")
    )


@admin.register(Edit)
class EditAdmin(ActingAdmin, ByAuthorAdmin):
    """Edits, newest first."""

    acts = (Undo(), Revert(), Hide())

    list_display = ("title", "number", "kind", "author", "approver", "time", "size_change", "minor", "remark")
    list_filter = (
        "kind",
        "minor",
        "hidden_text",
        "hidden_summary",
        "hidden_author",
        ("approver", admin.EmptyFieldListFilter),
        ("author", ByAuthor),
    )
    list_select_related = ("author", "approver")
    search_fields = ("title__icontains", "author__name__istartswith", "summary__icontains")
    date_hierarchy = "time"
    ordering = ("-id",)
    exclude = ("revision", "blob", "outline", "section", "tags")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Edit]:
        """All edits without their outlines, which only their own page needs."""
        return super().get_queryset(request).defer("outline", "tags")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let an article's page lead to its edits."""
        return lookup == "article__id__exact" or super().lookup_allowed(lookup, value, request)

    def ways(self, obj: Edit, user: Any) -> list[Way]:
        """Lead to what it changed, and to the article's form."""
        return [
            Way(_("What it changed"), reverse("articles:compare", args=["previous", obj.pk])),
            *([way_to_edit(obj.article)] if obj.article.deleted is None else []),
        ]

    def deeds(self, obj: Edit) -> list[Deed]:
        """Return the newest edits of its article."""
        return deeds_of(obj.article)
