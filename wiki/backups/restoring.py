"""Fills an empty database from an archive: all of it in one transaction, or nothing."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from articles import append_only, derived, logbook, search, stamps
from articles.moderation import Refused, erasing
from wiki.accounts import leaving
from wiki.backups import archive, files, histories, rows, taking


class RestoreRefused(Exception):
    """It can't be restored here; says why, in a sentence. Nothing was changed."""


class NotDone(Exception):
    """Everything was restored, but something is left to do before anybody reads; says what."""


def restore(path: Path, *, progress: Callable[[str], None] = lambda step: None) -> archive.Manifest:
    """Put everything from an archive into this database and data folder; what was erased for law, and who left, goes.

    All within one transaction: at no moment can anybody read what was erased. Only empty databases that have had the
    same migrations are filled. Raises archive.ArchiveRefused, RestoreRefused, OSError: nothing was changed then.
    Raises NotDone.
    """
    progress("reading the archive")
    manifest = archive.verify(path)
    _refuse_other_tables(manifest)
    with files.staged(path, manifest) as put_files:
        try:
            with transaction.atomic():
                filled = rows.first_filled()
                if filled:
                    raise RestoreRefused(f"This database is not empty ({filled} has rows): restore into a new one.")
                _fill(path, progress)
                progress("comparing")
                _compare(manifest)
                progress("making the search index")
                search.rebuild(derived.documents())
                stamps.raise_site_stamp()
                # Before the end: a database that is back without the register would not know what is to be erased.
                files.fill_up_register(path, manifest)
                left = _erase_again(progress)
        except (DatabaseError, rows.DamagedText) as failure:
            raise RestoreRefused(f"Nothing was restored: {failure}") from failure
        left += _put(put_files) + _empty_cache()
    call_command("verify_log", anew=True, verbosity=0, stdout=io.StringIO())
    if left:
        raise NotDone(f"Restored, but {', and '.join(left)}, before anybody reads.")
    return manifest


def _erase_again(progress: Callable[[str], None]) -> list[str]:
    """Erase what the register says, and close who left; return what is left to do, if anything.

    `serve` doesn't start until it is done.
    """
    leaving.close_again(progress)
    try:
        erasing.apply_again(progress)
    except Refused as refused:
        return [f"not all is erased ({refused}): run apply_erasures"]
    return []


def _put(put_files: Callable[[], None]) -> list[str]:
    try:
        put_files()
    except OSError as failure:
        return [f"a file could not be put in its place ({failure}): rename those that end in .restored"]
    return []


def _empty_cache() -> list[str]:
    try:
        cache.clear()
    except Exception as failure:  # Whatever a store that is away raises: Redis has errors of its own.
        return [f"the cache could not be emptied ({failure}): empty it"]
    return []


def _refuse_other_tables(manifest: archive.Manifest) -> None:
    here = set(taking.migrations())
    newer, older = sorted(set(manifest.migrations) - here), sorted(here - set(manifest.migrations))
    if newer:
        raise RestoreRefused(
            f"This backup is of a newer version of the software (it has {newer[0]}): install that one, then restore."
        )
    if older:
        raise RestoreRefused(
            f"This backup is of an older version of the software (it lacks {older[0]}): "
            "install that one, restore, and update then."
        )


def _fill(path: Path, progress: Callable[[str], None]) -> None:
    rows.empty_what_migrate_made()
    for name, model in rows.tables().items():
        progress(name)
        for _written in rows.put(model, archive.rows_of(path, f"{taking.TABLES}{name}.jsonl")):
            pass
    connection.check_constraints()
    rows.go_on_counting()
    ContentType.objects.clear_cache()
    if append_only.missing(connection):
        append_only.guard(connection)


def _compare(manifest: archive.Manifest) -> None:
    """Refuse what came out otherwise than it went in."""
    if histories.digest() != manifest.histories:
        raise RestoreRefused("Nothing was restored: the histories are not those that were backed up.")
    wrong = logbook.verify()
    number, newest = logbook.newest()
    if wrong is not None or manifest.log != {"number": number, "hash": newest}:
        raise RestoreRefused(f"Nothing was restored: the log does not hold (row {wrong or number}).")
