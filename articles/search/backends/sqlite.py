"""Search in SQLite: a plain table of texts, FTS5 over it, and a trigram index of names; no Django model knows of them.

They are no models because Django rebuilds a model's table on SQLite when it alters it, and what hangs on it is lost.
FTS5 keeps no copy of the texts ("external content"): who deletes a row tells it the old values first.
"""

from collections.abc import Iterable
from typing import Final

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
)

_CREATE: Final = (
    """
    CREATE TABLE articles_search_doc (
        article_id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, title TEXT NOT NULL, description TEXT NOT NULL,
        exact TEXT NOT NULL, names TEXT NOT NULL, lead TEXT NOT NULL, headings TEXT NOT NULL, body TEXT NOT NULL,
        parts TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE articles_search_words USING fts5(
        names, lead, headings, body, content='articles_search_doc', content_rowid='article_id',
        tokenize='porter unicode61 remove_diacritics 2'
    )
    """,
    """
    CREATE TABLE articles_search_name (
        id INTEGER PRIMARY KEY, article_id INTEGER NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,
        is_alias INTEGER NOT NULL, folded TEXT NOT NULL
    )
    """,
    "CREATE INDEX articles_search_name_article ON articles_search_name (article_id)",
    "CREATE INDEX articles_search_name_folded ON articles_search_name (folded)",
    """
    CREATE VIRTUAL TABLE articles_search_grams USING fts5(
        folded, content='articles_search_name', content_rowid='id', tokenize='trigram'
    )
    """,
)
_TABLES: Final = ("articles_search_grams", "articles_search_name", "articles_search_words", "articles_search_doc")

# bm25 is negative, the best lowest. Only the best MAX_FOUND are looked up in the table of texts.
_FIND: Final = """
    WITH matched AS (
        SELECT rowid AS article_id, bm25(articles_search_words, 10, 6, 4, 1) AS score
        FROM articles_search_words WHERE articles_search_words MATCH %s ORDER BY score LIMIT %s
    ), page AS (
        SELECT article_id, count(*) OVER () AS total,
            score * CASE WHEN instr(exact, %s) THEN 4 WHEN instr(exact, %s) THEN 1.5 ELSE 1 END
                  * CASE namespace WHEN 'article' THEN 1 ELSE 0.5 END AS score
        FROM matched JOIN articles_search_doc USING (article_id)
        ORDER BY 3, article_id LIMIT %s OFFSET %s
    )
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts, total
    FROM page JOIN articles_search_doc USING (article_id) ORDER BY score, article_id
"""
_NAMED: Final = """
    SELECT article_id, namespace, title, name, is_alias, description
    FROM articles_search_name JOIN articles_search_doc USING (article_id, namespace)
    WHERE folded = %s AND namespace = %s ORDER BY is_alias, article_id LIMIT 50
"""
# Similar names cost the most, so they are only looked for when the others don't fill the list.
_SUGGEST: Final = """
    WITH begun AS MATERIALIZED (
        SELECT id, 1 AS tier, 0.0 AS distance FROM articles_search_name
        WHERE folded >= %(folded)s AND folded < %(end)s AND namespace = %(namespace)s
        ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), within AS MATERIALIZED (
        SELECT grams.rowid AS id, 2 AS tier, 0.0 AS distance FROM articles_search_grams AS grams
        JOIN articles_search_name AS names ON names.id = grams.rowid
        WHERE (SELECT count(*) FROM begun) < %(most)s
            AND articles_search_grams MATCH %(phrase)s AND namespace = %(namespace)s
        ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), near AS MATERIALIZED (
        SELECT grams.rowid AS id, 3 AS tier, grams.rank AS distance FROM articles_search_grams AS grams
        WHERE (SELECT count(*) FROM begun) + (SELECT count(*) FROM within) < %(limit)s
            AND articles_search_grams MATCH %(grams)s
        ORDER BY grams.rank LIMIT %(most)s
    )
    SELECT article_id, namespace, title, name, is_alias, description
    FROM (SELECT * FROM begun UNION ALL SELECT * FROM within UNION ALL SELECT * FROM near) AS found
    JOIN articles_search_name AS names USING (id) JOIN articles_search_doc USING (article_id, namespace)
    WHERE namespace = %(namespace)s
    ORDER BY tier, distance, is_alias, length(name), name
"""


def create_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables of this backend; for a migration."""
    for statement in _CREATE:
        schema_editor.execute(statement)


def drop_tables(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Remove the tables of this backend; for a migration undone."""
    for table in _TABLES:
        schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


def faults() -> list[str]:
    """Return the names of full-text tables that no longer say what the texts say; empty when all is well."""
    wrong = []
    for table, check in _CHECK.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(check)
        except DatabaseError:
            wrong.append(table)
    return wrong


class SQLiteSearch:
    """The protocol over FTS5, on Django's default connection."""

    def find(self, question: Question, *, first: int, most: int) -> Found:
        """Return the best documents by bm25, whole titles first."""
        if not question.terms:
            return Found((), 0)
        whole, part = f"\n{question.folded} \n", f"{question.folded} "
        with connection.cursor() as cursor:
            cursor.execute(_FIND, [_match(question.terms), MAX_FOUND + 1, whole, part, most, first])
            rows = cursor.fetchall()
        total = rows[0][-1] if rows else 0
        documents = tuple(DocumentRow(*row[:-1]).document() for row in rows)
        return Found(documents, total if total <= MAX_FOUND else None)

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names that fold to this."""
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, [folded, namespace])
            return [_name(row) for row in cursor.fetchall()]

    def suggest(self, namespace: str, folded: str, limit: int) -> list[Name]:
        """Return names by range, then by trigrams; shorter than three characters, there are no trigrams."""
        grams = dict.fromkeys(folded[at : at + 3] for at in range(len(folded) - 2))
        wanted: dict[str, str | int] = {
            "folded": folded,
            "end": f"{folded}\U0010ffff",
            "namespace": namespace,
            "phrase": f'"{folded}"',
            "grams": " OR ".join(f'"{gram}"' for gram in grams or [folded]),
            "limit": limit,
            # Several names may lead to one article.
            "most": 3 * limit,
        }
        with connection.cursor() as cursor:
            cursor.execute(_SUGGEST, wanted)
            return [_name(row) for row in cursor.fetchall()]

    def index(self, document: Document) -> None:
        """Write the document's rows anew; on SQLite the caller's transaction holds the lock already."""
        with transaction.atomic():
            self.forget(document.article_id)
            self._add([document])
            with connection.cursor() as cursor:
                for statement in _TELL_INDEX:
                    cursor.execute(statement, [document.article_id])

    def forget(self, article_id: int) -> None:
        """Take the old values out of the full-text tables, then the rows away."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _FORGET:
                cursor.execute(statement, [article_id])

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Write all rows, then let FTS5 read them at once."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM articles_search_doc")
                cursor.execute("DELETE FROM articles_search_name")
            self._add(documents)
            with connection.cursor() as cursor:
                for statement in _REBUILD:
                    cursor.execute(statement)

    def _add(self, documents: Iterable[Document]) -> None:
        with connection.cursor() as cursor:
            for document in documents:
                cursor.execute(_ADD_DOCUMENT, DocumentRow.of(document))
                cursor.executemany(_ADD_NAME, name_rows(document))


_ADD_DOCUMENT: Final = "INSERT INTO articles_search_doc VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_ADD_NAME: Final = (
    "INSERT INTO articles_search_name (article_id, namespace, name, is_alias, folded) VALUES (%s, %s, %s, %s, %s)"
)
# Without the rank of 1 FTS5 would only look at itself, and find all well on a stale index.
_CHECK: Final = {
    table: f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"  # noqa: S608 - both names are ours.
    for table in ("articles_search_words", "articles_search_grams")
}
_REBUILD: Final = (
    "INSERT INTO articles_search_words (articles_search_words) VALUES ('rebuild')",
    "INSERT INTO articles_search_grams (articles_search_grams) VALUES ('rebuild')",
)
_TELL_INDEX: Final = (
    """
    INSERT INTO articles_search_words (rowid, names, lead, headings, body)
    SELECT article_id, names, lead, headings, body FROM articles_search_doc WHERE article_id = %s
    """,
    """
    INSERT INTO articles_search_grams (rowid, folded) SELECT id, folded FROM articles_search_name WHERE article_id = %s
    """,
)
_FORGET: Final = (
    """
    INSERT INTO articles_search_words (articles_search_words, rowid, names, lead, headings, body)
    SELECT 'delete', article_id, names, lead, headings, body FROM articles_search_doc WHERE article_id = %s
    """,
    """
    INSERT INTO articles_search_grams (articles_search_grams, rowid, folded)
    SELECT 'delete', id, folded FROM articles_search_name WHERE article_id = %s
    """,
    "DELETE FROM articles_search_doc WHERE article_id = %s",
    "DELETE FROM articles_search_name WHERE article_id = %s",
)


def _match(terms: Iterable[Term]) -> str:
    """The terms in the language of FTS5: each quoted, so that nothing in it is an operator."""
    return " OR ".join(f'"{" ".join(term.words)}"' for term in terms)


def _name(row: tuple[int, str, str, str, int, str]) -> Name:
    article_id, namespace, title, name, is_alias, description = row
    return Name(article_id, namespace, title, name, bool(is_alias), description)
