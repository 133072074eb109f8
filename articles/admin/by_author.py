"""The changes of one author, found by typing the name: a filter beside lists of what authors have made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.admin.lists import LookUpAdmin
from articles.models import Author

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class AuthorSelect(AutocompleteSelect):
    """A field that asks as one types, and has a name for screen readers while it is empty."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """Say in the empty field what it stands for."""
        return {**super().build_attrs(base_attrs, extra_attrs), "data-placeholder": _("Any author")}


class ByAuthor(admin.RelatedFieldListFilter):
    """The changes of one author, found by typing: a list of all authors would be as long as the wiki is old."""

    template = "admin/by_author.html"

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, str | _StrPromise]]:
        """Offer nobody; the field below asks as one types."""
        return []

    def has_output(self) -> bool:
        """Show the field always."""
        return True

    def choices(self, changelist: Any) -> Iterator[Any]:
        """Return the field, and what else of the list's address must stay."""
        chosen = str(_each(self.lookup_val)[-1])
        author = Author.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() else None
        widget = AuthorSelect(self.field, changelist.model_admin.admin_site)
        field = forms.ModelChoiceField(Author.objects.all(), required=False, widget=widget)
        kept = {"q": changelist.query, **changelist.get_filters_params()}
        kept.pop(self.lookup_kwarg, None)
        yield {
            "field": field.widget.render(self.lookup_kwarg, author and author.pk, {"id": "by-author"}),
            "author": author,
            "kept": [(name, each) for name, values in kept.items() for each in _each(values) if each],
            "without": changelist.get_query_string(remove=[self.lookup_kwarg]),
        }


def _each(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


class ByAuthorAdmin(LookUpAdmin):
    """Lists of what authors have made."""

    @property
    def media(self) -> Any:
        """What finding an author by typing needs."""
        widget = AuthorSelect(self.model._meta.get_field("author"), self.admin_site)
        # Named with what it comes after: Django keeps the order within a list only.
        return super().media + widget.media + forms.Media(js=["admin/js/autocomplete.js", "js/author-field.js"])
