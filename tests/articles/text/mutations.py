"""Changes that harm a reader, and those that only put the words right: for asking whether the first are told apart."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

Mutation = Callable[[str], str]
_UNITS = {"mg": "g", "g": "mg", "mcg": "mg", "ml": "l", "mL": "L", "days": "weeks", "weeks": "days", "hours": "days"}
_UNITS |= {"minutes": "hours", "months": "years", "years": "months", "percent": "years", "kg": "g", "%": " mg"}
_UNIT = re.compile(r"(?<=[0-9][ ])(?:mg|g|mcg|ml|mL|kg|days|weeks|hours|minutes|months|years|percent)\b|(?<=[0-9])%")
_NUMBER = re.compile(
    r"(?<![\w.,/:(#-])[1-9][0-9]?(?=[ ](?:mg|g|mcg|ml|mL|kg|days|weeks|hours|minutes|months|years|percent)\b|%)"
)
_DECIMAL = re.compile(r"(?<![\w.,/-])[0-9]+\.[0-9]+(?=[ ](?:mg|g|ml|mL|percent|million|cm|mm|degrees|liters)\b|%)")
_NOT = re.compile(r"\b(?:is|are|does|do|should|may|can|will|has|have)[ ](not)[ ](?!only\b)")
_LEAST = re.compile(r"\b(?:at least|more than|less than|up to)(?=[ ][0-9])")
_SIGN = re.compile(r"(?:≤|≥|<=|>=)(?=[ ]?[0-9])")
_SIGNS = {"≤": "≥", "≥": "≤", "<=": ">=", ">=": "<="}
# Common ones, whether their names end as such or not; a wiki knows the latter by its own articles.
_NAMES = (
    "aspirin ibuprofen naproxen acetaminophen warfarin heparin metformin insulin prednisone hydrocortisone methotrexate"
    " penicillin amoxicillin erythromycin tetracycline ciprofloxacin metronidazole acyclovir ribavirin interferon"
    " tamoxifen cisplatin carboplatin doxorubicin imatinib rituximab trastuzumab morphine codeine diazepam lorazepam"
    " fluoxetine lithium haloperidol carbamazepine phenytoin levothyroxine atenolol propranolol lisinopril losartan"
    " amlodipine furosemide spironolactone digoxin simvastatin omeprazole ranitidine albuterol"
)
DRUGS = _NAMES.split()
_DRUG = re.compile(rf"(?<![\w-])(?:{'|'.join(DRUGS)})(?![\w-])")


def harmful(text: str) -> Iterator[tuple[str, str]]:
    """The text with one thing changed that must be pointed out, and what that is; at most a few of each kind."""
    for name, pattern, mutation in (
        ("unit", _UNIT, lambda found: _UNITS[found]),
        ("tenfold", _NUMBER, lambda found: found + "0"),
        ("other number", _NUMBER, lambda found: str(int(found) + 1)),
        ("decimal moved", _DECIMAL, lambda found: re.sub(r"([0-9]+)\.([0-9])", r"\1\2.", found).rstrip(".")),
        ("not dropped", _NOT, lambda found: found.replace(" not ", " ")),
        ("sign turned", _SIGN, lambda found: _SIGNS[found]),
        ("comparison turned", _LEAST, lambda found: "less than" if found != "less than" else "more than"),
    ):
        for found in list(pattern.finditer(text))[:3]:
            yield name, text[: found.start()] + mutation(found[0]) + text[found.end() :]


def with_another_drug(text: str) -> Iterator[str]:
    """The text with one drug's name in the place of another's."""
    for number, found in enumerate(list(_DRUG.finditer(text))[:3]):
        other = DRUGS[(DRUGS.index(found[0]) + 1 + 7 * number) % len(DRUGS)]
        yield text[: found.start()] + other + text[found.end() :]


def _swapped(old: str, new: str) -> Mutation:
    return lambda text: re.sub(old, new, text)


HARMLESS: tuple[tuple[str, Mutation], ...] = (
    ("spelling", _swapped(r"\b([Ww])ith\b", r"\1ith the")),
    ("word", _swapped(r"\b(?:usually|often)\b", "commonly")),
    ("commas", _swapped(r", (and|or|but)\b", r" \1")),
    ("contraction", _swapped(r"\b(do|does|is|are|should|has|have) not\b", r"\1n't")),
    ("percent", _swapped(r"([0-9]) percent\b", r"\1%")),
    ("thousands", _swapped(r"(?<![0-9],)\b([0-9]{1,3}),([0-9]{3})\b(?!,[0-9])", r"\1\2")),
    ("joined", _swapped(r"(?<=[a-z])\. (?:It|This|They|These) ", "; this ")),
    ("parted", _swapped(r"(?<=[a-z]), and (?=[a-z])", ". And ")),
    ("wrapped", _swapped(r"(?<=[a-z]) (the|of|and|in) (?=[a-z])", r"\n\1 ")),
    ("quotes", _swapped(r"\"([^\"\n]+)\"", r"“\1”")),
    ("dashes", _swapped(r" - ", " – ")),
    ("apostrophes", _swapped(r"'", "’")),
    ("bold", _swapped(r"\b(treatment|symptoms|causes)\b", r"**\1**")),
    ("links", _swapped(r"\b(infection|cancer|diabetes)\b", r"[[Disease 1|\1]]")),
    ("sources", _swapped(r"(?<=[a-z])\.(?=\n|$)", ".[@pmid:24352797]")),
    ("footnotes", _swapped(r"(?<=[a-z])\.(?=\n|$)", ".[^1]")),
    ("list", _swapped(r"(?m)^- ", "* ")),
    ("space before the unit", _swapped(r"([0-9]) (mg|mL|kg|g)\b", "\\1\u00a0\\2")),
    ("ranges", _swapped(r"(?<=[ (][0-9])-(?=[0-9]{1,2}[ )%])", "–")),
    ("or more", _swapped(r"\bat least ([0-9]+)(?= [a-z])", r"\1 or more")),
    ("not over", _swapped(r"\bnot more than (?=[0-9])", "not over ")),
    ("names of units", _swapped(r"(?<=[0-9]) mg\b", " milligrams")),
    ("spaces that don't break", _swapped(r"(?<=[0-9]) (?=[a-z])", "\u00a0")),
    ("words", _swapped(r"\b(?:people|persons)\b", "women and men")),
    ("fewer words", _swapped(r"(?<= )(?:also|very|however|usually|some) ", "")),
    ("dates", _swapped(r"(?m)\A", "Last looked at on 3 March 2024, in 2023 and on 2022-01-05.\n\n")),
    ("a new heading", _swapped(r"(?m)\A", "## Summary 2\n\n")),
)


def copy_edited(text: str) -> str:
    """The text after a copy-edit of the whole: all the harmless changes, one after the other."""
    for _, mutation in HARMLESS:
        text = mutation(text)
    return text


def moved(text: str, seed: int) -> str:
    """The text with its paragraphs in another order."""
    paragraphs = text.split("\n\n")
    random.Random(seed).shuffle(paragraphs)  # no secret
    return "\n\n".join(paragraphs)
