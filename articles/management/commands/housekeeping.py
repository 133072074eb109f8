"""`manage.py housekeeping`: forget what has had its time; the running server calls it every hour."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from articles import housekeeping


class Command(BaseCommand):
    """Runs every periodic task once; running it more often does no harm."""

    help = "Forget old submissions, drafts, addresses, counters and sessions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the tasks one after the other and say what each did."""
        for task in housekeeping.TASKS:
            count = task()
            if options["verbosity"] > 1:
                self.stdout.write(f"{task.__module__}.{task.__name__}: {count}")
        call_command("clearsessions")
