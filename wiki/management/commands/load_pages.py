"""`manage.py load_pages`: the help, the legal drafts and the portals that come with the software become pages."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from wiki import pages


class Command(BaseCommand):
    """Loads the pages that come with the software; run again, it changes nothing, and never what people changed."""

    help = "Load the pages that come with the software; what people have changed is left as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load them and say what became of which; nothing to say, nothing said."""
        outcome = pages.load()
        said = {
            "made": outcome.made,
            "brought up to date": outcome.changed,
            "changed by people here, left as they are": outcome.kept,
        }
        if options["verbosity"]:
            for what, titles in said.items():
                if titles:
                    self.stdout.write(f"Pages {what}: {', '.join(titles)}.")
