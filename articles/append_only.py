"""Triggers that keep history append-only, whatever code or person writes to the database.

They are made again after every migration, because Django drops them without a word when it rebuilds a table on SQLite.
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from articles.models import Authorship, Edit, LogEntry, TextBlob

# The columns that may change after a row was written: hiding a version, repacking a text, erasing a person.
_MAY_CHANGE: dict[type[Model], frozenset[str]] = {
    Authorship: frozenset(),
    Edit: frozenset({"hidden_text", "hidden_summary", "hidden_author"}),
    LogEntry: frozenset({"personal"}),
    TextBlob: frozenset({"codec", "data"}),
}


def guard_after_migrate(*, using: str, **kwargs: Any) -> None:
    """Answer Django's post_migrate signal."""
    connection = connections[using]
    if set(connection.introspection.table_names()) >= {model._meta.db_table for model in _MAY_CHANGE}:
        guard(connection)


def guard(connection: BaseDatabaseWrapper) -> None:
    """Make the triggers that refuse to change or delete history; making them again is harmless."""
    release(connection)
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def release(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers away: for a migration that rebuilds history, and for emptying a test database."""
    with connection.cursor() as cursor:
        for model in _MAY_CHANGE:
            table = model._meta.db_table
            for act in ("update", "delete"):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards that are not in place."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    wanted = {f"{model._meta.db_table}_no_{act}" for model in _MAY_CHANGE for act in ("update", "delete")}
    return sorted(wanted - there)


def _statements(vendor: str) -> list[str]:
    statements = []
    if vendor == "postgresql":
        statements.append(
            "CREATE OR REPLACE FUNCTION articles_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is append-only (%)', TG_TABLE_NAME; END $$"
        )
    for model, may_change in _MAY_CHANGE.items():
        table = model._meta.db_table
        fixed = [f'"{field.column}"' for field in model._meta.concrete_fields if field.name not in may_change]
        for act in (f"UPDATE OF {', '.join(fixed)}", "DELETE"):
            name = f"{table}_no_{act.split()[0].lower()}"
            if vendor == "postgresql":
                body = "EXECUTE FUNCTION articles_append_only()"
            else:
                body = f"BEGIN SELECT RAISE(ABORT, 'history is append-only ({table})'); END"
            statements.append(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {body}")
    return statements
