"""The versions of the site's words in the Django admin, to be looked up; they are changed in *Set up*."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles.admin import Deed, LookUpAdmin, Way
from wiki.wording import catalogue, words
from wiki.wording.models import Wording

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise


class KeyFilter(admin.SimpleListFilter):
    """Versions of one of the site's words."""

    title = _("what")
    parameter_name = "key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, StrOrPromise]]:
        """Name the words that can be changed."""
        return [(key, entry.label) for key, entry in catalogue.BY_KEY.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Wording]) -> QuerySet[Wording]:
        """Choose the versions of the one named."""
        return queryset.filter(key=self.value()) if self.value() else queryset


@admin.register(Wording)
class WordingAdmin(LookUpAdmin):
    """Navigation, disclaimer, stub topics and all other words of the site: who changed what, when and why."""

    list_display = ("label", "beginning", "who", "when", "why")
    list_filter = (KeyFilter,)
    list_select_related = ("who",)
    search_fields = ("text__icontains", "why__icontains", "who__username__istartswith")
    date_hierarchy = "when"
    ordering = ("-id",)
    fields = ("label", "whole", "is_put_back", "why", "who", "when")

    @admin.display(description=_("What"), ordering="key")
    def label(self, row: Wording) -> StrOrPromise:
        """Return what the words are called in *Set up*."""
        return row.label

    @admin.display(description=_("Text"))
    def beginning(self, row: Wording) -> str:
        """Return as much of the text as fits in a line."""
        return gettext("(put back)") if row.is_put_back else Truncator(row.in_words or gettext("(nothing)")).chars(60)

    @admin.display(description=_("Text"))
    def whole(self, row: Wording) -> StrOrPromise:
        """Return the text; of a logo the picture."""
        if row.key != "logo" or not row.text:
            return row.in_words or gettext("(nothing)")
        address = reverse("wording:logo_picture", args=[row.text.split()[0]])
        return format_html('<img class="logo-shown" src="{}" alt="{}">', address, gettext("The logo"))

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Lead administrators to *Set up*, and to the words that are being looked at there."""
        if not request.user.has_perm(words.PERMISSION):
            return []
        entry = catalogue.BY_KEY.get(request.GET.get("key", ""))
        chosen = [Way(gettext("Change: %s") % entry.label, _form_of(entry.key))] if entry is not None else []
        return [*chosen, Way(gettext("Set up: change any of them"), reverse("wording:setup"))]

    def ways(self, obj: Wording, user: Any) -> list[Way]:
        """Lead administrators to where the words are changed."""
        if not user.has_perm(words.PERMISSION):
            return []
        return [Way(gettext("Change it in Set up"), _form_of(obj.key))]

    def deeds(self, obj: Wording) -> list[Deed]:
        """Return the other versions of the same words."""
        return [
            Deed(
                row.when,
                row.who.get_username() if row.who is not None else "",
                row.why,
                reverse("admin:wording_wording_change", args=[row.pk]),
            )
            for row in words.versions(obj.key)
        ]


def _form_of(key: str) -> str:
    return reverse("wording:logo") if key == "logo" else reverse("wording:change", args=[key])
