"""`manage.py restore FILE`: a backup becomes a site again, in an empty database of either kind."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from wiki import process
from wiki.backups import archive, restoring, taking


class Command(BaseCommand):
    """Restores a backup; when nothing was restored, or something is left to do, the status is 1, and it says why."""

    help = "Fill an empty database, SQLite or PostgreSQL, from a file that `backup` has made."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("path", type=Path, help="The file that `backup` has made.")

    def handle(self, *, path: Path, **options: Any) -> None:
        """Read the whole file, make the tables where there are none, fill them."""
        try:
            with process.hold_folder(Path(settings.WIKI_DATA), patience=0):
                archive.verify(path)  # Before anything is made.
                if not taking.migrations():
                    call_command("migrate", verbosity=0)
                call_command("createcachetable", verbosity=0)  # Does nothing where it is.
                manifest = restoring.restore(
                    path, progress=self._say if options["verbosity"] > 1 else lambda step: None
                )
        except (
            *(OSError, process.FolderInUse, archive.ArchiveRefused),
            *(restoring.RestoreRefused, restoring.NotDone),
        ) as failure:
            raise CommandError(str(failure)) from failure
        self.stdout.write(
            f"Restored: {manifest.histories['edits']} edits, {manifest.rows} rows, as of {manifest.made[:19]} UTC. "
            "Histories and log are those that were backed up."
        )

    def _say(self, step: str) -> None:
        self.stdout.write(step)
