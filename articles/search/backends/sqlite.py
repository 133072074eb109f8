"""Search in SQLite: a plain table of texts, FTS5 over it, and a trigram index of names; no Django model knows of them.

They are no models because Django rebuilds a model's table on SQLite when it alters it, and what hangs on it is lost.
FTS5 keeps no copy of the texts ("external content"): who deletes a row tells it the old values first.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.db import DatabaseError, OperationalError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

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
    # All by which names that begin so are put in order stands in it, so that none of their rows is looked up.
    "CREATE INDEX articles_search_name_begun ON articles_search_name (namespace, folded, is_alias, name)",
    """
    CREATE VIRTUAL TABLE articles_search_grams USING fts5(
        folded, content='articles_search_name', content_rowid='id', tokenize='trigram'
    )
    """,
)
_TABLES: Final = ("articles_search_grams", "articles_search_name", "articles_search_words", "articles_search_doc")

# A term that more articles have is common: no more of them are ranked than this.
_MAX_RANKED: Final = MAX_FOUND
# What bm25 costs grows with the wiki, a little, for each term that it weighs.
_MAX_WEIGHED: Final = 8

# Counting stops where it no longer matters. How far it came tells, roughly, how many there are in all.
_COUNT: Final = """
    SELECT %s, count(*), max(article_id) FROM (
        SELECT rowid AS article_id FROM articles_search_words WHERE articles_search_words MATCH %s LIMIT %s
    )
"""
_NEWEST: Final = "SELECT NULL, NULL, max(article_id) FROM articles_search_doc"
# bm25 is negative, the best lowest. Those with the words in a name are looked at first, then the oldest; one whose
# name is all that was asked is never missed.
_FIND: Final = """
    WITH named AS MATERIALIZED (
        SELECT rowid AS article_id, bm25(articles_search_words, 10, 6, 4, 1) AS score
        FROM articles_search_words WHERE articles_search_words MATCH %(in_names)s LIMIT %(most_ranked)s
    ), ranked AS MATERIALIZED (
        SELECT article_id, min(score) AS score FROM (
            SELECT article_id, score FROM named
            UNION ALL SELECT * FROM (
                SELECT rowid, bm25(articles_search_words, 10, 6, 4, 1)
                FROM articles_search_words WHERE articles_search_words MATCH %(anywhere)s
                LIMIT %(most_ranked)s - (SELECT count(*) FROM named)
            )
        ) GROUP BY article_id
    ), matched AS MATERIALIZED (
        SELECT article_id, score FROM ranked
        UNION ALL SELECT article_id, (SELECT coalesce(min(score), -1) FROM ranked) FROM articles_search_name
        WHERE folded = %(folded)s AND namespace = 'article' AND article_id NOT IN (SELECT article_id FROM ranked)
        GROUP BY article_id
    ), page AS (
        SELECT article_id,
            score * CASE WHEN instr(exact, %(part)s) = 0 THEN 1 WHEN instr(exact, %(whole)s) THEN 4 ELSE 1.5 END
                  * CASE namespace WHEN 'article' THEN 1 ELSE 0.5 END AS score
        FROM matched JOIN articles_search_doc USING (article_id)
        ORDER BY 2, article_id LIMIT %(most)s OFFSET %(first)s
    )
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts,
        (SELECT count(*) FROM matched)
    FROM page JOIN articles_search_doc USING (article_id) ORDER BY score, article_id
"""
_NAMED: Final = """
    SELECT article_id, namespace, title, name, is_alias, description
    FROM articles_search_name JOIN articles_search_doc USING (article_id, namespace)
    WHERE folded = %s AND namespace = %s ORDER BY is_alias, article_id LIMIT 50
"""
# Of very many names some are looked at: the first in the alphabet that begin so, the oldest with a word that does. Near
# ones are those that begin with the same letters, and those that share the rarest of three letters that follow each
# other; they cost the most, so they are only looked for when the others don't fill the list. Joined with a row that is
# not there, a table isn't read at all; with a condition that doesn't hold, it is read to its end.
_SUGGEST: Final = """
    WITH begun AS MATERIALIZED (
        SELECT id, 1 AS tier, 0 AS shared FROM (
            SELECT id, is_alias, name FROM articles_search_name
            WHERE folded >= %(folded)s AND folded < %(end)s AND namespace = %(namespace)s
            ORDER BY folded LIMIT %(most_looked_at)s
        ) ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), few AS MATERIALIZED (
        SELECT 1 WHERE (SELECT count(*) FROM begun) < %(most)s
    ), within AS MATERIALIZED (
        SELECT id, 2 AS tier, 0 AS shared FROM (
            SELECT articles_search_grams.rowid AS id FROM few CROSS JOIN articles_search_grams
            WHERE articles_search_grams MATCH %(phrase)s LIMIT %(most_looked_at)s
        ) JOIN articles_search_name USING (id) WHERE namespace = %(namespace)s
        ORDER BY is_alias, length(name), name LIMIT %(most)s
    ), too_few AS MATERIALIZED (
        SELECT 1 WHERE (SELECT count(*) FROM begun) + (SELECT count(*) FROM within) < %(limit)s
    ), counted AS (
        SELECT value AS gram, (
            SELECT count(*) FROM (
                SELECT 1 FROM articles_search_grams WHERE articles_search_grams MATCH value LIMIT %(most_looked_at)s + 1
            )
        ) AS number FROM too_few CROSS JOIN json_each(%(grams)s)
    ), rarest AS (
        SELECT gram, sum(number) OVER (ORDER BY number, gram) AS total FROM counted WHERE number > 0
    ), alike AS (
        SELECT * FROM (
            SELECT id FROM too_few CROSS JOIN articles_search_name
            WHERE folded >= %(beginning)s AND folded < %(beginning_end)s AND namespace = %(namespace)s
            ORDER BY folded LIMIT %(most_looked_at)s
        )
        UNION SELECT rowid FROM articles_search_grams WHERE articles_search_grams MATCH (
            SELECT coalesce(group_concat(gram, ' OR '), '""') FROM rarest WHERE total <= %(most_looked_at)s
        )
    ), typed_so_far AS MATERIALIZED (
        SELECT id, is_alias, name, substr(folded, 1, %(length)s) || ' ' AS letters
        FROM alike JOIN articles_search_name USING (id) WHERE namespace = %(namespace)s
    ), near AS MATERIALIZED (
        SELECT id, 3 AS tier, {shared} AS shared FROM typed_so_far
        ORDER BY shared DESC, is_alias, length(name), name LIMIT %(most)s
    )
    SELECT article_id, namespace, title, name, is_alias, description
    FROM (SELECT * FROM begun UNION ALL SELECT * FROM within UNION ALL SELECT * FROM near)
    JOIN articles_search_name USING (id) JOIN articles_search_doc USING (article_id, namespace)
    WHERE namespace = %(namespace)s
    ORDER BY tier, shared DESC, is_alias, length(name), name
"""
_SHARED: Final = "(instr(letters, %({name})s) > 0)"
_MAX_LOOKED_AT: Final = 250
_MAX_GRAMS: Final = 30
# A space and three letters: whoever mistypes a name has mostly begun it well.
_SAME_LETTERS: Final = 4


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
        """Return the best documents by bm25, whole titles first; with very many, the best of some that say the most."""
        counted = _rarest_first(question.terms)
        if not counted:
            return Found((), 0)
        candidates = enough(counted, _MAX_RANKED)
        are_all = len(candidates) == len(counted) and sum(candidates.values()) <= _MAX_RANKED
        some = anywhere = " OR ".join(candidates)
        weighed = [*counted][: max(len(candidates), _MAX_WEIGHED)]
        if len(weighed) > len(candidates):
            anywhere = f"({some}) AND ({' OR '.join(weighed)})"
        wanted: dict[str, str | int] = {
            "in_names": '""' if are_all else f"({{names}} : ({some})) AND ({' OR '.join(weighed)})",
            "anywhere": anywhere,
            "most_ranked": _MAX_RANKED,
            "folded": question.folded,
            "whole": f"\n{question.folded} \n",
            "part": f"{question.folded} ",
            "most": most,
            "first": first,
        }
        rows = _rows(_FIND, wanted)
        documents = tuple(DocumentRow(*row[:-1]).document() for row in rows)
        return Found(documents, (rows[0][-1] if rows else 0) if are_all else None)

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names that fold to this."""
        return [_name(row) for row in _rows(_NAMED, [folded, namespace])]

    def suggest(self, namespace: str, folded: str, limit: int) -> list[Name]:
        """Return names by range, then by trigrams; shorter than three characters, there are no trigrams."""
        grams = list(dict.fromkeys(folded[at : at + 3] for at in range(len(folded) - 2)))[:_MAX_GRAMS]
        beginning = folded[: min(_SAME_LETTERS, len(folded) - 1)] if grams else folded
        shared = {f"gram{number}": gram for number, gram in enumerate(grams)}
        wanted: dict[str, str | int] = {
            "folded": folded,
            "end": f"{folded}\U0010ffff",
            "beginning": beginning,
            "beginning_end": f"{beginning}\U0010ffff",
            "namespace": namespace,
            "phrase": f'"{folded}"',
            "grams": json.dumps([f'"{gram}"' for gram in grams]),
            "length": len(folded) + 1,
            "limit": limit,
            # Several names may lead to one article.
            "most": 3 * limit,
            "most_looked_at": _MAX_LOOKED_AT,
            **shared,
        }
        counting = " + ".join(_SHARED.format(name=name) for name in shared) or "0"
        return [_name(row) for row in _rows(_SUGGEST.format(shared=counting), wanted)]

    def index(self, document: Document) -> None:
        """Write the document's rows anew, those of its names where these have changed; on SQLite the caller's
        transaction holds the lock already."""
        names = name_rows(document)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_NAME_ROWS, [document.article_id])
            are_others = Counter((*row[:3], bool(row[3]), row[4]) for row in cursor.fetchall()) != Counter(names)
            for statement in (*_FORGET_WORDS, *(_FORGET_NAMES if are_others else ())):
                cursor.execute(statement, [document.article_id])
            cursor.execute(_ADD_DOCUMENT, DocumentRow.of(document))
            cursor.execute(_TELL_WORDS, [document.article_id])
            if are_others:
                cursor.executemany(_ADD_NAME, names)
                cursor.execute(_TELL_NAMES, [document.article_id])

    def forget(self, article_id: int) -> None:
        """Take the old values out of the full-text tables, then the rows away."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in (*_FORGET_WORDS, *_FORGET_NAMES):
                cursor.execute(statement, [article_id])

    def forget_remains(self) -> None:
        """FTS5 only marks words as gone, until its pieces are merged into one."""
        with transaction.atomic(), connection.cursor() as cursor:
            for table in ("articles_search_words", "articles_search_grams"):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608 - both names are ours.

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
        """Let FTS5 compare its tables with the rows."""
        return faults()

    def index_again(self) -> None:
        """Let FTS5 read all rows."""
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in _REBUILD:
                cursor.execute(statement)

    def _add(self, documents: Iterable[Document]) -> None:
        with connection.cursor() as cursor:
            for document in documents:
                cursor.execute(_ADD_DOCUMENT, DocumentRow.of(document))
                cursor.executemany(_ADD_NAME, name_rows(document))


_INDEXED: Final = """
    SELECT article_id, namespace, title, description, exact, names, lead, headings, body, parts
    FROM articles_search_doc WHERE article_id = %s
"""
_INDEXED_NAMES: Final = "SELECT name, is_alias, folded FROM articles_search_name WHERE article_id = %s"
_INDEXED_AFTER: Final = "SELECT article_id FROM articles_search_doc WHERE article_id > %s ORDER BY article_id LIMIT %s"
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
_NAME_ROWS: Final = (
    "SELECT article_id, namespace, name, is_alias, folded FROM articles_search_name WHERE article_id = %s"
)
_TELL_WORDS: Final = """
    INSERT INTO articles_search_words (rowid, names, lead, headings, body)
    SELECT article_id, names, lead, headings, body FROM articles_search_doc WHERE article_id = %s
"""
_TELL_NAMES: Final = """
    INSERT INTO articles_search_grams (rowid, folded) SELECT id, folded FROM articles_search_name WHERE article_id = %s
"""
_FORGET_WORDS: Final = (
    """
    INSERT INTO articles_search_words (articles_search_words, rowid, names, lead, headings, body)
    SELECT 'delete', article_id, names, lead, headings, body FROM articles_search_doc WHERE article_id = %s
    """,
    "DELETE FROM articles_search_doc WHERE article_id = %s",
)
_FORGET_NAMES: Final = (
    """
    INSERT INTO articles_search_grams (articles_search_grams, rowid, folded)
    SELECT 'delete', id, folded FROM articles_search_name WHERE article_id = %s
    """,
    "DELETE FROM articles_search_name WHERE article_id = %s",
)


def _rarest_first(terms: Iterable[Term]) -> dict[str, int]:
    """Each term that occurs, in the language of FTS5, and in how many documents: exact below the cap, else roughly.

    Each is quoted, so that nothing in it is an operator.
    """
    matches = [f'"{" ".join(term.words)}"' for term in terms]
    if not matches:
        return {}
    values = [value for match in matches for value in (match, match, _MAX_RANKED + 1)]
    *rows, (_, _, newest) = _rows(" UNION ALL ".join([*[_COUNT] * len(matches), _NEWEST]), values)
    found = {match: count if count <= _MAX_RANKED else count * newest // last for match, count, last in rows if count}
    return dict(sorted(found.items(), key=lambda item: (item[1], item[0])))


def _rows(
    question: str, values: Sequence[str | int] | Mapping[str, str | int], *, tries: int = 3
) -> list[tuple[Any, ...]]:
    """What readers ask of FTS5; asked again where an upgrade changes tables at the very moment.

    A connection that hears of such a change opens the tables of FTS5 anew, and fails if another one comes meanwhile.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(question, values)
            return list(cursor.fetchall())
    except OperationalError as error:
        if tries == 1 or "vtable constructor failed" not in str(error):
            raise
    return _rows(question, values, tries=tries - 1)


def _name(row: tuple[int, str, str, str, int, str]) -> Name:
    article_id, namespace, title, name, is_alias, description = row
    return Name(article_id, namespace, title, name, bool(is_alias), description)
