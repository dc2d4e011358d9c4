"""Addresses of the portal."""

from django.urls import path

from groupware.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.home, name="home"),
    path("portal/blocks/<slug:name>/", views.block, name="block"),
    path("announcements/", views.announcements, name="announcements"),
    path("announcements/<uuid:uuid>/withdraw/", views.withdraw, name="withdraw"),
]
