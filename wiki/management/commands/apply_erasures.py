"""`manage.py apply_erasures`: what was erased for law, and who left for good, goes from a database that is older."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from articles.moderation import erasing, register
from wiki.accounts import leaving


class Command(BaseCommand):
    """Asked at each start; it does nothing, and reads next to nothing, where all is applied."""

    help = "Apply the erasures and departures that the register in WIKI_DATA names and this database has not seen."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files can be cleaned by themselves, where somebody was reading when it was erased."""
        parser.add_argument("--clean", action="store_true", help="Let the database give up deleted bytes in any case.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was applied."""
        number = erasing.apply_again(self.stdout.write)
        if number:
            self.stdout.write(f"{number} erasures of {register.path().name} were applied.")
        left = leaving.close_again(self.stdout.write)
        if left:
            self.stdout.write(f"{left} accounts of {register.path().name} were closed for good.")
        if (number or left or options["clean"]) and not erasing.leave_no_remains():
            self.stderr.write("Somebody is reading: deleted bytes are left in the database's files. Run it again.")
