"""What this site does otherwise than django-allauth: names, how often a password may be guessed, where to go next."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import choices, limits
from articles.text import titles
from wiki.accounts import mail, names, registration, sealing
from wiki.accounts.models import FormerName, User

logger = logging.getLogger(__name__)

WRONG_PASSWORDS = 5
WRONG_PASSWORDS_OF_A_PLACE = 20
WRONG_PASSWORD_SECONDS = 300

# Who registers with one of these would be taken for the site itself; `adduser` may give them.
_RESERVED = ("admin", "administrator", "administrators", "moderator", "moderators", "root", "system", "wiki")


class SecondFactorAdapter(DefaultMFAAdapter):
    """The seams of its second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right. Codes of an app change every 30 seconds."),
    }

    def encrypt(self, text: str) -> str:
        """Return a secret as it is stored."""
        return sealing.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return a stored secret; in place of one that can't be opened, another that no code fits and nobody knows."""
        try:
            return sealing.opened(encrypted_text)
        except sealing.SealBroken:
            logger.error("A second factor can't be read: was SECRET_KEY changed without SECRET_KEY_FALLBACKS?")
            return str(generate_totp_secret())

    def get_totp_issuer(self) -> str:
        """What the app calls this site."""
        return choices.value("WIKI_NAME")

    def _get_site_name(self) -> str:
        return choices.value("WIKI_NAME")

    def _get_user_identifier(self, user: Any) -> str:
        # Not the e-mail address: an app's list is seen by whoever looks over a shoulder.
        return str(user.username)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  # Its caller's word.
        """What a passkey is called whose owner has given it no name."""
        return gettext("Passkey")


class AccountAdapter(DefaultAccountAdapter):
    """The seams of django-allauth that differ from its defaults."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for an unknown name, a wrong password and a closed account: it tells nobody which it was.
        "username_password_mismatch": _("The name or the password is wrong, or the account is closed."),
        "username_taken": names.TAKEN,
        "username_blacklisted": _("This name would be taken for the site itself. Please choose another."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """Return the name in its one spelling; raises ValidationError when it can't be or isn't free."""
        name = names.normalised(username)
        names.validate(name)
        self.refuse_reserved(name)
        is_taken = User.objects.filter(skeleton=titles.skeleton(name)).exists() or FormerName.is_of_somebody(name)
        if is_taken and not shallow:
            raise self.validation_error("username_taken")
        return name

    def refuse_reserved(self, name: str) -> None:
        """Raise ValidationError when this name would be taken for the site itself."""
        site = titles.skeleton(choices.value("WIKI_NAME"))
        if titles.skeleton(name) in {*_RESERVED, titles.skeleton(settings.WIKI_NAME), site}:
            raise self.validation_error("username_blacklisted")

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether anybody may register at all."""
        return registration.mode() != registration.CLOSED

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> AbstractBaseUser:
        """Make the account; where a moderator has to approve it, one that nobody can log in with yet."""
        if registration.mode() == registration.APPROVAL:
            user.is_active, user.waits_for_approval = False, True
        saved: AbstractBaseUser = super().save_user(request, user, form, commit)
        return saved

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Return the account when the password is right; raises limits.TooOften after too many wrong ones.

        An attempt is counted before the password is looked at, so that many at once can't pass together, and uncounted
        when it was right. Counted by place and name, the owner can still log in from elsewhere.
        """
        with ExitStack() as to_give_back:
            for key, times in _password_limits(self.get_client_ip(request), credentials.get("username") or ""):
                moment = limits.take(key, times=times, seconds=WRONG_PASSWORD_SECONDS)
                to_give_back.callback(limits.give_back, key, moment)
            user: AbstractBaseUser | None = super().authenticate(request, **credentials)
            if user is None:
                to_give_back.pop_all()
        return user

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the client's address; the server's door has put the one to trust there."""
        return str(request.META.get("REMOTE_ADDR", ""))

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:
        """Tell who has just registered to wait; refuse an account closed since its password was checked."""
        if user.waits_for_approval:  # type: ignore[attr-defined]  # It is our User.
            return TemplateResponse(request, "account/waiting.html", {"mail": mail.is_set_up() and user.email})  # type: ignore[attr-defined]
        raise PermissionDenied(self.error_messages["username_password_mismatch"])

    def is_safe_url(self, url: str) -> bool:
        """Whether `next` may lead there: a path of this site, nothing with a host, however it is written."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Ask for the password again, and for nothing else: everybody has one."""
        return [{"id": "reauthenticate", "description": "", "url": reverse("account_reauthenticate")}]

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **kwargs: Any) -> None:
        """Write in our own words that something was changed."""
        base = self.request.build_absolute_uri("/") if self.request else ""
        mail.tell(user, template_prefix.rpartition("/")[2], base=base)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Nobody asks these pages for JSON; answered as JSON, a form would come without its status and notices."""
        return False

    def add_message(self, request: HttpRequest, level: int, *args: Any, **kwargs: Any) -> None:
        """Say nothing: the page one lands on shows well enough that one is logged in, or out."""


def _password_limits(address: str, name: str) -> Iterator[tuple[str, int]]:
    place = limits.place_of(address)
    account = hashlib.sha256(titles.skeleton(names.normalised(name)).encode(errors="replace")).hexdigest()[:32]
    yield f"password:{place}:{account}", WRONG_PASSWORDS
    yield f"password:{place}", WRONG_PASSWORDS_OF_A_PLACE
