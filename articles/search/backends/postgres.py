"""Search in PostgreSQL: a weighted tsvector for each article, ranked by us with the rarity of words, within a cap.

`ts_rank` doesn't know that a word found in few articles says more than one found in most, and it must read each match.
So a question is two queries: how common its words are; then the matches of the rarest, capped, and their rank. Of the
commonest words the database's own statistics say that they are: to count them would mean to read them all.
"""

from collections.abc import Iterable
from math import log1p
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, connections, router, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.utils import CursorWrapper

from articles.models import Article
from articles.search.base import (
    MAX_FOUND,
    Document,
    DocumentRow,
    Found,
    Name,
    Question,
    Term,
    enough,
    name_rows,
    words_of,
)

# A tsvector holds 1 MB; 512 KB of text without a repeated word could be more, and would make the save fail.
_MAX_WORDS: Final = 40_000
# A term that more articles have is common: no more of them are ranked than this.
_MAX_RANKED: Final = MAX_FOUND
# Each term that is weighed unpacks the words of each article that is ranked.
_MAX_WEIGHED: Final = 8
# What a fifth of all articles have is sooner found in the table than in the index, which gives out all or nothing.
_VERY_COMMON: Final = 0.2
_MAX_LOOKED_AT: Final = 250

_CREATE: Final = (
    """
    CREATE TABLE articles_search_doc (
        article_id bigint PRIMARY KEY, namespace text NOT NULL, title text NOT NULL, description text NOT NULL,
        exact text NOT NULL, names text NOT NULL, lead text NOT NULL, headings text NOT NULL, body text NOT NULL,
        parts text NOT NULL, name_words tsvector NOT NULL, words tsvector NOT NULL
    )
    """,
    "CREATE INDEX articles_search_doc_words ON articles_search_doc USING gin (words)",
    "CREATE INDEX articles_search_doc_name_words ON articles_search_doc USING gin (name_words)",
    """
    CREATE TABLE articles_search_name (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, article_id bigint NOT NULL, namespace text NOT NULL,
        name text NOT NULL, is_alias boolean NOT NULL, folded text NOT NULL
    )
    """,
    "CREATE INDEX articles_search_name_article ON articles_search_name (article_id)",
    "CREATE INDEX articles_search_name_folded ON articles_search_name (folded text_pattern_ops)",
)
_CREATE_TRIGRAMS: Final = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX articles_search_name_grams ON articles_search_name USING gist (folded gist_trgm_ops)",
)
# Whether there are trigrams is settled here, once: questions needn't know.
_NEAR_BY_TRIGRAMS: Final = """
    CREATE FUNCTION articles_search_near(wanted text, most integer) RETURNS TABLE (id bigint, distance real)
    LANGUAGE sql STABLE AS $$
        SELECT names.id, names.folded <-> wanted FROM articles_search_name AS names WHERE names.folded % wanted
        ORDER BY 2 LIMIT most
    $$
"""
_NEAR_NOTHING: Final = """
    CREATE FUNCTION articles_search_near(wanted text, most integer) RETURNS TABLE (id bigint, distance real)
    LANGUAGE sql STABLE AS $$ SELECT 0::bigint, 0::real WHERE false $$
"""
_DROP: Final = (
    "DROP FUNCTION IF EXISTS articles_search_near(text, integer)",
    "DROP TABLE IF EXISTS articles_search_name",
    "DROP TABLE IF EXISTS articles_search_doc",
)

# Titles are indexed stemmed and as they are: in medicine WHO and IT may be names, though they are stop words.
_ADD_DOCUMENT: Final = """
    INSERT INTO articles_search_doc VALUES (
        %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,
        to_tsvector('simple', %s) || to_tsvector(%s::regconfig, %s),
        setweight(to_tsvector('simple', %s) || to_tsvector(%s::regconfig, %s), 'A')
        || setweight(to_tsvector(%s::regconfig, %s), 'B')
        || setweight(to_tsvector(%s::regconfig, %s), 'C') || setweight(to_tsvector(%s::regconfig, %s), 'D')
    )
"""
_ADD_NAME: Final = (
    "INSERT INTO articles_search_name (article_id, namespace, name, is_alias, folded) VALUES (%s, %s, %s, %s, %s)"
)
# Counting stops where it no longer matters: such a word is common. A phrase is taken for as common as its rarest word.
_COUNT: Final = """
    WITH documents AS MATERIALIZED (
        SELECT CASE WHEN reltuples > 0 THEN reltuples::bigint ELSE (
            SELECT count(*) FROM (SELECT 1 FROM articles_search_doc LIMIT %(most)s) AS found
        ) END AS number FROM pg_class WHERE oid = 'articles_search_doc'::regclass
    ), common AS MATERIALIZED (
        SELECT most_common_elems::text::text[] AS lexemes, most_common_elem_freqs AS shares FROM pg_stats
        WHERE schemaname = current_schema AND tablename = 'articles_search_doc' AND attname = 'words'
    )
    SELECT asked.query::text, CASE WHEN guess.number > %(most)s THEN guess.number ELSE (
        SELECT count(*) FROM (
            SELECT 1 FROM articles_search_doc WHERE words @@ asked.query LIMIT %(most)s + 1
        ) AS matched
    ) END, (SELECT number FROM documents)
    FROM unnest(%(terms)s::text[]) AS typed (term) CROSS JOIN LATERAL (
        SELECT CASE WHEN plain = stemmed THEN plain ELSE plain || stemmed END AS query
        FROM phraseto_tsquery('simple', term) AS plain, phraseto_tsquery(%(language)s::regconfig, term) AS stemmed
    ) AS asked CROSS JOIN LATERAL (
        SELECT (min(coalesce(shares[array_position(lexemes, lexeme)], 0)) * (SELECT number FROM documents))::bigint
        FROM unnest(tsvector_to_array(to_tsvector(%(language)s::regconfig, term))) AS stems (lexeme)
        LEFT JOIN common ON true
    ) AS guess (number)
"""
# The rows are looked up one by one: reading the whole table instead is what a planner takes for cheaper.
_PAGE: Final = """
    WITH candidates AS MATERIALIZED (
        (SELECT article_id FROM articles_search_doc WHERE name_words @@ {wanted} LIMIT %(most_ranked)s)
        UNION (SELECT article_id FROM articles_search_doc WHERE words @@ {wanted} {order} LIMIT %(most_ranked)s)
        UNION SELECT article_id FROM articles_search_name
        WHERE folded ~>=~ %(folded)s AND folded ~<=~ %(folded)s AND namespace = 'article'
    ), page AS (
        SELECT candidates.article_id, ({score})
            * CASE WHEN position(%(part)s IN exact) = 0 THEN 1 WHEN position(%(whole)s IN exact) > 0 THEN 4 ELSE 1.5 END
            * CASE namespace WHEN 'article' THEN 1 ELSE 0.5 END AS score
        FROM candidates CROSS JOIN LATERAL (
            SELECT namespace, exact, words FROM articles_search_doc AS doc
            WHERE doc.article_id = candidates.article_id OFFSET 0
        ) AS looked_up
        ORDER BY score DESC, article_id LIMIT %(most)s OFFSET %(first)s
    )
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts,
        (SELECT count(*) FROM candidates)
    FROM page JOIN articles_search_doc USING (article_id) ORDER BY score DESC, article_id
"""
# Names weigh ten times as much as the text; a longer text has more chances to hold a word.
_SCORE: Final = "%(weight{at})s * ts_rank('{{0.1, 0.4, 0.6, 1.0}}', words, %(term{at})s::tsquery, 1)"
# Equal, in words that only the index of whole names knows: the planner would take that of trigrams, and read hundreds.
_NAMED: Final = """
    SELECT article_id, namespace, title, name, is_alias, description
    FROM articles_search_name JOIN articles_search_doc USING (article_id, namespace)
    WHERE folded ~>=~ %(folded)s AND folded ~<=~ %(folded)s AND namespace = %(namespace)s
    ORDER BY is_alias, article_id LIMIT 50
"""
# Of very many names some are looked at: the first in the alphabet that begin so, any with a word that does.
_SUGGEST: Final = """
    WITH begun AS MATERIALIZED (
        SELECT id, 1 AS tier, 0 AS distance FROM (
            SELECT id, is_alias, name FROM articles_search_name
            WHERE folded ~>=~ %(folded)s AND folded ~<~ %(end)s AND namespace = %(namespace)s
            ORDER BY folded USING ~<~ LIMIT %(most_looked_at)s
        ) AS found ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), within AS MATERIALIZED (
        SELECT id, 2 AS tier, 0 AS distance FROM (
            SELECT id, is_alias, name FROM articles_search_name
            WHERE (SELECT count(*) FROM begun) < %(most)s AND folded LIKE %(within)s AND namespace = %(namespace)s
            LIMIT %(most_looked_at)s
        ) AS found ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), near AS MATERIALIZED (
        SELECT near.id, 3 AS tier, near.distance FROM articles_search_near(%(folded)s, %(most)s) AS near
        WHERE (SELECT count(*) FROM begun) + (SELECT count(*) FROM within) < %(limit)s
    )
    SELECT article_id, namespace, title, name, is_alias, description
    FROM (SELECT * FROM begun UNION ALL SELECT * FROM within UNION ALL SELECT * FROM near) AS found
    CROSS JOIN LATERAL (
        SELECT article_id, namespace, name, is_alias FROM articles_search_name AS names
        WHERE names.id = found.id AND namespace = %(namespace)s OFFSET 0
    ) AS looked_up JOIN articles_search_doc USING (article_id, namespace)
    ORDER BY tier, distance, is_alias, length(name), name
"""


_INDEXED: Final = """
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts
    FROM articles_search_doc WHERE article_id = %s
"""
_INDEXED_NAMES: Final = "SELECT name, is_alias, folded FROM articles_search_name WHERE article_id = %s"
_INDEXED_AFTER: Final = "SELECT article_id FROM articles_search_doc WHERE article_id > %s ORDER BY article_id LIMIT %s"


def create_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables of this backend, with trigrams if this database lets us; for a migration."""
    for statement in _CREATE:
        schema_editor.execute(statement)
    try:
        with transaction.atomic(using=schema_editor.connection.alias):
            for statement in _CREATE_TRIGRAMS:
                schema_editor.execute(statement)
    except DatabaseError:
        # Not installed, or not ours to switch on: misspelled titles are then not suggested, all else works.
        schema_editor.execute(_NEAR_NOTHING)
    else:
        schema_editor.execute(_NEAR_BY_TRIGRAMS, params=None)


def drop_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the tables of this backend; for a migration undone. The extension stays: others may use it."""
    for statement in _DROP:
        schema_editor.execute(statement)


class PostgresSearch:
    """The protocol over tsvectors: writes where articles are written, and asks where they are read."""

    def find(self, question: Question, *, first: int, most: int) -> Found:
        """Return the best of those with the rarest terms, whole titles first."""
        counted, documents = _rarest_first(question.terms)
        if not counted:
            return Found((), 0)
        candidates = enough(counted, _MAX_RANKED)
        are_all = len(candidates) == len(counted) and sum(candidates.values()) <= _MAX_RANKED
        weighed = [*counted.items()][: max(len(candidates), _MAX_WEIGHED)]
        is_very_common = max(candidates.values()) > max(_MAX_RANKED, _VERY_COMMON * documents)
        page = _PAGE.format(
            # The planner knows how common a word is that it sees, and takes the index for one that it doesn't.
            wanted="%(wanted)s::tsquery" if is_very_common else "(SELECT %(wanted)s::tsquery)",
            order="ORDER BY article_id" if is_very_common else "",
            score=" + ".join(_SCORE.format(at=at) for at in range(len(weighed))),
        )
        wanted: dict[str, str | float] = {
            **{f"weight{at}": log1p(documents / count) for at, (_query, count) in enumerate(weighed)},
            **{f"term{at}": query for at, (query, _count) in enumerate(weighed)},
            "wanted": " | ".join(f"({query})" for query in candidates),
            "most_ranked": _MAX_RANKED,
            "folded": question.folded,
            "whole": f"\n{question.folded} \n",
            "part": f"{question.folded} ",
            "most": most,
            "first": first,
        }
        with _asking() as cursor:
            cursor.execute(page, wanted)
            rows = cursor.fetchall()
        found = tuple(DocumentRow(*row[:-1]).document() for row in rows)
        return Found(found, (rows[0][-1] if rows else 0) if are_all else None)

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names that fold to this."""
        with _asking() as cursor:
            cursor.execute(_NAMED, {"folded": folded, "namespace": namespace})
            return [Name(*row) for row in cursor.fetchall()]

    def suggest(self, namespace: str, folded: str, limit: int) -> list[Name]:
        """Return names by prefix, by the beginning of a word, and by trigrams where the database has them."""
        wanted: dict[str, str | int] = {
            "folded": folded,
            "end": f"{folded}\U0010ffff",
            "namespace": namespace,
            # A folded name holds letters, digits and spaces only: nothing to escape.
            "within": f"%{folded}%",
            "limit": limit,
            # Several names may lead to one article.
            "most": 3 * limit,
            "most_looked_at": _MAX_LOOKED_AT,
        }
        with _asking() as cursor:
            cursor.execute(_SUGGEST, wanted)
            return [Name(*row) for row in cursor.fetchall()]

    def index(self, document: Document) -> None:
        """Write the document's rows anew; the caller holds the article's lock."""
        with transaction.atomic():
            self.forget(document.article_id)
            self._add([document])

    def forget(self, article_id: int) -> None:
        """Delete the rows; the indexes follow by themselves."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM articles_search_doc WHERE article_id = %s", [article_id])
            cursor.execute("DELETE FROM articles_search_name WHERE article_id = %s", [article_id])

    def forget_remains(self) -> None:
        """Nothing is kept aside: rows that are gone lie in the table until it is vacuumed."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Write all rows in one transaction: readers find the old ones until it ends."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_search_doc")
                cursor.execute("DELETE FROM articles_search_name")
            self._add(documents)

    def indexed(self, article_id: int) -> tuple[DocumentRow, set[tuple[str, bool, str]]] | None:
        """Return the row and the names."""
        with connection.cursor() as cursor:
            cursor.execute(_INDEXED, [article_id])
            row = cursor.fetchone()
            cursor.execute(_INDEXED_NAMES, [article_id])
            names = {(name, bool(is_alias), folded) for name, is_alias, folded in cursor.fetchall()}
        return None if row is None else (DocumentRow(*row), names)

    def indexed_after(self, article_id: int, most: int) -> list[int]:
        """Return the next articles by their ids."""
        with connection.cursor() as cursor:
            cursor.execute(_INDEXED_AFTER, [article_id, most])
            return [number for (number,) in cursor.fetchall()]

    def faults(self) -> list[str]:
        """None: the indexes follow the rows by themselves."""
        return []

    def index_again(self) -> None:
        """Nothing to do, as above."""

    def _add(self, documents: Iterable[Document]) -> None:
        language = _language()
        with connection.cursor() as cursor:
            for document in documents:
                row = DocumentRow.of(document)
                names, *others = (_words(text) for text in (row.names, row.lead, row.headings, row.body))
                weighed = [value for text in others for value in (language, text)]
                cursor.execute(_ADD_DOCUMENT, [*row, names, language, names, names, language, names, *weighed])
                cursor.executemany(_ADD_NAME, name_rows(document))


def _asking() -> CursorWrapper:
    """Return a cursor of the database that is read for articles just now."""
    return connections[router.db_for_read(Article)].cursor()


def _language() -> str:
    return "english" if settings.WIKI_LANGUAGE.partition("-")[0] == "en" else "simple"


def _words(text: str) -> str:
    """The text as bare words, so that PostgreSQL's parser has no host names, paths and signed numbers to find."""
    return " ".join(words_of(text)[:_MAX_WORDS])


def _rarest_first(terms: Iterable[Term]) -> tuple[dict[str, int], int]:
    """Each term that occurs, as a tsquery, and how many documents have it (roughly, above the cap); of how many."""
    wanted: dict[str, int | str | list[str]] = {
        "most": _MAX_RANKED,
        "terms": [term.flat for term in terms],
        "language": _language(),
    }
    with _asking() as cursor:
        cursor.execute(_COUNT, wanted)
        rows = cursor.fetchall()
    found = {query: count for query, count, _documents in rows if count}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0]))), max((row[2] for row in rows), default=0)
