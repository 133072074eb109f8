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
class Changed:
    """A sentence that is in both texts with other words or signs: as it was, as it is, and the signs of one only."""

    was: Sentence
    now: Sentence
    lost: tuple[Sign, ...]
    gained: tuple[Sign, ...]


@dataclass(frozen=True)
class Compared:
    """What became of the sentences of a text, in the order of the new one: changed, new, gone.

    `is_cut`: so much has changed that not all of it was looked at.
    """

    changed: tuple[Changed, ...]
    added: tuple[Sentence, ...]
    removed: tuple[Sentence, ...] = ()
    is_cut: bool = False

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The changed sentences that say something else."""
        return tuple(_difference(each) for each in self.changed if each.lost or each.gained)


def differences(before: str, after: str) -> tuple[Difference, ...]:
    """What was changed in sentences that are in both texts, in the order of the new one.

    Right: "5 mg daily" that became "50 mg daily"; "is not safe" that became "is safe".
    Tempting and wrong: a new sentence with a number in it, or one that was moved. They change no quantity.
    """
    return compare(before, after).differences


def compare(before: str, after: str) -> Compared:
    """Which sentences changed a quantity on the way from one text to the other, and which are new."""
    old, new, is_cut = _changed(before, after)
    pairs = _pairs(old, new)
    paired_old, paired_new = {a for a, _ in pairs}, {b for _, b in pairs}
    alone_old = [sentence for n, sentence in enumerate(old) if n not in paired_old]
    alone_new = [sentence for n, sentence in enumerate(new) if n not in paired_new]
    changed = []
    for a, b in sorted(pairs, key=lambda pair: pair[1]):
        lost = less(less(old[a].signs, new[b].signs), _within(alone_new, old[a]))
        gained = less(less(new[b].signs, old[a].signs), _within(alone_old, new[b]))
        changed.append(Changed(old[a], new[b], tuple(lost), tuple(gained)))
    return Compared(tuple(changed), tuple(alone_new), tuple(alone_old), is_cut)


def _difference(changed: Changed) -> Difference:
    lost, gained, sentence = changed.lost, changed.gained, changed.now
    kinds = {sign.kind for sign in (*lost, *gained)}
    kind: Kind = next(kind for kind in _GRAVEST_FIRST if kind in kinds)
    if kind == "number" and {_number(sign) for sign in lost} == {_number(sign) for sign in gained}:
        kind = "unit"
    was, now = (tuple(sign.typed for sign in signs) for signs in (lost, gained))
    return Difference(kind, sentence.line, was, now, sentence.text)


_GRAVEST_FIRST: Final[tuple[Kind, ...]] = ("negation", "number", "unit", "comparison")


def _number(sign: Sign) -> str:
    return sign.value.partition(" ")[0]


def less(signs: Iterable[Sign], others: Iterable[Sign]) -> list[Sign]:
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
    return [sign for other in parts_of(sentence, alone) for sign in other.signs]


def parts_of(sentence: Sentence, alone: Sequence[Sentence]) -> list[Sentence]:
    """Sentences without a partner most of whose words are in this one: joined to it, or parted from it."""
    words = set(sentence.words)
    return [
        other
        for other in alone[:_MOST_ALONE]
        if other.words and 2 * sum(word in words for word in other.words) > len(other.words)
    ]


def _changed(before: str, after: str) -> tuple[list[Sentence], list[Sentence], bool]:
    """The sentences of both when each that is in both, wherever, is taken away: by its letters, then by its sense; and
    whether something that readers had has changed among more than is looked at.

    Whole paragraphs first: of two long texts most are the same, and their sentences needn't be looked for.
    """
    old, new = (
        [piece for line, paragraph in paragraphs for piece in _pieces_of(line, paragraph)]
        for paragraphs in _without_common(_paragraphs(before), _paragraphs(after))
    )
    rest = _without_common(old, new)
    left = [[_sentence(line, piece) for line, piece in _first(pieces)] for pieces in rest]
    is_cut = bool(rest[0]) and any(sum(len(piece) for _, piece in pieces) > _MOST_CHANGED for pieces in rest)
    same = Counter(map(_by_sense, left[0])) & Counter(map(_by_sense, left[1]))
    return _rest(left[0], Counter(same), _by_sense), _rest(left[1], Counter(same), _by_sense), is_cut


def _without_common(
    old: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The pieces of both without those that have the same letters."""
    common = Counter(map(_by_letters, old)) & Counter(map(_by_letters, new))
    return _rest(old, Counter(common), _by_letters), _rest(new, Counter(common), _by_letters)


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
    weighed: list[tuple[float, int, int, int, int]] = []
    for number, sentence in enumerate(new):
        if number not in taken_new:
            weighed += _candidates(sentence, number, old, index)
    for _likeness, _alike, _distance, a, b in sorted(weighed):
        if a not in taken_old and b not in taken_new:
            taken_old.add(a)
            taken_new.add(b)
            yield a, b


def _candidates(
    sentence: Sentence, number: int, old: Sequence[Sentence], index: dict[str, list[int]]
) -> list[tuple[float, int, int, int, int]]:
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
            # Of lines that differ in their numbers only, each is compared with its own.
            different = len(less(sentence.signs, old[other].signs)) + len(less(old[other].signs, sentence.signs))
            found.append((-likeness, different, abs(other - number), other, number))
    return found


# --- Sentences -----------------------------------------------------------------------------------------------------

_NO_PROSE: Final = re.compile(
    r"\[@[^\[\]\n]{1,2000}\]"  # citations
    r"|\[\^[^\]\n]{0,200}\]:?"  # footnotes
    r"|https?://[^\s<>\])|]+"
    r"|\]\([^()\n]{0,2000}\)"  # where a link leads
    r"|\[\[[ \t]*(?:category|file|image)[ \t]*:[^\[\]\n]{0,2000}\]\]"  # a sort key is nothing that readers see
    r"|\[\[[^\[\]|\n]{1,600}\|(?=[^\[\]\n]*\]\])"
    r"|\b(?:PMID|PMCID|DOI|ISBN|ISSN|NCT)(?::|\b)\s?[\w./–-]{0,100}"
    r"|^[ \t]*(?:[0-9]{1,4}[.)]|[*+-])(?:[ \t]+|$)"  # list numbers
    r"|\b(?:fig|figure|table|chapter|section|page|pages|pp|p|vol|volume|no|ref|box)\.?[ ][0-9]{1,4}[a-z]?\b"
    r"|</?[a-z][^<>\n]{0,300}>",
    re.I | re.M,
)
_MONTHS: Final = (
    # In small letters it is the verb: "stage 2 may spread".
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|(?-i:May|MAY)|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR: Final = r"(?:1[5-9]|20)[0-9]{2}"
_DATES: Final = re.compile(
    rf"\b{_YEAR}-[0-9]{{1,2}}-[0-9]{{1,2}}\b"
    rf"|\b[0-9]{{1,2}}(?:st|nd|rd|th)?[ \u00a0](?:of[ \u00a0])?{_MONTHS}\.?(?:,?[ \u00a0]{_YEAR})?\b"
    rf"|\b{_MONTHS}\.?[ \u00a0][0-9]{{1,2}}(?:st|nd|rd|th)?(?:,?[ \u00a0]{_YEAR})?\b(?![ \u00a0]?%)"
    rf"|\b{_MONTHS}\.?,?[ \u00a0]{_YEAR}\b"
    rf"|(?<![\w.,<>=≤≥$£€-])(?<![<>=≤≥~][ \u00a0]){_YEAR}(?:s\b|(?:[-–/](?:{_YEAR}|[0-9]{{2}}))?(?![\w%]|[.,][0-9]))"
    # Not a year: as many of something.
    r"(?![ \u00a0]?(?:(?:milli|micro|kilo)?grams?|(?:milli)?lit(?:re|er)s?"
    r"|mg|g|µg|mcg|ml|l|kg|kcal|iu|units?|m|mm|cm|people|patients|persons|women|men|children|adults"
    r"|participants|cases|deaths|days|hours|doses|steps|calories)\b)",
    re.I,
)
_PARAGRAPH_END: Final = re.compile(r"\n[ \t]*\n")
_SENTENCE_END: Final = re.compile(
    r"(?<=[.!?;])(?:[\"'”’)]{0,3}|(?:\[[@^][^\]\n]{1,300}\]){1,9})[ \t]+(?=[\"'“‘(\[*]{0,3}[A-Z0-9])"
    r"|\n(?=[ \t]*(?:[*+#|>-]|[0-9]{1,4}[.)]))"
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


_HEADING: Final = re.compile(r"[ ]{0,3}(#{1,6})(?!#)[ \t]*(.*)")
Placed = tuple[int, str, tuple[str, ...]]
_Path = list[tuple[int, str]]


def under_headings(text: str) -> list[Placed]:
    """What may be a sentence each, with its 0-based line and the headings that it stands under, the outermost first."""
    return _placed(_paragraphs(text), [])[0]


def under_headings_apart(before: str, after: str) -> tuple[list[Placed], list[Placed]]:
    """What `under_headings` says of two texts, without the paragraphs that both begin with, or end with under the same
    headings: these say the same of the same."""
    old, new = _paragraphs(before), _paragraphs(after)
    most = min(len(old), len(new))
    first = next((at for at in range(most) if old[at][1] != new[at][1]), most)
    most -= first
    last = next((at for at in range(most) if old[-1 - at][1] != new[-1 - at][1]), most)
    above = _path_after(old[:first])
    was, path_before = _placed(old[first : len(old) - last], above)
    now, path_now = _placed(new[first : len(new) - last], above)
    if last and path_before != path_now:
        was += _placed(old[len(old) - last :], path_before)[0]
        now += _placed(new[len(new) - last :], path_now)[0]
    return was, now


def _path_after(paragraphs: Sequence[tuple[int, str]]) -> _Path:
    return _placed([paragraph for paragraph in paragraphs if "#" in paragraph[1]], [])[1]


def _placed(paragraphs: Iterable[tuple[int, str]], path: _Path) -> tuple[list[Placed], _Path]:
    """The pieces of these paragraphs, that stand below the headings of `path`, and the headings after them."""
    found: list[Placed] = []
    for line, piece in ((at, piece) for first, part in paragraphs for at, piece in _pieces_of(first, part)):
        first, _newline, rest = piece.strip("\n").partition("\n")
        if heading := _HEADING.fullmatch(first):
            level = len(heading[1])
            path = [*(each for each in path if each[0] < level), (level, heading[2])]
            piece = rest
        if piece.strip():
            found.append((line, piece.strip(), tuple(title for _level, title in path)))
    return found, path


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a text, code and comments left out; list items, table rows and headings are such, too."""
    return [_sentence(at, piece) for line, paragraph in _paragraphs(text) for at, piece in _pieces_of(line, paragraph)]


def _paragraphs(text: str) -> list[tuple[int, str]]:
    """What stands between blank lines, code and comments hidden, each with its first 0-based line."""
    return _parted(0, masking.masked(text), _PARAGRAPH_END)


def _pieces_of(line: int, paragraph: str) -> list[tuple[int, str]]:
    """What may be a sentence each of a paragraph that begins in this line, with its own."""
    return _parted(line, paragraph, _SENTENCE_END)


def _parted(line: int, plain: str, ends: re.Pattern[str]) -> list[tuple[int, str]]:
    pieces, position, counted = [], 0, 0
    for end, following in [*(found.span() for found in ends.finditer(plain)), (len(plain), len(plain))]:
        piece = plain[position:end]
        if piece.strip():
            start = position + len(piece) - len(piece.lstrip())
            line += plain.count("\n", counted, start)
            counted = start
            # Without the blank lines that it begins with, which are counted; its indentation stays.
            pieces.append((line, plain[max(position, plain.rfind("\n", position, start) + 1) : end]))
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
    "not over": "≤",
    "not above": "≤",
    "not under": "≥",
    "not below": "≥",
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
    words.replace(" ", r"\s") for words in sorted(_COMPARISONS, key=len)[::-1] if words.isascii() and words[0].isalpha()
)
_SIGN: Final = re.compile(
    rf"(?P<compare>(?<!\w)(?:{_COMPARING})|n['’]t\s(?:more|less)\sthan|[<>=]=|=[<>]|[<>≤≥⩽⩾])"
    rf"(?=[ \u00a0]?(?:a[ ]|about[ ])?(?:[0-9½¼¾]|(?:{'|'.join(_NUMBER_WORDS)})\b))"
    rf"|(?P<minus>(?<![\w)\]])[−-](?=[0-9]))?(?<![^\W_])(?<![^\W\d_]-)"
    rf"(?:(?P<digits>{_DIGITS})(?P<part>[½¼¾⅓⅔⅛])?|(?P<fraction>[½¼¾⅓⅔⅛]))"
    rf"|\b(?P<word>{'|'.join(_NUMBER_WORDS)})\b"
    rf"|\b(?P<negation>{'|'.join(sorted(_NEGATIONS))})\b|(?P<nt>n['’]t\b)|\b(?P<non>non)-",
    re.I,
)
_NOT: Final = re.compile(r"n['’]t\b")
_OR_MORE: Final = re.compile(rf"\sor\s({'|'.join(_BEHIND)})\b", re.I)


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
        words = _NOT.sub("not", " ".join(found["compare"].lower().split()))
        return [Sign("comparison", _COMPARISONS[words], typed)], found.end()
    if found["negation"] or found["nt"] or found["non"]:
        word = (found["negation"] or "not").lower()
        return [Sign("negation", "without" if word == "without" else "not", typed)], found.end()
    number = _NUMBER_WORDS[found["word"].lower()] if found["word"] else _value(found)
    unit, end = _unit(text, found.end())
    sign = Sign("number", f"{number} {unit}".strip(), " ".join(text[found.start() : end].split()))
    if behind := _OR_MORE.match(text, end):
        return _or_more(text, behind, sign)
    return [sign], end


def _or_more(text: str, behind: re.Match[str], sign: Sign) -> tuple[list[Sign], int]:
    """A number and the "or more" behind it; the unit may stand behind both: "5 or more years" as "5 years or more"."""
    unit, end = _unit(text, behind.end()) if not is_measured(sign) else ("", behind.end())
    if unit:
        sign = Sign("number", f"{sign.value} {unit}", f"{sign.typed}{text[behind.end() : end]}")
    return [Sign("comparison", _BEHIND[behind[1].lower()], behind[0].strip()), sign], end


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


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as those of a sentence are: in small letters, without numbers and marks."""
    return tuple(word.casefold() for word in _WORD.findall(text))


def is_measured(sign: Sign) -> bool:
    """Whether a sign is a number with its unit: a dose, a share, a length of time."""
    return sign.kind == "number" and " " in sign.value
