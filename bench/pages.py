"""What single pages cost: history and comparison of a page with 500 edits, search and suggestions among 2,000 articles.

Each is asked for as a reader asks, through the whole of Django, and set beside a view that answers a constant through
the same middleware. On SQLite all of it happens in this process, so there the processor's time counts, and the rest of
what the machine does is left out; on PostgreSQL the time that passes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.urls import path

if TYPE_CHECKING:
    from django.test import Client

ARTICLES: Final = 2_000
EDITS: Final = 500
_ROUNDS: Final = 50
_AT_ONCE: Final = 100


def constant(request: HttpRequest) -> HttpResponse:
    """Nothing but what Django itself costs."""
    return HttpResponse(b"constant")


urlpatterns = [path("constant", constant)]


def measured() -> list[tuple[str, float, float]]:
    """Return a row for each page: seconds (the median), and how many constant views it costs."""
    from django.test import Client, override_settings

    _write_articles()
    first, *_between, last_but_one, last = _write_edits()
    addresses = {
        f"first page of the history of {EDITS} edits": "/history/Edited_often",
        "comparison of two of 40 KB, one apart": f"/compare/{last_but_one}/{last}",
        "… of the first with the last": f"/compare/{first}/{last}",
        f"search among {ARTICLES:,} articles, a word that all have": "/search?full=1&q=about",
        "… a rare word": f"/search?full=1&q={_rare()}",
        "… a phrase": "/search?full=1&q=%22see+also+the+lungs%22",
        "suggestions for three letters": "/suggest?q=mea",
        "… for a word with a slip": "/suggest?q=measurd+12",
    }
    with override_settings(ALLOWED_HOSTS=["*"], ROOT_URLCONF="bench.pages"):
        unit = _median(Client(), "/constant")
    rows = [("a view that answers a constant", unit, 1.0)]
    with override_settings(ALLOWED_HOSTS=["*"]):
        client = Client()
        for name, address in addresses.items():
            seconds = _median(client, address)
            rows.append((name, seconds, seconds / unit))
    return rows


def _write_articles() -> None:
    """Two thousand articles of 3 KB through the door of imports; a few of them have the phrase, one the rare word."""
    from articles import access, editing
    from articles.text import rendering
    from bench import texts

    author = access.imported_author("Bench")
    for start in range(0, ARTICLES, _AT_ONCE):
        batch = []
        for number in range(start, start + _AT_ONCE):
            text = texts.article(number, size=3_000, sections=4)
            text += "\nSee also the lungs.\n" if number % 500 == 7 else ""
            text += f"\n{_rare()}\n" if number == 1234 else ""
            batch.append((editing.Incoming(f"Measured {number}", text), rendering.render(text)))
        assert not editing.bring_in_many(batch, author=author)


def _rare() -> str:
    return "quinquagesimal"


def _write_edits() -> list[int]:
    """Five hundred edits of an article: the first and the last two of 40 KB, those between of a line each."""
    from articles import access, editing
    from bench import texts

    author = access.imported_author("Bench")
    long = texts.article(1)
    lines = [f"Line {number}.\n" for number in range(EDITS - 3)]
    changed = long.replace("\n\n## ", "\n\nAnother paragraph.\n\n## ", 12)
    made, base = [], 0
    for text in (long, *lines, changed, changed.replace(" the ", " a ", 3).replace("mg", "g", 4)):
        edit = editing.save(editing.Change(title="Edited often", base=base, section="", text=text, author=author))
        made.append(edit.pk)
        base = edit.pk
    return made


def _median(client: Client, address: str) -> float:
    from django.db import connection

    clock: Callable[[], float] = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    taken = []
    for _round in range(_ROUNDS):
        start = clock()
        response = client.get(address)
        taken.append(clock() - start)
        assert response.status_code == 200, (address, response.status_code)
    return statistics.median(taken)
