"""Addresses of the frame."""

from django.urls import path

from groupware.web import styleguide, views

app_name = "web"

urlpatterns = [
    path("language/", views.set_language, name="language"),
    path("text-size/", views.set_text_size, name="text-size"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("csp-report/", views.csp_report, name="csp-report"),
    path("style-guide/", styleguide.style_guide, name="style-guide"),
    path("style-guide/states/", styleguide.states, name="states"),
]
