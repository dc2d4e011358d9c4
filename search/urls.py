"""Addresses of the search."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("preview/<str:kind>/<uuid:group>/", views.preview, name="preview"),
]
