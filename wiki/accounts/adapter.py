"""What this site does otherwise than django-allauth: names, how often a password may be guessed, where to go next."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from articles import limits
from articles.text import titles
from wiki.accounts import names
from wiki.accounts.models import User

WRONG_PASSWORDS = 5
WRONG_PASSWORDS_OF_A_PLACE = 20
WRONG_PASSWORD_SECONDS = 300

# Who registers with one of these would be taken for the site itself; `adduser` may give them.
_RESERVED = ("admin", "administrator", "administrators", "moderator", "moderators", "root", "system", "wiki")


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
        skeleton = titles.skeleton(name)
        if skeleton in {*_RESERVED, titles.skeleton(settings.WIKI_NAME)}:
            raise self.validation_error("username_blacklisted")
        if not shallow and User.objects.filter(skeleton=skeleton).exists():
            raise self.validation_error("username_taken")
        return name

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
        """Refuse an account closed between the check of its password and the login; allauth's page isn't here."""
        raise PermissionDenied(self.error_messages["username_password_mismatch"])

    def is_safe_url(self, url: str) -> bool:
        """Whether `next` may lead there: a path of this site, nothing with a host, however it is written."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

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
