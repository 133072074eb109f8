"""The ladder as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LadderConfig(AppConfig):
    """Gives the next role to whoever has shown that they can be trusted with it."""

    name = "wiki.ladder"
    label = "ladder"
    verbose_name = _("Ladder of trust")

    def ready(self) -> None:
        """Connect the receivers."""
        from wiki.ladder import receivers

        receivers.connect()
