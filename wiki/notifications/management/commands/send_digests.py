"""`manage.py send_digests`: whoever wishes it is mailed what waits for a reviewer, once a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from wiki.notifications import digest, mailing


class Command(BaseCommand):
    """Sends the digests of today; run again, it sends those that could not be sent before, and none twice."""

    help = "Mail reviewers who wish it what waits for them, once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them, and say how many."""
        if not mailing.is_possible():
            self.stdout.write("No mail leaves this machine: EMAIL_URL and SITE_URL are needed for it.")
            return
        self.stdout.write(f"{digest.send()} sent.")
