"""「誰が見られるか・なぜ」, granting and revoking, break-glass."""

from django.urls import URLPattern, path

from groupware.access import views

app_name = "access"
urlpatterns: list[URLPattern] = [
    path("<uuid:scope>/who/", views.who, name="who"),
    path("<uuid:scope>/person/", views.person, name="person"),
    path("<uuid:scope>/find/", views.find, name="find"),
    path("<uuid:scope>/grant/", views.grant, name="grant"),
    path("<uuid:scope>/revoke/", views.revoke, name="revoke"),
    path("<uuid:scope>/superiors/", views.superiors, name="superiors"),
    path("break-glass/", views.break_glass, name="break-glass"),
]
