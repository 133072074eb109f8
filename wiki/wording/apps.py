"""The site's words as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WordingConfig(AppConfig):
    """Words of the site that administrators edit."""

    name = "wiki.wording"
    label = "wording"
    verbose_name = _("Wording")
