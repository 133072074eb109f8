"""The sitemap on one screen."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from wiki import health, metrics

# Pages without a slash at their end, which people type all the same.
_WITH_A_SLASH = {
    "articles": ("drafts", "patrol", "random", "recent", "search"),
    "ladder": ("ladder",),
    "notifications": ("notifications",),
    "wording": ("disclaimer",),
}

urlpatterns = [
    path("", include("articles.urls")),
    path("", include("wiki.wording.urls")),
    path("", include("wiki.ladder.urls")),
    path("", include("wiki.cases.urls")),
    path("", include("wiki.notifications.urls")),
    path("", include("wiki.exports.urls")),
    path("accounts/", include("wiki.accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    *(
        path(f"{name}/", RedirectView.as_view(pattern_name=f"{app}:{name}", permanent=True, query_string=True))
        for app, names in _WITH_A_SLASH.items()
        for name in names
    ),
]

handler400 = "wiki.errors.bad_request"
handler403 = "wiki.errors.permission_denied"
handler404 = "wiki.errors.page_not_found"
handler500 = "wiki.errors.server_error"
