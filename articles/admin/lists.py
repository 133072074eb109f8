"""What all our lists and the pages of their rows have in common: nothing breaks them, and each leads on."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, ChangeList
from django.core.paginator import Paginator
from django.db import DataError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import history
from articles.admin import dates

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    from articles.models import Article, Edit

    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # Not to be subscripted when it runs.

# A list has so many rows at most, of however many are found: counting them, and skipping to a page, takes no longer.
MOST_LISTED = 5_000


class Way(NamedTuple):
    """A link above a row's page, to where on the site its matter is done."""

    label: str | _StrPromise
    url: str


class Deed(NamedTuple):
    """A line of a row's history."""

    time: datetime
    who: str
    what: str
    url: str = ""


class CarefulList(ChangeList):
    """A list that no address breaks: Django itself fails at the year 9999, and at numbers that no column holds."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse a date that can't be reckoned with."""
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error

    @cached_property
    def dates(self) -> dates.Offered | None:
        """The years, months or days that are offered above the list."""
        return dates.offered(self) if self.date_hierarchy else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        """Go through a year, month or day by its times: in any other order all its rows would be sorted."""
        is_narrowed = self.date_hierarchy and any(each.startswith(f"{self.date_hierarchy}__") for each in self.params)
        if is_narrowed and ORDER_VAR not in self.params:
            return [f"-{self.date_hierarchy}", "-pk"]
        return super().get_ordering(request, queryset)

    def get_results(self, request: HttpRequest) -> None:
        """Refuse a number that the database can't hold."""
        try:
            super().get_results(request)
        except (OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error


class CarefulPaginator(Paginator):  # type: ignore[type-arg]  # Not to be subscripted when it runs.
    """The pages of the first MOST_LISTED rows, no matter how many there are."""

    @cached_property
    def count(self) -> int:
        """How many rows there are, MOST_LISTED at most."""
        return min(self._counted, MOST_LISTED)

    @property
    def is_more(self) -> bool:
        """Whether counting stopped before the end."""
        return self._counted > MOST_LISTED

    @cached_property
    def _counted(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[: MOST_LISTED + 1].count())


class CarefulAdmin(ModelAdmin):
    """What all our lists have in common: nothing typed into their addresses breaks them or tells what isn't shown."""

    show_full_result_count = False
    paginator = CarefulPaginator
    object_history_template = "admin/deeds.html"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """List with care."""
        return CarefulList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let nobody ask for what isn't shown: by `?password__startswith=` a hash could be read sign by sign."""
        column = lookup.partition("__")[0]
        columns = {field.name for field in self.opts.get_fields()}
        if column in columns - self._columns_shown(request):
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search without the sign that PostgreSQL takes in no text: autocompletion hands on whatever came."""
        return super().get_search_results(request, queryset, search_term.replace("\0", ""))

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Return where on the site this person can do what lists can't."""
        return []

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the whole list, and say so, where Django would be silent or tell of a broken database."""
        answer = super().changelist_view(request, {**(extra_context or {}), "ways": self.list_ways(request)})
        is_blamed = getattr(answer, "template_name", "") == "admin/invalid_setup.html"
        if is_blamed or answer.headers.get("Location", "").endswith("?e=1"):
            said = _("Nothing can be looked up in the way that the address asks for. This is the whole list.")
            self.message_user(request, said, messages.WARNING)
            return HttpResponseRedirect(request.path)
        listed = (getattr(answer, "context_data", None) or {}).get("cl")
        if listed is not None and getattr(listed.paginator, "is_more", False):
            said = _("These are the first %d of more. A filter, a date or a search finds the others.") % MOST_LISTED
            self.message_user(request, said)
        return answer

    def _columns_shown(self, request: HttpRequest) -> set[str]:
        filters = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        asked = [
            getattr(each, "parameter_name", each) for each in filters
        ]  # A filter of ours may be called as a column.
        named = [*self.get_list_display(request), *asked, self.date_hierarchy]
        return {"id", *(each.partition("__")[0] for each in named if isinstance(each, str))}


class LookUpAdmin(CarefulAdmin):
    """Lists and shows; moderators and administrators only."""

    actions = None
    list_per_page = 50

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Show the app to moderators."""
        return request.user.has_perm("articles.moderate")

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Let moderators look."""
        return request.user.has_perm("articles.moderate")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nothing is made here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is changed here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted here."""
        return False

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the row's own page, where it has one."""
        return obj.get_absolute_url() if obj is not None and hasattr(obj, "get_absolute_url") else None

    def ways(self, obj: Any, user: Any) -> list[Way]:
        """Return where on the site this person can do something with it."""
        return []

    def deeds(self, obj: Any) -> list[Deed]:
        """Return what happened with it, newest first."""
        return []

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Show the ways above the page."""
        context["ways"] = self.ways(kwargs["obj"], request.user) if kwargs.get("obj") is not None else []
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show our own history: what is done here by Django's forms is nothing, or in our log."""
        answer = super().history_view(request, object_id, extra_context)
        if isinstance(answer, TemplateResponse) and answer.context_data is not None:
            obj = answer.context_data["object"]
            answer.context_data |= {"deeds": self.deeds(obj), "ways": self.ways(obj, request.user)}
        return answer


def way_to_edit(article: Article) -> Way:
    """Return the way to the form of an article."""
    return Way(_("Edit this article"), reverse("articles:edit", args=[article.full_title]))


def deeds_of(article: Article) -> list[Deed]:
    """Return the newest edits of an article as lines of a history."""
    return [deed_of(edit) for edit in history.edits_of(article).rows]


def deed_of(edit: Edit, *about: str) -> Deed:
    """Return an edit as a line of a history; what is hidden of it stays hidden."""
    remark = "" if edit.hidden_summary else edit.remark
    words = " · ".join(filter(None, [*about, edit.get_kind_display(), edit.section_title, remark]))
    return Deed(edit.time, edit.signature, words, edit.get_absolute_url())
