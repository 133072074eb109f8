"""`manage.py repack`: old texts take a fraction of their room."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from articles import repacking


class Command(BaseCommand):
    """May be broken off and run again at any time, on a running site; the exit status is 1 when a text is damaged."""

    help = "Pack old texts tightly; every hash is asked before and after."

    def handle(self, *args: Any, **options: Any) -> None:
        """Pack, and say how much room that made."""
        packed = before = after = 0
        damaged = []
        for each in tqdm(repacking.repack(), unit=" texts", disable=None if options["verbosity"] else True):
            if each.fault:
                damaged.append(each.sha256)
                self.stderr.write(f"{each.sha256}: {each.fault}, left as it is")
                continue
            packed, before, after = packed + 1, before + each.before, after + each.after
        self.stdout.write(f"{packed} texts packed: {before} bytes became {after}.")
        if damaged:
            raise CommandError(f"{len(damaged)} texts are damaged: see manage.py check_wiki.")
