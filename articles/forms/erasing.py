"""A passage that the law wants gone, and the second confirmation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from articles.moderation import erasing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


class PassageForm(forms.Form):
    """A passage that the law wants gone, exactly as it stands in the source."""

    passage = forms.CharField(
        label=_("The passage, as it stands in the source"),
        help_text=_(
            "A sentence, a name with an address: all versions that hold it go as wholes. At least 10 characters."
        ),
        max_length=erasing.LONGEST,
        error_messages={"required": _("Copy the passage from the source of the page.")},
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "accesskey": ","}),
    )

    def clean_passage(self) -> str:
        """The passage as texts are stored."""
        passage = erasing.cleaned(self.cleaned_data["passage"])
        if len(passage) < erasing.SHORTEST:
            raise forms.ValidationError(_("That stands in places that nobody means. Give 10 characters at least."))
        return passage


class EraseForm(PassageForm):
    """The second confirmation: how many places the person has seen, why, and that it is they."""

    passage = forms.CharField(max_length=erasing.LONGEST, widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("How many places are erased"),
        help_text=_("Type the number above."),
        min_value=1,
        max_value=10**9,
        widget=forms.NumberInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Which law or order asks for it; it stays in the log for good. Not what is erased."),
        max_length=400,
        error_messages={"required": _("Say why: the log keeps it.")},
        widget=forms.TextInput(attrs={"accesskey": "b", "autocomplete": "off"}),
    )
    password = forms.CharField(
        label=_("Your password"),
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, user: AbstractBaseUser, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_password(self) -> str:
        """Whoever finds an open browser knows no password."""
        password: str = self.cleaned_data["password"]
        if not self._user.check_password(password):
            raise forms.ValidationError(_("This is not your password."))
        return password
