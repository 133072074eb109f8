"""Takes a backup: all tables as they are at one moment, while readers and writers go on, and the files beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from articles import logbook
from wiki.backups import archive, files, histories, rows

TABLES: Final = "tables/"


def take(path: Path, *, progress: Callable[[str], object] = lambda member: None) -> archive.Manifest:
    """Write everything into a new file, read it again, and return what it says of itself.

    Raises FileExistsError, OSError such as of a full disk, rows.DamagedText, archive.ArchiveRefused; nothing is left
    of the file then.
    """
    with archive.writing(path) as writer:
        with _one_moment():
            for name, model in rows.tables().items():
                progress(name)
                writer.add_rows(f"{TABLES}{name}.jsonl", rows.rows_in(model))
            number, newest = logbook.newest()
            manifest = archive.Manifest(
                made=datetime.now(UTC).isoformat(),
                database=connection.vendor,
                migrations=migrations(),
                log={"number": number, "hash": newest},
                histories=histories.digest(),
            )
        # After the tables: an erasure that the register has and they have not is done again when they come back.
        for name, file in files.kept():
            writer.add_file(f"{files.FILES}{name}", file)
        writer.end(manifest)
    return archive.verify(path)


def migrations() -> list[str]:
    """Return the migrations that this database has had, by which an archive knows the tables it fits."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def _one_moment() -> Iterator[Any]:
    """See the database as it is at the first look, whatever is written meanwhile; nobody waits for it."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not `atomic`, which would begin as a writer: others could not save until the end.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")
