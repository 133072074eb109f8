"""Finding articles: what readers type, suggestions as they type, and keeping the index; the one door to search.

base                    documents, questions, answers; the protocol
backends/
    sqlite              FTS5
    postgres            tsvector
    memory              for tests

`index` and `forget` are called by the write door within its transaction, so what is saved is found, or neither.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.module_loading import import_string

from articles.search.base import (
    MAX_FOUND,
    MAX_QUESTION,
    Document,
    DocumentRow,
    Hit,
    Question,
    Results,
    SearchBackend,
    SectionText,
    SnippetPart,
    Suggestion,
    Term,
    ask,
    flat,
    folded_name,
    name_rows,
    root_of,
    storable,
    words_of,
)
from articles.text import titles

__all__ = [
    "create_tables",
    "drop_tables",
    "faults",
    "find",
    "forget",
    "forget_remains",
    "holds",
    "index",
    "index_again",
    "indexed_after",
    "knows",
    "rebuild",
    "suggest",
]

MAX_SIZE: Final = 100
_BACKENDS: Final = {
    "memory": "articles.search.backends.memory.MemorySearch",
    "postgresql": "articles.search.backends.postgres.PostgresSearch",
    "sqlite": "articles.search.backends.sqlite.SQLiteSearch",
}
_EXCERPT: Final = 240
# More places than this in one section don't make its excerpt better, only slower.
_MAX_PLACES: Final = 2_000
# So far into an article its excerpt is looked for: twenty of the longest on a page must not take seconds.
_MAX_READ: Final = 150_000
_SIMILAR: Final = 0.3
_BLANKS: Final = re.compile(r"\s+")
_PREFIXES: Final = {prefix.casefold(): namespace for namespace, prefix in titles.PREFIX.items()}


class _Place(NamedTuple):
    """Where a term stands in a text."""

    start: int
    end: int
    term: int


def find(query: str, *, page: int = 1, size: int = 20) -> Results:
    """Return a page (from 1) of at most `size` (at most 100) articles with any of the words, best first.

    Any input is a question; "quoted words" are a phrase. `exact` is the full title of the article that has the query
    for a title or alias, whatever its case: its reader needn't see results. Makes at most three database queries.
    """
    size = min(max(size, 1), MAX_SIZE)
    first = (max(page, 1) - 1) * size
    question = ask(query, settings.WIKI_LANGUAGE)
    if first >= MAX_FOUND:
        return Results((), has_next=False, total_known=None, exact=None)
    found = _backend().find(question, first=first, most=min(size, MAX_FOUND - first) + 1)
    hits = tuple(_hit(document, question) for document in found.documents[:size])
    has_next = len(found.documents) > size and first + size < MAX_FOUND
    return Results(hits, has_next, found.total, _exact(query))


def suggest(prefix: str, limit: int = 10) -> list[Suggestion]:
    """Return pages whose title or alias begins so, then has a word that does, then nearly; one database query.

    Case, accents and punctuation don't matter; "Category:" and its like choose that kind of page.
    """
    namespace, rest = _namespace_and_rest(storable(prefix[:MAX_QUESTION]))
    folded = folded_name(rest)[: titles.MAX_TITLE]
    if not folded:
        return []
    suggestions: dict[int, Suggestion] = {}
    for name in _backend().suggest(namespace, folded, limit):
        if name.article_id not in suggestions and _resembles(folded_name(name.name), folded):
            full_title = titles.full(name.namespace, name.title)
            via = name.name if name.is_alias else ""
            suggestions[name.article_id] = Suggestion(full_title, name.description, via)
    return list(suggestions.values())[:limit]


def index(document: Document) -> None:
    """Make the article findable as it is now."""
    _backend().index(document)


def forget(article_id: int) -> None:
    """Make the article unfindable: it was deleted, or became a redirect."""
    _backend().forget(article_id)


def forget_remains() -> None:
    """Let the index give up the words of what was forgotten, which it may keep aside for a while."""
    _backend().forget_remains()


def rebuild(documents: Iterable[Document]) -> None:
    """Replace the whole index by these documents."""
    _backend().rebuild(documents)


def holds(document: Document) -> bool:
    """Whether what is kept of the article is exactly this, in whatever order its aliases are."""
    wanted = replace(document, aliases=tuple(sorted(document.aliases)))
    found = _backend().indexed(document.article_id)
    if found is None:
        return False
    row, names = found
    kept = row.document()
    as_kept = DocumentRow.of(replace(kept, aliases=tuple(sorted(kept.aliases))))
    return as_kept == DocumentRow.of(wanted) and names == {each[2:] for each in name_rows(wanted)}


def knows(article_id: int) -> bool:
    """Whether anything is kept of the article."""
    return _backend().indexed(article_id) is not None


def indexed_after(article_id: int, most: int) -> list[int]:
    """Return at most so many articles of which something is kept, with higher ids than this one, in order."""
    return _backend().indexed_after(article_id, most)


def faults() -> list[str]:
    """Return the names of the database's own indexes that no longer say what is kept; empty when all is well."""
    return _backend().faults()


def index_again() -> None:
    """Make the database's own indexes anew of what is kept."""
    _backend().index_again()


def create_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables that search needs in this database; for a migration."""
    _tables_module(schema_editor, "create_tables")


def drop_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Undo `create_tables`."""
    _tables_module(schema_editor, "drop_tables")


def _tables_module(schema_editor: BaseDatabaseSchemaEditor, name: str) -> None:
    module, _, _ = _BACKENDS[schema_editor.connection.vendor].rpartition(".")
    import_string(f"{module}.{name}")(schema_editor)


def _backend() -> SearchBackend:
    return _backend_named(settings.WIKI_SEARCH_BACKEND or connection.vendor)


@cache
def _backend_named(name: str) -> SearchBackend:
    backend: SearchBackend = import_string(_BACKENDS[name])()
    return backend


# --- Titles ------------------------------------------------------------------------------------------------------
def _exact(query: str) -> str | None:
    """The full title that the query names: in the same case before another, as a title before as an alias."""
    try:
        namespace, title = titles.parse(query)
    except titles.TitleError:
        return None
    names = _backend().named(namespace, folded_name(title))
    same = [name for name in names if name.name.casefold() == title.casefold()]
    best = min(same, key=lambda name: (name.name != title, name.is_alias), default=None)
    return titles.full(best.namespace, best.title) if best else None


def _namespace_and_rest(prefix: str) -> tuple[str, str]:
    """Split what is half typed, which needn't be a title yet."""
    before, colon, rest = prefix.partition(":")
    namespace = _PREFIXES.get(before.replace("_", " ").strip().casefold()) if colon else None
    return (namespace, rest) if namespace else ("article", prefix)


def _resembles(name: str, wanted: str) -> bool:
    """Whether a folded name has the wanted letters, or enough of its trigrams, in the part that was typed so far."""
    if wanted in name:
        return True
    typed, own = _grams(f"{wanted} "), _grams(f"{name[: len(wanted) + 1]} ")
    return len(typed & own) >= _SIMILAR * len(typed | own)


def _grams(folded: str) -> set[str]:
    return {folded[at : at + 3] for at in range(len(folded) - 2)}


# --- Excerpts ----------------------------------------------------------------------------------------------------
def _hit(document: Document, question: Question) -> Hit:
    """The document as an answer: its best section, and the words around what was asked."""
    pattern = _pattern(question.terms)
    section, places = _best_section(document.sections, pattern)
    return Hit(
        article_id=document.article_id,
        namespace=document.namespace,
        title=document.title,
        full_title=titles.full(document.namespace, document.title),
        heading=section.heading,
        anchor=section.anchor,
        section_id=section.section_id,
        snippet=tuple(_excerpt(section.plain, places)),
        via=_via(document, pattern),
    )


def _pattern(terms: Iterable[Term]) -> re.Pattern[str]:
    """A pattern for the flat form of a text: a group for each term, phrases first, so that they win over words.

    That a word begins there is left to `_places`: asked by the pattern, at every letter, it takes six times as long.
    """
    groups = (f"({_words_pattern(term)})" for term in sorted(terms, key=lambda term: -len(term.words)))
    return re.compile(rf"(?:{'|'.join(groups)})(?![^\W_])")


def _words_pattern(term: Term) -> str:
    """The words with other endings, too; short words and numbers as they are."""
    words = words_of(" ".join(term.words))
    return r"[\W_]+".join(
        re.escape(root_of(word)) + r"[^\W_]{0,5}" if len(word) > 3 and word.isalpha() else re.escape(word)
        for word in words
    )


def _places(text: str, pattern: re.Pattern[str]) -> list[_Place]:
    text, places, at = flat(text), list[_Place](), 0
    while len(places) < _MAX_PLACES and (match := pattern.search(text, at)):
        start, at = match.span()
        if start and text[start - 1].isalnum():
            at = start + 1
        else:
            places.append(_Place(start, at, match.lastindex or 0))
    return places


def _best_section(sections: Iterable[SectionText], pattern: re.Pattern[str]) -> tuple[SectionText, list[_Place]]:
    """The section with the most different terms in heading and text, then with the most; the lead if there is none."""
    best, best_places, best_score = SectionText(None, "", "", ""), list[_Place](), (-1, -1)
    left = _MAX_READ
    for section in sections:
        places = _places(section.plain[:left], pattern)
        left = max(left - len(section.plain), 0)
        terms = {place.term for place in [*places, *_places(section.heading, pattern)]}
        score = (len(terms), len(places))
        if score > best_score:
            best, best_places, best_score = section, places, score
    return best, best_places


def _excerpt(text: str, places: list[_Place]) -> Iterator[SnippetPart]:
    """About 240 characters around the densest spot, as parts; "…" where the text goes on."""
    start, end = _window(text, places)
    at = start
    before = "… " if start else ""
    for place in places:
        if start <= place.start and place.end <= end:
            if plain := before + _one_line(text[at : place.start]):
                yield SnippetPart(plain, match=False)
            yield SnippetPart(_one_line(text[place.start : place.end]), match=True)
            at, before = place.end, ""
    if rest := before + _one_line(text[at:end]) + (" …" if end < len(text.rstrip()) else ""):
        yield SnippetPart(rest, match=False)


def _window(text: str, places: list[_Place]) -> tuple[int, int]:
    """Where the excerpt starts and ends, at spaces: the stretch with the most different terms, some text before it."""
    best, first, last = 0, 0, 0
    for number, place in enumerate(places):
        inside = [near for near in islice(places, number, number + _EXCERPT // 4) if near.end - place.start <= _EXCERPT]
        if len({near.term for near in inside}) > best:
            best = len({near.term for near in inside})
            first, last = place.start, inside[-1].end
    start = max(0, min(first - (_EXCERPT - (last - first)) // 2, len(text) - _EXCERPT))
    end = min(len(text), start + _EXCERPT)
    if start:
        # Not inside a word; where there are no spaces, as in Chinese, anywhere.
        start = text.find(" ", start, first) + 1 or start
    if end < len(text):
        space = text.rfind(" ", last, end)
        end = space if space > 0 else end
    return start, end


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _via(document: Document, pattern: re.Pattern[str]) -> str:
    """The alias that says more of what was asked than the title does, or ""."""

    def terms_in(name: str) -> int:
        return len({place.term for place in _places(name, pattern)})

    best = max(document.aliases, key=terms_in, default="")
    return best if terms_in(best) > terms_in(document.title) else ""
