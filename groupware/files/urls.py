"""Addresses of files and of resumable uploads."""

from django.urls import path

from groupware.files import tus, views

app_name = "files"
urlpatterns = [
    path("tus/", tus.create, name="tus-create"),
    path("tus/<uuid:uuid>/", tus.upload, name="tus-upload"),
    path("<uuid:uuid>/", views.download, name="download"),
]
