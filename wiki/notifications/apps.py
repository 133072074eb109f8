"""Notifications as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    """Tells people what became of what they did."""

    name = "wiki.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        """Connect the receivers, and have every hour what is due sent."""
        from articles import housekeeping
        from wiki.notifications import digest, mailing, receivers

        receivers.connect()
        for task in (mailing.send_due, mailing.forget_old, digest.send_in_the_morning):
            if task not in housekeeping.TASKS:
                housekeeping.TASKS.append(task)
