"""The encyclopedia in the Django admin: to look things up. Nothing is changed past the write doors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from articles.models import Article, Edit, LogEntry, Proposal

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # Not to be subscripted when it runs.


class LookUpAdmin(ModelAdmin):
    """Lists and shows; moderators and administrators only."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

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


@admin.register(Article)
class ArticleAdmin(LookUpAdmin):
    """Articles by title."""

    list_display = ("full_title", "namespace", "state", "stub_topic", "words", "edit_protection", "created")
    list_filter = ("namespace", "state", ("stub_topic", admin.EmptyFieldListFilter))
    search_fields = ("title__istartswith",)
    date_hierarchy = "created"
    ordering = ("namespace", "title")
    exclude = ("text", "current_edit", "skeleton")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the article itself."""
        return obj.get_absolute_url() if obj is not None else None


@admin.register(Edit)
class EditAdmin(LookUpAdmin):
    """Edits, newest first."""

    list_display = ("title", "number", "kind", "author", "time", "size_change", "minor", "summary")
    list_filter = ("kind", "minor")
    list_select_related = ("author", "article")
    search_fields = ("title__istartswith", "author__name__istartswith")
    date_hierarchy = "time"
    ordering = ("-id",)
    exclude = ("revision", "blob", "outline", "parent", "restores", "article", "section")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the version that the edit left."""
        return obj.get_absolute_url() if obj is not None else None


@admin.register(Proposal)
class ProposalAdmin(LookUpAdmin):
    """Proposals: where each stands."""

    list_display = ("title", "section_title", "author", "made", "state", "decided_by", "decided")
    list_filter = ("state",)
    list_select_related = ("author", "decided_by")
    search_fields = ("title__istartswith", "author__name__istartswith")
    date_hierarchy = "made"
    ordering = ("-id",)
    exclude = ("blob", "base", "article", "edit")

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Lead to the page where it is decided."""
        return obj.get_absolute_url() if obj is not None else None


@admin.register(LogEntry)
class LogEntryAdmin(LookUpAdmin):
    """The log of privileged acts."""

    list_display = ("number", "when", "who", "what", "target", "why")
    list_filter = ("what",)
    list_select_related = ("who",)
    search_fields = ("target__istartswith",)
    date_hierarchy = "when"
    ordering = ("-number",)
    verbose_name = _("log entry")
