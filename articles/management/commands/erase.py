"""`manage.py erase`: a passage is shown in all places where it stands, then erased there, in a wiki of any size."""

from __future__ import annotations

import sys
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from articles import access
from articles.moderation import Refused, erasing, passages


class Command(BaseCommand):
    """The passage comes from standard input: no list of commands or processes says it."""

    help = (
        "Show in how many places a passage stands, read from standard input; with --count and --why, destroy it there "
        "for good, as the law asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, why, and how many places they have seen."""
        parser.add_argument("--by", required=True, help="The name of the administrator who answers for it.")
        parser.add_argument("--why", default="", help="Which law or order asks for it: the log keeps it.")
        parser.add_argument("--count", type=int, help="The number of places that was shown: they are erased.")

    def handle(self, *args: Any, by: str, why: str, count: int | None, **options: Any) -> None:
        """Show the places, or erase them."""
        user = get_user_model()._default_manager.filter(username=by).first()
        if user is None or not access.may_erase(user):
            raise CommandError(f"{by} is no administrator.")
        passage = erasing.cleaned(sys.stdin.read())
        if not erasing.SHORTEST <= len(passage) <= erasing.LONGEST:
            raise CommandError(f"Give a passage of {erasing.SHORTEST} to {erasing.LONGEST} characters.")
        if count is not None and not why.strip():
            raise CommandError("Say why with --why: the log keeps it.")
        with tqdm(total=passages.number_of_texts(), unit=" texts", disable=None) as bar:

            def progress(done: int) -> None:
                bar.update(done - bar.n)

            if count is None:
                self._show(erasing.places_of(passage, progress))
                return
            author = access.author_of(user)
            try:
                erasing.erase(passage=passage, count=count, by=user, author=author, why=why, progress=progress)
            except Refused as refused:
                raise CommandError(refused.message) from refused
        self.stdout.write(f"Erased in {count} places.")
        if not erasing.leave_no_remains():
            self.stderr.write("Somebody is reading: run “apply_erasures --clean”, so that the deleted bytes go.")

    def _show(self, places: erasing.Places) -> None:
        self.stdout.write(f"Places in which it stands: {places.total}. Of them versions of pages: {places.versions}.")
        for each in places.pages:
            seen = ", which readers see now" if each.is_read else ""
            self.stdout.write(f"  {each.article.full_title}: {each.versions}{seen}")
        names = places.names
        losing = [page.full_title for page in names.behind] + [title.full_title for title in names.titles]
        for said, found in (
            ("Pages are called so, and have to be moved first", [page.full_title for page in names.pages]),
            ("These lose their title", losing),
            ("People are called so, and stay", [author.name for author in names.people]),
        ):
            if found:
                self.stdout.write(f"{said}: {', '.join(found)}")
        if places.total:
            self.stdout.write(f"Nothing is erased yet. To erase it for good: --count {places.total} --why REASON")
