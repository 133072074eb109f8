"""The encyclopedia as a Django app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    """Registers what django-reversion keeps and guards the append-only tables."""

    name = "articles"
    verbose_name = _("Encyclopedia")

    def ready(self) -> None:
        """Connect what must be in place before the first request."""
        from articles import append_only, writing

        writing.register()
        post_migrate.connect(append_only.guard_after_migrate, sender=self)
