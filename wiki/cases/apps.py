"""Readers' reports as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """What readers report of articles, and what comes of it."""

    name = "wiki.cases"
    label = "cases"
    verbose_name = _("Reports of readers")

    def ready(self) -> None:
        """Let cases wait in the inbox of moderators, and have readers' addresses forgotten every hour."""
        from articles import housekeeping
        from articles.moderation import inbox
        from wiki.cases import deciding, reporting

        inbox.add(deciding.KIND)
        for tasks in (housekeeping.TASKS, housekeeping.PROMISED):
            if reporting.forget_contacts not in tasks:
                tasks.append(reporting.forget_contacts)
