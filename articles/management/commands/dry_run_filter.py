"""`manage.py dry_run_filter NUMBER`: goes on with a filter's dry run, begun on its page; with a bar, to its end."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles.moderation import filtering


class Command(BaseCommand):
    """`manage.py dry_run_filter`."""

    help = "Goes on with a filter's dry run over past edits; --filter begins one."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take a run's number, or a filter's."""
        parser.add_argument("run", nargs="?", type=int, help="The number of a dry run that was begun.")
        parser.add_argument("--filter", type=int, help="The number of a filter to begin one for.")

    def handle(self, *, run: int | None, filter: int | None, **options: Any) -> None:  # noqa: A002  # The option.
        """Look at the edits, and say how many were found."""
        row = filtering.one(filter) if filter is not None else None
        going = filtering.begin(row) if row is not None else filtering.run_of(run or 0)
        if going is None:
            raise CommandError("There is no such dry run or filter.")
        with tqdm(total=going.total, initial=going.done, unit=" edits", disable=None) as bar:
            while going.ended is None:
                filtering.go_on(going, seconds=1)
                bar.update(going.done - bar.n)
        self.stdout.write(f"{going.found} of {going.done} edits found in dry run {going.pk}.")
