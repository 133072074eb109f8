"""Whose approval a proposal needs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles import approving
from articles.forms.moderation import ReasonForm


class ApproverRuleForm(ReasonForm):
    """For what, how many and whose approvals are asked for."""

    category = forms.CharField(
        label=_("Topic"),
        help_text=_("A category, such as Heart. Leave it empty for a protection."),
        max_length=255,
        required=False,
    )
    level = forms.ChoiceField(
        label=_("Or pages protected against edits, for"),
        choices=[("", "–"), *((role, role) for role in ("contributor", "editor", "reviewer", "moderator"))],
        required=False,
    )
    number = forms.IntegerField(label=_("So many approvals"), min_value=1, max_value=9, initial=2)
    kinds = forms.MultipleChoiceField(
        label=_("By (nobody chosen: by whoever may decide)"), required=False, widget=forms.CheckboxSelectMultiple
    )
    one_of_each = forms.BooleanField(label=_("At least one of each of these"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = self.fields["kinds"]
        assert isinstance(kinds, forms.MultipleChoiceField)
        kinds.choices = list(approving.names_of_kinds().items())


class DropRuleForm(ReasonForm):
    """Which rule is dropped."""

    key = ""
    number = forms.IntegerField(label=_("Number of the rule"), min_value=1)


class ApproverGroupForm(ReasonForm):
    """Who is in a group that rules can ask for."""

    key = ""
    name = forms.CharField(label=_("Name of the group"), max_length=80)
    members = forms.CharField(
        label=_("Its members: a name of an account in each line"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_members(self) -> list[str]:
        """Return the names, one of each line."""
        return str(self.cleaned_data["members"]).splitlines()
