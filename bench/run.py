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
    from articles.models import Author, Edit

SAVES = 30
# So many edits an article has behind it.
PASTS = (10, 1_000)


def main() -> None:
    """Set the wiki up, measure, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=300, help="How many articles the import brings in.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="medwiki-bench-") as folder:
        os.environ["WIKI_DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "wiki.settings"
        os.environ.setdefault("LOG_LEVEL", "ERROR")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        _table(_saves() + _merges() + _past() + _import(Path(folder), options.articles))


def _saves() -> list[tuple[str, float, float]]:
    """Measure a save of a whole 40 KB article, and of one of its 25 sections, beside bare render and sanitize."""
    from articles import access, editing
    from articles.text import rendering
    from bench import texts

    author = access.imported_author("Bench")
    text = texts.article(1)
    edit = editing.save(editing.Change(title="Measured", base=0, section="", text=text, author=author))
    bare, whole, section = [], [], []
    for number in range(SAVES):
        changed = edit.blob.text.replace("## ", f"Edited {number}.\n\n## ", 1)
        bare.append(_seconds(lambda changed=changed: rendering.render(changed)))
        start = time.perf_counter()
        edit = editing.save(editing.Change(title="Measured", base=edit.pk, section="", text=changed, author=author))
        whole.append(time.perf_counter() - start)
        point = editing.starting_point(edit.article, str(edit.outline["entries"][12]["id"]))
        assert point is not None
        more = f"{point.text}More {number}.\n"
        start = time.perf_counter()
        edit = editing.save(
            editing.Change(title="Measured", base=edit.pk, section=point.section, text=more, author=author)
        )
        section.append(time.perf_counter() - start)
    unit = statistics.median(bare)
    return [
        (f"bare render + sanitize, {len(text) // 1000} KB", unit, 1.0),
        ("save of the whole article", statistics.median(whole), statistics.median(whole) / unit),
        ("save of one of its 25 sections", statistics.median(section), statistics.median(section) / unit),
    ]


def _merges() -> list[tuple[str, float, float]]:
    """Measure what knowing sections again and merging take of 40 KB texts, beside rendering one of them."""
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
    bare = statistics.median(_seconds(lambda: rendering.render(text)) for _ in range(SAVES))
    deeds: dict[str, Callable[[], object]] = {
        "knowing its sections again after 60 changes": lambda: identity.keep_ids(base, mine),
        "merging two times 60 changes of it": lambda: merging.merge(base, *known),
    }
    medians = {name: statistics.median(_seconds(deed) for _ in range(SAVES)) for name, deed in deeds.items()}
    return [(name, seconds, seconds / bare) for name, seconds in medians.items()]


def _past() -> list[tuple[str, float, float]]:
    """Measure a save of one section after few edits of the article, and after many: the ratio to the first of them."""
    from articles import access, editing
    from bench import texts

    author = access.imported_author("Bench")
    edit = editing.save(editing.Change(title="Old", base=0, section="", text=texts.article(1), author=author))
    rows: list[tuple[str, float, float]] = []
    for past in PASTS:
        while edit.number < past:
            edit = _saved_section(edit, f"Edit {edit.number}.", author)
        taken = []
        for number in range(SAVES):
            start = time.perf_counter()
            edit = _saved_section(edit, f"Measured {number}.", author)
            taken.append(time.perf_counter() - start)
        median = statistics.median(taken)
        rows.append((f"save of one section after {past} edits", median, median / (rows[0][1] if rows else median)))
    return rows


def _saved_section(edit: Edit, words: str, author: Author) -> Edit:
    """Save an edit of the thirteenth section."""
    from articles import editing

    point = editing.starting_point(edit.article, str(edit.outline["entries"][12]["id"]))
    assert point is not None
    text = f"{point.text.partition(chr(10))[0]}\n\n{words}\n"
    return editing.save(editing.Change(title=edit.title, base=edit.pk, section=point.section, text=text, author=author))


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


def _seconds(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def _table(rows: list[tuple[str, float, float]]) -> None:
    sys.stdout.write(f"{'what':58} {'seconds':>9} {'ratio':>7}\n")
    for name, seconds, ratio in rows:
        sys.stdout.write(f"{name:58} {seconds:9.4f} {ratio:7.2f}\n")


if __name__ == "__main__":
    main()
