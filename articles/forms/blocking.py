"""Whom a block is of, which blocks there are, and where somebody wrote from."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles.forms.ends import ENDS, HOURS, beginning_of
from articles.forms.moderation import ReasonForm
from articles.moderation.blocking import Terms


class BlockForm(ReasonForm):
    """Whom a block is of, and what it keeps them from; `who` only when it is made."""

    who = forms.CharField(
        label=_("Whom"),
        help_text=_("The name of an account or a visitor, an address (192.0.2.7), or a range (192.0.2.0/24)."),
        max_length=200,
        error_messages={"required": _("Say whom.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    level = forms.ChoiceField(
        label=_("Kept from"),
        choices=[
            ("write", _("writing of any kind: remarks, decisions and moderation, too")),
            ("propose", _("publishing and proposing")),
            ("edit", _("publishing: what they save waits for a reviewer")),
            ("", _("nothing of this")),
        ],
        required=False,
    )
    no_accounts = forms.BooleanField(label=_("No account can be made"), required=False)
    catches = forms.BooleanField(
        label=_("Their addresses, too, for a day each"),
        help_text=_("Of a person: those they wrote from in the last day, and those they try it from."),
        required=False,
    )
    accounts_too = forms.BooleanField(
        label=_("Whoever is logged in, too"),
        help_text=_("Of an address or range: else only people without an account. Never editors and above."),
        required=False,
    )
    page = forms.CharField(label=_("Only on this page"), required=False, max_length=300)
    topic = forms.CharField(label=_("Only on pages of this category"), required=False, max_length=255)
    ends = forms.ChoiceField(label=_("It ends"), required=False, choices=list(ENDS.items()))
    date = forms.DateField(label=_("Day (UTC)"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sure = forms.BooleanField(label=_("Yes, the whole range is meant"), required=False)

    def __init__(self, *args: Any, until: datetime | None = None, is_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Whoever is blocked reads this.")
        self.until = until
        if is_change:
            del self.fields["who"]
        if until is not None:
            kept = ("as it is", _("as it is: %s") % date_format(until, "j M Y, H:i"))
            self.fields["ends"] = forms.ChoiceField(label=_("It ends"), required=False, choices=[kept, *ENDS.items()])

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is none: no day, or one that has begun."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("ends") == "date" and "date" not in self.errors:
            day = cleaned.get("date")
            if day is None:
                self.add_error("date", _("Choose the day."))
            elif beginning_of(day) <= timezone.now():
                self.add_error("date", _("This day has begun already: choose a later one."))
        return cleaned

    @property
    def ticks(self) -> list[forms.BoundField]:
        """The boxes to tick."""
        return [self[name] for name in ("no_accounts", "catches", "accounts_too")]

    def terms(self) -> Terms:
        """Return what was chosen."""
        names = ("level", "no_accounts", "accounts_too", "catches", "page", "topic")
        return Terms(**{name: self.cleaned_data[name] for name in names}, until=self._end())

    def _end(self) -> datetime | None:
        ends = self.cleaned_data["ends"]
        if ends == "as it is":
            return self.until
        if ends == "date":
            return beginning_of(self.cleaned_data["date"])
        return timezone.now() + timedelta(hours=HOURS[ends]) if ends in HOURS else None


class BlocksForm(forms.Form):
    """Which blocks a moderator wants to see."""

    who = forms.CharField(label=_("Name or address"), required=False, max_length=200)
    kind = forms.ChoiceField(
        label=_("Of"),
        choices=[
            ("", _("everybody")),
            ("people", _("people")),
            ("addresses", _("addresses")),
            ("caught", _("addresses of blocked people")),
        ],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("", _("those that hold")), ("ended", _("those that ended")), ("all", _("all"))],
        required=False,
    )


class LookUpForm(ReasonForm):
    """Whose addresses, or which address, a moderator looks up."""

    who = forms.CharField(
        label=_("Whom, or which address"),
        max_length=200,
        error_messages={"required": _("Say whom.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}),
    )
    field_order = ("who", "reason", "base")
