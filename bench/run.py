"""One run of all measurements: `python -m bench.run [--articles N]`; times are medians, ratios of the same run.

The wiki is an empty one in a temporary folder, on SQLite as `make run` uses it (WAL, `synchronous=FULL`), or on the
database that DATABASE_URL names.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

    from articles.models import Author, Edit

SAVES = 30
# So many edits an article has behind it.
PASTS = (10, 1_000, 10_000)
# So many bytes an article has, in 25 sections.
SIZES = (10_000, 40_000, 160_000)


def main() -> None:
    """Set the wiki up, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300, help="How many articles the import brings in.")
    parser.add_argument("--pages", type=int, default=20_000, help="How many pages are read in any order.")
    parser.add_argument("--most", type=int, default=200_000, help="How many articles the wiki grows to at most.")
    parser.add_argument("--edits", type=int, default=5, help="How many edits each article of a growing wiki has.")
    parser.add_argument("--only", nargs="+", help="Of all measurements these: saves, merges, ..., lists.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medwiki-bench-") as folder:
        os.environ["WIKI_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "wiki.settings"
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        # On a busy machine a save is measured, not refused.
        os.environ.setdefault("WIKI_RENDER_SECONDS", "30")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        sys.stdout.write(f"{'what':58} {'seconds':>11} {'ratio':>8}\n")
        from bench import backups, finding, growth, lists, pages, reads, room, upgrades

        measurements = {
            "saves": _saves,
            "merges": _merges,
            "sizes": _sizes,
            "past": _past,
            "storm": _storm,
            "dry run": _dry_run,
            "import": lambda: _import(Path(folder), options.articles),
            "lists": lists.measured,
            "reads": lambda: reads.measured(Path(folder), options.pages),
            "pages": pages.measured,
            "backups": lambda: backups.measured(Path(folder)),
            "growth": lambda: growth.measured(options.most, options.edits),
            "finding": finding.measured,
            "room": room.measured,
            "upgrades": lambda: upgrades.measured(Path(folder)),
        }
        for measured in (measurements[name] for name in options.only or measurements):
            for name, seconds, ratio in measured():
                sys.stdout.write(f"{name:58} {seconds:11.6f} {ratio:8.3f}\n")
            sys.stdout.flush()


def _saves() -> list[tuple[str, float, float]]:
    """Measure a save of a whole 40 KB article, and of one of its 25 sections, beside bare render and sanitize.

    The section once more as an editor sends it: with all that is asked on the way, and the page that it leads to.
    """
    from django.test import Client, override_settings

    from articles import access, editing
    from articles.text import rendering
    from bench import texts

    client, author = Client(), access.author_of(texts.moderator())
    client.force_login(texts.moderator())
    text = texts.article(1)
    edit = editing.save(editing.Change(title="Measured", base=0, section="", text=text, author=author))
    bare, taken = [], []
    for number in range(SAVES):
        changed = edit.blob.text.replace("## ", f"Edited {number}.\n\n## ", 1)
        bare.append(_seconds(lambda changed=changed: rendering.render(changed)))
        start = time.perf_counter()
        edit = editing.save(editing.Change(title="Measured", base=edit.pk, section="", text=changed, author=author))
        whole = time.perf_counter()
        edit = _saved_section(edit, f"More {number}.", author)
        section = time.perf_counter()
        with override_settings(ALLOWED_HOSTS=["*"]):
            edit = _sent_section(client, edit, f"Sent {number}.")
        taken.append((whole - start, section - whole, time.perf_counter() - section))
    unit = statistics.median(bare)
    names = (
        "save of the whole article",
        "save of one of its 25 sections",
        "one of them sent by an editor, and the page it leads to",
    )
    medians = [statistics.median(each) for each in zip(*taken, strict=True)]
    return [
        (f"bare render + sanitize, {len(text) // 1000} KB", unit, 1.0),
        *((name, seconds, seconds / unit) for name, seconds in zip(names, medians, strict=True)),
    ]


def _sent_section(client: Client, edit: Edit, words: str) -> Edit:
    """Send the form of the thirteenth section, and read the page that the answer leads to."""
    from articles import places

    point = places.starting_point(edit.article, str(edit.outline["entries"][12]["id"]))
    assert point is not None
    form = {
        "text": f"{point.text.partition(chr(10))[0]}\n\n{words}\n",
        "base": edit.pk,
        "section": point.section,
        "account": "Bench moderator",
    }
    answer = client.post(f"/edit/{edit.title}", form)
    assert answer.status_code == 303, answer.status_code
    page = client.get(answer.headers["Location"].partition("#")[0])
    assert words in page.content.decode()
    return type(edit).objects.select_related("blob", "article").get(article=edit.article_id, number=edit.number + 1)


def _merges() -> list[tuple[str, float, float]]:
    """Measure what knowing sections again and merging take of 40 KB texts, beside rendering one of them.

    All of it happens in this process, so it is the processor's time that counts.
    """
    from dataclasses import replace

    from articles.text import identity, merging, rendering
    from articles.text.sections import Version
    from bench import texts

    text = texts.article(1)
    outline = rendering.render(text).outline
    numbered = replace(outline, entries=tuple(replace(entry, id=at) for at, entry in enumerate(outline.entries)))
    base = Version(text, numbered)
    changed = [
        text.replace("## ", f"{word}\n\n## ", 20).replace(" the ", f" {word} ", 40) for word in ("Mine.", "Theirs.")
    ]
    mine, theirs = (Version(each, rendering.render(each).outline) for each in changed)
    known = [Version(each.text, identity.keep_ids(base, each)) for each in (mine, theirs)]
    clock = time.process_time
    bare = statistics.median(_seconds(lambda: rendering.render(text), clock) for _ in range(SAVES))
    deeds: dict[str, Callable[[], object]] = {
        "knowing its sections again after 60 changes": lambda: identity.keep_ids(base, mine),
        "merging two times 60 changes of it": lambda: merging.merge(base, *known),
    }
    medians = {name: statistics.median(_seconds(deed, clock) for _ in range(SAVES)) for name, deed in deeds.items()}
    return [(name, seconds, seconds / bare) for name, seconds in medians.items()]


def _sizes() -> list[tuple[str, float, float]]:
    """Measure a save of one section of articles of several sizes, and bare rendering: ratios to the smallest one's."""
    from articles import access, editing
    from articles.text import rendering
    from bench import texts

    author = access.imported_author("Bench")
    measured: dict[str, list[float]] = {"save of one section": [], "bare render + sanitize": []}
    for size in SIZES:
        text = texts.article(1, size=size)
        title = f"Of {size} bytes"
        edit = editing.save(editing.Change(title=title, base=0, section="", text=text, author=author))
        saved, bare = [], []
        for number in range(SAVES):
            start = time.perf_counter()
            edit = _saved_section(edit, f"Measured {number}.", author)
            saved.append(time.perf_counter() - start)
            bare.append(_seconds(lambda text=text: rendering.render(text)))
        for name, taken in zip(measured, (saved, bare), strict=True):
            measured[name].append(statistics.median(taken))
    return [
        (f"{name}, article of {size // 1000} KB", seconds, seconds / medians[0])
        for name, medians in measured.items()
        for size, seconds in zip(SIZES, medians, strict=True)
    ]


def _past() -> list[tuple[str, float, float]]:
    """Measure a save of one section after few edits of the article, and after many: the ratio to one that is new.

    The two are saved in turn, so that the ratio is right however busy the machine is. All edits are made through the
    write door; those before a measurement are of a text of one line, so that there can be ten thousand of them, and
    the 40 KB are written over it when it is time to measure.
    """
    from articles import access, editing
    from bench import texts

    author = access.imported_author("Bench")
    edit = editing.save(editing.Change(title="Old", base=0, section="", text="Begun.\n", author=author))
    rows: list[tuple[str, float, float]] = []
    for past in PASTS:
        while edit.number < past - 1:
            edit = _saved(edit, f"Edit {edit.number}.\n", author)
        edit = _saved(edit, texts.article(1), author)
        title = f"New beside {past}"
        new = editing.save(editing.Change(title=title, base=0, section="", text=texts.article(1), author=author))
        taken, beside = [], []
        for number in range(SAVES):
            start = time.perf_counter()
            edit = _saved_section(edit, f"Measured {number}.", author)
            between = time.perf_counter()
            new = _saved_section(new, f"Measured {number}.", author)
            taken.append(between - start)
            beside.append(time.perf_counter() - between)
        median = statistics.median(taken)
        rows.append((f"save of one section after {past:,} edits", median, median / statistics.median(beside)))
    return rows


def _saved(edit: Edit, text: str, author: Author) -> Edit:
    """Save an edit of the whole."""
    from articles import editing

    return editing.save(editing.Change(title=edit.title, base=edit.pk, section="", text=text, author=author))


def _storm() -> list[tuple[str, float, float]]:
    """Measure taking back 200 edits that 5 people made in 100 articles: half on top, half below a later edit."""
    from articles import access, editing
    from articles.moderation import taking_back
    from bench import texts
    from wiki.accounts import roles
    from wiki.accounts.models import User

    account = User.objects.create_user("Measuring moderator")
    roles.give(account, "moderator", why="bench")
    account = User.objects.get(pk=account.pk)
    author = access.author_of(account)
    vandals = [access.new_visitor() for _number in range(5)]
    for number in range(100):
        text = texts.article(number + 1000, size=6_000, sections=5)
        edit = editing.save(editing.Change(title=f"Storm {number}", base=0, section="", text=text, author=author))
        for wave in range(2):
            worse = edit.blob.text.replace("\n\n", f"\n\nNonsense {wave}.\n\n", 2)
            vandal = vandals[number % 5]
            edit = editing.save(editing.Change(title=edit.title, base=edit.pk, section="", text=worse, author=vandal))
        if number % 2:
            # Somebody else's, so that it is no run on top any more.
            later = f"{edit.blob.text.rstrip()}\n\n## Later\n\nWritten by somebody else.\n"
            editing.save(editing.Change(title=edit.title, base=edit.pk, section="", text=later, author=author))
    edits = taking_back.edits_to_take_back([vandal.pk for vandal in vandals], hours=24)
    start = time.perf_counter()
    entry = taking_back.take_back(edits=edits, user=account, author=author, name="Storm", why="bench")
    seconds = time.perf_counter() - start
    done = entry.after["articles"]
    assert all(row["edit"] for row in done), "something was left"
    return [(f"taking back {len(edits)} edits in {len(done)} articles", seconds, 1.0)]


def _saved_section(edit: Edit, words: str, author: Author) -> Edit:
    """Save an edit of the thirteenth section."""
    from articles import editing, places

    point = places.starting_point(edit.article, str(edit.outline["entries"][12]["id"]))
    assert point is not None
    text = f"{point.text.partition(chr(10))[0]}\n\n{words}\n"
    return editing.save(editing.Change(title=edit.title, base=edit.pk, section=point.section, text=text, author=author))


def _dry_run() -> list[tuple[str, float, float]]:
    """Measure the dry run of a filter with three regular expressions over 50,000 edits, beside counting their words.

    The edits are written past the door: of 500 articles of 6 KB, by 500 people, each with a text of its own.
    """
    from articles.models import Edit
    from articles.moderation import filtering
    from articles.text.filtering import Rule
    from bench import texts

    texts.write_edits(filtering.MOST)
    rule = Rule(
        fewer_edits=1000,
        added_words="something, casino",
        added_matches=r"(https?://example\.org/\d+\s*){1,3}|(.)\2{9,}",
        text_matches=r"edit (\d+): a casino, see https?://\S+/\1\b",
    )
    settings = {"name": "Measured", "action": "log", "tag": "", "message": ""}
    several = filtering.make(rule=rule, by=texts.moderator(), why="a measurement", **settings)
    plain = filtering.make(
        rule=Rule(text_matches="casino"), by=texts.moderator(), why="a measurement", **settings | {"name": "Plain"}
    )
    start = time.perf_counter()
    for text in Edit.objects.filter(kind=Edit.Kind.EDIT).select_related("blob").only("blob").iterator(500):
        len(text.blob.text.split())
    words = time.perf_counter() - start
    measured = []
    for row, name in ((plain, "one regular expression"), (several, "three of them, words, and who wrote")):
        start = time.perf_counter()
        run = filtering.go_on(filtering.begin(row))
        seconds = time.perf_counter() - start
        assert run.done == run.total == filtering.MOST
        measured.append((f"dry run over {run.done:,} edits: {name} ({run.found} found)", seconds, seconds / words))
    return [("reading the texts of 50,000 edits, and counting their words", words, 1.0), *measured]


def _import(folder: Path, count: int) -> list[tuple[str, float, float]]:
    """Measure an import beside the bare rendering of the same texts, one after the other in this process."""
    from django.core.management import call_command

    from articles.text import rendering
    from bench import texts

    source = folder / "texts"
    source.mkdir()
    made = [texts.article(number, size=6_000, sections=5) for number in range(2, count + 2)]
    for number, text in enumerate(made):
        (source / f"measured-{number}.md").write_text(text)
    bare = _seconds(lambda: [rendering.render(text) for text in made])
    taken = _seconds(lambda: call_command("import_articles", source, verbosity=0, stdout=open(os.devnull, "w")))  # noqa: SIM115, PTH123
    return [
        (f"bare render + sanitize of {count} articles, 6 KB each", bare, 1.0),
        (f"import of them ({os.cpu_count()} cores)", taken, taken / bare),
    ]


def _seconds(deed: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    deed()
    return clock() - start


if __name__ == "__main__":
    main()
