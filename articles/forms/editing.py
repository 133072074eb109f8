"""What the edit form sends, what decides a conflict, and what is done with sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundWidget
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import TextField
from articles.text import comparing
from articles.text.merging import Clash

# How a piece of an edit conflict may be decided.
_CHOICES: Final = {
    "mine": _("Yours"),
    "theirs": _("Theirs, as it is now"),
    "base": _("As it was before both"),
    "both": _("Both, yours after theirs"),
    "own": _("A text of your own, in the box below"),
}


class EditForm(forms.Form):
    """The edit form: the text of a section or of the whole, and what to say about it."""

    text = TextField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 22, "dir": "auto", "spellcheck": "true", "autocapitalize": "sentences"}),
    )
    summary = forms.CharField(
        label=_("Summary: what you changed, and why"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )
    minor = forms.BooleanField(
        label=_("A small change (spelling, layout)"),
        required=False,
        widget=forms.CheckboxInput(attrs={"accesskey": "i"}),
    )
    # However long it is, it is no edit: that is a conflict, which keeps the text, and not a fault of the form.
    base = forms.CharField(required=False, widget=forms.HiddenInput)
    section = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    proposal = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    account = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)
    # What edit checks have shown to the person, by its keys.
    checked = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    form_key = forms.CharField(required=False, widget=forms.HiddenInput)
    # The draft that was taken up in this form.
    continues = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Refuse a form that holds no text field at all: it was cut off on the way, and would empty the section."""
        if "text" not in self.data:
            raise forms.ValidationError(_("The text was missing in what arrived. Please send it again."))
        return str(self.cleaned_data["text"])


class ResolutionForm(forms.Form):
    """What becomes of each piece that two people changed differently: one of the texts, both, or one's own."""

    # The base and the section of the change; the fields of the edit form name what it is put onto.
    started = forms.CharField(required=False, widget=forms.HiddenInput)
    changed = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, clashes: Sequence[Clash], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clashes = clashes
        for number, clash in enumerate(clashes, 1):
            self.fields[f"piece-{number}"] = forms.ChoiceField(
                label=_("What shall stand here?"),
                choices=list(_CHOICES.items()),
                widget=forms.RadioSelect,
                error_messages={"required": _("Choose what shall stand here.")},
            )
            self.fields[f"own-{number}"] = TextField(
                label=_("A text of your own"),
                required=False,
                initial=clash.mine,
                widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
            )

    def clean(self) -> dict[str, Any]:
        """Refuse to drop a text that somebody wrote for a piece and then did not choose."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for number, clash in enumerate(self.clashes, 1):
            choice, own = cleaned.get(f"piece-{number}"), cleaned.get(f"own-{number}", "")
            if choice not in (None, "own") and _plain(own) not in ("", _plain(clash.mine)):
                self.add_error(f"piece-{number}", _("You wrote a text of your own here: choose it, or empty it."))
        return cleaned

    @property
    def pieces(self) -> list[Piece]:
        """The pieces as the page shows them."""
        return [
            Piece(clash, self[f"piece-{number}"], self[f"own-{number}"], tuple(self._options(number, clash)))
            for number, clash in enumerate(self.clashes, 1)
        ]

    def texts(self) -> list[str]:
        """Return the chosen text of each piece."""
        return [
            _texts_of(clash).get(self.cleaned_data[f"piece-{number}"], self.cleaned_data[f"own-{number}"])
            for number, clash in enumerate(self.clashes, 1)
        ]

    def _options(self, number: int, clash: Clash) -> Iterator[Option]:
        texts = _texts_of(clash)
        for name, radio in zip(_CHOICES, self[f"piece-{number}"].subwidgets, strict=True):
            is_shown = name in ("mine", "theirs", "base")
            yield Option(radio, comparing.marked(clash.base, texts[name]) if is_shown else None)


@dataclass(frozen=True)
class Option:
    """One way to decide a piece: its radio button, and its text with what it changes marked (None: not shown)."""

    radio: BoundWidget
    spans: tuple[comparing.Span, ...] | None


@dataclass(frozen=True)
class Piece:
    """A clash with the fields that decide it."""

    clash: Clash
    choice: forms.BoundField
    own: forms.BoundField
    options: tuple[Option, ...]


def _texts_of(clash: Clash) -> dict[str, str]:
    return {"mine": clash.mine, "theirs": clash.theirs or "", "both": clash.both, "base": clash.base}


def _plain(text: str) -> str:
    """Return a text as browsers send it back from a box: without the line ends that they add or drop."""
    return text.replace("\r\n", "\n").strip("\n")


class DraftForm(forms.Form):
    """What the edit form holds while somebody is still writing: kept as it is, whatever a save would say of it."""

    text = forms.Field()
    summary = forms.Field(required=False)
    minor = forms.BooleanField(required=False)
    base = forms.CharField(required=False)
    section = forms.CharField(required=False, max_length=400)
    proposal = forms.CharField(required=False, max_length=200)
    account = forms.CharField(required=False, max_length=150)
    continues = forms.CharField(required=False)


class DeedForm(forms.Form):
    """What somebody does with a section on the screen of the sections; which deeds there are, the domain knows."""

    deed = forms.CharField(required=False, max_length=20)
    behind = forms.CharField(label=_("New place"), required=False, max_length=40)
    at = forms.IntegerField(label=_("The second part begins with"), required=False, min_value=0)
    heading = forms.CharField(
        label=_("New heading"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "true"}),
    )
    summary = forms.CharField(
        label=_("Summary: why you do it"),
        help_text=_("What you do is written into it, before your words."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )
    minor = forms.BooleanField(
        label=_("A small change (spelling, layout)"),
        required=False,
        widget=forms.CheckboxInput(attrs={"accesskey": "i"}),
    )
    base = forms.CharField(required=False, widget=forms.HiddenInput)
    section = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    account = forms.CharField(required=False, max_length=150, widget=forms.HiddenInput)

    def clean_heading(self) -> str:
        """Refuse what can't be text, as in any text."""
        return TextField(required=False).clean(self.cleaned_data["heading"])

    def clean_text(self) -> str:
        """Refuse what can't be text. A form without this field has no new section in it."""
        return TextField(required=False).clean(self.cleaned_data["text"])
