"""The login and registration forms: django-allauth's, with our words and limits."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import limits
from wiki.accounts import names
from wiki.accounts.adapter import AccountAdapter

# What Django's own forms take; a longer one is an attack on the hasher.
MAX_PASSWORD = 4096


class LoginForm(allauth_forms.LoginForm):
    """Name and password. `retry_after` says how many seconds to wait when it was tried too often."""

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare(self, {"login": gettext_lazy("Name"), "password": gettext_lazy("Password")})

    def clean(self) -> dict[str, Any]:
        """Check the password; too many wrong ones become an error of the form."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except limits.TooOften as error:
            self.retry_after = error.retry_after
            raise ValidationError(too_often(error.retry_after), code="too_often") from error
        return cleaned


class SignupForm(allauth_forms.SignupForm):
    """Name, password twice, and an e-mail address if one likes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "username": gettext_lazy("Name"),
            "email": gettext_lazy("E-mail address (optional)"),
            "password1": gettext_lazy("Password"),
            "password2": gettext_lazy("The password again"),
        }
        _prepare(self, labels)
        self.fields["username"].help_text = _("Everybody sees it beside your changes.")
        self.fields["email"].help_text = _("Only moderators see it.")

    def try_save(self, request: HttpRequest) -> tuple[AbstractBaseUser | None, Any]:
        """Make the account with all that belongs to it, or nothing.

        Raises limits.TooOften, and ValidationError when another request took the name a moment ago.
        """
        place = limits.place_of(AccountAdapter(request).get_client_ip(request))
        limits.take(f"register:{place}", times=settings.WIKI_REGISTRATIONS_PER_HOUR, seconds=3600)
        try:
            with transaction.atomic():
                made: tuple[AbstractBaseUser | None, Any] = super().try_save(request)
        except IntegrityError as error:
            raise ValidationError({"username": names.TAKEN}) from error
        return made


def too_often(seconds: int) -> str:
    """Return the sentence that says how long to wait."""
    minutes = -(-seconds // 60)
    return ngettext(
        "Too many attempts from here. Try again in %(minutes)d minute.",
        "Too many attempts from here. Try again in %(minutes)d minutes.",
        minutes,
    ) % {"minutes": minutes}


def _prepare(form: forms.Form, labels: dict[str, Any]) -> None:
    """Our labels, no placeholders (they vanish as one types), and a limit on every length."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label = label
        field.widget.attrs.pop("placeholder", None)
        if name.startswith("password"):
            _limit(field, MAX_PASSWORD)
            field.help_text = field.help_text if name == "password1" else ""
        elif name in ("login", "username"):
            field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "maxlength": str(names.MAX_NAME)}


def _limit(field: forms.Field, length: int) -> None:
    field.validators.append(MaxLengthValidator(length))
    field.widget.attrs["maxlength"] = str(length)
