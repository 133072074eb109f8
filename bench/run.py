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

SAVES = 30


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
        _table(_saves() + _import(Path(folder), options.articles))


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
