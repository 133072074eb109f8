"""What may come in: what a step asks for, and why it was changed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.accounts import roles
from wiki.ladder import climbing

_MOST = 100_000


class StepForm(forms.Form):
    """What a step asks for."""

    role = forms.ChoiceField(choices=[(role, roles.NAMES[role]) for role in climbing.FROM], widget=forms.HiddenInput)
    is_on = forms.BooleanField(label=_("On"), required=False)
    days = forms.IntegerField(label=_("Days since the account was made"), min_value=0, max_value=_MOST)
    number = forms.IntegerField(label=_("Number"), min_value=1, max_value=_MOST)
    share = forms.IntegerField(label=_("Share, in percent"), min_value=0, max_value=100)
    quiet_days = forms.IntegerField(
        label=_("Days without an edit taken back, and without a block"), min_value=0, max_value=_MOST
    )
    why = forms.CharField(
        label=_("Why you change it (the log keeps it)"),
        max_length=400,
        error_messages={"required": _("Say why: the log keeps it.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Name the fields as the step to this role means them."""
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # Passed through as they are.
        is_first = self["role"].value() != roles.REVIEWER
        self.fields["number"].label = _("Accepted proposals") if is_first else _("Published edits")
        self.fields["is_on"].label = _("Promote by itself") if is_first else _("Suggest to administrators")
