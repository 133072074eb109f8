"""Which tables a backup keeps, and their rows as JSON: to the microsecond and the byte, the same from any database."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.models.sql import InsertQuery

from articles.models import TextBlob, walks

# Who is logged in just now, and counters of the last minutes: nobody misses them.
_LEFT_OUT: Final = frozenset({"sessions.session", "articles.attempts"})
# What `migrate` puts into an empty database by itself.
_MADE_BY_MIGRATE: Final = ("auth.group_permissions", "auth.group", "auth.permission", "contenttypes.contenttype")
_ROWS_AT_ONCE: Final = 200


class DamagedText(Exception):
    """A text isn't what its hash says."""


def tables() -> dict[str, type[models.Model]]:
    """Return the models whose tables are kept, by name: those of a new feature from its first day."""
    return {
        model._meta.label_lower: model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label_lower not in _LEFT_OUT
    }


def rows_in(model: type[models.Model]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table as JSON can say them, in the order of their keys. Raises DamagedText."""
    if model is TextBlob:
        return map(_text_said, TextBlob.objects.in_order())
    return map(_said, walks.in_order(model._base_manager.all()))


def put(model: type[models.Model], rows: Iterator[dict[str, Any]]) -> Iterator[int]:
    """Write rows with the keys they had; yield how many, as they are written. Raises DamagedText."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    while some := list(islice(rows, _ROWS_AT_ONCE)):
        _insert(model, fields, [_text_from(row) if model is TextBlob else _from(model, row) for row in some])
        yield len(some)


def first_filled() -> str:
    """Return the name of a table that holds more than `migrate` puts into an empty database; empty when none does."""
    return next(
        (name for name, model in tables().items() if name not in _MADE_BY_MIGRATE and model._base_manager.exists()), ""
    )


def empty_what_migrate_made() -> None:
    """Delete the rows that every new database has, which come from the archive with the keys that others name."""
    with connection.cursor() as cursor:
        for name in _MADE_BY_MIGRATE:
            table = connection.ops.quote_name(tables()[name]._meta.db_table)
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - the name is a model's.


def go_on_counting() -> None:
    """Let the next row of each table have a key above those that were written, where the database counts apart."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
            cursor.execute(statement)


def _said(row: models.Model) -> dict[str, Any]:
    return {field.attname: _json(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _json(value: Any) -> Any:
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode()
    # Django's own encoder would leave out the last three digits of a second.
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def _text_said(blob: TextBlob) -> dict[str, Any]:
    """A text is said as such, whatever it is packed with here, and only if it is what its hash says."""
    said: dict[str, Any] = {"id": blob.pk, "sha256": blob.sha256, "size": blob.size}
    if blob.is_erased:
        return {**said, "erased": True}
    try:
        said["text"] = blob.text
    except Exception as failure:
        raise DamagedText(f"The text {blob.sha256} can't be read ({failure}).") from failure
    if TextBlob.hash_of(said["text"]) != blob.sha256:
        raise DamagedText(f"The text {blob.sha256} is not what its hash says.")
    return said


def _text_from(row: dict[str, Any]) -> TextBlob:
    if row.get("erased"):
        return TextBlob(pk=row["id"], sha256=row["sha256"], size=row["size"], codec=TextBlob.Codec.ERASED, data=b"")
    blob = TextBlob.holding(row["text"])
    if (blob.sha256, blob.size) != (row["sha256"], row["size"]):
        raise DamagedText(f"The text {row['sha256']} is not what its hash says.")
    blob.pk = row["id"]
    return blob


def _from(model: type[models.Model], row: dict[str, Any]) -> models.Model:
    read = {field.attname: _value(field, row[field.attname]) for field in model._meta.concrete_fields}
    return model(**read)


def _value(field: models.Field[Any, Any], said: Any) -> Any:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    # Its own reading would take a text for JSON that is written in it.
    return said if isinstance(field, models.JSONField) else field.to_python(said)


def _insert(model: type[models.Model], fields: Sequence[models.Field[Any, Any]], some: Sequence[models.Model]) -> None:
    """Write rows as they are: `bulk_create` would put today into the fields that keep when a row was made."""
    at_once = max(connection.ops.bulk_batch_size(list(fields), list(some)), 1)
    for start in range(0, len(some), at_once):
        query = InsertQuery(model)
        query.insert_values(fields, list(some[start : start + at_once]), raw=True)
        query.get_compiler(connection=connection).execute_sql()
