"""`manage.py sendtestmail ADDRESS`: whether mail leaves, and what the mail server says."""

from argparse import ArgumentParser
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError

from wiki.accounts import mail


class Command(BaseCommand):
    """Sends one mail while somebody looks, so that a mistake in EMAIL_URL is seen today."""

    help = "Send a test mail, and say what happened to it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("address")

    def handle(self, *, address: str, **options: Any) -> None:
        """Send it; exit with 1 when the server didn't take it, or there is none."""
        name = mail.site_name()
        try:
            send_mail(f"{name}: a test", f"Mail from {name} works.\n", None, [address])
        except (OSError, SMTPException) as error:
            raise CommandError(f"The mail could not be sent: {error}. Look at EMAIL_URL.") from error
        if not mail.is_set_up():
            kept = settings.EMAIL_FILE_PATH if "filebased" in settings.EMAIL_BACKEND else "no file"
            raise CommandError(f"No mail leaves this machine: EMAIL_URL is not set. It was written to {kept}.")
        self.stdout.write(self.style.SUCCESS(f"Sent to {address} from {settings.DEFAULT_FROM_EMAIL}."))
