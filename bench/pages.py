"""What single pages cost: history and comparison of a page with 500 edits, search and suggestions among 2,000 articles.

Each is asked for as a reader asks, through the whole of Django, and set beside a view that answers a constant through
the same middleware. What the door keeps for visitors is asked for there, too. On SQLite all of it happens in this
process, so there the processor's time counts, and the rest of what the machine does is left out; on PostgreSQL the time
that passes.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import path

if TYPE_CHECKING:
    from django.test import Client

ARTICLES: Final = 2_000
EDITS: Final = 500
_ROUNDS: Final = 50
_AT_ONCE: Final = 100

# Asks for an address, and returns the answer's status.
Ask = Callable[[str], int]


def constant(request: HttpRequest) -> HttpResponse:
    """Nothing but what Django itself costs."""
    return HttpResponse(b"constant")


urlpatterns = [path("constant", constant)]


def measured() -> list[tuple[str, float, float]]:
    """Return a row for each page: seconds (the median), and how many constant views it costs."""
    from django.test import Client, override_settings

    _write_articles()
    first, *_between, last_but_one, last = _write_edits()
    kept = {
        f"first page of the history of {EDITS} edits, kept at the door": "/history/Edited_often",
        "comparison of two of 40 KB, kept at the door": f"/compare/{last_but_one}/{last}",
    }
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
        unit = _median(_asked_of(Client()), "/constant")
    rows = [("a view that answers a constant", unit)]
    with override_settings(ALLOWED_HOSTS=["*"]):
        rows += [(name, _median(_asked_of(Client()), address)) for name, address in addresses.items()]
    # The door knows the names of the site from the settings as they are.
    rows += [(name, _median(_ask_door, address)) for name, address in kept.items()]
    return [(name, seconds, seconds / unit) for name, seconds in rows]


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


def _asked_of(client: Client) -> Ask:
    """How Django is asked, without a door before it."""
    return lambda address: client.get(address).status_code


def _ask_door(address: str) -> int:
    """Ask the door as a server does; returns the answer's status."""
    from django.conf import settings
    from django.test import RequestFactory

    from wiki.wsgi import application

    said: list[str] = []
    request = RequestFactory().get(address, headers={"host": urlsplit(settings.SITE_URL).hostname or "localhost"})
    b"".join(application(request.environ, lambda status, headers: said.append(status)))
    return int(said[0][:3])


def _median(ask: Ask, address: str) -> float:
    from django.db import connection

    clock: Callable[[], float] = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    taken = []
    for _round in range(_ROUNDS):
        start = clock()
        status = ask(address)
        taken.append(clock() - start)
        assert status == 200, (address, status)
    return statistics.median(taken)
