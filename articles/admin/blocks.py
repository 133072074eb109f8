"""Who is kept from writing: blocks, to be found and lifted, and the act by which people are blocked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import logbook
from articles.admin.acting import Act, Acting, ActingAdmin, Sent
from articles.admin.by_author import ByAuthor, ByAuthorAdmin
from articles.admin.lists import Deed, Way
from articles.forms.blocking import BlockForm
from articles.forms.moderation import ReasonForm
from articles.models import Author, Block
from articles.moderation import Refused, blocking
from articles.templatetags.deeds import deed


class BlockPeopleForm(BlockForm):
    """What people are kept from; whom is ticked in the list."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, is_change=True, **kwargs)
        for name in ("accounts_too", "sure"):
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What means something for networks alone is never meant."""
        return {**super().clean(), "accounts_too": False}


class BlockPeople(Act):
    """Accounts and visitors are kept from writing."""

    name = "block"
    label = gettext_lazy("Block")
    meaning = gettext_lazy("Whoever is blocked still reads everything, and is told why and until when.")

    def form(self, rows: Sequence[Any], by: Acting, *sent: Any) -> ReasonForm:
        """Ask from what, where and until when."""
        initial = {"level": "write", "no_accounts": True, "ends": "week"}
        return BlockPeopleForm(sent[0] if sent else None, initial=initial)

    def author_of(self, row: Any) -> Author | None:
        """Who is meant by a row: the author, or whom an account would be."""
        return row if isinstance(row, Author) else None

    def who(self, row: Any) -> str:
        """The name under which the domain finds them."""
        return str(row.account.get_username() if row.account is not None else row.name)

    def refusal(self, row: Any, by: Acting) -> str:
        """Nobody above oneself, and no name from another wiki."""
        author = self.author_of(row)
        if author is not None and author.account_id is None and not author.is_visitor:
            return _("It is a name from another wiki: nobody writes under it here.")
        try:
            blocking.refuse_those_above(author or Author(account=row), by.user)
        except Refused as refused:
            return refused.message
        return ""

    def seen(self, row: Any) -> str:
        """Nothing of it changes what a block does: the domain refuses a second one."""
        return "there"

    def do(self, row: Any, sent: Sent) -> str:
        """Block one of them."""
        assert isinstance(sent.form, BlockForm)
        blocking.block(who=self.who(row), terms=sent.form.terms(), by=sent.by.user, why=sent.why)
        return _("The block holds from now on.")


class Lift(Act):
    """Blocks are lifted before they end."""

    name = "lift"
    label = gettext_lazy("Lift")
    meaning = gettext_lazy("They may write again at once, and the addresses that were blocked along with them.")

    def refusal(self, row: Block, by: Acting) -> str:
        """One that holds, and isn't one's own."""
        if not row.holds:
            return _("It has ended.")
        is_own = row.author is not None and row.author.account_id == by.user.pk
        return _("It is yours: somebody else lifts it.") if is_own else ""

    def seen(self, row: Block) -> str:
        """Its terms."""
        return f"{row.level} {row.no_accounts} {row.page} {row.topic} {row.until} {row.lifted}"

    def plans(self, rows: Sequence[Block], by: Acting) -> Mapping[Any, str]:
        """Say what it keeps them from."""
        said = {row.pk: (row.get_level_display(), row.page, row.topic, row.why) for row in rows}
        return {number: " · ".join(filter(None, words)) for number, words in said.items()}

    def do(self, row: Block, sent: Sent) -> str:
        """Lift one."""
        blocking.lift(block=row, by=sent.by.user, why=sent.why)
        return _("The block is lifted.")


class Holding(admin.SimpleListFilter):
    """Blocks that hold now, or that have ended."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("holding", _("They hold now")), ("ended", _("Ended or lifted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> QuerySet[Block]:
        """The blocks chosen."""
        if self.value() == "holding":
            return queryset.filter(Q(until__isnull=True) | Q(until__gt=timezone.now()), lifted__isnull=True)
        return queryset.filter(Q(lifted__isnull=False) | Q(until__lte=timezone.now())) if self.value() else queryset


class OfWhom(admin.SimpleListFilter):
    """Blocks of people, or of addresses and ranges."""

    title = gettext_lazy("whom")
    parameter_name = "whom"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """What can be chosen."""
        return [("people", _("People")), ("networks", _("Addresses and ranges"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Block]) -> QuerySet[Block]:
        """The blocks chosen."""
        if self.value() not in ("people", "networks"):
            return queryset
        return queryset.filter(author__isnull=self.value() == "networks")


@admin.register(Block)
class BlockAdmin(ActingAdmin, ByAuthorAdmin):
    """Blocks of people, addresses and ranges. Which address somebody else's block caught is nobody's to look up."""

    acts = (Lift(),)
    list_display = ("whom", "level", "no_accounts", "page", "topic", "why", "by", "made", "until", "lifted")
    list_filter = (Holding, OfWhom, "level", ("author", ByAuthor))
    list_select_related = ("author", "by")
    search_fields = ("author__name__istartswith", "network__istartswith", "why__icontains")
    date_hierarchy = "made"
    ordering = ("-id",)
    fields = (
        "whom",
        "level",
        "no_accounts",
        "accounts_too",
        "catches",
        "page",
        "topic",
        "why",
        "by",
        "made",
        "until",
        "lifted",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Block]:
        """All but the addresses that were blocked along with somebody."""
        return super().get_queryset(request).filter(cause__isnull=True)

    @admin.display(description=gettext_lazy("Whom"), ordering="author__name")
    def whom(self, block: Block) -> str:
        """Return the name, the address or the range."""
        return block.author.name if block.author is not None else block.network

    def name_for_djangos_log(self, obj: Block) -> str:
        """Its number: addresses are forgotten after their time."""
        return f"block {obj.pk}"

    def list_ways(self, request: HttpRequest) -> list[Way]:
        """Lead to where an address or a range is blocked."""
        return [Way(_("Block an address or a range"), reverse("articles:block"))]

    def ways(self, obj: Block, user: Any) -> list[Way]:
        """Lead to where its terms are changed."""
        return [Way(_("Change it"), obj.get_absolute_url())]

    def deeds(self, obj: Block) -> list[Deed]:
        """Return what was done about it."""
        return [*_deeds_of(blocking.target_of(obj))]


def _deeds_of(target: str) -> Iterator[Deed]:
    for entry in logbook.about(target, most=20):
        who = entry.who.get_username() if entry.who is not None else _("the command line")
        words = " · ".join(filter(None, [deed(entry.what), entry.why]))
        yield Deed(entry.when, who, words, reverse("admin:articles_logentry_change", args=[entry.pk]))
