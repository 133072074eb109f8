"""`manage.py backup`: everything that the site keeps, in one file, while it runs."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone
from tqdm import tqdm

from wiki.backups import archive, keeping, rows, taking


class Command(BaseCommand):
    """Takes a backup; the exit status is 1, with the reason in a sentence, when there is none."""

    help = "Write everything the site keeps into one file, as it is at this moment; nobody waits for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file to write, or the folder; or none, for those of every night."""
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("path", type=Path, nargs="?", help="The file to make, or a folder in which it gets a name.")
        where.add_argument(
            "--keep",
            action="store_true",
            help=f"Into WIKI_BACKUPS; the last of {keeping.DAYS} days and {keeping.WEEKS} weeks are kept.",
        )

    def handle(self, *, path: Path | None, **options: Any) -> None:
        """Take it, and say what is in it."""
        try:
            with tqdm(total=len(rows.tables()), unit=" tables", disable=None if options["verbosity"] else True) as bar:
                kept = self._kept(path, lambda member: bar.update())
        except (OSError, DatabaseError, rows.DamagedText, archive.ArchiveRefused) as failure:
            raise CommandError(f"There is no backup: {failure}") from failure
        manifest = kept.manifest
        self.stdout.write(
            f"{kept.path}: {manifest.histories['edits']} edits, {manifest.rows} rows, verified. "
            f"The log has {manifest.log['number']} rows, the last one's hash is {manifest.log['hash'] or 'none'}."
        )
        if kept.removed:
            self.stdout.write(f"Removed, having had their time: {', '.join(kept.removed)}.")

    def _kept(self, path: Path | None, progress: Callable[[str], object]) -> keeping.Kept:
        if path is None:
            return keeping.keep(progress=progress)
        file = path / keeping.name_of(timezone.now()) if path.is_dir() else path
        return keeping.Kept(file, taking.take(file, progress=progress), [])
