"""What may come in: a new version of a wording."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.wording.models import Wording


class WordingForm(forms.Form):
    """A new version of one of the site's texts."""

    key = forms.ChoiceField(choices=Wording.Key.choices, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Wording"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Plain text. {name} stands for the site's name; an empty line parts paragraphs."),
    )
    why = forms.CharField(label=_("Summary: what you changed, and why"), max_length=400, required=False)
