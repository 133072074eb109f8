"""The places search can live in, each a module with one class that keeps the protocol of `articles.search.base`.

sqlite      FTS5 tables in the wiki's SQLite file
postgres    a tsvector column and its GIN index
memory      a dictionary, for tests
"""
