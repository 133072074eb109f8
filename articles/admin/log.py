"""The log of privileged acts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import history
from articles.admin.lists import Deed, LookUpAdmin, Way
from articles.models import LogEntry
from articles.templatetags.deeds import DEEDS


class OfDeed(admin.SimpleListFilter):
    """What was done, of all that can be: which of it was ever done, only the whole log would tell."""

    title = gettext_lazy("What")
    parameter_name = "what"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the acts in words."""
        return [*DEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[LogEntry]) -> QuerySet[LogEntry]:
        """Return the rows of one act."""
        return queryset.filter(what=self.value()) if self.value() else queryset


@admin.register(LogEntry)
class LogEntryAdmin(LookUpAdmin):
    """The log of privileged acts."""

    list_display = ("number", "when", "by", "what", "about", "why")
    list_filter = (OfDeed,)
    list_select_related = ("who",)
    search_fields = (
        "target__istartswith",
        "why__icontains",
        "who__username__istartswith",
        "personal__name__icontains",
    )
    date_hierarchy = "when"
    ordering = ("-number",)
    fields = (
        "number",
        "when",
        "by",
        "what",
        "about",
        "target",
        "why",
        "before",
        "after",
        "personal",
        "previous_hash",
        "hash",
    )

    @admin.display(description=gettext_lazy("Who"), ordering="who__username")
    def by(self, entry: LogEntry) -> str:
        """Return who did it."""
        return entry.who.get_username() if entry.who is not None else _("the command line")

    @admin.display(description=gettext_lazy("About"), ordering="target")
    def about(self, entry: LogEntry) -> str:
        """Return what it is about, by its name."""
        return entry.subject

    def ways(self, obj: LogEntry, user: Any) -> list[Way]:
        """Lead to the account or the article that it is about."""
        kind, _colon, number = obj.target.partition(":")
        if kind == "account" and number.isdecimal():
            account = get_user_model()._meta
            return [
                Way(_("The account"), reverse(f"admin:{account.app_label}_{account.model_name}_change", args=[number]))
            ]
        if obj.what.partition(".")[0] in ("article", "proposal"):
            return [Way(_("The article"), reverse("articles:read", args=[obj.target]))]
        return []

    def deeds(self, obj: LogEntry) -> list[Deed]:
        """Return all that was done with the same target."""
        rows = LogEntry.objects.filter(target=obj.target).select_related("who").order_by("-number")
        return [
            Deed(
                entry.when,
                self.by(entry),
                f"{entry.what} {entry.why}".strip(),
                reverse("admin:articles_logentry_change", args=[entry.pk]),
            )
            for entry in rows[: history.PAGE_SIZE]
        ]
