"""The site as a Django app; the Django admin told to use our admin site, the static files to leave sources alone."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.staticfiles import apps as staticfiles_apps
from django.utils.translation import gettext_lazy as _


class WikiConfig(AppConfig):
    """The site around the encyclopedia."""

    name = "wiki"
    verbose_name = _("Site")
    # Said explicitly because this module holds other configurations too.
    default = True

    def ready(self) -> None:
        """Begin to count what happens, and to tell proxies of it."""
        from wiki import metrics, purging, queries

        metrics.listen()
        purging.listen()
        queries.listen()


class SiteAdminConfig(admin_apps.AdminConfig):
    """The Django admin with the site's own login page."""

    default_site = "wiki.admin_site.SiteAdmin"
    default = False


class StaticFilesConfig(staticfiles_apps.StaticFilesConfig):
    """Static files without the sources of the editors and what these are built with: only what is built is served."""

    default = False
    ignore_patterns = (*staticfiles_apps.StaticFilesConfig.ignore_patterns, "editor")
