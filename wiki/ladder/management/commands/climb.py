"""`manage.py climb [--dry-run]`: make editors of all who have earned it, or tell who would be and what others miss."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from wiki.accounts import roles
from wiki.ladder import climbing


class Command(BaseCommand):
    """Lets people climb the ladder of trust."""

    help = "Make editors of the contributors who have earned it by the ladder of trust (/ladder), if it is switched on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("--dry-run", action="store_true", help="Only tell who would be, and what others miss.")

    def handle(self, *, dry_run: bool, **options: Any) -> None:
        """Say a line for each person."""
        wanted = climbing.step(roles.EDITOR)
        if not wanted.is_on:
            self.stdout.write("The ladder is off: an administrator switches it on at /ladder.")
        if dry_run:
            for look in climbing.looks(wanted):
                verdict = f"misses {', '.join(look.missing)}" if look.missing else "would be made an editor"
                self.stdout.write(f"{look.user.username}: {verdict}. {climbing.in_words(look.figures)}")
            return
        for look in climbing.run():
            self.stdout.write(f"{look.user.username} is an editor now. {climbing.in_words(look.figures)}")
