"""`manage.py adduser NAME --role ROLE`: make an account from the server's own command line."""

import os
from argparse import ArgumentParser
from getpass import getpass
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from articles.text import titles
from wiki.accounts import making, names, roles
from wiki.accounts.models import User


class Command(BaseCommand):
    """Makes an account; the password comes from WIKI_PASSWORD or is asked for, never from the command line."""

    help = "Make an account. The password is read from WIKI_PASSWORD, or asked for."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("name")
        parser.add_argument("--role", choices=roles.ROLES, default=roles.CONTRIBUTOR)
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--existing",
            action="store_true",
            help="Give the role to the account that is there already; its password stays.",
        )

    def handle(self, *, name: str, role: str, email: str, existing: bool, **options: Any) -> None:
        """Make the account, or say what is wrong and exit with 1."""
        user = self._existing(name) if existing else self._made(name, email)
        try:
            if user._state.adding:
                user.set_password(_password_for(user))
                making.make(user, role, why="adduser")
            else:
                roles.give(user, role, why="adduser")
        except roles.RoleRefused as error:
            raise CommandError(error.message) from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        login = f"{settings.SITE_URL}{reverse('account_login')}"
        self.stdout.write(self.style.SUCCESS(f"{user.username} is {roles.NAMES[role]}. Log in at {login}"))

    def _existing(self, name: str) -> User:
        try:
            return User.objects.get_by_natural_key(name)
        except User.DoesNotExist as error:
            raise CommandError(f"There is no account {name}.") from error

    def _made(self, name: str, email: str) -> User:
        """The account, checked but not yet saved."""
        try:
            return making.prepared(name, email=email)
        except ValidationError as error:
            hint = ""
            if User.objects.filter(skeleton=titles.skeleton(names.normalised(name))).exists():
                hint = "\nWith --existing the account that is there gets the role."
            raise CommandError("\n".join(error.messages) + hint) from error


def _password_for(user: User) -> str:
    """The password from the environment, or asked for twice; CommandError when it isn't good enough."""
    password = os.environ.get("WIKI_PASSWORD") or _asked_for()
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from error
    return password


def _asked_for() -> str:
    try:
        password = getpass("Password: ")
        again = getpass("Again: ")
    except (EOFError, KeyboardInterrupt) as error:
        raise CommandError("No password: set WIKI_PASSWORD, or run this in a terminal.") from error
    if password != again:
        raise CommandError("The two passwords differ.")
    return password
