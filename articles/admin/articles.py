"""Articles by title, and what a moderator does with them; what was deleted, to be recovered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from articles import access, lists, logbook
from articles.admin.acting import Act, Acting, ActingAdmin, Sent
from articles.admin.lists import Deed, LookUpAdmin, Way, deeds_of, way_to_edit
from articles.forms.moderation import DeleteForm, ProtectForm, ReasonForm
from articles.models import Article
from articles.moderation import deleting, protecting, quarantining, stubbing
from articles.moderation.protecting import Guard
from articles.templatetags.deeds import deed

if TYPE_CHECKING:
    from datetime import datetime

_KEEP = "keep"


class ProtectSeveralForm(ProtectForm):
    """Who may do what with pages that are protected in different ways: what isn't chosen stays as it is on each."""

    def __init__(self, acts: Sequence[str], levels: Sequence[str], *args: Any) -> None:
        super().__init__({act: Guard() for act in acts}, levels, *args)
        for act, name in self.names.items():
            level = self.fields[f"{act}-level"]
            assert isinstance(level, forms.ChoiceField)
            level.choices = [(_KEEP, _("as it is")), *level.choices]  # type: ignore[misc]  # As ProtectForm made them.
            level.initial, level.label = _KEEP, _("%s: who may") % name
            self.fields[f"{act}-ends"].label = _("%s: it ends") % name
            self.fields[f"{act}-date"].label = _("%s: day (UTC)") % name

    def clean(self) -> dict[str, Any]:
        """Refuse to change nothing."""
        cleaned = super().clean()
        if not self.errors and all(cleaned.get(f"{act}-level") == _KEEP for act in self.guards):
            self.add_error(None, _("Choose what shall be protected, and by whom."))
        return cleaned

    def chosen_for(self, guards: Mapping[str, Guard]) -> dict[str, Guard]:
        """Return who may do what from now on with a page of which `guards` hold now."""
        chosen = self.chosen()
        return {
            act: guard if self.cleaned_data.get(f"{act}-level", _KEEP) == _KEEP else chosen[act]
            for act, guard in guards.items()
        }


class StubForm(ReasonForm):
    """The topic of a stub."""

    topic = forms.CharField(
        label=gettext_lazy("Topic"),
        required=False,
        max_length=stubbing.LONGEST,
        help_text=gettext_lazy("It chooses the notice that readers see. Empty: no stub, if it has enough words."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("topic", "reason", "base")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known := ", ".join(each.title for each in lists.stub_topics()[:20]):
            self.fields["topic"].help_text += " " + _("Used so far: %s.") % known


class Protect(Act):
    """Who may edit, move, propose to, or write pages."""

    name = "protect"
    label = gettext_lazy("Protect")
    meaning = gettext_lazy("What is left “as it is” stays so on each page. Whoever may not edit reads the reason.")

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Ask for what can be protected of these pages."""
        is_gone = {row.deleted is not None for row in rows}
        acts = [*(access.ACTS if False in is_gone else ()), *([protecting.CREATE] if True in is_gone else [])]
        return ProtectSeveralForm(acts, access.levels_of(by.user), *sent)

    def refusal(self, row: Article, by: Acting) -> str:
        """Nobody changes a protection that keeps themselves off."""
        if access.may_protect(by.user, row, row.full_title):
            return ""
        return _("It is protected against you, too: an administrator changes that.")

    def seen(self, row: Article) -> str:
        """What is protected."""
        return ";".join(f"{act}={guard.level},{guard.until or ''}" for act, guard in _guards_of(row).items())

    def plans(self, rows: Sequence[Article], by: Acting) -> Mapping[Any, str]:
        """Say what holds now."""
        return {row.pk: _now(_guards_of(row)) for row in rows}

    def do(self, row: Article, sent: Sent) -> str:
        """Protect one page."""
        assert isinstance(sent.form, ProtectSeveralForm)
        guards = sent.form.chosen_for(_guards_of(row))
        page = None if row.deleted is not None else row
        full_title, user = row.full_title, sent.by.user
        changed = protecting.protect(article=page, full_title=full_title, guards=guards, by=user, why=sent.why)
        return _("The protection is changed.") if changed else _("Nothing was changed.")


class Delete(Act):
    """Pages are taken away from readers."""

    name = "delete"
    label = gettext_lazy("Delete")
    meaning = gettext_lazy("Readers are told that it was deleted, and why. Its history stays, and it can be restored.")

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Ask whether the redirects go as well."""
        return DeleteForm(sent[0] if sent else None, initial={"redirects": True})

    def refusal(self, row: Article, by: Acting) -> str:
        """What is there, where one may publish."""
        if row.deleted is not None:
            return _("It is deleted.")
        return "" if access.may_delete(by.user, row) else _("It is protected against you, too.")

    def seen(self, row: Article) -> str:
        """Its current edit, while it is there."""
        return f"{row.current_edit_id} {row.state}"

    def do(self, row: Article, sent: Sent) -> str:
        """Take one page away."""
        with_redirects = sent.fields["redirects"]
        base, by = str(row.current_edit_id), sent.by.user
        deleting.delete_page(article=row, base=base, with_redirects=with_redirects, by=by, why=sent.why)
        return _("Deleted. It is among those that can be recovered.")


class Restore(Act):
    """Deleted pages come back."""

    name = "restore"
    label = gettext_lazy("Restore")
    meaning = gettext_lazy("It is back as it was, with its history. What was hidden stays hidden.")

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Ask whether the redirects come back as well."""
        return DeleteForm(sent[0] if sent else None, initial={"redirects": True})

    def refusal(self, row: Article, by: Acting) -> str:
        """What is deleted, where one may publish."""
        if row.deleted is None:
            return _("It is not deleted.")
        return "" if access.may_delete(by.user, row) else _("It is protected against you, too.")

    def seen(self, row: Article) -> str:
        """When it was deleted."""
        return str(row.deleted)

    def do(self, row: Article, sent: Sent) -> str:
        """Bring one page back."""
        deleting.restore(article=row, with_redirects=sent.fields["redirects"], by=sent.by.user, why=sent.why)
        return _("Restored, with its history.")


class SetStubTopic(Act):
    """Pages are marked as stubs of a topic, or as none."""

    name = "stub"
    label = gettext_lazy("Set stub topic")
    meaning = gettext_lazy("An edit of the stub mark in its text, with you as its author.")

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Ask for the topic."""
        return StubForm(sent[0] if sent else None, initial={"topic": rows[0].stub_topic} if len(rows) == 1 else {})

    def refusal(self, row: Article, by: Acting) -> str:
        """A page with a text of its own, where one may publish."""
        if row.deleted is not None:
            return _("It is deleted.")
        if row.is_redirect:
            return _("It only leads to another page.")
        return "" if access.may_publish(by.user, row) else _("It is protected against you, too.")

    def seen(self, row: Article) -> str:
        """Its current edit."""
        return str(row.current_edit_id)

    def plans(self, rows: Sequence[Article], by: Acting) -> Mapping[Any, str]:
        """Say what it is marked as now."""
        return {row.pk: _("Now: %s") % (row.stub_topic or _("not marked")) for row in rows}

    def do(self, row: Article, sent: Sent) -> str:
        """Mark one page."""
        who: dict[str, Any] = {"by": sent.by.user, "author": sent.by.author}
        stubbing.set_topic(article=row, topic=sent.fields["topic"], base=self.seen(row), why=sent.why, **who)
        return _("The stub topic is set.")


class SectionForm(ReasonForm):
    """Which section of a page is meant."""

    field_order = ("section", "reason", "base")

    def __init__(self, offered: Sequence[tuple[int, str]], *args: Any) -> None:
        super().__init__(*args)
        self.fields["section"] = forms.TypedChoiceField(label=_("Section"), choices=offered, coerce=int)
        self.order_fields(self.field_order)


class PutUnderReview(Act):
    """A section is kept from readers until somebody has looked at it."""

    name = "quarantine"
    label = gettext_lazy("Put a section under review")
    meaning = gettext_lazy("Readers see “under medical review” in its place at once, everywhere, until it is released.")
    # The sections of one page are none of another's.
    is_one_by_one = True

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Offer the sections that readers see."""
        found = quarantining.choices_of(rows[0])
        offered = [(each.id, each.name) for each in found if not (each.quarantine or each.within or each.is_gone)]
        return SectionForm(offered, *sent)

    def refusal(self, row: Article, by: Acting) -> str:
        """A page with a text of its own."""
        if row.deleted is not None:
            return _("It is deleted.")
        return _("It only leads to another page.") if row.is_redirect else ""

    def seen(self, row: Article) -> str:
        """Whether it is there: what is urgent waits for no editor."""
        return row.state

    def do(self, row: Article, sent: Sent) -> str:
        """Put one under review."""
        quarantining.quarantine(article=row, section=sent.fields["section"], by=sent.by.user, why=sent.why)
        return _("The section is under review.")


class Release(PutUnderReview):
    """A section is given back to readers."""

    name = "release"
    label = gettext_lazy("Release a section")
    meaning = gettext_lazy("Readers see the section again, as it is by now.")

    def form(self, rows: Sequence[Article], by: Acting, *sent: Any) -> ReasonForm:
        """Offer the sections that are withheld."""
        held = quarantining.holding_of(rows[0])
        return SectionForm([(row.pk, row.section.title or _("Introduction")) for row in held], *sent)

    def refusal(self, row: Article, by: Acting) -> str:
        """A page of which something is withheld."""
        return super().refusal(row, by) or ("" if row.withheld else _("Nothing of it is under review."))

    def do(self, row: Article, sent: Sent) -> str:
        """Release one."""
        held = quarantining.held(row, sent.fields["section"])
        quarantining.release(quarantine=held, by=sent.by.user, why=sent.why)
        return _("Readers see the section again.")


def _guards_of(row: Article) -> dict[str, Guard]:
    return protecting.guards_of(row, row.full_title)


def _now(guards: Mapping[str, Guard]) -> str:
    held = [
        f"{act}: {guard.level}" + (_(" until %s") % date_format(guard.until, "Y-m-d H:i") if guard.until else "")
        for act, guard in guards.items()
        if guard.level
    ]
    return _("Now: %s") % ("; ".join(held) or _("not protected"))


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
class ArticleAdmin(ActingAdmin, LookUpAdmin):
    """Articles by title."""

    acts = (Protect(), PutUnderReview(), Release(), Delete(), Restore(), SetStubTopic())

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

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Lead to the form of the title that was searched for, and to the articles that are missed."""
        title = access.possible_title(request.GET.get("q", ""))
        begin = [Way(_("Write “%s”") % title, reverse("articles:edit", args=[title]))] if title else []
        recover = Way(_("Recover deleted"), reverse("admin:articles_article_recover"))
        return [*begin, recover, Way(_("Articles wanted"), reverse("articles:wanted_pages"))]

    def ways(self, obj: Article, user: Any) -> list[Way]:
        """Lead to the form, to all edits, and to another title; of what is deleted, to where it is looked at."""
        if obj.deleted is not None:
            return [Way(_("Look at it, and restore it"), reverse("articles:restore", args=[obj.full_title]))]
        edits = f"{reverse('admin:articles_edit_changelist')}?article__id__exact={obj.pk}"
        can_move = access.may_move(user, obj) and not obj.is_redirect
        return [
            way_to_edit(obj),
            Way(_("Its edits: undo, revert, hide"), edits),
            Way(_("Compare and revert"), reverse("articles:history", args=[obj.full_title])),
            *([Way(_("Move"), reverse("articles:move", args=[obj.full_title]))] if can_move else []),
        ]

    def get_urls(self) -> list[URLPattern]:
        """Add the bin, before Django takes its address for a row's."""
        view = self.admin_site.admin_view(require_safe(self.recover_view))
        return [path("recover/", view, name="articles_article_recover"), *super().get_urls()]

    def recover_view(self, request: HttpRequest) -> HttpResponse:
        """Show what was deleted, the latest first, to be restored."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        after = request.GET.get("after", "")
        if after and not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise Http404(_("There is no such page of the bin."))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Recover deleted"),
            "opts": self.opts,
            "listing": deleting.in_bin(int(after) if after else None),
        }
        return TemplateResponse(request, "admin/recover.html", context)

    def deeds(self, obj: Article) -> list[Deed]:
        """Return its newest edits, and what moderators did with it."""
        done = [
            Deed(
                entry.when,
                entry.who.get_username() if entry.who is not None else _("the command line"),
                " · ".join(filter(None, [deed(entry.what), entry.why])),
                reverse("admin:articles_logentry_change", args=[entry.pk]),
            )
            for entry in logbook.about(obj.full_title, most=20)
        ]
        return sorted([*deeds_of(obj), *done], key=lambda each: each.time, reverse=True)
