"""The sitemap on one screen."""

from django.contrib import admin
from django.urls import include, path

from wiki import health

urlpatterns = [
    path("", include("articles.urls")),
    path("", include("wiki.wording.urls")),
    path("accounts/", include("wiki.accounts.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "wiki.errors.bad_request"
handler403 = "wiki.errors.permission_denied"
handler404 = "wiki.errors.page_not_found"
handler500 = "wiki.errors.server_error"
