"""`manage.py send_mail`: what people are told and has not been mailed yet is mailed now."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from wiki.notifications import mailing


class Command(BaseCommand):
    """Sends the letters that are due; running it more often, or twice at once, does no harm."""

    help = "Send the mails about notifications that are due, those that could not be sent before among them."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send them, and say how many."""
        if not mailing.is_possible():
            self.stdout.write("No mail leaves this machine: EMAIL_URL and SITE_URL are needed for it.")
            return
        self.stdout.write(f"{mailing.send_due()} sent.")
