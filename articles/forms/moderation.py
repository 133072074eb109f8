"""What moderators do with pages and versions: each act with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from articles.forms.ends import ENDS, HOURS, beginning_of
from articles.forms.fields import KeysField
from articles.moderation.protecting import Guard


class InboxForm(forms.Form):
    """What a moderator decides on an item of the inbox, or on several ticked ones."""

    item = KeysField(error_messages={"required": _("Tick the items first.")})
    deed = forms.SlugField(max_length=40, error_messages={"required": _("Choose what to do.")})
    base = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason (others read it)"), required=False, max_length=2000)


class LogForm(forms.Form):
    """Which rows of the log somebody looks for. Any input is a question; what there isn't finds nothing."""

    who = forms.CharField(label=_("Who"), required=False, max_length=150)
    what = forms.ChoiceField(label=_("What"), required=False)
    page = forms.CharField(label=_("Page"), required=False, max_length=300)
    since = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, deeds: Iterable[tuple[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"] = forms.ChoiceField(
            label=_("What"), required=False, choices=[("", _("everything")), *deeds]
        )


class ReasonForm(forms.Form):
    """A moderator's act that needs no more than its reason; `base` is the edit that was current when it was opened.

    `key` leads to the field of the reason; empty where another form of the page has it.
    """

    key = "b"
    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        error_messages={"required": _("Say why: the log keeps it.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    base = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.key:
            self.fields["reason"].widget.attrs["accesskey"] = self.key


class HideForm(ReasonForm):
    """What of a version only moderators see; `upto` is the number of the last version that is meant."""

    text = forms.BooleanField(label=_("The text"), required=False)
    summary = forms.BooleanField(label=_("The summary, and the name of the section"), required=False)
    author = forms.BooleanField(label=_("The author’s name"), required=False)
    upto = forms.IntegerField(
        label=_("And the same of every version after it, up to number"),
        required=False,
        min_value=1,
        max_value=10**9,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )


class DeleteForm(ReasonForm):
    """A page is taken away, or brought back, with the redirects to it or without."""

    redirects = forms.BooleanField(
        label=_("The redirects that lead to it as well"), required=False, widget=forms.CheckboxInput()
    )


class QuarantineForm(ReasonForm):
    """A section is put under medical review, or released by the number of its quarantine."""

    section = forms.IntegerField(required=False, min_value=1, max_value=10**18, widget=forms.HiddenInput)
    release = forms.IntegerField(required=False, min_value=1, max_value=10**18, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Refuse what names no section."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if (cleaned.get("section") is None) == (cleaned.get("release") is None):
            raise forms.ValidationError(_("Choose the section first."))
        return cleaned


class MoveForm(ReasonForm):
    """Another title for a page."""

    title = forms.CharField(
        label=_("New title"),
        help_text=_("Of the same kind: reviewers move articles to “Project:” or “Help:”, and back."),
        max_length=300,
        error_messages={"required": _("Write the new title.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "true"}),
    )
    field_order = ("title", "reason", "base")


_LEVELS: Final = {
    "contributor": _("only people with an account"),
    "editor": _("editors and above"),
    "reviewer": _("reviewers and above"),
    "moderator": _("moderators and above"),
    "administrator": _("only administrators"),
}
_ACTS: Final = {
    "edit": (_("Publishing changes"), _("What others change here waits for a reviewer.")),
    "move": (_("Giving it another title"), _("Editors and above may, unless you choose more.")),
    "propose": (_("Proposing changes"), _("Others can only read the source.")),
    "create": (_("Writing a page of this title"), _("Others can neither write nor propose one.")),
}


class ProtectForm(ReasonForm):
    """Who may do what with a page: for each act a role and an end. `guards` are those that hold now."""

    field_order = ()

    def __init__(self, guards: Mapping[str, Guard], levels: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _("Whoever may not edit because of it reads this.")
        self.guards = guards
        offered = [(level, _LEVELS[level]) for level in levels]
        for act, guard in guards.items():
            self.fields[f"{act}-level"] = forms.ChoiceField(
                label=_("Who may"),
                required=False,
                choices=[("", _("as the wiki’s rules say")), *offered],
                initial=guard.level,
            )
            self.fields[f"{act}-ends"] = forms.ChoiceField(
                label=_("It ends"),
                required=False,
                choices=[*self._kept(guard), *ENDS.items()],
                initial="as it is" if guard.until else "never",
            )
            self.fields[f"{act}-date"] = forms.DateField(
                label=_("Day (UTC)"),
                required=False,
                widget=forms.DateInput(attrs={"type": "date"}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is none: no day, or one that has begun."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for act in self.guards:
            if not cleaned.get(f"{act}-level") or cleaned.get(f"{act}-ends") != "date" or f"{act}-date" in self.errors:
                continue
            day = cleaned.get(f"{act}-date")
            if day is None:
                self.add_error(f"{act}-date", _("Choose the day."))
            elif beginning_of(day) <= timezone.now():
                self.add_error(f"{act}-date", _("This day has begun already: choose a later one."))
        return cleaned

    @property
    def names(self) -> dict[str, str]:
        """What each act is called."""
        return {act: str(_ACTS[act][0]) for act in self.guards}

    @property
    def rows(self) -> list[ActRow]:
        """The fields as the page shows them: an act at a time."""
        return [
            ActRow(str(name), str(meaning), self[f"{act}-level"], self[f"{act}-ends"], self[f"{act}-date"])
            for act in self.guards
            for name, meaning in [_ACTS[act]]
        ]

    def chosen(self) -> dict[str, Guard]:
        """Return who may do what from now on."""
        return {act: self._chosen(act, guard) for act, guard in self.guards.items()}

    def _chosen(self, act: str, guard: Guard) -> Guard:
        if f"{act}-level" not in self.data:
            return guard  # Nothing was said about it.
        level, ends = self.cleaned_data[f"{act}-level"], self.cleaned_data[f"{act}-ends"]
        if not level or ends in ("", "never"):
            return Guard(level)
        if ends == "as it is":
            return Guard(level, guard.until)
        if ends == "date":
            return Guard(level, beginning_of(self.cleaned_data[f"{act}-date"]))
        return Guard(level, timezone.now() + timedelta(hours=HOURS[ends]))

    @staticmethod
    def _kept(guard: Guard) -> list[tuple[str, str]]:
        if guard.until is None:
            return []
        return [("as it is", _("as it is: %s") % date_format(guard.until, "j M Y, H:i"))]


class ActRow(NamedTuple):
    """An act that can be protected: its name, what it means for the others, and the fields."""

    name: str
    meaning: str
    level: forms.BoundField
    ends: forms.BoundField
    day: forms.BoundField
