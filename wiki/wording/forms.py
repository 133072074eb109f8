"""What may come in: a new version of a wording, a picture for the logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from wiki.wording import logo, rules
from wiki.wording.catalogue import Entry, Kind

_MANY_LINES = frozenset({Kind.TEXT, Kind.NAVIGATION, Kind.TOPICS})
_LONG = 1_000


class _ChangeForm(forms.Form):
    """What every change brings: the version that was seen, and why."""

    why = forms.CharField(label=_("Summary: what you changed, and why"), max_length=400, required=False)
    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class WordingForm(_ChangeForm):
    """A new version of one of the site's words or choices; with `put_back`, the one that it would have without any."""

    text = forms.CharField(required=False, strip=False)
    put_back = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("put_back", "text", "why", "base")

    def __init__(self, entry: Entry, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        field = self.fields["text"]
        field.label, field.help_text = entry.label, entry.help
        field.widget = _widget(entry)

    def clean_text(self) -> str:
        """Return the text as the entry's own rule has it; what is put back is not what stands in the form."""
        if self.cleaned_data["put_back"]:
            return str(self.cleaned_data["text"])
        try:
            return rules.cleaned(self.entry, self.cleaned_data["text"])
        except rules.WordingRefused as refused:
            raise forms.ValidationError(str(refused)) from refused


class LogoForm(_ChangeForm):
    """A picture; the one of an earlier version, `again`; or, with `remove`, none any more."""

    picture = forms.FileField(
        label=_("Picture"),
        help_text=_("PNG or WebP, at most 2 MB. It is drawn anew, at most 512 by 512 pixels; pages show it smaller."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/webp"}),
    )
    again = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1)
    remove = forms.BooleanField(required=False, widget=forms.HiddenInput)
    field_order = ("picture", "why", "base")

    def clean_picture(self) -> bytes:
        """Return the file's bytes, as far as a logo may be large."""
        sent: File[bytes] | None = self.cleaned_data["picture"]
        return sent.read(logo.LARGEST + 1) if sent is not None else b""

    def clean(self) -> dict[str, Any]:
        """Refuse a form with none of the three, which says nothing; an `again` or `remove` needs no picture."""
        removes = self.cleaned_data.pop("remove", False)
        chosen = self.cleaned_data.get("picture") or self.cleaned_data.get("again") or removes
        if not chosen and not self.errors:
            self.add_error("picture", _("Choose a file first."))
        return self.cleaned_data


def _widget(entry: Entry) -> forms.Widget:
    # The hint stands beside the field, and is read with it.
    if entry.kind == Kind.CHOICE:
        return forms.Select(choices=entry.choices)
    if entry.kind in _MANY_LINES:
        return forms.Textarea(attrs={"rows": 14 if entry.longest > _LONG else 4})
    return forms.TextInput(attrs={"maxlength": entry.longest, "autocomplete": "off"})
