"""What grows with a wiki and what doesn't: the same reads, saves and searches among 1,000 articles, 20,000 and 200,000.

Everything happens in this process, so the processor's time counts, and the rest of what the machine does is left out:
the rendering of a save, too, which a child does and which knows nothing of the wiki's size; and on PostgreSQL what its
server does. What is asked of the database is counted besides (bench.work), but for what full-text search reads.

The articles come through the door of imports. To render 200,000 texts would take hours, so some are rendered, and each
article has one of them with a word of its own in it. The edits behind them are rows written directly.
"""

from __future__ import annotations

import json
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bench import texts, work

if TYPE_CHECKING:
    from articles.editing import Incoming
    from articles.models import Article, Edit
    from articles.text.rendering import Rendered

SIZES: Final = (1_000, 20_000, 200_000)
# So many edits one article has behind it.
PASTS: Final = (10, 1_000, 10_000)
PLOT: Final = Path(__file__).resolve().parent.parent / "build" / "growth.svg"
# No more than so many times as much is wanted of the largest.
WANTED: Final = 1.3
_ROUNDS: Final = 40
_COUNTED: Final = 5
_AT_ONCE: Final = 1_000
_FORMS: Final = 50
# What stands in a rendered text where each article has its own word.
_OWN: Final = "Ownwordhere"
_SYLLABLES: Final = tuple(first + second for first in "bcdfghklmnprstvwz" for second in "aeiou")
_COLOURS: Final = ("#0b6", "#06c", "#c33", "#960", "#639", "#099", "#c60", "#333", "#69c", "#a4a", "#7a0", "#f39")


@dataclass(frozen=True)
class Cost:
    """Seconds of the processor, the middle one and the 95th of a hundred, and how much was asked of the database."""

    seconds: float
    slow: float
    asked: float


def measured(most: int, edits_each: int) -> list[tuple[str, float, float]]:
    """Return for each deed and size the processor's seconds, and how many times those of the smallest it takes.

    What it asks of the database is said beside its name, by the smallest's again. `most` articles are made at most. A
    plot of both is left in build/growth.svg.
    """
    wiki = Wiki()
    by_articles: dict[str, dict[int, Cost]] = {}
    for size in (each for each in SIZES if each <= most):
        begun = time.monotonic()
        wiki.grow_to(size, edits_each)
        said = f"# {wiki.articles:,} articles and {wiki.edits:,} edits, made in {time.monotonic() - begun:.0f} s\n"
        sys.stdout.write(said)
        sys.stdout.flush()
        for name, deed in wiki.deeds().items():
            by_articles.setdefault(name, {})[wiki.articles] = _cost_of(deed)
    by_edits: dict[str, dict[int, Cost]] = {}
    for past in PASTS:
        for name, deed in wiki.deeds_of_one(past).items():
            by_edits.setdefault(name, {})[past] = _cost_of(deed)
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(_plot(by_articles, by_edits))
    return [*_rows(by_articles, "articles"), *_rows(by_edits, "edits of it")]


class Wiki:
    """Articles of about 2 KB with sections, links, sources and a category, and their edits."""

    def __init__(self) -> None:
        from articles import access, renderer

        self.author = access.imported_author("Bench")
        self.articles = self.edits = 0
        self._forms = []
        for number in range(_FORMS):
            text = f"{_OWN} is measured.\n\n{texts.article(number, size=1_500, sections=3)}"
            self._forms.append((text, json.dumps(renderer.render(text).to_json())))
        self._steps = count()

    def grow_to(self, size: int, edits_each: int) -> None:
        """Bring articles in until there are so many; each has so many edits in the end."""
        from django.db import connection, transaction

        from articles import editing

        while self.articles < size:
            numbers = range(self.articles, min(self.articles + _AT_ONCE, size))
            assert not editing.bring_in_many([self._made(number) for number in numbers], author=self.author)
            with transaction.atomic():
                self._edit_again(numbers, edits_each - 1)
            self.articles = numbers.stop
            self.edits += edits_each * len(numbers)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")  # As it does by itself after a while.

    def deeds(self) -> dict[str, Callable[[], object]]:
        """What is measured in a wiki of any size, each time with another of its articles."""
        client, door, editor = _client(), _door(), _editor()
        return {
            "read, kept at the door": lambda: door("/wiki/" + title_of(0)),
            "read, not kept": lambda: _got(client, "/wiki/" + self._some()),
            "save of the whole": lambda: self._save(self._some()),
            "save of a section": lambda: self._save(self._some(), "2"),
            "… sent as a form, and the page it leads to": lambda: self._send(editor, self._some()),
            "first page of a history": lambda: _got(client, "/history/" + self._some()),
            "suggestions for two letters": lambda: _got(client, f"/suggest?q={self._some()[:2]}"),
            "suggestions for three letters": lambda: _got(client, f"/suggest?q={self._some()[:3]}"),
            "suggestions for a word with a slip": lambda: _got(client, f"/suggest?q=x{self._some()[1:]}"),
            "search, a word that all have": lambda: _got(client, "/search?full=1&q=about"),
            "search, a word that one has": lambda: _got(client, f"/search?full=1&q={self._some()}"),
            "search, a phrase of two common words": lambda: _got(client, "/search?full=1&q=%22is+measured%22"),
        }

    def deeds_of_one(self, past: int) -> dict[str, Callable[[], object]]:
        """What is measured of an article with so many edits behind it."""
        from django.db import transaction

        from articles.models import Article

        client = _client()
        title = title_of(PASTS.index(past))
        article = Article.objects.named("article", title).select_related("current_edit__blob").get()
        edit = article.current_edit
        assert edit is not None
        with transaction.atomic():
            _write_edits({article: edit}, past - edit.number)
        return {
            "read, not kept": lambda: _got(client, "/wiki/" + title),
            "save of the whole": lambda: self._save(title),
            "save of a section": lambda: self._save(title, "2"),
            "first page of a history": lambda: _got(client, "/history/" + title),
        }

    def _some(self) -> str:
        """Return a title; those that follow each other are spread over the whole wiki."""
        return title_of(10 + next(self._steps) * 7_919 % (self.articles - 10))

    def _made(self, number: int) -> tuple[Incoming, Rendered]:
        from articles.editing import Incoming
        from articles.text import sections
        from articles.text.rendering import Rendered

        text, form = (each.replace(_OWN, title_of(number)) for each in self._forms[number % _FORMS])
        rendered = Rendered.from_json(json.loads(form))
        lead, *others = rendered.outline.entries
        first = "".join(sections.lines_of(text)[: others[0].line])
        entries = (replace(lead, hash=sections.hash_of(first)), *others)
        return Incoming(title_of(number), text), replace(rendered, outline=replace(rendered.outline, entries=entries))

    def _edit_again(self, numbers: range, many: int) -> None:
        from articles.models import Article

        rows = Article.objects.filter(title__in=[title_of(number) for number in numbers]).select_related("current_edit")
        _write_edits({article: article.current_edit for article in rows if article.current_edit}, many)

    def _save(self, title: str, section: str = "") -> None:
        from articles import editing, places
        from articles.models import Article

        edit = Article.objects.named("article", title).select_related("current_edit__blob").get().current_edit
        assert edit is not None
        text = edit.blob.text
        if section:
            point = places.starting_point(edit.article, str(edit.outline["entries"][int(section)]["id"]))
            assert point is not None
            section, text = point.section, point.text
        more = f"{text.rstrip()}\n\nMore, {next(self._steps)}.\n"
        editing.save(editing.Change(title=title, base=edit.pk, section=section, text=more, author=self.author))

    def _send(self, editor: Any, title: str) -> None:
        from articles import places
        from articles.models import Article

        edit = Article.objects.named("article", title).select_related("current_edit__blob").get().current_edit
        assert edit is not None
        point = places.starting_point(edit.article, str(edit.outline["entries"][2]["id"]))
        assert point is not None
        form = {"base": edit.pk, "section": point.section, "account": "Bench moderator"}
        answer = editor.post(
            f"/edit/{title}", {**form, "text": f"{point.text.rstrip()}\n\nSent, {next(self._steps)}.\n"}
        )
        assert answer.status_code == 303, answer.status_code
        _got(editor, answer.headers["Location"].partition("#")[0])


def title_of(number: int) -> str:
    """Return the title of an article: one word, which no other article has."""
    made = ""
    for _syllable in range(4):
        number, at = divmod(number, len(_SYLLABLES))
        made += _SYLLABLES[at]
    return made.capitalize()


def _write_edits(rows: Mapping[Article, Edit], many: int) -> None:
    """Write so many edits of each article after its current one, which change nothing; the last is the current one."""
    from django.db.models import OuterRef, Subquery
    from django.utils import timezone
    from reversion.models import Revision

    from articles.models import Article, Edit

    now = timezone.now()
    newest = dict(rows)
    for _each in range(many):
        revisions = Revision.objects.bulk_create(Revision(date_created=now) for _article in rows)
        made = Edit.objects.bulk_create(
            Edit(
                revision=revision,
                article=article,
                number=last.number + 1,
                parent=last,
                blob_id=last.blob_id,
                title=last.title,
                author_id=last.author_id,
                time=now,
                kind=Edit.Kind.EDIT,
                outline=last.outline,
                size=last.size,
                size_change=0,
            )
            for revision, (article, last) in zip(revisions, newest.items(), strict=True)
        )
        newest = dict(zip(rows, made, strict=True))
    last_of = Edit.objects.filter(article=OuterRef("pk")).order_by("-number").values("pk")[:1]
    Article.objects.filter(pk__in=[article.pk for article in rows]).update(current_edit=Subquery(last_of))


def _cost_of(deed: Callable[[], object]) -> Cost:
    deed()
    taken = sorted(_seconds(deed) for _round in range(_ROUNDS))
    _forget_attempts()
    asked = statistics.median(work.of(deed) for _round in range(_COUNTED))
    _forget_attempts()
    return Cost(statistics.median(taken), taken[int(len(taken) * 0.95)], asked)


def _forget_attempts() -> None:
    """Count anew who sent how often: nobody is refused here for being quick."""
    from articles.models import Attempts

    Attempts.objects.all().delete()


def _seconds(deed: Callable[[], object]) -> float:
    start = time.process_time()
    deed()
    return time.process_time() - start


def _rows(costs: Mapping[str, Mapping[int, Cost]], what: str) -> Iterator[tuple[str, float, float]]:
    for name, by_size in costs.items():
        first = next(iter(by_size.values()))
        for size, cost in by_size.items():
            asks = f"asks {cost.asked / first.asked:.2f}" if first.asked else "asks nothing"
            yield f"{name}, {size:,} {what} ({asks})", cost.seconds, cost.seconds / first.seconds
            if name.startswith("search"):
                yield "… the slowest of twenty", cost.slow, cost.slow / first.slow


def _client() -> Any:
    from django.test import Client

    return Client(headers={"host": "localhost"})


def _editor() -> Any:
    """Return the client of somebody who publishes."""
    client = _client()
    client.force_login(texts.moderator())
    return client


def _got(client: Any, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _door() -> Callable[[str], None]:
    """Return what asks the site's own door, as its server does."""
    from wiki.wsgi import application

    def ask(address: str) -> None:
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": address,
            "QUERY_STRING": "",
            "REMOTE_ADDR": "127.0.0.1",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": "localhost",
            "wsgi.input": BytesIO(b""),
            "wsgi.url_scheme": "http",
        }
        answer = application(environ, lambda status, headers, failure=None: said.append(status))
        b"".join(answer)
        assert said == ["200 OK"], (address, said)

    return ask


# --- The plot ----------------------------------------------------------------------------------------------------
def _plot(by_articles: Mapping[str, Mapping[int, Cost]], by_edits: Mapping[str, Mapping[int, Cost]]) -> str:
    """Return two pictures: how many times the smallest's cost is, over articles, and over edits of one."""
    parts = [*_picture(by_articles, "articles", 0), *_picture(by_edits, "edits of one article", 620)]
    style = 'width="1240" height="640" font-family="sans-serif" font-size="12"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {style}>{"".join(parts)}</svg>\n'


def _picture(costs: Mapping[str, Mapping[int, Cost]], what: str, left: int) -> Iterator[str]:
    sizes = sorted({size for by_size in costs.values() for size in by_size})
    ratios = {
        name: [cost.seconds / next(iter(by_size.values())).seconds for cost in by_size.values()]
        for name, by_size in costs.items()
    }
    most = max(2.0, *(ratio for each in ratios.values() for ratio in each))
    lowest, span = math.log10(sizes[0]), max(math.log10(sizes[-1] / sizes[0]), 1.0)

    def across(size: int) -> float:
        return left + 60 + 520 * (math.log10(size) - lowest) / span

    def down(ratio: float) -> float:
        return 360 - 320 * ratio / most

    yield f'<text x="{left + 60}" y="20">Processor time, times that of {sizes[0]:,} {what}</text>'
    for size in sizes:
        yield f'<text x="{across(size):.0f}" y="380" text-anchor="middle">{size:,}</text>'
    for ratio in (0.0, 1.0, WANTED, most):
        yield f'<path d="M{left + 60} {down(ratio):.0f}h520" stroke="#ccc"/>'
        yield f'<text x="{left + 52}" y="{down(ratio) + 4:.0f}" text-anchor="end">{ratio:.1f}</text>'
    for number, (name, each) in enumerate(ratios.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{across(size):.0f},{down(ratio):.0f}" for size, ratio in zip(sizes, each, strict=True))
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield f'<path d="M{left + 60} {406 + 18 * number}h24" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{left + 92}" y="{410 + 18 * number}">{escape(name)}: {each[-1]:.2f}</text>'
