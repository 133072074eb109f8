"""`manage.py verify_log`: whether a row of the log was changed, or is missing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import logbook


class Command(BaseCommand):
    """Asks every row, from the first to the last; the exit status is 1 when one of them is not as it was written."""

    help = "Verify the chain of the log of privileged acts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Rows cut off at the end are missed by nobody inside; a hash kept elsewhere tells."""
        parser.add_argument(
            "--anew", action="store_true", help="An older backup was restored: begin from what is there."
        )
        parser.add_argument("--knows", metavar="HASH", help="A hash that this command told before and you have kept.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many rows there are and the last one's hash, or which row is wrong."""
        wrong = logbook.verify()
        if wrong is not None:
            raise CommandError(f"The log does not hold: row {wrong} was changed, or one before it is missing.")
        number, newest = logbook.newest()
        kept = "" if options["anew"] else self._kept()
        for known in filter(None, (options["knows"], kept)):
            if not logbook.knows(known):
                raise CommandError(
                    f"The log does not know the hash {known}: rows after {number} are missing, or it is not its own."
                )
        self._keep(number, newest)
        self.stdout.write(f"The log holds: {number} rows, the last one's hash is {newest or 'none'}.")

    def _kept(self) -> str:
        """Return the last hash that this command saw, kept outside the database; empty when it has seen none."""
        try:
            return str(json.loads(self._file().read_text())["hash"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def _keep(self, number: int, newest: str) -> None:
        self._file().write_text(json.dumps({"number": number, "hash": newest}))

    def _file(self) -> Path:
        return Path(settings.WIKI_DATA) / "log-head.json"
