"""`manage.py import_articles PATH`: a folder of Markdown or JSON lines becomes articles."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import access, importing


class Command(BaseCommand):
    """Imports articles; what is there and equal is skipped, so a broken-off run is simply run again."""

    help = (
        "Import articles from a folder (or file) of Markdown with front matter, or of JSON lines (.jsonl, .jsonl.gz)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the folder, and values for records that have none of their own."""
        parser.add_argument("path", type=Path)
        parser.add_argument("--licence", default="", help="Licence of records that name none.")
        parser.add_argument("--attribution", default="", help="Attribution of records that have none.")
        parser.add_argument("--source", default="", help="Source of records that name none.")
        parser.add_argument("--author", default=access.IMPORTER, help="The name that the edits are signed with.")
        parser.add_argument("--summary", default="Imported", help="The summary of the edits.")
        parser.add_argument("--if-empty", action="store_true", help="Do nothing when there is an article already.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all records, name them, bring them in."""
        path: Path = options["path"]
        if not path.exists():
            raise CommandError(f"{path}: no such file or folder.")
        if options["if_empty"] and access.there_is_an_article():
            return
        defaults = {key: options[key] for key in ("licence", "attribution", "source") if options[key]}
        try:
            incoming = importing.named(importing.records_in(path, defaults))
        except importing.FileRefused as refused:
            raise CommandError(str(refused)) from refused
        outcome = importing.Outcome()
        author = access.imported_author(options["author"])
        with tqdm(total=len(incoming), unit="article", disable=options["verbosity"] == 0) as bar:
            for outcome in importing.bring_in(incoming, author=author, summary=options["summary"]):
                bar.update(outcome.made + outcome.changed + outcome.equal + len(outcome.refused) - bar.n)
        for refusal in outcome.refused:
            self.stderr.write(self.style.WARNING(f"Refused: {refusal}"))
        self.stdout.write(
            f"{outcome.made} made, {outcome.changed} changed, {outcome.equal} equal, "
            f"{outcome.redirects} redirects, {len(outcome.refused)} refused."
        )
        if outcome.refused:
            raise CommandError("Some records were refused; the others are in.")
