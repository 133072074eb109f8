"""Where the site's words are read."""

from django.urls import path

from wiki.wording import views

app_name = "wording"
urlpatterns = [
    path("disclaimer", views.disclaimer, name="disclaimer"),
    path("disclaimer/change", views.change, name="change"),
]
