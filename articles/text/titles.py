"""What a title may be: its one spelling, namespace and address, and which other titles it could be mistaken for."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

NAMESPACES: Final = ("article", "talk", "user", "project", "help", "category", "template", "file")
PREFIX: Final = {namespace: namespace.capitalize() for namespace in NAMESPACES if namespace != "article"}
MAX_TITLE: Final = 255

# Wide enough for 255 characters sent decomposed and with stray spaces, small enough that 5 MB cost nothing to refuse.
_MAX_RAW: Final = 16 * MAX_TITLE
_NAMESPACE_OF: Final = {prefix.casefold(): namespace for namespace, prefix in PREFIX.items()}
# `Special:` leads to pages that the wiki makes by itself: an article of that name could never be read. Nor is a page
# an article that other wikis would take for talk about another one.
_RESERVED: Final = frozenset(_NAMESPACE_OF) | {f"{prefix} talk" for prefix in _NAMESPACE_OF} | {"special", "mediawiki"}
_SYNTAX: Final = frozenset("#<>[]|{}")
_READABLE_IN_PATH: Final = "/:@!$&'()*+,;=~"
_INVISIBLE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters, marks and symbols by category, yet drawn as nothing or as a missing character: fillers, variation selectors.
_BLANK_RANGES: Final = (
    (0x034F, 0x034F),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFFA0, 0xFFA0),
    (0xFFFC, 0xFFFD),
    (0xE0100, 0xE01EF),
)
# Within each alphabet no two letters (but for case) may share a Latin one: titles of one script are never look-alikes.
_CYRILLIC: Final = dict(zip("АВЕНІЈКМОРСТУХЅԚԜѴаеіјкорсухѕԛԝѵһԁӏ", "ABEHIJKMOPCTYXSQWVaeijkopcyxsqwvhdl", strict=True))
_GREEK_CAPITAL: Final = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "ABEZHIKMNOPTYXCJ", strict=True))
_GREEK_SMALL: Final = dict(zip("αικνορυχϲϳ", "aikvopuxcj", strict=True))


class TitleError(ValueError):
    """A title that can't be: `code` for machines, `message` is a plain English sentence for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TitleParts(NamedTuple):
    """A namespace of NAMESPACES and the normalised title within it."""

    namespace: str
    title: str


def normalise(raw: str) -> str:
    """The one spelling of a title (no prefix is split off): NFC, single spaces for `_` and runs, first letter upper.

    >>> normalise("acute__asthma ")
    'Acute asthma'

    The rest keeps its case: "hIV" becomes "HIV", but "Hiv" stays another title. Raises TitleError with a code:
    empty, long, character, invisible, mark, colon or segment.
    """
    if len(raw) > _MAX_RAW:
        raise _too_long()
    title = re.sub(" +", " ", unicodedata.normalize("NFC", _plain_spaces(raw))).strip(" ")
    if not title:
        raise TitleError("empty", "A title needs at least one visible character.")
    _refuse_characters(title)
    title = unicodedata.normalize("NFC", _capital(title[0]) + title[1:])
    if len(title) > MAX_TITLE:
        raise _too_long()
    _refuse_shapes(title)
    return title


@lru_cache(maxsize=4096)
def parse(raw: str) -> TitleParts:
    """Split `Prefix:Title`, the prefix in any case; an unknown prefix is part of an article's title.

    >>> parse("category:lungs")
    TitleParts(namespace='category', title='Lungs')
    >>> parse("Covid: a history").namespace
    'article'

    Raises TitleError as `normalise` does, and with the code prefix for a prefix written in borrowed letters.
    """
    prefix, colon, rest = raw.partition(":")
    namespace = _NAMESPACE_OF.get(prefix.replace("_", " ").strip().casefold()) if colon else None
    if namespace:
        return TitleParts(namespace, normalise(rest))
    title = normalise(raw)
    imitated, colon, _ = _folded(title).partition(":")
    if colon and imitated.strip() in _RESERVED:
        raise TitleError("prefix", "The beginning of this title is, or imitates, the name of another part of the wiki.")
    return TitleParts("article", title)


def full(namespace: str, title: str) -> str:
    """The title as shown and linked: "Category:Lungs", or just "Asthma" for an article."""
    prefix = PREFIX.get(namespace)
    return f"{prefix}:{title}" if prefix else title


def to_path(full_title: str) -> str:
    """The title as part of a URL's path: `_` for spaces, percent-encoded but for what reads well (slash, colon, ...).

    >>> to_path("HIV/AIDS in children")
    'HIV/AIDS_in_children'
    """
    return quote(full_title.replace(" ", "_"), safe=_READABLE_IN_PATH)


def skeleton(title: str) -> str:
    """The key that look-alikes share, at most 255 characters: what is equal here goes to `look_alike` to be judged.

    Titles that differ in case only share it too, although they are no look-alikes.
    """
    return _folded(title)[:MAX_TITLE]


def look_alike(a: str, b: str) -> bool:
    """Whether a reader would take one title for the other because letters are borrowed from another alphabet or style.

    True for a Cyrillic, full-width or mathematical letter in the place of a Latin one. False for what one alphabet
    tells apart, however alike it looks: "Type 1" and "Type I", "Type i" and "Type I", "H₂O" and "H2O"; and for Greek
    letters used as symbols: "Inhibin α" is not "Inhibin A".
    """
    return _case_folded(a) != _case_folded(b) and _folded(a) == _folded(b)


def _plain_spaces(raw: str) -> str:
    """All widths of space, and an address's underscore, as the plain one; tabs and line ends stay, and are refused."""
    return "".join(" " if char == "_" or unicodedata.category(char) == "Zs" else char for char in raw)


def _capital(letter: str) -> str:
    """The letter's title case, where that is one letter: "ß" has none, and Georgian is left in its everyday form."""
    capital = letter.title()
    return capital if len(capital) == 1 else letter


def _too_long() -> TitleError:
    return TitleError("long", f"A title has at most {MAX_TITLE} characters.")


def _refuse_characters(title: str) -> None:
    if title.isascii() and title.isprintable() and _SYNTAX.isdisjoint(title):
        return  # As most titles are; the look at each character is for the others.
    for char in title:
        if char in _SYNTAX:
            raise TitleError("character", f"A title can't contain the character {char} (nor any of # < > [ ] | {{ }}).")
        if _is_invisible(char):
            raise TitleError("invisible", f"The title contains an invisible or control character (U+{ord(char):04X}).")


def _is_invisible(char: str) -> bool:
    """Control, direction, zero-width, private, unassigned and noncharacters, lone surrogates, blank fillers."""
    if unicodedata.category(char) in _INVISIBLE_CATEGORIES:
        return True
    return any(first <= ord(char) <= last for first, last in _BLANK_RANGES)


def _refuse_shapes(title: str) -> None:
    if unicodedata.category(title[0]).startswith("M"):
        raise TitleError("mark", "A title can't begin with an accent that has no letter under it.")
    if title.startswith(":"):
        raise TitleError("colon", "A title can't begin with a colon.")
    if any(segment.strip(" ") in {"", ".", ".."} for segment in title.split("/")):
        raise TitleError("segment", "The parts of a title between slashes can't be empty, nor be one or two dots.")


def _case_folded(title: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", title).casefold())


def _folded(title: str) -> str:
    """The title with styled and borrowed letters made plain Latin, then without case."""
    # Decomposed, so that a Cyrillic letter under an accent is found as well.
    plain = unicodedata.normalize("NFD", "".join(_unstyled(char) for char in unicodedata.normalize("NFC", title)))
    return _case_folded("".join(_latin_letters(plain)))


def _unstyled(char: str) -> str:
    """Full-width, half-width and mathematical letters and digits as plain ones; not `₂` or `Ⅳ`: those mean more."""
    styled = unicodedata.decomposition(char).startswith(("<wide>", "<narrow>", "<font>"))
    return unicodedata.normalize("NFKC", char) if styled else char


def _latin_letters(plain: str) -> Iterator[str]:
    """Each character, or the Latin letter it passes for."""
    before = ""
    for char, after in zip(plain, plain[1:] + " ", strict=False):
        latin = _CYRILLIC.get(char) or _GREEK_CAPITAL.get(char)
        if latin is None and char in _GREEK_SMALL and (_is_small_latin(before) or _is_small_latin(after)):
            # Inside a word it pretends to be a letter of it; alone or in an abbreviation (NF-κB, PPARα) it is a symbol.
            latin = _GREEK_SMALL[char]
        before = latin or char
        yield before


def _is_small_latin(char: str) -> bool:
    return "a" <= char <= "z"
