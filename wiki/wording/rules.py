"""What each of the site's words may be; a text goes in, the text to keep comes out, or the reason why it can't be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from articles import asking
from wiki.wording import colours
from wiki.wording.catalogue import Entry, Kind

_MOST_ENTRIES: Final = 40
# Writing that turns other writing round could make a line say something else than it holds.
_TURNING: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINKED: Final = re.compile(r"([^\[\]]*)\[([^\[\]]+)\]([^\[\]]*)")
_LOGO: Final = re.compile(r"[0-9a-f]{24} [1-9][0-9]{0,2} [1-9][0-9]{0,2}")


class WordingRefused(ValueError):
    """This can't be what the site says; the message tells a person why."""


def cleaned(entry: Entry, text: str) -> str:
    """Return the text as it is kept. Raises WordingRefused."""
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    _check_letters(text)
    if len(text) > entry.longest:
        raise WordingRefused(_("This is too long: at most %d characters.") % entry.longest)
    if entry.must_speak and not any(character.isalpha() for character in text):
        raise WordingRefused(_("The wording can't be empty."))
    return _OF_A_KIND[entry.kind](entry, text)


def entries_of(text: str) -> tuple[tuple[str, str], ...]:
    """Return label and address of each line of a navigation."""
    return tuple((label.strip(), address.strip()) for label, _bar, address in _cut(text))


def topics_of(text: str) -> dict[str, tuple[str, str]]:
    """Return the notice and the icon's name (or nothing) of each topic, by the topic in small letters."""
    found = {}
    for topic, _bar, said in _cut(text):
        notice, _bar, icon = said.partition("|")
        found[topic.strip().casefold()] = (notice.strip(), icon.strip())
    return found


def linked(text: str) -> tuple[str, str, str]:
    """Return what stands before a link in square brackets, its words, and what stands after."""
    match = _LINKED.fullmatch(text)
    return (match[1], match[2], match[3]) if match else ("", text, "")


def _cut(text: str) -> list[tuple[str, str, str]]:
    return [line.partition("|") for line in text.split("\n") if line.strip()]


def _check_letters(text: str) -> None:
    for character in text:
        is_control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t"
        if is_control or _TURNING.match(character):
            raise WordingRefused(_("There is a character in it that can't be seen: U+%04X.") % ord(character))


def _text(entry: Entry, text: str) -> str:
    return text


def _line(entry: Entry, text: str) -> str:
    if "\n" in text:
        raise WordingRefused(_("This is one line."))
    if entry.key == "name" and re.search(r"[{}<>|]", text):
        raise WordingRefused(_("A name holds none of { } < > |."))
    return text


def _address(entry: Entry, text: str) -> str:
    if text and not _leads_somewhere(text):
        raise WordingRefused(_("“%s” is no address: it begins with https://, http://, / or #.") % text)
    return text


def _leads_somewhere(address: str) -> bool:
    if re.search(r"[\s\\\"<>]", address):
        return False
    if address.startswith(("https://", "http://")):
        try:
            return bool(urlsplit(address).hostname)
        except ValueError:
            return False
    return address.startswith("#") or (address.startswith("/") and not address.startswith("//"))


def _colour(entry: Entry, text: str) -> str:
    if not text:
        return text
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise WordingRefused(_("A colour is written with six digits, such as #0d6068."))
    contrast = colours.least_contrast(text)
    if contrast < colours.ENOUGH:
        raise WordingRefused(
            _("This colour is too pale: white words on it, or links in it on white, have a contrast of %(is).1f to 1.")
            % {"is": contrast}
            + " "
            + _("They need %s to 1; take a darker one.") % colours.ENOUGH
        )
    return text.lower()


def _choice(entry: Entry, text: str) -> str:
    if text not in dict(entry.choices):
        raise WordingRefused(_("This is none of the choices."))
    if entry.key == "indexing" and text == "on" and not settings.SITE_URL:
        raise WordingRefused(_("The site has no address of its own yet: set SITE_URL first."))
    return text


def _navigation(entry: Entry, text: str) -> str:
    entries = entries_of(text)
    if len(entries) > _MOST_ENTRIES:
        raise WordingRefused(_("These are too many: at most %d.") % _MOST_ENTRIES)
    for label, address in entries:
        if not label or not address or "|" in address:
            raise WordingRefused(_("Each line is a label, a bar and an address: “%s” is not.") % (label or address))
        _address(entry, address)
    return "\n".join(f"{label} | {address}" for label, address in entries)


def _topics(entry: Entry, text: str) -> str:
    for topic, _bar, said in _cut(text):
        if not topic.strip() or not said.partition("|")[0].strip() or said.count("|") > 1:
            raise WordingRefused(_("Each line is a topic, a bar and its notice: “%s” is not.") % topic.strip())
    return text


def _linked(entry: Entry, text: str) -> str:
    if not _LINKED.fullmatch(_line(entry, text)):
        raise WordingRefused(_("One pair of square brackets holds the words of the link."))
    return text


def _question(entry: Entry, text: str) -> str:
    question = asking.question_in(_line(entry, text))
    if text and question is None:
        raise WordingRefused(_("Behind the question stands a bar and its answer: What organ pumps blood? | heart"))
    return " | ".join([question.words, *question.answers]) if question is not None else ""


def _logo(entry: Entry, text: str) -> str:
    if text and not _LOGO.fullmatch(text):
        raise WordingRefused(_("A logo is a picture: send one as a file."))
    return text


_OF_A_KIND: Final[dict[Kind, Callable[[Entry, str], str]]] = {
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.ADDRESS: _address,
    Kind.COLOUR: _colour,
    Kind.CHOICE: _choice,
    Kind.NAVIGATION: _navigation,
    Kind.TOPICS: _topics,
    Kind.LINKED: _linked,
    Kind.LOGO: _logo,
    Kind.QUESTION: _question,
}
