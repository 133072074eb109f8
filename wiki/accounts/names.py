"""What the name of an account may be: a title's rules, and nothing that advertises, misleads or betrays an address."""

import ipaddress
import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.text import titles

MAX_NAME = 150
TAKEN = gettext_lazy("This name is taken, or looks like one that is.")

# Endings of web addresses that names were seen to advertise; any two letters are a country.
_ENDINGS = (
    "com|net|org|info|biz|edu|gov|app|dev|pro|mobi|shop|site|online|store|xyz|top|club|blog|live|link|click|"
    "pharmacy|health|clinic|doctor|care|[a-z]{2}"
)
_WEB_ADDRESS = re.compile(rf"://|\bwww\.|\bhttps?\b|[\w-]{{2,}}\.(?:{_ENDINGS})(?![\w])")
_DOTS = str.maketrans({"\N{IDEOGRAPHIC FULL STOP}": ".", "\N{HALFWIDTH IDEOGRAPHIC FULL STOP}": "."})


def normalised(raw: str) -> str:
    """Return the one spelling of a name (see `titles.normalise`); what can't be a name comes back in NFC only.

    >>> normalised("ada_lovelace")
    'Ada lovelace'
    """
    try:
        return titles.normalise(raw)
    except titles.TitleError:
        return unicodedata.normalize("NFC", raw)


def validate(name: str) -> None:
    """Raise ValidationError, with a sentence for people, when no account may have this name."""
    try:
        titles.normalise(name)
    except titles.TitleError as error:
        raise ValidationError(_refusal(error), code=error.code) from error
    if any(sign in name for sign in "/:@"):
        # A slash or colon would make it part of an address of the wiki; an e-mail address would become public.
        raise ValidationError(_("A name can't contain any of / : @."), code="character")
    if _WEB_ADDRESS.search(titles.skeleton(name).translate(_DOTS)):
        raise ValidationError(_("A name can't hold a web address. Put a space after the dot."), code="web_address")
    if _is_network_address(name):
        raise ValidationError(_("A name can't be a network address."), code="network_address")
    if titles.skeleton(name).startswith("former member "):
        raise ValidationError(_("Names that begin with Former member belong to people who have left."), code="former")
    if titles.skeleton(name).startswith("visitor "):
        raise ValidationError(_("Names that begin with Visitor belong to people without an account."), code="visitor")


def _refusal(error: titles.TitleError) -> str:
    """The title's refusal in the words of names."""
    return {
        "empty": _("A name needs at least one visible character."),
        "long": _("This name is too long."),
        "character": _("A name can't contain any of # < > [ ] | { }."),
        "invisible": _("The name contains an invisible or control character."),
        "mark": _("A name can't begin with an accent that has no letter under it."),
        "colon": _("A name can't contain any of / : @."),
        "segment": _("A name can't be one or two dots, and can't contain a slash."),
    }.get(error.code, error.message)


def _is_network_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip())
    except ValueError:
        return False
    return True
