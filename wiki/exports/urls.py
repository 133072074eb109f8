"""Where people get files."""

from django.urls import path

from wiki.exports import views

urlpatterns = [
    path("accounts/data/", views.own_data, name="account_data"),
]
