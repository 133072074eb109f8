"""Synthetic articles for measuring, the same in every run: words without meaning, markup as in real articles."""

from __future__ import annotations

import random

_SYLLABLES = tuple("ba ce di fo gu lar men tis vor nes pul cor ren ost hep gas neu der car vas ma ri to na se".split())  # noqa: SIM905


def article(number: int, *, size: int = 40_000, sections: int = 25) -> str:
    """Return the Markdown of an article of about `size` bytes: headings, lists, tables, links, notes, sources."""
    chance = random.Random(number)  # Not for secrets.
    parts = [_paragraph(chance), ""]
    for section in range(sections):
        parts += [f"## {_words(chance, 2).capitalize()} {section}", ""]
        while sum(map(len, parts)) < size * (section + 1) / sections:
            parts += [_paragraph(chance), ""]
            if chance.random() < 0.25:
                parts += [f"- {_words(chance, 6)}" for _item in range(5)] + [""]
        if section % 6 == 0:
            parts += ["| Name | Value |", "| --- | ---: |"]
            parts += [f"| {_words(chance, 2)} | {chance.randrange(900)} mg |" for _row in range(6)] + [""]
    parts += [f"[^{note}]: {_words(chance, 8)}." for note in range(10)]
    parts += ["", "[[Category:Measured]]", ""]
    return "\n".join(parts)


def _paragraph(chance: random.Random) -> str:
    sentences = [f"{_words(chance, 12).capitalize()}." for _sentence in range(4)]
    sentences.append(f"See [[{_words(chance, 2).capitalize()}]] and **{_words(chance, 2)}**.[^{chance.randrange(10)}]")
    sentences.append(f"About {chance.randrange(90)} % of *{_words(chance, 1)}* [@pmid:{chance.randrange(1, 40)}].")
    return " ".join(sentences)


def _words(chance: random.Random, count: int) -> str:
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _word in range(count))
