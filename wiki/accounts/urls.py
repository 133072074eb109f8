"""/accounts/: the names are django-allauth's, which its views and forms look up."""

from django.urls import path

from wiki.accounts import views

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("register/", views.register, name="account_signup"),
]
