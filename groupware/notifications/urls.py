"""Addresses of the list of notifications."""

from django.urls import path

from groupware.notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.show_list, name="list"),
    path("read/", views.read_all, name="read-all"),
    path("<uuid:uuid>/open/", views.open_one, name="open"),
]
