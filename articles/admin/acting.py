"""What moderators do with rows, one or several: a page says what will happen, asks why, and tells what became of each.

Each act is one of the domain's functions. Done, it stands in our log, which the domain writes, and in Django's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.models import CHANGE
from django.contrib.admin.models import LogEntry as DjangosLogEntry
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from articles import access, editing, limits
from articles.admin.lists import CarefulAdmin, Way
from articles.forms.moderation import ReasonForm
from articles.moderation import ChangedMeanwhile, Refused, taking_back
from articles.reviewing import deciding

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser
    from django.utils.functional import _StrPromise

    from articles.models import Author

# So many rows are looked at before something is done with all of them.
MOST_ROWS: Final = 100
_LONGEST_NUMBER: Final = 18
# All by which the domain says that something can't be done.
_REFUSALS: Final = (
    Refused,
    editing.TextRefused,
    editing.EditConflict,
    editing.AlreadyDecided,
    editing.ArticleMovedOn,
    deciding.ReasonMissing,
    taking_back.ReasonMissing,
    limits.TooOften,
    PermissionDenied,
)


@dataclass(frozen=True)
class Acting:
    """Who acts: the account, its author row, and who they were in this browser before they logged in."""

    user: AbstractUser
    author: Author
    visitor: Author | None = None


@dataclass(frozen=True)
class Sent:
    """What came with the form: who, what it holds, and for each row's number how it was when the form was opened."""

    by: Acting
    fields: Mapping[str, Any]
    form: ReasonForm
    seen: Mapping[Any, str]

    @property
    def why(self) -> str:
        """The reason."""
        return str(self.fields["reason"])


@dataclass(frozen=True)
class Planned:
    """A row as the page shows it before: what will happen with it, or why nothing can."""

    number: Any
    name: str
    url: str
    plan: str
    refusal: str
    seen: str


@dataclass(frozen=True)
class Outcome:
    """What became of a row: what was done, or why it was not."""

    row: Any
    said: str
    status: int = 200

    @property
    def is_done(self) -> bool:
        """Whether it was done."""
        return self.status == 200


class Act:
    """Something that is done with rows, for a reason. Its doing is a function of the domain."""

    name: ClassVar[str]
    label: ClassVar[str | _StrPromise]
    meaning: ClassVar[str | _StrPromise] = ""
    # Nobody lets through what they have not looked at: then the page goes from one row to the next.
    is_one_by_one: ClassVar[bool] = False
    # A piece of a page that shows a single row more closely, with what `close_up` returns.
    template: ClassVar[str] = ""

    def loaded(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with all at hand that is asked of each."""
        return rows

    def form(self, rows: Sequence[Any], by: Acting, *sent: Any) -> ReasonForm:
        """The form that asks why, and whatever else."""
        return ReasonForm(*sent)

    def refusal(self, row: Any, by: Acting) -> str:
        """Why it can't be done with this row by this person; empty when it can."""
        return ""

    def seen(self, row: Any) -> str:
        """How the row is now, in a word that is another one when it has changed."""
        raise NotImplementedError

    def plans(self, rows: Sequence[Any], by: Acting) -> Mapping[Any, str]:
        """What will happen with each row, by its number."""
        return {}

    def close_up(self, row: Any, by: Acting) -> dict[str, Any]:
        """What the page shows of a single row."""
        return {}

    def do(self, row: Any, sent: Sent) -> str:
        """Do it with one row; return what to say. Raises what the domain raises."""
        raise NotImplementedError

    def done(self, rows: Sequence[Any], sent: Sent) -> list[Outcome]:
        """Do it with each row; one that is refused keeps no other one back."""
        return [outcome for row in rows for outcome in self._tried([row], sent, partial(self.do, row, sent))]

    def _tried(self, rows: Sequence[Any], sent: Sent, deed: Callable[[], str]) -> list[Outcome]:
        try:
            for row in rows:
                refusal = self.refusal(row, sent.by)
                if self.seen(row) != sent.seen.get(row.pk):
                    changed = _("It has changed since you opened this page. Look again, then do it.")
                    raise ChangedMeanwhile(refusal or changed)
                if refusal:
                    raise _NotHere(refusal)
            said = deed()
        except _REFUSALS as refused:
            message, status = _told(refused)
            return [Outcome(row, message, status) for row in rows]
        return [Outcome(row, said) for row in rows]


class _NotHere(PermissionDenied):
    """This person may not, or it makes no sense with this row."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def _told(refused: Exception) -> tuple[str, int]:
    """Return what a refusal says to people, and with which status."""
    if isinstance(refused, editing.AlreadyDecided):
        return _("Somebody decided this a moment before you."), 409
    if isinstance(refused, (editing.EditConflict, editing.ArticleMovedOn)):
        return _("Others have changed the same text since. Look at it on its own page, and bring both together."), 409
    if isinstance(refused, limits.TooOften):
        return _("That was too often in a short time. Wait a little, then send it again."), 429
    status = 403 if isinstance(refused, PermissionDenied) else getattr(refused, "status", 422)
    return str(getattr(refused, "message", "") or str(refused) or _("You may not do this here.")), status


class ActingAdmin(CarefulAdmin):
    """Lists whose rows something is done with: from a row's page, or with those ticked in the list."""

    acts: Sequence[Act] = ()

    def get_urls(self) -> list[URLPattern]:
        """Add the page of each act, before Django takes its address for a row's."""
        view = self.admin_site.admin_view(self.act_view)
        return [path("act/<slug:name>/", view, name=self._name_of("act")), *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the acts above the list; each leads to its page."""
        own = super().get_actions(request)
        if IS_POPUP_VAR in request.GET:
            return own
        return {**own, **{act.name: (self._leading_to(act), act.name, act.label) for act in self.acts_of(request)}}

    def acts_of(self, request: HttpRequest) -> Sequence[Act]:
        """Return the acts that this person may do at all."""
        return self.acts

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        """Refuse what is no row's number: Django would fail at it."""
        if _numbers(request.POST.getlist(ACTION_CHECKBOX_NAME)) is not None:
            return super().response_action(request, *args, **kwargs)
        self.message_user(request, _("Choose rows of this list. Nothing was changed."), messages.WARNING)
        return None

    def acts_on(self, row: Any, request: HttpRequest) -> list[Way]:
        """Return the ways to what this person can do with a row now."""
        by = self.acting(request)
        return [
            Way(act.label, self.address_of(act, [row.pk])) for act in self.acts_of(request) if not act.refusal(row, by)
        ]

    def address_of(self, act: Act, numbers: Iterable[Any]) -> str:
        """Return where an act is done with these rows."""
        address = reverse(f"admin:{self._name_of('act')}", args=[act.name])
        return f"{address}?{urlencode([('row', number) for number in numbers])}"

    def acting(self, request: HttpRequest) -> Acting:
        """Return who acts."""
        assert request.user.is_authenticated  # As of everybody whom the admin lets in.
        visitor = access.author_of_visitor(request.COOKIES.get(access.VISITOR_COOKIE, ""))
        return Acting(request.user, access.author_of(request.user), visitor)

    def act_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """GET lists what will happen and asks why; POST does it and tells what became of each row."""
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        act = next((each for each in self.acts_of(request) if each.name == name), None)
        if act is None:
            raise Http404(_("Nothing of this name is done here."))
        numbers = _numbers((request.POST if request.method == "POST" else request.GET).getlist("row"))
        if numbers is None or len(numbers) > MOST_ROWS:
            return self._back(request, self._too_many() if numbers else _("Choose rows of this list first."))
        later = numbers[1:] if act.is_one_by_one else []
        rows = self._rows(request, act, numbers[:1] if act.is_one_by_one else numbers)
        if not rows:
            return self._back(request, _("Choose rows of this list first."))
        if request.method == "POST":
            return self._done(request, act, rows, later)
        return self._page(request, act, rows, later, act.form(rows, self.acting(request)))

    def _done(self, request: HttpRequest, act: Act, rows: Sequence[Any], later: Sequence[Any]) -> HttpResponse:
        by = self.acting(request)
        form = act.form(rows, by, request.POST)
        if not form.is_valid():
            return self._page(request, act, rows, later, form, status=422)
        seen = {row.pk: request.POST.get(f"seen-{row.pk}", "") for row in rows}
        outcomes = act.done(rows, Sent(by, form.cleaned_data, form, seen))
        for outcome in outcomes:
            if outcome.is_done:
                self.log_change(request, outcome.row, str(act.label))
        left = [outcome for outcome in outcomes if not outcome.is_done]
        if not left and len(rows) == 1:
            self.message_user(request, f"{rows[0]}: {outcomes[0].said}", messages.SUCCESS)
            return HttpResponseRedirect(self._after(act, rows[0], later), status=303)
        status = left[0].status if len(left) == len(outcomes) else 200
        again = self._rows(request, act, [outcome.row.pk for outcome in left])
        return self._page(request, act, again, later, form, outcomes=outcomes, status=status)

    def _page(
        self,
        request: HttpRequest,
        act: Act,
        rows: Sequence[Any],
        later: Sequence[Any],
        form: ReasonForm,
        *,
        outcomes: Sequence[Outcome] = (),
        status: int = 200,
    ) -> TemplateResponse:
        by = self.acting(request)
        plans = act.plans(rows, by)
        planned = [
            Planned(row.pk, str(row), self._address(row), plans.get(row.pk, ""), act.refusal(row, by), act.seen(row))
            for row in rows
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "act": act,
            "opts": self.opts,
            "planned": planned,
            "can_be_done": any(not each.refusal for each in planned),
            "outcomes": outcomes,
            "done": sum(outcome.is_done for outcome in outcomes),
            "form": form,
            "later": later,
            "skip": self.address_of(act, later) if later else "",
            "back": reverse(f"admin:{self._name_of('changelist')}"),
            "close_up": act.close_up(rows[0], by) if len(rows) == 1 else {},
        }
        return TemplateResponse(request, "admin/act.html", context, status=status)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Show above a row's page what can be done with it."""
        context["acts_here"] = self.acts_on(kwargs["obj"], request) if kwargs.get("obj") is not None else []
        return super().render_change_form(request, context, *args, **kwargs)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Keep a row in Django's own log, too: who, which row, what. The reason is in ours, which nobody can change."""
        return DjangosLogEntry.objects.create(
            user_id=self.acting(request).user.pk,
            content_type=ContentType.objects.get_for_model(obj, for_concrete_model=False),
            object_id=str(obj.pk),
            object_repr=self.name_for_djangos_log(obj)[:200],
            action_flag=CHANGE,
            change_message=message,
        )

    def name_for_djangos_log(self, obj: Any) -> str:
        """Return what Django's log calls a row for ever."""
        return str(obj)

    def _rows(self, request: HttpRequest, act: Act, numbers: Sequence[int]) -> list[Any]:
        """The rows of these numbers as they are now, in this order."""
        found = {row.pk: row for row in act.loaded(self.get_queryset(request)).filter(pk__in=numbers)}
        return [found[number] for number in numbers if number in found]

    def _after(self, act: Act, row: Any, later: Sequence[Any]) -> str:
        return self.address_of(act, later) if later else self._address(row)

    def _address(self, row: Any) -> str:
        return reverse(f"admin:{self._name_of('change')}", args=[row.pk])

    def _back(self, request: HttpRequest, message: str) -> HttpResponseRedirect:
        self.message_user(request, message, messages.WARNING)
        return HttpResponseRedirect(reverse(f"admin:{self._name_of('changelist')}"), status=303)

    def _leading_to(self, act: Act) -> Callable[..., HttpResponse | None]:
        def lead(_admin: Any, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
            numbers = list(queryset.values_list("pk", flat=True)[: MOST_ROWS + 1])
            if len(numbers) > MOST_ROWS:
                self.message_user(request, self._too_many(), messages.WARNING)
                return None
            return HttpResponseRedirect(self.address_of(act, numbers), status=303)

        return lead

    def _name_of(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"

    @staticmethod
    def _too_many() -> str:
        return _("That are more rows than anybody looks at: choose at most %d. Nothing was changed.") % MOST_ROWS


def _numbers(values: Sequence[str]) -> list[int] | None:
    """The numbers of rows, each once; None when there is none, or one that could name no row."""
    if not values or not all(each.isascii() and each.isdigit() and len(each) <= _LONGEST_NUMBER for each in values):
        return None
    return [int(each) for each in dict.fromkeys(values)]
