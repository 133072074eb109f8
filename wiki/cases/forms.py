"""What is sent about cases, by readers and by moderators."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.cases.models import Case


class ReportForm(forms.Form):
    """What is wrong with a passage."""

    category = forms.ChoiceField(
        label=_("What kind of thing is it?"),
        choices=Case.Category.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what kind of thing it is.")},
    )
    words = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("Name the sentence, and where we can read what is right, if you know."),
        max_length=4000,
        error_messages={"required": _("Tell us in a sentence what is wrong.")},
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "true"}),
    )
    contact = forms.EmailField(
        label=_("Your e-mail address (optional)"),
        help_text=_(
            "Only moderators see it, in case they have a question. It is deleted 90 days after the answer, or"
            " a year after your report if there is none."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    edit = forms.IntegerField(required=False, min_value=1, max_value=10**18, widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """What a moderator does with a case, and why."""

    DEEDS: Final = (("take", "take"), ("withhold", "withhold"), ("close", "close"), ("reopen", "reopen"))

    deed = forms.ChoiceField(choices=DEEDS)
    outcome = forms.ChoiceField(label=_("What came of it"), choices=Case.Outcome.choices, required=False)
    reason = forms.CharField(
        label=_("What you say about it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "true"}),
    )

    def clean(self) -> dict[str, object]:
        """Ask for a reason, but of who only takes a case; and for an outcome of who closes one."""
        cleaned: dict[str, object] = super().clean() or self.cleaned_data
        deed = cleaned.get("deed")
        if deed != "take" and not str(cleaned.get("reason", "")).strip():
            self.add_error("reason", _("Say why: others read it."))
        if deed == "close" and not cleaned.get("outcome"):
            self.add_error("outcome", _("Choose what came of it."))
        return cleaned
