"""Edits taken back, and which recent changes somebody wants to see."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.forms.fields import NumbersField
from articles.reviewing import tags


class RevertForm(forms.Form):
    """Bring an old version back."""

    summary = forms.CharField(
        label=_("Summary: why you bring this version back"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )
    base = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class UndoForm(RevertForm):
    """Take edits back."""

    summary = forms.CharField(
        label=_("Summary: what you take back, and why"),
        required=False,
        max_length=400,
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )


class TakeBackForm(forms.Form):
    """Take many edits of one person back."""

    why = forms.CharField(
        label=_("Reason (it becomes the summary of each edit, and stands in the log)"),
        max_length=400,
        error_messages={"required": _("Say why, so that others can judge it.")},
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )


class RecentForm(forms.Form):
    """Which recent changes somebody wants to see; the names are those of recent.Wanted."""

    topic = forms.CharField(label=_("Category"), required=False, max_length=255)
    namespace = forms.ChoiceField(
        label=_("Pages"),
        required=False,
        choices=[
            ("", _("of every kind")),
            ("article", _("articles")),
            ("category", _("categories")),
            ("template", _("templates")),
            ("help", _("help")),
            ("project", _("about the site")),
        ],
    )
    by = forms.CharField(label=_("By"), required=False, max_length=255)
    tag = forms.ChoiceField(label=_("Marked"), required=False)
    minor = forms.ChoiceField(
        label=_("Small changes"),
        required=False,
        choices=[("", _("among the others")), ("no", _("left out")), ("only", _("only these"))],
    )
    new = forms.BooleanField(label=_("Only by new people"), required=False)
    unseen = forms.BooleanField(label=_("Only those that no reviewer has looked at"), required=False)

    def __init__(self, *args: Any, may_review: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"] = forms.ChoiceField(
            label=_("Marked"), required=False, choices=[("", _("in any way, or not")), *tags.offered()]
        )
        if not may_review:
            del self.fields["unseen"]


class PatrolForm(forms.Form):
    """Edits that a reviewer has looked at, or has not after all; `next` is where they came from."""

    edit = NumbersField(error_messages={"required": _("Tick the edits first.")})
    deed = forms.ChoiceField(choices=[("look", _("Looked at")), ("look_away", _("Not looked at after all"))])
    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
