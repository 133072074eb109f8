"""What finding costs as a wiki grows: the same questions among few articles and among many, in one run.

The seconds are the processor's on SQLite, where all of it happens in this process, and the clock's on PostgreSQL. How
much more a question asks of the database than in the small wiki is counted (bench.work); what a full-text index of
SQLite does inside itself is not, so there the seconds tell the rest.

The write door would take hours for 200,000 articles, so only what search keeps of them is written, through its own
door. Words are made of syllables, and as unequal as those of a language: one is in every article, most are in few.
Titles share their words, too, and every tenth article has another name.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate, product
from typing import TYPE_CHECKING, Final

from bench import work

if TYPE_CHECKING:
    from articles.search.base import Document

SIZES: Final = (2_000, 20_000, 200_000)
_ROUNDS: Final = 40
_SYLLABLES: Final = "ba ce di fo gu lar men tis vor nes pul cor ren ost hep gas neu der car vas ma ri to na se".split()  # noqa: SIM905
_WORDS: Final = ["".join(parts) for many in (3, 2) for parts in product(_SYLLABLES, repeat=many)]
# The commonest word is said twice as often as the second, and so on.
_OFTEN: Final = list(accumulate(1 / rank for rank in range(2, len(_WORDS) + 2)))
_KINDS: Final = ("disease", "syndrome", "therapy", "deficiency", "infection", "test", "artery", "of the heart")


def measured(most: int = SIZES[-1]) -> list[tuple[str, float, float]]:
    """Return a row for each question and size: seconds (nineteen of twenty took less), and how much more it asks."""
    taken: dict[str, list[tuple[str, float, int]]] = {}
    for size in (each for each in SIZES if each <= most):
        fill(size)
        for name, deed in questions().items():
            deed()
            seconds = sorted(_seconds(deed) for _round in range(_ROUNDS))[_ROUNDS * 19 // 20]
            taken.setdefault(name, []).append((f"{name}, {size:,} articles", seconds, work.of(deed)))
    return [(name, seconds, asked / max(rows[0][2], 1)) for rows in taken.values() for name, seconds, asked in rows]


def fill(size: int) -> None:
    """Let search know so many articles, and no others."""
    from django.db import connection

    from articles import search

    search.rebuild(_documents(size))
    with connection.cursor() as cursor:
        # As databases in use do by themselves.
        if connection.vendor == "postgresql":
            for index in ("articles_search_doc_words", "articles_search_doc_name_words"):
                cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
        cursor.execute("ANALYZE")


def questions() -> dict[str, Callable[[], object]]:
    """Return what is asked, each as its page does: of words, and of what is half typed."""
    from articles import search

    asked = {
        "the commonest word": "health",
        "a common word of titles": "disease",
        "three common words": "health chronic disease",
        "a common word with a rare one": "health quinquagesimal",
        "a rare word": "quinquagesimal",
        "a phrase of common words": '"said of health"',
        "twenty words": " ".join(["health", "disease", *_WORDS[:18]]),
        "a word that nothing has": "zyzzyva",
    }
    typed = {
        "a letter": "v",
        "three letters": "men",
        "a word": "disease",
        "a slip": "babaceff d",
        "nothing like it": "zyzzyva",
    }
    return {
        **{f"search for {name}": partial(search.find, words) for name, words in asked.items()},
        "search for the commonest word, the 25th page": partial(search.find, "health", page=25),
        **{f"suggestions for {name}": partial(search.suggest, words) for name, words in typed.items()},
    }


def _documents(size: int) -> Iterator[Document]:
    for number in range(size):
        yield _document(number)


def _document(number: int) -> Document:
    """An article of some 150 words: a lead and two sections."""
    from articles.search.base import Document, SectionText

    chance = random.Random(number)  # Not for secrets.
    said = chance.choices(_WORDS, cum_weights=_OFTEN, k=150)
    said[chance.randrange(40)] = "said of health"
    if number % 20 == 0:
        said[chance.randrange(150)] = "chronic"
    if number % 20_000 == 77:
        said[chance.randrange(150)] = "quinquagesimal"
    first, second = chance.choices(_WORDS, k=2)
    title = f"{first.capitalize()} {second} {_KINDS[number % len(_KINDS)]}"
    lead, *others = (" ".join(said[at : at + 50]) for at in (0, 50, 100))
    sections = [
        SectionText(10 * number + at, f"Part_{at}", f"{said[at].capitalize()} {at}", text)
        for at, text in enumerate(others, 1)
    ]
    aliases = (f"{second.capitalize()} {number}",) if number % 10 == 0 else ()
    return Document(number + 1, "article", title, aliases, lead[:150], (SectionText(None, "", "", lead), *sections))


def _seconds(deed: Callable[[], object]) -> float:
    from django.db import connection

    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    start = clock()
    deed()
    return clock() - start
