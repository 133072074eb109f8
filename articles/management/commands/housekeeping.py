"""`manage.py housekeeping`: forget what has had its time; the running server calls it every hour."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from articles import choices, housekeeping


class Command(BaseCommand):
    """Runs every periodic task once; running it more often does no harm."""

    help = "Forget old submissions, drafts, addresses, counters and sessions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the tasks one after the other and say what each did."""
        if settings.WIKI_READ_ONLY == "on":
            # Of whoever runs the machine: the database itself may be on its way elsewhere.
            self.stdout.write("The site is read-only: nothing is forgotten until it is not.")
            return
        is_read_only = choices.is_read_only()
        if is_read_only:
            self.stdout.write("The site is read-only: only addresses and contacts are forgotten until it is not.")
        for task in housekeeping.PROMISED if is_read_only else housekeeping.TASKS:
            count = task()
            if options["verbosity"] > 1:
                self.stdout.write(f"{task.__module__}.{task.__name__}: {count}")
        if not is_read_only:
            call_command("clearsessions")
