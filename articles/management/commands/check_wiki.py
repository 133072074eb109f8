"""`manage.py check_wiki`: whether everything that is kept agrees, and putting it right."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles import upkeep


class Command(BaseCommand):
    """Looks at everything, on a running site; the exit status is 1 when something disagrees and wasn't repaired."""

    help = "Compare texts, hashes, renderings, sections, links, search, stamps and the log with each other."

    def add_arguments(self, parser: CommandParser) -> None:
        """Repair or not, and how much is rendered anew."""
        parser.add_argument("--fix", action="store_true", help="Make anew what can be made of the texts.")
        parser.add_argument(
            "--render-every", type=int, default=1, metavar="N", help="Render only each Nth page (default: all)."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what disagrees and where, one a line."""
        kinds: Counter[str] = Counter()
        repaired = 0
        with tqdm(unit="", disable=None if options["verbosity"] else True) as bar:
            found = upkeep.check(
                repair=options["fix"],
                every=max(options["render_every"], 1),
                progress=lambda what: bar.update(),
            )
            for each in found:
                repaired += each.is_repaired
                kinds[each.kind] += 1
                said = " (repaired)" if each.is_repaired else "" if each.is_derived else " (can't be repaired)"
                self.stdout.write(f"{each.kind}: {each.where}: {each.what}{said}")
        if not kinds:
            self.stdout.write("Everything agrees.")
            return
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        if repaired < kinds.total():
            raise CommandError(f"Disagreements: {counted}; {repaired} of them repaired.")
        self.stdout.write(f"Disagreements, all repaired: {counted}.")
