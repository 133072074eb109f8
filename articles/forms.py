"""What may come in: a field for each thing sent. Shape is checked here, sense in the domain; forms never save."""

from __future__ import annotations

import re

from django import forms
from django.utils.translation import gettext_lazy as _

# What no text is made of: they are placeholders' marks here, and Unicode keeps them for no character ever.
_NO_CHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


class TextField(forms.CharField):
    """A text kept byte for byte: nothing is stripped; what can't be text is refused, never cut."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(strip=False, **kwargs)  # type: ignore[arg-type]  # Passed through as they are.

    def clean(self, value: object) -> str:
        """Return the text; refuse noncharacters and lone surrogates (NUL is refused by Django)."""
        if value is None:
            # An empty text takes a section away; one that isn't there, or came as a file, must not.
            raise forms.ValidationError(_("The text did not arrive. Please send it again."))
        text: str = super().clean(value)
        found = _NO_CHARACTERS.search(text)
        if found:
            raise forms.ValidationError(
                _("Line %(line)d holds a character that is no text (U+%(code)s). Please take it out."),
                params={"line": text.count("\n", 0, found.start()) + 1, "code": f"{ord(found[0]):04X}"},
            )
        return text


class EditForm(forms.Form):
    """The edit form: the text of a section or of the whole, and what to say about it."""

    text = TextField(
        label=_("Text"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 22, "spellcheck": "true", "autocapitalize": "sentences"}),
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

    def clean_text(self) -> str:
        """Refuse a form that holds no text field at all: it was cut off on the way, and would empty the section."""
        if "text" not in self.data:
            raise forms.ValidationError(_("The text was missing in what arrived. Please send it again."))
        return str(self.cleaned_data["text"])


class RevertForm(forms.Form):
    """Bring an old version back."""

    summary = forms.CharField(
        label=_("Summary: why you bring this version back"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )
    base = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """A reviewer's answer to a proposal, or its author's withdrawal."""

    decision = forms.ChoiceField(
        choices=[("accept", _("Accept")), ("decline", _("Decline")), ("withdraw", _("Withdraw"))]
    )
    reason = forms.CharField(
        label=_("Reason (the author reads it)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    base = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class SearchForm(forms.Form):
    """What somebody looks for. Any input is a question; what can't be searched finds nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=300)
    page = forms.IntegerField(required=False, min_value=1, max_value=50)
