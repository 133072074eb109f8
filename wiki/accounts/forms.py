"""What may come in: logging in, registering, codes of a second factor, and what people change of their own account."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable
from typing import Any, cast

from allauth.account import forms as allauth_forms
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles import limits
from articles.text import titles
from wiki.accounts import confirming, making, names, registration, roles, second_factor
from wiki.accounts.adapter import AccountAdapter
from wiki.accounts.backends import StillWaiting
from wiki.accounts.models import FormerName, User

logger = logging.getLogger(__name__)

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
            raise _refused_for_a_while(self, error) from error
        except StillWaiting as error:
            waits = _("Your account waits for a moderator's approval. Until then you can't log in.")
            raise ValidationError(waits, code="waiting") from error
        return cleaned


class SignupForm(allauth_forms.SignupForm):
    """Name, password twice, and an e-mail address if one likes; and two things that only machines stumble over."""

    data: Any

    # No person sees it; a machine fills in whatever it finds.
    website = forms.CharField(
        required=False, label=gettext_lazy("Leave this empty"), widget=forms.TextInput(attrs={"tabindex": "-1"})
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

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
        self.order_fields(["username", "email", "password1", "password2"])
        self.fields["website"].widget.attrs["autocomplete"] = "off"
        self.fields["shown"].initial = registration.stamp

    def clean(self) -> dict[str, Any]:
        """Refuse what a machine has filled in, in words for a person who was taken for one."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("website"):
            raise ValidationError(_("A field that should stay empty was filled in. Please try again."), code="machine")
        if registration.is_too_quick(cleaned.get("shown", "")):
            # Sent again with this moment it is fine by then; one that isn't ours gets a fresh one.
            self.data = self.data.copy()
            if not registration.is_ours(self.data.get("shown", "")):
                self.data["shown"] = registration.stamp()
            raise ValidationError(_("That was quick. Please wait a few seconds, and try again."), code="quick")
        return cleaned

    def try_save(self, request: HttpRequest) -> tuple[AbstractBaseUser | None, Any]:
        """Make the account with all that belongs to it, or nothing.

        Raises limits.TooOften, and ValidationError when another request took the name a moment ago.
        """
        place = limits.place_of(AccountAdapter(request).get_client_ip(request))
        limits.take(f"register:{place}", times=settings.WIKI_REGISTRATIONS_PER_HOUR, seconds=3600)
        try:
            with transaction.atomic():
                made: tuple[AbstractBaseUser | None, Any] = super().try_save(request)
                # The account's own field is the one place for its address.
                EmailAddress.objects.filter(user=made[0]).delete()
        except IntegrityError as error:
            raise ValidationError({"username": names.TAKEN}) from error
        with contextlib.suppress(limits.TooOften):  # Whoever owns this address has been asked often enough.
            confirming.ask(cast("User", made[0]), base=request.build_absolute_uri("/"))
        return made


class CodeForm(factor_forms.AuthenticateForm):
    """A code of an authenticator app, or a recovery code, while logging in."""

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare_code(self.fields["code"], gettext_lazy("Code from your authenticator app, or a recovery code"))

    def clean_code(self) -> str:
        """Check the code; wrong ones are limited, and none works twice."""
        return _checked_once(self, super().clean_code)


class SetUpAppForm(totp_forms.ActivateTOTPForm):
    """The first code of an authenticator app: proof that it was set up."""

    retry_after: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pending = totp.get_totp_secret()
        super().__init__(*args, **kwargs)
        # Its own would be another key each time the page is loaded: the one that the app has read must go on to fit.
        self.secret = context.request.session[totp.SECRET_SESSION_KEY] = pending
        _prepare_code(self.fields["code"], gettext_lazy("The code that the app shows now"))

    def clean_code(self) -> str:
        """Check the code; wrong ones are limited."""
        return _checked_once(self, super().clean_code)


class PasskeyForm(passkey_forms.AuthenticateWebAuthnForm):
    """A passkey's answer, after the password."""

    def clean_credential(self) -> Any:
        """Check the answer; whatever is sent in its place is refused like a wrong one."""
        return _checked_passkey(super().clean_credential)


class PasskeyLoginForm(passkey_forms.LoginWebAuthnForm):
    """A passkey's answer, in place of name and password."""

    def clean_credential(self) -> Any:
        """Check the answer; whatever is sent in its place is refused like a wrong one."""
        return _checked_passkey(super().clean_credential)


class AddPasskeyForm(passkey_forms.AddWebAuthnForm):
    """A new passkey, and what its owner calls it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("passwordless")  # Each of ours is.
        self.fields["name"].label = gettext_lazy("What you call it")
        _limit(self.fields["name"], 60)

    def clean(self) -> dict[str, Any]:
        """Check the answer, and that somebody was asked for a finger or a PIN."""
        self.cleaned_data["passwordless"] = True
        checked: dict[str, Any] = _checked_passkey(super().clean)
        return checked


class _OfAPersonForm(forms.Form):
    """Something that people change of their own account."""

    def __init__(self, *args: Any, user: User, request: HttpRequest | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.request = request


class PasswordForm(_OfAPersonForm):
    """The person's own password: before anything that whoever finds an open browser must not do."""

    retry_after: int | None = None

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        validators=[MaxLengthValidator(MAX_PASSWORD)],
    )

    def clean_password(self) -> str:
        """Refuse a wrong password; wrong ones are counted with those of the login page."""
        password: str = self.cleaned_data["password"]
        try:
            is_right = AccountAdapter(self.request).reauthenticate(self.user, password)
        except limits.TooOften as error:
            raise _refused_for_a_while(self, error) from error
        if not is_right:
            raise ValidationError(_("This is not your password."), code="wrong")
        return password


class NewPasswordForm(_OfAPersonForm):
    """A new password, twice."""

    new = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[MaxLengthValidator(MAX_PASSWORD)],
    )
    again = forms.CharField(
        label=gettext_lazy("The new password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        validators=[MaxLengthValidator(MAX_PASSWORD)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new"].help_text = " ".join(password_validators_help_texts())

    def clean_new(self) -> str:
        """Refuse a password that is easily guessed."""
        validate_password(self.cleaned_data["new"], self.user)
        return str(self.cleaned_data["new"])

    def clean(self) -> dict[str, Any]:
        """Refuse two different ones."""
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", ValidationError(_("The two passwords differ."), code="differ"))
        return cleaned


class ChangePasswordForm(PasswordForm, NewPasswordForm):
    """The old password, and the new one twice."""

    field_order = ("password", "new", "again")


class DisplayNameForm(_OfAPersonForm):
    """What the person likes to be called."""

    display_name = forms.CharField(
        label=gettext_lazy("Displayed name"),
        required=False,
        max_length=names.MAX_NAME,
        help_text=gettext_lazy("Shown beside your name. Empty: only the name. Histories keep your name in any case."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, initial={"display_name": user.display_name}, **kwargs)

    def clean_display_name(self) -> str:
        """Refuse what no account could be called, and what another one is."""
        name = str(self.cleaned_data["display_name"]).strip()
        if not name:
            return ""
        names.validate(name)
        AccountAdapter(None).refuse_reserved(name)
        others = User.objects.exclude(pk=self.user.pk)
        if others.filter(skeleton=titles.skeleton(name)).exists() or FormerName.is_of_somebody(name):
            raise ValidationError(_("This looks like the name of another account."), code="taken")
        return name


class EmailForm(PasswordForm):
    """An e-mail address, or none; with the password, because whoever reads its mail can reset it."""

    field_order = ("email", "password")

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only moderators see it. Empty: none."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, initial={"email": user.email}, **kwargs)


class LeaveForm(PasswordForm):
    """The password, and that one has read what closing the account means."""

    field_order: tuple[str, ...] = ("sure", "password")

    sure = forms.BooleanField(label=gettext_lazy("I have read this: my account can’t be opened again"))


class LeaveForForm(LeaveForm):
    """Whose account an administrator closes for good, because its owner has asked for it."""

    field_order = ("name", "why", "sure", "password")

    name = forms.CharField(label=gettext_lazy("Name of the account"), max_length=names.MAX_NAME)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=400,
        help_text=gettext_lazy("Such as how you made sure who asks. Kept in the log for ever: don’t write the name."),
    )
    sure = forms.BooleanField(label=gettext_lazy("Its owner wants this, and it can’t be opened again"))


class WhoForm(forms.Form):
    """Whose password was forgotten."""

    who = forms.CharField(
        label=gettext_lazy("Your name here, or your e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "username"}),
    )


class ResetLinkForm(forms.Form):
    """Whom an administrator helps back in."""

    name = forms.CharField(label=gettext_lazy("Name of the account"), max_length=names.MAX_NAME)
    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Such as how you made sure who asks. Kept in the log."),
    )
    without_second_factor = forms.BooleanField(
        label=gettext_lazy("They have lost their second factor too: take it away"), required=False
    )


class RoleForm(forms.Form):
    """Another role for somebody, and why; `role` is the one that the page offered."""

    role = forms.ChoiceField(
        choices=[(role, roles.NAMES[role]) for role in (roles.CONTRIBUTOR, roles.EDITOR)], widget=forms.HiddenInput
    )
    reason = forms.CharField(
        label=gettext_lazy("Why (they read it, and the log keeps it)"),
        max_length=500,
        error_messages={"required": gettext_lazy("Say why: they read it, and the log keeps it.")},
    )


class NewAccountForm(forms.Form):
    """An account for somebody else; `prepared` is the account, checked and not yet saved."""

    prepared: User

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=names.MAX_NAME,
        help_text=gettext_lazy("Everybody sees it beside the person's changes, and it stays."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail address (optional)"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Only moderators see it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=list(roles.NAMES.items()))
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=400, required=False, help_text=gettext_lazy("Kept in the log.")
    )

    def clean_name(self) -> str:
        """Refuse what nobody could register as."""
        return AccountAdapter(None).clean_username(self.cleaned_data["name"])

    def clean(self) -> dict[str, Any]:
        """Prepare the account, so that what speaks against it is said beside its field."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.prepared = making.prepared(cleaned["name"], email=cleaned["email"])
        return cleaned


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


def _prepare_code(field: forms.Field, label: Any) -> None:
    field.label = label
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "inputmode": "numeric"}
    _limit(field, 40)


def _checked_once(form: Any, check: Callable[[], str]) -> str:
    """The code that `check` finds right; wrong ones are counted before they are looked at, so that many at once are."""
    try:
        guess = second_factor.check_guesses(form.user)
    except limits.TooOften as error:
        raise _refused_for_a_while(form, error) from error
    code = check()
    if not second_factor.is_first_use(form.user, re.sub(r"\D", "", code)):
        raise ValidationError(_("This code was used already. Wait for the next one."), code="used")
    second_factor.forgive(guess)
    return code


def _checked_passkey(check: Callable[[], Any]) -> Any:
    """What `check` finds right. Its library stumbles over what is no passkey's answer, each time in another way."""
    try:
        return check()
    except ValidationError:
        raise
    except Exception as error:
        logger.info("No passkey's answer: %r", error)
        raise ValidationError(_("This passkey is not right. Try again."), code="passkey") from error


def _refused_for_a_while(form: Any, error: limits.TooOften) -> ValidationError:
    form.retry_after = error.retry_after
    return ValidationError(too_often(error.retry_after), code="too_often")
