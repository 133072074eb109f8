"""Where the ladder is looked at and set."""

from django.urls import path

from wiki.ladder import views

app_name = "ladder"
urlpatterns = [path("ladder", views.ladder, name="ladder")]
