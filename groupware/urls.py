"""Every address of the site; nobody imports this module."""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

# Of allauth only what a city hall needs: nobody signs up, resets a password by mail or adds
# addresses; people come from the staff register.
accounts: list[URLPattern | URLResolver] = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("groupware.portal.urls")),
    path("", include("groupware.web.urls")),
    path("accounts/", include(accounts)),
]

handler400 = "groupware.web.errors.bad_request"
handler403 = "groupware.web.errors.forbidden"
handler404 = "groupware.web.errors.not_found"
handler500 = "groupware.web.errors.server_error"
