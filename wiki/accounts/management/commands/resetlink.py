"""`manage.py resetlink NAME`: a one-time link to a new password, for where no mail is sent."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wiki.accounts import mail, passwords, second_factor
from wiki.accounts.models import User
from wiki.accounts.roles import RoleRefused


class Command(BaseCommand):
    """Makes the link and says how long it is good for; that it was made is logged."""

    help = "Make a one-time link by which somebody chooses a new password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("name")
        parser.add_argument("--why", default="resetlink", help="Kept in the log.")
        parser.add_argument(
            "--without-second-factor",
            action="store_true",
            help="Take away the second factor too, for somebody who has lost it with all recovery codes.",
        )

    def handle(self, *, name: str, why: str, without_second_factor: bool, **options: Any) -> None:
        """Print the link, or say what is wrong and exit with 1."""
        try:
            user = User.objects.get_by_natural_key(name)
            path = passwords.make_link(user, why=why)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {name}.") from error
        except RoleRefused as error:
            raise CommandError(error.message) from error
        if without_second_factor and second_factor.remove(user, why=why):
            self.stdout.write("The second factor is taken away.")
        self.stdout.write(f"For {user.username}, once, within {passwords.hours_of_a_link()} hours:")
        self.stdout.write(mail.address_of(path))
        if not mail.address_of(""):
            self.stdout.write("(Put the address of your site before it, such as http://127.0.0.1:8000.)")
