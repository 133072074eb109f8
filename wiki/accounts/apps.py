"""Accounts as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Makes the roles after each migration and every new account a contributor."""

    name = "wiki.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """Connect the receivers."""
        from wiki.accounts import receivers

        receivers.connect()
