"""Where a passage is reported, and where cases are."""

from django.urls import path

from wiki.cases import views

app_name = "cases"
urlpatterns = [
    path("report/<int:section_id>", views.report, name="report"),
    # Under /accounts/, where the server's log leaves secrets of links out.
    path("accounts/report/<int:number>/<str:key>/", views.told, name="told"),
    path("cases/", views.cases, name="cases"),
    path("cases/<int:number>", views.case, name="case"),
]
