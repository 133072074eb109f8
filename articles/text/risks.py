"""What in a difference may harm a reader: another dose, unit, decimal point, comparison, "not", or another drug.

Marks of risk stand out in comparisons and in the queue of proposals; whether a change has to wait for a second pair of
eyes is asked of `are_grave`. Bare years, dates, list numbers and the ids of sources are no risk (see `quantities`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, Literal

from articles.text import quantities
from articles.text.comparing import Comparison, Row, Span
from articles.text.quantities import Changed, Compared, Sentence, Sign

Kind = Literal["dose", "decimal", "number", "unit", "comparison", "negation", "opposite", "drug", "place", "unread"]

# So many words a name of a drug has at the most.
_LONGEST_NAME: Final = 4
# So many risks, and pieces of each, are kept with a proposal and told at once.
_KEPT: Final = 20
# So many pieces are looked for in the rows of a comparison; of more, nobody would see one.
_MOST_MARKED: Final = 400
# In a longer line (nobody writes one) words aren't compared either.
_LONGEST_LINE: Final = 50_000


@dataclass(frozen=True)
class Risk:
    """One thing to look at twice: what stood there and what stands there now, in the 0-based line of the new text.

    Of a "place" that is what the sentence holds for: adults, children. What is "unread" is too much to be looked at.
    `alone`: in a sentence that is all new, or all gone; nothing that was there says something else.
    """

    kind: Kind
    line: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    alone: bool = False


# More has changed than is looked at, or what readers see of it could not be made out.
UNREAD: Final = Risk("unread", 0, (), ())


class Drugs:
    """The names that count as those of drugs: some that are known, and all that end as drugs' names do."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take the known names, in any spelling of small and capital letters."""
        self._names = {words for name in names if (words := _singular(quantities.words_of(name)))}

    def found_in(self, words: Sequence[str]) -> list[str]:
        """The names among the words of a sentence, in their order, the longest at each place."""
        return [piece for piece, is_name in self.pieces_of(words) if is_name]

    def pieces_of(self, words: Sequence[str]) -> list[tuple[str, bool]]:
        """The words of a sentence, each name in one piece, and whether it is one."""
        plain = _singular(words)
        pieces: list[tuple[str, bool]] = []
        at = 0
        while at < len(plain):
            length = next(
                (length for length in range(_LONGEST_NAME, 0, -1) if plain[at : at + length] in self._names), 0
            )
            is_name = bool(length) or _ends_as_a_drug(plain[at])
            pieces.append((" ".join(words[at : at + max(length, 1)]), is_name))
            at += max(length, 1)
        return pieces


NO_DRUGS: Final = Drugs()


def risks_of(before: str, after: str, drugs: Drugs = NO_DRUGS) -> tuple[Risk, ...]:
    r"""What may harm a reader in a change, in the order of the new text, what is all new or all gone last.

    >>> [(risk.kind, risk.lost, risk.gained) for risk in risks_of("Take 5 mg in 2019.", "Take 50 mg in 2020.")]
    [('dose', ('5 mg',), ('50 mg',))]

    and not `('number', ('2019',), ('2020',))` beside it: nobody is harmed by a year. A text that is moved, joined to
    another sentence or spelled otherwise (`5mg`, `5 milligrams`) changes nothing.
    """
    if before == after:
        return ()
    compared = quantities.compare(before, after)
    found = [risk for changed in compared.changed for risk in _in_changed(changed, compared, drugs)]
    found += _swapped(compared.removed, compared.added, drugs)
    found += _rewritten(compared)
    found += _under_another_heading(before, after)
    if compared.is_cut:
        found.append(UNREAD)
    return tuple(sorted(found, key=lambda risk: (risk.alone, risk.line)))


def are_grave(risks: Iterable[Risk]) -> bool:
    """Whether what readers were told until now has changed, so that a second person should look before they read it.

    A sentence that is all new, or gone, is told to who reviews, and is no such change: whoever writes a section of new
    doses would else never publish a word. A sentence rewritten with another dose in it is one.
    """
    return any(not risk.alone for risk in risks)


def as_rows(risks: Iterable[Risk]) -> list[list[object]]:
    """The first of these as they are kept in JSON: `from_rows` reads them."""
    return [
        [risk.kind, risk.line, list(risk.lost[:_KEPT]), list(risk.gained[:_KEPT]), risk.alone]
        for risk in [*risks][:_KEPT]
    ]


def from_rows(rows: Iterable[Sequence[Any]]) -> tuple[Risk, ...]:
    """The risks that `as_rows` kept."""
    return tuple(Risk(kind, line, tuple(lost), tuple(gained), alone) for kind, line, lost, gained, alone in rows)


# --- Sentences that are in both ------------------------------------------------------------------------------------


def _in_changed(changed: Changed, compared: Compared, drugs: Drugs) -> Iterator[Risk]:
    line = changed.now.line
    for kind in ("negation", "comparison"):
        lost, gained = _typed(changed.lost, kind), _typed(changed.gained, kind)
        if lost or gained:
            yield Risk("negation" if kind == "negation" else "comparison", line, lost, gained)
    numbers = [[sign for sign in signs if sign.kind == "number"] for signs in (changed.lost, changed.gained)]
    if any(numbers):
        yield Risk(_kind_of_numbers(*numbers), line, _typed(numbers[0]), _typed(numbers[1]))
    if changed.was.words == changed.now.words:
        return
    if "|" in changed.now.text and sorted(changed.was.words) == sorted(changed.now.words):
        of_columns = _held_for(changed.was.text), _held_for(changed.now.text)
        if of_columns[0] != of_columns[1]:
            yield Risk("place", line, of_columns[0], of_columns[1])
    lost, gained = _less(drugs.found_in(changed.was.words), drugs.found_in(changed.now.words))
    # Of two sentences made one, or of one parted, what the other half says has neither come nor gone.
    lost, _came = _less(lost, _names_in(quantities.parts_of(changed.was, compared.added) if lost else (), drugs))
    gained, _went = _less(
        gained, _names_in(quantities.parts_of(changed.now, compared.removed) if gained else (), drugs)
    )
    if lost or gained:
        yield Risk("drug", line, lost, gained)
    else:
        yield from _changed_places(changed.was, changed.now, drugs)
    was, now = Counter(changed.was.words), Counter(changed.now.words)
    for one, other in _opposites([*(was - now)], [*(now - was)]):
        yield Risk("opposite", line, (one,), (other,))


# Between drugs that are only told one after the other: these may change places.
_JOINING: Final = frozenset(["and", "or", "nor", "plus", "with", "as", "well", "a", "an", "the", "both", "either"])
_NUMBER: Final = re.compile(r"[0-9]")


def _changed_places(was: Sentence, now: Sentence, drugs: Drugs) -> Iterator[Risk]:
    """The drugs that have changed places in a sentence that is the same but for that: one before the other, this one
    with the dose of that one. In a list of names their order says nothing."""
    old, new = drugs.pieces_of(was.words), drugs.pieces_of(now.words)
    if len(old) != len(new) or [is_name or word for word, is_name in old] != [is_name or word for word, is_name in new]:
        return
    moved = [at for at, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if not moved:
        return
    lost, gained = (tuple(pieces[at][0] for at in moved) for pieces in (old, new))
    if any(_less(lost, gained)):
        return
    between = {word for word, is_name in old[moved[0] : moved[-1]] if not is_name}
    have_doses = [sign.value for sign in was.signs] == [sign.value for sign in now.signs] and _NUMBER.search(
        was.text.casefold().partition(lost[0])[2].rpartition(lost[-1])[0]
    )
    if have_doses or not between <= _JOINING:
        yield Risk("drug", now.line, lost, gained)


def _names_in(sentences: Iterable[Sentence], drugs: Drugs) -> list[str]:
    return [name for sentence in sentences for name in drugs.found_in(sentence.words)]


def _typed(signs: Iterable[Sign], kind: str = "") -> tuple[str, ...]:
    return tuple(sign.typed for sign in signs if kind in ("", sign.kind))


# Units in which something is given to people; a share or a length of time is a number with a unit as well.
_DOSES: Final = (
    "g mg µg ng kg ml µl l dl mol mmol µmol nmol meq iu unit tablet capsule drop puff dose teaspoon tablespoon gy mgy"
    " bq mbq"
)


def _is_dose(sign: Sign) -> bool:
    return quantities.is_measured(sign) and sign.value.split(" ")[1].split("/")[0] in _DOSES.split()


def _kind_of_numbers(lost: Sequence[Sign], gained: Sequence[Sign]) -> Kind:
    """Of what kind a change of numbers is; in what was typed, the unit is a part of the number."""
    was, now = ([sign.value.partition(" ")[0] for sign in signs] for signs in (lost, gained))
    if lost and sorted(was) == sorted(now):
        return "unit"
    points = any("." in number for number in (*was, *now))
    if points and lost and sorted(map(_digits, was)) == sorted(map(_digits, now)):
        return "decimal"
    return "dose" if any(map(_is_dose, (*lost, *gained))) else "number"


def _digits(number: str) -> str:
    return number.replace(".", "").strip("0")


def _less(one: Sequence[str], other: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that only the one has, and those that only the other has: as often as they are there more often."""
    was, now = (Counter(_singular(name.split()) for name in names) for names in (one, other))
    return _rest(one, was - now), _rest(other, now - was)


def _rest(names: Sequence[str], left: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    rest = []
    for name in names:
        key = _singular(name.split())
        if left[key]:
            left[key] -= 1
            rest.append(name)
    return tuple(rest)


# Two words that say the opposite: one is the other with such a beginning, or they begin with these two.
_TURNED: Final = ("un", "in", "im", "ir", "non", "contra", "dis")
_CONTRARY: Final = (("hyper", "hypo"), ("increas", "decreas"), ("inclu", "exclu"), ("tachy", "brady"), ("pre", "post"))
_PAIRS: Final = (
    "before/after safe/dangerous high/low higher/lower more/less above/below always/never left/right maximum/minimum"
    " most/least start/stop all/none intravenous/oral"
)
_CONTRARY_WORDS: Final = tuple(frozenset(pair.split("/")) for pair in _PAIRS.split())


def _opposites(lost: Sequence[str], gained: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The words taken out in whose place now stands the opposite."""
    for one in lost:
        for other in gained:
            if _is_opposite(one, other) or _is_opposite(other, one):
                yield one, other


def _is_opposite(one: str, other: str) -> bool:
    return (
        (len(one) > 3 and any(other == beginning + one for beginning in _TURNED))
        or any(one.startswith(a) and other == b + one[len(a) :] for a, b in _CONTRARY)
        or {one, other} in _CONTRARY_WORDS
    )


# --- Sentences that are in one of them only --------------------------------------------------------------------------


def _swapped(removed: Sequence[Sentence], added: Sequence[Sentence], drugs: Drugs) -> Iterator[Risk]:
    """Sentences too short to be known again once the drug in them is another: "Take aspirin."."""
    waiting: dict[tuple[object, ...], list[list[str]]] = defaultdict(list)
    for sentence in removed:
        if names := drugs.found_in(sentence.words):
            waiting[_frame(sentence, names)].append(names)
    for sentence in added:
        names = drugs.found_in(sentence.words)
        if names and (there := waiting[_frame(sentence, names)]):
            lost, gained = _less(there.pop(0), names)
            if lost or gained:
                yield Risk("drug", sentence.line, lost, gained)


def _frame(sentence: Sentence, names: Iterable[str]) -> tuple[object, ...]:
    """What a sentence says besides the drugs in it."""
    others = Counter(sentence.words) - Counter(word for name in names for word in name.split())
    return (*sorted(others), *((sign.kind, sign.value) for sign in sentence.signs))


def _rewritten(compared: Compared) -> list[Risk]:
    """The doses of sentences that are all new or all gone; where some went and others came, one took their place."""
    was = [sign for each in compared.changed for sign in each.lost] + _signs(compared.removed)
    now = [sign for each in compared.changed for sign in each.gained] + _signs(compared.added)
    lost = [sign for sign in quantities.less(_signs(compared.removed), now) if _is_dose(sign)]
    gained = [sign for sign in quantities.less(_signs(compared.added), was) if _is_dose(sign)]
    if not lost and not gained:
        return []
    new = {(sign.kind, sign.value) for sign in gained}
    line = next((each.line for each in compared.added if any(sign[:2] in new for sign in each.signs)), 0)
    return [Risk("dose", line, _typed(lost), _typed(gained), alone=not (lost and gained))]


def _signs(sentences: Iterable[Sentence]) -> list[Sign]:
    return [sign for sentence in sentences for sign in sentence.signs]


# --- Where it stands -------------------------------------------------------------------------------------------------

# What a heading, or a column of a table, says of whom or of what the sentences below it hold for.
_HOLDS_FOR: Final[dict[str, str]] = {
    word: name
    for name, words in {
        "adults": "adult adults",
        "children": "child children paediatric pediatric adolescent adolescents teenagers",
        "infants": "infant infants baby babies newborn newborns neonate neonates neonatal toddler toddlers",
        "older people": "elderly older geriatric",
        "pregnancy": "pregnancy pregnant",
        "breastfeeding": "breastfeeding lactation nursing",
        "indications": "indication indications indicated uses",
        "contraindications": "contraindication contraindications contraindicated",
        "overdose": "overdose overdosage toxicity",
    }.items()
    for word in words.split()
}


_LIKE_A_HEADING: Final = re.compile(r"#[^\n]*")


def _held_for(text: str) -> tuple[str, ...]:
    """Whom or what the words of a heading or a row name, in their order."""
    return tuple(_HOLDS_FOR[word] for word in quantities.words_of(text) if word in _HOLDS_FOR)


def _under_another_heading(before: str, after: str) -> Iterator[Risk]:
    """Sentences that stay as they are and hold for others now: their heading says "Children", and said "Adults"."""
    if not (_names_somebody(before) and _names_somebody(after)):
        return
    was, now = map(_by_whom, quantities.under_headings_apart(before, after))
    # Whatever moved is in what differs, of both: most changes move nothing, and need no look at the rest.
    if not any(
        {*places} - {*now.get(sentence, ())} and {*now.get(sentence, ())} - {*places}
        for sentence, places in was.items()
    ):
        return
    was, now = _by_whom(quantities.under_headings(before)), _by_whom(quantities.under_headings(after))
    for sentence, places in was.items():
        there = now.get(sentence, {})
        lost = [names for names in places if names not in there]
        gained = [names for names in there if names not in places]
        if lost and gained:
            yield Risk("place", there[gained[0]], lost[0], gained[0])


def _names_somebody(text: str) -> bool:
    """Whether a heading may say for whom something holds: asked of all that looks like one, code and comments too."""
    return any(_held_for(heading) for heading in _LIKE_A_HEADING.findall(text))


def _by_whom(sentences: Iterable[quantities.Placed]) -> dict[str, dict[tuple[str, ...], int]]:
    """The sentences under headings that name somebody: each with those, and the first line where it is so."""
    found: dict[str, dict[tuple[str, ...], int]] = defaultdict(dict)
    names_of: dict[tuple[str, ...], tuple[str, ...]] = {}
    for line, sentence, path in sentences:
        if path not in names_of:
            names_of[path] = tuple(sorted({name for title in path for name in _held_for(title)}))
        if names_of[path]:
            found[sentence].setdefault(names_of[path], line)
    return found


# --- Names of drugs --------------------------------------------------------------------------------------------------

# The stems that names of drugs end in by agreement (International Nonproprietary Names), as far as hardly any other
# word ends so. Names that look alike are just those that are mixed up, so a change of two letters is one, too.
_STEMS: Final = (
    # infections
    "cillin mycin micin cycline floxacin oxacin bactam penem azole oprim zolid fungin nafine bendazole mectin"
    " quantel oroquine enoquine efloquine ciclovir cyclovir tegravir amivir vudine cavir navir citabine sulfone"
    # heart and blood
    " olol april opril ipril epril sartan dipine pamil thiazide semide olactone statin fibrate grelor"
    " dogrel sugrel xaban gatran parin parinux arol arone azosin dralazine"
    # pain and inflammation
    " profen fenac oxicam coxib metacin codone codeine morphine morphone fentanil fentanyl adone triptan gepant"
    # breathing, allergies, hormones
    " buterol moterol meterol lanterol daterol enoterol tropium lukast fylline phylline rizine atadine fenadine"
    " olone asone isone onide gestrel estradiol steride andron relin relix pressin tocin thyroxine thyronine"
    " thiouracil"
    # diabetes and digestion
    " formin gliptin gliflozin glutide glitazone glinide prazole prazan otidine etidine ethidine itidine atidine"
    " setron"
    # nerves and mind
    " azepam zolam azepine barbital toin racetam bamate pentin abalin giline oxetine faxine traline ipramine"
    " triptyline piprazole iapine zapine ozapine peridol peridone sidone promazine phenazine perazine pidem piclone"
    " nepezil caine flurane curium curonium naloxone naltrexone"
    # cancer and immunity
    " mab tinib afenib ciclib zomib parib platin taxel rubicin tecan trexate trexed limus nercept bercept tacept"
    " kinra leukin grastim poetin rafenib lutamide closporin"
    # bones, eyes, the rest
    " dronate dronic afil vaptan prost"
)
_STEM: Final = re.compile(rf"[^\W\d_]*(?:{'|'.join(_STEMS.split())})")
# Words, and what the body makes itself or a laboratory uses, that end so by chance.
_NO_DRUG: Final = (
    "april somatostatin angiostatin endostatin cystatin interleukin imidazole pyrazole triazole thiazole oxazole"
    " benzimidazole tetrazole"
)


def _ends_as_a_drug(word: str) -> bool:
    return len(word) > 5 and bool(_STEM.fullmatch(word)) and word not in _NO_DRUG.split()


def _singular(words: Iterable[str]) -> tuple[str, ...]:
    """The words without the ending of several, or of what is theirs: names are compared so."""
    return tuple(_ENDING.sub("", word.casefold()) for word in words)


_ENDING: Final = re.compile(r"(?<=[^\W\d_]{4})(?:['’]s|(?<![sui])s)$")


# --- Marks in a comparison -------------------------------------------------------------------------------------------


def marked(comparison: Comparison, risks: Sequence[Risk]) -> Comparison:
    """The comparison with these risks, their pieces marked in its rows: "5 mg" as one where only "5" has changed."""
    if not risks:
        return comparison
    old = _pattern(typed for risk in risks for typed in risk.lost)
    new = _pattern(typed for risk in risks for typed in risk.gained)
    rows = tuple(row if row.kind in ("same", "fold") else _marked(row, old, new) for row in comparison.rows)
    return replace(comparison, rows=rows, risks=tuple(risks))


def _pattern(pieces: Iterable[str]) -> re.Pattern[str] | None:
    different = sorted(dict.fromkeys(pieces), key=len, reverse=True)[:_MOST_MARKED]
    return re.compile("|".join(map(_spelled, different)), re.I) if different else None


def _spelled(piece: str) -> str:
    """The piece wherever it stands by itself, its words parted by any blanks."""
    words = r"\s+".join(map(re.escape, piece.split()))
    before = "" if piece[:1] in "n.,<>=≤≥" else r"(?<![^\W_])(?<![0-9][.,])"
    return rf"{before}{words}(?![^\W_])(?![.,][0-9])"


def _marked(row: Row, old: re.Pattern[str] | None, new: re.Pattern[str] | None) -> Row:
    old_spans, new_spans = _with_marks(row.old, old), _with_marks(row.new, new)
    risky = any(span.risk for span in (*old_spans, *new_spans))
    return replace(row, old=old_spans, new=new_spans, risk=risky) if risky else row


def _with_marks(spans: tuple[Span, ...], pattern: re.Pattern[str] | None) -> tuple[Span, ...]:
    """The spans, those parted and marked in which a risky piece stands that is, at least in part, changed."""
    if pattern is None or not any(span.mark for span in spans):
        return spans
    text = "".join(span.text for span in spans)
    if len(text) > _LONGEST_LINE:
        return spans
    changed = b"".join((b"\1" if span.mark else b"\0") * len(span.text) for span in spans)
    risky = bytearray(len(text))
    for place in pattern.finditer(text):
        start, end = place.span()
        if changed.find(1, start, end) >= 0:
            risky[start:end] = b"\1" * (end - start)
    return tuple(_parted(spans, bytes(risky)))


def _parted(spans: Iterable[Span], risky: bytes) -> Iterator[Span]:
    """The spans, cut where risky places begin and end."""
    start = 0
    for span in spans:
        first = 0
        for is_risky, same in groupby(risky[start : start + len(span.text)]):
            end = first + len([*same])
            yield replace(span, text=span.text[first:end], risk=bool(is_risky))
            first = end
        start += len(span.text)
