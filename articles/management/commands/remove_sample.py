"""`manage.py remove_sample`: the sample articles make room for one's own."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand

from articles.moderation import sample_articles


class Command(BaseCommand):
    """Deletes the sample articles that nobody has changed since they were imported, and names those that stay."""

    help = "Delete the sample articles that nobody has changed, and the redirects to them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the word of somebody who doesn't want to be asked."""
        parser.add_argument("--yes", action="store_true", help="Do not ask first.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what would go, ask, delete, and name what people have changed."""
        sample = sample_articles.sample()
        self._name("Changed by people, kept", sample.kept)
        if not sample.unchanged:
            self.stdout.write("There are no sample articles that nobody has changed.")
            return
        self._name("To be deleted", sample.unchanged)
        if not options["yes"] and not self._agreed(len(sample.unchanged), len(sample.redirects)):
            self.stdout.write("Nothing was deleted.")
            return
        gone = sample_articles.remove_sample(by=None, why="manage.py remove_sample")
        self.stdout.write(f"{len(gone.unchanged)} pages and {len(gone.redirects)} redirects deleted.")

    def _name(self, what: str, full_titles: Sequence[str]) -> None:
        if full_titles:
            self.stdout.write(f"{what}: {', '.join(full_titles)}.")

    def _agreed(self, pages: int, redirects: int) -> bool:
        try:
            answer = input(f"Delete these {pages} pages and {redirects} redirects to them? [y/N] ")
        except EOFError:  # Nobody is there to be asked.
            return False
        return answer.strip().lower() in ("y", "yes")
