"""The site as a Django app, and the Django admin told to use our admin site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.utils.translation import gettext_lazy as _


class WikiConfig(AppConfig):
    """The site around the encyclopedia."""

    name = "wiki"
    verbose_name = _("Site")
    # Said explicitly because this module holds two configurations.
    default = True


class SiteAdminConfig(admin_apps.AdminConfig):
    """The Django admin with the site's own login page."""

    default_site = "wiki.admin_site.SiteAdmin"
    default = False
