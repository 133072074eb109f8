"""Readers' reports in the Django admin: found, taken, answered, their section put under review, reopened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, logbook
from articles.admin import Act, Acting, ActingAdmin, Deed, LookUpAdmin, Sent, Way
from articles.forms.moderation import ReasonForm
from articles.templatetags.deeds import deed
from wiki.accounts.models import User
from wiki.cases import deciding
from wiki.cases.models import Case


class AnswerForm(ReasonForm):
    """What came of a report, and what its reader is told."""

    outcome = forms.ChoiceField(label=gettext_lazy("What came of it"), choices=Case.Outcome.choices)
    field_order = ("outcome", "reason")


class _CaseAct(Act):
    """What is done about a report, as it was looked at."""

    template = "cases/_close_up.html"

    def loaded(self, rows: QuerySet[Case]) -> QuerySet[Case]:
        """With all that is asked of each."""
        return rows.select_related("article__current_edit", "section", "edit", "taken_by").defer(
            "article__current_edit__outline"
        )

    def refusal(self, row: Case, by: Acting) -> str:
        """Nothing is done about what is closed."""
        return "" if row.state in deciding.OPEN else _("It is closed.")

    def seen(self, row: Case) -> str:
        """Where it stands."""
        return str(row.state)

    def plans(self, rows: Sequence[Case], by: Acting) -> Mapping[Any, str]:
        """Say what is wrong, and how urgent it is."""
        said = {
            row.pk: (
                row.article.full_title,
                row.get_category_display(),
                _("late") if row.is_late else "",
                row.words[:300],
            )
            for row in rows
        }
        return {number: " · ".join(filter(None, words)) for number, words in said.items()}

    def close_up(self, row: Case, by: Acting) -> dict[str, Any]:
        """Show the passage as it was read."""
        return {"case": row}


class Take(_CaseAct):
    """Somebody says that they look into reports."""

    name = "take"
    label = gettext_lazy("Look into it")
    meaning = gettext_lazy("Others see that you do. It waits in the inbox until it is answered.")

    def refusal(self, row: Case, by: Acting) -> str:
        """One that waits."""
        is_taken = row.state == Case.State.TAKEN
        return _("Somebody looks into it already.") if is_taken else super().refusal(row, by)

    def do(self, row: Case, sent: Sent) -> str:
        """Take one."""
        deciding.take(case=row, by=cast("User", sent.by.user), why=sent.why)
        return _("You look into it.")


class Withhold(_CaseAct):
    """The section of a report is put under medical review."""

    name = "withhold"
    label = gettext_lazy("Put the section under review")
    meaning = gettext_lazy("No reader sees the section until it is released. The report stays open.")

    def refusal(self, row: Case, by: Acting) -> str:
        """One that isn't yet."""
        if access.is_withheld(row.article, row.section_id):
            return _("It is under medical review already.")
        return super().refusal(row, by)

    def do(self, row: Case, sent: Sent) -> str:
        """Withhold one."""
        deciding.withhold(case=row, by=cast("User", sent.by.user), why=sent.why)
        return _("Under review: no reader sees the section any more.")


class Close(_CaseAct):
    """Reports are answered."""

    name = "close"
    label = gettext_lazy("Answer and close")
    meaning = gettext_lazy("Whoever reported it reads the reason as your answer, at an address of their own.")

    def form(self, rows: Sequence[Any], by: Acting, *sent: Any) -> ReasonForm:
        """Ask what came of them, too."""
        return AnswerForm(*sent)

    def do(self, row: Case, sent: Sent) -> str:
        """Answer one."""
        outcome = str(sent.fields["outcome"])
        deciding.close(case=row, outcome=outcome, answer=sent.why, by=cast("User", sent.by.user))
        return _("Answered and closed.")


class Reopen(_CaseAct):
    """Closed reports wait again."""

    name = "reopen"
    label = gettext_lazy("Reopen")
    meaning = gettext_lazy("They wait again, in the inbox of all moderators.")

    def refusal(self, row: Case, by: Acting) -> str:
        """One that is closed."""
        return _("It is open already.") if row.state in deciding.OPEN else ""

    def do(self, row: Case, sent: Sent) -> str:
        """Reopen one."""
        deciding.reopen(case=row, why=sent.why, by=cast("User", sent.by.user))
        return _("It waits again.")


class Late(admin.SimpleListFilter):
    """Reports whose time is over."""

    title = gettext_lazy("clock")
    parameter_name = "clock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("late", _("Their time is over")), ("in-time", _("There is time"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Case]) -> QuerySet[Case]:
        """The open reports chosen."""
        now = timezone.now()
        if self.value() == "late":
            return queryset.filter(state__in=deciding.OPEN, due__lt=now)
        return queryset.filter(state__in=deciding.OPEN, due__gte=now) if self.value() else queryset


@admin.register(Case)
class CaseAdmin(ActingAdmin, LookUpAdmin):
    """Reports of readers. Whoever sent one is shown on its own page only."""

    acts = (Take(), Withhold(), Close(), Reopen())
    list_display = ("page", "heading", "category", "state", "due", "taken_by", "outcome")
    list_filter = ("state", Late, "category", "outcome")
    list_select_related = ("article", "taken_by")
    search_fields = ("article__title__icontains", "heading__icontains", "words__icontains")
    date_hierarchy = "made"
    ordering = ("-id",)
    fields = (
        "page",
        "heading",
        "category",
        "words",
        "quote",
        "made",
        "due",
        "state",
        "taken_by",
        "outcome",
        "answer",
        "closed",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """Without the addresses of readers."""
        return super().get_queryset(request).defer("contact")

    @admin.display(description=gettext_lazy("Page"), ordering="article__title")
    def page(self, case: Case) -> str:
        """Return the title of the page that it is about."""
        return case.article.full_title

    def name_for_djangos_log(self, obj: Case) -> str:
        """Its number: a title may be moved or erased."""
        return f"report {obj.pk}"

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Lead to the list by the clock."""
        return [Way(_("Reports by their clock"), reverse("cases:cases"))]

    def ways(self, obj: Case, user: Any) -> list[Way]:
        """Lead to its own page, where an address to ask back at stands."""
        return [Way(_("Its own page"), obj.get_absolute_url())]

    def deeds(self, obj: Case) -> list[Deed]:
        """Return what was done about it, the latest first."""
        entries = logbook.about(obj.target, most=20)
        return [
            Deed(
                entry.when,
                entry.who.get_username() if entry.who is not None else _("the command line"),
                " · ".join(filter(None, [deed(entry.what), entry.why])),
                reverse("admin:articles_logentry_change", args=[entry.pk]),
            )
            for entry in entries
        ]
