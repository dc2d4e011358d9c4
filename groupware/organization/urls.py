"""Of allauth only what a city hall needs: nobody signs up, resets a password by mail or adds
addresses; people come from the staff register."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from groupware.organization import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", views.sessions, name="usersessions_list"),
]
