"""The encyclopedia in the Django admin: to look things up. Nothing is changed past the write doors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, history
from articles.models import Article, Author, Edit, LogEntry, Proposal

if TYPE_CHECKING:
    from datetime import datetime

    from django.utils.functional import _StrPromise

    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # Not to be subscripted when it runs.


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


class LookUpAdmin(ModelAdmin):
    """Lists and shows; moderators and administrators only."""

    actions = None
    list_per_page = 50
    show_full_result_count = False
    object_history_template = "admin/deeds.html"

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


class OnlyRedirects(admin.SimpleListFilter):
    """Redirects alone, or pages with a text of their own."""

    title = gettext_lazy("redirects")
    parameter_name = "redirects"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("only", _("Only redirects")), ("none", _("Pages with a text of their own"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        """The pages chosen."""
        if self.value() == "only":
            return queryset.exclude(redirect_to="")
        return queryset.filter(redirect_to="") if self.value() == "none" else queryset


@admin.register(Article)
class ArticleAdmin(LookUpAdmin):
    """Articles by title."""

    list_display = ("title_in_full", "namespace", "state", "stub_topic", "words", "edit_protection", "last_change")
    list_filter = (
        "namespace",
        "state",
        ("stub_topic", admin.EmptyFieldListFilter),
        OnlyRedirects,
        "edit_protection",
        "origin__is_sample",
    )
    search_fields = ("title__icontains",)
    date_hierarchy = "created"
    ordering = ("namespace", "title")
    exclude = ("text", "skeleton")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        """All articles with the time of their last change, without its outline."""
        rows = super().get_queryset(request).select_related("current_edit")
        return rows.defer("current_edit__outline", "current_edit__tags", "current_edit__summary")

    @admin.display(description=gettext_lazy("Title"), ordering="title")
    def title_in_full(self, article: Article) -> str:
        """Return the title with its namespace."""
        return article.full_title

    @admin.display(description=gettext_lazy("Last change"), ordering="current_edit__time")
    def last_change(self, article: Article) -> datetime | None:
        """Return when it was changed last."""
        return article.current_edit.time if article.current_edit is not None else None

    def ways(self, obj: Article, user: Any) -> list[Way]:
        """Lead to the form, to all edits, and to its proposals."""
        return [_way_to_edit(obj), Way(_("Compare and revert"), reverse("articles:history", args=[obj.full_title]))]

    def deeds(self, obj: Article) -> list[Deed]:
        """Return its newest edits."""
        return _deeds_of(obj)


@admin.register(Edit)
class EditAdmin(ByAuthorAdmin):
    """Edits, newest first."""

    list_display = ("title", "number", "kind", "author", "approver", "time", "size_change", "minor", "remark")
    list_filter = (
        "kind",
        "minor",
        "hidden_text",
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

    def ways(self, obj: Edit, user: Any) -> list[Way]:
        """Lead to what it changed, to bringing this version back, and to the article's form."""
        revert = Way(_("Revert to this version"), reverse("articles:revert", args=[obj.pk]))
        return [
            Way(_("What it changed"), reverse("articles:compare", args=["previous", obj.pk])),
            *([revert] if access.may_publish(user, obj.article) else []),
            _way_to_edit(obj.article),
        ]

    def deeds(self, obj: Edit) -> list[Deed]:
        """Return the newest edits of its article."""
        return _deeds_of(obj.article)


@admin.register(Proposal)
class ProposalAdmin(ByAuthorAdmin):
    """Proposals: where each stands; they are decided on their own pages."""

    list_display = ("title", "section_title", "author", "made", "state", "decided_by", "decided", "summary")
    list_filter = ("state", "minor", ("author", ByAuthor))
    list_select_related = ("author", "decided_by")
    search_fields = ("title__icontains", "author__name__istartswith", "summary__icontains")
    date_hierarchy = "made"
    ordering = ("-id",)
    exclude = ("blob",)

    def ways(self, obj: Proposal, user: Any) -> list[Way]:
        """Lead to where it is decided."""
        label = _("Decide") if obj.state == Proposal.State.WAITING else _("See the decision")
        return [Way(label, obj.get_absolute_url())]

    def deeds(self, obj: Proposal) -> list[Deed]:
        """Return who proposed and who decided."""
        made = Deed(obj.made, obj.author.name, _("proposed"), obj.get_absolute_url())
        if obj.decided is None:
            return [made]
        who = obj.decided_by.name if obj.decided_by is not None else ""
        return [Deed(obj.decided, who, obj.get_state_display(), obj.edit.get_absolute_url() if obj.edit else ""), made]


@admin.register(Author)
class AuthorAdmin(LookUpAdmin):
    """Names that changes are signed with: of accounts, of visitors, of other wikis."""

    list_display = ("name", "account", "is_visitor")
    list_filter = ("is_visitor", ("account", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("name__icontains",)
    ordering = ("name", "id")

    def ways(self, obj: Author, user: Any) -> list[Way]:
        """Lead to what the author has made."""
        return [
            Way(_("Edits by this author"), f"{reverse('admin:articles_edit_changelist')}?author__id__exact={obj.pk}"),
            Way(
                _("Proposals by this author"),
                f"{reverse('admin:articles_proposal_changelist')}?author__id__exact={obj.pk}",
            ),
        ]

    def deeds(self, obj: Author) -> list[Deed]:
        """Return the author's newest edits."""
        rows = Edit.objects.filter(author=obj).select_related("author", "article").defer("outline", "tags")
        return [_deed(edit, edit.title) for edit in rows.order_by("-id")[: history.PAGE_SIZE]]


@admin.register(LogEntry)
class LogEntryAdmin(LookUpAdmin):
    """The log of privileged acts."""

    list_display = ("number", "when", "who", "what", "target", "why")
    list_filter = ("what",)
    list_select_related = ("who",)
    search_fields = ("target__istartswith", "why__icontains", "who__username__istartswith")
    date_hierarchy = "when"
    ordering = ("-number",)

    def deeds(self, obj: LogEntry) -> list[Deed]:
        """Return all that was done with the same target."""
        rows = LogEntry.objects.filter(target=obj.target).select_related("who").order_by("-number")
        return [
            Deed(
                entry.when,
                entry.who.get_username() if entry.who is not None else "",
                f"{entry.what} {entry.why}".strip(),
                reverse("admin:articles_logentry_change", args=[entry.pk]),
            )
            for entry in rows[: history.PAGE_SIZE]
        ]


def _way_to_edit(article: Article) -> Way:
    return Way(_("Edit this article"), reverse("articles:edit", args=[article.full_title]))


def _deeds_of(article: Article) -> list[Deed]:
    return [_deed(edit) for edit in history.edits_of(article).rows]


def _deed(edit: Edit, *about: str) -> Deed:
    remark = "" if edit.hidden_summary else edit.remark
    words = " · ".join(filter(None, [*about, edit.get_kind_display(), edit.section_title, remark]))
    return Deed(edit.time, edit.signature, words, edit.get_absolute_url())
