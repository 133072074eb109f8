"""Names that changes are signed with: of accounts, of visitors, of other wikis."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext as _

from articles import history
from articles.admin.acting import ActingAdmin
from articles.admin.blocks import BlockPeople
from articles.admin.lists import Deed, LookUpAdmin, Way, deed_of
from articles.models import Author, Edit


@admin.register(Author)
class AuthorAdmin(ActingAdmin, LookUpAdmin):
    """Names that changes are signed with: of accounts, of visitors, of other wikis."""

    acts = (BlockPeople(),)

    list_display = ("name", "account", "is_visitor")
    list_filter = ("is_visitor", ("account", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("name__icontains",)
    ordering = ("name", "id")

    def name_for_djangos_log(self, obj: Author) -> str:
        """Its number: names leave every table when their account is closed."""
        return f"author {obj.pk}"

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
        return [deed_of(edit, edit.title) for edit in rows.order_by("-id")[: history.PAGE_SIZE]]
