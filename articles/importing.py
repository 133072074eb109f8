"""Articles from files: Markdown with front matter, or JSON lines; what each is called, and how they are brought in.

What is there and equal is skipped, so a broken-off run is simply run again.
"""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import os
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import yaml

from articles import editing, renderer
from articles.editing import Incoming, TextRefused, TitleRefused
from articles.models import Article, Author, Origin, TextBlob
from articles.text import cleaning, rendering, titles
from articles.text.rendering import Rendered

_BATCH: Final = 60
_ALIASES_AT_ONCE: Final = 500
# A big text may take its time here: nobody waits for an answer.
_RENDER_SECONDS: Final = 30.0
_ENDINGS: Final = (".md", ".markdown", ".jsonl", ".jsonl.gz")
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?\n)---[ \t]*\n", re.DOTALL)
_WORDS: Final = ("title", "text", "markdown", "url", "source", "source_org", "book", "licence", "attribution", "stub")
_LISTS: Final = ("aliases", "synonyms", "categories")
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")
# What titles can't hold, and what stands for it.
_MAPPED: Final = str.maketrans(
    {"[": "(", "]": ")", "{": "(", "}": ")", "<": "(", ">": ")", "#": "No. ", "|": "-", "\t": " "}
)


class FileRefused(ValueError):
    """A file can't be read as articles; the message names it, and the line."""


@dataclass(frozen=True)
class Record:
    """An article as a file has it, before titles of all of them are compared."""

    title: str
    text: str
    aliases: tuple[str, ...]
    told_apart_by: str
    origin: Mapping[str, Any]


@dataclass
class Outcome:
    """What became of the records: counts, and the reason for each one refused."""

    made: int = 0
    changed: int = 0
    equal: int = 0
    redirects: int = 0
    refused: list[str] = field(default_factory=list)


def records_in(path: Path, defaults: Mapping[str, Any]) -> list[Record]:
    """Read the records of a file, or of all files of a folder in the order of their names. Raises FileRefused.

    `defaults` are values of keys (such as licence) for records that have none.
    """
    files = sorted(each for each in path.rglob("*") if each.name.endswith(_ENDINGS)) if path.is_dir() else [path]
    if not files:
        raise FileRefused(f"{path}: no file ends with {', '.join(_ENDINGS)}.")
    return [record for file in files for record in _records_of(file, defaults)]


def named(records: Sequence[Record]) -> list[Incoming]:
    """Return each record under a title of its own, with those of its aliases that are free.

    Titles that repeat, here or under another source in the wiki, are told apart by their source, and within one source
    by a number, in the order of the records: the same files give the same titles.
    """
    plain = [_title_of(record) for record in records]
    repeated = {title for title, count in Counter(plain).items() if count > 1}
    sources = _sources_there(plain)
    taken: set[str] = set()
    chosen = []
    for record, title in zip(records, plain, strict=True):
        source = record.origin.get("source")
        repeats = title in repeated or (bool(source) and sources.get(title, source) != source)
        wanted = f"{title} ({record.told_apart_by})" if repeats and record.told_apart_by else title
        chosen.append(_first_free(wanted, taken | {wanted} if wanted == title and repeats else taken))
        taken.add(chosen[-1])
    return [
        Incoming(title, record.text, tuple(_free_aliases(record, taken)), record.origin)
        for record, title in zip(records, chosen, strict=True)
    ]


def bring_in(incoming: Sequence[Incoming], *, author: Author, summary: str) -> Iterator[Outcome]:
    """Bring all of them in, yielding the outcome so far after each batch; texts are rendered on all cores meanwhile."""
    outcome = Outcome()
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        batches = _rendered_ahead(pool, _batches(incoming))
        for batch in batches:
            _bring_in_batch(batch, outcome, author, summary)
            yield outcome


# --- Records -----------------------------------------------------------------------------------------------------


def _records_of(file: Path, defaults: Mapping[str, Any]) -> Iterator[Record]:
    try:
        if file.name.endswith((".jsonl", ".jsonl.gz")):
            yield from _json_lines(file, defaults)
        else:
            yield _markdown(file, defaults)
    except UnicodeDecodeError as error:
        raise FileRefused(f"{file}: not UTF-8 ({error.reason}).") from error
    except (OSError, EOFError, zlib.error) as error:
        raise FileRefused(f"{file}: can't be read to its end ({error}).") from error


def _json_lines(file: Path, defaults: Mapping[str, Any]) -> Iterator[Record]:
    with gzip.open(file, "rt", encoding="utf-8") if file.name.endswith(".gz") else file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                values = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                raise FileRefused(f"{file}, line {number}: not JSON.") from error
            if not isinstance(values, dict):
                raise FileRefused(f"{file}, line {number}: not a JSON object.")
            yield _record({**defaults, **_present(values)}, f"{file}, line {number}")


def _markdown(file: Path, defaults: Mapping[str, Any]) -> Record:
    text = file.read_text(encoding="utf-8")
    front = _FRONT_MATTER.match(text)
    try:
        values = yaml.safe_load(front[1]) if front else {}
    except (yaml.YAMLError, RecursionError) as error:
        raise FileRefused(f"{file}: the front matter is not YAML.") from error
    if not isinstance(values, dict):
        raise FileRefused(f"{file}: the front matter is not a list of keys and values.")
    body = text[front.end() :].lstrip("\n") if front else text
    title = file.name.rpartition(".")[0].replace("-", " ").replace("_", " ")
    return _record({**defaults, "title": title, **_present(values), "text": body}, str(file))


def _present(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, "", [])}


def _record(sent: Mapping[str, Any], where: str) -> Record:
    values = _checked(sent, where)
    text = values.get("text", values.get("markdown"))
    if not isinstance(text, str):
        raise FileRefused(f"{where}: neither “text” nor “markdown”.")
    if not text.strip():
        raise FileRefused(f"{where}: the text is empty.")
    title = str(values.get("title", "")).strip() or _title_of_address(str(values.get("url", "")))
    if not title:
        raise FileRefused(f"{where}: no title, and no address to make one from.")
    group = str(values.get("source_org") or values.get("book") or values.get("source") or "")
    return Record(
        title=title,
        text=_with_marks(text, values),
        aliases=tuple(str(alias) for key in ("aliases", "synonyms") for alias in values[key]),
        told_apart_by=group,
        origin=_origin(values),
    )


def _checked(sent: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the values with lists where one word may stand for a list; refuse what is made of anything but text."""
    lists = {key: sent.get(key) or [] for key in _LISTS}
    lists = {key: words if isinstance(words, list) else [words] for key, words in lists.items()}
    for word in [sent.get(key) for key in _WORDS] + [word for words in lists.values() for word in words]:
        if isinstance(word, (list, dict, set, tuple, bytes)):
            raise FileRefused(f"{where}: a list stands where words should.")
        if isinstance(word, str) and _NO_TEXT.search(word):
            raise FileRefused(f"{where}: a character that is no text (NUL, or half of one).")
    return {**sent, **lists}


def _origin(values: Mapping[str, Any]) -> dict[str, Any]:
    url = str(values.get("url", ""))
    origin = {
        "source": str(values.get("source") or values.get("source_org") or values.get("book") or "")[:500],
        "url": url if url.startswith(("http://", "https://")) and len(url) <= 1000 else "",
        "licence": str(values.get("licence", ""))[:200],
        "attribution": str(values.get("attribution", "")),
        "is_sample": values.get("sample") is True,
    }
    return origin if any(origin.values()) else {}


def _with_marks(text: str, values: Mapping[str, Any]) -> str:
    """Return the text with the record's categories and stub mark as its tail, where it doesn't have them."""
    marks = [f"[[Category:{str(name).translate(_MAPPED)}]]" for name in values["categories"]]
    if values.get("stub"):
        marks.append("{{stub}}" if values["stub"] is True else f"{{{{stub|{values['stub']}}}}}")
    missing = [mark for mark in marks if mark not in text]
    return f"{text.rstrip()}\n\n" + "\n".join(missing) + "\n" if missing else text


def _title_of_address(url: str) -> str:
    """Return a title made of the last named part of an address: ".../organisms/vre/vre.html" is "Vre"."""
    parts = urlsplit(url)
    names = [name.partition(".")[0] for name in parts.path.split("/") if name]
    return (names[-1] if names else parts.netloc).replace("_", " ").replace("-", " ")


# --- Titles ------------------------------------------------------------------------------------------------------


def _title_of(record: Record) -> str:
    title = record.title.translate(_MAPPED)
    try:
        return titles.full(*titles.parse(title))
    except titles.TitleError:
        return title  # Refused by the door, with its reason.


def _sources_there(plain: Iterable[str]) -> dict[str, str]:
    """Return the source of each of these titles that an earlier import brought in."""
    found = {}
    for namespace, names in _by_namespace(plain).items():
        for start in range(0, len(names), _ALIASES_AT_ONCE):
            some = names[start : start + _ALIASES_AT_ONCE]
            origins = Origin.objects.filter(article__namespace=namespace, article__title__in=some).exclude(source="")
            for title, source in origins.values_list("article__title", "source"):
                found[titles.full(namespace, title)] = source
    return found


def _by_namespace(wanted: Iterable[str]) -> dict[str, list[str]]:
    """Sort those that are titles by their namespace."""
    found: dict[str, list[str]] = {}
    for each in wanted:
        with contextlib.suppress(titles.TitleError):
            namespace, title = titles.parse(each)
            found.setdefault(namespace, []).append(title)
    return found


def _first_free(wanted: str, taken: set[str]) -> str:
    return next(
        title
        for title in itertools.chain([wanted], (f"{wanted} {number}" for number in itertools.count(2)))
        if title not in taken
    )


def _free_aliases(record: Record, taken: set[str]) -> Iterator[str]:
    """Take those of a record's aliases that are titles and nobody else's; the first record to ask has an alias."""
    for alias in record.aliases:
        try:
            title = titles.full(*titles.parse(alias.translate(_MAPPED)))
        except titles.TitleError:
            continue
        if title not in taken:
            taken.add(title)
            yield title


# --- Bringing in -------------------------------------------------------------------------------------------------

_Batch = list[tuple[Incoming, "Future[Rendered] | None"]]


def _batches(incoming: Sequence[Incoming]) -> Iterator[list[Incoming]]:
    for start in range(0, len(incoming), _BATCH):
        yield list(incoming[start : start + _BATCH])


def _rendered_ahead(pool: ThreadPoolExecutor, batches: Iterable[list[Incoming]]) -> Iterator[_Batch]:
    """Yield batches whose renderings are under way, always one batch ahead of the writing."""
    waiting: _Batch | None = None
    for batch in batches:
        there = _texts_there(batch)
        started: _Batch = [
            (
                each,
                None
                if there.get(each.title) == TextBlob.hash_of(cleaning.clean(each.text))
                else pool.submit(_rendered, each.text),
            )
            for each in batch
        ]
        if waiting is not None:
            yield waiting
        waiting = started
    if waiting is not None:
        yield waiting


def _rendered(text: str) -> Rendered:
    return renderer.render(cleaning.clean(text), seconds=_RENDER_SECONDS)


def _bring_in_batch(batch: _Batch, outcome: Outcome, author: Author, summary: str) -> None:
    there = _texts_there([each for each, _future in batch])
    new = []
    for each, future in batch:
        if future is None:
            outcome.equal += 1
            continue
        try:
            if each.title in there:
                outcome.changed += (
                    editing.bring_in(each, author=author, summary=summary, rendered=future.result()) is not None
                )
            else:
                new.append((each, future.result()))
        except (renderer.RenderError, TextRefused) as error:
            outcome.refused.append(f"{each.title}: {error.message}")
    refused = editing.bring_in_many(new, author=author, summary=summary)
    outcome.made += len(new) - len(refused)
    outcome.refused += [f"{each.title}: {error.message}" for each, error in refused]
    made = {each.title for each, _form in new} - {each.title for each, _error in refused}
    for some in _free_redirects([each for each, _future in batch if each.title in made]):
        refused = editing.bring_in_many(
            [(each, rendering.render(each.text)) for each in some], author=author, summary=summary
        )
        outcome.redirects += len(some) - len(refused)
    # One by one to what was here before: each brings its article's search entry in step; those made now have theirs.
    for some in _free_redirects([each for each, _future in batch if each.title in there]):
        for each in some:
            with contextlib.suppress(TitleRefused):
                editing.bring_in(each, author=author, summary=summary, rendered=rendering.render(each.text))
                outcome.redirects += 1


def _free_redirects(batch: Sequence[Incoming]) -> Iterator[list[Incoming]]:
    """Yield the redirects to these articles whose titles are still free, some at a time."""
    wanted = [Incoming(alias, f"#REDIRECT [[{each.title}]]\n") for each in batch for alias in each.aliases]
    for start in range(0, len(wanted), _ALIASES_AT_ONCE):
        some = wanted[start : start + _ALIASES_AT_ONCE]
        there = _texts_there(some)
        yield [each for each in some if each.title not in there]


def _texts_there(incoming: Iterable[Incoming]) -> dict[str, str]:
    """Return the hash of the current text of each of these titles that is there; empty for one that was deleted."""
    return {
        titles.full(namespace, title): sha256 if state == Article.State.PUBLISHED else ""
        for namespace, names in _by_namespace(each.title for each in incoming).items()
        for title, sha256, state in Article.objects.in_namespace(namespace)
        .filter(title__in=names)
        .values_list("title", "text__sha256", "state")
    }
