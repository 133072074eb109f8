"""Synthetic articles for measuring, the same in every run: words without meaning, markup as in real articles."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from articles.models import Edit
    from wiki.accounts.models import User

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


def moderator() -> User:
    """Return an account that moderates."""
    from django.contrib.auth import get_user_model

    from wiki.accounts import roles

    user, is_new = get_user_model().objects.get_or_create(username="Bench moderator")
    if is_new:
        roles.give(user, roles.MODERATOR, why="a measurement")
    return user


def write_edits(number: int, *, articles: int = 500, people: int = 500) -> None:
    """Write so many edits of a few KB each, past the door, for what only reads them: each has a text of its own."""
    from django.utils import timezone
    from reversion.models import Revision

    from articles.models import Article, Author, Edit, TextBlob

    authors = Author.objects.bulk_create(Author(name=f"Measured {each}") for each in range(people))
    rows = Article.objects.bulk_create(
        Article(title=f"Measured {each}", skeleton=f"m{each}") for each in range(articles)
    )
    texts = [article(each, size=6_000, sections=4) for each in range(articles)]
    latest: list[Edit | None] = [None] * articles
    for first in range(0, number, 1000):
        numbers = range(first, min(first + 1000, number))
        for each in numbers:
            what = "a casino" if each % 1000 == 7 else "something"
            added = f"\n\nAdded by the edit {each}: {what}, see https://example.org/{each}"
            texts[each % articles] = (texts[each % articles] + added)[-6000:]
        blobs = [TextBlob.holding(texts[each % articles] + f"\n{each}") for each in numbers]
        TextBlob.objects.bulk_create(blobs)
        revisions = Revision.objects.bulk_create(Revision(date_created=timezone.now()) for _each in numbers)
        edits = [
            Edit(
                revision=revision,
                article=rows[each % articles],
                number=each // articles + 1,
                parent=latest[each % articles],
                blob=blob,
                title=rows[each % articles].title,
                author=authors[each * 7 % people],
                kind=Edit.Kind.EDIT,
                outline={},
                size=blob.size,
                size_change=40,
            )
            for each, blob, revision in zip(numbers, blobs, revisions, strict=True)
        ]
        for at, edit in zip(numbers, Edit.objects.bulk_create(edits), strict=True):
            latest[at % articles] = edit
