"""What a reader may be harmed by when it is wrong: numbers, units, comparisons, negations; and where two texts differ.

Edit checks point it out to who writes, marks of risk to who reviews. Years, dates, list numbers, source numbers,
addresses and references to figures are no quantities.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple, TypeVar

from articles.text import masking

_Item = TypeVar("_Item")
Kind = Literal["number", "unit", "comparison", "negation"]

# A word in more sentences than this doesn't tell them apart; as many candidates are looked at for each sentence.
_TELLING: Final = 24
_CANDIDATES: Final = 12
# Below this share of common words two sentences are different ones: one was added, the other taken out.
_SIMILAR: Final = 0.5
# So many changed characters are looked at on each side: more is no change that anybody reads sentence by sentence.
_MOST_CHANGED: Final = 60_000
# Sentences that were joined or parted are looked for among so many that have no partner.
_MOST_ALONE: Final = 200


class Sign(NamedTuple):
    """One thing that matters, spelled in one way (`5mg`, `5 milligrams` and `5.0 mg` are the same), and as typed."""

    kind: Kind
    value: str
    typed: str


@dataclass(frozen=True)
class Sentence:
    """A sentence (or a line of a list or table): 0-based line, its words without signs, its signs, its text."""

    line: int
    words: tuple[str, ...]
    signs: tuple[Sign, ...]
    text: str


@dataclass(frozen=True)
class Difference:
    """A sentence that says the same with another number, unit, comparison or negation; `line` is of the new text."""

    kind: Kind
    line: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Compared:
    """What became of the sentences of a text: those that say something else, and those that are new, in their order."""

    differences: tuple[Difference, ...]
    added: tuple[Sentence, ...]


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """What was changed in sentences that are in both texts, in the order of the new one.

    Right: "5 mg daily" that became "50 mg daily"; "is not safe" that became "is safe".
    Tempting and wrong: a new sentence with a number in it, or one that was moved. They change no quantity.
    """
    return compare(before, after).differences


def compare(before: str, after: str) -> Compared:
    """Which sentences changed a quantity on the way from one text to the other, and which are new."""
    old, new = _changed(before, after)
    pairs = _pairs(old, new)
    paired_old, paired_new = {a for a, _ in pairs}, {b for _, b in pairs}
    alone_old = [sentence for n, sentence in enumerate(old) if n not in paired_old]
    alone_new = [sentence for n, sentence in enumerate(new) if n not in paired_new]
    found = []
    for a, b in sorted(pairs, key=lambda pair: pair[1]):
        lost = _less(_less(old[a].signs, new[b].signs), _within(alone_new[:_MOST_ALONE], old[a]))
        gained = _less(_less(new[b].signs, old[a].signs), _within(alone_old[:_MOST_ALONE], new[b]))
        if lost or gained:
            found.append(_difference(new[b], lost, gained))
    return Compared(tuple(found), tuple(alone_new))


def _difference(sentence: Sentence, lost: Sequence[Sign], gained: Sequence[Sign]) -> Difference:
    kinds = {sign.kind for sign in (*lost, *gained)}
    kind: Kind = next(kind for kind in _GRAVEST_FIRST if kind in kinds)
    if kind == "number" and {_number(sign) for sign in lost} == {_number(sign) for sign in gained}:
        kind = "unit"
    was, now = (tuple(sign.typed for sign in signs) for signs in (lost, gained))
    return Difference(kind, sentence.line, was, now, sentence.text)


_GRAVEST_FIRST: Final[tuple[Kind, ...]] = ("negation", "number", "unit", "comparison")


def _number(sign: Sign) -> str:
    return sign.value.partition(" ")[0]


def _less(signs: Iterable[Sign], others: Iterable[Sign]) -> list[Sign]:
    """The signs that the others don't have, as often as they don't."""
    there = Counter((sign.kind, sign.value) for sign in others)
    rest = []
    for sign in signs:
        key = (sign.kind, sign.value)
        if there[key]:
            there[key] -= 1
        else:
            rest.append(sign)
    return rest


def _within(alone: Sequence[Sentence], sentence: Sentence) -> list[Sign]:
    """The signs of sentences without a partner most of whose words are in this one: joined to it, or parted from it."""
    words = set(sentence.words)
    return [
        sign
        for other in alone
        if other.signs and other.words and 2 * sum(word in words for word in other.words) > len(other.words)
        for sign in other.signs
    ]


def _changed(before: str, after: str) -> tuple[list[Sentence], list[Sentence]]:
    """The sentences of both when each that is in both, wherever, is taken away: by its letters, then by its sense."""
    old, new = _pieces(before), _pieces(after)
    common = Counter(piece.strip() for _, piece in old) & Counter(piece.strip() for _, piece in new)
    left = [
        [_sentence(line, piece) for line, piece in _first(_rest(pieces, Counter(common), _by_letters))]
        for pieces in (old, new)
    ]
    same = Counter(map(_by_sense, left[0])) & Counter(map(_by_sense, left[1]))
    return _rest(left[0], Counter(same), _by_sense), _rest(left[1], Counter(same), _by_sense)


def _by_letters(piece: tuple[int, str]) -> Hashable:
    return piece[1].strip()


def _by_sense(sentence: Sentence) -> Hashable:
    return sentence.words, tuple((sign.kind, sign.value) for sign in sentence.signs)


def _rest(items: Iterable[_Item], common: Counter[Any], key_of: Callable[[_Item], Hashable]) -> list[_Item]:
    rest = []
    for item in items:
        key = key_of(item)
        if common[key]:
            common[key] -= 1
        else:
            rest.append(item)
    return rest


def _first(pieces: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Of what changed, as much as is looked at."""
    left = _MOST_CHANGED
    for line, piece in pieces:
        yield line, piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _pairs(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[tuple[int, int]]:
    """Which old sentence became which new one: those of equal words first, then those that share most words."""
    waiting: dict[tuple[str, ...], deque[int]] = defaultdict(deque)
    for number, sentence in enumerate(old):
        waiting[sentence.words].append(number)
    pairs: list[tuple[int, int]] = []
    for number, sentence in enumerate(new):
        if waiting[sentence.words]:
            pairs.append((waiting[sentence.words].popleft(), number))
    return [*pairs, *_likest(old, new, {a for a, _ in pairs}, {b for _, b in pairs})]


def _likest(
    old: Sequence[Sentence], new: Sequence[Sentence], taken_old: set[int], taken_new: set[int]
) -> Iterator[tuple[int, int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, sentence in enumerate(old):
        for word in set(sentence.words) if number not in taken_old else ():
            index[word].append(number)
    weighed: list[tuple[float, int, int, int]] = []
    for number, sentence in enumerate(new):
        if number not in taken_new:
            weighed += _candidates(sentence, number, old, index)
    for _likeness, _distance, a, b in sorted(weighed):
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            yield a, b


def _candidates(
    sentence: Sentence, number: int, old: Sequence[Sentence], index: dict[str, list[int]]
) -> list[tuple[float, int, int, int]]:
    words = set(sentence.words)
    shared: Counter[int] = Counter()
    for word in words:
        there = index.get(word, ())
        if len(there) <= _TELLING:
            shared.update(there)
    found = []
    for other, _times in shared.most_common(_CANDIDATES):
        others = set(old[other].words)
        common = len(words & others)
        # Of the shorter one: a sentence that only grew is the same sentence still.
        likeness = max(common / len(words | others), 0.8 * common / min(len(words), len(others)) if common > 2 else 0)
        if likeness >= _SIMILAR:
            found.append((-likeness, abs(other - number), other, number))
    return found


# --- Sentences -----------------------------------------------------------------------------------------------------

_NO_PROSE: Final = re.compile(
    r"\[@[^\[\]\n]{1,2000}\]"  # citations
    r"|\[\^[^\]\n]{0,200}\]:?"  # footnotes
    r"|https?://[^\s<>\])|]+"
    r"|\]\([^()\n]{0,2000}\)"  # where a link leads
    r"|\[\[[^\[\]|\n]{1,600}\|(?=[^\[\]\n]*\]\])"
    r"|\b(?:PMID|PMCID|DOI|ISBN|ISSN|NCT)(?::|\b)\s?[\w./-]{0,100}"
    r"|^[ \t]*(?:[0-9]{1,4}[.)]|[*+-])(?:[ \t]+|$)"  # list numbers
    r"|\b(?:fig|figure|table|chapter|section|page|pages|pp|p|vol|volume|no|ref|box)\.?[ ][0-9]{1,4}[a-z]?\b"
    r"|</?[a-z][^<>\n]{0,300}>",
    re.I | re.M,
)
_MONTHS: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR: Final = r"(?:1[5-9]|20)[0-9]{2}"
_DATES: Final = re.compile(
    rf"\b{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}\b"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)?[ ](?:of[ ])?{_MONTHS}\.?(?:,?[ ]{_YEAR})?\b"
    rf"|\b{_MONTHS}\.?[ ][0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?[ ]{_YEAR})?\b(?![ ]?%)"
    rf"|\b{_MONTHS}\.?,?[ ]{_YEAR}\b"
    rf"|(?<![\w.,<>=≤≥-])(?<![<>=≤≥~][ ]){_YEAR}(?:s\b|(?:[-–/](?:{_YEAR}|[0-9]{{2}}))?(?![\w%]|[.,][0-9]))"
    # Not a year: as many of something.
    r"(?![ \u00a0]?(?:mg|g|µg|mcg|ml|l|kg|kcal|iu|units?|m|mm|cm|people|patients|persons|women|men|children|adults"
    r"|participants|cases|deaths|days|hours|doses|steps|calories)\b)",
    re.I,
)
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?;])(?:[\"'”’)]{0,3}|(?:\[[@^][^\]\n]{1,300}\]){1,9})[ \t]+(?=[\"'“‘(\[*]{0,3}[A-Z0-9])"
    r"|\n[ \t]*\n"
    r"|\n(?=[ \t]*(?:[*+#|>-]|[0-9]{1,4}[.)]))"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a text, code and comments left out; list items, table rows and headings are such, too."""
    return [_sentence(line, piece) for line, piece in _pieces(text)]


def _pieces(text: str) -> list[tuple[int, str]]:
    """What may be a sentence each, with its 0-based line."""
    plain = masking.masked(text)
    pieces, position, line, counted = [], 0, 0, 0
    for end, following in [*(found.span() for found in _SENTENCE_END.finditer(plain)), (len(plain), len(plain))]:
        piece = plain[position:end]
        if piece.strip():
            start = position + len(piece) - len(piece.lstrip())
            line += plain.count("\n", counted, start)
            counted = start
            pieces.append((line, piece))
        position = following
    return pieces


def _sentence(line: int, piece: str) -> Sentence:
    plain = piece
    for pattern in (_NO_PROSE, _DATES):
        plain = pattern.sub(" ", plain)
    plain = plain.replace(masking.HIDDEN, " ")
    signs: list[Sign] = []
    rest, position = [], 0
    while found := _SIGN.search(plain, position):
        rest.append(plain[position : found.start()])
        of_this, position = _signs(plain, found)
        signs += of_this
    words = _WORD.findall(" ".join([*rest, plain[position:]]))
    return Sentence(line, tuple(word.casefold() for word in words), tuple(signs), piece.strip())


# --- Signs ---------------------------------------------------------------------------------------------------------

_UNITS: Final = {
    "%": "% percent pct",
    "‰": "‰",
    "g": "g gram grams gramme grammes gm",
    "mg": "mg milligram milligrams milligramme milligrammes mgs",
    "µg": "µg μg mcg ug microgram micrograms",
    "ng": "ng nanogram nanograms",
    "pg": "pg picogram picograms",
    "kg": "kg kilogram kilograms kilo kilos kgs",
    "lb": "lb lbs pound pounds",
    "oz": "oz ounce ounces",
    "l": "l L litre litres liter liters",
    "dl": "dl dL decilitre decilitres deciliter deciliters",
    "cl": "cl cL",
    "ml": "ml mL cc millilitre millilitres milliliter milliliters",
    "µl": "µl μl µL μL ul uL microlitre microlitres microliter microliters",
    "fl": "fL",
    "m": "m metre metres meter meters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "µm": "µm μm um micrometre micrometres micrometer micrometers",
    "nm": "nm nanometre nanometres nanometer nanometers",
    "km": "km kilometre kilometres kilometer kilometers",
    "in": "inch inches",
    "ft": "ft foot feet",
    "mol": "mol mole moles",
    "mmol": "mmol millimole millimoles",
    "µmol": "µmol μmol umol micromole micromoles",
    "nmol": "nmol",
    "pmol": "pmol",
    "M": "mM",
    "meq": "mEq meq",
    "iu": "IU iu",
    "unit": "U unit units",
    "kcal": "kcal calorie calories kilocalorie kilocalories cal",
    "kj": "kJ kj joule joules",
    "mmhg": "mmHg",
    "kpa": "kPa",
    "pa": "Pa",
    "°c": "°C ℃ celsius",
    "°f": "°F ℉ fahrenheit",
    "°": "° degree degrees",
    "hz": "Hz",
    "mhz": "MHz",
    "khz": "kHz",
    "gy": "Gy",
    "mgy": "mGy",
    "sv": "Sv",
    "msv": "mSv",
    "µsv": "µSv μSv",
    "bq": "Bq",
    "mbq": "MBq",
    "w": "W watt watts",
    "v": "V volt volts",
    "mv": "mV",
    "s": "s sec secs second seconds",
    "ms": "ms millisecond milliseconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours hourly",
    "day": "d day days daily",
    "week": "wk wks week weeks weekly",
    "month": "mo month months monthly",
    "year": "yr yrs year years yearly annum",
    "time": "times time",
    "fold": "fold",
    "tablet": "tablet tablets",
    "capsule": "capsule capsules",
    "drop": "drop drops",
    "puff": "puff puffs",
    "dose": "dose doses",
    "teaspoon": "teaspoon teaspoons tsp",
    "tablespoon": "tablespoon tablespoons tbsp",
    "cup": "cup cups",
    "mosm": "mOsm",
    "copies": "copies",
    "cells": "cells",
    "m²": "m² m2",
    "mm³": "mm³ mm3",
    "bpm": "bpm",
    "thousand": "thousand",
    "million": "million millions",
    "billion": "billion billions",
}
_UNIT_OF: Final = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings.split()}
# A word or sign behind a number; whether it is a unit, the table says.
_UNIT_WORD: Final = re.compile(
    r"([\u00a0\u202f\u2009 -]?)(per[ ]cent\b|[%‰]|°[ ]?[CF]?|[^\W\d_]{1,14}[²³23]?)(?![^\W_])"
)
_PER: Final = re.compile(r"[ ]?(?:/|per[ ])[ ]?(?=[^\W\d_])", re.I)
_NUMBER_WORDS: Final = dict(
    zip(
        "two three four five six seven eight nine ten eleven twelve half twice thrice".split(),  # noqa: SIM905
        "2 3 4 5 6 7 8 9 10 11 12 0.5 2 3".split(),  # noqa: SIM905
        strict=True,
    )
)
_FRACTIONS: Final = dict(zip("½¼¾⅓⅔⅛", "0.5 0.25 0.75 1/3 2/3 0.125".split(), strict=True))  # noqa: SIM905
_COMPARISONS: Final = {
    "<=": "≤",
    "==": "=",
    "=<": "≤",
    "⩽": "≤",
    "≤": "≤",
    ">=": "≥",
    "=>": "≥",
    "⩾": "≥",
    "≥": "≥",
    "<": "<",
    ">": ">",
    "at least": "≥",
    "no less than": "≥",
    "not less than": "≥",
    "no fewer than": "≥",
    "at most": "≤",
    "up to": "≤",
    "no more than": "≤",
    "not more than": "≤",
    "less than": "<",
    "fewer than": "<",
    "lower than": "<",
    "under": "<",
    "below": "<",
    "more than": ">",
    "greater than": ">",
    "higher than": ">",
    "over": ">",
    "above": ">",
    "exceeding": ">",
}
_BEHIND: Final = {"more": "≥", "older": "≥", "higher": "≥", "above": "≥", "less": "≤", "younger": "≤", "lower": "≤"}
_NEGATIONS: Final = frozenset(
    ["no", "not", "never", "without", "none", "neither", "nor", "cannot", "nobody", "nothing"]
)
_DIGITS: Final = r"[0-9]{1,3}(?:[ \u202f\u2009][0-9]{3})+(?![0-9])|[0-9]{1,30}(?:[.,·][0-9]{1,30})*"
_COMPARING: Final = "|".join(
    words for words in sorted(_COMPARISONS, key=len)[::-1] if words.isascii() and words[0].isalpha()
)
_SIGN: Final = re.compile(
    rf"(?P<compare>(?<!\w)(?:{_COMPARING})|[<>=]=|=[<>]|[<>≤≥⩽⩾])"
    rf"(?=[ \u00a0]?(?:a[ ]|about[ ])?(?:[0-9½¼¾]|(?:{'|'.join(_NUMBER_WORDS)})\b))"
    rf"|(?P<minus>(?<![\w)\]])[−-](?=[0-9]))?(?<![^\W_])(?<![^\W\d_]-)"
    rf"(?:(?P<digits>{_DIGITS})(?P<part>[½¼¾⅓⅔⅛])?|(?P<fraction>[½¼¾⅓⅔⅛]))"
    rf"|\b(?P<word>{'|'.join(_NUMBER_WORDS)})\b"
    rf"|\b(?P<negation>{'|'.join(sorted(_NEGATIONS))})\b|(?P<nt>n['’]t\b)|\b(?P<non>non)-",
    re.I,
)
_OR_MORE: Final = re.compile(rf"[ ]or[ ]({'|'.join(_BEHIND)})\b", re.I)


def signs_of(text: str) -> tuple[Sign, ...]:
    """All the signs of a text, in order.

    >>> [sign.value for sign in signs_of("Not more than 5mg, never in 2019.")]
    ['≤', '5 mg', 'not']

    and not `['not', ...]` first: "not more than" is a comparison here, "never" is the negation.
    """
    return tuple(sign for sentence in sentences_of(text) for sign in sentence.signs)


def _signs(text: str, found: re.Match[str]) -> tuple[list[Sign], int]:
    """What was found, its unit and "or more" included, and where it ends."""
    typed = " ".join(found[0].split())
    if found["compare"]:
        return [Sign("comparison", _COMPARISONS[" ".join(found["compare"].lower().split())], typed)], found.end()
    if found["negation"] or found["nt"] or found["non"]:
        word = (found["negation"] or "not").lower()
        return [Sign("negation", "without" if word == "without" else "not", typed)], found.end()
    number = _NUMBER_WORDS[found["word"].lower()] if found["word"] else _value(found)
    unit, end = _unit(text, found.end())
    sign = Sign("number", f"{number} {unit}".strip(), " ".join(text[found.start() : end].split()))
    if behind := _OR_MORE.match(text, end):
        return [Sign("comparison", _BEHIND[behind[1].lower()], behind[0].strip()), sign], behind.end()
    return [sign], end


def _value(found: re.Match[str]) -> str:
    """The number in one spelling: no separators of thousands, a point before decimals, no zeros that say nothing."""
    digits = re.sub("[ \u202f\u2009]", "", found["digits"] or "")
    digits = digits.replace("·", ".")
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", digits) and not digits.startswith("0"):
        digits = digits.replace(",", "")
    elif re.fullmatch(r"[0-9]+,[0-9]+", digits):
        digits = digits.replace(",", ".")
    if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits):
        number = Decimal(digits).normalize()
        digits = f"{number:f}"
    part = _FRACTIONS.get(found["part"] or found["fraction"] or "", "")
    minus = "-" if found["minus"] else ""
    return minus + "+".join(filter(None, [digits, part]))


def _unit(text: str, start: int) -> tuple[str, int]:
    """The unit that stands behind a number, in one spelling, with what it is per; and where it ends."""
    units, end = [], start
    found = _UNIT_WORD.match(text, start)
    while found and (unit := _unit_named(found[2])):
        units.append(unit)
        end = found.end()
        per = _PER.match(text, end) if len(units) < _MOST_UNITS else None
        found = _UNIT_WORD.match(text, per.end()) if per else None
    return "/".join(units), end


_MOST_UNITS: Final = 4


def _unit_named(typed: str) -> str:
    if typed.startswith("°"):
        typed = typed.replace(" ", "")
    typed = {"per cent": "percent"}.get(typed.lower(), typed)
    return _UNIT_OF.get(typed) or _UNIT_OF.get(typed.lower(), "")


def is_measured(sign: Sign) -> bool:
    """Whether a sign is a number with its unit: a dose, a share, a length of time."""
    return sign.kind == "number" and " " in sign.value
