"""Where people see what they are told."""

from django.urls import path

from wiki.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications", views.notifications, name="notifications"),
    path("notifications/<int:number>", views.notification, name="notification"),
    path("accounts/mail/", views.mail, name="mail"),
    # Under /accounts/, where the server's log leaves secrets of links out.
    path("accounts/mail/stop/<str:token>/", views.stop, name="stop"),
]
