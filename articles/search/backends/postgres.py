"""Search in PostgreSQL: a weighted tsvector for each article, ranked by us with the rarity of words, within a cap.

`ts_rank` doesn't know that a word found in few articles says more than one found in most, and it must read each match.
So a question is two queries: how common its words are; then the matches of the rarest, capped, and their rank.
"""

from collections.abc import Iterable
from itertools import accumulate
from math import log1p
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from articles.search.base import (
    MAX_FOUND,
    Document,
    DocumentRow,
    Found,
    Name,
    Question,
    Term,
    name_rows,
    words_of,
)

# A tsvector holds 1 MB; 512 KB of text without a repeated word could be more, and would make the save fail.
_MAX_WORDS: Final = 40_000
_MAX_RANKED: Final = 1_000

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
# Counting stops where it no longer matters: such a word is common.
_COUNT: Final = """
    SELECT asked.query::text, (
        SELECT count(*) FROM (SELECT 1 FROM articles_search_doc WHERE words @@ asked.query LIMIT %s) AS matched
    ), (SELECT count(*) FROM (SELECT 1 FROM articles_search_doc LIMIT 10000) AS documents)
    FROM unnest(%s::text[]) AS typed (term) CROSS JOIN LATERAL (
        SELECT phraseto_tsquery('simple', term) || phraseto_tsquery(%s::regconfig, term) AS query
    ) AS asked
"""
_PAGE: Final = """
    WITH page AS (
        SELECT article_id, count(*) OVER () AS total,
            ({score})
            * CASE WHEN position(%s IN exact) > 0 THEN 4 WHEN position(%s IN exact) > 0 THEN 1.5 ELSE 1 END
            * CASE namespace WHEN 'article' THEN 1 ELSE 0.5 END AS score
        FROM articles_search_doc WHERE article_id IN (
            (SELECT article_id FROM articles_search_doc WHERE name_words @@ %s::tsquery LIMIT %s)
            UNION (SELECT article_id FROM articles_search_doc WHERE words @@ %s::tsquery LIMIT %s)
        )
        ORDER BY score DESC, article_id LIMIT %s OFFSET %s
    )
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts, total
    FROM page JOIN articles_search_doc USING (article_id) ORDER BY score DESC, article_id
"""
# Names weigh ten times as much as the text; a longer text has more chances to hold a word.
_SCORE: Final = "%s * ts_rank('{0.1, 0.4, 0.6, 1.0}', words, %s::tsquery, 1)"
_NAMED: Final = """
    SELECT article_id, namespace, title, name, is_alias, description
    FROM articles_search_name JOIN articles_search_doc USING (article_id, namespace)
    WHERE folded = %s AND namespace = %s ORDER BY is_alias, article_id LIMIT 50
"""
_SUGGEST: Final = """
    WITH begun AS MATERIALIZED (
        SELECT id, 1 AS tier, 0 AS distance FROM articles_search_name
        WHERE folded ~>=~ %(folded)s AND folded ~<~ %(end)s AND namespace = %(namespace)s
        ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), within AS MATERIALIZED (
        SELECT id, 2 AS tier, 0 AS distance FROM articles_search_name
        WHERE (SELECT count(*) FROM begun) < %(most)s AND folded LIKE %(within)s AND namespace = %(namespace)s
        ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), near AS MATERIALIZED (
        SELECT near.id, 3 AS tier, near.distance FROM articles_search_near(%(folded)s, %(most)s) AS near
        WHERE (SELECT count(*) FROM begun) + (SELECT count(*) FROM within) < %(limit)s
    )
    SELECT article_id, namespace, title, name, is_alias, description
    FROM (SELECT * FROM begun UNION ALL SELECT * FROM within UNION ALL SELECT * FROM near) AS found
    JOIN articles_search_name USING (id) JOIN articles_search_doc USING (article_id, namespace)
    WHERE namespace = %(namespace)s
    ORDER BY tier, distance, is_alias, length(name), name
"""


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
    """The protocol over tsvectors, on Django's default connection."""

    def find(self, question: Question, *, first: int, most: int) -> Found:
        """Return the best of those with the rarest terms, whole titles first."""
        queries = _rarest_first(question.terms)
        if not queries:
            return Found((), 0)
        candidates = _enough(queries)
        wanted = " | ".join(f"({query})" for query, _, _ in candidates)
        weights: list[str | float] = [
            value for query, count, documents in queries for value in (log1p(documents / count), query)
        ]
        whole, part = f"\n{question.folded} \n", f"{question.folded} "
        with connection.cursor() as cursor:
            page = _PAGE.format(score=" + ".join([_SCORE] * len(queries)))
            cursor.execute(page, [*weights, whole, part, wanted, _MAX_RANKED, wanted, _MAX_RANKED, most, first])
            rows = cursor.fetchall()
        total = rows[0][-1] if rows else 0
        counted = candidates == queries and total <= MAX_FOUND
        return Found(tuple(DocumentRow(*row[:-1]).document() for row in rows), total if counted else None)

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names that fold to this."""
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, [folded, namespace])
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
        }
        with connection.cursor() as cursor:
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

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Write all rows in one transaction: readers find the old ones until it ends."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_search_doc")
                cursor.execute("DELETE FROM articles_search_name")
            self._add(documents)

    def _add(self, documents: Iterable[Document]) -> None:
        language = _language()
        with connection.cursor() as cursor:
            for document in documents:
                row = DocumentRow.of(document)
                names, *others = (_words(text) for text in (row.names, row.lead, row.headings, row.body))
                weighed = [value for text in others for value in (language, text)]
                cursor.execute(_ADD_DOCUMENT, [*row, names, language, names, names, language, names, *weighed])
                cursor.executemany(_ADD_NAME, name_rows(document))


def _language() -> str:
    return "english" if settings.WIKI_LANGUAGE.partition("-")[0] == "en" else "simple"


def _words(text: str) -> str:
    """The text as bare words, so that PostgreSQL's parser has no host names, paths and signed numbers to find."""
    return " ".join(words_of(text)[:_MAX_WORDS])


def _rarest_first(terms: Iterable[Term]) -> list[tuple[str, int, int]]:
    """Each term that occurs: as a tsquery, in how many documents (counted to the cap), of how many."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_MAX_RANKED + 1, [term.flat for term in terms], _language()])
        return sorted((row for row in cursor.fetchall() if row[1]), key=lambda row: (row[1], row[0]))


def _enough(queries: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """The rarest terms, as many as their matches fit under the cap; at least one."""
    sums = accumulate(count for _, count, _ in queries)
    fitting = sum(1 for total in sums if total <= _MAX_RANKED)
    return queries[: max(fitting, 1)]
