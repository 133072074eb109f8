"""What may be chosen of what is mailed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wiki.notifications import wishes
from wiki.notifications.models import MailWish


class MailForm(forms.Form):
    """Which kinds of notifications are mailed, and for whoever decides on proposals whether they get a digest."""

    kinds = forms.MultipleChoiceField(
        label=_("Mail me when"), required=False, choices=list(wishes.NAMES.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, wish: MailWish, may_have_a_digest: bool, **kwargs: Any) -> None:
        wanted = [kind for kind in wishes.NAMES if kind not in wish.unwanted]
        super().__init__(*args, **kwargs)
        self.initial = {"kinds": wanted, "digest": wish.digest}
        if may_have_a_digest:
            self.fields["digest"] = forms.BooleanField(
                label=_("Mail me once a day what waits for a reviewer"),
                required=False,
                help_text=_("How many proposals, the oldest, the risky; nothing on days on which nothing waits."),
            )
