"""The addresses of this app alone, for its own tests."""

from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("files/", include("groupware.files.urls")),
    path("accounts/login/", RedirectView.as_view(url="/"), name="account_login"),
]
