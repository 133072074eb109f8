"""Triggers that keep history append-only, whatever code or person writes to the database.

They are made again after every migration, because Django drops them without a word when it rebuilds a table on SQLite.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from articles.models import Approval, Authorship, Edit, Erasure, LogEntry, TextBlob

# The columns that may change after a row was written: hiding a version, repacking a text, erasing a person.
_MAY_CHANGE: dict[type[Model], frozenset[str]] = {
    Approval: frozenset({"taken_back", "edit"}),
    Authorship: frozenset(),
    Edit: frozenset({"hidden_text", "hidden_summary", "hidden_author"}),
    LogEntry: frozenset({"personal"}),
    Erasure: frozenset({"ended"}),
    TextBlob: frozenset({"codec", "data", "base"}),
}
# Those that may change in the transaction of an erasure for law only: its row is open there, and nobody else sees it.
_BY_LAW: dict[type[Model], frozenset[str]] = {
    Edit: frozenset({"title", "summary", "section_title", "outline", "erased"}),
    LogEntry: frozenset({"target", "why", "before", "after"}),
    Erasure: frozenset({"line"}),
}
# A row of which nothing changes any more, whatever may change in the others: a text that was erased stays so.
_FOREVER: dict[type[Model], str] = {TextBlob: f"OLD.codec = '{TextBlob.Codec.ERASED.value}'"}
_AN_ERASURE_IS_OPEN = f"EXISTS (SELECT 1 FROM {Erasure._meta.db_table} WHERE ended IS NULL)"  # noqa: S608 - ours.


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
            for name in _names_of(model):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of guards that are not in place."""
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {row[0] for row in cursor.fetchall()}
    return sorted({name for model in _MAY_CHANGE for name in _names_of(model)} - there)


def _names_of(model: type[Model]) -> list[str]:
    table = model._meta.db_table
    by_law = [f"{table}_by_law"] if model in _BY_LAW else []
    forever = [f"{table}_forever"] if model in _FOREVER else []
    return [f"{table}_no_update", f"{table}_no_delete", *by_law, *forever]


def _statements(vendor: str) -> list[str]:
    statements = []
    if vendor == "postgresql":
        statements.append(
            "CREATE OR REPLACE FUNCTION articles_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'history is append-only (%)', TG_TABLE_NAME; END $$"
        )
        statements.append(
            "CREATE OR REPLACE FUNCTION articles_by_law() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF NOT {_AN_ERASURE_IS_OPEN} THEN "
            "RAISE EXCEPTION 'history is append-only (%)', TG_TABLE_NAME; END IF; RETURN NEW; END $$"
        )
    for model, may_change in _MAY_CHANGE.items():
        table, by_law = model._meta.db_table, _BY_LAW.get(model, frozenset())
        fixed = _columns(model, besides=may_change | by_law)
        acts = {f"{table}_no_update": f"UPDATE OF {fixed}", f"{table}_no_delete": "DELETE"}
        if by_law:
            acts[f"{table}_by_law"] = f"UPDATE OF {_columns(model, only=by_law)}"
        if model in _FOREVER:
            acts[f"{table}_forever"] = "UPDATE"
        for name, act in acts.items():
            is_by_law = name.endswith("_by_law")
            when = f"WHEN ({_FOREVER[model]}) " if name.endswith("_forever") else ""
            if vendor == "postgresql":
                body = f"EXECUTE FUNCTION {'articles_by_law' if is_by_law else 'articles_append_only'}()"
            else:
                when = f"WHEN NOT {_AN_ERASURE_IS_OPEN} " if is_by_law else when
                body = f"BEGIN SELECT RAISE(ABORT, 'history is append-only ({table})'); END"
            statements.append(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW {when}{body}")
    return statements


def _columns(model: type[Model], *, only: Container[str] | None = None, besides: Container[str] = ()) -> str:
    fields = [field for field in model._meta.concrete_fields if field.name not in besides]
    return ", ".join(f'"{field.column}"' for field in fields if only is None or field.name in only)
