"""What somebody looks for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SearchForm(forms.Form):
    """What somebody looks for. Any input is a question; what can't be searched finds nothing."""

    q = forms.CharField(label=_("Search"), required=False, max_length=300)
    page = forms.IntegerField(required=False, min_value=1, max_value=50)
