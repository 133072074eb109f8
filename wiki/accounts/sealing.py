"""Secrets of second factors, sealed before they are stored: a copy of the database logs nobody in.

The key is made of SECRET_KEY; what was sealed with one of SECRET_KEY_FALLBACKS can still be opened, and what was stored
before there were seals is read as it is. `seal_again`, after each migration, seals all of it with the key of today.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from articles.models import walks

_MARK: Final = "sealed:"
_PURPOSE: Final = b"medwiki second factor\0"


class SealBroken(ValueError):
    """The key that sealed this isn't known any longer."""


def sealed(text: str) -> str:
    """Return a secret as it is stored."""
    return _MARK + _keys().encrypt(text.encode()).decode()


def opened(stored: str) -> str:
    """Return a stored secret. Raises SealBroken."""
    if not stored.startswith(_MARK):
        return stored
    try:
        return _keys().decrypt(stored.removeprefix(_MARK)).decode()
    except InvalidToken as error:
        raise SealBroken from error


def seal_again(using: str = "default") -> int:
    """Seal whatever isn't sealed with the key of today; returns how many rows it was.

    What can't be opened stays as it is: an administrator may still find the key.
    """
    number = 0
    for row in walks.in_order(Authenticator.objects.using(using).exclude(type=Authenticator.Type.WEBAUTHN)):
        data = {name: _renewed(value) for name, value in row.data.items()}
        if data != row.data:
            # Only over what was read: a code that is used meanwhile writes the same column.
            there = Authenticator.objects.using(using).filter(pk=row.pk, data=row.data)
            number += there.update(data=data)
    return number


def _renewed(value: Any) -> Any:
    """A value of a row, its secret sealed anew where that is due."""
    if isinstance(value, list):
        return [_renewed(each) for each in value]
    if not isinstance(value, str) or _is_of_today(value):
        return value
    try:
        return sealed(opened(value))
    except SealBroken:
        return value


def _is_of_today(stored: str) -> bool:
    try:
        _key(settings.SECRET_KEY).decrypt(stored.removeprefix(_MARK))
    except InvalidToken:
        return False
    return stored.startswith(_MARK)


def _keys() -> MultiFernet:
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(_PURPOSE + secret.encode()).digest()))
