"""Where the site's words are read and changed."""

from django.urls import path

from wiki.wording import views

app_name = "wording"
urlpatterns = [
    path("disclaimer", views.disclaimer, name="disclaimer"),
    path("disclaimer/change", views.former, name="former"),
    path("setup/", views.setup, name="setup"),
    path("setup/logo", views.change_logo, name="logo"),
    path("setup/mail", views.mail, name="mail"),
    path("setup/<slug:key>", views.change, name="change"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("site/logo-<slug:digest>.webp", views.logo_picture, name="logo_picture"),
    path("site/colours-<slug:digest>.css", views.colours, name="colours"),
]
